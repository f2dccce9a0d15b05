//! What is asked for beside a product: "with oat milk", "two extra shots", "no sugar".
//!
//! The words are the shop's. A phrase can belong to several groups, as milk does in a latte and in a
//! coffee; which is meant is settled when the product is known. The name of a product wins over an
//! option that is a part of it: "a vanilla latte" is that latte and not one with vanilla.

mod counts;
mod take;

use std::collections::HashMap;

use self::counts::{How, how_many, less, step_of, times};
pub(super) use self::take::is_nothing;
use super::{
    intent::{LESS, OptionPhrase, Step},
    products::{Vocabulary, words::stem},
    words::Token,
};
use crate::commerce::{GroupId, ValueId};

/// More options than this are not read for one thing, nor out of one answer.
pub const MAX_OPTIONS: usize = 8;

/// Words that join an option to what stands before it.
const JOINTS: &[&str] = &["with", "and", "plus", "but", "made", "having"];

/// A value that some words can mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meant {
    /// Its group.
    pub group: GroupId,
    /// Itself.
    pub value: ValueId,
    /// Whether there can be several of it.
    pub counted: bool,
    /// Whether it is how much of another value there is, and none of its own.
    pub amount: bool,
}

/// The words of a shop's options in one language; without any where the shop has none.
#[derive(Debug, Clone, Default)]
pub struct OptionWords {
    phrases: Vec<(Vec<String>, Vec<Meant>)>,
    /// The words of each phrase as they are written.
    texts: Vec<String>,
    /// Which phrases start with a stem, the longest first.
    by_first: HashMap<String, Vec<usize>>,
    /// The first words of all, to show how an option is said.
    sample: Option<String>,
}

impl OptionWords {
    /// The words, in lower case, with what each means.
    pub fn new<'a>(words: impl IntoIterator<Item = (&'a str, Meant)>) -> Self {
        let mut known = Self::default();
        for (text, meant) in words {
            known.sample.get_or_insert_with(|| text.to_owned());
            let stems = stems_of_words(text);
            match known.phrases.iter_mut().find(|(phrase, _)| *phrase == stems) {
                Some((_, all)) => all.extend((!all.contains(&meant)).then_some(meant)),
                None if stems.is_empty() => {}
                None => {
                    known.phrases.push((stems, vec![meant]));
                    known.texts.push(text.to_owned());
                }
            }
        }
        for (at, (stems, _)) in known.phrases.iter().enumerate() {
            known.by_first.entry(stems[0].clone()).or_default().push(at);
        }
        for numbers in known.by_first.values_mut() {
            numbers.sort_by_key(|&at| std::cmp::Reverse(known.phrases[at].0.len()));
        }
        known
    }

    /// Whether the shop has no options.
    pub fn is_empty(&self) -> bool {
        self.phrases.is_empty()
    }

    /// Words for an option, for sentences that are made up.
    pub fn sample(&self) -> Option<&str> {
        self.sample.as_deref()
    }

    /// Every phrase as it is written, with what it can mean.
    pub fn phrases(&self) -> impl Iterator<Item = (&str, &[Meant])> {
        self.texts.iter().zip(&self.phrases).map(|(text, (_, meant))| (text.as_str(), meant.as_slice()))
    }

    /// What a platform heard as one option, or as several in a row. What is none stays as it is: whoever acts on it
    /// says so.
    pub(super) fn resolved(&self, phrase: OptionPhrase, vocabulary: &Vocabulary) -> Vec<OptionPhrase> {
        if !phrase.meant.is_empty() {
            return vec![phrase];
        }
        let tokens = super::words::tokenise(&phrase.words).unwrap_or_default();
        let whole = self.several(&tokens, 0, vocabulary).pop().filter(|(end, _)| *end == tokens.len());
        match whole {
            Some((_, found)) => {
                found.into_iter().map(|one| OptionPhrase { no: one.no || phrase.no, ..one }).collect()
            }
            None => vec![phrase],
        }
    }

    /// The longest phrase at `at`, unless a product's name is as long there.
    fn phrase(&self, tokens: &[Token], at: usize, vocabulary: &Vocabulary) -> Option<(usize, &[Meant])> {
        let first = self.by_first.get(&stem(&tokens.get(at)?.text))?;
        let (stems, meant) = first.iter().map(|&n| &self.phrases[n]).find(|(stems, _)| {
            let here = tokens.get(at..at + stems.len());
            here.is_some_and(|here| {
                here.iter().zip(stems).all(|(t, s)| stem(&t.text) == *s) && here[1..].iter().all(|t| !t.gap)
            })
        })?;
        let product = vocabulary.kind(tokens, at).is_some_and(|len| len >= stems.len());
        (!product).then_some((stems.len(), meant.as_slice()))
    }

    /// How many tokens from `at` are the words of one option, without count and article.
    pub(super) fn words_at(&self, tokens: &[Token], at: usize, vocabulary: &Vocabulary) -> Option<usize> {
        self.phrase(tokens, at, vocabulary).map(|(used, _)| used)
    }

    /// An option at `at`, with its count or refusal, and the tokens that it takes. `None` also where its
    /// count is none that could be relied on.
    pub(super) fn mention(
        &self,
        tokens: &[Token],
        at: usize,
        vocabulary: &Vocabulary,
    ) -> Option<(OptionPhrase, usize)> {
        let is_option = |at: usize| self.phrase(tokens, at, vocabulary).is_some();
        let (mut how, start) = match less(tokens, at) {
            _ if is_option(at) => (How::default(), at),
            // "A bit less sugar" is less of it.
            Some(less) if is_option(less) => (How::default(), less),
            Some(less) if is_option(less + 1) => (How { less: true, ..How::default() }, less + 1),
            _ => how_many(tokens, at)?,
        };
        if how.no && tokens.get(start).is_some_and(|t| t.text == "more") {
            // "No more milk" can mean two things.
            return None;
        }
        let (start, (used, meant)) = self.counted_phrase(tokens, start, vocabulary, &mut how)?;
        let end = self.count_behind(tokens, start + used, vocabulary, &mut how)?;
        // "At least two more" than there are is no number.
        if how.bounded && how.step.is_some() {
            return None;
        }
        Some((said(&tokens[start..start + used], meant, how)?, end - at))
    }

    /// The phrase at `start`, and where it does start: "two extra sugars" are two more, where "extra sugar" alone is a
    /// lot of it. `None` where the count is one of things.
    fn counted_phrase(
        &self,
        tokens: &[Token],
        start: usize,
        vocabulary: &Vocabulary,
        how: &mut How,
    ) -> Option<(usize, (usize, &[Meant]))> {
        let (mut start, (mut used, mut meant)) = (start, self.phrase(tokens, start, vocabulary)?);
        if how.counts && tokens[start].text == "extra" && !meant.iter().any(|m| m.counted) {
            let plain = self.phrase(tokens, start + 1, vocabulary);
            if let Some(plain) = plain.filter(|(_, meant)| meant.iter().any(|m| m.counted)) {
                (start, how.step, (used, meant)) = (start + 1, Some(Step::More), plain);
            }
        }
        let end = start + used;
        // "Two hazelnut lattes" are two of these, and so is "another hazelnut latte" one.
        let counts_things = match how.step {
            None => how.count.is_some_and(|n| n > 1) && things_at(tokens, end, vocabulary),
            Some(_) => vocabulary.kind(tokens, end).is_some(),
        };
        (!counts_things || is_plural(&tokens[end - 1])).then_some((start, (used, meant)))
    }

    /// The end of a phrase with the count that follows it: "sugar times two", "two sugars more".
    fn count_behind(
        &self,
        tokens: &[Token],
        end: usize,
        vocabulary: &Vocabulary,
        how: &mut How,
    ) -> Option<usize> {
        let mut end = end;
        if let Some((count, more)) = times(tokens, end) {
            (how.count, end) = ((!how.counts).then_some(count), end + more);
            how.count?;
        }
        if how.counts
            && let Some(step) = tokens.get(end).filter(|t| !t.gap).and_then(step_of)
            && self.phrase(tokens, end, vocabulary).is_none()
        {
            (how.step, end) = (Some(step), end + 1);
        }
        Some(end)
    }

    /// The options from `at` on, one after the other, and where each of them ends: every end is a way
    /// to read them.
    pub(super) fn several(
        &self,
        tokens: &[Token],
        at: usize,
        vocabulary: &Vocabulary,
    ) -> Vec<(usize, Vec<OptionPhrase>)> {
        let (mut ends, mut all, mut next) = (Vec::new(), Vec::new(), at);
        while all.len() < MAX_OPTIONS {
            let mut start = next;
            while next > at && tokens.get(start).is_some_and(|t| JOINTS.contains(&t.text.as_str())) {
                start += 1;
            }
            let Some((phrase, used)) = self.mention(tokens, start, vocabulary) else { break };
            all.push(phrase);
            next = start + used;
            ends.push((next, all.clone()));
        }
        ends
    }
}

