//! What is offered is read out a few at a time: which are read now, and going on to the next.

use super::{
    super::{ASKING_AGAIN, Errand, Focus, Offer, Prompt, policy::READ_AT_ONCE, scene::Scene},
    pick,
};
use crate::understanding::Choice;

/// The offers of one page: as many as can be kept in mind.
pub(super) fn shown<'a, 'b>(offers: &'b [&'a Offer], from: usize) -> &'b [&'a Offer] {
    let rest = &offers[from.min(offers.len())..];
    &rest[..READ_AT_ONCE.min(rest.len())]
}

/// The next offers, or that there are no more.
pub(super) fn go_on(scene: &mut Scene<'_>, errand: Errand, from: usize) -> bool {
    let next = from + READ_AT_ONCE;
    if errand.wanted.first().is_some_and(|wanted| next < wanted.offers.len()) {
        scene.ask(Focus::Choosing { errand, from: next }, "asking-which");
    } else {
        scene.say(Prompt::new("no-more-offers"));
        scene.ask_briefly(Focus::Choosing { errand, from }, ASKING_AGAIN);
    }
    true
}

/// A yes to "which one, or shall I go on?" is one to going on, and to "shall I take it?" of a single one it takes that.
/// To "which one?" it is no answer.
pub(in crate::dialogue) fn yes(scene: &mut Scene<'_>, errand: &Errand, from: usize) {
    let offers = errand.wanted.first().map_or(0, |wanted| wanted.offers.len());
    let picked = match offers.saturating_sub(from) {
        0 => false,
        1 => {
            let number = u32::try_from(from + 1).unwrap_or(u32::MAX);
            pick(scene, &Choice::Ordinal(number), None)
        }
        left => left > READ_AT_ONCE && pick(scene, &Choice::More, None),
    };
    if !picked {
        scene.stay();
    }
}
