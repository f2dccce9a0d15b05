//! Prompts → [`Speech`]: the brand's words around typed values.
//!
//! The words are Fluent messages (`skills/<brand>/replies/<locale>.ftl`). A value never passes
//! through the text: it goes in as a mark and its segment is put back afterwards, so a product's
//! name can neither open a placeable nor a tag.
//!
//! Invariant: [`Phrasebook::say`] always has something to say and never fails; what could fail
//! is refused when the phrasebook is made.

mod check;
mod marks;

use std::{sync::Arc, time::Duration};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

pub use check::{PhraseError, faults, keys, messages};
use marks::{Join, Mark, Marks};

use crate::{
    dialogue::{Arg, Prompt},
    shared::Shared,
    turn::{MAX_PAUSE_MS, Segment, Speech},
};

/// The most items of a list that are said; a longer list is cut by the dialogue.
pub const MAX_ITEMS: usize = 20;

/// The longest name or description that is said, in characters: what a person can listen to.
const MAX_NAME: usize = 300;

/// The most digits that are read one by one.
const MAX_DIGITS: usize = 32;

/// How deep lists may lie in lists.
const MAX_DEPTH: usize = 4;

/// The message that is said instead of one that cannot be: it must not claim anything.
const SPEECHLESS: &str = "speechless";

/// The words of one skill in one language.
pub struct Phrasebook {
    locale: String,
    /// The messages, shared with the shops that have the same.
    bundle: Arc<FluentBundle<FluentResource>>,
    house: Vec<(String, String)>,
}

impl std::fmt::Debug for Phrasebook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Phrasebook").field("locale", &self.locale).finish_non_exhaustive()
    }
}

impl Phrasebook {
    /// Compiles the replies `ftl` of a locale (BCP 47). `house` are values for places that every
    /// message has: `shop`, `support`, `privacy`.
    ///
    /// # Errors
    /// [`PhraseError`] for a locale or a file that is not well-formed, a message that is missing,
    /// a place or function that does not exist.
    pub fn new(locale: &str, ftl: &str, house: &[(&str, &str)]) -> Result<Self, PhraseError> {
        static KNOWN: Shared<FluentBundle<FluentResource>> = Shared::new();
        let bundle = KNOWN.of(&[locale.as_bytes(), ftl.as_bytes()], || bundle(locale, ftl))?;
        let house = house.iter().map(|(k, v)| ((*k).to_owned(), marks::without_marks(v))).collect();
        Ok(Self { locale: locale.to_owned(), bundle, house })
    }

    /// The locale that it was made for.
    pub fn locale(&self) -> &str {
        &self.locale
    }

    /// Whether there is such a message; a skill's own intents bring their own.
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// Puts the prompts into words, one after the other. A prompt that cannot be said (a key or
    /// a value that is not there) is logged and replaced by a plain apology.
    pub fn say(&self, prompts: &[Prompt]) -> Speech {
        let mut said = Vec::new();
        for prompt in prompts {
            if !said.is_empty() {
                marks::push(&mut said, Segment::Text(" ".to_owned()));
            }
            let segments = self.one(prompt, 0).or_else(|| self.message(SPEECHLESS, &[], &Marks::default()));
            for segment in segments.unwrap_or_default() {
                marks::push(&mut said, segment);
            }
        }
        Speech(said)
    }

    /// A message without places.
    pub fn plain(&self, key: &str) -> Speech {
        self.say(&[Prompt::new(key)])
    }

    fn one(&self, prompt: &Prompt, depth: usize) -> Option<Vec<Segment>> {
        let mut marks = Marks::default();
        let mut args = Vec::new();
        for (place, arg) in &prompt.args {
            args.push((place.as_str(), self.value(arg, &mut marks, depth)?));
        }
        self.message(&prompt.key, &args, &marks)
    }

