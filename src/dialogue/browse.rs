//! Looking before buying: search, details, price, stock. None of these buys anything; the
//! most they do is to offer, and a yes to an offer is a read-back.

mod extreme;
mod with_options;

use extreme::{keep_extreme, name_extreme};

use super::{
    Arg, Errand, Focus, Found, Offer, Prompt, Purpose, Wanted, aside, bill, bound, facts::MAX_OFFERS,
    had::Had, options, packs, policy::READ_AT_ONCE, questions, repair, scene::Scene, what_if,
};
use crate::{
    commerce::{Chosen, Sku},
    understanding::OptionPhrase,
};

/// "Find me coffee under ten dollars."
pub(super) fn search(scene: &mut Scene<'_>) {
    let slots = &scene.intent.slots;
    let Some(found) = scene.facts.found.first() else {
        return scene.ask(Focus::AskProduct(Purpose::Buy), "asking-product");
    };
    let quantity = slots.items.first().and_then(|item| item.quantity).or(slots.quantity);
    if slots.items.len() > 1 && slots.have_options() {
        // Only the first is looked up, and none goes without what was asked for with it.
        return repair::not_understood(scene);
    }
    if found.offers.is_empty() {
        return nothing_fits(scene, found);
    }
    let note = super::assemble::other_size(scene, &found.words);
    scene.say.extend(note);
    let asked = options::asked(scene);
    let Some(mut had) = with_options::had_so(scene, found, &asked) else { return };
    let by_price = slots.constraints.by_price();
    if by_price {
        keep_extreme(&mut had);
    }
    let skus: Vec<Sku> = had.iter().map(|had| had.offer.sku.clone()).collect();
    if aside::leaves_open(scene) && !is_open_wish(scene, &skus) {
        return look_aside(scene, &had, &asked);
    }
    scene.speak_of(skus.clone());
    let any = Wanted::any(found.words.clone(), quantity, skus);
    let pieces = slots.items.first().and_then(packs::pieces);
    let wanted = Wanted { options: asked.clone(), limits: slots.constraints.clone(), pieces, ..any };
    let mut errand = Errand::new(Purpose::Buy, vec![wanted]);
    super::left::leave_open(scene, &mut errand);
    match had.as_slice() {
        [one] => offer_one(scene, errand, one, &asked),
        _ => scene.ask(Focus::Choosing { errand, from: 0 }, "offering"),
    }
}

/// Whether what was found is what is being chosen already, in other words.
fn is_open_wish(scene: &Scene<'_>, found: &[Sku]) -> bool {
    let Some(errand) = scene.state.focus.errand() else { return false };
    errand.wanted.first().is_some_and(|open| open.offers.iter().any(|sku| found.contains(sku)))
}

/// Tells what there is while something else is open, which is asked again.
fn look_aside(scene: &mut Scene<'_>, had: &[Had<'_>], asked: &[OptionPhrase]) {
    let by_price = scene.intent.slots.constraints.by_price();
    match had {
        [one] if by_price && one.offer.in_stock > 0 => {
            name_extreme(scene, one, asked);
        }
        _ => aside::told(scene, had),
    }
    let there = had.iter().filter(|had| had.offer.in_stock > 0).take(READ_AT_ONCE);
    aside::asked_about(scene, there.map(|had| (had.offer.sku.clone(), had.chosen().unwrap_or_default())));
    scene.decision = "told-aside";
    scene.ask_again();
}

/// What was found; what can be had at once comes first, and the order of fit stays otherwise.
fn on_offer(found: &Found) -> Vec<&Offer> {
    let mut offers: Vec<&Offer> = found.offers.iter().collect();
    offers.sort_by_key(|o| o.in_stock == 0);
    offers.truncate(MAX_OFFERS);
    offers
}

