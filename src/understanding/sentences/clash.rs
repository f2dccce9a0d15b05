//! Templates that stand in each other's way: the same sentence with two meanings, and meanings that
//! no sentence reaches.
//!
//! Two compiled templates are walked side by side; a way to the end of both is a sentence of both. It
//! is believed only if the engine, given that sentence with its places filled from the catalogue,
//! finds the two equally good: then nothing but the order of the intents decides between them.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque},
    hash::Hash,
};

use super::{
    Problem, Sentences, SlotKind, check::ProblemKind, compiled::Template, expand::Piece, matcher,
    sights::Sights, slot, template::Op,
};
use crate::{
    commerce::Catalog,
    understanding::{Understander, intent::Expect, words::tokenise},
};

/// Places in two programs that are looked at before a pair is given up.
const MAX_STATES: usize = 50_000;

/// The sentences with two meanings, and the intents that are never understood. The catalogue fills
/// the places of the sentences that are tried.
pub fn clashes(understander: &Understander, catalog: &Catalog) -> Vec<Problem> {
    let sentences = understander.sentences();
    let filler = Filler::new(catalog, understander);
    let mut problems = collisions(understander, sentences, &filler);
    problems.extend(unreachable(understander, sentences, &filler));
    problems
}

/// Pairs of templates of two intents between which only chance decides, each told once.
fn collisions(understander: &Understander, sentences: &Sentences, filler: &Filler) -> Vec<Problem> {
    let settled = settled(understander, sentences);
    let mut problems = Vec::new();
    for (a, b) in pairs(sentences) {
        let (first, second) = (&sentences.templates[a], &sentences.templates[b]);
        let sentence = shared(&first.ops, &second.ops).and_then(|pieces| filler.fill(&pieces));
        let Some(sentence) = sentence else { continue };
        let expect = sentences.tables[first.table].expect.unwrap_or_default();
        let tied = tied(understander, sentences, &sentence, expect);
        if !settled.contains(&(a, b)) && tied.contains(&a) && tied.contains(&b) {
            problems.push(collision(sentences, first, second, &sentence));
        }
    }
    problems
}

fn collision(sentences: &Sentences, first: &Template, second: &Template, sentence: &str) -> Problem {
    let name = |template: &Template| sentences.tables[template.table].name.clone();
    let text = format!(
        "\"{sentence}\" is {:?} by this template and {:?} by \"{}\" of line {}",
        name(first),
        name(second),
        second.text,
        second.line
    );
    Problem { kind: ProblemKind::Collision, file: sentences.file.clone(), line: first.line, text }
}

/// Pairs of templates of two intents that can begin alike and apply at the same moment, the earlier
/// first.
fn pairs(sentences: &Sentences) -> BTreeSet<(usize, usize)> {
    let mut pairs = BTreeSet::new();
    for bucket in sentences.by_first.values().chain([&sentences.by_slot]) {
        for (i, &a) in bucket.iter().enumerate() {
            for &b in &bucket[i + 1..] {
                let (a, b) = (a as usize, b as usize);
                let table = |at: usize| &sentences.tables[sentences.templates[at].table];
                if table(a).name != table(b).name && table(a).expect == table(b).expect {
                    pairs.insert((a.min(b), a.max(b)));
                }
            }
        }
    }
    pairs
}

/// Pairs that an example decides: its writer knew, and wrote down which meaning is right.
fn settled(understander: &Understander, sentences: &Sentences) -> HashSet<(usize, usize)> {
    let mut settled = HashSet::new();
    for (_, example) in sentences.tables.iter().flat_map(|table| &table.examples) {
        let tied = tied(understander, sentences, &example.say, example.expect);
        for &a in &tied {
            settled.extend(tied.iter().filter(|b| a < **b).map(|&b| (a, b)));
        }
    }
    settled
}

/// The templates that fit a sentence best, as it is said.
fn tied(understander: &Understander, sentences: &Sentences, text: &str, expect: Expect) -> Vec<usize> {
    let tokens = tokenise(text).unwrap_or_default();
    let (words, currency) = (understander.vocabulary(), understander.currency());
    let sights = Sights::new(&tokens, words, currency, sentences.today);
    let found: Vec<_> =
        matcher::all(sentences, &sights, expect).map(|found| (found.score, found.template)).collect();
    let best = found.iter().map(|(score, _)| *score).max();
    found.into_iter().filter(|(score, _)| Some(*score) == best).map(|(_, template)| template).collect()
}

/// Intents of which no template's shortest sentence is understood as what it says. A template with a
/// place that the catalogue cannot fill counts for its intent.
fn unreachable(understander: &Understander, sentences: &Sentences, filler: &Filler) -> Vec<Problem> {
    let mut tried: BTreeMap<String, (usize, bool, String)> = BTreeMap::new();
    for template in &sentences.templates {
        let table = &sentences.tables[template.table];
        let sentence = shortest(&template.ops).and_then(|pieces| filler.fill(&pieces));
        let understood = |text: &String| {
            let expect = table.expect.unwrap_or_default();
            understander.understand_surely(text, expect, sentences.today).intent.name == table.name
        };
        let reached = sentence.as_ref().is_none_or(understood);
        let entry = tried
            .entry(format!("{:?}", table.name))
            .or_insert_with(|| (template.line, false, sentence.clone().unwrap_or_default()));
        entry.1 |= reached;
    }
    let never = tried.into_iter().filter(|(_, (_, reached, _))| !reached);
    let problem = |(name, (line, _, sentence)): (String, (usize, bool, String))| Problem {
        kind: ProblemKind::Unreachable,
        file: sentences.file.clone(),
        line,
        text: format!("{name} is never understood: not even \"{sentence}\" is it"),
    };
    never.map(problem).collect()
}

