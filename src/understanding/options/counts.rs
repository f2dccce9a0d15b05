//! What is said before an option's words: how many, how many more, or none of it.

use super::is_at;
use crate::understanding::{
    intent::{LESS, Step},
    words::{Bound, Token, bound, cardinal},
};

/// A count above it is none of an option's.
const MAX_COUNT: u32 = 20;

/// What refuses the option that follows. Longest first.
const REFUSALS: &[&[&str]] =
    &[&["without", "any"], &["without", "the"], &["hold", "the"], &["with", "no"], &["without"], &["no"]];

/// Words before an option that count nothing.
const ARTICLES: &[&str] = &["a", "an", "the", "some", "any"];

/// Before an option: so many more than there are. Longest first.
const MORE: &[&[&str]] =
    &[&["an", "additional"], &["a", "further"], &["some", "more"], &["another"], &["more"], &["additional"]];

/// After a count, before an option or behind it.
const MORE_OF_IT: &[&str] = &["more", "additional", "further"];

/// Before "less". Longest first.
const HOW_MUCH_LESS: &[&[&str]] = &[
    &["a", "little", "bit"],
    &["a", "tiny", "bit"],
    &["a", "bit"],
    &["a", "little"],
    &["a", "whole", "lot"],
    &["a", "good", "deal"],
    &["a", "lot"],
    &["lots"],
    &["far"],
    &["way"],
    &["even"],
    &["slightly"],
    &["somewhat"],
    &["much"],
    &[],
];

/// How much of an option is wanted.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct How {
    /// How many, when said.
    pub count: Option<u32>,
    /// Whether a count or "a" was said.
    pub counts: bool,
    /// Whether it is refused.
    pub no: bool,
    /// Whether it is so many more or fewer.
    pub step: Option<Step>,
    /// Whether its count is bounded: "at least two", but not "exactly two".
    pub bounded: bool,
    /// Whether there shall be less of it, where that is no amount of its own.
    pub less: bool,
}

/// What stands before an option's words at `at`, and where these begin.
pub(super) fn how_many(tokens: &[Token], at: usize) -> Option<(How, usize)> {
    // "Just two sugars."
    let at = at + usize::from(tokens.get(at).is_some_and(|t| ["just", "only"].contains(&t.text.as_str())));
    let refusal = REFUSALS.iter().find(|words| is_at(tokens, at, words));
    let mut how = How { no: refusal.is_some(), ..How::default() };
    if let Some((bound, used)) = bound(tokens, at) {
        (how.no, how.bounded) = (false, bound != Bound::Exactly);
        return bound.allows_it().then(|| count(tokens, at + used, how)).flatten();
    }
    let start = at + refusal.map_or(0, |words| words.len());
    // "No, oat milk" wants it; "no oat milk" does not.
    if how.no && tokens.get(start).is_none_or(|t| t.gap) {
        return None;
    }
    if let Some(words) = MORE.iter().find(|words| !how.no && is_at(tokens, start, words)) {
        let counts = words[0] != "more" && words[0] != "some";
        let start = start + words.len();
        // "Another two shots."
        return match count(tokens, start, How { step: Some(Step::More), counts, ..how }) {
            Some((how, start)) if how.count.is_some() => Some((how, start)),
            _ => Some((How { step: Some(Step::More), counts, ..how }, start)),
        };
    }
    count(tokens, start, how)
}

/// Where the "less" of "less sugar" and "a bit less sugar" stands.
pub(super) fn less(tokens: &[Token], at: usize) -> Option<usize> {
    let there = |at: usize| tokens.get(at).is_some_and(|t| LESS.contains(&t.text.as_str()));
    let mut ways = HOW_MUCH_LESS.iter().filter(|words| is_at(tokens, at, words));
    ways.find_map(|words| Some(at + words.len()).filter(|at| there(*at)))
}

/// A count at `at` with "more" or "less" behind it, or an article.
fn count(tokens: &[Token], at: usize, mut how: How) -> Option<(How, usize)> {
    let Some((n, used)) = cardinal(tokens, at) else {
        let article = tokens.get(at).filter(|t| ARTICLES.contains(&t.text.as_str()));
        if article.is_some_and(|t| ["a", "an"].contains(&t.text.as_str())) {
            (how.count, how.counts) = (Some(1), true);
        }
        return Some((how, at + usize::from(article.is_some())));
    };
    let next = at + used;
    // "Ten four sugars" is no count; "no two sugars" may be a "no" and two sugars.
    if n > MAX_COUNT || cardinal(tokens, next).is_some() || how.no {
        return None;
    }
    if n == 0 {
        return Some((How { no: true, ..how }, next));
    }
    (how.count, how.counts) = (Some(n), true);
    match tokens.get(next).and_then(step_of) {
        Some(step) => Some((How { step: Some(step), ..how }, next + 1)),
        None => Some((how, next)),
    }
}

pub(super) fn step_of(token: &Token) -> Option<Step> {
    let is = |words: &[&str]| words.contains(&token.text.as_str());
    if is(MORE_OF_IT) {
        Some(Step::More)
    } else if is(LESS) {
        Some(Step::Fewer)
    } else {
        None
    }
}

/// "Times two", "x 2", behind an option.
pub(super) fn times(tokens: &[Token], at: usize) -> Option<(u32, usize)> {
    let sign = tokens.get(at).filter(|t| !t.gap && ["times", "x"].contains(&t.text.as_str())).is_some();
    cardinal(tokens, at + 1)
        .filter(|(n, _)| sign && (1..=MAX_COUNT).contains(n))
        .map(|(n, used)| (n, used + 1))
}
