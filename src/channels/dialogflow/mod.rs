//! Google's ways in: Dialogflow CX, Dialogflow ES and Actions Builder (which Google ended for shoppers in June
//! 2023, and whose format some tools still speak).
//!
//! Facts: `google/cloud/dialogflow/cx/v3/webhook.proto` and `response_message.proto`,
//! `google/cloud/dialogflow/v2/webhook.proto` and `context.proto`, the JSON form of proto3, and the reference of
//! Actions Builder's `HandlerRequest` and `HandlerResponse`.
//!
//! Invariants: nothing of a request is run before [`Proof::check`] accepted its sender, and why one was refused is
//! counted here and never told. A yes or a PIN is taken from the shopper's words only: no tag, event or intent's
//! name is one.

mod actions;
mod cx;
mod es;
mod guess;
mod keys;
mod proof;
mod proto;
mod token;
mod value;

use axum::http::HeaderMap;
use serde_json::{Value, json};

pub use keys::{FetchFault, FetchKeys, Fetched, GoogleKeys, KeySet};
pub use proof::{Agent, Proof, Refused};
pub use token::{Tokens, Wanted};

use crate::{
    channels::platform,
    commerce::SessionId,
    turn::{Input, Reply},
};

/// The largest request, in bytes.
pub const MAX_BODY: usize = 128 * 1024;

/// The address of Google's keys.
pub const KEYS: &str = "https://www.googleapis.com/oauth2/v3/certs";

/// Which of Google's formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Dialogflow CX.
    Cx,
    /// Dialogflow ES.
    Es,
    /// Actions Builder.
    Actions,
}

impl Format {
    /// For figures, logs and the names of conversations.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cx => "dialogflow-cx",
            Self::Es => "dialogflow-es",
            Self::Actions => "actions",
        }
    }

    /// The token of a linked account, where the platform sends it beside the body: Actions Builder does.
    pub fn account(self, headers: &HeaderMap) -> Option<&str> {
        (self == Self::Actions).then(|| proof::account(headers)).flatten()
    }

    /// What a request asks; `None` for what is no request of this format.
    pub fn read(self, body: &[u8]) -> Option<Asked> {
        let text = std::str::from_utf8(body).ok()?;
        let parts = match self {
            Self::Cx => cx::read(text),
            Self::Es => es::read(text),
            Self::Actions => actions::read(text),
        }?;
        let session = platform::session(self.name(), &parts.session).ok()?;
        let locale = platform::locale(parts.locale);
        let account = parts.account.filter(|token| !token.is_empty());
        Some(Asked { session, request: parts.request, locale, account, input: parts.input, back: parts.back })
    }
}

/// A request, read and checked.
pub struct Asked {
    /// The conversation.
    pub session: SessionId,
    /// The platform's identifier of what the shopper said: one turn, however often it is sent.
    pub request: Option<String>,
    /// BCP 47.
    pub locale: Option<String>,
    /// The token of a linked account, where the body has one.
    pub account: Option<String>,
    /// What was said.
    pub input: Input,
    back: Back,
}

impl Asked {
    /// What it takes to answer, for when the rest was given away.
    pub fn into_parts(self) -> (Input, Back) {
        (self.input, self.back)
    }
}

/// What a format's reader found.
struct Parts {
    session: String,
    request: Option<String>,
    locale: Option<String>,
    account: Option<String>,
    input: Input,
    back: Back,
}

/// The token of a linked account in what the client of an agent sent along, which may be anything: Google's Assistant
/// has it in `user.accessToken`.
fn account(payload: Option<Value>) -> Option<String> {
    payload?.get("user")?.get("accessToken")?.as_str().map(str::to_owned)
}

/// What of a request its answer needs.
#[derive(Debug)]
pub enum Back {
    /// Dialogflow CX.
    Cx(cx::Back),
    /// Dialogflow ES.
    Es(es::Back),
    /// Actions Builder.
    Actions(actions::Back),
}

impl Back {
    /// The reply of the engine in the platform's format, worded for a locale.
    pub fn answer(self, reply: &Reply, locale: &str) -> Value {
        match self {
            Self::Cx(back) => cx::answer(back, reply, locale),
            Self::Es(back) => es::answer(back, reply, locale),
            Self::Actions(back) => actions::answer(back, reply, locale),
        }
    }
}

impl Back {
    /// The same for somebody who has no account linked yet, with what makes the platform link one: the sign-in
    /// helper of Google's Assistant where ES speaks for it, a scene of the project in Actions Builder.
    pub fn unlinked(self, reply: &Reply, scene: Option<&str>, locale: &str) -> Value {
        let (assistant, actions) =
            (matches!(&self, Self::Es(back) if back.is_assistants()), matches!(&self, Self::Actions(_)));
        let mut answer = self.answer(reply, locale);
        if assistant {
            let google = &mut answer["payload"]["google"];
            google["expectUserResponse"] = true.into();
            google["systemIntent"] = json!({
                "intent": "actions.intent.SIGN_IN",
                "data": { "@type": "type.googleapis.com/google.actions.v2.SignInValueSpec" },
            });
        }
        if let Some(scene) = scene.filter(|_| actions) {
            answer["scene"]["next"] = json!({ "name": scene });
        }
        answer
    }
}

/// What the engine decided, for a flow to branch on: `sayso_decision`, `sayso_listening`, `sayso_ended` and, when an
/// order was spoken of, `sayso_order_number`; without one that is `null`, which takes an older one away.
fn decided(reply: &Reply) -> [(&'static str, Value); 4] {
    let number = reply.order.as_ref().map(|order| order.number.to_string());
    [
        ("sayso_decision", reply.decision.into()),
        ("sayso_listening", (reply.listening && !reply.ended).into()),
        ("sayso_ended", reply.ended.into()),
        ("sayso_order_number", number.into()),
    ]
}
