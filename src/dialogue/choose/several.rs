//! Several of what is offered, each of which becomes a line: "both", "all three", "the first and the third". They are
//! read back like any other, and are never a yes.

use super::{
    super::{Errand, Focus, Offer, Prompt, Wanted, assemble, options, scene::Scene},
    pages::shown,
    select::select,
};
use crate::{
    commerce::{Quantity, Sku},
    understanding::{Choice, Expect, Picked},
};

/// What was picked, with how many of it where that was said.
type Picks = Vec<(Sku, Option<Quantity>)>;

/// What a choice of several means.
enum Meant {
    These(Picks),
    /// One of them is not there.
    NoSuch,
    /// Which ones has to be asked.
    Unclear,
}

/// Takes several of the offers; of what is not clear it is asked which. `false`, with nothing changed, when one of them
/// is not there, and for a single offer, of which "both" says nothing.
pub(super) fn pick(
    scene: &mut Scene<'_>,
    errand: Errand,
    from: usize,
    choice: &Choice,
    quantity: Option<Quantity>,
) -> bool {
    let Some(wanted) = errand.wanted.first().filter(|wanted| wanted.offers.len() > 1) else { return false };
    let offers: Vec<&Offer> = wanted.offers.iter().filter_map(|sku| scene.offer(sku)).collect();
    match meant(scene, wanted, &offers, from, choice) {
        Meant::These(picks) => take(scene, errand, picks, quantity),
        Meant::NoSuch => false,
        Meant::Unclear if *choice == Choice::Both => one_by_one(scene, errand, from, quantity),
        Meant::Unclear => {
            scene.say(Prompt::new("several-which"));
            scene.stay();
            true
        }
    }
}

/// "All" and "the last two" are of what was read out; numbers count all offers from 1, as they were read.
fn meant<'a>(
    scene: &Scene<'a>,
    wanted: &Wanted,
    offers: &[&'a Offer],
    from: usize,
    choice: &Choice,
) -> Meant {
    let (here, read) = (shown(offers, from), &offers[..offers.len().min(from + shown(offers, from).len())]);
    let size = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
    let these = match choice {
        Choice::Both => Some(here).filter(|here| here.len() == 2),
        // After several pages "all" can be those of the last one, or of every one.
        Choice::All => Some(here).filter(|_| from == 0),
        Choice::AllOf(n) => [here, read].into_iter().find(|these| these.len() == size(*n)),
        Choice::FirstOnes(n) => here.get(..size(*n)).filter(|_| from == 0),
        Choice::LastOnes(n) => here.len().checked_sub(size(*n)).map(|at| &here[at..]),
        Choice::Several(picked) => {
            return named(picked, |choice| select(scene, wanted, offers, here, choice));
        }
        _ => None,
    };
    match these {
        Some(these) if these.len() > 1 => Meant::These(these.iter().map(|o| (o.sku.clone(), None)).collect()),
        _ => Meant::Unclear,
    }
}

/// "The first and the third", "the second one and two of the third".
fn named<'a>(picked: &[Picked], select: impl Fn(&Choice) -> Vec<&'a Offer>) -> Meant {
    let mut picks = Picks::new();
    for one in picked {
        match select(&one.choice).as_slice() {
            [] => return Meant::NoSuch,
            [offer] if picks.iter().all(|(sku, _)| *sku != offer.sku) => {
                picks.push((offer.sku.clone(), one.quantity));
            }
            // The same one twice, or a word that fits several.
            _ => return Meant::Unclear,
        }
    }
    Meant::These(picks)
}

/// Of each as many as were said; of as many in all as there are, one of each.
fn take(scene: &mut Scene<'_>, mut errand: Errand, picks: Picks, quantity: Option<Quantity>) -> bool {
    let Some(mut wanted) = errand.wanted.first().cloned() else { return false };
    if !options::ask_also(&scene.facts.menu, &mut wanted, options::asked(scene)) {
        return false;
    }
    // "The first one and two of the third": what was said before of how many no longer counts.
    let counted = picks.iter().any(|(_, own)| own.is_some());
    let in_all = |said: &Quantity| usize::try_from(said.get()).is_ok_and(|said| said == picks.len());
    let pieces = wanted.pieces.filter(|_| !counted && quantity.is_none());
    let (said, pieces) = match pieces {
        Some(pieces) => shared(pieces, picks.len()),
        None => (quantity.or(wanted.quantity).filter(|said| !counted && !in_all(said)), None),
    };
    // These are the ones, also where two were to be asked for one after the other.
    let split = !wanted.other && errand.wanted.get(1).is_some_and(|next| next.other);
    wanted = Wanted { tied: 1, other: false, pieces, ..wanted };
    let each = |(sku, own): (Sku, Option<Quantity>)| Wanted {
        offers: vec![sku],
        quantity: own.or(said),
        ..wanted.clone()
    };
    errand.wanted.splice(..1 + usize::from(split), picks.into_iter().map(each));
    assemble::advance(scene, errand);
    true
}

/// Pieces that were meant of all together: as many of each, or one of each where they are no such number.
fn shared(pieces: u32, among: usize) -> (Option<Quantity>, Option<u32>) {
    let among = u32::try_from(among).unwrap_or(u32::MAX).max(1);
    let each = Some(pieces / among).filter(|_| pieces.is_multiple_of(among));
    (each.and_then(Quantity::new), each)
}

/// "Both" of more than two: the one is asked for, and then the other.
fn one_by_one(scene: &mut Scene<'_>, mut errand: Errand, from: usize, quantity: Option<Quantity>) -> bool {
    scene.say(Prompt::new("both-of-more"));
    if errand.wanted.iter().any(|wanted| wanted.other) {
        // That two are wanted is known: which ones is still the question.
        scene.stay();
        return true;
    }
    let Some(mut wanted) = errand.wanted.first().cloned() else { return false };
    if !options::ask_also(&scene.facts.menu, &mut wanted, options::asked(scene)) {
        return false;
    }
    (wanted.quantity, wanted.pieces) = match wanted.pieces.filter(|_| quantity.is_none()) {
        Some(pieces) => shared(pieces, 2),
        None => (quantity.or(wanted.quantity).filter(|said| said.get() != 2), None),
    };
    errand.wanted.splice(..1, [wanted.clone(), Wanted { other: true, ..wanted }]);
    scene.ask_briefly(Focus::Choosing { errand, from }, "asking-which");
    true
}

/// "Both" where a yes or a no is awaited, or the PIN, is none of them: the question is asked again.
pub(super) fn is_no_yes(scene: &mut Scene<'_>) {
    if scene.state.expect() == Expect::YesNo {
        scene.say(Prompt::new("help-yes-no"));
    }
    scene.stay();
}
