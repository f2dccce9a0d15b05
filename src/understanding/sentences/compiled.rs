//! Sentences, compiled: what the matcher goes by.

use std::{collections::HashMap, ops::Deref, sync::Arc};

use jiff::civil::Date;

use super::{
    error::SentencesError,
    expand::{self, Piece},
    file::{self, Fillers, Synonyms, Table},
    template::{self, Op},
};
use crate::{
    shared::Shared,
    understanding::{intent::IntentName, normal::Trimmer},
};

/// A compiled template.
#[derive(Debug, Clone)]
pub(super) struct Template {
    pub(super) table: usize,
    pub(super) line: usize,
    pub(super) text: String,
    pub(super) ops: Vec<Op>,
}

/// The sentences of one locale, compiled once. A clone shares them, and so do all that were parsed of the same text.
#[derive(Debug, Clone)]
pub struct Sentences {
    /// The file, for errors.
    pub(super) file: String,
    compiled: Arc<Compiled>,
}

impl Deref for Sentences {
    type Target = Compiled;

    fn deref(&self) -> &Compiled {
        &self.compiled
    }
}

/// What [`Sentences`] share.
#[derive(Debug)]
pub struct Compiled {
    pub(super) today: Date,
    pub(super) tables: Vec<Table>,
    pub(super) templates: Vec<Template>,
    /// Which templates can match an utterance with that first word.
    pub(super) by_first: HashMap<String, Vec<u32>>,
    /// Those that can start with a slot.
    pub(super) by_slot: Vec<u32>,
    fillers: Fillers,
    trimmer: Trimmer,
    synonyms: Synonyms,
}

impl Sentences {
    /// Reads and compiles a file of sentences; `file` is its name for errors.
    ///
    /// # Errors
    /// [`SentencesError`] names the file, the line and the template.
    pub fn parse(file: &str, text: &str) -> Result<Self, SentencesError> {
        static KNOWN: Shared<Compiled> = Shared::new();
        let compiled = KNOWN.of(&[text.as_bytes()], || {
            let (sentences, errors) = file::read(file, text);
            match errors.into_iter().next() {
                Some(error) => Err(error),
                None => sentences.ok_or_else(|| SentencesError::Size { file: file.to_owned() }),
            }
        })?;
        Ok(Self { file: file.to_owned(), compiled })
    }

    /// The same with every error, not only the first. There are sentences also if some templates are
    /// wrong: those without them.
    pub fn read(file: &str, text: &str) -> (Option<Self>, Vec<SentencesError>) {
        let (compiled, errors) = file::read(file, text);
        let compiled = compiled.map(|compiled| Self { file: file.to_owned(), compiled: Arc::new(compiled) });
        (compiled, errors)
    }
}

impl Compiled {
    /// What templates and tables come to.
    pub(super) fn new(
        today: Date,
        (tables, templates): (Vec<Table>, Vec<Template>),
        fillers: Fillers,
        synonyms: Synonyms,
    ) -> Self {
        let (by_first, by_slot) = (HashMap::new(), Vec::new());
        let trimmer = Trimmer::new(&fillers);
        let mut compiled = Self { today, tables, templates, by_first, by_slot, fillers, trimmer, synonyms };
        compiled.index();
        compiled
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

    /// Drops words without meaning.
    pub(in crate::understanding) fn trimmer(&self) -> &Trimmer {
        &self.trimmer
    }

    /// The words that are written in the templates of a meaning, with repetition.
    pub(in crate::understanding) fn own_words(&self, name: &IntentName) -> impl Iterator<Item = &str> {
        let of = move |template: &&Template| self.tables[template.table].name == *name;
        self.templates.iter().filter(of).flat_map(|template| template.ops.iter().filter_map(Op::word))
    }

    /// The words that are whole sentences of a meaning.
    pub(in crate::understanding) fn lone_words(&self, name: &IntentName) -> Vec<&str> {
        let of = |template: &&Template| self.tables[template.table].name == *name;
        let all = self.templates.iter().filter(of).flat_map(|template| expand::sentences(&template.ops));
        let lone = all.filter_map(|sentence| match sentence[..] {
            [Piece::Word(word)] => Some(word),
            _ => None,
        });
        lone.collect()
    }

    /// Each template's table, with sentences in which each of its words and places is at least once.
    pub fn spelled_out(&self) -> impl Iterator<Item = (&Table, Vec<Vec<Piece<'_>>>)> {
        self.templates.iter().map(|t| (&self.tables[t.table], expand::sentences(&t.ops)))
    }
}
