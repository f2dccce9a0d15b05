//! What fills a platform's places: numbers, digits, days and words as platforms write them.

use std::rc::Rc;

use jiff::{
    ToSpan as _,
    civil::{Date, ISOWeekDate, Weekday},
};

use super::option;
use crate::{
    commerce::Quantity,
    understanding::{
        intent::{Constraints, ItemPhrase, Period},
        phrases::{Count, Phrase},
        sentences::{SlotKind, Value},
        words::{cardinal, digits as digits_of, ordinal, tokenise},
    },
};

/// What the text is in a place of that kind; `None` for what cannot be read.
pub(super) fn value(kind: SlotKind, text: &str, unit: Option<String>, today: Date) -> Option<Value> {
    let words = || text.to_lowercase().replace(',', "");
    Some(match kind {
        SlotKind::Product | SlotKind::Named | SlotKind::Thing | SlotKind::Not => {
            let item = ItemPhrase { words: words(), unit, ..ItemPhrase::default() };
            let constraints = Constraints::default();
            Value::Phrase(Rc::new(Phrase {
                items: vec![item],
                constraints,
                known: true,
                clear: true,
                one: false,
            }))
        }
        SlotKind::It => Value::It,
        SlotKind::Quantity => {
            let unit = text.to_lowercase().contains("dozen").then_some("dozen");
            Value::Quantity(Count { unit, ..single(count(text)?) })
        }
        SlotKind::Was => Value::Quantity(single(number(text)?)),
        SlotKind::Ordinal => Value::Ordinal(number(text)?),
        SlotKind::OrderNumber | SlotKind::Digits => Value::Digits(digits(text)?, None),
        SlotKind::Period => Value::Period(past(period(text)?, today)),
        SlotKind::By => Value::Period(period(text)?),
        SlotKind::Brand | SlotKind::Size | SlotKind::Attribute | SlotKind::Description => {
            Value::Words(words())
        }
        // Whether it is refused is added with the place.
        SlotKind::Options | SlotKind::NotOptions => Value::Options(vec![option(text, false)]),
        SlotKind::Money | SlotKind::MoneyMin => return None,
    })
}

fn single(count: u32) -> Count {
    Count { count: count.min(Quantity::MAX), pack_of: None, unit: None }
}

/// How many of a thing a platform heard: `3`, "three". `None` for what is no such number, as `0`, `-2`, `2.5`, `5000`,
/// "two or three" and `?`.
pub fn quantity(text: &str) -> Option<Quantity> {
    count(text).and_then(Quantity::new)
}

/// The same with zero.
pub(super) fn count(text: &str) -> Option<u32> {
    let text = text.trim();
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    // Signs between or before digits make another number of them: they are none of a word.
    let words = text.starts_with(char::is_alphabetic)
        && text.chars().all(|c| c.is_alphabetic() || c == ' ' || c == '-');
    let count = match digits {
        true => text.parse().ok()?,
        false if text == "a" || text == "an" => 1,
        false => {
            let tokens = tokenise(text).filter(|_| words)?;
            cardinal(&tokens, 0).filter(|(_, used)| *used == tokens.len())?.0
        }
    };
    (count <= Quantity::MAX).then_some(count)
}

/// `3`, `3rd`, "three", "third".
fn number(text: &str) -> Option<u32> {
    let written = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    written.parse().ok().or_else(|| {
        let tokens = tokenise(text)?;
        let whole = |(n, used): (u32, usize)| (used == tokens.len()).then_some(n);
        cardinal(&tokens, 0).and_then(whole).or_else(|| ordinal(&tokens, 0).and_then(whole))
    })
}

fn digits(text: &str) -> Option<String> {
    let tokens = tokenise(text)?;
    digits_of(&tokens, 0).filter(|(_, used)| *used == tokens.len()).map(|(digits, _)| digits)
}

/// The days of `2026-11-24`, `2026-W48`, `2026-W48-WE`, `2026-11` and `2026`.
fn period(text: &str) -> Option<Period> {
    if let Some((year, week)) = text.split_once("-W") {
        let (week, weekend) = (week.get(..2)?.parse().ok()?, week.get(2..)? == "-WE");
        let day = |day| ISOWeekDate::new(year.parse().ok()?, week, day).ok().map(|d| d.date());
        let from = day(if weekend { Weekday::Saturday } else { Weekday::Monday })?;
        return Some(Period { from, to: day(Weekday::Sunday)? });
    }
    let mut parts = text.get(..10).unwrap_or(text).split('-');
    let year = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let month: Option<i8> = parts.next().map(str::parse).transpose().ok()?;
    let day: Option<i8> = parts.next().map(str::parse).transpose().ok()?;
    let from = Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok()?;
    let to = match (month, day) {
        (_, Some(_)) => from,
        (Some(_), None) => from.last_of_month(),
        (None, None) => from.last_of_year(),
    };
    Some(Period { from, to })
}

/// The same days of last week or last year, if they are still to come.
fn past(period: Period, today: Date) -> Period {
    // A day's grace: the shopper's day may have begun before that of the clock.
    let ahead = today.until(period.from).map_or(0, |span| span.get_days());
    let by = match ahead {
        ..=1 => return period,
        2..=7 if period.from == period.to => (-7).days(),
        _ => (-1).years(),
    };
    let moved = |day: Date| day.checked_add(by);
    match (moved(period.from), moved(period.to)) {
        (Ok(from), Ok(to)) => Period { from, to },
        _ => period,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_platforms_write_them_and_lie_in_the_past() {
        let today: Date = "2026-11-24".parse().unwrap();
        for (text, from, to) in [
            ("2026-11-23", "2026-11-23", "2026-11-23"),
            ("2026-11-28", "2026-11-21", "2026-11-21"),
            ("2026-W47", "2026-11-16", "2026-11-22"),
            ("2026-W47-WE", "2026-11-21", "2026-11-22"),
            ("2027-03", "2026-03-01", "2026-03-31"),
            ("2025", "2025-01-01", "2025-12-31"),
            ("2026-11-23T12:00:00-05:00", "2026-11-23", "2026-11-23"),
        ] {
            let expected = Period { from: from.parse().unwrap(), to: to.parse().unwrap() };
            assert_eq!(period(text).map(|p| past(p, today)), Some(expected), "{text}");
        }
        for text in ["", "soon", "2026-13", "2026-W60", "20XX", "2026-W4"] {
            assert_eq!(period(text), None, "{text}");
        }
    }
}
