//! A turn of a conversation and the reply to it, the same for every channel.

mod language;
mod render;

use std::time::Duration;

use jiff::civil::Date;

use crate::{
    commerce::{HouseholdId, Money, SessionId, ShopId, order::Order},
    understanding::{Intent, IntentName},
};

pub use render::{MAX_CHARS, MAX_PAUSE_MS};

/// What came in, from whom.
#[derive(Debug, Clone)]
pub struct Turn {
    /// The shop that is spoken to.
    pub shop: ShopId,
    /// Who speaks.
    pub household: HouseholdId,
    /// The conversation.
    pub session: SessionId,
    /// BCP 47: `en`, `en-US`.
    pub locale: String,
    /// The way in, for figures and logs: `http`, `speaker`, `console`.
    pub channel: &'static str,
    /// What was said.
    pub input: Input,
    /// A platform's identifier of its request. It may come twice: sent again because an answer was late, or replayed.
    pub request: Option<String>,
    /// What the channel measured before the turn, in order: `("read", …)`, `("transcribe", …)`.
    pub stages: Vec<(&'static str, Duration)>,
}

/// What was said, as far as the channel knows.
#[derive(Debug, Clone)]
pub enum Input {
    /// A recogniser's text with its confidence (0 to 1).
    Heard {
        /// The words.
        text: String,
        /// The mean token probability or the provider's own figure.
        confidence: f32,
    },
    /// Sound without words: silence, noise, other speech.
    Silence,
    /// Sound whose words are not to be trusted.
    Unclear,
    /// A typed line.
    Text(String),
    /// A platform's own understanding.
    Intent(Intent),
    /// Words, with what a platform made of them.
    Interpreted(Interpreted),
    /// A platform's own understanding, within a dialog that it holds about it.
    InDialog(InDialog),
}

/// Words with a platform's opinion of them. What the engine understands of the words counts; the platform's
/// intent stands in where it understands nothing, and never for a yes or for digits. Where a shop has options it
/// stands in for an order only if no word is left over that could be one.
#[derive(Debug, Clone)]
pub struct Interpreted {
    /// What was said or typed.
    pub words: String,
    /// Whether a recogniser wrote them: what was heard must say more to be a yes.
    pub spoken: bool,
    /// What the platform took it for, when it is sure enough.
    pub intent: Option<Intent>,
    /// How sure it is of that, 0 to 1.
    pub confidence: f32,
    /// The shopper's own words for what is filled in there, where the platform tells them: "kitchen rolls", which it
    /// takes for paper towels.
    pub placed: Vec<String>,
    /// Whether the shopper sounds very unhappy. With a purchase pending, the reply says how to reach a person;
    /// what the words mean stays as it is.
    pub upset: bool,
}

/// A request within a platform's dialog about one of its intents. It repeats all that was filled so far, and may
/// bring a yes or a no of its own; the engine settles what of it answers its open question.
#[derive(Debug, Clone)]
pub struct InDialog {
    /// The platform's name of the intent.
    pub about: String,
    /// What is filled, in the order in which it would be said.
    pub filled: Vec<Place>,
    /// Its yes or no to the whole of it.
    pub whole: Option<bool>,
    /// Its yes or no to a part of it. A platform repeats it in later requests.
    pub part: Option<bool>,
    /// What it means by itself.
    pub intent: Intent,
}

/// A place of an intent that is filled.
#[derive(Debug, Clone)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// What it was filled with, by which it is known again.
    pub said: String,
    /// What that means, as it is said beside others.
    pub words: String,
}

impl Input {
    /// The words, when there are any.
    pub fn words(&self) -> Option<&str> {
        match self {
            Self::Heard { text, .. } | Self::Text(text) => Some(text),
            Self::Interpreted(said) => Some(&said.words),
            Self::Silence | Self::Unclear | Self::Intent(_) | Self::InDialog(_) => None,
        }
    }

    /// Whether a platform found the shopper very unhappy.
    pub fn upset(&self) -> bool {
        matches!(self, Self::Interpreted(said) if said.upset)
    }
}

/// The answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// This turn, for `GET /v1/turns/{id}` and logs.
    pub turn: String,
    /// The conversation.
    pub session: SessionId,
    /// What was heard; a PIN is masked with `•`.
    pub heard: Option<String>,
    /// How sure recognition and understanding are, 0 to 1.
    pub confidence: f32,
    /// What was understood; digits that were a PIN are left out.
    pub intent: Intent,
    /// What was decided, in the dialogue's own words: `confirming`, `placed`.
    pub decision: &'static str,
    /// What to say.
    pub speech: Speech,
    /// What to say when the shopper stays silent.
    pub reprompt: Option<Speech>,
    /// Whether an answer is awaited.
    pub listening: bool,
    /// What it is awaited to.
    pub awaits: Awaited,
    /// Whether the conversation is over.
    pub ended: bool,
    /// The order that this turn placed, changed or spoke of.
    pub order: Option<Order>,
    /// Stages in order, those of the channel first.
    pub stages: Vec<(&'static str, Duration)>,
}

impl Reply {
    /// One outside any conversation: nothing was understood, nothing is awaited.
    pub fn outside(
        turn: String,
        session: SessionId,
        stages: Vec<(&'static str, Duration)>,
        speech: Speech,
        decision: &'static str,
    ) -> Self {
        Self {
            turn,
            session,
            heard: None,
            confidence: 0.0,
            intent: Intent::bare(IntentName::NotUnderstood),
            decision,
            speech,
            reprompt: None,
            listening: false,
            awaits: Awaited::Nothing,
            ended: false,
            order: None,
            stages,
        }
    }
}

/// Decisions that others than the dialogue look at.
pub mod decision {
    /// Something failed; the dialogue says so too.
    pub const FAULT: &str = "fault";
    /// Another engine is at what was said before.
    pub const IN_WORK: &str = "in-work";
    /// The engine does not serve the shop.
    pub const UNKNOWN_SHOP: &str = "unknown-shop";
    /// The shop does not know the household.
    pub const UNKNOWN_HOUSEHOLD: &str = "unknown-household";
    /// After these another try may do better.
    pub const PASSING: [&str; 2] = [FAULT, IN_WORK];
}

/// What an answer is awaited to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Awaited {
    /// Nothing in particular.
    #[default]
    Nothing,
    /// "What would you like?"
    Product,
    /// "How many?"
    Quantity,
    /// "Which one?"
    Choice,
    /// "Which milk?"
    Option,
    /// "Which order?"
    Order,
    /// "Please say your PIN."
    Pin,
    /// "Shall I take this one?" A yes leads to a read-back at most.
    Agreement,
    /// A yes to what was read back: it is done then.
    Consent,
}

/// Something to say, still typed: the edge renders it for its listener.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Speech(pub Vec<Segment>);

impl Speech {
    /// Words without anything typed in them.
    pub fn plain(words: &str) -> Self {
        Self(vec![Segment::Text(words.to_owned())])
    }
}

/// A piece of speech.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// Words.
    Text(String),
    /// A silence.
    Pause(Duration),
    /// Digits to be read one by one.
    Digits(String),
    /// An amount.
    Money(Money),
    /// A day.
    Date(Date),
    /// The name of a product, a brand or a person.
    Name(String),
}
