//! What is refused before anything is said: replies that are not well-formed, that miss a
//! message, or that use a place or function which does not exist.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use fluent_bundle::{FluentError, FluentResource};
use fluent_syntax::{ast, unicode::unescape_unicode_to_string};

use super::marks::is_mark;

/// The replies from which every other language and skill is measured: the sample skill's
/// English has every message that the dialogue can say, with every place it is given.
const REFERENCE: &str = include_str!("../../skills/household/replies/en.ftl");

/// The largest file of replies, in bytes.
const MAX_FILE: usize = 256 * 1024;

/// The longest message without its values, in characters.
const MAX_TEXT: usize = 1_500;

/// Places that every message has.
const HOUSE: [&str; 3] = ["shop", "support", "privacy"];

/// Functions that a message can call.
const FUNCTIONS: [&str; 5] = ["PAUSE", "OR", "WITH", "ONE-BY-ONE", "NUMBER"];

/// Replies that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhraseError {
    /// Not a BCP 47 locale.
    #[error("`{0}` is not a locale such as `en` or `pt-BR`")]
    Locale(String),
    /// Too large to be replies.
    #[error("the file is larger than 256 KiB")]
    TooLarge,
    /// Not Fluent.
    #[error("line {line}: {what}")]
    Syntax {
        /// From 1.
        line: usize,
        /// What the parser says.
        what: String,
    },
    /// A message is there twice.
    #[error("{0}")]
    Twice(String),
    /// Messages that the dialogue can say are not there.
    #[error("missing: {}", .0.join(", "))]
    Missing(Vec<String>),
    /// A message uses what does not exist, or is empty or too long.
    #[error("`{key}`: {what}")]
    Message {
        /// The message.
        key: String,
        /// What is wrong with it.
        what: String,
    },
}

/// The keys of all messages that a skill must have, with their places.
pub fn messages() -> &'static BTreeMap<String, BTreeSet<String>> {
    static MESSAGES: OnceLock<BTreeMap<String, BTreeSet<String>>> = OnceLock::new();
    MESSAGES.get_or_init(|| {
        // A reference that does not parse has no messages; `read` then names the error.
        let found = parse(REFERENCE).map(|resource| uses(&resource)).unwrap_or_default();
        // What answers a meaning that a shop added is said in that shop only.
        let told = found.keys().filter(|key| !key.starts_with("custom-"));
        told.map(|key| (key.clone(), places(key, &found))).collect()
    })
}

/// Parses replies and refuses those that could not be said.
pub(super) fn read(ftl: &str) -> Result<FluentResource, PhraseError> {
    let resource = parse(ftl)?;
    faults_of(ftl, &resource).into_iter().next().map_or(Ok(resource), |(_, error)| Err(error))
}

/// Everything that is wrong with the replies, each with its line, from 1, where there is one.
pub fn faults(ftl: &str) -> Vec<(Option<usize>, PhraseError)> {
    match parse(ftl) {
        Ok(resource) => faults_of(ftl, &resource),
        Err(error @ PhraseError::Syntax { line, .. }) => {
            // The parser goes on after a mistake; the first one is the error at hand.
            let all = FluentResource::try_new(ftl.to_owned()).err().map(|(_, errors)| errors);
            let rest = all.unwrap_or_default().into_iter().skip(1).map(|error| {
                let line = line_of(ftl, error.pos.start);
                (Some(line), PhraseError::Syntax { line, what: error.kind.to_string() })
            });
            std::iter::once((Some(line), error)).chain(rest).collect()
        }
        Err(error) => vec![(None, error)],
    }
}

/// The keys of all messages of some replies, with their lines; empty if they are not Fluent.
pub fn keys(ftl: &str) -> Vec<(usize, String)> {
    let Ok(resource) = parse(ftl) else { return Vec::new() };
    let key = |key: &String| (line_of_message(ftl, key).unwrap_or(1), key.clone());
    uses(&resource).keys().map(key).collect()
}

fn faults_of(ftl: &str, resource: &FluentResource) -> Vec<(Option<usize>, PhraseError)> {
    let found = uses(resource);
    let mut faults = Vec::new();
    let missing: Vec<_> = messages().keys().filter(|key| !found.contains_key(*key)).cloned().collect();
    if !missing.is_empty() {
        faults.push((None, PhraseError::Missing(missing)));
    }
    let (mut terms, mut seen) = (BTreeSet::new(), BTreeSet::new());
    for entry in resource.entries() {
        match entry {
            ast::Entry::Term(term) => _ = terms.insert(term.id.name),
            ast::Entry::Message(message) if !seen.insert(message.id.name) => {
                let key = message.id.name.to_owned();
                let line = ftl.rfind(&format!("\n{key} ")).map(|at| line_of(ftl, at + 1));
                faults.push((line, PhraseError::Message { key, what: "it is there twice".to_owned() }));
            }
            _ => {}
        }
    }
    for (key, uses) in &found {
        if let Some(what) = uses.wrong(key, messages().get(key), &found, &terms) {
            faults.push((line_of_message(ftl, key), PhraseError::Message { key: key.clone(), what }));
        }
    }
    faults
}

/// The line, from 1, on which a message begins.
fn line_of_message(ftl: &str, key: &str) -> Option<usize> {
    let begins = |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
    ftl.lines().position(begins).map(|at| at + 1)
}

