//! How a language reads numbers, amounts and days. A further language is one more function
//! that returns a [`Language`].

use jiff::civil::{Date, Weekday};

use crate::{
    commerce::{Currency, Money},
    understanding::words::ONES,
};

/// What must be known of a language to read typed speech aloud and to show it.
pub(super) struct Language {
    /// A count: 12 → `twelve`.
    pub cardinal: fn(u64) -> String,
    /// An amount: 12.99 USD → `twelve dollars and ninety nine cents`.
    pub money: fn(Money) -> String,
    /// A day as it is read: `Tuesday, November twenty fourth`.
    pub date: fn(Date) -> String,
    /// A day as it is shown: `Tuesday, November 24`.
    pub written_date: fn(Date) -> String,
    /// Between the whole and the fraction of a number: `point`.
    pub point: &'static str,
}

/// The language of a locale (`en`, `en-US`); English for one that is not known.
pub(super) fn language(locale: &str) -> &'static Language {
    match locale.split(['-', '_']).next() {
        // A further language is one more arm here.
        Some("en") | Some(_) | None => &ENGLISH,
    }
}

static ENGLISH: Language = Language {
    cardinal: english_cardinal,
    money: english_money,
    date: |date| {
        format!(
            "{}, {} {}",
            weekday(date),
            month(date),
            english_ordinal(u64::from(date.day().unsigned_abs()))
        )
    },
    written_date: |date| format!("{}, {} {}", weekday(date), month(date), date.day()),
    point: "point",
};

const TENS: [&str; 10] =
    ["", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const SCALES: [(u64, &str); 6] = [
    (1_000_000_000_000_000_000, "quintillion"),
    (1_000_000_000_000_000, "quadrillion"),
    (1_000_000_000_000, "trillion"),
    (1_000_000_000, "billion"),
    (1_000_000, "million"),
    (1_000, "thousand"),
];

fn english_cardinal(n: u64) -> String {
    for (size, name) in SCALES.into_iter().chain([(100, "hundred")]) {
        if n >= size {
            let head = format!("{} {name}", english_cardinal(n / size));
            return if n.is_multiple_of(size) {
                head
            } else {
                format!("{head} {}", english_cardinal(n % size))
            };
        }
    }
    // Below a hundred both casts are exact.
    let n = n as usize;
    match (n / 10, n % 10) {
        (0 | 1, _) => ONES[n].to_owned(),
        (tens, 0) => TENS[tens].to_owned(),
        (tens, ones) => format!("{} {}", TENS[tens], ONES[ones]),
    }
}

fn english_ordinal(n: u64) -> String {
    let words = english_cardinal(n);
    let (head, last) = words.rsplit_once(' ').map_or(("", words.as_str()), |(h, l)| (h, l));
    let last = match last {
        "one" => "first".to_owned(),
        "two" => "second".to_owned(),
        "three" => "third".to_owned(),
        "five" => "fifth".to_owned(),
        "eight" => "eighth".to_owned(),
        "nine" => "ninth".to_owned(),
        "twelve" => "twelfth".to_owned(),
        other => other.strip_suffix('y').map_or_else(|| format!("{other}th"), |stem| format!("{stem}ieth")),
    };
    if head.is_empty() { last } else { format!("{head} {last}") }
}

/// One and many of a currency's unit and of its hundredth.
fn english_units(currency: Currency) -> Option<[&'static str; 4]> {
    Some(match currency {
        Currency::USD | Currency::CAD | Currency::AUD | Currency::NZD => {
            ["dollar", "dollars", "cent", "cents"]
        }
        Currency::EUR => ["euro", "euros", "cent", "cents"],
        Currency::GBP => ["pound", "pounds", "penny", "pence"],
        Currency::BRL => ["real", "reais", "centavo", "centavos"],
        Currency::RON => ["leu", "lei", "ban", "bani"],
        Currency::RUB => ["rouble", "roubles", "kopeck", "kopecks"],
        Currency::CHF => ["franc", "francs", "centime", "centimes"],
        _ => return None,
    })
}

fn english_money(amount: Money) -> String {
    let minus = if amount.minor() < 0 { "minus " } else { "" };
    let digits = u32::from(amount.currency().exponent().unwrap_or(2));
    let per_unit = 10_u64.pow(digits);
    let all = amount.minor().unsigned_abs();
    let (whole, rest) = (all / per_unit, all % per_unit);
    let Some([one, many, small_one, small_many]) = english_units(amount.currency()) else {
        let fraction = match rest {
            0 => String::new(),
            _ => {
                format!(" point {}", spell_digits(&format!("{rest:0>width$}", width = digits as usize), " "))
            }
        };
        return format!("{minus}{}{fraction} {}", english_cardinal(whole), amount.currency().name());
    };
    let units = format!("{} {}", english_cardinal(whole), if whole == 1 { one } else { many });
    let cents = format!("{} {}", english_cardinal(rest), if rest == 1 { small_one } else { small_many });
    match (whole, rest) {
        (_, 0) => format!("{minus}{units}"),
        (0, _) => format!("{minus}{cents}"),
        _ => format!("{minus}{units} and {cents}"),
    }
}

fn spell_digits(digits: &str, between: &str) -> String {
    let words: Vec<String> =
        digits.chars().filter_map(|c| c.to_digit(10)).map(|d| english_cardinal(d.into())).collect();
    words.join(between)
}

fn weekday(date: Date) -> &'static str {
    match date.weekday() {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

fn month(date: Date) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    NAMES[usize::from(date.month().unsigned_abs()).clamp(1, 12) - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_as_people_count() {
        let read = |n| english_cardinal(n);
        assert_eq!(read(0), "zero");
        assert_eq!(read(12), "twelve");
        assert_eq!(read(40), "forty");
        assert_eq!(read(99), "ninety nine");
        assert_eq!(read(1_105), "one thousand one hundred five");
        assert_eq!(read(2_000_000), "two million");
        assert!(read(u64::MAX).starts_with("eighteen quintillion"));
    }

    #[test]
    fn days_of_a_month_are_ordinals() {
        let read = |n| english_ordinal(n);
        let said = [(1, "first"), (2, "second"), (3, "third"), (5, "fifth"), (8, "eighth"), (9, "ninth")];
        for (n, word) in said.into_iter().chain([(12, "twelfth"), (20, "twentieth"), (21, "twenty first")]) {
            assert_eq!(read(n), word);
        }
        assert_eq!(read(31), "thirty first");
    }

    #[test]
    fn amounts_are_read_with_their_cents() {
        let read = |minor| english_money(Money::new(minor, Currency::USD));
        assert_eq!(read(1299), "twelve dollars and ninety nine cents");
        assert_eq!(read(100), "one dollar");
        assert_eq!(read(101), "one dollar and one cent");
        assert_eq!(read(50), "fifty cents");
        assert_eq!(read(0), "zero dollars");
        assert_eq!(read(-250), "minus two dollars and fifty cents");
        assert_eq!(english_money(Money::new(205, Currency::GBP)), "two pounds and five pence");
        assert_eq!(english_money(Money::new(1500, Currency::JPY)), "one thousand five hundred Japanese yen");
        assert_eq!(english_money(Money::new(1205, Currency::PLN)), "twelve point zero five Polish złoty");
    }
}
