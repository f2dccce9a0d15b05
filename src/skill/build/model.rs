//! What a platform shall understand: intents with sentences that have places, in no platform's form.

use std::collections::{BTreeMap, HashSet};

use super::values::Values;
use crate::{
    skill::check::sayable,
    understanding::{
        IntentName,
        platform::{self, ANSWER},
        sentences::{Means, Piece, Sentences, SlotKind, Table},
        words::contracted,
    },
};

/// A part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// Words.
    Words(String),
    /// A place, by its name in [`platform`].
    Place(&'static str),
}

/// An intent with the sentences that it is recognised by.
#[derive(Debug)]
pub(super) struct Taught {
    /// What is meant.
    pub intent: IntentName,
    /// Whether the sentences mean nothing more than that.
    pub plain: bool,
    /// Each sentence, none of another intent.
    pub sentences: Vec<Vec<Part>>,
}

/// The intents by the names that platforms get.
#[derive(Debug, Default)]
pub(super) struct Model {
    /// Sorted by their names.
    pub intents: BTreeMap<String, Taught>,
    /// How many sentences were left out, by the reason.
    pub left_out: BTreeMap<&'static str, usize>,
    taken: HashSet<String>,
}

/// Intents whose things are counted: "two packs of batteries".
pub(super) const COUNTED: [IntentName; 3] = [IntentName::Buy, IntentName::Reorder, IntentName::AddToCart];

impl Model {
    /// The model of some sentences, whose places are filled with these values.
    pub fn new(sentences: &Sentences, values: &Values) -> Self {
        let mut model = Self::default();
        // What is nothing but an answer belongs to the question, whatever a template would make of it.
        model.teach(ANSWER, &IntentName::Custom(ANSWER.to_owned()), true, answers(values));
        // Words that are understood at any time come before those that need a question.
        for asked in [false, true] {
            for (table, spelled) in sentences.spelled_out().filter(|(t, _)| t.expect.is_some() == asked) {
                model.add(table, &spelled, values);
            }
        }
        model.intents.retain(|_, taught| !taught.sentences.is_empty());
        model
    }

