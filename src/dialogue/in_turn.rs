//! Several changes in one sentence, or one change of several lines: each is made of what the one before left, and what
//! that makes is read back once. One step back takes all of them back.

use std::{borrow::Cow, collections::VecDeque};

use super::{
    Facts, Focus, Prompt, Purpose, State, Step, basket, in_cart, of_line, one, questions, repair,
    scene::Scene, trade,
};
use crate::understanding::{Choice, Intent, IntentName};

/// One of the changes.
pub(super) struct Deed {
    /// What is wanted, without what was said after it.
    pub intent: Intent,
    /// The line that is meant, where that was asked.
    pub line: Option<usize>,
    /// How many look-ups of the facts are for what was said before it.
    pub before: usize,
    /// Whether it had to wait for a change that was said after it.
    late: bool,
}

impl Deed {
    /// A change with its place among the look-ups.
    pub fn new(intent: Intent, line: Option<usize>, before: usize) -> Self {
        Self { intent, line, before, late: false }
    }

    /// The same change of that line.
    pub fn on(&self, line: usize) -> Self {
        Self::new(self.intent.clone(), Some(line), self.before)
    }
}

/// So many changes are made at once, and no more.
const MOST: usize = 12;

/// An intent and what was said after it, each for itself.
pub(super) fn deeds(intent: &Intent, line: Option<usize>, before: usize) -> Vec<Deed> {
    let mut before = before;
    let mut all: Vec<Deed> = Vec::new();
    for part in intent.in_turn() {
        let mut alone = Intent { name: part.name.clone(), slots: part.slots.clone() };
        alone.slots.then = None;
        all.push(Deed::new(alone, line.filter(|_| all.is_empty()), before));
        before += part.slots.look_ups();
    }
    all
}

/// Makes one change after the other.
pub(super) fn step(state: &State, deeds: Vec<Deed>, facts: &Facts) -> Step {
    if deeds.len() > 1 && !deeds.iter().all(|deed| may_be_one_of_several(&deed.intent.name))
        || deeds.len() > MOST
    {
        return one(state, &Intent::bare(IntentName::NotUnderstood), None, facts);
    }
    if let Some(step) = trade::places(state, &deeds, facts) {
        return step;
    }
    let (mut open, mut deeds, mut say) = (Cow::Borrowed(state), VecDeque::from(deeds), Vec::new());
    let (mut listed, mut from) = (false, Cow::Borrowed(state));
    let mut several = deeds.len() > 1;
    while let Some(deed) = deeds.pop_front() {
        let own = facts.after(deed.before);
        let line = deed.line.or_else(|| match several {
            true => of_line::rest(&from, &open, &deed.intent, &own),
            false => None,
        });
        let mut step = one(&open, &deed.intent, line, &own);
        if several && step.state.misses > open.misses {
            return one(state, &Intent::bare(IntentName::NotUnderstood), None, facts);
        }
        if let Some(each) = of_each(&step.state.focus, &deed) {
            // "Oat milk in both" has said which lines it is for.
            several = true;
            each.into_iter().rev().for_each(|deed| deeds.push_front(deed));
            continue;
        }
        if has_to_wait(&open, &step, &deed, &deeds) {
            deeds.push_back(Deed { late: true, ..deed });
            continue;
        }
        keep_for_later(&mut step.state.focus, &mut deeds);
        check_out_later(&mut step.state, &mut deeds);
        if deeds.is_empty() || step.act.is_some() || step.ended {
            if listed {
                list_cart(&mut step, facts);
            }
            return finished(state, several, say, step);
        }
        listed |= step.say.iter().any(|said| said.key == "cart-list");
        say = joined(say, but_the_question(&step, &own));
        if matches!(deed.intent.name, IntentName::Buy | IntentName::AddToCart) {
            // "Two lattes, one with oat milk and one with soy milk": so many there were at first.
            from = Cow::Owned(step.state.clone());
        }
        open = Cow::Owned(step.state);
    }
    one(state, &Intent::bare(IntentName::NotUnderstood), None, facts)
}

/// Tells what the cart is like, where what came last does not.
fn list_cart(step: &mut Step, facts: &Facts) {
    if step.state.focus != Focus::Idle || step.say.iter().any(|said| said.key == "cart-list") {
        return;
    }
    let intent = Intent::bare(IntentName::ListCart);
    let mut scene = Scene::new(&step.state, &intent, facts);
    basket::list(&mut scene);
    step.say.extend(scene.say);
}

