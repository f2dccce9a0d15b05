//! Days and spans of days relative to today: "yesterday", "last Tuesday", "in March".

use jiff::{
    Span, ToSpan,
    civil::{Date, Weekday},
};

use super::{Token, cardinal, ordinal};
use crate::understanding::intent::Period;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// More of a unit than this ago is no date of a household's purchases.
const MAX_AGO: u32 = 400;

fn word(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |t| t.text.as_str())
}

/// A day or a span of days at `at`, with the number of tokens that it took. Weekdays, months and
/// days without a year are the latest that are not after `today`, for shoppers ask about what
/// was; only "next" and "tomorrow" look ahead.
pub fn period(tokens: &[Token], at: usize, today: Date) -> Option<(Period, usize)> {
    let lead = usize::from(["on", "in", "from", "during", "for", "since"].contains(&word(tokens, at)));
    let since = word(tokens, at) == "since";
    let in_month = ["in", "from", "during", "since"].contains(&word(tokens, at));
    let (found, used) = span(tokens, at + lead, today, in_month)?;
    let found = if since { Period { from: found.from, to: today.max(found.from) } } else { found };
    Some((found, used + lead))
}

fn span(tokens: &[Token], at: usize, today: Date, in_month: bool) -> Option<(Period, usize)> {
    named_day(tokens, at, today)
        .or_else(|| ago(tokens, at, today))
        .or_else(|| calendar_span(tokens, at, today))
        .or_else(|| day_of_month(tokens, at, today))
        .or_else(|| month(tokens, at, today, in_month))
}

fn one_day(day: Date) -> Period {
    Period { from: day, to: day }
}

fn shift(day: Date, by: Span) -> Option<Date> {
    day.checked_add(by).ok()
}

/// "today", "yesterday", "tuesday", "last tuesday", "next friday".
fn named_day(tokens: &[Token], at: usize, today: Date) -> Option<(Period, usize)> {
    let day = |by: i64| shift(today, by.days()).map(one_day);
    match word(tokens, at) {
        "today" | "tonight" => return Some((day(0)?, 1)),
        "yesterday" => return Some((day(-1)?, 1)),
        "tomorrow" => return Some((day(1)?, 1)),
        _ => {}
    }
    let rest: Vec<&str> = tokens.iter().skip(at).take(4).map(|t| t.text.as_str()).collect();
    if rest.starts_with(&["the", "day", "before", "yesterday"]) {
        return Some((day(-2)?, 4));
    }
    let (which, used) = match word(tokens, at) {
        "last" | "this" | "next" | "past" => (word(tokens, at), 1),
        _ => ("", 0),
    };
    let name = word(tokens, at + used).trim_end_matches('s');
    let name = if DAYS.contains(&name) { name } else { word(tokens, at + used) };
    let weekday = DAYS.iter().position(|d| *d == name)?;
    let weekday = Weekday::from_monday_zero_offset(i8::try_from(weekday).ok()?).ok()?;
    let back = i64::from(weekday.until(today.weekday()));
    let by = match which {
        "last" | "past" if back == 0 => -7,
        "next" if back == 0 => 7,
        "next" => 7 - back,
        _ => -back,
    };
    Some((day(by)?, used + 1))
}

/// "three days ago", "two weeks ago": a day, or the week or month that it falls into.
fn ago(tokens: &[Token], at: usize, today: Date) -> Option<(Period, usize)> {
    let (count, used) = match cardinal(tokens, at) {
        Some(found) => found,
        None if ["a", "an"].contains(&word(tokens, at)) => (1, 1),
        None => return None,
    };
    if count > MAX_AGO || word(tokens, at + used + 1) != "ago" {
        return None;
    }
    let count = i64::from(count);
    let found = match word(tokens, at + used) {
        "day" | "days" => one_day(shift(today, (-count).days())?),
        "week" | "weeks" => week_of(shift(today, (-count * 7).days())?)?,
        "month" | "months" => month_of(shift(today, (-count).months())?),
        "year" | "years" => year_of(shift(today, (-count.min(20)).years())?)?,
        _ => return None,
    };
    Some((found, used + 2))
}

fn week_of(day: Date) -> Option<Period> {
    let from = shift(day, (-i64::from(day.weekday().to_monday_zero_offset())).days())?;
    Some(Period { from, to: shift(from, 6.days())? })
}

fn month_of(day: Date) -> Period {
    Period { from: day.first_of_month(), to: day.last_of_month() }
}

fn year_of(day: Date) -> Option<Period> {
    Some(Period { from: Date::new(day.year(), 1, 1).ok()?, to: Date::new(day.year(), 12, 31).ok()? })
}

/// "this week", "last month", "the past ten days", "last weekend".
fn calendar_span(tokens: &[Token], at: usize, today: Date) -> Option<(Period, usize)> {
    let the = usize::from(word(tokens, at) == "the");
    let which = word(tokens, at + the);
    let back = match which {
        "this" => 0,
        "last" | "past" | "previous" => 1,
        _ => return None,
    };
    if back == 1
        && let Some((count, used)) = cardinal(tokens, at + the + 1).filter(|(n, _)| *n <= MAX_AGO)
    {
        let count = i64::from(count);
        let from = match word(tokens, at + the + 1 + used) {
            "day" | "days" => shift(today, (-count).days())?,
            "week" | "weeks" => shift(today, (-count * 7).days())?,
            "month" | "months" => shift(today, (-count).months())?,
            _ => return None,
        };
        return Some((Period { from, to: today }, the + used + 2));
    }
    let found = match word(tokens, at + the + 1) {
        "week" => week_of(shift(today, (-7 * back).days())?)?,
        "weekend" => {
            let week = week_of(shift(today, (-7 * back).days())?)?;
            Period { from: shift(week.from, 5.days())?, to: week.to }
        }
        "month" => month_of(shift(today, (-back).months())?),
        "year" => year_of(shift(today, (-back).years())?)?,
        _ => return None,
    };
    Some((found, the + 2))
}