    fn add(&mut self, table: &Table, spelled: &[Vec<Piece<'_>>], values: &Values) {
        let Some(name) =
            platform::name(&table.name, &table.means).filter(|_| table.by_ear && table.says.is_none())
        else {
            self.leave_out(
                "too short to be trusted when heard, or of a meaning that has no name",
                spelled.len(),
            );
            return;
        };
        let (mut all, mut own) = (Vec::new(), Vec::new());
        for pieces in spelled {
            match parts(pieces, values) {
                Ok(parts) => {
                    all.extend(with(&parts, "option", &two_options()));
                    if COUNTED.contains(&table.name) {
                        all.extend(counted(&parts, values));
                        all.extend(chosen(&parts, values));
                        own.extend(with(
                            &parts,
                            "item",
                            &[Part::Words("my".to_owned()), Part::Place("item")],
                        ));
                    }
                    all.push(parts);
                }
                Err(why) => self.leave_out(why, 1),
            }
        }
        // "My coffee" is the one that was bought before.
        let means = Means { own: true, ..table.means.clone() };
        if let Some(name) = platform::name(&table.name, &means).filter(|_| !own.is_empty()) {
            self.teach(&name, &table.name, false, own);
        }
        self.teach(&name, &table.name, table.means == Means::default(), all);
    }

    fn teach(&mut self, name: &str, intent: &IntentName, plain: bool, sentences: Vec<Vec<Part>>) {
        let shorter: Vec<_> = sentences.iter().filter_map(|parts| contraction(parts)).collect();
        let all = sentences.into_iter().chain(shorter);
        let new: Vec<_> = all.filter(|parts| self.taken.insert(key(parts))).collect();
        let taught = self.intents.entry(name.to_owned());
        let empty = || Taught { intent: intent.clone(), plain, sentences: Vec::new() };
        taught.or_insert_with(empty).sentences.extend(new);
    }

    fn leave_out(&mut self, why: &'static str, count: usize) {
        *self.left_out.entry(why).or_default() += count;
    }
}

/// The sentence as platforms compare it: two places of one type are the same to them.
fn key(parts: &[Part]) -> String {
    let part = |part: &Part| match part {
        Part::Words(words) => words.clone(),
        Part::Place("quantity" | "was" | "order_number") => "{number}".to_owned(),
        Part::Place("item" | "other_item" | "instead_of") => "{item}".to_owned(),
        Part::Place("period" | "by") => "{date}".to_owned(),
        Part::Place("option" | "other_option" | "third_option" | "without") => "{option}".to_owned(),
        Part::Place(place) => format!("{{{place}}}"),
    };
    parts.iter().map(part).collect::<Vec<_>>().join(" ")
}

fn parts(pieces: &[Piece<'_>], values: &Values) -> Result<Vec<Part>, &'static str> {
    let mut parts: Vec<Part> = Vec::new();
    for piece in pieces {
        match (piece, parts.last_mut()) {
            (Piece::Word(word), _) if !sayable(word) => return Err("with a word that cannot be in a sample"),
            (Piece::Word(word), Some(Part::Words(words))) => *words = format!("{words} {word}"),
            (Piece::Word(word), _) => parts.push(Part::Words((*word).to_owned())),
            (Piece::Slot(kind), _) => {
                let place = platform::place(*kind).ok_or("with an amount, for which there is no place")?;
                if parts.contains(&Part::Place(place)) {
                    return Err("with the same place twice");
                }
                if listed(*kind, place) && !values.contains_key(place) {
                    return Err("with a place for which the catalogue has no words");
                }
                parts.push(Part::Place(place));
            }
        }
    }
    Ok(parts)
}

/// Whether the place is filled from a list of the shop's own.
fn listed(kind: SlotKind, place: &str) -> bool {
    place == "it"
        || matches!(
            kind,
            SlotKind::Brand
                | SlotKind::Size
                | SlotKind::Attribute
                | SlotKind::Description
                | SlotKind::Options
                | SlotKind::NotOptions
        )
}

/// The sentence with "i'm" for "i am".
fn contraction(parts: &[Part]) -> Option<Vec<Part>> {
    let short = |part: &Part| match part {
        Part::Words(words) => contracted(words).map_or_else(|| part.clone(), Part::Words),
        Part::Place(_) => part.clone(),
    };
    let shortened: Vec<Part> = parts.iter().map(short).collect();
    (shortened != parts).then_some(shortened)
}

/// The sentence with an article or a count before its thing, and with two things.
fn counted(parts: &[Part], values: &Values) -> Vec<Vec<Part>> {
    let place = Part::Place;
    let words = |text: &str| Part::Words(text.to_owned());
    let mut forms = vec![
        vec![words("a"), place("item")],
        vec![words("the"), place("item")],
        vec![words("some"), place("item")],
        vec![place("quantity"), place("item")],
        vec![place("item"), words("and"), place("other_item")],
    ];
    if values.contains_key("unit") {
        forms.push(vec![place("quantity"), place("unit"), words("of"), place("item")]);
    }
    forms.iter().filter_map(|form| with(parts, "item", form)).collect()
}

/// "Oat milk and two sugars".
fn two_options() -> [Part; 3] {
    [Part::Place("option"), Part::Words("and".to_owned()), Part::Place("other_option")]
}

/// The sentence with options of its thing, where it ends with that: "a latte with oat milk and two sugars".
fn chosen(parts: &[Part], values: &Values) -> Vec<Vec<Part>> {
    if parts.last() != Some(&Part::Place("item")) || !values.contains_key("option") {
        return Vec::new();
    }
    forms_with_options().iter().filter_map(|form| with(parts, "item", form)).collect()
}

fn forms_with_options() -> Vec<Vec<Part>> {
    let place = Part::Place;
    let words = |text: &str| Part::Words(text.to_owned());
    let one = [words("with"), place("option")];
    let two = [&[words("with")], &two_options()[..]].concat();
    let three = [&two[..], &[words("and"), place("third_option")]].concat();
    let none = [words("without"), place("without")];
    let things =
        [vec![place("item")], vec![words("a"), place("item")], vec![place("quantity"), place("item")]];
    let tails = [&one[..], &two[..], &three[..], &none[..]];
    let after = things.iter().flat_map(|thing| tails.iter().map(|tail| [&thing[..], tail].concat()));
    // "A decaf latte", "an oat milk latte with two sugars".
    let before =
        [words("a"), words("an"), place("quantity")].map(|first| vec![first, place("option"), place("item")]);
    let both =
        before.iter().take(2).map(|form| [&form[..], &[words("with"), place("other_option")]].concat());
    after.chain(before.iter().cloned()).chain(both).collect()
}

/// The sentence with something else in a place.
fn with(parts: &[Part], place: &'static str, form: &[Part]) -> Option<Vec<Part>> {
    let at = parts.iter().position(|part| *part == Part::Place(place))?;
    Some([&parts[..at], form, &parts[at + 1..]].concat())
}

/// What people say who only answer.
fn answers(values: &Values) -> Vec<Vec<Part>> {
    let all: [&[&'static str]; 6] = [
        &["item"],
        &["quantity", "item"],
        &["quantity"],
        &["digits"],
        &["quantity", "unit"],
        &["description"],
    ];
    let known = |place: &&str| !["unit", "description"].contains(place) || values.contains_key(*place);
    let whole = all.iter().filter(|places| places.iter().all(known));
    let mut answers: Vec<Vec<Part>> =
        whole.map(|places| places.iter().map(|place| Part::Place(place)).collect()).collect();
    if values.contains_key("option") {
        let two = two_options();
        let with = [Part::Words("with".to_owned())];
        answers.extend([vec![Part::Place("option")], two.to_vec()]);
        answers.extend([[&with[..], &two[..1]].concat(), [&with[..], &two[..]].concat()]);
        answers.extend(forms_with_options());
    }
    answers
}
