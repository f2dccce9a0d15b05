//! One step while it is being worked out: the state to be, what to say, what to do.

use super::{
    ASKING_AGAIN, About, Act, Arg, Draft, DraftLine, Facts, Focus, Offer, Prompt, State, Step, Wanted, apart,
    back_in, had::Had, orders, policy, questions, repair, state::MAX_BACK,
};
use crate::{
    commerce::{Chosen, Line, OptionMenu, OrderNumber, Quantity, Sku, order::Order},
    understanding::{Intent, IntentName},
};

pub(super) struct Scene<'a> {
    pub state: State,
    /// The conversation before this step.
    pub before: &'a State,
    pub facts: &'a Facts,
    pub intent: &'a Intent,
    pub say: Vec<Prompt>,
    pub act: Option<Act>,
    pub decision: &'static str,
    pub ended: bool,
    pub order: Option<OrderNumber>,
    /// Whether nothing was said, or nothing that meant anything here.
    pub missed: bool,
    /// What was asked about just before, while something else was open.
    pub aside: Vec<DraftLine>,
    /// What the words just before were about.
    pub about: Option<About>,
    /// The line of the read-back that is meant, where that was asked.
    pub line: Option<usize>,
    /// Only so many packs of a line of the cart are changed.
    pub part: Option<Quantity>,
}

impl<'a> Scene<'a> {
    pub fn new(state: &'a State, intent: &'a Intent, facts: &'a Facts) -> Self {
        Self {
            state: state.clone(),
            before: state,
            facts,
            intent,
            say: Vec::new(),
            act: None,
            decision: "answered",
            ended: false,
            order: None,
            missed: false,
            aside: Vec::new(),
            about: None,
            line: None,
            part: None,
        }
    }

    /// Adds a reply.
    pub fn say(&mut self, prompt: Prompt) {
        self.say.push(prompt);
    }

    /// Opens a question, asks it, and keeps the one before for "go back".
    pub fn ask(&mut self, focus: Focus, decision: &'static str) {
        self.open(focus, decision);
        self.ask_again();
    }

    /// The same in one sentence, where what it is about was just said.
    pub fn ask_briefly(&mut self, focus: Focus, decision: &'static str) {
        self.open(focus, decision);
        let question = questions::short(&self.state, self.facts);
        self.say(question);
    }

    fn open(&mut self, focus: Focus, decision: &'static str) {
        let before = match std::mem::replace(&mut self.state.focus, focus) {
            // The PIN is asked for anew, after a yes to what is read back.
            Focus::AskPin(draft) if self.state.focus.is_of_an_order() => Focus::Confirming(draft),
            before => before,
        };
        if repair::is_to_go_back_to(&before) && before != self.state.focus {
            self.state.back.push(before);
            let extra = self.state.back.len().saturating_sub(MAX_BACK);
            self.state.back.drain(..extra);
        }
        self.decision = decision;
        self.state.asked_at = Some(self.facts.now);
    }

    /// Asks the open question once more, as after a side answer. It is fresh again only when
    /// everything that is agreed to was said again: the question for the PIN names nothing.
    pub fn ask_again(&mut self) {
        let question = questions::of(&self.state, self.facts);
        self.say.extend(question);
        if !matches!(self.state.focus, Focus::AskPin(_)) {
            self.state.asked_at = Some(self.facts.now);
        }
    }

    /// Asks once more what is open, where anything is.
    pub fn then_ask_again(&mut self) {
        if self.state.focus != Focus::Idle {
            self.ask_again();
        }
    }

    /// What was said changes nothing: the question that is open is asked again.
    pub fn stay(&mut self) {
        self.decision = ASKING_AGAIN;
        self.ask_again();
    }

    /// A side errand (an order's status, a return) is done: on to the next one that was wanted with it, or back to the
    /// purchase that was pending before it, so that none is lost without a word.
    pub fn side_done(&mut self, decision: &'static str) {
        self.decision = decision;
        orders::leave(&mut self.state);
        let side = self.state.focus.is_of_an_order() || self.state.focus == Focus::ConfirmClear;
        if side && orders::ask_next(self) {
            return;
        }
        if side {
            let pending = self.state.back.iter().rposition(repair::purchase_pending);
            let Some(at) = pending else { return self.rest(decision) };
            self.state.focus = self.state.back.remove(at);
            self.state.back.truncate(at);
        }
        if self.state.focus == Focus::Idle { self.rest(decision) } else { self.ask_again() }
    }

    /// The purchase that is being read back, or whose PIN is awaited.
    pub fn draft(&self) -> Option<&Draft> {
        self.state.focus.draft()
    }

    /// Closes the open question.
    pub fn rest(&mut self, decision: &'static str) {
        self.state.focus = Focus::Idle;
        self.state.back.clear();
        self.state.later.clear();
        self.state.anew = None;
        self.state.asked_at = None;
        self.decision = decision;
    }

