//! Language is data and is tested as data: every example is understood as it says, and every
//! template has an example that it matches.

use std::fmt;

use jiff::civil::Date;
use serde::Deserialize;

use super::{Sentences, matcher, sights::Sights};
use crate::understanding::{
    Understander,
    intent::{Choice, Expect, IntentName, ItemPhrase, OptionPhrase, OrderRef, Past, Slots, Step},
    words::tokenise,
};

/// Fewer examples than this show too little of how people say a thing.
pub const MIN_EXAMPLES: usize = 15;

/// A sentence as it is said, and what it must fill in. What is not given is not checked, except
/// that an example without any slot must fill in no thing.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Example {
    /// The sentence.
    pub say: String,
    /// What is awaited when it is said.
    pub expect: Expect,
    /// The words of the only thing.
    pub item: Option<String>,
    /// The words of several things.
    pub items: Option<Vec<String>>,
    /// How many, of the first thing or bare.
    pub quantity: Option<u32>,
    /// The unit of the first thing.
    pub unit: Option<String>,
    /// How many in one of them.
    pub pack_of: Option<u32>,
    /// Whether it is the household's own.
    pub own: Option<bool>,
    /// Whether "it" was said.
    pub it: Option<bool>,
    /// `10.00`.
    pub price_max: Option<String>,
    /// `10.00`.
    pub price_min: Option<String>,
    /// A brand.
    pub brand: Option<String>,
    /// A size.
    pub size: Option<String>,
    /// The only attribute.
    pub attribute: Option<String>,
    /// Whether the cheapest is meant.
    pub cheapest: Option<bool>,
    /// Whether the most expensive is meant.
    pub dearest: Option<bool>,
    /// Whether the things are refused.
    pub refused: bool,
    /// Whether only the things are meant.
    pub only: bool,
    /// Whether the count is so many more, or fewer, than there are.
    pub step: Option<Step>,
    /// What is to be replaced.
    pub instead_of: Option<String>,
    /// Which of those offered.
    pub choice: Option<Choice>,
    /// Which line of what is read back a change is for.
    pub line: Option<Choice>,
    /// Whether only so many of a line are meant.
    pub part: bool,
    /// Which order.
    pub order: Option<OrderRef>,
    /// First and last day.
    pub period: Option<[Date; 2]>,
    /// Where in the past.
    pub past: Option<Past>,
    /// Digits.
    pub digits: Option<String>,
    /// The options of all things, then those without a thing, as values with counts: `oat`, `2 shot`,
    /// `no sugar`, `+1 shot` for another, `-1 sugar` for one less.
    pub options: Vec<String>,
}

impl Example {
    /// What of the slots is not as the example says.
    fn fault(&self, slots: &Slots) -> Option<String> {
        let first = slots.items.first();
        let words: Vec<&str> = slots.items.iter().filter(|i| !i.it).map(|i| i.words.as_str()).collect();
        let wanted: Vec<&str> =
            self.item.iter().chain(self.items.iter().flatten()).map(String::as_str).collect();
        let quantity = first.and_then(|i| i.quantity).or(slots.quantity).map(u32::from);
        let limits = &slots.constraints;
        let period = slots.period.map(|p| [p.from, p.to]);
        let mut faults = Faults(Vec::new());
        let item = |of: fn(&ItemPhrase) -> bool| first.is_some_and(of);
        faults.same("items", &wanted, &words);
        faults.same("quantity", &self.quantity.or(quantity), &quantity);
        let unit = first.and_then(|i| i.unit.clone());
        faults.same("unit", &self.unit.clone().or(unit.clone()), &unit);
        let pack_of = first.and_then(|i| i.pack_of);
        faults.same("pack_of", &self.pack_of.or(pack_of), &pack_of);
        let (own, it) = (item(|i| i.own), item(|i| i.it));
        faults.same("own", &self.own.unwrap_or(own), &own);
        faults.same("it", &self.it.unwrap_or(it), &it);
        faults.same("price_max", &self.price_max, &limits.price_max.map(|m| m.to_string()));
        faults.same("price_min", &self.price_min, &limits.price_min.map(|m| m.to_string()));
        faults.same("brand", &self.brand, &limits.brand);
        faults.same("size", &self.size, &limits.size);
        faults.same("attribute", &self.attribute.as_ref(), &limits.attributes.first());
        faults.same("cheapest", &self.cheapest.unwrap_or(limits.cheapest), &limits.cheapest);
        faults.same("dearest", &self.dearest.unwrap_or(limits.dearest), &limits.dearest);
        faults.same("refused", &self.refused, &slots.refused);
        faults.same("only", &self.only, &slots.only);
        faults.same("line", &self.line, &slots.line);
        faults.same("part", &self.part, &slots.part);
        faults.same("step", &self.step, &slots.step);
        faults.same("instead_of", &self.instead_of, &slots.instead_of);
        faults.same("choice", &self.choice.clone().or(slots.choice.clone()), &slots.choice);
        faults.same("order", &self.order, &slots.order);
        faults.same("period", &self.period, &period);
        faults.same("past", &self.past, &slots.past);
        faults.same("digits", &self.digits.as_deref(), &slots.digits.as_ref().map(|d| d.expose()));
        faults.same("options", &self.options, &options(slots));
        (!faults.0.is_empty()).then(|| faults.0.join("; "))
    }
}

