//! What the coffee bar has, and what becomes of a line when something is wished for: the shop's rules anew, to compare
//! with.

use std::collections::BTreeMap;

/// An option of the bar: its group, its name alone and after a count (`""`: it cannot be counted), and ways to say
/// it alone and after a count. In the order of the menu.
pub(super) struct Known {
    pub(super) group: &'static str,
    pub(super) name: &'static str,
    pub(super) many: &'static str,
    pub(super) one: &'static [&'static str],
    pub(super) several: &'static [&'static str],
    pub(super) most: u32,
}

const fn plain(group: &'static str, name: &'static str, one: &'static [&'static str]) -> Known {
    Known { group, name, many: "", one, several: one, most: 1 }
}

pub(super) static KNOWN: [Known; 10] = [
    // What the drinks have anyway.
    plain("milk", "", &["whole milk", "regular milk"]),
    plain("milk", "skim milk", &["skim milk", "nonfat milk"]),
    plain("milk", "soy milk", &["soy milk"]),
    plain("milk", "oat milk", &["oat milk", "oat"]),
    plain("cream", "cream", &["cream"]),
    Known { group: "sweet", name: "sugar", many: "sugars", one: &["sugar"], several: &["sugars"], most: 8 },
    Known { group: "sweet", name: "honey", many: "honeys", one: &["honey"], several: &["honeys"], most: 8 },
    plain("roast", "dark roast", &["dark roast"]),
    plain("caffeine", "decaf beans", &["decaf"]),
    Known {
        group: "shots",
        name: "an extra shot",
        many: "extra shots",
        one: &["extra shot", "shot"],
        several: &["extra shots", "shots", "shots of espresso"],
        most: 4,
    },
];

pub(super) const NUMBERS: [&str; 7] = ["zero", "one", "two", "three", "four", "five", "six"];
pub(super) const WITH_IT: [&str; 8] =
    ["at least", "at most", "up to", "no more than", "no less than", "exactly", "just", "a minimum of"];
pub(super) const WITHOUT_IT: [&str; 7] =
    ["more than", "less than", "fewer than", "over", "under", "about", "almost"];

/// What was chosen for a drink: numbers in [`KNOWN`] with counts.
pub(super) type Chosen = BTreeMap<usize, u32>;

/// What an option phrase does. `None`: it is no clear wish.
pub(super) type Wish = Option<(usize, Change)>;

#[derive(Clone, Copy)]
pub(super) enum Change {
    To(u32),
    More(u32),
    Less(u32),
}

/// What is chosen after a wish; `None` where it cannot be had.
pub(super) fn after(chosen: &Chosen, (at, change): (usize, Change)) -> Option<Chosen> {
    let known = &KNOWN[at];
    let (mut next, now) = (chosen.clone(), chosen.get(&at).copied().unwrap_or(0));
    let count = match change {
        Change::To(n) => n,
        Change::More(n) => now + n,
        Change::Less(n) => now.saturating_sub(n),
    };
    if known.many.is_empty() {
        next.retain(|other, _| KNOWN[*other].group != known.group);
    }
    next.remove(&at);
    if count > 0 && !known.name.is_empty() {
        next.insert(at, count);
    }
    let all: u32 = next.iter().filter(|(other, _)| KNOWN[**other].group == known.group).map(|(_, n)| n).sum();
    (all <= known.most).then_some(next)
}

/// A line as it is read back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Line {
    pub(super) drink: String,
    pub(super) quantity: u32,
    pub(super) chosen: Chosen,
}

impl Line {
    pub(super) fn name(&self) -> String {
        self.drink.split(',').next().unwrap_or_default().to_lowercase()
    }

    fn spoken(&self) -> String {
        let option = |(at, count): (&usize, &u32)| match count {
            1 => KNOWN[*at].name.to_owned(),
            n => format!("{n} {}", KNOWN[*at].many),
        };
        let options: Vec<String> = self.chosen.iter().map(option).collect();
        let with = match options.as_slice() {
            [] => String::new(),
            [one] => format!(" with {one}"),
            [all @ .., last] => format!(" with {} and {last}", all.join(", ")),
        };
        let quantity = if self.quantity == 1 { "one".to_owned() } else { self.quantity.to_string() };
        format!("{quantity} {}{with}", self.drink)
    }
}

pub(super) fn read_back(lines: &[Line]) -> String {
    let mut merged: Vec<Line> = Vec::new();
    for line in lines {
        match merged.iter_mut().find(|old| old.drink == line.drink && old.chosen == line.chosen) {
            Some(old) => old.quantity += line.quantity,
            None => merged.push(line.clone()),
        }
    }
    let spoken: Vec<String> = merged.iter().map(Line::spoken).collect();
    match spoken.as_slice() {
        [one, other] => format!("{one}, and {other}"),
        [all @ .., last] if !all.is_empty() => format!("{}; and {last}", all.join("; ")),
        all => all.concat(),
    }
}

/// What comes of wishes.
pub(super) enum Had<T> {
    /// This.
    So(T),
    /// Nothing, as one of them is not clear.
    Unclear,
    /// Nothing, as it cannot be had so; that is said.
    Not,
}

pub(super) fn all(before: &Chosen, wishes: &[Wish]) -> Had<Chosen> {
    let Some(wishes) = wishes.iter().copied().collect::<Option<Vec<_>>>() else { return Had::Unclear };
    match wishes.into_iter().try_fold(before.clone(), |chosen, wish| after(&chosen, wish)) {
        Some(chosen) => Had::So(chosen),
        None => Had::Not,
    }
}

/// The lines of an order; those that cannot be had are left out. `None`, where something is not clear, or
/// nothing is left.
pub(super) fn lines_of(drinks: Vec<Had<Line>>) -> Option<Vec<Line>> {
    let mut lines = Vec::new();
    for drink in drinks {
        match drink {
            Had::So(line) => lines.push(line),
            Had::Unclear => return None,
            Had::Not => {}
        }
    }
    (!lines.is_empty()).then_some(lines)
}
