//! Which of some offers a choice means: by number, by price, by size, by a word that tells them apart.

use super::super::{Offer, Wanted, bound, scene::Scene, size};
use crate::understanding::{Choice, words::is_measure};

/// The offers that a choice means, as they are wanted `with` what was asked for with them. Numbers count all offers from
/// 1, as they were read; prices are of all that was found, read out or not.
pub(in crate::dialogue) fn select<'a>(
    scene: &Scene<'a>,
    with: &Wanted,
    offers: &[&'a Offer],
    shown: &[&'a Offer],
    choice: &Choice,
) -> Vec<&'a Offer> {
    let one = |offer: Option<&&'a Offer>| offer.map(|o| vec![*o]).unwrap_or_default();
    let by_price = |dearest| bound::extreme(scene, offers, with, dearest).into_iter().collect();
    match choice {
        Choice::Ordinal(n) => one(usize::try_from(*n).ok().and_then(|n| offers.get(n.wrapping_sub(1)))),
        Choice::Last => one(shown.last()),
        Choice::Cheapest => by_price(false),
        Choice::Dearest => by_price(true),
        Choice::Other if shown.len() == 2 => one(shown.get(1)),
        Choice::Described(words) => {
            let named = described(offers, words);
            if named.is_empty() { size::called(shown, words) } else { named }
        }
        Choice::Smaller => size::extreme(shown, false),
        Choice::Larger => size::extreme(shown, true),
        Choice::Smallest => of_all_sizes(offers, shown, false),
        Choice::Largest => of_all_sizes(offers, shown, true),
        Choice::HadLast => most(offers, |offer| offer.last.map(|(date, _, _)| date)),
        Choice::HadMost => most(offers, |offer| Some(offer.times_bought).filter(|times| *times > 0)),
        Choice::Other | Choice::Others | Choice::None | Choice::More => Vec::new(),
        // Several are picked elsewhere.
        Choice::Both
        | Choice::All
        | Choice::AllOf(_)
        | Choice::FirstOnes(_)
        | Choice::LastOnes(_)
        | Choice::Several(_) => Vec::new(),
    }
}

/// The smallest, or the largest, of all that was found; where not all of that can be compared, of what was read out.
fn of_all_sizes<'a>(offers: &[&'a Offer], shown: &[&'a Offer], largest: bool) -> Vec<&'a Offer> {
    let of_all = size::extreme(offers, largest);
    if of_all.is_empty() { size::extreme(shown, largest) } else { of_all }
}

/// Those with the most of something, of what has any.
fn most<'a, T: Ord>(offers: &[&'a Offer], of: impl Fn(&Offer) -> Option<T>) -> Vec<&'a Offer> {
    let Some(best) = offers.iter().filter_map(|offer| of(offer)).max() else { return Vec::new() };
    offers.iter().filter(|offer| of(offer).as_ref() == Some(&best)).copied().collect()
}

/// The offers that all of the words fit; of those, only the ones whose size says it when a word is a size. Where the
/// words are in none, those of the size that is said otherwise: "1 liter", "a twelve count".
pub(in crate::dialogue) fn described<'a>(offers: &[&'a Offer], words: &str) -> Vec<&'a Offer> {
    let words = telling(words);
    if words.is_empty() {
        return Vec::new();
    }
    let fits = |offer: &&&Offer| {
        let text = searchable(offer);
        words.iter().all(|w| text.split(' ').any(|t| t == w))
    };
    let named: Vec<&Offer> = offers.iter().filter(fits).copied().collect();
    if named.is_empty() { size::of_size(offers, &words.join(" ")) } else { named }
}

const FILLERS: [&str; 9] = ["the", "one", "ones", "a", "an", "please", "with", "of", "that"];

/// The words that tell offers apart. "One" is one of them in "one liter", which is also "a liter".
fn telling(words: &str) -> Vec<String> {
    let words: Vec<&str> = words.split_whitespace().collect();
    let measured = |at: usize| words.get(at + 1).is_some_and(|next| is_measure(next));
    let told = |(at, word): (usize, &&str)| match *word {
        "a" | "an" | "one" if measured(at) => Some("one".to_owned()),
        filler if FILLERS.contains(&filler) => None,
        word => Some(stem(word)),
    };
    words.iter().enumerate().filter_map(told).collect()
}

fn searchable(offer: &Offer) -> String {
    let mut text = format!("{} {} {}", offer.brand, offer.kind, offer.size.as_deref().unwrap_or_default());
    for attribute in &offer.attributes {
        text.push(' ');
        text.push_str(attribute);
    }
    text.to_lowercase().split(|c: char| !c.is_alphanumeric()).map(stem).collect::<Vec<_>>().join(" ")
}

/// Plural and singular are one word here: the offers are few and known.
pub(in crate::dialogue) fn stem(word: &str) -> String {
    let word = word.to_lowercase();
    match word.strip_suffix('s') {
        Some(singular) if singular.len() > 2 && !singular.ends_with('s') => singular.to_owned(),
        _ => word,
    }
}
