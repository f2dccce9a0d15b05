//! A change of mind with options in it: during a read-back, while something is asked, or of the cart.

use super::{
    super::{
        Arg, Draft, DraftLine, Errand, Focus, Instead, Offer, Prompt, Purpose, Wanted, assemble, basket,
        bound, choose, correct, draft, held, instead, named, of_line, quantity, read_back, repair,
        scene::Scene, which_line,
    },
    Trouble,
    absent::{but_absent, fewer_of_none, less_of_none, none_or_which, not_in, not_so},
    apply, ask_also, had_anyway,
    line::{line_for, lines_named, which},
    list, meant, spoken_line, there, told,
};
use crate::{
    commerce::{Chosen, Quantity},
    understanding::{Choice, OptionPhrase},
};

/// A change of mind with options in it. `false`, and no change, when there are none.
pub(in crate::dialogue) fn correct(scene: &mut Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    if !slots.have_options() {
        return false;
    }
    if slots.items.len() > 1 && !slots.options.is_empty() {
        which(scene);
    } else if let Some(choice) =
        slots.choice.clone().filter(|_| !slots.options.is_empty() && scene.line.is_none())
    {
        choose_with(scene, &choice);
    } else if !slots.options.is_empty() {
        change(scene);
    } else {
        replace(scene);
    }
    true
}

/// "Make it a large with oat milk".
fn choose_with(scene: &mut Scene<'_>, choice: &Choice) {
    if of_line::had_with(scene, choice) {
        return;
    }
    if !heard_by_choice(&scene.state.focus) {
        return repair::not_understood(scene);
    }
    if !choose::pick(scene, choice, scene.intent.slots.quantity) {
        choose::no_such_choice(scene);
    }
}

/// Whether a choice that comes with options is made where these are heeded.
pub(in crate::dialogue) fn heard_by_choice(focus: &Focus) -> bool {
    matches!(focus, Focus::Choosing { .. } | Focus::Confirming(_) | Focus::AskPin(_) | Focus::Offering(_))
}

/// "With oat milk", "no sugar", "take the sugar out of the latte".
pub(in crate::dialogue) fn change(scene: &mut Scene<'_>) {
    match scene.state.focus.clone() {
        Focus::Confirming(draft) | Focus::AskPin(draft) => match line_for(scene, &draft.lines) {
            Some(index) => {
                let slots = &scene.intent.slots;
                let said = slots.items.first().and_then(|item| item.quantity).or(slots.quantity);
                change_line(scene, &draft, index, said, &slots.options)
            }
            None => none_or_which(scene, &draft.lines),
        },
        Focus::Choosing { errand, .. }
        | Focus::AskQuantity(errand)
        | Focus::AskOption { errand, .. }
        | Focus::Substitute { errand, .. } => ask_of_wanted(scene, errand),
        Focus::Offering(line) => {
            let asked = &scene.intent.slots.options;
            let absent = less_of_none(scene, &line.sku, &line.options, asked);
            let Some(options) = but_absent(scene, asked, &absent) else { return scene.stay() };
            let mut wanted = Wanted { options, ..scene.wanted(&line) };
            held::let_go_of_wanted(scene, &mut wanted);
            assemble::advance(scene, Errand::new(Purpose::Buy, vec![wanted]));
        }
        Focus::Idle if !scene.state.cart.is_empty() => change_cart(scene),
        Focus::Idle => {
            let key = if scene.state.placed.is_some() { "already-ordered" } else { "nothing-to-change" };
            scene.say(Prompt::new(key));
            scene.decision = "nothing-pending";
        }
        _ => {
            scene.stay();
        }
    }
}

