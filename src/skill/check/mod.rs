//! Every mistake of a skill at once, for its author. Loading a skill stops at the first one; here
//! each file is read as far as it goes, and what can be told without the broken parts is told.

mod alexa;
mod locales;

pub(super) use alexa::{invocation_fault, sayable};

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{
    Skill, SkillError, feed,
    files::Files,
    manifest::{self, Outline},
    options, sample,
};
use crate::{
    commerce::{Catalog, Currency},
    reply::{self, PhraseError},
    understanding::{
        Products, Sentences, Understander,
        sentences::{self, Problem, ProblemKind},
    },
};

/// What a mistake is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// skill.toml.
    Setting,
    /// catalog.csv.
    Catalogue,
    /// options.toml.
    Option,
    /// Two products with the same title.
    SameSound,
    /// households.toml and history.csv.
    Sample,
    /// A file of sentences or one of its templates cannot be read.
    Template,
    /// An example is not understood as it says.
    Example,
    /// A template without an example, an intent with too few.
    Unproved,
    /// A sentence with two meanings.
    Collision,
    /// An intent that no sentence reaches.
    Unreachable,
    /// A file of replies, or one of its messages.
    Reply,
    /// One locale has what another has not.
    LocaleGap,
    /// Alexa would refuse it.
    Alexa,
}

impl Kind {
    /// What to do about a mistake of this kind.
    pub fn mend(self) -> &'static str {
        match self {
            Self::Setting => "mend the setting; skills/household/skill.toml explains each",
            Self::Catalogue => "mend or delete the row; the columns are those of Google's product data",
            Self::Option => "mend the group or value; docs/skills.md shows how options are declared",
            Self::SameSound => "give the products titles that a listener can tell apart",
            Self::Sample => "mend the line, or delete the sample households: a real shop needs none",
            Self::Template => "mend the template; docs/skills.md lists the places and brackets",
            Self::Example => "mend the template, or what the example says that it fills",
            Self::Unproved => "add an example: a sentence as people say it, and what it must fill in",
            Self::Collision => {
                "change one of the two templates, or add the sentence as an example to the intent that is meant"
            }
            Self::Unreachable => "write a template that no other intent takes, or delete the intent",
            Self::Reply => "mend the message; the head of skills/household/replies/en.ftl is the guide",
            Self::LocaleGap => "add it to this locale, or take it out of the others",
            Self::Alexa => "choose words that Amazon's rules for names and sample utterances allow",
        }
    }
}

/// One mistake of a skill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// What it is about.
    pub kind: Kind,
    /// The file, as seen from the skill's folder.
    pub file: PathBuf,
    /// The line, from 1; `None` for the file as a whole.
    pub line: Option<u64>,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub mend: &'static str,
}

impl Mistake {
    fn new(kind: Kind, file: impl Into<PathBuf>, line: Option<u64>, what: impl Into<String>) -> Self {
        Self { kind, file: file.into(), line, what: what.into(), mend: kind.mend() }
    }
}

/// Every mistake of the skill in a folder, kind by kind and in the order of files and lines. Empty for
/// a skill that can be loaded and is understood as its examples say.
pub fn check(folder: &Path) -> Vec<Mistake> {
    let files = Files::folder(folder);
    let (mut mistakes, mut faults) = (Vec::new(), Vec::new());
    let (outline, _) = manifest::read_all(&files, &mut faults);
    // A feed in a currency that is not known would be wrong in every row.
    let catalog = outline.currency.and_then(|currency| goods(&files, currency, &mut faults));
    let locales = known_locales(&files, &outline);
    let options = match (&catalog, outline.currency) {
        (Some(catalog), Some(currency)) => {
            let locales: Vec<&str> = locales.iter().map(String::as_str).collect();
            options::read_all(&files, catalog, currency, &locales, &mut faults)
        }
        _ => vec![options::Spoken::default(); locales.len()],
    };
    mistakes.extend(faults.into_iter().map(|fault| of_fault(folder, fault)));
    mistakes.extend(catalog.as_ref().map(same_sounds).unwrap_or_default());
    let tongues: Vec<Tongue> =
        locales.iter().map(|locale| tongue(&files, folder, locale, &mut mistakes)).collect();
    if let (Some(catalog), Some(currency)) = (catalog, outline.currency) {
        let catalog = std::sync::Arc::new(catalog);
        for (tongue, options) in tongues.iter().zip(options) {
            let Some(sentences) = &tongue.sentences else { continue };
            mistakes.extend(understanding(folder, sentences, &catalog, currency, options));
        }
    }
    mistakes.extend(locales::gaps(&files, &outline, &tongues));
    mistakes.extend(alexa::refused(&outline, &tongues));
    mistakes.sort_by(|a, b| (a.kind, &a.file, a.line).cmp(&(b.kind, &b.file, b.line)));
    mistakes
}