/// Offers the only one that there is, with what was asked for with it.
fn offer_one(scene: &mut Scene<'_>, errand: Errand, one: &Had<'_>, asked: &[OptionPhrase]) {
    let (slots, offer) = (&scene.intent.slots, one.offer);
    if offer.in_stock == 0 {
        scene.say(Prompt::new("sold-out").with("name", offer.spoken()));
        return scene.rest("sold-out");
    }
    let chosen = match one.chosen() {
        Ok(chosen) => chosen,
        // Nothing was asked for with it: a yes to the offer asks what there is to choose.
        Err(_) if asked.is_empty() => Chosen::default(),
        Err(group) => return options::ask(scene, errand, &group),
    };
    let anyway = options::had_anyway(&scene.facts.menu, offer, &chosen, asked);
    scene.say.extend(anyway);
    let by_price = slots.constraints.by_price();
    let brief = by_price && name_extreme(scene, one, asked);
    if !errand.lines.is_empty() || errand.wanted.len() > 1 {
        // What else was wanted stays.
        return scene.ask(Focus::Choosing { errand, from: 0 }, "offering");
    }
    let (line, note) = packs::offered(scene, slots.quantity, offer, chosen);
    scene.say.extend(note);
    let focus = Focus::Offering(line);
    match brief {
        true => scene.ask_briefly(focus, "offering"),
        false => scene.ask(focus, "offering"),
    }
}

fn nothing_fits(scene: &mut Scene<'_>, found: &Found) {
    let what = Arg::Name(found.words.clone());
    match bound::nearest(scene, found, &options::asked(scene)) {
        Some(near) => {
            let said = bound::nothing_fits(&near, what, scene.intent.slots.constraints.only_at_least());
            scene.say(said);
            scene.speak_of_had(&near);
        }
        None => scene.say(Prompt::new("not-found").with("what", what)),
    }
    found_none(scene);
}

/// Nothing is left to offer; what was asked before is asked again.
fn found_none(scene: &mut Scene<'_>) {
    scene.decision = "not-found";
    scene.then_ask_again();
}

/// The products that a question is about: those named, those on offer, or the last spoken of.
fn asked_about<'a>(scene: &Scene<'a>) -> Vec<&'a Offer> {
    let named = scene.intent.slots.items.first().filter(|item| !item.it && !item.words.is_empty());
    if named.is_some() {
        return scene.facts.found.first().map(best).unwrap_or_default();
    }
    if !scene.aside.is_empty() && scene.intent.slots.choice.is_none() {
        return scene.aside.iter().filter_map(|thing| scene.offer(&thing.sku)).take(READ_AT_ONCE).collect();
    }
    if let Some(choice) = &scene.intent.slots.choice {
        // "The second one" of what is being offered, or of what was spoken of last.
        let spoken_of = || Wanted::any(String::new(), None, scene.state.products.clone());
        let wanted = with_options::offered(scene).unwrap_or_else(spoken_of);
        let all: Vec<&Offer> = wanted.offers.iter().filter_map(|sku| scene.offer(sku)).collect();
        let picked = super::choose::select(scene, &wanted, &all, &all, choice);
        if !picked.is_empty() {
            return picked;
        }
    }
    let skus: Vec<Sku> = match &scene.state.focus {
        Focus::Choosing { errand, from } => {
            let offers = errand.wanted.first().map(|w| w.offers.as_slice()).unwrap_or_default();
            offers.iter().skip(*from).take(READ_AT_ONCE).cloned().collect()
        }
        Focus::Confirming(draft) | Focus::AskPin(draft) => {
            draft.lines.iter().map(|l| l.sku.clone()).collect()
        }
        Focus::Offering(line) => vec![line.sku.clone()],
        Focus::Substitute { sku, .. } => vec![sku.clone()],
        _ => scene.state.products.clone(),
    };
    skus.iter().filter_map(|sku| scene.offer(sku)).take(READ_AT_ONCE).collect()
}

fn best(found: &Found) -> Vec<&Offer> {
    found.offers.iter().take(found.tied.clamp(1, READ_AT_ONCE)).collect()
}

