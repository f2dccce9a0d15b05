//! The TOML file of sentences, read and compiled.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use super::{
    check::Example,
    compiled::{Compiled, Template},
    error::SentencesError,
    template::{self, Lists},
};
use crate::understanding::intent::{Choice, Expect, IntentName, OrderRef, Past, Step};

/// A bigger file is no list of sentences.
pub(super) const MAX_FILE: usize = 1 << 20;

/// What the shop's customers call otherwise: said → the catalogue's word.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Synonyms(BTreeMap<String, String>);

impl Synonyms {
    /// Pairs of what is said and what is meant.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(said, meant)| (said.as_str(), meant.as_str()))
    }
}

/// Words that carry no meaning, and where they may stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fillers {
    /// Dropped anywhere: "um".
    pub anywhere: Vec<String>,
    /// Dropped at the start: "hey", "actually".
    pub lead: Vec<String>,
    /// Dropped at the end: "please".
    pub trail: Vec<String>,
    /// Frames of a request, dropped at the start: "can you".
    pub ask: Vec<String>,
    /// The only words that may stand around a yes, at its start or end: "please". Around it any
    /// other filler could turn the meaning: "I think yes", "right, yes though".
    pub around_yes: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The day on which the examples are said.
    today: Option<Date>,
    #[serde(default)]
    fillers: Fillers,
    #[serde(default)]
    lists: Lists,
    #[serde(default)]
    synonyms: Synonyms,
    intents: BTreeMap<String, Vec<RawTable>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTable {
    expect: Option<Expect>,
    order: Option<OrderRef>,
    choice: Option<Choice>,
    past: Option<Past>,
    #[serde(default)]
    own: bool,
    #[serde(default)]
    it: bool,
    #[serde(default)]
    cheapest: bool,
    #[serde(default)]
    dearest: bool,
    #[serde(default)]
    refused: bool,
    #[serde(default)]
    only: bool,
    step: Option<Step>,
    says: Option<String>,
    #[serde(default = "trusted")]
    by_ear: bool,
    #[serde(default)]
    about: Vec<String>,
    templates: Vec<Spanned<String>>,
    #[serde(default)]
    examples: Vec<Spanned<Example>>,
}

fn trusted() -> bool {
    true
}

/// What templates mean by their own words, whatever fills their places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Means {
    /// The order that is meant when no slot says otherwise.
    pub order: Option<OrderRef>,
    /// The choice that the words themselves make.
    pub choice: Option<Choice>,
    /// The point in the past that the words themselves name.
    pub past: Option<Past>,
    /// The household's own purchases are meant.
    pub own: bool,
    /// What was spoken of last is meant.
    pub it: bool,
    /// The cheapest is meant.
    pub cheapest: bool,
    /// The most expensive is meant.
    pub dearest: bool,
    /// The things are refused: "not bananas".
    pub refused: bool,
    /// Of what is pending, only the things are meant: "just the bananas".
    pub only: bool,
    /// The count is so many more, or fewer, than there are: "two more".
    pub step: Option<Step>,
}

/// Templates that mean the same, and what they add.
#[derive(Debug, Clone)]
pub struct Table {
    /// The meaning.
    pub name: IntentName,
    /// Only while this is awaited.
    pub expect: Option<Expect>,
    /// What the words themselves mean, whatever fills their places.
    pub means: Means,
    /// The sentence that they stand for, where they mean what it means: "no milk and no cream" for "make it black".
    pub says: Option<String>,
    /// Whether these words are trusted when they were heard and not typed. One short word is what
    /// a recogniser makes of other short words, so a lone "sure" orders nothing.
    pub by_ear: bool,
    /// Words of which one must be said before a guess is believed.
    pub about: Vec<String>,
    /// Its examples with their lines.
    pub examples: Vec<(usize, Example)>,
    /// Whether a template of it is wrong and was left out, so that its examples prove nothing.
    pub(super) broken: bool,
}

/// Reads and compiles a file of sentences, as far as it goes, with every error.
pub(super) fn read(file: &str, text: &str) -> (Option<Compiled>, Vec<SentencesError>) {
    if text.len() > MAX_FILE {
        return (None, vec![SentencesError::Size { file: file.to_owned() }]);
    }
    let raw: File = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            let (file, line) = (file.to_owned(), line_at(text, error.span().map_or(0, |span| span.start)));
            return (None, vec![SentencesError::Toml { file, line, message: error.to_string() }]);
        }
    };
    let mut reading = Reading { file, text, tables: Vec::new(), templates: Vec::new(), errors: Vec::new() };
    for (name, tables) in raw.intents {
        match intent_name(&name) {
            Some(name) => {
                for table in tables {
                    reading.add(&raw.lists, name.clone(), table);
                }
            }
            None => {
                let line = line_at(text, text.find(&name).unwrap_or(0));
                reading.errors.push(SentencesError::Name { file: file.to_owned(), line, name });
            }
        }
    }
    let today = raw.today.unwrap_or(Date::constant(2026, 6, 17));
    let Reading { tables, templates, errors, .. } = reading;
    (Some(Compiled::new(today, (tables, templates), raw.fillers, raw.synonyms)), errors)
}

/// A file while it is read.
struct Reading<'a> {
    file: &'a str,
    text: &'a str,
    tables: Vec<Table>,
    templates: Vec<Template>,
    errors: Vec<SentencesError>,
}

impl Reading<'_> {
    fn add(&mut self, lists: &Lists, name: IntentName, raw: RawTable) {
        let before = self.errors.len();
        let line = |at: usize| line_at(self.text, at);
        for template in raw.templates {
            let (line, written) = (line(template.span().start), template.into_inner());
            match template::compile(&written, lists) {
                Ok(ops) => {
                    self.templates.push(Template { table: self.tables.len(), line, text: written, ops });
                }
                Err(fault) => self.errors.push(SentencesError::Template {
                    file: self.file.to_owned(),
                    line,
                    template: written,
                    fault,
                }),
            }
        }
        let examples = raw.examples.into_iter().map(|e| (line(e.span().start), e.into_inner())).collect();
        self.tables.push(Table {
            name,
            expect: raw.expect,
            means: Means {
                order: raw.order,
                choice: raw.choice,
                past: raw.past,
                own: raw.own,
                it: raw.it,
                cheapest: raw.cheapest,
                dearest: raw.dearest,
                refused: raw.refused,
                only: raw.only,
                step: raw.step,
            },
            says: raw.says,
            by_ear: raw.by_ear,
            about: raw.about,
            examples,
            broken: self.errors.len() > before,
        });
    }
}

fn intent_name(name: &str) -> Option<IntentName> {
    let fine = (1..=40).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let known = fine.then(|| serde_json::from_value(serde_json::Value::String(name.to_owned())));
    known.and_then(Result::ok)
}

/// The line, from 1, of a place in a text.
fn line_at(text: &str, at: usize) -> usize {
    text.get(..at).map_or(0, |before| before.matches('\n').count()) + 1
}
