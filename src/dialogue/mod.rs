//! One pure step of a conversation: state + intent + facts → what to say and what to do.
//!
//! Invariants:
//! - No clock, store or network: what a step knows is in its [`Facts`].
//! - [`Act::Place`] comes from one place only, [`confirm`], and only after a yes to a
//!   read-back of exactly that draft.
//! - `stop` and `cancel` are handled before any focus sees the intent, so there is no state
//!   in which they fail.

mod apart;
mod aside;
mod assemble;
mod at_once;
mod back_in;
mod basket;
mod beside;
mod bill;
mod bound;
mod browse;
mod cart;
mod cart_back;
mod choose;
mod confirm;
mod correct;
mod defaults;
mod draft;
mod each;
mod errand;
pub mod facts;
mod had;
mod held;
mod in_cart;
mod in_turn;
mod instead;
mod it;
mod kept;
mod left;
mod missing;
mod named;
mod of_line;
mod options;
mod orders;
mod outcome;
mod packs;
mod past;
pub mod policy;
pub mod prompt;
mod purchases;
mod put_off;
mod quantity;
mod questions;
mod read_back;
mod removal;
mod repack;
mod repair;
mod replace;
mod room;
mod same;
mod scene;
mod size;
pub mod state;
mod swap;
mod trade;
pub mod underway;
mod what_if;
mod which_line;

pub use cart::Cart;
pub use cart_back::CartBefore;
pub use draft::{Draft, DraftLine};
pub use errand::{Errand, OrderErrand, Purpose, Wanted};
pub use facts::{Facts, Found, Offer};
pub use instead::Instead;
pub use orders::{Anew, may_be_of_an_order, may_change_an_order};
pub use outcome::{Outcome, settle};
pub use prompt::{Arg, Prompt};
pub use repair::{custom_key, offer_person, overtaken};
pub use state::{About, AskedIn, Focus, State};

use crate::{
    commerce::{OrderNumber, Sku},
    understanding::{Digits, Intent, IntentName},
};
use scene::Scene;

/// What a step leads to.
#[derive(Debug, Clone)]
pub struct Step {
    /// The conversation afterwards.
    pub state: State,
    /// What to say, in order.
    pub say: Vec<Prompt>,
    /// What to say when the shopper stays silent.
    pub reprompt: Option<Prompt>,
    /// What to do; its outcome goes to [`settle`].
    pub act: Option<Act>,
    /// What was decided, for people who watch: `confirming`.
    pub decision: &'static str,
    /// Whether an answer is awaited.
    pub listening: bool,
    /// Whether the conversation is over.
    pub ended: bool,
    /// The order that was spoken of.
    pub order: Option<OrderNumber>,
}

/// A change in the world that the dialogue decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Place the draft that was read back and said yes to.
    Place {
        /// The purchase.
        draft: Draft,
        /// The PIN that was said, when one was asked for.
        pin: Option<Digits>,
    },
    /// Cancel an order.
    Cancel(OrderNumber),
    /// Take one product of an order back.
    Return {
        /// The order.
        order: OrderNumber,
        /// The product.
        sku: Sku,
        /// Its title, for the reply.
        title: String,
    },
}

/// The decision of a step whose intent was understood but answers nothing that is open.
const ASKING_AGAIN: &str = "asking-again";

/// Works out one turn.
pub fn step(state: &State, intent: &Intent, facts: &Facts) -> Step {
    let facts = &*facts.as_without(state);
    let mut step = worked_out(state, intent, facts);
    orders::ask_first(&mut step, facts);
    if !step.ended {
        cart_back::note(state, &mut step.state);
    }
    step
}

fn worked_out(state: &State, intent: &Intent, facts: &Facts) -> Step {
    if let Some(step) = orders::changed(state, intent, facts) {
        return step;
    }
    if let Some(step) = orders::together(state, intent, facts) {
        return step;
    }
    if let Some(open) = what_if::left(state, intent) {
        return worked_out(&open, intent, facts);
    }
    match which_line::resumed(state, intent, facts) {
        Some(on) => in_turn::step(&on.state, on.deeds, facts),
        None if is_changed_at_once(state, intent) => at_once::changed(state, intent, facts),
        None => in_turn::step(state, in_turn::deeds(intent, None, which_line::looked_up(state)), facts),
    }
}

