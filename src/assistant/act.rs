//! Carries out what the dialogue decided, and lets it put the outcome into words.

use jiff::Timestamp;

use super::{Assistant, Fault, Shop};
use crate::{
    commerce::{
        IdempotencyKey, Line,
        desk::{CancelOutcome, DeskError, PlaceOrder, PlaceOutcome, ReturnOutcome},
        household::{PinOutcome, PinProof},
        options::CurrentPrice,
        order::Order,
    },
    dialogue::{self, Act, Draft, Facts, Outcome, State, Step, underway::Underway},
    turn::Turn,
    understanding::{Digits, Intent, IntentName},
};

/// A step that was carried out.
pub(super) struct Done {
    pub step: Step,
    /// The order that it spoke of.
    pub order: Option<Order>,
    pub stands: Stands,
}

/// How firmly a step stands when another turn was faster, or the conversation cannot be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    /// Nothing was done: it is worked out anew, and fails where it cannot be saved.
    Loosely,
    /// It tells what was done before: told also where it cannot be saved.
    Told,
    /// It changed more than the conversation: told whatever happens, and noted in a newer conversation.
    Done,
}

impl Assistant {
    /// Does what the step leads to, once it is noted in the conversation of that version; gives the version with the
    /// note. `None`, and nothing is done, when another turn of the conversation was faster.
    pub(super) async fn carry_out(
        &self,
        shop: &Shop,
        turn: &Turn,
        (state, version): (&State, u64),
        mut step: Step,
        facts: Facts,
    ) -> Result<Option<(Done, u64)>, Fault> {
        let Some(act) = step.act.clone() else {
            let open = |underway: &Underway| step.state.focus.deed().as_ref() == Some(&underway.deed);
            step.state.underway = step.state.underway.take().filter(open);
            let order = spoken_of(&step, &facts, None);
            return Ok(Some((Done { step, order, stands: Stands::Loosely }, version)));
        };
        let wish = self.fresh_key()?;
        let underway = self.underway(act.deed(), &wish);
        let Some(version) = self.sessions.begin(turn, state, version, underway.clone()).await? else {
            return Ok(None);
        };
        let Some(mut outcome) = self.act(shop, turn, act, &wish).await else { return Ok(None) };
        // Another engine may be at the same, and do it yet.
        if matches!(outcome, Outcome::PlaceFault | Outcome::Fault)
            && state.underway.as_ref().is_some_and(|it| self.is_at_it(it))
        {
            outcome = Outcome::NotKnown;
        }
        let done = self.worded(shop, turn, (outcome, underway), step, facts).await?;
        Ok(Some((done, version)))
    }

    /// What came of an act; `None`, and nothing is done, where the wish was withdrawn meanwhile.
    async fn act(&self, shop: &Shop, turn: &Turn, act: Act, wish: &IdempotencyKey) -> Option<Outcome> {
        let (of, household, deed) = (&turn.shop, &turn.household, act.deed());
        let done = match act {
            Act::Place { draft, pin } => return Some(self.place(shop, turn, draft, pin).await),
            Act::Cancel(number) => {
                let done = self.desk.cancel_wished(of, household, number, wish).await;
                done.map(|done| done.map(Outcome::Cancelled))
            }
            Act::Return { order, sku, title } => {
                let done = self.desk.return_wished(of, household, (order, &sku), wish).await;
                done.map(|done| done.map(|outcome| Outcome::Returned(title, outcome)))
            }
        };
        match done {
            Ok(done) => done,
            Err(fault) => {
                let nothing = logged(turn, &fault, Outcome::Fault);
                Some(found(turn, self.changed_by(turn, deed).await, nothing))
            }
        }
    }

    /// The step with the words for the outcome of what was underway.
    async fn worded(
        &self,
        shop: &Shop,
        turn: &Turn,
        (outcome, underway): (Outcome, Underway),
        step: Step,
        facts: Facts,
    ) -> Result<Done, Fault> {
        let changed = changed(&outcome).cloned();
        let underway = match &outcome {
            // Nothing was tried; what was underway before may still be.
            Outcome::Pin(..) => step.state.underway.clone(),
            // Whether it was done is not known. The next turn looks.
            Outcome::PlaceFault | Outcome::NotKnown | Outcome::Fault => {
                Some(Underway { at: Timestamp::UNIX_EPOCH, ..underway })
            }
            _ => None,
        };
        let facts = self.facts_after(shop, turn, &step, &outcome, facts).await?;
        let mut settled = dialogue::settle(&step.state, &outcome, &facts);
        let mut say = step.say;
        say.append(&mut settled.say);
        let state = State { underway, ..settled.state };
        let settled = Step { say, state, ..settled };
        let order = spoken_of(&settled, &facts, changed);
        let stands = if lasts(&outcome) { Stands::Done } else { Stands::Loosely };
        Ok(Done { step: settled, order, stands })
    }

