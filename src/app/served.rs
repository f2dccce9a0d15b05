//! Which skills are served together, and what is set for each of them.

use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, bail};
use axum::http::HeaderName;
use secrecy::SecretString;

use super::{Served, load_named, parallel};
use crate::{
    channels::{
        alexa::{self, AlexaSkill, AmazonStore, Progress, SystemTimer, Verifier},
        dialogflow::{self, Agent, GoogleKeys, Proof, Tokens, Wanted},
        http::SkillOptions,
        link::{Client, Linked},
    },
    commerce::{ClientId, HouseholdId, system::SystemClock},
    config::{LinkClient, OfSkill, OnAlexa, OnGoogle, Settings},
    skill::{Language, Skill},
};

/// Every skill of the settings, the one that commands are about first.
///
/// # Errors
/// A skill that cannot be loaded, two of one identifier, or settings for one that is not served.
pub fn load_skills(settings: &Settings) -> Result<Vec<Skill>> {
    let load = |name: &String| {
        let key = if name == settings.shop() { "shop" } else { "skills" };
        load_named(settings, name, key)
    };
    let loaded = parallel::map(settings.skills(), load);
    let mut skills = Vec::<Skill>::new();
    for (name, skill) in settings.skills().iter().zip(loaded) {
        let skill = skill?;
        if skills.iter().any(|other| other.id == skill.id) {
            bail!("setting `skills`: {name} has the identifier {}, which another has too", skill.id);
        }
        match name == settings.shop() {
            true => skills.insert(0, skill),
            false => skills.push(skill),
        }
    }
    let unknown = settings.of_skill().keys().find(|id| !skills.iter().any(|s| s.id.as_str() == *id));
    if let Some(id) = unknown {
        let known = skills.iter().map(|skill| skill.id.as_str()).collect::<Vec<_>>().join(", ");
        bail!("setting `skill.{id}`: there is no such skill; served are {known}");
    }
    Ok(skills)
}

/// The skill with the household that speaks when nobody says who: its own of the settings, that
/// of all, or its first.
///
/// # Errors
/// When there is none, or the name is no identifier.
pub(super) fn of(settings: &Settings, skill: &Skill) -> Result<Served> {
    let shop = skill.id.clone();
    let own = settings.of_skill().get(shop.as_str()).and_then(|of| of.household.as_deref());
    let anybody = match (own, settings.household(), skill.households.first()) {
        (Some(named), ..) => {
            HouseholdId::new(named).with_context(|| format!("setting `skill.{shop}.household`"))?
        }
        (None, Some(named), _) => HouseholdId::new(named).context("setting `household`")?,
        (None, None, Some(first)) => first.id.clone(),
        (None, None, None) => bail!(
            "setting `household` or `skill.{shop}.household`: this shop has no sample household, so name one"
        ),
    };
    let locales = skill.languages.iter().map(|language| language.locale.clone()).collect();
    let say = |key: &str| {
        let say = |language: &Language| (language.locale.clone(), language.phrasebook.plain(key));
        skill.languages.iter().map(say).collect()
    };
    let (unlinked, meanwhile) = (say("link-account"), say("one-moment"));
    Ok(Served { shop, anybody, title: skill.name.clone(), locales, unlinked, meanwhile })
}

/// How a skill is served over HTTP.
pub(super) fn options(settings: &Settings, served: &Served) -> Result<SkillOptions> {
    let of = settings.of_skill().get(served.shop.as_str());
    let OfSkill { token, max_in_flight, alexa, dialogflow, actions, linking, .. } =
        of.cloned().unwrap_or_default();
    let (shop, household) = (served.shop.clone(), served.anybody.clone());
    let alexa = alexa.map(|on| on_alexa(&on, served)).transpose()?;
    let on_google = |on: Option<OnGoogle>, name| on.map(|on| agent(on, name, served)).transpose();
    let dialogflow = on_google(dialogflow, "dialogflow")?;
    let actions = on_google(actions, "actions")?;
    let linking = linked(settings, served, linking)?;
    Ok(SkillOptions { shop, household, token, max_in_flight, alexa, dialogflow, actions, linking })
}

