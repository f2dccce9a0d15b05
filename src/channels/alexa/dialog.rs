//! Alexa's dialogs: what a request says of the one that it belongs to, and the directives that lead it on.
//!
//! Facts: Amazon's "Dialog Interface Reference" and "Delegate the Dialog to Alexa". Only intents with a dialog model
//! have a `dialogState`; for others no directive is sent, and the question is asked by its words alone.

use serde_json::{Map, Value, json};

use super::envelope::{Envelope, PlatformIntent, Slot};
use crate::{
    turn::{Awaited, Reply},
    understanding::platform::{ANSWER_PLACES, PLACES},
};

/// The largest intent that is sent back, in bytes.
const MAX_INTENT: usize = 3 * 1024;

/// The place of the thing that is wanted.
const THING: &str = "item";

/// A dialog that Alexa holds about an intent.
pub struct Dialog {
    name: String,
    /// The slots with their values, as they came.
    slots: Vec<(String, Option<String>)>,
    /// Whether more is to come before Alexa takes the dialog for complete.
    open: bool,
    /// Whether a yes or a no was given, which would stay.
    settled: bool,
}

impl Dialog {
    /// The dialog of a request; `None` where the intent has no dialog model.
    pub fn of(envelope: &Envelope) -> Option<Self> {
        let (intent, state) = (envelope.request.intent.as_ref()?, envelope.request.dialog_state.as_deref()?);
        let slots = intent.slots.iter().flatten();
        Some(Self {
            name: intent.name.clone(),
            slots: slots.map(|(name, slot)| (name.clone(), slot.value.clone())).collect(),
            open: state != "COMPLETED",
            settled: intent.agreed().is_some()
                || intent.slots.iter().flatten().any(|(_, s)| s.agreed().is_some()),
        })
    }

    /// The directive with which the open question of a reply is asked, if there is one for it.
    pub(super) fn directive(&self, reply: &Reply) -> Option<Value> {
        let directive = |kind: &str| json!({ "type": format!("Dialog.{kind}") });
        let has = |name: &&&str| self.slots.iter().any(|(slot, _)| slot == **name);
        let elicit = |names: &[&str]| {
            let mut directive = directive("ElicitSlot");
            directive["slotToElicit"] = (*names.iter().find(has)?).into();
            Some(directive)
        };
        let mut directive = match reply.awaits {
            Awaited::Nothing => None,
            Awaited::Product if self.delegates(reply) => Some(directive("Delegate")),
            Awaited::Product => elicit(&[THING]),
            Awaited::Quantity => elicit(&["quantity"]),
            Awaited::Option => elicit(&["option", THING]),
            Awaited::Choice => elicit(&[THING, "description", "size", "ordinal"]),
            Awaited::Order => elicit(&["order_number"]),
            Awaited::Pin => elicit(&["digits"]),
            Awaited::Consent => Some(directive("ConfirmIntent")),
            Awaited::Agreement => self.filled(THING).then(|| {
                let mut directive = directive("ConfirmSlot");
                directive["slotToConfirm"] = THING.into();
                directive
            }),
        }?;
        let anew = self.settled.then(|| self.anew()).filter(|anew| anew.to_string().len() <= MAX_INTENT);
        if let Some(anew) = anew {
            directive["updatedIntent"] = anew;
        }
        Some(directive)
    }

    /// Whether Alexa asks for the thing itself: the shop has nothing else to say, and the dialog model goes on.
    pub(super) fn delegates(&self, reply: &Reply) -> bool {
        let only_asks = reply.reprompt.as_ref() == Some(&reply.speech) && reply.order.is_none();
        let empty = self.slots.iter().any(|(name, value)| name == THING && value.is_none());
        let waits = reply.listening && !reply.ended && reply.awaits == Awaited::Product;
        waits && self.open && empty && only_asks
    }

    fn filled(&self, name: &str) -> bool {
        self.slots.iter().any(|(slot, value)| slot == name && value.is_some())
    }

    /// The intent as it is, but with no yes or no given to any of it.
    fn anew(&self) -> Value {
        let slot = |(name, value): &(String, Option<String>)| {
            let mut slot = json!({ "name": name, "confirmationStatus": "NONE" });
            if let Some(value) = value {
                slot["value"] = value.as_str().into();
            }
            (name.clone(), slot)
        };
        let slots: Map<_, _> = self.slots.iter().map(slot).collect();
        json!({ "name": self.name, "confirmationStatus": "NONE", "slots": slots })
    }
}

impl PlatformIntent {
    /// Alexa's yes or no to the whole.
    pub(super) fn agreed(&self) -> Option<bool> {
        agreed(self.confirmation_status.as_deref())
    }

    /// What is filled, in the order in which an answer is said.
    pub(super) fn filled(&self) -> Vec<(&str, &Slot)> {
        let names = PLACES.iter().map(|(name, _)| *name).filter(|name| !ANSWER_PLACES.contains(name));
        let slot = |name| self.slots.as_ref()?.get(name).map(|slot| (name, slot));
        ANSWER_PLACES
            .into_iter()
            .chain(names)
            .filter_map(slot)
            .filter(|(_, slot)| slot.meant().is_some())
            .collect()
    }
}

impl Slot {
    /// Alexa's yes or no to this slot.
    pub(super) fn agreed(&self) -> Option<bool> {
        agreed(self.confirmation_status.as_deref())
    }
}

fn agreed(status: Option<&str>) -> Option<bool> {
    match status? {
        "CONFIRMED" => Some(true),
        "DENIED" => Some(false),
        _ => None,
    }
}
