//! [`Speech`] as its listeners need it: SSML for a platform's voice, plain words for a
//! synthesizer without markup, text for a screen.
//!
//! Invariant: whatever a segment holds, it cannot open or close a tag, and no rendering is
//! longer than [`MAX_CHARS`].

use std::time::Duration;

use super::{Segment, Speech, language::language};
use crate::commerce::{Currency, Money};

/// The most that is ever said in one reply, in characters, markup included. Alexa refuses
/// more than 8,000.
pub const MAX_CHARS: usize = 7_000;

/// The longest pause, in milliseconds: the longest that SSML platforms accept.
pub const MAX_PAUSE_MS: u64 = 10_000;

impl Speech {
    /// For platforms that read SSML. Amounts and days are written out in words, because the
    /// platforms disagree on how to mark them up; digits are marked to be read one by one.
    pub fn to_ssml(&self, locale: &str) -> String {
        let language = language(locale);
        let body = self.render(MAX_CHARS - "<speak></speak>".len(), |segment| match segment {
            Segment::Text(text) | Segment::Name(text) => escape(text),
            Segment::Pause(length) => format!("<break time=\"{}ms\"/>", pause_ms(*length)),
            Segment::Digits(digits) => {
                format!("<say-as interpret-as=\"digits\">{}</say-as>", escape(digits))
            }
            Segment::Money(amount) => escape(&(language.money)(*amount)),
            Segment::Date(date) => escape(&(language.date)(*date)),
        });
        format!("<speak>{body}</speak>")
    }

    /// For a screen: `$12.99`, `Tuesday, November 24`, `4217`.
    pub fn to_text(&self, locale: &str) -> String {
        let language = language(locale);
        let text = self.render(MAX_CHARS, |segment| match segment {
            Segment::Text(text) | Segment::Name(text) => plain(text),
            Segment::Pause(_) => " ".to_owned(),
            Segment::Digits(digits) => plain(digits),
            Segment::Money(amount) => written_money(*amount),
            Segment::Date(date) => (language.written_date)(*date),
        });
        sentence_case(&squeeze(&text))
    }

    /// For a synthesizer that reads plain text: every number, amount and day is written out,
    /// a pause is a comma where there is no other mark.
    pub fn to_words(&self, locale: &str) -> String {
        let language = language(locale);
        let text = self.render(MAX_CHARS, |segment| match segment {
            Segment::Text(text) | Segment::Name(text) => {
                spell_numbers(&plain(text), language.cardinal, language.point)
            }
            Segment::Pause(_) => PAUSE.to_string(),
            Segment::Digits(digits) => {
                let each: Vec<_> = digits
                    .chars()
                    .filter_map(|c| c.to_digit(10))
                    .map(|d| (language.cardinal)(d.into()))
                    .collect();
                each.join(", ")
            }
            Segment::Money(amount) => (language.money)(*amount),
            Segment::Date(date) => (language.date)(*date),
        });
        squeeze(&commas_for_pauses(&text))
    }

    /// Segment after segment while the sum stays within `limit` characters; what does not
    /// fit is left out whole, so that no tag is cut in two.
    fn render(&self, limit: usize, mut one: impl FnMut(&Segment) -> String) -> String {
        let mut out = String::new();
        let mut used = 0;
        for segment in &self.0 {
            let piece = one(segment);
            used += piece.chars().count();
            if used > limit {
                break;
            }
            out.push_str(&piece);
        }
        out
    }
}

/// Stands for a pause until it is known what comes before it.
const PAUSE: char = '\u{E000}';

fn pause_ms(length: Duration) -> u64 {
    u64::try_from(length.as_millis()).unwrap_or(u64::MAX).min(MAX_PAUSE_MS)
}

/// XML's five characters as entities; what XML 1.0 forbids becomes a space.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in plain(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            c => out.push(c),
        }
    }
    out
}

/// Control characters, non-characters and private-use marks become spaces: no voice can say them.
fn plain(text: &str) -> String {
    let silent = |c: char| c.is_control() || matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{FFFE}' | '\u{FFFF}');
    text.chars().map(|c| if silent(c) { ' ' } else { c }).collect()
}

/// `$12.99` where the sign is known to stand in front, else `12.99 RON`.
fn written_money(amount: Money) -> String {
    use Currency::{AUD, BRL, CAD, EUR, GBP, NZD, USD};
    let sign = match amount.currency() {
        USD | CAD | AUD | NZD => "$",
        EUR => "€",
        GBP => "£",
        BRL => "R$",
        other => return format!("{amount} {}", other.code()),
    };
    let number = amount.to_string();
    match number.strip_prefix('-') {
        Some(number) => format!("-{sign}{number}"),
        None => format!("{sign}{number}"),
    }
}

/// Numbers in digits become words: `12 rolls` → `twelve rolls`, `2.5` → `two point five`.
fn spell_numbers(text: &str, cardinal: fn(u64) -> String, point: &str) -> String {
    let each = |digits: &str| {
        let words: Vec<_> = digits.bytes().map(|b| cardinal(u64::from(b.wrapping_sub(b'0')))).collect();
        words.join(" ")
    };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        out.push_str(&rest[..start]);
        let (whole, after) = digits_of(&rest[start..]);
        let spoken = whole.parse().map_or_else(|_| each(whole), cardinal);
        let (fraction, after) = match after.strip_prefix('.').map(digits_of) {
            Some((digits, after)) if !digits.is_empty() => (digits, after),
            _ => ("", after),
        };
        // "b12" and "3d" are read as two words.
        if out.ends_with(char::is_alphanumeric) {
            out.push(' ');
        }
        out.push_str(&spoken);
        if !fraction.is_empty() {
            out.push_str(&format!(" {point} {}", each(fraction)));
        }
        if after.starts_with(char::is_alphanumeric) {
            out.push(' ');
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The ASCII digits at the start, and the rest.
fn digits_of(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

fn commas_for_pauses(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c != PAUSE {
            out.push(c);
        } else if out.trim_end().ends_with(char::is_alphanumeric) {
            out.truncate(out.trim_end().len());
            out.push_str(", ");
        } else {
            out.push(' ');
        }
    }
    out
}

/// A capital where a sentence starts: a value may stand there that is written small elsewhere.
fn sentence_case(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = [' ', '.'];
    for c in text.chars() {
        // "2.5" has no space after its mark and is left alone.
        let starts = before[0] == ' ' && matches!(before[1], '.' | '?' | '!');
        if starts && c.is_lowercase() {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        before = [c, before[0]];
    }
    out
}

/// One space between words, none before a mark.
fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() && !word.starts_with([',', '.', '?', '!', ';', ':']) {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}
