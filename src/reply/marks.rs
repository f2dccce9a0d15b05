//! Marks: private-use characters that stand for typed values while Fluent puts the words
//! around them.

use fluent_bundle::FluentValue;

use super::pause_of;
use crate::turn::Segment;

/// Opens a mark; after it comes what it is and a number, then [`CLOSE`].
const OPEN: char = '\u{E000}';
const CLOSE: char = '\u{E001}';
/// What a mark is.
const ONE: char = '1';
const AND: char = '&';
const OR: char = '|';
const SENTENCES: char = '.';
const WITH: char = '+';
const PAUSE: char = '_';

/// Whether a character could be taken for a mark.
pub(super) fn is_mark(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}')
}

/// The text with nothing in it that could be taken for a mark.
pub(super) fn without_marks(text: &str) -> String {
    text.chars().filter(|c| !is_mark(*c)).collect()
}

/// How a list is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Join {
    /// "one, two, and three"
    And,
    /// "one, two, or three"
    Or,
    /// "One. Two. Three."
    Sentences,
    /// What belongs to one thing of a list: "oat milk and two sugars".
    With,
}

/// What a mark stands for.
#[derive(Debug, Clone)]
pub(super) enum Mark {
    /// A typed value.
    One(Segment),
    /// The items of a list, each already in segments.
    List(Vec<Vec<Segment>>),
}

/// The marks of one message.
#[derive(Debug, Default)]
pub(super) struct Marks(Vec<Mark>);

impl Marks {
    /// Remembers the value; the mark goes into the message in its stead.
    pub(super) fn add(&mut self, mark: Mark) -> FluentValue<'static> {
        let what = if matches!(mark, Mark::One(_)) { ONE } else { AND };
        self.0.push(mark);
        FluentValue::from(format!("{OPEN}{what}{}{CLOSE}", self.0.len() - 1))
    }

    /// Puts the values back: text with marks → segments. `None` when `join` could not join.
    pub(super) fn split(
        &self,
        text: &str,
        join: impl Fn(Join, &[Vec<Segment>]) -> Option<Vec<Segment>>,
    ) -> Option<Vec<Segment>> {
        let mut out = Vec::new();
        let mut rest = text;
        while let Some((before, from)) = rest.split_once(OPEN) {
            push(&mut out, Segment::Text(before.to_owned()));
            let (mark, after) = from.split_once(CLOSE)?;
            let mut letters = mark.chars();
            let what = letters.next()?;
            let number: usize = letters.as_str().parse().ok()?;
            match (what, self.0.get(number)) {
                (PAUSE, _) => push(&mut out, pause_of(number as u64)),
                (ONE, Some(Mark::One(segment))) => push(&mut out, segment.clone()),
                (how, Some(Mark::List(items))) => {
                    join(join_of(how)?, items)?.into_iter().for_each(|segment| push(&mut out, segment));
                }
                _ => return None,
            }
            rest = after;
        }
        push(&mut out, Segment::Text(rest.to_owned()));
        Some(out)
    }
}

fn join_of(what: char) -> Option<Join> {
    match what {
        AND => Some(Join::And),
        OR => Some(Join::Or),
        SENTENCES => Some(Join::Sentences),
        WITH => Some(Join::With),
        _ => None,
    }
}

/// The mark of a pause of so many milliseconds.
pub(super) fn pause(ms: f64) -> FluentValue<'static> {
    // Casting a float saturates; a negative pause is none.
    FluentValue::from(format!("{OPEN}{PAUSE}{}{CLOSE}", ms as u32))
}

/// The mark of a list, to be joined in another way; an error for anything else.
pub(super) fn joined<'a>(value: Option<&FluentValue<'a>>, join: Join) -> FluentValue<'a> {
    let how = match join {
        Join::And => AND,
        Join::Or => OR,
        Join::Sentences => SENTENCES,
        Join::With => WITH,
    };
    let list = match value {
        Some(FluentValue::String(mark)) => mark.strip_prefix(OPEN).and_then(|mark| mark.strip_prefix(AND)),
        _ => None,
    };
    list.map_or(FluentValue::Error, |number| FluentValue::from(format!("{OPEN}{how}{number}")))
}

/// Adds a segment; text is joined to text and an empty one is left out.
pub(super) fn push(out: &mut Vec<Segment>, segment: Segment) {
    match (out.last_mut(), segment) {
        (_, Segment::Text(text)) if text.is_empty() => {}
        (Some(Segment::Text(before)), Segment::Text(text)) => before.push_str(&text),
        (_, segment) => out.push(segment),
    }
}
