//! The TOML file of sentences, read and compiled.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Deref,
    sync::Arc,
};

use jiff::civil::Date;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use toml::Spanned;

use super::{
    check::Example,
    error::SentencesError,
    expand::{self, Piece},
    template::{self, Lists, Op},
};
use crate::understanding::intent::{Choice, Expect, IntentName, OrderRef, Past};

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
    refused: bool,
    #[serde(default)]
    only: bool,
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
    /// The things are refused: "not bananas".
    pub refused: bool,
    /// Of what is pending, only the things are meant: "just the bananas".
    pub only: bool,
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

/// A compiled template.
#[derive(Debug, Clone)]
pub(super) struct Template {
    pub(super) table: usize,
    pub(super) line: usize,
    pub(super) text: String,
    pub(super) ops: Vec<Op>,
}

/// The sentences of one locale, compiled once. A clone shares them.
#[derive(Debug, Clone)]
pub struct Sentences(Arc<Compiled>);

impl Deref for Sentences {
    type Target = Compiled;

    fn deref(&self) -> &Compiled {
        &self.0
    }
}

/// What [`Sentences`] share.
#[derive(Debug)]
pub struct Compiled {
    pub(super) file: String,
    /// SHA-256 of the file: the same text is compiled to the same.
    digest: [u8; 32],
    pub(super) today: Date,
    pub(super) tables: Vec<Table>,
    pub(super) templates: Vec<Template>,
    /// Which templates can match an utterance with that first word.
    pub(super) by_first: HashMap<String, Vec<u32>>,
    /// Those that can start with a slot.
    pub(super) by_slot: Vec<u32>,
    fillers: Fillers,
    synonyms: Synonyms,
}

impl Sentences {
    /// Reads and compiles a file of sentences; `file` is its name for errors.
    ///
    /// # Errors
    /// [`SentencesError`] names the file, the line and the template.
    pub fn parse(file: &str, text: &str) -> Result<Self, SentencesError> {
        let (sentences, errors) = Self::read(file, text);
        match errors.into_iter().next() {
            Some(error) => Err(error),
            None => sentences.ok_or_else(|| SentencesError::Size { file: file.to_owned() }),
        }
    }

    /// The same with every error, not only the first. There are sentences also if some templates are
    /// wrong: those without them.
    pub fn read(file: &str, text: &str) -> (Option<Self>, Vec<SentencesError>) {
        let name = file.to_owned();
        if text.len() > MAX_FILE {
            return (None, vec![SentencesError::Size { file: name }]);
        }
        let raw: File = match toml::from_str(text) {
            Ok(raw) => raw,
            Err(error) => {
                let line = line_at(text, error.span().map_or(0, |span| span.start));
                return (None, vec![SentencesError::Toml { file: name, line, message: error.to_string() }]);
            }
        };
        let mut sentences = Compiled {
            file: name,
            digest: Sha256::digest(text.as_bytes()).into(),
            today: raw.today.unwrap_or(Date::constant(2026, 6, 17)),
            tables: Vec::new(),
            templates: Vec::new(),
            by_first: HashMap::new(),
            by_slot: Vec::new(),
            fillers: raw.fillers,
            synonyms: raw.synonyms,
        };
        let mut errors = Vec::new();
        for (name, tables) in raw.intents {
            match intent_name(&name) {
                Some(name) => {
                    for table in tables {
                        sentences.add(text, &raw.lists, name.clone(), table, &mut errors);
                    }
                }
                None => {
                    let line = line_at(text, text.find(&name).unwrap_or(0));
                    errors.push(SentencesError::Name { file: sentences.file.clone(), line, name });
                }
            }
        }
        sentences.index();
        (Some(Self(Arc::new(sentences))), errors)
    }

    /// These, or those that were made of the same text before: many shops begin with the same sentences.
    #[must_use]
    pub fn shared(self, before: &mut HashMap<[u8; 32], Self>) -> Self {
        before.entry(self.digest).or_insert(self).clone()
    }

    /// The intents with their examples.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// Every fixed word of every template, with the template's line.
    pub fn words(&self) -> impl Iterator<Item = (usize, &str)> {
        self.templates.iter().flat_map(|t| t.ops.iter().filter_map(|op| Some((t.line, op.word()?))))
    }

    /// What the shop's customers call otherwise.
    pub fn synonyms(&self) -> &Synonyms {
        &self.synonyms
    }

    /// Words without meaning.
    pub fn fillers(&self) -> &Fillers {
        &self.fillers
    }

    /// Each template's table, with sentences in which each of its words and places is at least once.
    pub fn spelled_out(&self) -> impl Iterator<Item = (&Table, Vec<Vec<Piece<'_>>>)> {
        self.templates.iter().map(|t| (&self.tables[t.table], expand::sentences(&t.ops)))
    }
}

impl Compiled {
    fn add(
        &mut self,
        text: &str,
        lists: &Lists,
        name: IntentName,
        raw: RawTable,
        errors: &mut Vec<SentencesError>,
    ) {
        let before = errors.len();
        for template in raw.templates {
            let (line, written) = (line_at(text, template.span().start), template.into_inner());
            match template::compile(&written, lists) {
                Ok(ops) => {
                    self.templates.push(Template { table: self.tables.len(), line, text: written, ops });
                }
                Err(fault) => errors.push(SentencesError::Template {
                    file: self.file.clone(),
                    line,
                    template: written,
                    fault,
                }),
            }
        }
        let line = |at: usize| line_at(text, at);
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
                refused: raw.refused,
                only: raw.only,
            },
            by_ear: raw.by_ear,
            about: raw.about,
            examples,
            broken: errors.len() > before,
        });
    }

    fn index(&mut self) {
        for (number, template) in (0_u32..).zip(&self.templates) {
            let (words, slot) = template::firsts(&template.ops);
            for word in words {
                let bucket = self.by_first.entry(word.to_owned()).or_default();
                if bucket.last() != Some(&number) {
                    bucket.push(number);
                }
            }
            if slot {
                self.by_slot.push(number);
            }
        }
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