/// While something is asked about the first wanted thing, options are its.
fn ask_of_wanted(scene: &mut Scene<'_>, mut errand: Errand) {
    let named = scene.intent.slots.items.iter().any(|item| !item.it);
    let Some(wanted) = errand.wanted.first_mut().filter(|_| !named) else { return which(scene) };
    let absent = fewer_of_none(scene, wanted);
    let Some(asked) = but_absent(scene, &scene.intent.slots.options, &absent) else {
        return scene.stay();
    };
    if !ask_also(&scene.facts.menu, wanted, asked.clone()) {
        return repair::not_understood(scene);
    }
    if let Err(beyond) = held::keep_noted(scene, wanted) {
        let limits = wanted.limits.clone();
        bound::none_fits(scene, beyond, &limits);
        return;
    }
    let offers: Vec<&Offer> = wanted.offers.iter().filter_map(|sku| scene.offer(sku)).collect();
    let before = wanted.chosen.clone().unwrap_or_default();
    let possible = |offer: &&Offer| {
        !matches!(
            apply(&scene.facts.menu, offer, &before, &wanted.options),
            Err(trouble) if !matches!(trouble, Trouble::Missing(_))
        )
    };
    if let Some(first) = offers.first().filter(|_| !offers.iter().any(possible)) {
        // None of them can be had so: that is said at once, and the question stays as it was.
        if let Err(trouble) = apply(&scene.facts.menu, first, &before, &wanted.options) {
            let said = told(&trouble, first);
            scene.say(said);
        }
        return scene.stay();
    }
    if matches!(scene.state.focus, Focus::Choosing { .. }) {
        let offer = offers.iter().find(|offer| possible(offer)).copied();
        let noted = noted(scene, offer, &before, (&asked, &wanted.options));
        scene.say.extend(noted);
    }
    assemble::advance(scene, errand);
}

/// What was noted, in the shopper's words; after "another" or "one less", how much of everything that makes.
fn noted(
    scene: &Scene<'_>,
    offer: Option<&Offer>,
    before: &Chosen,
    (asked, all): (&[OptionPhrase], &[OptionPhrase]),
) -> Option<Prompt> {
    let menu = &scene.facts.menu;
    let noted = |options| Prompt::new("noted-options").with("options", options);
    if asked.iter().any(|option| option.step.is_some()) {
        let offer = offer?;
        let chosen = apply(menu, offer, before, all).ok()?;
        let options = menu.quoted(&offer.options, &chosen)?;
        return (!options.is_empty()).then(|| noted(list(&options)));
    }
    let words = asked.iter().map(|option| match option.no {
        true => Prompt::new("option-without").with("name", Arg::Name(option.words.clone())),
        false => super::spoken::option(option.count.unwrap_or(1), &option.words),
    });
    Some(noted(Arg::List(words.collect())))
}

/// Other options for a line of a read-back: a new draft, read back anew.
fn change_line(
    scene: &mut Scene<'_>,
    draft: &Draft,
    index: usize,
    quantity: Option<Quantity>,
    asked: &[OptionPhrase],
) {
    let Some(line) = draft.lines.get(index) else { return which(scene) };
    let Some(offer) = scene.offer(&line.sku) else { return which(scene) };
    let absent = less_of_none(scene, &line.sku, &line.options, asked);
    let Some(asked) = but_absent(scene, asked, &absent) else { return scene.stay() };
    let asked = asked.as_slice();
    let changed = match apply(&scene.facts.menu, offer, &line.options, asked) {
        Ok(changed) => changed,
        Err(trouble) => return not_so(scene, &trouble, offer, asked),
    };
    let note = had_anyway(&scene.facts.menu, offer, &changed, asked);
    if changed == line.options && quantity.is_none_or(|quantity| quantity == line.quantity) {
        if let Some(refused) = asked.iter().find(|phrase| phrase.takes_away()) {
            scene.say(not_in(refused));
        }
        scene.say.extend(least(scene, offer, &changed, asked));
        scene.say.extend(note);
        return scene.stay();
    }
    scene.say.extend(note);
    let mut new = DraftLine { options: changed, ..line.clone() };
    if let Some(quantity) = quantity {
        new.count(quantity);
    }
    held::let_go_of_line(scene, &mut new);
    put_in_place(scene, draft, index, new);
}

/// The line as it is now in the place of the one before, in the cart too.
fn put_in_place(scene: &mut Scene<'_>, draft: &Draft, index: usize, new: DraftLine) {
    let mut lines: Vec<DraftLine> = Vec::new();
    for (at, old) in draft.lines.iter().enumerate() {
        draft::add_line(&mut lines, if at == index { new.clone() } else { old.clone() }, None);
    }
    if draft.from_cart {
        let stays = scene.state.apart.iter();
        scene.state.cart.hold(lines.iter().chain(stays).cloned().collect());
    }
    read_back::propose(scene, lines, draft.from_cart);
}