/// Answers for each product, then asks the open question again, or offers to order the one.
fn answer(scene: &mut Scene<'_>, decision: &'static str, reply: impl Fn(&Offer) -> Prompt) {
    let about = asked_about(scene);
    scene.decision = decision;
    if about.is_empty() {
        let words = scene.intent.slots.items.first().map(|item| item.words.clone()).filter(|w| !w.is_empty());
        let Some(words) = words else { return repair::not_understood(scene) };
        scene.say(Prompt::new("not-found").with("what", Arg::Name(words)));
    }
    let words = scene.intent.slots.items.first().map_or("", |item| item.words.as_str());
    let note = super::assemble::other_size(scene, words).filter(|_| !about.is_empty());
    scene.say.extend(note);
    for offer in &about {
        scene.say(reply(offer));
    }
    let named = scene.intent.slots.items.iter().any(|item| !item.it);
    if named {
        let there = about.iter().filter(|offer| offer.in_stock > 0);
        aside::asked_about(scene, there.map(|offer| (offer.sku.clone(), Chosen::default())));
    }
    if matches!(scene.state.focus, Focus::Choosing { .. }) && !about.is_empty() {
        // What there is to choose from was just told of.
        let question = questions::short(&scene.state, scene.facts);
        return scene.say(question);
    }
    if scene.state.focus != Focus::Idle && !gives_way(scene, &about) {
        return scene.ask_again();
    }
    scene.speak_of(about.iter().map(|o| o.sku.clone()));
    if let [one] = about.as_slice()
        && one.in_stock > 0
    {
        offer_it(scene, one, Chosen::default());
    }
}

/// Whether what is only offered gives way to another thing that was asked about.
fn gives_way(scene: &Scene<'_>, about: &[&Offer]) -> bool {
    let Focus::Offering(line) = &scene.state.focus else { return false };
    matches!(about, [one] if one.sku != line.sku && one.in_stock > 0)
}

/// "Would you like it?" of one thing that was spoken of: as many as were asked about.
fn offer_it(scene: &mut Scene<'_>, offer: &Offer, options: Chosen) {
    let (mut line, note) = packs::offered(scene, None, offer, options);
    if scene.intent.slots.items.iter().any(|item| !item.it) {
        // What else is called so can be had in its place.
        let found = scene.facts.found.iter().flat_map(|found| &found.offers).map(|other| &other.sku);
        line.others = found.filter(|sku| **sku != offer.sku).cloned().collect();
    }
    scene.say.extend(note);
    scene.state.focus = Focus::Offering(line);
    scene.state.asked_at = Some(scene.facts.now);
    scene.say(Prompt::new("ask-offering-short"));
}

/// "Tell me more", "is it organic?"
pub(super) fn details(scene: &mut Scene<'_>) {
    let asked = &scene.intent.slots.constraints.attributes;
    if let Some(attribute) = asked.first() {
        return answer(scene, "described", |offer| {
            let has = !super::choose::described(&[offer], attribute).is_empty();
            Prompt::new(if has { "is-so" } else { "is-not-so" })
                .with("name", offer.spoken())
                .with("what", Arg::Name(attribute.clone()))
        });
    }
    answer(scene, "described", |offer| {
        Prompt::new("details")
            .with("name", offer.spoken())
            .with("description", Arg::Name(offer.description.clone()))
            .with("price", Arg::Money(offer.price))
    });
}

/// "How much is it?" During a read-back it is the whole bill, part by part.
pub(super) fn price(scene: &mut Scene<'_>) {
    if what_if::asked(scene) {
        return;
    }
    let slots = &scene.intent.slots;
    if !slots.options.is_empty() {
        return repair::not_understood(scene);
    }
    if slots.items.is_empty() && bill::of_read_back(scene) {
        return;
    }
    if slots.items.is_empty() && scene.state.focus == Focus::Idle && !scene.state.cart.is_empty() {
        return super::basket::list(scene);
    }
    if slots.items.is_empty() && slots.choice.is_none() && bill::of_order(scene) {
        return;
    }
    if scene.intent.slots.have_options() {
        return with_options::price(scene);
    }
    let (facts, offered) = (scene.facts, with_options::offered(scene));
    answer(scene, "priced", |offer| {
        let bare =
            || Prompt::new("price").with("name", offer.spoken()).with("price", Arg::Money(offer.price));
        let wanted = offered.as_ref().filter(|wanted| wanted.offers.contains(&offer.sku));
        let had = wanted.and_then(|wanted| Had::as_wanted(&facts.menu, offer, wanted));
        let had = had.filter(|had| had.chosen().is_ok());
        had.map_or_else(bare, |had| had.told(Prompt::new("price")))
    });
}

/// "Is it in stock?"
pub(super) fn stock(scene: &mut Scene<'_>) {
    let low = 5;
    answer(scene, "told-stock", move |offer| {
        let key = match offer.in_stock {
            0 => "sold-out",
            n if n <= low => "in-stock-few",
            _ => "in-stock",
        };
        Prompt::new(key).with("name", offer.spoken()).with("count", Arg::Count(offer.in_stock))
    });
}
