//! Which brands are served, and what is set for each.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::{
    SettingsError,
    google::{self, OnGoogle, RawOnGoogle},
    keys::Blame,
    linking::{self, LinkClient, RawLinking},
    sections::check_token,
};

/// The most skills of one server.
pub const MAX_SKILLS: usize = 1_000;

/// The brand that comes along is served when none is named.
const DEFAULT: &str = "household";

/// `[skill.ID]`, not yet checked.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawOfSkill {
    household: Option<String>,
    token: Option<String>,
    max_in_flight: Option<u32>,
    alexa_application_id: Option<String>,
    alexa_household: Option<String>,
    dialogflow: Option<RawOnGoogle>,
    actions: Option<RawOnGoogle>,
    linking: Option<RawLinking>,
}

/// What is set for one skill.
#[derive(Debug, Clone, Default)]
pub struct OfSkill {
    /// Who speaks to it when a request does not say; without it the skill's first household.
    pub household: Option<String>,
    /// A bearer token that opens this skill and nothing else.
    pub token: Option<SecretString>,
    /// Turns of this skill at work at the same time; without it `http.max_in_flight` alone decides.
    pub max_in_flight: Option<usize>,
    /// The skill on Alexa.
    pub alexa: Option<OnAlexa>,
    /// The skill on Dialogflow, CX or ES.
    pub dialogflow: Option<OnGoogle>,
    /// The skill on Actions Builder.
    pub actions: Option<OnGoogle>,
    /// The platforms that may link accounts to its households; empty where none may.
    pub linking: Vec<LinkClient>,
}

/// A skill on Alexa.
#[derive(Debug, Clone)]
pub struct OnAlexa {
    /// `amzn1.ask.skill.…`
    pub application_id: String,
    /// The household for which everybody speaks who opens the skill there; without it everybody speaks
    /// for the household that their account is linked to.
    pub household: Option<String>,
}

/// The brand that commands are about, and all that are served. A `shop` that is not in the list
/// is served too, so that a list that is added to older settings takes nothing away.
pub(super) fn served(
    shop: Option<String>,
    skills: Vec<String>,
    blame: &Blame<'_>,
) -> Result<(String, Vec<String>), SettingsError> {
    let empty = |text: &String| text.trim().is_empty();
    if shop.as_ref().is_some_and(empty) {
        return Err(blame.bad("shop", "name a brand's folder, such as \"household\""));
    }
    if skills.iter().any(empty) {
        return Err(blame.bad("skills", "name brands' folders, such as [\"household\"]"));
    }
    let mut all: Vec<String> = Vec::new();
    let first = shop.clone().filter(|shop| !skills.contains(shop));
    for name in first.into_iter().chain(skills) {
        if all.contains(&name) {
            return Err(blame.bad("skills", &format!("{name} is there twice")));
        }
        all.push(name);
    }
    if all.len() > MAX_SKILLS {
        return Err(blame.bad("skills", &format!("there are more than {MAX_SKILLS}")));
    }
    if all.is_empty() {
        all.push(DEFAULT.to_owned());
    }
    Ok((shop.unwrap_or_else(|| all[0].clone()), all))
}

/// The tables `[skill.ID]`.
pub(super) fn check(
    raw: BTreeMap<String, RawOfSkill>,
    blame: &Blame<'_>,
) -> Result<BTreeMap<String, OfSkill>, SettingsError> {
    let mut checked: BTreeMap<String, OfSkill> = BTreeMap::new();
    for (id, raw) in raw {
        let token = raw.token.map(SecretString::from);
        if let Some(token) = &token {
            let key = format!("skill.{id}.token");
            check_token(&key, token, blame)?;
            let same = |other: &OfSkill| {
                other.token.as_ref().is_some_and(|other| other.expose_secret() == token.expose_secret())
            };
            if checked.values().any(same) {
                return Err(blame.bad(&key, "another skill has the same; each needs its own"));
            }
        }
        let max_in_flight = match raw.max_in_flight {
            None => None,
            Some(n @ 1..=10_000) => Some(n as usize),
            Some(_) => {
                let key = format!("skill.{id}.max_in_flight");
                return Err(blame.bad(&key, "a number from 1 to 10000 is needed"));
            }
        };
        let linking =
            raw.linking.map(|raw| linking::check(&format!("skill.{id}.linking"), raw, blame)).transpose()?;
        let linking = linking.unwrap_or_default();
        let alexa = on_alexa(&id, (raw.alexa_application_id, raw.alexa_household), &linking, blame)?;
        let on_google = |name: &str, raw: Option<RawOnGoogle>| {
            raw.map(|raw| google::check(&format!("skill.{id}.{name}"), raw, !linking.is_empty(), blame))
                .transpose()
        };
        let dialogflow = on_google("dialogflow", raw.dialogflow)?;
        let actions = on_google("actions", raw.actions)?;
        let household = raw.household;
        checked.insert(id, OfSkill { household, token, max_in_flight, alexa, dialogflow, actions, linking });
    }
    Ok(checked)
}

/// Who speaks on Alexa is set, or told by linked accounts, and never both.
fn on_alexa(
    id: &str,
    set: (Option<String>, Option<String>),
    linking: &[LinkClient],
    blame: &Blame<'_>,
) -> Result<Option<OnAlexa>, SettingsError> {
    let (application_id, household) = match set {
        (None, None) => return Ok(None),
        (Some(id), household) if id.starts_with("amzn1.") => (id, household),
        _ => {
            let key = format!("skill.{id}.alexa_application_id");
            return Err(blame.bad(&key, "the skill's identifier, amzn1.ask.skill.…, is needed"));
        }
    };
    let problem = match (&household, linking.is_empty()) {
        (None, true) => {
            "who speaks is needed: `alexa_household`, or `[skill.ID.linking]` so that accounts say it"
        }
        (Some(_), false) => "accounts are linked, so nobody speaks for a household that is set; remove this",
        _ => return Ok(Some(OnAlexa { application_id, household })),
    };
    Err(blame.bad(&format!("skill.{id}.alexa_household"), problem))
}
