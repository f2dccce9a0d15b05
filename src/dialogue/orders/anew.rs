//! A change of an order that is placed: "make it small", "not the bagel", right after "done". Nothing of such an order can
//! be changed. What it would be is told, and it is asked whether to cancel the order for that; once it is cancelled, the
//! other one is read back as any purchase, and needs a yes of its own.
//!
//! The order is cancelled first: otherwise there would be two for a while, which together can pass the household's limit and
//! the stock, and which a cut-off answer would leave both. Whoever ends without the other one hears so.
//!
//! Invariant: what is wanted instead of an order that stands is never open to a yes; [`ask_first`] sees to that.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{about, cancel, questions, queue::stands};
use crate::{
    commerce::{Line, OrderNumber, order::Order},
    dialogue::{
        About, Arg, Draft, DraftLine, Facts, Focus, Prompt, State, Step, in_cart, in_turn,
        outcome::pin_locked, policy, quantity, repair, scene::Scene, worked_out,
    },
    understanding::{Choice, Intent, IntentName, Slots},
};

/// The order in whose place what is open is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anew {
    /// Its number.
    pub order: OrderNumber,
    /// Whether it is cancelled already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cancelled: bool,
}

impl State {
    /// The order that still stands, and in whose place something is wanted.
    pub fn to_be_replaced(&self) -> Option<OrderNumber> {
        self.anew.filter(|anew| !anew.cancelled).map(|anew| anew.order)
    }

    /// What is wanted in the place of the order that is asked about.
    pub fn wanted_instead(&self) -> Option<&Draft> {
        let asked = self.to_be_replaced().map(Focus::ConfirmCancel);
        if asked.as_ref() != Some(&self.focus) { None } else { self.back.iter().rev().find_map(Focus::draft) }
    }
}

/// The order that a change can be of: spoken of last or placed here, with nothing open or changed in the cart since.
fn that_can_be_meant(state: &State) -> Option<OrderNumber> {
    let free = in_cart::is_all_there_is(&state.focus) && state.carts.is_empty();
    let spoken_of = state.order.filter(|_| state.about == Some(About::Order));
    spoken_of.or(state.placed).filter(|_| free)
}

/// The order that such words would change. "It" is what is in the cart, if anything is.
pub fn may_change_an_order(state: &State, intent: &Intent) -> Option<OrderNumber> {
    let said = state.cart.is_empty() || intent.slots.items.iter().any(|item| !item.it);
    that_can_be_meant(state).filter(|_| said && changes(intent))
}

/// Whether words may be a change of such an order, as they would be understood while it was read back.
pub fn may_be_of_an_order(state: &State, intent: &Intent) -> bool {
    use IntentName as N;
    let slots = &intent.slots;
    // "Everything but the bagel" may be of the cart.
    let all_but = intent.name == N::CheckOut && slots.refused && state.cart.is_empty();
    let unclear = intent.name == N::NotUnderstood || intent.name == N::Buy && slots.only || all_but;
    that_can_be_meant(state).is_some() && (unclear || changes(intent))
}

/// Whether something is changed, and nothing else is wanted but what comes on top of it: "make it two and a bagel".
fn changes(intent: &Intent) -> bool {
    let wants = |part: &Intent| matches!(part.name, IntentName::Buy | IntentName::AddToCart);
    let on_top = |part: &Intent| wants(part) && (part.slots.also || part.slots.also_if_new);
    is_a_change(intent) && intent.in_turn().skip(1).all(|part| is_a_change(part) || on_top(part))
}

fn is_a_change(intent: &Intent) -> bool {
    use IntentName as N;
    match &intent.name {
        // "Add a cookie to that."
        N::AddToCart => intent.slots.pointed,
        name => name.is_a_change() && !intent.slots.cart,
    }
}

