//! Templates spelled out, for platforms that learn from sentences and know no brackets.
//!
//! A template with its lists stands for thousands of sentences. Those that are spelled out are few: for
//! each word and each place the shortest sentence in which it is. Every alternative is there, and
//! their number grows with the length of the template, not with its combinations.

use std::collections::HashSet;

use super::{SlotKind, template::Op};

/// A part of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Piece<'a> {
    /// A word.
    Word(&'a str),
    /// A typed place.
    Slot(SlotKind),
}

/// The sentences of a template, the shortest first, each once.
pub(super) fn sentences(ops: &[Op]) -> Vec<Vec<Piece<'_>>> {
    let (before, after) = (ways_to(ops), ways_on(ops));
    let (mut all, mut seen) = (vec![said(ops, &[], 0, &after)], HashSet::new());
    for (at, op) in ops.iter().enumerate() {
        if matches!(op, Op::Word(_) | Op::Slot(_)) {
            all.extend(before[at].as_ref().map(|(_, way)| said(ops, way, at, &after)));
        }
    }
    all.retain(|sentence| !sentence.is_empty() && seen.insert(sentence.clone()));
    all
}

/// What is said on a way and from its end on.
fn said<'a>(ops: &'a [Op], way: &[usize], mut at: usize, after: &[(usize, usize)]) -> Vec<Piece<'a>> {
    let mut pieces: Vec<Piece<'a>> = way.iter().filter_map(|step| piece(&ops[*step])).collect();
    while !matches!(ops[at], Op::End) {
        pieces.extend(piece(&ops[at]));
        at = after[at].1;
    }
    pieces
}

fn piece(op: &Op) -> Option<Piece<'_>> {
    match op {
        Op::Word(word) => Some(Piece::Word(word)),
        Op::Slot(kind) => Some(Piece::Slot(*kind)),
        _ => None,
    }
}

fn cost(op: &Op) -> usize {
    usize::from(piece(op).is_some())
}

/// Of each step: how much is said from it to the end at least, and the step that follows then. A program
/// only ever goes forward, so that one pass from its end is enough.
fn ways_on(ops: &[Op]) -> Vec<(usize, usize)> {
    let mut ways = vec![(0, 0); ops.len()];
    for (at, op) in ops.iter().enumerate().rev() {
        let next = match op {
            Op::End => continue,
            Op::Jump(to) => *to,
            Op::Split(a, b) if ways[*b].0 < ways[*a].0 => *b,
            Op::Split(a, _) => *a,
            Op::Word(_) | Op::Slot(_) => at + 1,
        };
        ways[at] = (ways[next].0 + cost(op), next);
    }
    ways
}

/// Of each step: how much is said before it at least, and the words and places on that way.
fn ways_to(ops: &[Op]) -> Vec<Option<(usize, Vec<usize>)>> {
    let mut ways: Vec<Option<(usize, Vec<usize>)>> = vec![None; ops.len()];
    ways[0] = Some((0, Vec::new()));
    for (at, op) in ops.iter().enumerate() {
        let Some((said, mut way)) = ways[at].clone() else { continue };
        let next = match op {
            Op::End => Vec::new(),
            Op::Jump(to) => vec![*to],
            Op::Split(a, b) => vec![*a, *b],
            Op::Word(_) | Op::Slot(_) => vec![at + 1],
        };
        if cost(op) > 0 {
            way.push(at);
        }
        for to in next {
            if ways[to].as_ref().is_none_or(|(known, _)| said + cost(op) < *known) {
                ways[to] = Some((said + cost(op), way.clone()));
            }
        }
    }
    ways
}

#[cfg(test)]
mod tests {
    use super::{super::template::compile, *};

    #[test]
    fn each_alternative_is_spelled_out_in_a_sentence_as_short_as_can_be() {
        let ops = compile("[please] (order|buy) {product} [for (me|us)]", &Default::default()).unwrap();
        let text = |pieces: &Vec<Piece<'_>>| {
            let word = |piece: &Piece<'_>| match piece {
                Piece::Word(word) => (*word).to_owned(),
                Piece::Slot(_) => "…".to_owned(),
            };
            pieces.iter().map(word).collect::<Vec<_>>().join(" ")
        };
        let all: Vec<String> = sentences(&ops).iter().map(text).collect();
        assert_eq!(all, ["order …", "please order …", "buy …", "order … for me", "order … for us"]);
    }
}
