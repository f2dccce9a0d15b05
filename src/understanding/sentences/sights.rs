//! What the words of an utterance can fill: every typed place, at every word.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use jiff::civil::Date;

use super::SlotKind;
use crate::{
    commerce::{Currency, Money},
    understanding::{
        intent::{OptionPhrase, Period},
        phrases::{self, Count, Phrase},
        products::Vocabulary,
        words::{self, Token},
    },
};

/// The longest phrase for things, in tokens.
const MAX_PHRASE: usize = 40;

/// The most tokens that are read as phrases of one utterance, over and over: all of thirty. What has more to be read is
/// not understood; sixty words about things would otherwise take a quarter of a second.
const MAX_READ: usize = 5_000;

/// What filled a slot.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Things.
    Phrase(Rc<Phrase>),
    /// A count: "two six packs".
    Quantity(Count),
    /// An amount, and whether as a limit it is left out itself: "under ten dollars".
    Money(Money, bool),
    /// A position, from 1.
    Ordinal(u32),
    /// Digits: of an order's number or a PIN, and the number that they are if they were said as one.
    Digits(String, Option<u32>),
    /// Days.
    Period(Period),
    /// Words: of a brand, a size, an attribute, a description.
    Words(String),
    /// A pronoun.
    It,
    /// Options.
    Options(Vec<OptionPhrase>),
}

/// The phrases that were read, by their first token and the one after their last.
type Read = HashMap<(usize, usize), Option<Rc<Phrase>>>;

/// One utterance and what is needed to read its slots; remembers the phrases that it has read.
pub struct Sights<'a> {
    /// The utterance.
    pub tokens: &'a [Token],
    /// The shop's words.
    pub vocabulary: &'a Vocabulary,
    /// The shop's currency.
    pub currency: Currency,
    /// The present day.
    pub today: Date,
    read: RefCell<Read>,
    left: Cell<usize>,
    given_up: Cell<bool>,
}

impl<'a> Sights<'a> {
    /// Nothing read yet.
    pub fn new(tokens: &'a [Token], vocabulary: &'a Vocabulary, currency: Currency, today: Date) -> Self {
        Self {
            tokens,
            vocabulary,
            currency,
            today,
            read: RefCell::default(),
            left: Cell::new(MAX_READ),
            given_up: Cell::default(),
        }
    }

    /// The things that the tokens from `from` to `to` name.
    pub fn phrase(&self, from: usize, to: usize) -> Option<Rc<Phrase>> {
        if let Some(known) = self.read.borrow().get(&(from, to)) {
            return known.clone();
        }
        let Some(left) = self.left.get().checked_sub(to - from) else {
            self.given_up.set(true);
            return None;
        };
        self.left.set(left);
        let phrase = phrases::phrase(&self.tokens[from..to], self.vocabulary, self.currency).map(Rc::new);
        self.read.borrow_mut().insert((from, to), phrase.clone());
        phrase
    }

    /// Whether more was to be read than is.
    pub(super) fn given_up(&self) -> bool {
        self.given_up.get()
    }