    /// The offer for a product, when the facts have it.
    pub fn offer(&self, sku: &Sku) -> Option<&'a Offer> {
        self.facts.offer(sku)
    }

    /// The order with that number, when the facts have it.
    pub fn order_with(&self, number: OrderNumber) -> Option<&'a Order> {
        self.facts.order(number)
    }

    /// A line as it would be wanted anew, in the words for its kind.
    pub fn wanted(&self, line: &DraftLine) -> Wanted {
        line.wanted(self.offer(&line.sku).map(|offer| offer.kind.clone()).unwrap_or_default())
    }

    /// The lines that are meant, unless it was asked which one is.
    pub fn line_or(&self, meant: impl FnOnce() -> Vec<usize>) -> Vec<usize> {
        self.line.map_or_else(meant, |line| vec![line])
    }

    /// Remembers what "it" is.
    pub fn speak_of(&mut self, skus: impl IntoIterator<Item = Sku>) {
        self.state.products = skus.into_iter().take(super::facts::MAX_OFFERS).collect();
    }

    /// Remembers an order as the one that was spoken of with these words.
    pub fn speak_of_order(&mut self, number: OrderNumber) {
        self.state.order = Some(number);
        self.state.about = Some(About::Order);
        self.order = Some(number);
    }

    /// Remembers one thing as what "it" is, with what it was named with.
    pub fn speak_of_had(&mut self, had: &Had<'_>) {
        let (sku, options) = (had.offer.sku.clone(), had.chosen().unwrap_or_default());
        self.speak_of([sku.clone()]);
        self.state.spoken = vec![DraftLine::new(sku, Quantity::ONE, options)];
    }

    /// What is read back or offered is what "it" is had with from then on.
    fn speak_of_lines(&mut self) {
        self.state.spoken = match &self.state.focus {
            Focus::Confirming(draft) | Focus::AskPin(draft) => {
                draft.lines.iter().map(DraftLine::bare).collect()
            }
            Focus::Offering(line) => vec![line.bare()],
            _ => return,
        };
    }

    pub fn finish(mut self) -> Step {
        self.speak_of_lines();
        self.tell_what_is_not_replaced();
        if self.intent.name != IntentName::Repeat && !self.say.is_empty() {
            self.state.last_said = self.say.clone();
        }
        let gone = back_in::taken_out(self.before, &self.state);
        if !gone.is_empty() || self.before.placed != self.state.placed {
            self.state.taken_out = gone;
        }
        if self.ended {
            // Nobody asks a conversation that is over to say it again, so no words are kept.
            self.state.last_said.clear();
            self.state.taken_out.clear();
            self.state.carts.clear();
        }
        apart::forget(&mut self.state);
        if let Focus::AskPin(draft) = &self.state.focus
            && self.say.iter().any(|prompt| prompt.key == "ask-confirm")
        {
            // What is read back again is agreed to again, before any PIN counts.
            self.state.focus = Focus::Confirming(draft.clone());
        }
        let listening = !self.ended && self.state.focus != Focus::Idle;
        let reprompt = listening.then(|| questions::short(&self.state, self.facts));
        if listening {
            self.state.asked_at = self.state.asked_at.or(Some(self.facts.now));
        }
        Step {
            state: self.state,
            say: self.say,
            reprompt,
            act: self.act,
            decision: self.decision,
            listening,
            ended: self.ended,
            order: self.order,
        }
    }

    /// Whoever has neither the order that was cancelled nor what was wanted instead hears so.
    fn tell_what_is_not_replaced(&mut self) {
        let left = self.state.anew.is_none() && self.before.placed == self.state.placed;
        let note = orders::not_replaced(self.before).filter(|note| left && !self.say.contains(note));
        let at = self.say.len() - usize::from(self.say.last().is_some_and(|last| last.key == "goodbye"));
        self.say.splice(at..at, note);
    }

    /// Whether a yes now would be an answer to a question that was asked too long ago.
    pub fn stale(&self) -> bool {
        policy::is_stale(self.state.asked_at, self.facts.now)
    }
}

impl Facts {
    /// The order with that number, among those of the household that are at hand.
    pub fn order(&self, number: OrderNumber) -> Option<&Order> {
        self.orders.iter().find(|order| order.number == number)
    }

    /// The offer for a product.
    pub fn offer(&self, sku: &Sku) -> Option<&Offer> {
        self.found.iter().flat_map(|f| &f.offers).chain(&self.known).find(|o| &o.sku == sku)
    }
}

impl Offer {
    /// The name as it is spoken: the whole title, so that a read-back and an offer of the same
    /// thing sound the same, and variants can be told apart.
    pub fn spoken(&self) -> Arg {
        Arg::Name(self.title.clone())
    }

    /// So many of it with these options as a line of a quote, at today's price. `None` if it cannot
    /// be had so, or costs more than can be added up.
    pub(super) fn line(&self, quantity: Quantity, chosen: &Chosen, menu: &OptionMenu) -> Option<Line> {
        let options = menu.quoted(&self.options, chosen)?;
        let unit_price = options.added_to(self.price).ok()?;
        Some(Line { sku: self.sku.clone(), title: self.title.clone(), quantity, unit_price, options })
    }
}
