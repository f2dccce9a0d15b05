//! Templates against an utterance: every template that can start so is run; the one that
//! accounts for most of the words by itself wins.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use jiff::civil::Date;

use super::{Sentences, SlotKind, Table, compiled::Template, template::Op};
use crate::{
    commerce::{Currency, Money},
    understanding::{
        intent::{Expect, OptionPhrase, Period},
        phrases::{self, Count, Phrase},
        products::Vocabulary,
        words::{self, Token},
    },
};

/// Steps after which a template is given up on an utterance.
const MAX_STEPS: usize = 20_000;

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

/// A filled slot.
#[derive(Debug, Clone, PartialEq)]
pub struct Capture {
    /// Which slot.
    pub kind: SlotKind,
    /// With what.
    pub value: Value,
    /// How many tokens it took.
    pub len: usize,
}

/// A template that matches the whole utterance.
#[derive(Debug, Clone)]
pub struct Found<'a> {
    /// Its table.
    pub table: &'a Table,
    /// What filled its slots.
    pub captures: Vec<Capture>,
    /// How much of the utterance it accounts for; greater is better.
    pub score: usize,
    /// Its number.
    pub(super) template: usize,
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

    /// The ways to fill a slot at `at`: the end and the value of each, in the order of trial.
    fn fill(&self, kind: SlotKind, at: usize) -> Vec<(usize, Value)> {
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

    /// Whether no more words of a thing follow: "not paper towels" is no "not paper, but towels".
    fn ends(&self, at: usize) -> bool {
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

/// A template on its way through an utterance.
struct Run<'a> {
    ops: &'a [Op],
    sights: &'a Sights<'a>,
    seen: Vec<bool>,
    captures: Vec<Capture>,
    steps: usize,
}

impl Run<'_> {
    fn go(&mut self, mut pc: usize, mut at: usize) -> bool {
        let width = self.sights.tokens.len() + 1;
        loop {
            self.steps += 1;
            if self.steps > MAX_STEPS || std::mem::replace(&mut self.seen[pc * width + at], true) {
                return false;
            }
            match &self.ops[pc] {
                Op::End => return at + 1 == width,
                Op::Jump(to) => pc = *to,
                Op::Word(word) => {
                    if self.sights.tokens.get(at).is_none_or(|t| t.text != *word) {
                        return false;
                    }
                    (pc, at) = (pc + 1, at + 1);
                }
                Op::Split(first, second) => {
                    if self.go(*first, at) {
                        return true;
                    }
                    pc = *second;
                }
                Op::Slot(kind) => return self.slot(*kind, pc, at),
            }
        }
    }

    fn slot(&mut self, kind: SlotKind, pc: usize, at: usize) -> bool {
        if at >= self.sights.tokens.len() {
            return false;
        }
        for (to, value) in self.sights.fill(kind, at) {
            self.captures.push(Capture { kind, value, len: to - at });
            if self.go(pc + 1, to) {
                return true;
            }
            self.captures.pop();
        }
        false
    }
}

fn run<'a>(template: &'a Template, sights: &'a Sights<'a>) -> Option<Vec<Capture>> {
    let seen = vec![false; template.ops.len() * (sights.tokens.len() + 1)];
    let mut run = Run { ops: &template.ops, sights, seen, captures: Vec::new(), steps: 0 };
    run.go(0, 0).then_some(run.captures)
}

/// What a template accounts for: its own words and typed slots fully, things less, unknown things
/// least.
fn score(captures: &[Capture], tokens: usize) -> usize {
    let slots: usize = captures.iter().map(|c| c.len).sum();
    let weight = |capture: &Capture| match &capture.value {
        Value::Phrase(phrase) if phrase.clear => 3,
        Value::Phrase(phrase) if phrase.known => 2,
        Value::Phrase(_) => 1,
        _ => 4,
    };
    (tokens - slots.min(tokens)) * 5 + captures.iter().map(|c| weight(c) * c.len).sum::<usize>()
}

/// All templates that match the whole utterance now.
pub(super) fn all<'a>(
    sentences: &'a Sentences,
    sights: &'a Sights<'a>,
    expect: Expect,
) -> impl Iterator<Item = Found<'a>> {
    let first = sights.tokens.first().and_then(|t| sentences.by_first.get(&t.text));
    let numbers = first.into_iter().flatten().chain(&sentences.by_slot);
    numbers.filter_map(move |&number| {
        let number = number as usize;
        let template = &sentences.templates[number];
        let table = &sentences.tables[template.table];
        if table.expect.is_some_and(|e| e != expect) {
            return None;
        }
        let captures = run(template, sights)?;
        let asked_for = usize::from(table.expect.is_some());
        let score = score(&captures, sights.tokens.len()) * 2 + asked_for;
        Some(Found { table, captures, score, template: number })
    })
}

/// The template that accounts for most; of equals the earlier in the file. Some tables can be left
/// out.
pub fn best<'a>(
    sentences: &'a Sentences,
    sights: &'a Sights<'a>,
    expect: Expect,
    but: impl Fn(&Table) -> bool,
) -> Option<Found<'a>> {
    let best = all(sentences, sights, expect).filter(|found| !but(found.table)).reduce(|best, next| {
        let better = next.score > best.score || next.score == best.score && next.template < best.template;
        if better { next } else { best }
    });
    // Of what was not read to its end a weaker template may only seem the best.
    best.filter(|_| !sights.given_up.get())
}