/// "Less milk" where it is a little already.
fn least(scene: &Scene<'_>, offer: &Offer, chosen: &Chosen, asked: &[OptionPhrase]) -> Option<Prompt> {
    let phrase = asked.iter().find(|phrase| phrase.lessens())?;
    let (group, _) = meant(&scene.facts.menu, offer, phrase).ok()?;
    let value = there(group, phrase, chosen)?;
    Some(Prompt::new("option-least").with("option", Arg::Name(value.name.clone())))
}

/// Other options for a line of the cart, outside of a read-back.
fn change_cart(scene: &mut Scene<'_>) {
    let lines = scene.state.cart.lines().to_vec();
    let Some(line) = line_for(scene, &lines).and_then(|index| lines.get(index)).cloned() else {
        let meant = quantity::could_be_meant(scene, &lines);
        let meant: Vec<DraftLine> = meant.into_iter().map(|at| lines[at].clone()).collect();
        return basket::which(scene, &meant);
    };
    let Some(offer) = scene.offer(&line.sku) else { return repair::not_understood(scene) };
    let asked = &scene.intent.slots.options;
    let absent = less_of_none(scene, &line.sku, &line.options, asked);
    let Some(asked) = but_absent(scene, asked, &absent) else {
        scene.decision = "refused";
        return;
    };
    let asked = asked.as_slice();
    match apply(&scene.facts.menu, offer, &line.options, asked) {
        Ok(changed) => {
            if changed == line.options {
                scene.say.extend(least(scene, offer, &changed, asked));
            }
            let mut new = DraftLine { options: changed.clone(), ..line.clone() };
            scene.part.into_iter().for_each(|some| new.count(some));
            let quantity = new.quantity;
            instead::put_in_cart(scene, &Instead::of(&line, scene.part), new);
            let options = scene.facts.menu.quoted(&offer.options, &changed).unwrap_or_default();
            let items = Arg::List(vec![spoken_line(quantity, offer.spoken(), &options)]);
            let note = had_anyway(&scene.facts.menu, offer, &changed, asked);
            scene.say.extend(note);
            scene.say(Prompt::new("changed-options").with("items", items));
            scene.rest("changed");
        }
        Err(trouble) => {
            scene.say(told(&trouble, offer));
            scene.decision = "refused";
        }
    }
}

/// "No, a latte with oat milk": another thing, or the line that it names with other options.
fn replace(scene: &mut Scene<'_>) {
    let slots = scene.intent.slots.clone();
    let [item] = slots.items.as_slice() else { return correct::another(scene) };
    let described = Choice::Described(item.words.clone());
    let Some(draft) = scene.draft().cloned() else {
        let picked = matches!(scene.state.focus, Focus::Choosing { .. })
            && choose::pick(scene, &described, item.quantity.or(slots.quantity));
        if !picked {
            correct::another(scene);
        }
        return;
    };
    // "The cheapest latte with oat milk" may be another one than that of the line.
    let by_price = slots.constraints.by_price();
    if slots.instead_of.is_some() || by_price {
        if !named::correct(scene) {
            correct::another(scene);
        }
        return;
    }
    let quantity = item.quantity.or(slots.quantity);
    let lines = |with_options: bool| lines_named(scene, &draft, item, with_options);
    let (exact, by_name) = (lines(true), lines(false));
    if !exact.is_empty() && (slots.only || slots.refused) {
        if !named::correct(scene) {
            which(scene);
        }
        return;
    }
    if let Some(line) = scene.line {
        return change_line(scene, &draft, line, quantity, &item.options);
    }
    match (exact.as_slice(), by_name.as_slice()) {
        ([], _) if slots.only => which(scene),
        ([one], _) | ([], [one]) => change_line(scene, &draft, *one, quantity, &item.options),
        ([], []) => {
            if !choose::pick(scene, &described, quantity) {
                correct::another(scene);
            }
        }
        // None has it so far: which of them shall have it.
        ([], several) => which_line::ask(scene, draft, several.to_vec()),
        _ => which(scene),
    }
}