fn agent(on: OnGoogle, section: &str, served: &Served) -> Result<Agent> {
    let key = |name: &str| format!("setting `skill.{}.{section}.{name}`", served.shop);
    let household =
        on.household.as_ref().map(HouseholdId::new).transpose().with_context(|| key("household"))?;
    let header = |(name, secret): (String, SecretString)| {
        HeaderName::try_from(name).map(|name| (name, secret)).with_context(|| key("header"))
    };
    let email = on.email;
    let proof = Proof {
        token: on.audience.map(|audience| Wanted { audience, email }),
        secret: on.header.map(header).transpose()?,
        basic: on.basic,
    };
    Ok(Agent { household, link_scene: on.link_scene, proof })
}

fn on_alexa(on: &OnAlexa, served: &Served) -> Result<AlexaSkill> {
    let household = on.household.as_ref().map(HouseholdId::new).transpose();
    let household = household.with_context(|| format!("setting `skill.{}.alexa_household`", served.shop))?;
    let (title, meanwhile) = (served.title.clone(), served.meanwhile.clone());
    Ok(AlexaSkill { application_id: on.application_id.clone(), household, title, meanwhile })
}

/// The authorization server of a skill, where the settings name clients of it.
fn linked(settings: &Settings, served: &Served, clients: Vec<LinkClient>) -> Result<Option<Linked>> {
    let Some(url) = settings.http().public_url.as_deref().filter(|_| !clients.is_empty()) else {
        return Ok(None);
    };
    let client = |client: LinkClient| {
        let id = ClientId::new(&client.id)
            .with_context(|| format!("setting `skill.{}.linking.clients.{}`", served.shop, client.id))?;
        let LinkClient { name, secret, redirect_uris, refresh_overlap, .. } = client;
        Ok(Client { id, name, secret, redirect_uris, refresh_overlap })
    };
    Ok(Some(Linked {
        issuer: format!("{url}/link/{}", served.shop),
        title: served.title.clone(),
        clients: clients.into_iter().map(client).collect::<Result<_>>()?,
        unlinked: served.unlinked.clone(),
    }))
}

/// Proves requests of Alexa, when a skill is there.
///
/// # Errors
/// There are no roots to trust.
pub(super) fn verifier(settings: &Settings) -> Result<Option<Arc<Verifier>>> {
    if settings.of_skill().values().all(|of| of.alexa.is_none()) {
        return Ok(None);
    }
    let roots = alexa::read_roots(settings.alexa().roots.as_deref())
        .map_err(|problem| anyhow!("setting `alexa.roots`: {problem}"))?;
    let store = Arc::new(AmazonStore::new()?);
    Ok(Some(Arc::new(Verifier::new(roots, store, Arc::new(SystemClock)))))
}

/// Tells Alexa's shoppers that a turn takes long, when a skill is there.
///
/// # Errors
/// The owner's address for it is none.
pub(super) fn progress(settings: &Settings) -> Result<Option<Arc<Progress>>> {
    let alexa = settings.alexa();
    let Some(after) = alexa.progress.filter(|_| settings.of_skill().values().any(|of| of.alexa.is_some()))
    else {
        return Ok(None);
    };
    let progress = Progress::new(after, alexa.api.as_deref(), Arc::new(SystemTimer))
        .map_err(|problem| anyhow!("setting `alexa.api`: {problem}"))?;
    Ok(Some(Arc::new(progress)))
}

/// Proves tokens of Google, when a skill wants some.
///
/// # Errors
/// The address of the keys is none.
pub(super) fn tokens(settings: &Settings) -> Result<Option<Arc<Tokens>>> {
    let wants = |on: &Option<OnGoogle>| on.as_ref().is_some_and(|on| on.audience.is_some());
    if !settings.of_skill().values().any(|of| wants(&of.dialogflow) || wants(&of.actions)) {
        return Ok(None);
    }
    let url = settings.google_keys().unwrap_or(dialogflow::KEYS);
    let keys = GoogleKeys::new(url).map_err(|problem| anyhow!("setting `google.keys`: {problem}"))?;
    Ok(Some(Arc::new(Tokens::new(Arc::new(keys), Arc::new(SystemClock)))))
}
