//! What a shopper can mean. The words for it are data in `skills/`; these are the meanings on
//! which the engine can act.

mod constraints;
mod digits;
mod in_turn;
mod item;
mod past;

use serde::{Deserialize, Serialize};

pub use super::choice::{Choice, Picked};
pub use constraints::Constraints;
pub use digits::Digits;
pub(super) use item::LESS;
pub use item::{ItemPhrase, OptionPhrase, Step};
pub use past::{OrderRef, Past, Period};

use crate::commerce::Quantity;

/// The name of a meaning. In files and on wires it is written in snake_case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntentName {
    /// "Hello": the conversation opens.
    Launch,
    /// "What can I say?"
    Help,
    /// Buy again: "reorder paper towels", "the usual".
    Reorder,
    /// "Buy two packs of batteries."
    Buy,
    /// "Find me coffee under ten dollars."
    Search,
    /// Pick from what was offered: "the second one", "the cheapest".
    Choose,
    /// "Tell me more."
    Details,
    /// "How much is it?"
    Price,
    /// "Is it in stock?"
    Stock,
    /// "Add milk to my cart."
    AddToCart,
    /// "Take the milk out."
    RemoveFromCart,
    /// "Change the milk to two."
    ChangeCart,
    /// "What's in my cart?"
    ListCart,
    /// "Empty my cart."
    ClearCart,
    /// "Check out."
    CheckOut,
    /// "Where is my order?"
    OrderStatus,
    /// "Cancel order four two one seven." Not the plain "cancel", which is [`Self::Cancel`].
    CancelOrder,
    /// "I want to return the umbrella."
    ReturnItem,
    /// "When will it arrive?"
    DeliveryDate,
    /// An explicit, whole-utterance yes.
    Yes,
    /// No.
    No,
    /// A change of mind about what is pending: "actually make it three", "the large one".
    Correct,
    /// Bare digits: a PIN, an order number, a count; the state decides.
    Digits,
    /// "Say that again."
    Repeat,
    /// "Go back."
    Back,
    /// Leave what is pending, stay in the conversation: "cancel", "never mind".
    Cancel,
    /// "Hold on", "let me think", a lone "okay": neither an answer nor a new wish.
    Wait,
    /// Leave the conversation: "stop", "goodbye".
    Stop,
    /// "Talk to a person."
    Human,
    /// "What did I buy last month?"
    Purchases,
    /// "Undo that": take back the order that was just placed.
    Undo,
    /// "Thank you."
    Thanks,
    /// Nothing was said.
    Silence,
    /// Something was said that means nothing here.
    NotUnderstood,
    /// An intent that a skill added as data; the engine answers with the skill's own reply.
    #[serde(untagged)]
    Custom(String),
}

impl IntentName {
    /// Whether it changes what is there: what is read back, or what is in the cart.
    pub fn is_a_change(&self) -> bool {
        matches!(self, Self::Correct | Self::RemoveFromCart | Self::ChangeCart)
    }
}

