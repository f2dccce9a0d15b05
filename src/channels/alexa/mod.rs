//! Alexa custom skills: the envelope, the proof that Amazon sent it, and the answer.
//!
//! Facts: Amazon's "Request and Response JSON Reference" and "Host a Custom Skill as a Web Service".
//!
//! Invariant: nothing of a request is run before [`Verifier::verify`] accepted it, and why one
//! was refused is counted here and never told to its sender. The conversation is kept by the server: no session attribute is
//! sent, and none that comes is read, so whoever alters them changes nothing.

mod answer;
mod chain;
mod dialog;
mod envelope;
mod input;
mod progress;
mod screen;
mod verify;

pub use answer::{answer, can_fulfill, goodbye, link_account, nothing};
pub use chain::{AmazonStore, FetchChain, FetchFault, read_roots};
pub use dialog::Dialog;
pub use envelope::{Envelope, MAX_BODY};
pub use input::{Asked, asked};
pub use progress::{Progress, ProgressFault, SystemTimer, Timer};
pub use verify::{Refused, Verifier};

use crate::{commerce::HouseholdId, turn::Speech};

/// How one skill is reached from Alexa.
#[derive(Debug, Clone)]
pub struct AlexaSkill {
    /// The identifier that Amazon gave the skill: `amzn1.ask.skill.…`.
    pub application_id: String,
    /// Who speaks, whoever opens the skill; without it, the household that their account is linked to.
    pub household: Option<HouseholdId>,
    /// The shop's name in writing, for the title of a card.
    pub title: String,
    /// What is said while a turn takes long, by locale; empty: nothing.
    pub meanwhile: Vec<(String, Speech)>,
}
