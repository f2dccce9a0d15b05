//! The request's envelope: only what is read of it. Other properties are passed over, as Amazon
//! adds some now and then.

use std::collections::BTreeMap;

use serde::{Deserialize, de::IgnoredAny};

use super::screen::INTERFACE;

/// The largest request, in bytes.
pub const MAX_BODY: usize = 128 * 1024;

/// A request of Alexa.
#[derive(Deserialize)]
pub struct Envelope {
    /// The conversation; some requests belong to none.
    pub session: Option<Session>,
    /// The device and the skill.
    pub context: Context,
    /// What happened.
    pub request: Request,
}

/// A conversation as Amazon names it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Its identifier.
    pub session_id: String,
    /// The skill that it is held with.
    pub application: Option<Application>,
    /// Who holds it.
    pub user: Option<User>,
}

/// Who speaks, as Amazon knows them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// What our own authorization server gave Amazon for an account that was linked.
    access_token: Option<String>,
}

/// The device and the skill.
#[derive(Deserialize)]
pub struct Context {
    /// What every request has.
    #[serde(rename = "System")]
    pub system: System,
}

/// The skill that is spoken to.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct System {
    /// The skill.
    pub application: Application,
    /// Who speaks.
    pub user: Option<User>,
    /// What is spoken to.
    device: Option<Device>,
    /// Where Amazon can be told something about this request, and the leave to do so.
    pub(super) api_endpoint: Option<String>,
    pub(super) api_access_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Device {
    #[serde(default)]
    supported_interfaces: BTreeMap<String, IgnoredAny>,
}

/// A skill as Amazon names it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Application {
    /// `amzn1.ask.skill.…`
    pub application_id: String,
}

/// What happened.
#[derive(Deserialize)]
pub struct Request {
    /// `LaunchRequest`, `IntentRequest` and so on.
    #[serde(rename = "type")]
    pub kind: String,
    /// Amazon's identifier of it.
    #[serde(rename = "requestId")]
    pub request_id: Option<String>,
    /// When Amazon sent it, as RFC 3339.
    pub timestamp: String,
    /// BCP 47.
    pub locale: Option<String>,
    /// What was understood; only an `IntentRequest` and a `CanFulfillIntentRequest` have one.
    pub intent: Option<PlatformIntent>,
    /// `STARTED`, `IN_PROGRESS` or `COMPLETED`, where the intent has a dialog model.
    #[serde(rename = "dialogState")]
    pub dialog_state: Option<String>,
}

/// An intent of the skill's interaction model.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlatformIntent {
    /// Its name in the model.
    pub name: String,
    /// Its slots by their names.
    pub slots: Option<BTreeMap<String, Slot>>,
    pub(super) confirmation_status: Option<String>,
}

/// A slot, filled or not.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Slot {
    pub(super) value: Option<String>,
    pub(super) confirmation_status: Option<String>,
    resolutions: Option<Resolutions>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Resolutions {
    #[serde(default)]
    resolutions_per_authority: Vec<Authority>,
}

#[derive(Deserialize)]
struct Authority {
    status: Status,
    #[serde(default)]
    values: Vec<Resolved>,
}

#[derive(Deserialize)]
struct Status {
    code: String,
}

#[derive(Deserialize)]
struct Resolved {
    value: Entity,
}

#[derive(Deserialize)]
struct Entity {
    name: String,
}

impl Envelope {
    /// `None` for what is no envelope. serde_json itself refuses what is nested deeper than 128.
    pub fn parse(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }

    /// The token of a linked account. That of the context counts; requests without one have it in the session.
    pub fn access_token(&self) -> Option<&str> {
        let in_session = || self.session.as_ref()?.user.as_ref()?.access_token.as_deref();
        self.context.system.user.as_ref().and_then(|user| user.access_token.as_deref()).or_else(in_session)
    }

    /// Whether the device can show something.
    pub fn has_screen(&self) -> bool {
        self.context.system.device.as_ref().is_some_and(|d| d.supported_interfaces.contains_key(INTERFACE))
    }
}

impl Request {
    /// Whether it tells what became of the skill in somebody's account, rather than what was said.
    pub fn is_event(&self) -> bool {
        self.kind.starts_with("AlexaSkillEvent.")
    }
}

impl Slot {
    /// The value of the skill's own list that was recognised, else the words; `None` when the slot is
    /// empty or holds Alexa's "?", which stands for words that are no number.
    pub fn meant(&self) -> Option<&str> {
        let authorities = self.resolutions.iter().flat_map(|all| &all.resolutions_per_authority);
        let matched = authorities.filter(|one| one.status.code == "ER_SUCCESS_MATCH");
        let name = matched.flat_map(|one| &one.values).map(|one| one.value.name.as_str()).next();
        name.or(self.value.as_deref()).map(str::trim).filter(|text| !text.is_empty() && *text != "?")
    }
}