/// The step for a change of an order that is placed. `None` where nothing of one is meant.
pub(in crate::dialogue) fn changed(state: &State, intent: &Intent, facts: &Facts) -> Option<Step> {
    if state.wanted_instead().is_some() {
        return changed_again(state, intent, facts);
    }
    let number = may_change_an_order(state, intent)?;
    let order = facts.order(number)?;
    let open = as_read_back(state, order, facts);
    let free = facts.without(order);
    if !is_of_it(&Scene::new(&open, intent, &free), order) {
        return None;
    }
    if !stands(order) {
        let mut scene = Scene::new(state, intent, facts);
        let said = about(&scene, "cancel-too-late", order);
        scene.say(said);
        scene.speak_of_order(number);
        scene.decision = "refused";
        return Some(scene.finish());
    }
    let mut step = in_turn::step(&open, in_turn::deeds(intent, None, 0), &free);
    if step.state.misses > open.misses {
        return None;
    }
    match &step.state.focus {
        // Nothing of it is left.
        Focus::Idle => {
            let mut scene = Scene::new(state, intent, facts);
            cancel::ask_whole(&mut scene, order, false);
            Some(scene.finish())
        }
        _ => {
            if !matches!(step.state.focus, Focus::Confirming(_)) {
                step.say.insert(0, Prompt::new("order-is-placed").with("number", Arg::order(number)));
            }
            step.state.last_said.clone_from(&step.say);
            Some(step)
        }
    }
}

/// Another change of what is wanted instead, or something new, for which the order stays.
fn changed_again(state: &State, intent: &Intent, facts: &Facts) -> Option<Step> {
    use IntentName as N;
    let mut open = state.clone();
    let at = open.back.iter().rposition(|focus| focus.draft().is_some())?;
    let slots = &intent.slots;
    if intent.in_turn().all(|part| is_a_change(part) || part.name == N::AddToCart && !part.slots.cart)
        && intent.in_turn().any(|part| says_what(&part.slots))
    {
        open.focus = open.back.remove(at);
        return Some(in_turn::step(&open, in_turn::deeds(intent, None, 0), facts));
    }
    let wanted = matches!(intent.name, N::Buy | N::Reorder | N::AddToCart | N::CheckOut);
    let ends = intent.name == N::CheckOut && slots.pointed;
    if !wanted || ends || slots.answered.is_some() {
        return None;
    }
    open.back.clear();
    (open.focus, open.anew) = (Focus::Idle, None);
    let mut step = worked_out(&open, intent, facts);
    step.say.insert(0, Prompt::new("order-kept"));
    step.state.last_said.clone_from(&step.say);
    Some(step)
}

/// Whether a change tells what shall be otherwise, and is no answer to which order is meant.
fn says_what(slots: &Slots) -> bool {
    slots.quantity.is_some()
        || slots.step.is_some()
        || slots.have_options()
        || slots.instead_of.is_some()
        || slots.constraints.size.is_some()
        || slots.items.iter().any(|item| !item.it)
        || matches!(slots.choice, Some(Choice::Described(_)))
}

/// Whether the change is of that order: of a thing in it, or of "it" where nothing else was spoken of since.
fn is_of_it(scene: &Scene<'_>, order: &Order) -> bool {
    let in_it =
        |words: &String| order.quote.lines().iter().any(|line| quantity::names(scene, &line.sku, words));
    let spoken_of = scene.state.products.iter().all(|sku| order.quote.lines().iter().any(|l| &l.sku == sku));
    let told = scene.state.about == Some(About::Order) || spoken_of;
    let of_it = |part: &Intent| {
        let slots = &part.slots;
        let named: Vec<&String> =
            slots.items.iter().map(|item| &item.words).filter(|words| !words.is_empty()).collect();
        match (&part.name, &slots.instead_of) {
            (IntentName::AddToCart, _) => told,
            (_, Some(of)) if of != "it" => in_it(of),
            (_, Some(_)) => told,
            // "No, a mocha."
            _ if slots.instead => told,
            _ if named.is_empty() => told,
            _ => named.into_iter().any(in_it),
        }
    };
    scene.intent.in_turn().any(of_it)
}

/// The conversation as if the order were still being read back.
fn as_read_back(state: &State, order: &Order, facts: &Facts) -> State {
    let line = |line: &Line| {
        let options = facts.menu.without_defaults(&line.options.chosen());
        DraftLine::new(line.sku.clone(), line.quantity, options)
    };
    let lines: Vec<DraftLine> = order.quote.lines().iter().map(line).collect();
    let (quote, key) = (order.quote.clone(), facts.key.clone());
    let draft = Draft { quote, key, from_cart: false, defaults: Vec::new(), lines };
    let anew = Some(Anew { order: order.number, cancelled: false });
    State { focus: Focus::Confirming(draft), back: Vec::new(), anew, ..state.clone() }
}