/// Whether the name of several things stands at `at`, maybe behind its size: "small lattes".
fn things_at(tokens: &[Token], at: usize, vocabulary: &Vocabulary) -> bool {
    match vocabulary.kind(tokens, at) {
        Some(len) => is_plural(&tokens[at + len - 1]),
        None => {
            let size = tokens.get(at).is_some_and(|t| !t.gap && vocabulary.is_modifier(&t.text));
            size && things_at(tokens, at + 1, vocabulary)
        }
    }
}

fn is_plural(token: &Token) -> bool {
    token.text != stem(&token.text)
}

fn said(words: &[Token], meant: &[Meant], how: How) -> Option<OptionPhrase> {
    // What cannot be counted cannot be had twice, nor once more: "two oat milks" is no option of a latte.
    let fits = |m: &&Meant| m.counted || how.step.is_none() && how.count.is_none_or(|n| n == 1);
    let mut can = meant.iter().filter(fits);
    // "Less ice" that a shop has as a choice of its own is that, and no less of any other.
    let named_so = words.first().is_some_and(|first| LESS.contains(&first.text.as_str()));
    let less = how.less || named_so && can.clone().all(|m| m.amount);
    let meant: Vec<_> = can.by_ref().map(|m| (m.group.clone(), m.value.clone())).collect();
    let lead = how.less.then_some(LESS[0]);
    let words: Vec<&str> = lead.into_iter().chain(words.iter().map(|t| t.text.as_str())).collect();
    let How { count, no, step, .. } = how;
    (!meant.is_empty()).then(|| OptionPhrase { words: words.join(" "), meant, count, no, step, less })
}

fn is_at(tokens: &[Token], at: usize, words: &[&str]) -> bool {
    tokens.get(at..at + words.len()).is_some_and(|here| here.iter().zip(words).all(|(t, w)| t.text == *w))
}

/// The stems of an option's words. Numbers stay words: "two percent milk".
pub fn stems_of_words(text: &str) -> Vec<String> {
    super::words::tokenise(text).unwrap_or_default().iter().map(|t| stem(&t.text)).collect()
}
