//! What a shopper can mean. The words for it are data in `skills/`; these are the meanings on
//! which the engine can act.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use super::choice::{Choice, Picked};
use crate::commerce::{GroupId, Money, Quantity, ValueId};

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

/// A thing as it was asked for, not yet a product.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ItemPhrase {
    /// The words for the thing, in lower case, without quantity and unit: `dark roast coffee`.
    pub words: String,
    /// How many, when said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// The unit that was counted, singular: `pack`, `bottle`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// How many are in one of them: "packs of twelve" → 12.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pack_of: Option<u32>,
    /// Whether "my", "the usual" or "again" points at the household's own purchases.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub own: bool,
    /// "it", "that", "them": what was spoken of last.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub it: bool,
    /// What was asked for with it: "with oat milk".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<OptionPhrase>,
}

/// An option as it was asked for, not yet one of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionPhrase {
    /// Its words, in lower case, without count: `oat milk`.
    pub words: String,
    /// What they can mean. Of several the one that the product has is meant.
    pub meant: Vec<(GroupId, ValueId)>,
    /// How many, when said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// "No sugar": it is not wanted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no: bool,
    /// "Another shot", "one less sugar": so many more or fewer than there are, one where no count is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<Step>,
    /// "Less sugar": less of it than there is. What a shop itself calls so ("less ice", a value of its own) is not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub less: bool,
}

/// The words before an option of which there shall be less.
pub(super) const LESS: &[&str] = &["less", "fewer"];

/// Which way a count goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// "Another", "one more".
    More,
    /// "One less".
    Fewer,
}

impl OptionPhrase {
    /// "Less sugar": there must be some to have less of.
    pub fn lessens(&self) -> bool {
        self.less && !self.no
    }

    /// Its words without the "less" before them.
    pub fn of_what(&self) -> &str {
        match self.words.split_once(' ') {
            Some((first, rest)) if self.less && LESS.contains(&first) => rest,
            _ => &self.words,
        }
    }

    /// Whether it is to be had less of, or not at all.
    pub fn takes_away(&self) -> bool {
        self.no || self.step == Some(Step::Fewer)
    }
}

/// What a product must satisfy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Constraints {
    /// "at most ten dollars": no more than this for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_max: Option<Money>,
    /// "under ten dollars": ten is too much.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub max_excluded: bool,
    /// "at least ten dollars".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_min: Option<Money>,
    /// "over ten dollars": ten is too little.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub min_excluded: bool,
    /// A brand of the catalogue, as the catalogue writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// A size, as it was said: `twelve pack`, `large`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// Other words of the catalogue's attributes: `organic`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<String>,
    /// "the cheapest": lowest price first.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cheapest: bool,
    /// "the most expensive": highest price first.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub dearest: bool,
}

impl Constraints {
    /// Whether the cheapest or the most expensive is meant.
    pub fn by_price(&self) -> bool {
        self.cheapest || self.dearest
    }

    /// Whether only a lower limit was said, to which what costs most is the nearest.
    pub fn only_at_least(&self) -> bool {
        self.price_max.is_none() && self.price_min.is_some()
    }

    /// Whether there is any limit of the price.
    pub fn limit_the_price(&self) -> bool {
        self.price_max.is_some() || self.price_min.is_some()
    }

    /// Whether a price is not above the upper limit.
    pub fn allows_at_most(&self, price: Money) -> bool {
        self.price_max.is_none_or(|max| {
            let below =
                if self.max_excluded { price.minor() < max.minor() } else { price.minor() <= max.minor() };
            max.currency() == price.currency() && below
        })
    }

    /// Whether a price is within both limits.
    pub fn allow(&self, price: Money) -> bool {
        let above = self.price_min.is_none_or(|min| {
            let above =
                if self.min_excluded { price.minor() > min.minor() } else { price.minor() >= min.minor() };
            min.currency() == price.currency() && above
        });
        above && self.allows_at_most(price)
    }
}

/// Which order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderRef {
    /// "my order", "my last order".
    Last,
    /// "order four two one seven".
    Number(u32),
    /// "my coffee": the newest order with it.
    Product(String),
    /// "my order from last Tuesday".
    On(Period),
    /// "it": the order that was spoken of last.
    It,
}

/// Days from `from` to `to`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

/// A point in the household's own past to buy from again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Past {
    /// "the usual": what is bought most regularly.
    Usual,
    /// "same as last time", "reorder my last order".
    LastOrder,
    /// "what I bought in March".
    During(Period),
}

/// Digits said one by one. They may be a PIN: neither `Debug` nor `Display` shows them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digits(String);

impl Digits {
    /// `None` unless it is 1 to 12 ASCII digits.
    pub fn new(text: &str) -> Option<Self> {
        let fine = (1..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        fine.then(|| Self(text.to_owned()))
    }

    /// The digits themselves. Never log them.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digits({})", "•".repeat(self.0.len()))
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
    /// Beside `refused`: the "no" stood apart from the things, "no, tea". What of them is not being read back is
    /// wanted instead.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub instead: bool,
    /// "Just the bananas": of what is being read back, only that.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub only: bool,
    /// "Bagels instead of bread": the words for what is to be replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<String>,
    /// The things come on top of what there is: "and a bagel", "also eggs".
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub also: bool,
    /// The count is one of each line: "two of each".
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub each: bool,
    /// Twice as many as there are: "double it".
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub twice: bool,
    /// The cart was named: "add milk to my cart".
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cart: bool,
    /// Options without their thing: "make it decaf", "no sugar".
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<OptionPhrase>,
}

impl Slots {
    /// More things in one sentence than a person can check by ear.
    pub const MAX_ITEMS: usize = 8;

    /// Whether any option was asked for.
    pub fn have_options(&self) -> bool {
        !self.options.is_empty() || self.items.iter().any(|item| !item.options.is_empty())
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
