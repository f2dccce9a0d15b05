//! `[alexa]`: what is the same for every skill on Alexa.

use std::{path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};

use super::{SettingsError, keys::Blame};

/// Alexa waits no longer than that for an answer, in milliseconds.
const MAX_PROGRESS: u32 = 8_000;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawAlexa {
    roots: Option<PathBuf>,
    progress_ms: Option<u32>,
    api: Option<String>,
}

/// What is the same for every skill on Alexa.
#[derive(Debug, Clone)]
pub struct Alexa {
    /// The PEM file of the roots that sign its requests; without it the system's store.
    pub roots: Option<PathBuf>,
    /// How long a turn may take before the shopper is told so; `None`: they are never told.
    pub progress: Option<Duration>,
    /// An address to tell it besides Amazon's.
    pub api: Option<String>,
}

impl Alexa {
    pub(super) fn check(raw: RawAlexa, blame: &Blame<'_>) -> Result<Self, SettingsError> {
        let progress = match raw.progress_ms.unwrap_or(1_000) {
            0 => None,
            ms @ 1..=MAX_PROGRESS => Some(Duration::from_millis(ms.into())),
            _ => {
                let problem = format!("a number from 0 (never) to {MAX_PROGRESS} is needed");
                return Err(blame.bad("alexa.progress_ms", &problem));
            }
        };
        Ok(Self { roots: raw.roots, progress, api: raw.api })
    }
}
