//! An order that is placed is spoken of together with something else: "cancel that and order bagels", "yes and order
//! bagels", "where is my order and cancel it"; or something is wanted while it is asked whether to cancel one.
//!
//! What is wanted beside such a question is worked out beneath it, as if it were not open, and comes up once it is
//! answered: nothing of both is lost, and none is an answer to the other.

use super::super::{
    Act, Facts, Focus, Prompt, State, Step, in_turn,
    in_turn::{Deed, but_the_question, joined},
    one, quantity, questions, repair,
    scene::Scene,
};
use super::has;
use crate::understanding::{Intent, IntentName, ItemPhrase, OrderRef, Slots};

/// Works out what was said, one thing after the other. `None` where no order is spoken of beside something else.
pub(in crate::dialogue) fn together(state: &State, intent: &Intent, facts: &Facts) -> Option<Step> {
    let taken = what_was_looked_at(state, intent);
    let intent = taken.as_ref().unwrap_or(intent);
    let clears = state.focus == Focus::Idle && intent.name == IntentName::ClearCart;
    let several = intent.slots.then.is_some() && (clears || intent.in_turn().any(of_an_order));
    let waits = changes_what_waits(state, intent, facts);
    let beside = state.focus.asks_of_an_order()
        && (waits
            || intent.in_turn().any(wants)
            || asks_for_another(&state.focus, intent)
            || adds_to_a_yes(intent));
    if !several && !beside {
        return None;
    }
    let mut deeds = in_turn::deeds(intent, None, 0);
    // "No, return the milk", where it is asked whether to cancel an order.
    let turned = intent.slots.answered == Some(false) && asks_for_another(&state.focus, intent);
    let answers = wants(intent) || waits || adds_to_a_yes(intent) || turned;
    let answer = intent.slots.answered.filter(|_| beside && answers);
    if let Some(yes) = answer {
        let name = if yes { IntentName::Yes } else { IntentName::No };
        deeds.insert(0, Deed::new(Intent::bare(name), None, 0));
    }
    let alone = deeds.len() == 1;
    let step = in_order(state, deeds, waits, facts);
    match step {
        None if alone => None,
        None => Some(one(state, &Intent::bare(IntentName::NotUnderstood), None, facts)),
        step => step,
    }
}

/// "I'll take it" of what was asked about while such a question is open.
fn what_was_looked_at(state: &State, intent: &Intent) -> Option<Intent> {
    let it = intent.name == IntentName::Yes && !intent.slots.items.is_empty();
    let aside = state.focus.asks_of_an_order() && !state.aside.is_empty();
    (it && aside).then(|| Intent { name: IntentName::Buy, slots: intent.slots.clone() })
}

/// One deed after the other; `None` where one of them means nothing. `waits`: they change what waits for the answer.
fn in_order(state: &State, deeds: Vec<Deed>, waits: bool, facts: &Facts) -> Option<Step> {
    let (mut open, mut say, mut act) = (state.clone(), Vec::new(), None);
    let mut last: Option<Step> = None;
    let (mut wanted, mut lost) = (false, false);
    for deed in deeds {
        let own = facts.after(deed.before);
        let deed = if last.is_some() { of_what_was_told(deed) } else { deed };
        let clearing = open.focus == Focus::ConfirmClear;
        // What is put into the cart while it is asked whether to empty it would go with all else.
        if deed.intent.name == IntentName::NotUnderstood
            || clearing && deed.intent.name == IntentName::AddToCart
        {
            lost = true;
            continue;
        }
        let opened_here = open.focus != state.focus;
        // "And reorder it with oat milk" is a wish with a change of it.
        let changes = deed.intent.name.is_a_change();
        wanted = wants(&deed.intent) || (wanted || waits) && changes;
        let another = opened_here && asks_too(&deed.intent) || asks_for_another(&open.focus, &deed.intent);
        let under = (clearing || open.focus.asks_of_an_order()) && (wanted || another);
        let mut step = match under {
            true => beneath(&open, &deed.intent, &own),
            false => one(&open, &deed.intent, None, &own),
        };
        if step.state.misses > open.misses {
            return None;
        }
        if let Some(Act::Cancel(number)) = &step.act {
            // "Undo that" asks nothing; what comes after it waits all the same.
            step.state.focus = Focus::ConfirmCancel(*number);
        }
        let decision = last.as_ref().filter(|_| act.is_some()).map_or(step.decision, |last| last.decision);
        act = act.or(step.act.take());
        if let Some(last) = last.take() {
            say = joined(say, but_the_question(&last, &own));
        }
        open = step.state.clone();
        last = Some(Step { decision, ..step });
    }
    Some(ended(last?, say, act, lost, facts))
}

/// The last step with what was said before it, and without its question where an answer is carried out.
fn ended(mut step: Step, say: Vec<Prompt>, act: Option<Act>, lost: bool, facts: &Facts) -> Step {
    let own = but_the_question(&step, facts);
    let question = step.say.split_off(own.len());
    let told = say.iter().find(|said| said.key == "order-status").map(|said| said.args.first().cloned());
    step.say = joined(say, own);
    // Of what was just told in full it is only asked.
    step.say.retain(|said| said.key != "cancel-which" || told != Some(said.args.first().cloned()));
    if lost {
        step.say.push(Prompt::new("say-the-rest-again"));
    }
    match act {
        None => step.say.extend(question),
        // What was asked about first is answered.
        Some(_) => step.say.retain(|said| said.key != "orders-in-turn"),
    }
    step.act = act;
    step.state.last_said.clone_from(&step.say);
    step
}

