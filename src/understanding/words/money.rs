//! Spoken and written amounts: "$12.99", "ten dollars", "nine ninety nine".

use super::{Token, cardinal};
use crate::commerce::{Currency, Money};

/// The largest whole amount that is read.
const MAX_WHOLE: u32 = 999_999;

/// How people call the units of a currency: whole, hundredth, sign.
fn names(currency: Currency) -> (&'static [&'static str], &'static [&'static str], &'static str) {
    match currency {
        Currency::EUR => (&["euro", "euros"], &["cent", "cents"], "€"),
        Currency::GBP => (&["pound", "pounds", "quid"], &["pence", "penny", "p"], "£"),
        _ => (&["dollar", "dollars", "buck", "bucks"], &["cent", "cents"], "$"),
    }
}

fn word(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |t| t.text.as_str())
}

fn whole(units: u32, hundredths: u32, currency: Currency) -> Option<Money> {
    let digits = u32::from(currency.exponent().unwrap_or(2));
    if units > MAX_WHOLE || hundredths >= 100 || (digits < 2 && hundredths > 0) {
        return None;
    }
    let minor = i64::from(units) * 10_i64.pow(digits) + i64::from(hundredths) * 10_i64.pow(digits.max(2) - 2);
    Some(Money::new(minor, currency))
}

/// `$12.99`, `12.99`, `$12`: a decimal number, with a sign or a decimal point.
fn written(text: &str, currency: Currency) -> Option<Money> {
    let (_, _, sign) = names(currency);
    let number = text.strip_prefix(sign).unwrap_or(text);
    if number.len() == text.len() && !number.contains('.') {
        return None;
    }
    let amount = Money::parse(number, currency).ok()?;
    (amount.minor() <= whole(MAX_WHOLE, 0, currency)?.minor()).then_some(amount)
}

/// An amount that names its unit: "$12.99", "12.99", "ten dollars and fifty cents", "a buck".
pub fn money(tokens: &[Token], at: usize, currency: Currency) -> Option<(Money, usize)> {
    let (units, cents, _) = names(currency);
    if let Some(amount) = written(word(tokens, at), currency) {
        return Some((amount, 1 + usize::from(units.contains(&word(tokens, at + 1)))));
    }
    let (count, mut used) = match cardinal(tokens, at) {
        Some(found) => found,
        None if word(tokens, at) == "a" => (1, 1),
        None => return None,
    };
    if cents.contains(&word(tokens, at + used)) {
        return whole(count / 100, count % 100, currency).map(|amount| (amount, used + 1));
    }
    if !units.contains(&word(tokens, at + used)) {
        return pair_with_unit(tokens, at, currency);
    }
    used += 1;
    let skip = usize::from(word(tokens, at + used) == "and");
    let rest = cardinal(tokens, at + used + skip).filter(|(n, _)| (1..100).contains(n));
    let Some((rest, more)) = rest else { return whole(count, 0, currency).map(|amount| (amount, used)) };
    let named = cents.contains(&word(tokens, at + used + skip + more));
    // "ten dollars and two bottles": without "cents" only "ten dollars fifty" is one amount.
    if named || (skip == 0 && rest >= 10 && at + used + more == tokens.len()) {
        used += skip + more + usize::from(named);
        return whole(count, rest, currency).map(|amount| (amount, used));
    }
    whole(count, 0, currency).map(|amount| (amount, used))
}

/// "ten fifty dollars".
fn pair_with_unit(tokens: &[Token], at: usize, currency: Currency) -> Option<(Money, usize)> {
    let (amount, used) = pair(tokens, at, currency)?;
    let (units, ..) = names(currency);
    units.contains(&word(tokens, at + used)).then_some((amount, used + 1))
}

/// "ten fifty", "nine ninety nine", "ten oh five": whole units and two digits of hundredths.
fn pair(tokens: &[Token], at: usize, currency: Currency) -> Option<(Money, usize)> {
    let (units, used) = cardinal(tokens, at)?;
    if ["oh", "o"].contains(&word(tokens, at + used)) {
        let (rest, more) = cardinal(tokens, at + used + 1).filter(|(n, _)| (1..10).contains(n))?;
        return whole(units, rest, currency).map(|amount| (amount, used + 1 + more));
    }
    let (rest, more) = cardinal(tokens, at + used).filter(|(n, _)| (10..100).contains(n))?;
    whole(units, rest, currency).map(|amount| (amount, used + more))
}

/// An amount where only an amount can stand, as after "under": also "ten fifty" and "twenty".
pub fn price(tokens: &[Token], at: usize, currency: Currency) -> Option<(Money, usize)> {
    money(tokens, at, currency).or_else(|| pair(tokens, at, currency)).or_else(|| {
        let (units, used) = cardinal(tokens, at)?;
        whole(units, 0, currency).map(|amount| (amount, used))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::understanding::words::{numbers::spell, tokenise};

    fn read(text: &str) -> Option<(i64, usize)> {
        price(&tokenise(text).unwrap(), 0, Currency::USD).map(|(m, used)| (m.minor(), used))
    }

    proptest! {
        #[test]
        fn any_amount_written_out_is_read_back(minor in 1..=9_999_999_u32) {
            let (units, cents) = (minor / 100, minor % 100);
            let mut text = format!("{} dollars", spell(units, true));
            if cents > 0 {
                text += &format!(" and {} cents", spell(cents, true));
            }
            prop_assert_eq!(read(&text).map(|m| m.0), Some(i64::from(minor)), "{}", text);
            let written = format!("${units}.{cents:02}");
            prop_assert_eq!(read(&written), Some((i64::from(minor), 1)));
        }
    }

    #[test]
    fn people_say_amounts_in_many_ways() {
        assert_eq!(read("ten fifty"), Some((1050, 2)));
        assert_eq!(read("nine ninety nine"), Some((999, 3)));
        assert_eq!(read("twenty five fifty"), Some((2550, 3)));
        assert_eq!(read("ten oh five"), Some((1005, 3)));
        assert_eq!(read("a hundred bucks"), Some((10_000, 3)));
        assert_eq!(read("a dollar fifty"), Some((150, 3)));
        assert_eq!(read("75 cents"), Some((75, 2)));
        assert_eq!(read("12.99 dollars"), Some((1299, 2)));
        assert_eq!(read("twenty"), Some((2000, 1)));
        assert_eq!(read("ten dollars and two bottles"), Some((1000, 2)));
        assert_eq!(read("cheap"), None);
    }

    #[test]
    fn other_currencies_have_their_own_names() {
        let read = |text: &str, c| price(&tokenise(text).unwrap(), 0, c).map(|(m, used)| (m.minor(), used));
        assert_eq!(read("£3.50", Currency::GBP), Some((350, 1)));
        assert_eq!(read("five euros", Currency::EUR), Some((500, 2)));
        assert_eq!(read("500", Currency::JPY), Some((500, 1)));
    }
}
