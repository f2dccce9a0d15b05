//! One template: parsed from its text, compiled to a small program.

use std::collections::BTreeMap;

use super::SlotKind;
use crate::understanding::words::tokenise;

/// A step of a compiled template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Op {
    /// This word.
    Word(String),
    /// A typed place.
    Slot(SlotKind),
    /// Try the first, then the second.
    Split(usize, usize),
    /// Go on there.
    Jump(usize),
    /// The end of the utterance.
    End,
}

impl Op {
    /// The word, if it is one.
    pub(super) fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            _ => None,
        }
    }
}

/// The most steps of one template, its lists included.
const MAX_OPS: usize = 4_000;

/// How deep brackets and lists may nest.
const MAX_DEPTH: usize = 12;

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A bracket without its partner.
    #[error("'{0}' has no partner")]
    Bracket(char),
    /// A slot that does not exist.
    #[error("there is no slot {{{0}}}")]
    Slot(String),
    /// A list that does not exist.
    #[error("there is no list <{0}>")]
    List(String),
    /// Lists within lists without end, or too many brackets.
    #[error("it nests deeper than {MAX_DEPTH}")]
    Depth,
    /// Too many alternatives.
    #[error("it has more than {MAX_OPS} steps")]
    Size,
    /// It would match an empty utterance.
    #[error("it matches silence")]
    Empty,
}

#[derive(Debug, Clone)]
enum Node {
    Word(String),
    Slot(SlotKind),
    Optional(Vec<Vec<Node>>),
    Choice(Vec<Vec<Node>>),
}

/// The lists of a file: name → alternatives.
pub(super) type Lists = BTreeMap<String, Vec<String>>;

/// Parses and compiles a template.
pub(super) fn compile(text: &str, lists: &Lists) -> Result<Vec<Op>, TemplateError> {
    let mut parser = Parser { rest: text, lists, depth: 0 };
    let mut alternatives = parser.alternatives(None)?;
    let nodes = match alternatives.len() {
        1 => alternatives.remove(0),
        _ => vec![Node::Choice(alternatives)],
    };
    if nodes.iter().all(|node| matches!(node, Node::Optional(_))) {
        return Err(TemplateError::Empty);
    }
    let mut ops = Vec::new();
    emit(&nodes, &mut ops)?;
    ops.push(Op::End);
    Ok(ops)
}

struct Parser<'a> {
    rest: &'a str,
    lists: &'a Lists,
    depth: usize,
}

impl<'a> Parser<'a> {
    /// Alternatives up to the closing bracket, or to the end.
    fn alternatives(&mut self, closing: Option<char>) -> Result<Vec<Vec<Node>>, TemplateError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(TemplateError::Depth);
        }
        let (mut all, mut now) = (Vec::new(), Vec::new());
        loop {
            let end = self.rest.find(['[', ']', '(', ')', '{', '}', '<', '>', '|']);
            let (plain, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
            now.extend(tokenise(plain).unwrap_or_default().into_iter().map(|t| Node::Word(t.text)));
            let Some(sign) = rest.chars().next() else {
                self.depth -= 1;
                all.push(now);
                return closing.map_or(Ok(all), |c| Err(TemplateError::Bracket(c)));
            };
            self.rest = &rest[1..];
            match sign {
                '|' => all.push(std::mem::take(&mut now)),
                '[' => now.push(Node::Optional(self.alternatives(Some(']'))?)),
                '(' => now.push(Node::Choice(self.alternatives(Some(')'))?)),
                '{' => {
                    let name = self.name('}')?;
                    let kind = SlotKind::named(name).ok_or_else(|| TemplateError::Slot(name.to_owned()))?;
                    now.push(Node::Slot(kind));
                }
                '<' => {
                    let name = self.name('>')?;
                    now.push(self.list(name)?);
                }
                _ if Some(sign) == closing => {
                    self.depth -= 1;
                    all.push(now);
                    return Ok(all);
                }
                _ => return Err(TemplateError::Bracket(sign)),
            }
        }
    }

    fn name(&mut self, closing: char) -> Result<&'a str, TemplateError> {
        let (name, rest) = self.rest.split_once(closing).ok_or(TemplateError::Bracket(closing))?;
        self.rest = rest;
        Ok(name.trim())
    }

    fn list(&mut self, name: &str) -> Result<Node, TemplateError> {
        let entries = self.lists.get(name).ok_or_else(|| TemplateError::List(name.to_owned()))?;
        let mut all = Vec::new();
        for entry in entries {
            let mut inner = Parser { rest: entry, lists: self.lists, depth: self.depth };
            all.extend(inner.alternatives(None)?);
        }
        Ok(Node::Choice(all))
    }
}

fn emit(nodes: &[Node], ops: &mut Vec<Op>) -> Result<(), TemplateError> {
    for node in nodes {
        if ops.len() > MAX_OPS {
            return Err(TemplateError::Size);
        }
        match node {
            Node::Word(word) => ops.push(Op::Word(word.clone())),
            Node::Slot(kind) => ops.push(Op::Slot(*kind)),
            Node::Choice(all) => emit_choice(all, false, ops)?,
            Node::Optional(all) => emit_choice(all, true, ops)?,
        }
    }
    Ok(())
}

fn emit_choice(all: &[Vec<Node>], skippable: bool, ops: &mut Vec<Op>) -> Result<(), TemplateError> {
    let mut jumps = Vec::new();
    for (i, alternative) in all.iter().enumerate() {
        let last = i + 1 == all.len() && !skippable;
        let split = ops.len();
        if !last {
            ops.push(Op::Split(split + 1, 0));
        }
        emit(alternative, ops)?;
        if !last {
            jumps.push(ops.len());
            ops.push(Op::Jump(0));
            ops[split] = Op::Split(split + 1, ops.len());
        }
    }
    let end = ops.len();
    for jump in jumps {
        ops[jump] = Op::Jump(end);
    }
    Ok(())
}

/// The words with which an utterance can start, and whether it can start with a slot.
pub(super) fn firsts(ops: &[Op]) -> (Vec<&str>, bool) {
    let (mut words, mut slot) = (Vec::new(), false);
    let (mut open, mut seen) = (vec![0], vec![false; ops.len()]);
    while let Some(at) = open.pop() {
        if std::mem::replace(&mut seen[at], true) {
            continue;
        }
        match &ops[at] {
            Op::Word(word) => words.push(word.as_str()),
            Op::Slot(_) => slot = true,
            Op::Split(a, b) => open.extend([*a, *b]),
            Op::Jump(to) => open.push(*to),
            Op::End => {}
        }
    }
    (words, slot)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_slots_and_lists_are_checked() {
        let lists = Lists::from([("loop".into(), vec!["<loop>".into()])]);
        let fault = |text: &str| compile(text, &lists).unwrap_err();
        assert_eq!(fault("[please order"), TemplateError::Bracket(']'));
        assert_eq!(fault("order) it"), TemplateError::Bracket(')'));
        assert_eq!(fault("order {producd}"), TemplateError::Slot("producd".into()));
        assert_eq!(fault("order <polite>"), TemplateError::List("polite".into()));
        assert_eq!(fault("<loop>"), TemplateError::Depth);
        assert_eq!(fault("[please]"), TemplateError::Empty);
    }

    #[test]
    fn first_words_see_through_brackets() {
        let ops = compile("[please] (order|buy) {product}", &Lists::new()).unwrap();
        let (mut words, slot) = firsts(&ops);
        words.sort_unstable();
        assert_eq!((words, slot), (vec!["buy", "order", "please"], false));
    }
}
