//! Templates against an utterance: every template that can start so is run; the one that
//! accounts for most of the words by itself wins.

use super::{
    Sentences, SlotKind, Table,
    compiled::Template,
    sights::{Sights, Value},
    template::Op,
};
use crate::understanding::intent::Expect;

/// Steps after which a template is given up on an utterance.
const MAX_STEPS: usize = 20_000;

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
    best.filter(|_| !sights.given_up())
}