    /// The value of a place: a mark for whatever is typed, the thing itself where the message
    /// selects on it.
    fn value(&self, arg: &Arg, marks: &mut Marks, depth: usize) -> Option<FluentValue<'static>> {
        let segment = match arg {
            Arg::Count(n) => return Some(FluentValue::from(*n)),
            Arg::Kind(word) => return Some(FluentValue::from(marks::without_marks(word))),
            Arg::List(items) => {
                if depth >= MAX_DEPTH {
                    tracing::error!("a reply has lists in lists in lists");
                    return None;
                }
                let items = items.iter().take(MAX_ITEMS).map(|item| self.one(item, depth + 1));
                return Some(marks.add(Mark::List(items.collect::<Option<_>>()?)));
            }
            Arg::Money(amount) => Segment::Money(*amount),
            Arg::Date(date) => Segment::Date(*date),
            Arg::Digits(digits) => Segment::Digits(digits.chars().take(MAX_DIGITS).collect()),
            Arg::Name(name) => Segment::Name(shortened(name)),
        };
        Some(marks.add(Mark::One(segment)))
    }

    fn message(
        &self,
        key: &str,
        args: &[(&str, FluentValue<'static>)],
        marks: &Marks,
    ) -> Option<Vec<Segment>> {
        let Some(pattern) = self.bundle.get_message(key).and_then(|m| m.value()) else {
            tracing::error!(key, locale = self.locale, "the replies have no such message");
            return None;
        };
        let mut all = FluentArgs::new();
        for (place, value) in &self.house {
            all.set(place.as_str(), value.as_str());
        }
        for (place, value) in args {
            all.set(*place, value.clone());
        }
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&all), &mut errors);
        if !errors.is_empty() {
            tracing::error!(key, locale = self.locale, ?errors, "a reply cannot be said");
            return None;
        }
        marks.split(&text, |join, items| self.join(join, items))
    }

    /// Joins the items of a list as the language joins them.
    fn join(&self, join: Join, items: &[Vec<Segment>]) -> Option<Vec<Segment>> {
        let (pair, more, last) = match join {
            Join::And => ("list-pair", "list-more", "list-last"),
            Join::Or => ("list-pair-or", "list-more", "list-last-or"),
            Join::With => ("with-pair", "with-more", "with-last"),
            Join::Sentences => {
                let space = [Segment::Text(" ".to_owned())];
                return Some(items.join(space.as_slice()));
            }
        };
        let mut rest = items.iter().enumerate();
        let mut joined = rest.next().map(|(_, item)| item.clone()).unwrap_or_default();
        for (i, item) in rest {
            let key = match i + 1 {
                2 if items.len() == 2 => pair,
                n if n == items.len() => last,
                _ => more,
            };
            let mut marks = Marks::default();
            let first = marks.add(Mark::List(vec![joined]));
            let second = marks.add(Mark::List(vec![item.clone()]));
            joined = self.message(key, &[("first", first), ("second", second)], &marks)?;
        }
        Some(joined)
    }
}

/// The messages of a locale, compiled.
fn bundle(locale: &str, ftl: &str) -> Result<FluentBundle<FluentResource>, PhraseError> {
    let language: LanguageIdentifier = locale.parse().map_err(|_| PhraseError::Locale(locale.to_owned()))?;
    let resource = check::read(ftl)?;
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    bundle.set_use_isolating(false);
    add_functions(&mut bundle)?;
    bundle.add_resource(resource).map_err(|errors| PhraseError::Twice(check::first_of(&errors)))?;
    Ok(bundle)
}

/// What a writer can call: see the head of the sample skill's replies/en.ftl.
fn add_functions(bundle: &mut FluentBundle<FluentResource>) -> Result<(), PhraseError> {
    let added = bundle
        .add_builtins()
        .and_then(|()| {
            bundle.add_function("PAUSE", |places, _| match places.first() {
                Some(FluentValue::Number(n)) => marks::pause(n.value),
                _ => FluentValue::Error,
            })
        })
        .and_then(|()| bundle.add_function("OR", |places, _| marks::joined(places.first(), Join::Or)))
        .and_then(|()| bundle.add_function("WITH", |places, _| marks::joined(places.first(), Join::With)))
        .and_then(|()| {
            bundle.add_function("ONE-BY-ONE", |places, _| marks::joined(places.first(), Join::Sentences))
        });
    added.map_err(|error| PhraseError::Twice(error.to_string()))
}

/// At most [`MAX_NAME`] characters, cut where a sentence ends or else between two words.
fn shortened(text: &str) -> String {
    let Some((end, _)) = text.char_indices().nth(MAX_NAME) else { return text.to_owned() };
    let head = &text[..end];
    let sentence = head.rfind(". ").map(|dot| dot + 1);
    head[..sentence.or_else(|| head.rfind(' ')).unwrap_or(end)].to_owned()
}

/// A pause of a mark, bounded.
fn pause_of(ms: u64) -> Segment {
    Segment::Pause(Duration::from_millis(ms.min(MAX_PAUSE_MS)))
}
