//! The TOML file of sentences, read and compiled.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use super::{
    check::Example,
    template::{self, Lists, Op, TemplateError},
};
use crate::understanding::intent::{Choice, Expect, IntentName, OrderRef, Past};

/// A bigger file is no list of sentences.
const MAX_FILE: usize = 1 << 20;

/// The sentences cannot be used; says where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SentencesError {
    /// The file is too large.
    #[error("{file}: more than {MAX_FILE} bytes of sentences")]
    Size {
        /// The file.
        file: String,
    },
    /// It is no TOML of the expected shape.
    #[error("{file}: {message}")]
    Toml {
        /// The file.
        file: String,
        /// What the parser says, with line and column.
        message: String,
    },
    /// A template is malformed.
    #[error("{file}:{line}: template \"{template}\": {fault}")]
    Template {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The template as it is written.
        template: String,
        /// What is wrong with it.
        fault: TemplateError,
    },
    /// A custom intent's name is not in snake_case.
    #[error("{file}: the intent name \"{name}\" must be lower-case letters and underscores")]
    Name {
        /// The file.
        file: String,
        /// The name.
        name: String,
    },
}

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

/// Templates that mean the same, and what they add.
#[derive(Debug, Clone)]
pub struct Table {
    /// The meaning.
    pub name: IntentName,
    /// Only while this is awaited.
    pub expect: Option<Expect>,
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
    /// Whether these words are trusted when they were heard and not typed. One short word is what
    /// a recogniser makes of other short words, so a lone "sure" orders nothing.
    pub by_ear: bool,
    /// Words of which one must be said before a guess is believed.
    pub about: Vec<String>,
    /// Its examples with their lines.
    pub examples: Vec<(usize, Example)>,
}

/// A compiled template.
#[derive(Debug, Clone)]
pub(super) struct Template {
    pub(super) table: usize,
    pub(super) line: usize,
    pub(super) text: String,
    pub(super) ops: Vec<Op>,
}

/// The sentences of one locale, compiled once.
#[derive(Debug, Clone)]
pub struct Sentences {
    pub(super) file: String,
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
        let name = file.to_owned();
        if text.len() > MAX_FILE {
            return Err(SentencesError::Size { file: name });
        }
        let raw: File = toml::from_str(text)
            .map_err(|error| SentencesError::Toml { file: name.clone(), message: error.to_string() })?;
        let mut sentences = Self {
            file: name,
            today: raw.today.unwrap_or(Date::constant(2026, 6, 17)),
            tables: Vec::new(),
            templates: Vec::new(),
            by_first: HashMap::new(),
            by_slot: Vec::new(),
            fillers: raw.fillers,
            synonyms: raw.synonyms,
        };
        for (name, tables) in raw.intents {
            let name = sentences.intent_name(&name)?;
            for table in tables {
                sentences.add(text, &raw.lists, name.clone(), table)?;
            }
        }
        sentences.index();
        Ok(sentences)
    }

    fn intent_name(&self, name: &str) -> Result<IntentName, SentencesError> {
        let fine =
            (1..=40).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        let known = fine.then(|| serde_json::from_value(serde_json::Value::String(name.to_owned())));
        known
            .and_then(Result::ok)
            .ok_or_else(|| SentencesError::Name { file: self.file.clone(), name: name.to_owned() })
    }

    fn add(
        &mut self,
        text: &str,
        lists: &Lists,
        name: IntentName,
        raw: RawTable,
    ) -> Result<(), SentencesError> {
        let line = |at: usize| text.get(..at).map_or(0, |before| before.matches('\n').count() + 1);
        for template in raw.templates {
            let (line, written) = (line(template.span().start), template.into_inner());
            let ops = template::compile(&written, lists).map_err(|fault| SentencesError::Template {
                file: self.file.clone(),
                line,
                template: written.clone(),
                fault,
            })?;
            self.templates.push(Template { table: self.tables.len(), line, text: written, ops });
        }
        let examples = raw.examples.into_iter().map(|e| (line(e.span().start), e.into_inner())).collect();
        self.tables.push(Table {
            name,
            expect: raw.expect,
            order: raw.order,
            choice: raw.choice,
            past: raw.past,
            own: raw.own,
            it: raw.it,
            cheapest: raw.cheapest,
            refused: raw.refused,
            only: raw.only,
            by_ear: raw.by_ear,
            about: raw.about,
            examples,
        });
        Ok(())
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

    /// The intents with their examples.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// What the shop's customers call otherwise.
    pub fn synonyms(&self) -> &Synonyms {
        &self.synonyms
    }

    /// Words without meaning.
    pub fn fillers(&self) -> &Fillers {
        &self.fillers
    }

    /// The templates as they are written, with their intents, for exports.
    pub fn templates(&self) -> impl Iterator<Item = (&IntentName, &str)> {
        self.templates.iter().map(|t| (&self.tables[t.table].name, t.text.as_str()))
    }
}