    async fn place(&self, shop: &Shop, turn: &Turn, draft: Draft, pin: Option<Digits>) -> Outcome {
        let proof = match pin {
            None => None,
            Some(digits) => match self.proof(turn, &draft, &digits).await {
                Ok(PinOutcome::Right(proof)) => Some(proof),
                Ok(wrong) => return Outcome::Pin(draft, wrong),
                Err(fault) => return self.after_fault(turn, draft, &fault).await,
            },
        };
        match self.place_with(shop, turn, &draft, proof).await {
            Ok(outcome) => Outcome::Placed(draft, outcome),
            Err(fault) => self.after_fault(turn, draft, &fault).await,
        }
    }

    /// What a purchase whose placing failed came to all the same.
    async fn after_fault(&self, turn: &Turn, draft: Draft, fault: &DeskError) -> Outcome {
        let nothing = logged(turn, fault, Outcome::PlaceFault);
        let done = self.desk.outcome(&turn.shop, &turn.household, &draft.key).await;
        found(turn, done.map(|done| done.map(|outcome| Outcome::Placed(draft, outcome))), nothing)
    }

    async fn proof(&self, turn: &Turn, draft: &Draft, digits: &Digits) -> Result<PinOutcome, DeskError> {
        self.desk.try_pin(&turn.shop, &turn.household, digits.expose(), &draft.key).await
    }

    async fn place_with(
        &self,
        shop: &Shop,
        turn: &Turn,
        draft: &Draft,
        pin: Option<PinProof>,
    ) -> Result<PlaceOutcome, DeskError> {
        let current_prices =
            draft.quote.lines().iter().filter_map(|line| current_price(shop, line)).collect();
        self.desk
            .place(PlaceOrder {
                shop: turn.shop.clone(),
                household: turn.household.clone(),
                session: turn.session.clone(),
                key: draft.key.clone(),
                quote: draft.quote.clone(),
                current_prices,
                pin,
            })
            .await
    }

    /// When the world was not as it was read back, the next read-back needs it as it is.
    async fn facts_after(
        &self,
        shop: &Shop,
        turn: &Turn,
        step: &Step,
        outcome: &Outcome,
        facts: Facts,
    ) -> Result<Facts, Fault> {
        let moved = matches!(
            outcome,
            Outcome::Placed(
                _,
                PlaceOutcome::OutOfStock { .. } | PlaceOutcome::PriceChanged | PlaceOutcome::KeyReused
            )
        );
        if !moved {
            return Ok(facts);
        }
        let nothing = Intent::bare(IntentName::Repeat);
        Ok(self.gather(shop, turn, &step.state, &nothing).await?.unwrap_or(facts))
    }
}

/// What a line is called and costs at this moment with its options; `None` if it cannot be had so any more.
fn current_price(shop: &Shop, line: &Line) -> Option<CurrentPrice> {
    let product = shop.catalog.get(&line.sku)?;
    let options = shop.menu.quoted(&shop.menu.of(&product), &line.options.chosen())?;
    let price = options.added_to(product.price()).ok()?;
    Some(CurrentPrice { sku: line.sku.clone(), title: product.title, options, price })
}

/// Whether an outcome is told although somebody else went on with the conversation meanwhile. What only leads to
/// another read-back is worked out anew: that one may not be what is open any more.
fn lasts(outcome: &Outcome) -> bool {
    use PlaceOutcome as P;
    !matches!(
        outcome,
        Outcome::Placed(_, P::KeyReused | P::PriceChanged | P::OutOfStock { .. } | P::NeedsPin)
    )
}

/// The order that an outcome made, changed or found changed.
pub(super) fn changed(outcome: &Outcome) -> Option<&Order> {
    match outcome {
        Outcome::Placed(_, PlaceOutcome::Placed(order) | PlaceOutcome::Pending(order))
        | Outcome::MovedOn(_, order)
        | Outcome::Cancelled(CancelOutcome::Cancelled { order, .. })
        | Outcome::Returned(_, ReturnOutcome::Accepted { order, .. }) => Some(order),
        _ => None,
    }
}

pub(super) fn spoken_of(step: &Step, facts: &Facts, changed: Option<Order>) -> Option<Order> {
    let number = step.order?;
    changed.filter(|order| order.number == number).or_else(|| facts.order(number).cloned())
}

/// What is told after a fault: what was found to be done all the same, since a failed write may have been written.
fn found(turn: &Turn, done: Result<Option<Outcome>, DeskError>, nothing: Outcome) -> Outcome {
    match done {
        Ok(done) => done.unwrap_or(nothing),
        Err(fault) => logged(turn, &fault, Outcome::NotKnown),
    }
}

/// The one place where a fault of the desk is logged.
fn logged(turn: &Turn, fault: &DeskError, outcome: Outcome) -> Outcome {
    tracing::error!(shop = %turn.shop, household = %turn.household, %fault, "the order desk failed");
    outcome
}