    /// The ways to fill a slot at `at`: the end and the value of each, in the order of trial.
    pub(super) fn fill(&self, kind: SlotKind, at: usize) -> Vec<(usize, Value)> {
        let tokens = self.tokens;
        match kind {
            // "With decaf" is how it is made, "with a decaf" another drink.
            SlotKind::Product | SlotKind::Named | SlotKind::Thing if self.is_option_with(at) => Vec::new(),
            SlotKind::Product | SlotKind::Named | SlotKind::Thing | SlotKind::Not => (at + 1
                ..=tokens.len().min(at + MAX_PHRASE))
                .filter_map(|to| Some((to, self.phrase(at, to)?)))
                .filter(|(to, p)| match kind {
                    SlotKind::Product => p.clear,
                    SlotKind::Named => p.known,
                    SlotKind::Not => p.known && self.ends(*to),
                    _ => true,
                })
                .map(|(to, p)| (to, Value::Phrase(p)))
                .collect(),
            SlotKind::Description => (at + 1..=tokens.len().min(at + 5))
                .rev()
                .filter(|to| phrases::describes(&tokens[at..*to], self.vocabulary))
                .map(|to| (to, Value::Words(phrases::text(&tokens[at..to]))))
                .collect(),
            SlotKind::Size => (at + 1..=tokens.len().min(at + 4))
                .rev()
                .filter(|to| phrases::is_size(&tokens[at..*to], self.vocabulary))
                .map(|to| (to, Value::Words(phrases::text(&tokens[at..to]))))
                .collect(),
            SlotKind::Options | SlotKind::NotOptions => {
                let ends = self.vocabulary.options().several(tokens, at, self.vocabulary);
                ends.into_iter().rev().map(|(to, options)| (to, Value::Options(options))).collect()
            }
            _ => self.one(kind, at).map(|(used, value)| (at + used, value)).into_iter().collect(),
        }
    }

    /// Whether an option stands at `at`, after "with".
    fn is_option_with(&self, at: usize) -> bool {
        let with = at.checked_sub(1).is_some_and(|before| self.tokens[before].text == "with");
        with && self.vocabulary.options().words_at(self.tokens, at, self.vocabulary).is_some()
    }

    /// Whether no more words of a thing follow: "not paper towels" is no "not paper, but towels", and "the mocha with" no
    /// mocha.
    fn ends(&self, at: usize) -> bool {
        let joint = |token: &Token| ["with", "without"].contains(&token.text.as_str());
        if at.checked_sub(1).is_some_and(|last| joint(&self.tokens[last])) {
            return false;
        }
        self.tokens.get(at).is_none_or(|t| t.gap || !self.vocabulary.knows(&t.text))
    }

    /// Slots that can be filled in one way at most.
    fn one(&self, kind: SlotKind, at: usize) -> Option<(usize, Value)> {
        let tokens = self.tokens;
        match kind {
            SlotKind::It => phrases::pronoun(tokens, at).map(|used| (used, Value::It)),
            SlotKind::Quantity | SlotKind::Was => {
                phrases::quantity(tokens, at).map(|(count, used)| (used, Value::Quantity(count)))
            }
            SlotKind::Money | SlotKind::MoneyMin => {
                let excluded = phrases::excludes(tokens, at, kind == SlotKind::Money);
                words::price(tokens, at, self.currency).map(|(m, used)| (used, Value::Money(m, excluded)))
            }
            SlotKind::Ordinal => words::ordinal(tokens, at).map(|(n, used)| (used, Value::Ordinal(n))),
            SlotKind::OrderNumber => words::digits(tokens, at)
                .filter(|(text, _)| (3..=9).contains(&text.len()))
                .map(|(text, used)| (used, Value::Digits(text, None))),
            SlotKind::Digits => words::digits(tokens, at).map(|(text, used)| {
                let one = words::cardinal(tokens, at).filter(|(_, one)| *one == used).map(|(n, _)| n);
                (used, Value::Digits(text, one))
            }),
            SlotKind::Period | SlotKind::By => {
                words::period(tokens, at, self.today).map(|(p, used)| (used, Value::Period(p)))
            }
            SlotKind::Brand => {
                self.vocabulary.brand(tokens, at).map(|(b, used)| (used, Value::Words(b.to_owned())))
            }
            SlotKind::Attribute => {
                let token = tokens.get(at).filter(|t| self.vocabulary.is_modifier(&t.text))?;
                Some((1, Value::Words(token.text.clone())))
            }
            SlotKind::Product
            | SlotKind::Named
            | SlotKind::Thing
            | SlotKind::Not
            | SlotKind::Description
            | SlotKind::Size
            | SlotKind::Options
            | SlotKind::NotOptions => None,
        }
    }
}
