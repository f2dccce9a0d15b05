//! "How much is a bagel?" while something else is open: a look aside. It is answered, and what was open is asked again
//! as it is, without the bagel.
//!
//! From then on "it" and "one" are what was asked about: "add it", "I'll take one" and "yes, one of those" bring it into
//! what is open, which is read back with it. A plain yes is the answer to what was said last, and that is the whole
//! read-back once more: it orders just that.

use super::{
    Arg, Draft, DraftLine, Errand, Focus, Offer, Prompt, Purpose, Wanted, assemble, basket, beside, choose,
    repair, replace, scene::Scene,
};
use crate::{
    commerce::{Chosen, Quantity, Sku},
    understanding::{Choice, IntentName, Slots, Step},
};

/// What is wanted of the things that were asked about.
struct Taken {
    quantity: Option<Quantity>,
    /// Which of them.
    choice: Option<Choice>,
    /// Not beside what is open, but in its place.
    instead: bool,
}

/// Whether a question about something else leaves what is open as it is. What is only offered gives way to it.
pub(super) fn leaves_open(scene: &Scene<'_>) -> bool {
    let focus = &scene.state.focus;
    repair::purchase_pending(focus) && !matches!(focus, Focus::Offering(_)) || focus.asks_of_an_order()
}

/// Remembers what was asked about while something else is open; what is in that already is no other thing.
pub(super) fn asked_about(scene: &mut Scene<'_>, things: impl IntoIterator<Item = (Sku, Chosen)>) {
    let open = |sku: &Sku| scene.draft().is_some_and(|draft| draft.lines.iter().any(|line| &line.sku == sku));
    let quantity = scene.intent.slots.items.first().and_then(|item| item.quantity).unwrap_or(Quantity::ONE);
    let line = |(sku, options)| DraftLine::new(sku, quantity, options);
    let things: Vec<DraftLine> = things.into_iter().map(line).take(super::facts::MAX_OFFERS).collect();
    if leaves_open(scene) && !things.iter().any(|thing| open(&thing.sku)) {
        scene.state.aside = things;
    }
}

/// Whether an intent neither answers nor wishes anything, so that what was asked about before it still counts.
pub(super) fn outlasts(name: &IntentName) -> bool {
    use IntentName as N;
    matches!(
        name,
        N::Repeat
            | N::Wait
            | N::Silence
            | N::NotUnderstood
            | N::Help
            | N::Thanks
            | N::Custom(_)
            | N::Details
            | N::Stock
    )
}

/// Takes what was asked about aside into what is open. `false`, and no change, where something else was said.
pub(super) fn taken(scene: &mut Scene<'_>) -> bool {
    if scene.aside.is_empty() || !leaves_open(scene) {
        return false;
    }
    let Some(taken) = wanted_of_it(scene) else { return false };
    let Some(wanted) = wanted(scene, &taken) else { return false };
    if taken.instead {
        return in_its_place(scene, wanted);
    }
    if scene.intent.slots.cart && !basket::checking_out(scene) && wanted.tied == 1 {
        return into_the_cart(scene, wanted);
    }
    let mut errand = Errand::new(Purpose::Buy, vec![wanted]);
    beside::join(scene, &mut errand);
    assemble::advance(scene, errand);
    true
}

/// What an intent wants of what was asked about: it is called "it", or counted without a name.
fn wanted_of_it(scene: &Scene<'_>) -> Option<Taken> {
    use IntentName as N;
    let slots = &scene.intent.slots;
    if slots.items.iter().any(|item| !item.it)
        || slots.items.len() > 1
        || slots.refused
        || slots.only
        || slots.each
    {
        return None;
    }
    let item = slots.items.first().filter(|item| item.pack_of.is_none());
    let quantity = item.and_then(|item| item.quantity).or(slots.quantity);
    let of = |instead| Some(Taken { quantity, choice: None, instead });
    let read_back = scene.draft().is_some();
    match &scene.intent.name {
        N::Buy | N::AddToCart if item.is_some() || slots.items.is_empty() && quantity.is_some() => of(false),
        // "I'll take it" is no yes to what it does not mean.
        N::Yes if item.is_some() => of(false),
        N::Correct if item.is_some() && !changes(slots, quantity) && read_back => of(true),
        // "I'll take it with oat milk."
        N::Correct if item.is_some() && is_had_with(slots, quantity) && read_back => of(false),
        N::Correct if slots.pointed && slots.step != Some(Step::Fewer) && read_back => of(false),
        N::Choose if read_back && scene.aside.len() > 1 => {
            let choice = slots.choice.clone()?;
            Some(Taken { quantity, choice: Some(choice), instead: false })
        }
        _ => None,
    }
}