/// Whether something is wanted and changed in the same breath, where nothing is open that the change could be of.
pub fn is_changed_at_once(state: &State, intent: &Intent) -> bool {
    let begins = intent.name == IntentName::Reorder || state.focus.draft().is_none();
    begins && intent.slots.then.is_some() && !in_turn::is_of_the_cart(state, intent)
}

/// One change, or whatever else was said; `line` is the line of the read-back that it means, where that was asked.
fn one(state: &State, intent: &Intent, line: Option<usize>, facts: &Facts) -> Step {
    let mut scene = Scene { line, ..Scene::new(state, intent, facts) };
    if let Some(change) = same::change(&scene) {
        return one(&State { changed: None, ..state.clone() }, &change, line, facts);
    }
    scene.aside = std::mem::take(&mut scene.state.aside);
    scene.about = scene.state.about.take();
    if aside::outlasts(&scene.intent.name) {
        scene.state.aside.clone_from(&scene.aside);
        scene.state.about = scene.about;
    }
    dispatch(&mut scene);
    if !scene.missed {
        // Whoever asks about the shop, or answers what was not asked, is there and was understood.
        scene.state.misses = 0;
    }
    let mut step = scene.finish();
    same::remember(state, intent, &mut step);
    step
}

/// Whether the words go on with something that was asked or spoken of just before; that is done then.
fn goes_on(scene: &mut Scene<'_>) -> bool {
    what_if::taken(scene)
        || which_line::note(scene)
        || aside::taken(scene)
        || orders::asked(scene)
        || orders::followed(scene)
        || orders::named_order(scene)
}

fn dispatch(scene: &mut Scene<'_>) {
    use IntentName as I;
    if !options::heeded(scene.intent) {
        return repair::not_understood(scene);
    }
    if !scene.intent.slots.stays && goes_on(scene) {
        return;
    }
    match &scene.intent.name {
        I::Cancel | I::CancelOrder | I::ReturnItem if scene.intent.slots.stays => orders::stays(scene),
        I::Stop => repair::stop(scene),
        I::Cancel => repair::cancel(scene),
        I::Silence => repair::silence(scene),
        I::NotUnderstood => repair::not_understood(scene),
        I::Launch => repair::launch(scene),
        I::Help => repair::help(scene),
        I::Repeat => repair::repeat(scene),
        I::Back => repair::back(scene),
        I::Thanks => repair::thanks(scene),
        I::Wait => repair::wait(scene),
        I::Human => repair::human(scene),
        I::Yes => confirm::yes(scene),
        I::No => confirm::no(scene),
        I::Correct => correct::correct(scene),
        I::Digits => confirm::digits(scene),
        I::Choose => choose::choose(scene),
        I::Buy => assemble::buy(scene, Purpose::Buy),
        I::AddToCart => assemble::buy(scene, Purpose::AddToCart),
        I::Reorder => past::reorder(scene),
        I::Purchases => purchases::list(scene),
        I::Search => browse::search(scene),
        I::Details => browse::details(scene),
        I::Price => browse::price(scene),
        I::Stock => browse::stock(scene),
        I::RemoveFromCart => removal::remove(scene),
        I::ChangeCart => basket::change(scene),
        I::ListCart => basket::list(scene),
        I::ClearCart => basket::clear(scene),
        I::CheckOut => basket::check_out(scene),
        I::OrderStatus => orders::status(scene),
        I::DeliveryDate => orders::delivery(scene),
        I::CancelOrder => orders::cancel(scene),
        I::ReturnItem => orders::give_back(scene),
        I::Undo => orders::undo(scene),
        I::Custom(name) => repair::custom(scene, name),
    }
}
