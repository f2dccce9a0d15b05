//! Units of measure: what a size is given in.

/// A unit of measure with all its names.
#[derive(Debug, Clone, Copy)]
pub struct Measure {
    /// The singular, by which all its names are compared.
    pub one: &'static str,
    /// The plural.
    many: &'static str,
    /// Short forms and other spellings.
    short: &'static [&'static str],
    /// Millilitres or grams, which are alike enough to tell which of two packages is larger; `None` for what measures
    /// something else.
    pub amount: Option<u64>,
    /// Whether sizes are given in it. Others describe: "two percent", "two ply".
    pub of_a_size: bool,
}

const fn amount(
    one: &'static str,
    many: &'static str,
    short: &'static [&'static str],
    amount: u64,
) -> Measure {
    Measure { one, many, short, amount: Some(amount), of_a_size: true }
}

const fn length(one: &'static str, many: &'static str) -> Measure {
    Measure { one, many, short: &[], amount: None, of_a_size: true }
}

const fn describing(one: &'static str, many: &'static str) -> Measure {
    Measure { one, many, short: &[], amount: None, of_a_size: false }
}

const MEASURES: &[Measure] = &[
    amount("ounce", "ounces", &["oz"], 29),
    amount("pound", "pounds", &["lb", "lbs"], 454),
    amount("gallon", "gallons", &[], 3785),
    amount("quart", "quarts", &[], 946),
    amount("pint", "pints", &[], 473),
    amount("liter", "liters", &["litre", "litres", "l"], 1000),
    amount("ml", "ml", &["milliliter", "milliliters"], 1),
    amount("gram", "grams", &["g"], 1),
    amount("kg", "kg", &["kilo", "kilos"], 1000),
    length("inch", "inches"),
    length("foot", "feet"),
    describing("ply", "ply"),
    describing("watt", "watts"),
    describing("percent", "percent"),
    describing("sheet", "sheets"),
    describing("fluid", "fluid"),
];

/// Every unit.
pub fn measures() -> impl Iterator<Item = &'static Measure> {
    MEASURES.iter()
}

/// The unit that a word names: "ounces", "oz".
pub fn measure(text: &str) -> Option<&'static Measure> {
    MEASURES
        .iter()
        .find(|measure| measure.one == text || measure.many == text || measure.short.contains(&text))
}

/// Whether the word is a measure such as "ounce": a number before it is a size, and no quantity.
pub fn is_measure(text: &str) -> bool {
    measure(text).is_some()
}

impl Measure {
    /// Whether a word is one of its short forms or spellings.
    pub fn is_short(&self, text: &str) -> bool {
        self.short.contains(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measure_has_one_name_for_all_its_spellings_and_no_two_share_one() {
        for (said, one) in
            [("oz", "ounce"), ("lbs", "pound"), ("litres", "liter"), ("feet", "foot"), ("kilo", "kg")]
        {
            assert_eq!(measure(said).map(|m| m.one), Some(one), "{said}");
        }
        assert!(measure("pack").is_none());
        let all: Vec<&str> =
            measures().flat_map(|m| [m.one, m.many].into_iter().chain(m.short.iter().copied())).collect();
        for name in all {
            let with_it = measures().filter(|m| m.one == name || m.many == name || m.is_short(name)).count();
            assert_eq!(with_it, 1, "{name}");
        }
    }
}