/// The first error of several, in words.
pub(super) fn first_of(errors: &[FluentError]) -> String {
    errors.first().map(ToString::to_string).unwrap_or_default()
}

fn parse(ftl: &str) -> Result<FluentResource, PhraseError> {
    if ftl.len() > MAX_FILE {
        return Err(PhraseError::TooLarge);
    }
    if let Some(at) = ftl.find(is_mark) {
        return Err(PhraseError::Syntax {
            line: line_of(ftl, at),
            what: "a private-use character".to_owned(),
        });
    }
    FluentResource::try_new(ftl.to_owned()).map_err(|(_, errors)| match errors.first() {
        Some(error) => {
            PhraseError::Syntax { line: line_of(ftl, error.pos.start), what: error.kind.to_string() }
        }
        None => PhraseError::Syntax { line: 1, what: "not Fluent".to_owned() },
    })
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|b| *b == b'\n').count() + 1
}

/// What a message consists of.
#[derive(Default)]
struct Uses {
    places: BTreeSet<String>,
    functions: BTreeSet<String>,
    messages: BTreeSet<String>,
    terms: BTreeSet<String>,
    length: usize,
    empty: bool,
    marks: bool,
}

/// The messages that a message refers to, directly or through another.
fn parts<'a>(key: &str, all: &'a BTreeMap<String, Uses>) -> BTreeSet<&'a str> {
    let direct = |key: &str| all.get(key).into_iter().flat_map(|uses| &uses.messages).map(String::as_str);
    let (mut open, mut seen): (Vec<_>, _) = (direct(key).collect(), BTreeSet::new());
    while let Some(key) = open.pop() {
        if seen.insert(key) {
            open.extend(direct(key));
        }
    }
    seen
}

/// The places of a message and of its parts, which are given the same values.
fn places(key: &str, all: &BTreeMap<String, Uses>) -> BTreeSet<String> {
    let uses = parts(key, all).into_iter().chain([key]).filter_map(|key| all.get(key));
    uses.flat_map(|uses| uses.places.clone()).collect()
}

fn uses(resource: &FluentResource) -> BTreeMap<String, Uses> {
    let mut all = BTreeMap::new();
    for entry in resource.entries() {
        if let ast::Entry::Message(message) = entry {
            let mut uses = Uses { empty: message.value.is_none(), ..Uses::default() };
            message.value.iter().for_each(|pattern| uses.pattern(pattern));
            all.insert(message.id.name.to_owned(), uses);
        }
    }
    all
}

impl Uses {
    /// What is wrong with the message, if anything.
    fn wrong(
        &self,
        key: &str,
        given: Option<&BTreeSet<String>>,
        all: &BTreeMap<String, Uses>,
        terms: &BTreeSet<&str>,
    ) -> Option<String> {
        let unknown_place = |place: &&String| {
            !HOUSE.contains(&place.as_str()) && !given.is_some_and(|given| given.contains(*place))
        };
        if self.empty {
            Some("it has no text".to_owned())
        } else if self.marks {
            Some("it has a private-use character".to_owned())
        } else if self.length > MAX_TEXT {
            Some(format!("it is longer than {MAX_TEXT} characters"))
        } else if parts(key, all).contains(key) {
            Some("it is a part of itself".to_owned())
        } else if let Some(place) = places(key, all).iter().find(unknown_place) {
            Some(format!("it is never given `${place}`"))
        } else if let Some(name) = self.functions.iter().find(|name| !FUNCTIONS.contains(&name.as_str())) {
            Some(format!("there is no function {name}"))
        } else if let Some(key) = self.messages.iter().find(|key| !all.contains_key(*key)) {
            Some(format!("there is no message `{key}`"))
        } else {
            let term = self.terms.iter().find(|term| !terms.contains(term.as_str()));
            term.map(|term| format!("there is no term `-{term}`"))
        }
    }

    fn pattern(&mut self, pattern: &ast::Pattern<&str>) {
        for element in &pattern.elements {
            match element {
                ast::PatternElement::TextElement { value } => self.length += value.chars().count(),
                ast::PatternElement::Placeable { expression } => self.expression(expression),
            }
        }
    }

    fn expression(&mut self, expression: &ast::Expression<&str>) {
        match expression {
            ast::Expression::Inline(inline) => self.inline(inline),
            ast::Expression::Select { selector, variants } => {
                self.inline(selector);
                variants.iter().for_each(|variant| self.pattern(&variant.value));
            }
        }
    }

    fn inline(&mut self, inline: &ast::InlineExpression<&str>) {
        use ast::InlineExpression as Inline;
        match inline {
            Inline::StringLiteral { value } => {
                self.marks |= unescape_unicode_to_string(value).contains(is_mark)
            }
            Inline::NumberLiteral { .. } => {}
            Inline::VariableReference { id } => _ = self.places.insert(id.name.to_owned()),
            Inline::MessageReference { id, .. } => _ = self.messages.insert(id.name.to_owned()),
            Inline::TermReference { id, .. } => _ = self.terms.insert(id.name.to_owned()),
            Inline::Placeable { expression } => self.expression(expression),
            Inline::FunctionReference { id, arguments } => {
                self.functions.insert(id.name.to_owned());
                arguments.positional.iter().for_each(|place| self.inline(place));
                arguments.named.iter().for_each(|named| self.inline(&named.value));
            }
        }
    }
}
