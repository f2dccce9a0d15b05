//! Which skills are served together, and what is set for each of them.

use anyhow::{Context as _, Result, bail};

use super::{Served, load_named};
use crate::{
    channels::http::SkillOptions,
    commerce::HouseholdId,
    config::{OfSkill, Settings},
    skill::Skill,
};

/// Every skill of the settings, the one that commands are about first.
///
/// # Errors
/// A skill that cannot be loaded, two of one identifier, or settings for one that is not served.
pub fn load_skills(settings: &Settings) -> Result<Vec<Skill>> {
    let mut skills: Vec<Skill> = Vec::new();
    for name in settings.skills() {
        let key = if name == settings.shop() { "shop" } else { "skills" };
        let skill = load_named(settings, name, key)?;
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
    Ok(Served { shop, anybody })
}

/// How a skill is served over HTTP.
pub(super) fn options(settings: &Settings, served: &Served) -> SkillOptions {
    let of = settings.of_skill().get(served.shop.as_str());
    let OfSkill { token, max_in_flight, .. } = of.cloned().unwrap_or_default();
    SkillOptions { shop: served.shop.clone(), household: served.anybody.clone(), token, max_in_flight }
}
