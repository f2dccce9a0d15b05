//! Options of a line: what was asked for becomes what was chosen, or is said not to be possible. A
//! product is never taken without an option that was asked for with it.
//!
//! Invariant: an intent with options reaches only those who look at them; see [`heeded`].

use super::{
    ASKING_AGAIN, Arg, Draft, DraftLine, Errand, Focus, Offer, Prompt, Wanted, assemble, basket, choose,
    confirm, named, quantity, repair, scene::Scene,
};
use crate::{
    commerce::{
        Chosen, GroupId, LineOptions, OptionMenu, Quantity, Sku,
        options::{Choose, OptionGroup},
    },
    understanding::{Choice, Intent, IntentName, ItemPhrase, OptionPhrase},
};

/// More than this is not asked of one thing over several turns.
pub(super) const MAX_ASKED: usize = 24;

/// Why options cannot be had as they were asked for.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The product has no such option.
    Refused(String),
    /// Two values where there can be one.
    OnlyOne(String, String),
    /// More than there can be.
    TooMany(u32),
    /// It cannot be left out.
    Needed(String),
    /// The shopper has to choose.
    Missing(GroupId),
}

/// Whether those who act on an intent heed its options. Everybody else would act as if none had been
/// asked for.
pub(super) fn heeded(intent: &Intent) -> bool {
    use IntentName as I;
    match intent.name {
        I::Correct | I::Choose | I::Custom(_) => true,
        I::Buy | I::AddToCart | I::Reorder | I::RemoveFromCart | I::ChangeCart => {
            intent.slots.options.is_empty()
        }
        _ => !intent.slots.have_options(),
    }
}

/// What is chosen for a product when this is asked for in addition to what was chosen before.
pub(super) fn apply(
    menu: &OptionMenu,
    offer: &Offer,
    before: &Chosen,
    asked: &[OptionPhrase],
) -> Result<Chosen, Trouble> {
    let mut chosen = before.clone();
    let mut set: Vec<(GroupId, String)> = Vec::new();
    // What shall go goes first: "honey instead of sugar".
    for phrase in asked.iter().filter(|phrase| phrase.no) {
        let (group, value) = meant(menu, offer, phrase)?;
        if group.alike(value).any(|amount| chosen.count(&group.id, &amount.id) > 0) {
            group.alike(value).for_each(|amount| chosen.set(&group.id, &amount.id, 0));
        } else {
            refuse_kind(menu, offer, (group, phrase), asked, &mut chosen)?;
        }
    }
    for phrase in asked.iter().filter(|phrase| !phrase.no) {
        let (group, value) = meant(menu, offer, phrase)?;
        let count = phrase.count.unwrap_or(1);
        let other = set.iter().find(|(id, name)| *id == group.id && *name != value.name);
        match (group.choose, other) {
            (Choose::One | Choose::AtMostOne, Some((_, name))) => {
                return Err(Trouble::OnlyOne(name.clone(), value.name.clone()));
            }
            (Choose::One | Choose::AtMostOne, None) if count > 1 => return Err(Trouble::TooMany(1)),
            (Choose::One | Choose::AtMostOne, None) => chosen.clear(&group.id),
            // Lots of it take the place of one.
            (Choose::Several { .. }, _) => {
                group.alike(value).for_each(|amount| chosen.set(&group.id, &amount.id, 0));
            }
        }
        set.push((group.id.clone(), value.name.clone()));
        chosen.set(&group.id, &value.id, count);
    }
    whole(menu, offer, &chosen)?;
    still_there(menu, offer, &chosen, asked)?;
    Ok(chosen)
}

/// "No milk" where oat milk was chosen: all that is called so goes, or it cannot be left out.
fn refuse_kind(
    menu: &OptionMenu,
    offer: &Offer,
    (group, phrase): (&OptionGroup, &OptionPhrase),
    asked: &[OptionPhrase],
    chosen: &mut Chosen,
) -> Result<(), Trouble> {
    let called = |name: &str| phrase.words.split(' ').all(|word| name.split(' ').any(|part| part == word));
    let meant_too: Vec<_> = group
        .values
        .iter()
        .filter(|value| chosen.count(&group.id, &value.id) > 0 && called(&value.name))
        .map(|value| value.id.clone())
        .collect();
    let replaced = asked
        .iter()
        .filter(|other| !other.no)
        .any(|other| meant(menu, offer, other).is_ok_and(|(other, _)| other.id == group.id));
    if group.choose == Choose::One && !meant_too.is_empty() && !replaced {
        return Err(Trouble::Needed(phrase.words.clone()));
    }
    meant_too.iter().for_each(|value| chosen.set(&group.id, value, 0));
    Ok(())
}