/// What changes an order, or reads it back. A yes, a no and whatever leaves it are said alone.
fn may_be_one_of_several(name: &IntentName) -> bool {
    use IntentName as N;
    matches!(
        name,
        N::Buy | N::AddToCart | N::Correct | N::Choose | N::RemoveFromCart | N::ChangeCart | N::CheckOut
    )
}

/// Whether several changes that were said at once are of the cart: nothing else is open that they could be of.
pub(super) fn is_of_the_cart(state: &State, intent: &Intent) -> bool {
    let changes = intent.name == IntentName::AddToCart || intent.name.is_a_change();
    in_cart::is_all_there_is(&state.focus) && changes
}

/// "Add coffee and make the milk large": which coffee is asked when the milk is large, as no other line can be changed
/// while that is open.
fn has_to_wait(open: &State, step: &Step, deed: &Deed, next: &VecDeque<Deed>) -> bool {
    let asks = open.focus.errand().is_none() && step.state.focus.errand().is_some();
    let of_another = |deed: &Deed| {
        let slots = &deed.intent.slots;
        deed.intent.name.is_a_change() && !slots.also && slots.items.iter().any(|item| !item.it)
    };
    asks && !deed.late && next.iter().any(of_another)
}

/// The change of each of the lines about which it would have to be asked, where it was said of all of them. The last line
/// comes first, so that the places of the others stay as they are.
fn of_each(focus: &Focus, deed: &Deed) -> Option<Vec<Deed>> {
    let Focus::WhichLine { draft, lines, .. } = focus else { return None };
    let all = match deed.intent.slots.line {
        Some(Choice::All) => true,
        Some(Choice::Both) => lines.len() == 2,
        // Of all there is it is not told which were left.
        Some(Choice::Others) => lines.len() < draft.lines.len(),
        _ => false,
    };
    all.then(|| lines.iter().rev().map(|line| deed.on(*line)).collect())
}

/// What is still to be done waits until it is known which line the change before it means.
fn keep_for_later(focus: &mut Focus, deeds: &mut VecDeque<Deed>) {
    if let Focus::WhichLine { change, .. } = focus {
        for deed in deeds.drain(..) {
            change.append(deed.intent);
        }
    }
}

/// "Add coffee and check out": once it is known which coffee, the cart is read back.
fn check_out_later(state: &mut State, deeds: &mut VecDeque<Deed>) {
    let checks_out = |deed: &Deed| deed.intent.name == IntentName::CheckOut;
    let (
        Focus::AskQuantity(errand)
        | Focus::Choosing { errand, .. }
        | Focus::AskOption { errand, .. }
        | Focus::Substitute { errand, .. },
        true,
    ) = (&mut state.focus, deeds.front().is_some_and(checks_out))
    else {
        return;
    };
    errand.purpose = Purpose::CheckOut;
    for line in std::mem::take(&mut errand.lines) {
        state.cart.add(line);
    }
    deeds.pop_front();
}

/// What a step said, without the question that it ended with. What the cart is like is told in the end.
pub(super) fn but_the_question(step: &Step, facts: &Facts) -> Vec<Prompt> {
    let mut said = step.say.clone();
    said.retain(|prompt| prompt.key != "cart-list");
    for question in [questions::of(&step.state, facts), vec![questions::short(&step.state, facts)]] {
        if !question.is_empty() && said.ends_with(&question) {
            said.truncate(said.len() - question.len());
            break;
        }
    }
    said
}

/// What is said twice is heard once.
pub(super) fn joined(mut said: Vec<Prompt>, more: Vec<Prompt>) -> Vec<Prompt> {
    for prompt in more {
        if !said.contains(&prompt) {
            said.push(prompt);
        }
    }
    said
}

/// The last step with what was said before it. What was open in between is none of the questions to go back to.
fn finished(state: &State, several: bool, say: Vec<Prompt>, mut step: Step) -> Step {
    if !several {
        return step;
    }
    let own = std::mem::take(&mut step.say);
    step.say = joined(say, own);
    step.state.last_said = step.say.clone();
    if !step.state.back.is_empty() {
        step.state.back.clone_from(&state.back);
        let changed = state.focus != step.state.focus && state.focus != Focus::Idle;
        if changed && repair::is_to_go_back_to(&state.focus) {
            step.state.back.push(state.focus.clone());
        }
    }
    step
}

impl Facts {
    /// The same without what was looked up for what was said before.
    pub(super) fn after(&self, before: usize) -> Cow<'_, Self> {
        if before == 0 {
            return Cow::Borrowed(self);
        }
        let found = self.found.get(before..).unwrap_or_default().to_vec();
        Cow::Owned(Self { found, ..self.clone() })
    }
}