/// Whether it is only said with what it shall be had.
fn is_had_with(slots: &Slots, quantity: Option<Quantity>) -> bool {
    slots.have_options() && quantity.is_none() && slots.step.is_none() && slots.choice.is_none()
}

/// Whether a change of what is read back was said.
fn changes(slots: &Slots, quantity: Option<Quantity>) -> bool {
    quantity.is_some() || slots.step.is_some() || slots.have_options() || slots.choice.is_some()
}

fn wanted(scene: &Scene<'_>, taken: &Taken) -> Option<Wanted> {
    let offers: Vec<&Offer> = scene.aside.iter().filter_map(|thing| scene.offer(&thing.sku)).collect();
    let first = *offers.first()?;
    let any = Wanted::any(first.kind.clone(), taken.quantity, Vec::new());
    let picked = match &taken.choice {
        Some(choice) => choose::select(scene, &any, &offers, &offers, choice),
        None => offers,
    };
    let [one, ..] = picked.as_slice() else { return None };
    let asked = scene.aside.iter().find(|thing| thing.sku == one.sku)?;
    let slots = &scene.intent.slots;
    let options = slots.items.iter().flat_map(|item| &item.options).chain(&slots.options).cloned().collect();
    Some(Wanted {
        quantity: taken.quantity.or(Some(asked.quantity)),
        tied: picked.len(),
        offers: picked.iter().map(|offer| offer.sku.clone()).collect(),
        chosen: Some(asked.options.clone()).filter(|chosen| !chosen.is_empty()),
        options,
        ..any
    })
}

/// "That one instead": of the line that there is, or of the one that is of the same kind.
fn in_its_place(scene: &mut Scene<'_>, wanted: Wanted) -> bool {
    let Some(draft) = scene.draft().cloned() else { return false };
    match place(scene, &draft, &wanted) {
        Some(index) => replace::put_in_place(scene, &draft, index, vec![wanted], None),
        None => {
            scene.say(Prompt::new("change-which"));
            scene.stay();
        }
    }
    true
}

fn place(scene: &Scene<'_>, draft: &Draft, wanted: &Wanted) -> Option<usize> {
    if draft.lines.len() == 1 {
        return Some(0);
    }
    let alike =
        |at: &usize| scene.offer(&draft.lines[*at].sku).is_some_and(|offer| offer.kind == wanted.words);
    let mut all = (0..draft.lines.len()).filter(alike);
    all.next().filter(|_| all.next().is_none())
}

/// "Add it to my cart" leaves what is read back as it is.
fn into_the_cart(scene: &mut Scene<'_>, wanted: Wanted) -> bool {
    let (focus, back) = (scene.state.focus.clone(), scene.state.back.clone());
    assemble::advance(scene, Errand::new(Purpose::AddToCart, vec![wanted]));
    if scene.state.focus == Focus::Idle {
        (scene.state.focus, scene.state.back) = (focus, back);
        scene.stay();
    }
    true
}

/// What there is of what was asked about, where it is only looked at.
pub(super) fn told(scene: &mut Scene<'_>, had: &[super::had::Had<'_>]) {
    match had {
        [one] if one.offer.in_stock == 0 => {
            scene.say(Prompt::new("sold-out").with("name", one.offer.spoken()))
        }
        [one] => scene.say(one.told(Prompt::new("there-is"))),
        several => {
            let shown = several.iter().take(super::policy::READ_AT_ONCE).enumerate();
            let offers = shown.map(|(at, had)| {
                let number = Arg::Count(u32::try_from(at + 1).unwrap_or(u32::MAX));
                had.told(Prompt::new("offer").with("number", number))
            });
            let offers = Arg::List(offers.collect());
            scene.say(Prompt::new("there-are").with("offers", offers));
        }
    }
}