/// The examples of a skill that are not understood as they say, and how many examples it has.
pub fn examples(skill: &Skill) -> (Vec<Problem>, usize) {
    let (mut failed, mut count) = (Vec::new(), 0);
    for language in &skill.languages {
        let sentences = &language.sentences;
        let options = language.option_words.clone();
        let words = Products::with_options(skill.catalog.clone(), sentences, options).vocabulary();
        let understander = Understander::new(sentences, words, skill.terms.currency);
        let problems = sentences::check(&understander);
        failed.extend(problems.into_iter().filter(|problem| problem.kind == ProblemKind::Example));
        count += sentences.tables().iter().map(|table| table.examples.len()).sum::<usize>();
    }
    (failed, count)
}

/// What a locale has.
struct Tongue {
    locale: String,
    sentences: Option<Sentences>,
    /// The messages of its replies with their lines; empty if they cannot be read.
    keys: Vec<(usize, String)>,
}

/// The locales of skill.toml; those of the files where it has none to go by.
fn known_locales(files: &Files, outline: &Outline) -> Vec<String> {
    if outline.locales.is_empty() { files.locales("sentences", ".toml") } else { outline.locales.clone() }
}

fn goods(files: &Files, currency: Currency, faults: &mut Vec<SkillError>) -> Option<Catalog> {
    let catalog = feed::read_all(files, currency, faults);
    if let Some(catalog) = &catalog {
        sample::read_all(files, catalog, currency, faults);
    }
    catalog
}

/// Products that a listener cannot tell apart, without their lines: a title may span several.
fn same_sounds(catalog: &Catalog) -> Vec<Mistake> {
    let mut titles: Vec<(String, &str)> =
        catalog.listings().map(|p| (p.title().to_lowercase(), p.id())).collect();
    titles.sort();
    let same = titles.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    let what =
        |pair: &[(String, &str)]| format!("`{}` and `{}` are both \"{}\"", pair[0].1, pair[1].1, pair[0].0);
    same.map(|pair| Mistake::new(Kind::SameSound, "catalog.csv", None, what(pair))).collect()
}

fn tongue(files: &Files, folder: &Path, locale: &str, mistakes: &mut Vec<Mistake>) -> Tongue {
    let mut tongue = Tongue { locale: locale.to_owned(), sentences: None, keys: Vec::new() };
    match files.read(&format!("sentences/{locale}.toml")) {
        Ok((file, text)) => {
            let (sentences, errors) = Sentences::read(&file.display().to_string(), &text);
            let name = inside(folder, &file);
            mistakes.extend(errors.into_iter().map(|error| {
                Mistake::new(Kind::Template, &name, error.line().map(|l| l as u64), error.what())
            }));
            tongue.sentences = sentences;
        }
        Err(error) => mistakes.push(of_fault(folder, error)),
    }
    match files.read(&format!("replies/{locale}.ftl")) {
        Ok((file, text)) => {
            let name = inside(folder, &file);
            mistakes.extend(reply::faults(&text).into_iter().map(|(line, error)| {
                let what = match &error {
                    PhraseError::Syntax { what, .. } => what.clone(),
                    error => error.to_string(),
                };
                Mistake::new(Kind::Reply, &name, line.map(|l| l as u64), what)
            }));
            tongue.keys = reply::keys(&text);
        }
        Err(error) => mistakes.push(of_fault(folder, error)),
    }
    tongue
}

/// Examples, collisions and intents that nothing reaches.
fn understanding(
    folder: &Path,
    sentences: &Sentences,
    catalog: &std::sync::Arc<Catalog>,
    currency: Currency,
    options: options::Spoken,
) -> Vec<Mistake> {
    let products = Products::with_options(catalog.clone(), sentences, options.words);
    let understander = Understander::new(sentences, products.vocabulary(), currency);
    let mut problems = sentences::check(&understander);
    problems.extend(sentences::clashes(&understander, catalog));
    problems.into_iter().map(|problem| of_problem(folder, problem)).collect()
}

fn of_problem(folder: &Path, problem: Problem) -> Mistake {
    let kind = match problem.kind {
        ProblemKind::Example => Kind::Example,
        ProblemKind::Unproved => Kind::Unproved,
        ProblemKind::Collision => Kind::Collision,
        ProblemKind::Unreachable => Kind::Unreachable,
    };
    let line = (problem.line > 0).then_some(problem.line as u64);
    Mistake::new(kind, inside(folder, Path::new(&problem.file)), line, problem.text)
}

fn of_fault(folder: &Path, fault: SkillError) -> Mistake {
    let (file, line, what) = match fault {
        SkillError::Io { file, why } => (file, None, why.to_string()),
        SkillError::File { file, what } => (file, None, what),
        SkillError::Line { file, line, what } => (file, Some(line), what),
        SkillError::Sentences(error) => (folder.join("sentences"), None, error.to_string()),
    };
    let file = inside(folder, &file);
    let kind = match file.to_string_lossy().as_ref() {
        "skill.toml" => Kind::Setting,
        "catalog.csv" => Kind::Catalogue,
        "options.toml" => Kind::Option,
        name if name.starts_with("sentences") => Kind::Template,
        name if name.starts_with("replies") => Kind::Reply,
        _ => Kind::Sample,
    };
    Mistake::new(kind, file, line, what)
}

/// A file as seen from the skill's folder.
fn inside(folder: &Path, file: &Path) -> PathBuf {
    file.strip_prefix(folder).unwrap_or(file).to_owned()
}