/// What is not as an example says.
struct Faults(Vec<String>);

impl Faults {
    fn same<T: PartialEq + fmt::Debug>(&mut self, what: &str, wanted: &T, found: &T) {
        if wanted != found {
            self.0.push(format!("{what}: expected {wanted:?}, got {found:?}"));
        }
    }
}

/// The options of some slots as an example writes them.
fn options(slots: &Slots) -> Vec<String> {
    let all = slots.items.iter().flat_map(|item| &item.options).chain(&slots.options);
    let written = |option: &OptionPhrase| {
        let value = option.meant.first().map_or("", |(_, value)| value.as_str());
        let count = option.count.unwrap_or(1);
        match (option.no, option.step) {
            (true, _) => format!("no {value}"),
            (false, Some(Step::More)) => format!("+{count} {value}"),
            (false, Some(Step::Fewer)) => format!("-{count} {value}"),
            (false, None) if count == 1 => value.to_owned(),
            (false, None) => format!("{count} {value}"),
        }
    };
    all.map(written).collect()
}

/// What kind of thing is wrong with the sentences of a skill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// An example is not understood as it says.
    Example,
    /// A template has no example, or an intent too few.
    Unproved,
    /// Two intents have the same sentence.
    Collision,
    /// No sentence of an intent is understood as it.
    Unreachable,
}

/// Something that is wrong with the sentences of a skill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Of which kind it is.
    pub kind: ProblemKind,
    /// The file.
    pub file: String,
    /// The line, from 1; 0 for the whole file.
    pub line: usize,
    /// What is wrong.
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.text)
    }
}

/// Checks the sentences of an understander against their own examples.
pub fn check(understander: &Understander) -> Vec<Problem> {
    let sentences = understander.sentences();
    let mut problems = Vec::new();
    let mut problem = |kind: ProblemKind, line: usize, text: String| {
        problems.push(Problem { kind, file: sentences.file.clone(), line, text });
    };
    let mut used = vec![false; sentences.templates.len()];
    for table in &sentences.tables {
        for (line, example) in &table.examples {
            let understood = understander.understand_surely(&example.say, example.expect, sentences.today);
            if table.broken {
                // Its mistake is a template's, and told as that.
            } else if understood.intent.name != table.name {
                problem(
                    ProblemKind::Example,
                    *line,
                    format!("\"{}\" is {:?}, not {:?}", example.say, understood.intent.name, table.name),
                );
            } else if let Some(fault) = example.fault(&understood.intent.slots) {
                problem(ProblemKind::Example, *line, format!("\"{}\" fills {fault}", example.say));
            }
            mark_used(understander, example, &mut used);
        }
    }
    for (template, used) in sentences.templates.iter().zip(used) {
        if !used {
            problem(
                ProblemKind::Unproved,
                template.line,
                format!("no example for template \"{}\"", template.text),
            );
        }
    }
    for name in names(sentences) {
        let tables = sentences.tables.iter().filter(|t| t.name == name);
        let count: usize = tables.map(|t| t.examples.len()).sum();
        if count < MIN_EXAMPLES && !matches!(name, IntentName::Custom(_)) {
            let what = format!("{name:?} has {count} examples; {MIN_EXAMPLES} are needed");
            problem(ProblemKind::Unproved, 0, what);
        }
    }
    problems
}

/// Marks the templates that match an example and belong to its meaning.
fn mark_used(understander: &Understander, example: &Example, used: &mut [bool]) {
    let Some(tokens) = tokenise(&example.say) else { return };
    for variant in understander.variants(tokens) {
        let sights = Sights::new(
            &variant.tokens,
            understander.vocabulary(),
            understander.currency(),
            understander.sentences().today,
        );
        for found in matcher::all(understander.sentences(), &sights, example.expect) {
            if found.table.examples.iter().any(|(_, e)| e == example) {
                used[found.template] = true;
            }
        }
    }
}

/// The intents that must have examples: all that are spoken, and the custom ones.
fn names(sentences: &Sentences) -> Vec<IntentName> {
    use IntentName as N;
    let mut names = vec![
        N::Launch,
        N::Help,
        N::Reorder,
        N::Buy,
        N::Search,
        N::Choose,
        N::Details,
        N::Price,
        N::Stock,
        N::AddToCart,
        N::RemoveFromCart,
        N::ChangeCart,
        N::ListCart,
        N::ClearCart,
        N::CheckOut,
        N::OrderStatus,
        N::CancelOrder,
        N::ReturnItem,
        N::DeliveryDate,
        N::Yes,
        N::No,
        N::Correct,
        N::Digits,
        N::Repeat,
        N::Back,
        N::Cancel,
        N::Wait,
        N::Stop,
        N::Human,
        N::Purchases,
        N::Undo,
        N::Thanks,
    ];
    let custom = sentences.tables.iter().map(|t| t.name.clone());
    names.extend(custom.filter(|n| matches!(n, N::Custom(_))));
    names.dedup();
    names
}
