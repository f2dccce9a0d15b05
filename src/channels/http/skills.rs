//! The skills of a server: which one a request is for, and what is its own.

use std::{collections::BTreeMap, sync::Arc};

use axum::http::StatusCode;
use secrecy::SecretString;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{SkillOptions, body::Room, error::ApiError, metrics, replies::Replies};
use crate::{
    channels::{
        alexa::AlexaSkill,
        dialogflow::Agent,
        link::{Attempts, Linked},
    },
    commerce::{HouseholdId, ShopId},
};

/// Every skill by its identifier.
#[derive(Debug)]
pub struct Skills(BTreeMap<String, Arc<Skill>>);

/// What is a skill's own.
#[derive(Debug)]
pub struct Skill {
    /// Its shop.
    pub shop: ShopId,
    /// Who speaks when a request does not say.
    pub household: HouseholdId,
    /// A token that opens this skill alone.
    pub token: Option<SecretString>,
    /// How it is reached from Alexa, if it is.
    pub alexa: Option<Arc<AlexaSkill>>,
    /// How it is reached from Dialogflow, if it is.
    pub dialogflow: Option<Agent>,
    /// How it is reached from Actions Builder, if it is.
    pub actions: Option<Agent>,
    /// How accounts are linked to its households, if they are.
    pub linking: Option<Arc<Linked>>,
    /// How often linking codes were tried.
    pub attempts: Attempts,
    /// For its recordings that are on their way.
    pub room: Room,
    /// Its recent replies.
    pub replies: Replies,
    /// Its share of the open streams.
    pub streams: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

impl Skills {
    /// The skills of these options; one without a bound of its own may have `most` turns at work. Of so many `streams`
    /// each has as many for itself as any other.
    pub fn new(options: &[SkillOptions], most: usize, streams: usize) -> Self {
        let share = (streams / options.len().max(1)).max(1);
        let skill = |own: &SkillOptions| {
            let turns = own.max_in_flight.unwrap_or(most);
            Skill {
                shop: own.shop.clone(),
                household: own.household.clone(),
                token: own.token.clone(),
                alexa: own.alexa.clone().map(Arc::new),
                dialogflow: own.dialogflow.clone(),
                actions: own.actions.clone(),
                linking: own.linking.clone().map(Arc::new),
                attempts: Attempts::default(),
                room: Room::of_turns(turns),
                replies: Replies::of_skills(options.len()),
                streams: Arc::new(Semaphore::new(share)),
                turns: Arc::new(Semaphore::new(turns)),
            }
        };
        Self(options.iter().map(|one| (one.shop.to_string(), Arc::new(skill(one)))).collect())
    }

    /// The skill of that identifier.
    pub fn find(&self, id: &str) -> Option<&Arc<Skill>> {
        self.0.get(id)
    }

    /// The skill of a server that has only one.
    pub fn only(&self) -> Option<&Arc<Skill>> {
        self.0.values().next().filter(|_| self.0.len() == 1)
    }

    /// The skill that an address names, or the only one.
    ///
    /// # Errors
    /// 404 for a name that no skill has, 400 when there are several and none is named.
    pub fn asked(&self, id: Option<&str>) -> Result<Arc<Skill>, ApiError> {
        let unknown = || ApiError::new(StatusCode::NOT_FOUND, "unknown_skill", "there is no such skill here");
        let unnamed = || {
            let message = "several skills are served here; ask /v1/skills/SKILL/turns";
            ApiError::bad("skill_missing", message)
        };
        match id {
            Some(id) => self.find(id).cloned().ok_or_else(unknown),
            None => self.only().cloned().ok_or_else(unnamed),
        }
    }
}

impl Skill {
    /// A seat for one more turn of this skill.
    ///
    /// # Errors
    /// 503 when all are taken.
    pub fn seat(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        self.turns.clone().try_acquire_owned().map_err(|_| {
            metrics::count_shed();
            ApiError::busy("too many turns of this skill are at work; ask again in a second")
        })
    }
}