/// The value that a phrase means for this product.
fn meant<'a>(
    menu: &'a OptionMenu,
    offer: &Offer,
    phrase: &OptionPhrase,
) -> Result<(&'a OptionGroup, &'a crate::commerce::options::OptionValue), Trouble> {
    let has = |(group, value): &(GroupId, _)| {
        let group = menu.group(group).filter(|group| offer.options.contains(&group.id))?;
        Some((group, group.value(value)?))
    };
    phrase.meant.iter().find_map(has).ok_or_else(|| Trouble::Refused(phrase.words.clone()))
}

/// Whether every pick is one that the product has, in counts that it can be had in.
fn whole(menu: &OptionMenu, offer: &Offer, chosen: &Chosen) -> Result<(), Trouble> {
    for pick in chosen.picks() {
        let group = menu.group(pick.group()).filter(|group| offer.options.contains(&group.id));
        if group.and_then(|group| group.value(pick.value())).is_none() {
            let name = menu.group(pick.group()).and_then(|g| g.value(pick.value())).map(|v| v.name.clone());
            let name = name.unwrap_or_else(|| pick.value().as_str().replace(['-', '.'], " "));
            return Err(Trouble::Refused(name));
        }
    }
    for group in menu.groups().iter().filter(|group| offer.options.contains(&group.id)) {
        let picks = chosen.picks().iter().filter(|pick| pick.group() == &group.id);
        let count = picks.map(|pick| pick.count()).fold(0, u32::saturating_add);
        match group.choose {
            Choose::Several { most } if count > most => return Err(Trouble::TooMany(most)),
            Choose::One | Choose::AtMostOne if count > 1 => return Err(Trouble::TooMany(1)),
            Choose::One if count == 0 && group.default.is_none() => {
                return Err(Trouble::Missing(group.id.clone()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether nothing is in it that was refused: a latte has some milk whatever is said.
fn still_there(
    menu: &OptionMenu,
    offer: &Offer,
    chosen: &Chosen,
    asked: &[OptionPhrase],
) -> Result<(), Trouble> {
    for phrase in asked.iter().filter(|phrase| phrase.no) {
        let (group, value) = meant(menu, offer, phrase)?;
        let picked = chosen.picks().iter().any(|pick| pick.group() == &group.id);
        if !picked && group.default.as_ref() == Some(&value.id) {
            return Err(Trouble::Needed(value.name.clone()));
        }
    }
    Ok(())
}

/// What keeps a thing from being had so, in words.
pub(super) fn told(trouble: &Trouble, offer: &Offer) -> Prompt {
    let name = |key: &str| Prompt::new(key).with("name", offer.spoken());
    let option = |text: &String| Arg::Name(text.clone());
    match trouble {
        Trouble::Refused(words) => name("option-refused").with("option", option(words)),
        Trouble::OnlyOne(one, other) => {
            name("option-only-one").with("first", option(one)).with("second", option(other))
        }
        Trouble::TooMany(most) => name("option-too-many").with("max", Arg::Count(*most)),
        Trouble::Needed(words) => name("option-needed").with("option", option(words)),
        // Asked about, where a question is possible.
        Trouble::Missing(group) => name("option-refused").with("option", Arg::Name(group.to_string())),
    }
}

/// So many of a product with its options: "one latte with oat milk and 2 extra shots".
pub(super) fn line(quantity: Quantity, name: Arg, options: &LineOptions) -> Prompt {
    let key = if options.is_empty() { "line" } else { "line-with" };
    let line = Prompt::new(key).with("quantity", Arg::Count(quantity.get())).with("name", name);
    if options.is_empty() { line } else { line.with("options", list(options)) }
}

/// Options as they are said.
pub(super) fn list(options: &LineOptions) -> Arg {
    let option = |count: u32, name: &str| {
        Prompt::new("option").with("count", Arg::Count(count)).with("name", Arg::Name(name.to_owned()))
    };
    Arg::List(options.iter().map(|o| option(o.pick().count(), o.name())).collect())
}

/// Whether a line has what tells it from another of the same product: "the latte with oat milk".
pub(super) fn fits(scene: &Scene<'_>, sku: &Sku, chosen: &Chosen, asked: &[OptionPhrase]) -> bool {
    let Some(offer) = scene.offer(sku) else { return false };
    asked.iter().all(|phrase| {
        let Ok((group, value)) = meant(&scene.facts.menu, offer, phrase) else { return phrase.no };
        let picked = chosen.picks().iter().any(|pick| pick.group() == &group.id);
        let by_default = !picked && group.default.as_ref() == Some(&value.id);
        let there = match phrase.count {
            Some(count) => chosen.count(&group.id, &value.id) == count,
            None => group.alike(value).any(|amount| chosen.count(&group.id, &amount.id) > 0),
        };
        (there || by_default) != phrase.no
    })
}

/// What the intent asks of the one thing that it is about.
pub(super) fn asked(scene: &Scene<'_>) -> Vec<OptionPhrase> {
    let slots = &scene.intent.slots;
    let of_item = match slots.items.as_slice() {
        [item] => item.options.as_slice(),
        _ => &[],
    };
    of_item.iter().chain(&slots.options).cloned().collect()
}

/// Adds to what is asked of a wanted thing, bounded.
pub(super) fn ask_also(wanted: &mut Wanted, asked: Vec<OptionPhrase>) {
    wanted.options.extend(asked);
    let extra = wanted.options.len().saturating_sub(MAX_ASKED);
    wanted.options.drain(..extra);
}

/// A change of mind with options in it. `false`, and no change, when there are none.
pub(super) fn correct(scene: &mut Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    if !slots.have_options() {
        return false;
    }
    if slots.items.len() > 1 && !slots.options.is_empty() {
        which(scene);
    } else if let Some(choice) = slots.choice.clone().filter(|_| !slots.options.is_empty()) {
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
    if !heard_by_choice(&scene.state.focus) {
        return repair::not_understood(scene);
    }
    if !choose::pick(scene, choice, scene.intent.slots.quantity) {
        choose::no_such_choice(scene);
    }
}

/// Whether a choice that comes with options is made where these are heeded.
pub(super) fn heard_by_choice(focus: &Focus) -> bool {
    matches!(focus, Focus::Choosing { .. } | Focus::Confirming(_) | Focus::AskPin(_) | Focus::Offering { .. })
}

/// "With oat milk", "no sugar", "take the sugar out of the latte".
fn change(scene: &mut Scene<'_>) {
    match scene.state.focus.clone() {
        Focus::Confirming(draft) | Focus::AskPin(draft) => match line_for(scene, &draft.lines) {
            Some(index) => {
                let slots = &scene.intent.slots;
                let said = slots.items.first().and_then(|item| item.quantity).or(slots.quantity);
                change_line(scene, &draft, index, said, &slots.options)
            }
            None => which(scene),
        },
        Focus::Choosing { errand, .. }
        | Focus::AskQuantity(errand)
        | Focus::AskOption { errand, .. }
        | Focus::Substitute { errand, .. } => ask_of_wanted(scene, errand),
        Focus::Offering { sku, quantity } => {
            let words = scene.offer(&sku).map(|o| o.kind.clone()).unwrap_or_default();
            let wanted = Wanted::one(words, quantity, sku, scene.intent.slots.options.clone());
            assemble::advance(scene, Errand::new(super::Purpose::Buy, vec![wanted]));
        }
        Focus::Idle if !scene.state.cart.is_empty() => change_cart(scene),
        Focus::Idle => {
            let key = if scene.state.placed.is_some() { "already-ordered" } else { "nothing-to-change" };
            scene.say(Prompt::new(key));
            scene.decision = "nothing-pending";
        }
        _ => {
            scene.decision = ASKING_AGAIN;
            scene.ask_again();
        }
    }
}

/// Several lines could be meant, or none.
fn which(scene: &mut Scene<'_>) {
    scene.say(Prompt::new(if scene.draft().is_some_and(|d| d.lines.len() == 1) {
        "not-in-order"
    } else {
        "change-which"
    }));
    scene.decision = ASKING_AGAIN;
    scene.ask_again();
}

/// While something is asked about the first wanted thing, options are its.
fn ask_of_wanted(scene: &mut Scene<'_>, mut errand: Errand) {
    let named = scene.intent.slots.items.iter().any(|item| !item.it);
    let Some(wanted) = errand.wanted.first_mut().filter(|_| !named) else { return which(scene) };
    ask_also(wanted, scene.intent.slots.options.clone());
    let offers: Vec<&Offer> = wanted.offers.iter().filter_map(|sku| scene.offer(sku)).collect();
    let before = wanted.chosen.clone().unwrap_or_default();
    let possible = |offer: &&Offer| {
        !matches!(
            apply(&scene.facts.menu, offer, &before, &wanted.options),
            Err(Trouble::Refused(_) | Trouble::OnlyOne(..) | Trouble::TooMany(_) | Trouble::Needed(_))
        )
    };
    if let Some(first) = offers.first().filter(|_| !offers.iter().any(|offer| possible(&offer))) {
        // None of them can be had so: that is said at once, and the question stays as it was.
        if let Err(trouble) = apply(&scene.facts.menu, first, &before, &wanted.options) {
            let said = told(&trouble, first);
            scene.say(said);
        }
        scene.decision = ASKING_AGAIN;
        return scene.ask_again();
    }
    if matches!(scene.state.focus, Focus::Choosing { .. }) {
        let words = scene.intent.slots.options.iter().map(|option| {
            if option.no {
                return Prompt::new("option-without").with("name", Arg::Name(option.words.clone()));
            }
            Prompt::new("option")
                .with("count", Arg::Count(option.count.unwrap_or(1)))
                .with("name", Arg::Name(option.words.clone()))
        });
        let noted = Prompt::new("noted-options").with("options", Arg::List(words.collect()));
        scene.say(noted);
    }
    assemble::advance(scene, errand);
}

/// The line that options are meant for: the named one, the only one, or the only one that has such.
fn line_for(scene: &Scene<'_>, lines: &[DraftLine]) -> Option<usize> {
    let item = scene.intent.slots.items.first().filter(|item| !item.it && !item.words.is_empty());
    let candidates: Vec<usize> = (0..lines.len())
        // "Make the latte with oat milk decaf": what was said with it tells which it is.
        .filter(|&i| item.is_none_or(|item| quantity::means(scene, &lines[i], item)))
        .collect();
    if let [one] = candidates.as_slice() {
        return Some(*one);
    }
    let asked = &scene.intent.slots.options;
    let can = |&&i: &&usize| {
        let menu = &scene.facts.menu;
        let offer = scene.offer(&lines[i].sku);
        offer.is_some_and(|offer| asked.iter().all(|phrase| meant(menu, offer, phrase).is_ok()))
    };
    let able: Vec<&usize> = candidates.iter().filter(can).collect();
    let only = |of: &[&usize]| if let [one] = of { Some(**one) } else { None };
    // "No sugar" means the one that has some.
    let has = |&&i: &&usize| asked.iter().all(|p| !p.no || fits_taken(scene, &lines[i], p));
    // "Make the latte with oat milk decaf": the one that has the one and not the other.
    let half = |&&i: &&usize| {
        let (some, all) = (
            asked.iter().any(|p| !p.no && fits_taken(scene, &lines[i], p)),
            asked.iter().all(|p| p.no || fits_taken(scene, &lines[i], p)),
        );
        some && !all
    };
    let told: Vec<&usize> = able.iter().copied().filter(half).collect();
    only(&able).or_else(|| only(&told)).or_else(|| {
        let refuses = asked.iter().any(|phrase| phrase.no);
        let having: Vec<&usize> = able.iter().copied().filter(has).collect();
        only(&having).filter(|_| refuses)
    })
}

fn fits_taken(scene: &Scene<'_>, line: &DraftLine, phrase: &OptionPhrase) -> bool {
    let wanted = OptionPhrase { no: false, ..phrase.clone() };
    fits(scene, &line.sku, &line.options, std::slice::from_ref(&wanted))
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
    let changed = match apply(&scene.facts.menu, offer, &line.options, asked) {
        Ok(changed) => changed,
        Err(trouble) => {
            scene.say(told(&trouble, offer));
            scene.decision = ASKING_AGAIN;
            return scene.ask_again();
        }
    };
    if changed == line.options && quantity.is_none_or(|quantity| quantity == line.quantity) {
        if let Some(refused) = asked.iter().find(|phrase| phrase.no) {
            scene.say(Prompt::new("option-not-in").with("option", Arg::Name(refused.words.clone())));
        }
        scene.decision = ASKING_AGAIN;
        return scene.ask_again();
    }
    let new = DraftLine {
        options: changed,
        quantity: quantity.unwrap_or(line.quantity),
        sku: line.sku.clone(),
        others: line.others.clone(),
    };
    let mut lines: Vec<DraftLine> = Vec::new();
    for (at, old) in draft.lines.iter().enumerate() {
        assemble::add_line(&mut lines, if at == index { new.clone() } else { old.clone() });
    }
    if draft.from_cart {
        scene.state.cart.clear();
        for line in &lines {
            scene.state.cart.add(line.sku.clone(), line.options.clone(), line.quantity);
        }
    }
    confirm::propose(scene, lines, draft.from_cart);
}

/// Other options for a line of the cart, outside of a read-back.
fn change_cart(scene: &mut Scene<'_>) {
    let lines = basket::as_draft_lines(scene);
    let Some(line) = line_for(scene, &lines).and_then(|index| lines.get(index)).cloned() else {
        scene.say(Prompt::new("change-which"));
        scene.decision = "asking-which";
        return;
    };
    let Some(offer) = scene.offer(&line.sku) else { return repair::not_understood(scene) };
    match apply(&scene.facts.menu, offer, &line.options, &scene.intent.slots.options) {
        Ok(changed) => {
            scene.state.cart.remove(&line.sku, &line.options);
            scene.state.cart.add(line.sku.clone(), changed.clone(), line.quantity);
            let options = scene.facts.menu.quoted(&offer.options, &changed).unwrap_or_default();
            let items = Arg::List(vec![self::line(line.quantity, offer.spoken(), &options)]);
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
    let [item] = slots.items.as_slice() else { return confirm::another(scene) };
    let described = Choice::Described(item.words.clone());
    let Some(draft) = scene.draft().cloned() else {
        let picked = matches!(scene.state.focus, Focus::Choosing { .. })
            && choose::pick(scene, &described, item.quantity.or(slots.quantity));
        return if picked { () } else { confirm::another(scene) };
    };
    if slots.instead_of.is_some() {
        return if named::correct(scene) { () } else { confirm::another(scene) };
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
    match (exact.as_slice(), by_name.as_slice()) {
        ([], _) if slots.only => which(scene),
        ([one], _) | ([], [one]) => change_line(scene, &draft, *one, quantity, &item.options),
        ([], []) => {
            if !choose::pick(scene, &described, quantity) {
                confirm::another(scene);
            }
        }
        _ => which(scene),
    }
}

fn lines_named(scene: &Scene<'_>, draft: &Draft, item: &ItemPhrase, with_options: bool) -> Vec<usize> {
    let fits = |line: &DraftLine| {
        quantity::names(scene, &line.sku, &item.words)
            && (!with_options || fits(scene, &line.sku, &line.options, &item.options))
    };
    (0..draft.lines.len()).filter(|&i| fits(&draft.lines[i])).collect()
}

/// Asks for a choice that has to be made.
pub(super) fn ask(scene: &mut Scene<'_>, errand: Errand, group: &GroupId) {
    let question = scene.facts.menu.group(group).map(|group| group.question.clone()).unwrap_or_default();
    scene.ask(Focus::AskOption { errand, group: group.clone(), question }, "asking-option");
}

/// The values of a question, to be read out.
pub(super) fn values(menu: &OptionMenu, group: &GroupId) -> Vec<Prompt> {
    let values = menu.group(group).map(|group| group.values.as_slice()).unwrap_or_default();
    let value = |name: &String| {
        Prompt::new("option").with("count", Arg::Count(1)).with("name", Arg::Name(name.clone()))
    };
    values.iter().map(|v| value(&v.name)).collect()
}

/// "The first one" after the question for an option; `false`, with nothing changed, when it is none.
pub(super) fn pick(scene: &mut Scene<'_>, mut errand: Errand, id: &GroupId, choice: &Choice) -> bool {
    let Some(group) = scene.facts.menu.group(id) else { return false };
    let value = match choice {
        Choice::Ordinal(n) => usize::try_from(*n).ok().and_then(|n| group.values.get(n.wrapping_sub(1))),
        Choice::Last => group.values.last(),
        Choice::Cheapest => group.values.iter().min_by_key(|value| value.price.minor()),
        Choice::Dearest => group.values.iter().max_by_key(|value| value.price.minor()),
        _ => None,
    };
    let (Some(value), Some(wanted)) = (value, errand.wanted.first_mut()) else { return false };
    let phrase = OptionPhrase {
        words: value.name.clone(),
        meant: vec![(group.id.clone(), value.id.clone())],
        count: None,
        no: false,
    };
    ask_also(wanted, vec![phrase]);
    assemble::advance(scene, errand);
    true
}