/// Works something out as if the question about the order were not open, which is asked again then.
fn beneath(open: &State, intent: &Intent, facts: &Facts) -> Step {
    let under = without_question(open);
    let mut step = one(&under, intent, None, facts);
    let mut say = but_the_question(&step, facts);
    let state = &mut step.state;
    let below = std::mem::replace(&mut state.focus, open.focus.clone());
    state.later.splice(0..0, open.later.iter().cloned());
    let waits = ![&Focus::Idle, &under.focus, &state.focus].contains(&&below);
    if below.is_of_an_order() {
        let known = below == state.focus || state.later.contains(&below);
        state.later.extend((!known).then_some(below));
    } else if let Focus::AskPin(draft) = below {
        state.back.push(Focus::Confirming(draft));
    } else if below != Focus::Idle {
        state.back.push(below);
    }
    state.about = open.about;
    state.order = open.order;
    state.asked_at = Some(facts.now);
    if waits {
        say.push(Prompt::new("orders-in-turn"));
    }
    say.extend(questions::of(state, facts));
    let reprompt = Some(questions::short(state, facts));
    let decision = match open.focus {
        Focus::ConfirmCancel(_) => "confirming-cancel",
        Focus::ConfirmClear => "asking-clear",
        _ => "confirming-return",
    };
    Step { say, reprompt, listening: true, decision, order: open.order, ..step }
}

/// The conversation as if no order had been asked about.
fn without_question(open: &State) -> State {
    let mut under = open.clone();
    under.later.clear();
    match under.back.iter().rposition(repair::purchase_pending) {
        Some(at) => {
            under.focus = under.back.remove(at);
            under.back.truncate(at);
        }
        None => {
            under.focus = Focus::Idle;
            under.back.clear();
            if !under.aside.is_empty() {
                // "It" is what was asked about since.
                under.products = under.aside.iter().map(|thing| thing.sku.clone()).collect();
                under.spoken = std::mem::take(&mut under.aside);
            }
        }
    }
    under
}

/// "Two cookies", "without the bagel" of what is read back once the open question is answered. A name alone may be another
/// order's.
fn changes_what_waits(state: &State, intent: &Intent, facts: &Facts) -> bool {
    let waiting = state.back.iter().rev().find_map(Focus::draft).filter(|_| state.focus.asks_of_an_order());
    let Some(draft) = waiting.filter(|_| intent.in_turn().all(|part| part.name.is_a_change())) else {
        return false;
    };
    let scene = Scene::new(state, intent, facts);
    let slots = &intent.slots;
    let named: Vec<_> = slots.items.iter().filter(|item| !item.it).collect();
    let in_it =
        |item: &&ItemPhrase| draft.lines.iter().any(|line| quantity::names(&scene, &line.sku, &item.words));
    let in_an_order = |item: &&ItemPhrase| facts.orders.iter().any(|order| has(order, &item.words).is_some());
    let counts = slots.quantity.is_some() || named.iter().any(|item| item.quantity.is_some());
    let so = counts || slots.step.is_some() || slots.have_options() || slots.instead_of.is_some();
    let all = named.iter().all(in_it) || slots.instead_of.is_some();
    all && so || !named.is_empty() && all && !named.iter().any(in_an_order)
}

/// Whether an intent plainly wants something to be bought.
fn wants(intent: &Intent) -> bool {
    use IntentName as N;
    let ends = intent.name == N::CheckOut && intent.slots.pointed;
    matches!(intent.name, N::Buy | N::AddToCart | N::Reorder | N::CheckOut) && !ends
}

/// "Return the milk" is no answer to whether an order is to be cancelled, nor the other way round.
fn asks_for_another(focus: &Focus, intent: &Intent) -> bool {
    let cancels = matches!(focus, Focus::ConfirmCancel(_)) && intent.name == IntentName::ReturnItem;
    let returns = matches!(focus, Focus::ConfirmReturn { .. }) && intent.name == IntentName::CancelOrder;
    (cancels || returns) && !intent.slots.stays
}

/// "Yes, and cancel the one before": what is asked is answered, and the other is asked about next.
fn adds_to_a_yes(intent: &Intent) -> bool {
    intent.slots.answered == Some(true) && intent.slots.also && asks_too(intent)
}

/// "Where is my order and cancel it": it is that order, whatever else is open.
fn of_what_was_told(deed: Deed) -> Deed {
    if deed.intent.name != IntentName::Cancel || !deed.intent.slots.pointed {
        return deed;
    }
    let slots = Slots { order: Some(OrderRef::It), ..Slots::default() };
    Deed::new(Intent { name: IntentName::CancelOrder, slots }, deed.line, deed.before)
}

/// Whether it wants something of a placed order that is asked about first.
fn asks_too(intent: &Intent) -> bool {
    matches!(intent.name, IntentName::CancelOrder | IntentName::ReturnItem)
}

fn of_an_order(intent: &Intent) -> bool {
    use IntentName as N;
    matches!(
        intent.name,
        N::OrderStatus | N::DeliveryDate | N::CancelOrder | N::ReturnItem | N::Undo | N::Cancel
    )
}