/// What was filled in. Which slots an intent can have is listed in docs/skills.md.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Slots {
    /// The things asked for; at most [`Slots::MAX_ITEMS`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ItemPhrase>,
    /// What they must satisfy.
    #[serde(skip_serializing_if = "is_default")]
    pub constraints: Constraints,
    /// A bare quantity: "make it three".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// The unit that it counts, singular: "three packs". Without one it may count single things, and with "dozen" it
    /// does: "two dozen" are 24 by the dozen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Whether it is so many more, or fewer, than there are, one where no count is said: "four more".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<Step>,
    /// Which of those offered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choice: Option<Choice>,
    /// Whether the choice was a number alone: "two" is a count, where what is offered has no numbers.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub bare_number: bool,
    /// Which order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderRef>,
    /// Which days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// Where in the past.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub past: Option<Past>,
    /// Bare digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digits: Option<Digits>,
    /// The things follow a plain "no" or "not": "no candles". What of it is being read back is refused, and
    /// nothing of it is wanted.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub refused: bool,
    /// Beside `refused`: the "no" stood apart. What of the things is not being read back is wanted instead: "no, tea".
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub instead: bool,
    /// "Just the bananas": of what is being read back, only that.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub only: bool,
    /// "Bagels instead of bread": the words for what is to be replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<String>,
    /// How many of what is to be replaced, where not all of it: "swap a latte for a mocha".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead_count: Option<Quantity>,
    /// The things come on top of what there is: "and a bagel", "also eggs".
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub also: bool,
    /// The same, unless they are there already: what is said of them then is meant of these. "Five bagels and make the
    /// latte large."
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub also_if_new: bool,
    /// The count is one of each line: "two of each".
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub each: bool,
    /// Twice as many as there are: "double it".
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub twice: bool,
    /// What was taken out is wanted again: "put the latte back".
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub back: bool,
    /// What could be cancelled or sent back stays as it is: "don't cancel it".
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub stays: bool,
    /// What it came to is asked, and not what it was: "how much did I spend".
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub total: bool,
    /// What is pointed at is meant: "cancel that", "the one with the bagels", and of a count "one of those", where "one
    /// more" counts what there is.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub pointed: bool,
    /// The cart was named: "add milk to my cart".
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cart: bool,
    /// Options without their thing: "make it decaf", "no sugar".
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<OptionPhrase>,
    /// Which line of what is read back a change is for: "make the first one large", "oat milk in both".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<Choice>,
    /// Only so many of a line are changed: "make one of them large".
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub part: bool,
    /// It follows a yes: "yes, but make it large".
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub agreed: bool,
    /// Half of a line is changed: "half of them decaf".
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub half: bool,
    /// The count follows a "no", so that it takes the place of the one that was just said: "no, two more".
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub anew: bool,
    /// What was answered beside it to what is asked: "yes and order bagels", "no, order bagels".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered: Option<bool>,
    /// What was said after it in the same sentence: "make it two and add matches", "the usual, but large".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub then: Option<Box<Intent>>,
}

impl Slots {
    /// More things in one sentence than a person can check by ear.
    pub const MAX_ITEMS: usize = 8;

    /// How many look-ups the things take: one each, and one for limits without a thing.
    pub fn look_ups(&self) -> usize {
        match self.items.len() {
            0 => usize::from(self.constraints != Constraints::default()),
            things => things,
        }
    }

    /// Whether the things are what is not meant, or not wanted: "not the bagel". In "no, the bagel" it is wanted.
    pub fn refuses(&self) -> bool {
        self.refused && !self.instead
    }

    /// The words that describe what is meant: those of a choice, or a size that was said.
    pub fn description<'a>(&'a self, choice: Option<&'a Choice>) -> Option<&'a String> {
        match choice {
            Some(Choice::Described(words)) => Some(words),
            _ => self.constraints.size.as_ref(),
        }
    }

    /// Whether any option was asked for.
    pub fn have_options(&self) -> bool {
        let then = self.then.as_ref().is_some_and(|then| then.slots.have_options());
        then || !self.options.is_empty() || self.items.iter().any(|item| !item.options.is_empty())
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A meaning with its slots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// What is meant.
    pub name: IntentName,
    /// With which details.
    #[serde(default)]
    pub slots: Slots,
}

impl Intent {
    /// A meaning without details.
    pub fn bare(name: IntentName) -> Self {
        Self { name, slots: Slots::default() }
    }
}

/// What the dialogue waits for. It settles what short answers mean ("three", "four two one
/// seven", "the large one") and nothing else: every intent is understood in every state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expect {
    /// Nothing in particular.
    #[default]
    Anything,
    /// Yes or no.
    YesNo,
    /// One of the offers.
    Choice,
    /// Four to eight digits.
    Pin,
    /// Which order.
    Order,
    /// How many.
    Quantity,
    /// What product.
    Product,
}

/// An intent, and how sure the understanding is of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Understood {
    /// The meaning.
    pub intent: Intent,
    /// 1 for a template that fits word for word, less for the classifier's guess.
    pub confidence: f32,
}