/// A sentence of both programs.
fn shared<'a>(a: &'a [Op], b: &'a [Op]) -> Option<Vec<Piece<'a>>> {
    let next = |(i, j): (usize, usize)| match (&a[i], &b[j]) {
        (Op::Split(x, y), _) => vec![((*x, j), None), ((*y, j), None)],
        (Op::Jump(to), _) => vec![((*to, j), None)],
        (_, Op::Split(x, y)) => vec![((i, *x), None), ((i, *y), None)],
        (_, Op::Jump(to)) => vec![((i, *to), None)],
        (Op::Word(x), Op::Word(y)) if x == y => vec![((i + 1, j + 1), Some(Piece::Word(x)))],
        (Op::Slot(x), Op::Slot(y)) if slot::alike(*x, *y) => {
            vec![((i + 1, j + 1), Some(Piece::Slot(*x)))]
        }
        _ => Vec::new(),
    };
    walk((0, 0), next, |(i, j)| matches!((&a[i], &b[j]), (Op::End, Op::End)))
}

/// A short sentence of a program.
fn shortest(ops: &[Op]) -> Option<Vec<Piece<'_>>> {
    let next = |at: usize| match &ops[at] {
        Op::Split(x, y) => vec![(*x, None), (*y, None)],
        Op::Jump(to) => vec![(*to, None)],
        Op::Word(word) => vec![(at + 1, Some(Piece::Word(word)))],
        Op::Slot(kind) => vec![(at + 1, Some(Piece::Slot(*kind)))],
        Op::End => Vec::new(),
    };
    walk(0, next, |at| matches!(ops[at], Op::End))
}

/// From where a state was reached, and what was said on the way.
type Way<'a, S> = Option<(S, Option<Piece<'a>>)>;

/// What is said on the way from a state to one that is an end, breadth first.
fn walk<'a, S: Copy + Eq + Hash>(
    start: S,
    next: impl Fn(S) -> Vec<(S, Option<Piece<'a>>)>,
    end: impl Fn(S) -> bool,
) -> Option<Vec<Piece<'a>>> {
    let mut from: HashMap<S, Way<'a, S>> = HashMap::from([(start, None)]);
    let mut open = VecDeque::from([start]);
    while let Some(state) = open.pop_front() {
        if end(state) {
            let (mut pieces, mut at) = (Vec::new(), state);
            while let Some((before, piece)) = from[&at] {
                pieces.extend(piece);
                at = before;
            }
            pieces.reverse();
            return Some(pieces);
        }
        if from.len() > MAX_STATES {
            return None;
        }
        for (to, piece) in next(state) {
            from.entry(to).or_insert_with(|| {
                open.push_back(to);
                Some((state, piece))
            });
        }
    }
    None
}

/// Words for the places of a template.
struct Filler {
    thing: Option<String>,
    brand: Option<String>,
    size: Option<String>,
    attribute: Option<String>,
    option: Option<String>,
}

impl Filler {
    fn new(catalog: &Catalog, understander: &Understander) -> Self {
        let products = || catalog.listings();
        let plain = |word: &&str| !word.contains(' ');
        let option = understander.vocabulary().options().sample().map(str::to_owned);
        Self {
            thing: products().map(|p| p.kind()).min_by_key(|kind| kind.len()).map(str::to_owned),
            brand: products().map(|p| p.brand().to_lowercase()).next(),
            size: products().find_map(|p| p.size()).map(str::to_owned),
            attribute: products().find_map(|p| p.attributes().find(plain)).map(str::to_owned),
            option,
        }
    }

    /// The sentence with words in its places; `None` if the catalogue has none for one of them.
    fn fill(&self, pieces: &[Piece<'_>]) -> Option<String> {
        let words = pieces.iter().map(|piece| match piece {
            Piece::Word(word) => Some(*word),
            Piece::Slot(kind) => self.words(*kind),
        });
        Some(words.collect::<Option<Vec<_>>>()?.join(" "))
    }

    fn words(&self, kind: SlotKind) -> Option<&str> {
        match kind {
            SlotKind::Product | SlotKind::Named | SlotKind::Thing | SlotKind::Not => self.thing.as_deref(),
            SlotKind::It => Some("it"),
            SlotKind::Quantity => Some("three"),
            SlotKind::Was => Some("two"),
            SlotKind::Money | SlotKind::MoneyMin => Some("ten dollars"),
            SlotKind::Ordinal => Some("second"),
            SlotKind::OrderNumber | SlotKind::Digits => Some("four two one seven"),
            SlotKind::Period => Some("last tuesday"),
            SlotKind::By => Some("friday"),
            SlotKind::Brand => self.brand.as_deref(),
            SlotKind::Size => self.size.as_deref(),
            SlotKind::Attribute => self.attribute.as_deref(),
            SlotKind::Description => self.brand.as_deref(),
            SlotKind::Options | SlotKind::NotOptions => self.option.as_deref(),
        }
    }
}