fn month_number(text: &str) -> Option<i8> {
    MONTHS.iter().position(|m| *m == text).and_then(|m| i8::try_from(m + 1).ok())
}

/// "the third of May", "May third", "May 3", "3 May".
fn day_of_month(tokens: &[Token], at: usize, today: Date) -> Option<(Period, usize)> {
    let number =
        |i: usize| ordinal(tokens, i).or_else(|| cardinal(tokens, i)).filter(|(n, _)| (1..=31).contains(n));
    let (day, month, used) = if let Some(month) = month_number(word(tokens, at)) {
        let the = usize::from(word(tokens, at + 1) == "the");
        let (day, used) = number(at + 1 + the)?;
        (day, month, 1 + the + used)
    } else {
        let the = usize::from(word(tokens, at) == "the");
        let (day, used) = number(at + the)?;
        let of = usize::from(word(tokens, at + the + used) == "of");
        let month = month_number(word(tokens, at + the + used + of))?;
        (day, month, the + used + of + 1)
    };
    let day = i8::try_from(day).ok()?;
    // The 29th of February may lie up to eight years back.
    let found =
        (0..9).find_map(|back| Date::new(today.year() - back, month, day).ok().filter(|d| *d <= today))?;
    Some((one_day(found), used))
}

/// "March", "last March", "March 2025". "may" alone is a verb unless a preposition leads it.
fn month(tokens: &[Token], at: usize, today: Date, in_month: bool) -> Option<(Period, usize)> {
    let which = usize::from(["last", "this", "past"].contains(&word(tokens, at)));
    let name = word(tokens, at + which);
    let month = month_number(name)?;
    if name == "may" && which == 0 && !in_month {
        return None;
    }
    let said_year = tokens.get(at + which + 1).filter(|t| t.is_digits() && t.text.len() == 4);
    if let Some(year) = said_year.and_then(|t| t.text.parse().ok()) {
        return Some((month_of(Date::new(year, month, 1).ok()?), which + 2));
    }
    let year = if month > today.month() { today.year() - 1 } else { today.year() };
    Some((month_of(Date::new(year, month, 1).ok()?), which + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understanding::words::tokenise;

    /// Wednesday, the 17th of June 2026.
    fn read(text: &str) -> Option<String> {
        let tokens = tokenise(text).unwrap();
        let today = Date::constant(2026, 6, 17);
        let (found, used) = period(&tokens, 0, today)?;
        assert_eq!(used, tokens.len(), "{text}");
        Some(format!("{}..{}", found.from, found.to))
    }

    fn day(text: &str) -> String {
        let found = read(text).unwrap_or_else(|| panic!("{text} is no date"));
        let (from, to) = found.split_once("..").unwrap();
        assert_eq!(from, to, "{text}");
        from.to_owned()
    }

    #[test]
    fn days_are_counted_from_today() {
        assert_eq!(day("yesterday"), "2026-06-16");
        assert_eq!(day("last Tuesday"), "2026-06-16");
        assert_eq!(day("last Wednesday"), "2026-06-10");
        assert_eq!(day("on Wednesday"), "2026-06-17");
        assert_eq!(day("on Friday"), "2026-06-12");
        assert_eq!(day("next Friday"), "2026-06-19");
        assert_eq!(day("three days ago"), "2026-06-14");
        assert_eq!(day("the day before yesterday"), "2026-06-15");
    }

    #[test]
    fn days_of_a_month_are_the_latest_that_were() {
        assert_eq!(day("on the third of May"), "2026-05-03");
        assert_eq!(day("May third"), "2026-05-03");
        assert_eq!(day("May the 3rd"), "2026-05-03");
        assert_eq!(day("december twenty first"), "2025-12-21");
        assert_eq!(day("february 29"), "2024-02-29");
        assert_eq!(read("the thirty first of june"), None);
    }

    #[test]
    fn spans_follow_the_calendar() {
        assert_eq!(read("this week").unwrap(), "2026-06-15..2026-06-21");
        assert_eq!(read("last week").unwrap(), "2026-06-08..2026-06-14");
        assert_eq!(read("two weeks ago").unwrap(), "2026-06-01..2026-06-07");
        assert_eq!(read("last month").unwrap(), "2026-05-01..2026-05-31");
        assert_eq!(read("in March").unwrap(), "2026-03-01..2026-03-31");
        assert_eq!(read("in December").unwrap(), "2025-12-01..2025-12-31");
        assert_eq!(read("in March 2025").unwrap(), "2025-03-01..2025-03-31");
        assert_eq!(read("the last ten days").unwrap(), "2026-06-07..2026-06-17");
        assert_eq!(read("since March").unwrap(), "2026-03-01..2026-06-17");
        assert_eq!(read("last year").unwrap(), "2025-01-01..2025-12-31");
    }

    #[test]
    fn may_is_a_month_only_where_it_is_led_as_one() {
        assert_eq!(read("may"), None);
        assert_eq!(read("in may").unwrap(), "2026-05-01..2026-05-31");
    }
}