/// Whether a draft is just what was ordered.
fn is_as_ordered(draft: &Draft, number: OrderNumber, facts: &Facts) -> bool {
    let sorted = |lines: &[Line]| {
        let mut lines: Vec<_> =
            lines.iter().map(|l| (l.sku.clone(), l.quantity, l.options.chosen())).collect();
        lines.sort();
        lines
    };
    facts.order(number).is_some_and(|order| sorted(order.quote.lines()) == sorted(draft.quote.lines()))
}

/// What is wanted instead of an order that stands is told, and it is asked whether to cancel that order for it. Where
/// nothing is wanted any more, nothing is in its place.
pub(in crate::dialogue) fn ask_first(step: &mut Step, facts: &Facts) {
    let Some(number) = step.state.to_be_replaced() else { return };
    let Focus::Confirming(draft) = &step.state.focus else {
        if !repair::purchase_pending(&step.state.focus) && !step.state.focus.is_of_an_order() {
            step.state.anew = None;
        }
        return;
    };
    let mut say = in_turn::but_the_question(step, facts);
    let stays = if is_as_ordered(draft, number, facts) {
        Some(None)
    } else {
        cannot_be_ordered(draft, facts).map(Some)
    };
    let state = &mut step.state;
    (state.order, state.about) = (Some(number), Some(About::Order));
    if let Some(why) = stays {
        say.extend(why);
        say.push(Prompt::new("order-kept"));
        (state.focus, state.anew, state.asked_at) = (Focus::Idle, None, None);
        state.back.clear();
        (step.reprompt, step.listening, step.decision) = (None, false, "declined");
    } else {
        let draft = std::mem::replace(&mut state.focus, Focus::ConfirmCancel(number));
        state.back.retain(|focus| !repair::purchase_pending(focus));
        state.back.push(draft);
        say.extend(questions::of(state, facts));
        step.reprompt = Some(questions::short(state, facts));
        (step.listening, step.decision) = (true, "confirming-cancel");
    }
    step.order = Some(number);
    step.state.last_said.clone_from(&say);
    step.say = say;
}

/// Why the household could not order it once the other order is cancelled.
fn cannot_be_ordered(draft: &Draft, facts: &Facts) -> Option<Prompt> {
    let household = &facts.household;
    let pin = policy::needs_pin(draft.quote.total(), household);
    match household.locked_until {
        _ if !pin => None,
        _ if !household.has_pin => {
            Some(Prompt::new("pin-not-set").with("limit", Arg::Money(household.limit)))
        }
        Some(until) if until > facts.now => Some(pin_locked(until.duration_since(facts.now).as_secs())),
        _ => None,
    }
}

/// That the order was cancelled, and nothing came in its place; `None` where that is not so.
pub(in crate::dialogue) fn not_replaced(state: &State) -> Option<Prompt> {
    let anew = state.anew.filter(|anew| anew.cancelled)?;
    Some(Prompt::new("cancelled-not-replaced").with("number", Arg::order(anew.order)))
}

/// Nothing is wanted instead of an order that is not cancelled. What it would have been is "it" no more.
pub(in crate::dialogue) fn leave(state: &mut State) {
    if state.wanted_instead().is_some() {
        state.back.retain(|focus| !repair::purchase_pending(focus));
        state.anew = None;
        state.products.clear();
    }
}

impl Facts {
    /// The same with what an order holds of the stock free again, as once it is cancelled.
    fn without(&self, order: &Order) -> Self {
        let mut free = self.clone();
        let offers = free.found.iter_mut().flat_map(|found| &mut found.offers).chain(&mut free.known);
        for offer in offers {
            let held = order.quote.lines().iter().filter(|line| line.sku == offer.sku);
            offer.in_stock += held.map(|line| line.quantity.get()).sum::<u32>();
        }
        free
    }

    /// The same while something is wanted instead of an order that stands.
    pub(in crate::dialogue) fn as_without(&self, state: &State) -> Cow<'_, Self> {
        let order = state.to_be_replaced().and_then(|number| self.order(number));
        order.map_or(Cow::Borrowed(self), |order| Cow::Owned(self.without(order)))
    }
}
