//! What was chosen for a line: values of groups, and how many of each.

use serde::{Deserialize, Serialize};

use crate::commerce::{GroupId, ValueId};

/// One value that was chosen, and how many of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pick {
    group: GroupId,
    value: ValueId,
    count: u32,
}

impl Pick {
    /// The group.
    pub fn group(&self) -> &GroupId {
        &self.group
    }

    /// The value.
    pub fn value(&self) -> &ValueId {
        &self.value
    }

    /// How many, from 1.
    pub fn count(&self) -> u32 {
        self.count
    }
}

/// What was chosen for a line, in one order whatever the order of the words: two lines with the same
/// product and the same [`Chosen`] are one.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "Vec<Pick>", into = "Vec<Pick>")]
pub struct Chosen {
    picks: Vec<Pick>,
}

impl From<Vec<Pick>> for Chosen {
    fn from(picks: Vec<Pick>) -> Self {
        let mut chosen = Self::default();
        for pick in picks {
            chosen.set(&pick.group, &pick.value, pick.count);
        }
        chosen
    }
}

impl From<Chosen> for Vec<Pick> {
    fn from(chosen: Chosen) -> Self {
        chosen.picks
    }
}

impl Chosen {
    /// The most values on one line, whatever a shop declares.
    pub const MAX: usize = 16;

    /// Whether nothing was chosen.
    pub fn is_empty(&self) -> bool {
        self.picks.is_empty()
    }

    /// What was chosen.
    pub fn picks(&self) -> &[Pick] {
        &self.picks
    }

    /// How many of a value were chosen.
    pub fn count(&self, group: &GroupId, value: &ValueId) -> u32 {
        self.picks.iter().find(|p| &p.group == group && &p.value == value).map_or(0, |pick| pick.count)
    }

    /// Sets the count of a value; 0 takes it out. A value beyond [`Chosen::MAX`] is not taken.
    pub fn set(&mut self, group: &GroupId, value: &ValueId, count: u32) {
        self.picks.retain(|pick| &pick.group != group || &pick.value != value);
        if count > 0 && self.picks.len() < Self::MAX {
            self.picks.push(Pick { group: group.clone(), value: value.clone(), count });
            self.picks.sort();
        }
    }

    /// Takes everything of a group out.
    pub fn clear(&mut self, group: &GroupId) {
        self.picks.retain(|pick| &pick.group != group);
    }
}
