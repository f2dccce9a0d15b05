//! Settings: built-in defaults, then `sayso.toml`, then `SAYSO_*` of the environment, then flags;
//! the later wins. What comes out is checked, and secrets are wrapped so that no log shows them.
//!
//! An error names the key, where it was set, and how to mend it. A key that does not exist is an
//! error, so that a typing mistake is not a default in disguise.

mod alexa;
mod google;
mod keys;
mod linking;
mod sections;
mod skills;
mod wyoming;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use etcetera::BaseStrategy;
use figment::{
    Figment,
    providers::{Format, Serialized, Toml},
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

pub use alexa::Alexa;
use alexa::RawAlexa;
pub use google::OnGoogle;
pub use keys::{KEYS, Key, KeyKind};
pub use linking::LinkClient;
pub use sections::{Http, Listen, Speech, Synthesizer};
use sections::{RawHttp, RawListen, RawSpeech};
use skills::RawOfSkill;
pub use skills::{MAX_SKILLS, OfSkill, OnAlexa};
use wyoming::RawWyoming;
pub use wyoming::Wyoming;

/// The file in the data folder that is read when no other is named.
pub const FILE: &str = "sayso.toml";

/// A setting that is missing, unknown or wrong.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A key's value cannot be used, or the key does not exist.
    #[error("setting `{key}` ({source_name}): {problem}")]
    Key {
        /// The key as it is written in `sayso.toml`: `http.listen`.
        key: String,
        /// Where it was set: a file, an environment variable, a flag, the default.
        source_name: String,
        /// What is wrong and how to mend it.
        problem: String,
    },
    /// The settings file cannot be read.
    #[error("the settings file {path} cannot be read: {reason}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system or the parser says.
        reason: String,
    },
    /// There is no folder to keep data in.
    #[error("no data folder is known because the home folder is not; name one with --data DIR")]
    NoDataDir,
}

/// Where settings come from, before anything is read.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// `--data`; without it the XDG data folder.
    pub data: Option<PathBuf>,
    /// `--config`; without it [`FILE`] in the data folder, if there is one.
    pub config: Option<PathBuf>,
    /// The environment; only names that start with `SAYSO_` are looked at.
    pub environment: Vec<(String, String)>,
    /// Keys set by flags: `("http.listen", "0.0.0.0:8080", "--listen")`.
    pub flags: Vec<(&'static str, String, &'static str)>,
}

/// What is written in files and variables, not yet checked.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Raw {
    shop: Option<String>,
    skills: Option<Vec<String>>,
    skill: BTreeMap<String, RawOfSkill>,
    household: Option<String>,
    locale: Option<String>,
    session_hours: Option<u32>,
    speech: RawSpeech,
    listen: RawListen,
    http: RawHttp,
    alexa: RawAlexa,
    wyoming: RawWyoming,
    google: RawGoogle,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawGoogle {
    keys: Option<String>,
}

/// The checked settings.
#[derive(Debug, Clone)]
pub struct Settings {
    data: PathBuf,
    shop: String,
    skills: Vec<String>,
    of_skill: BTreeMap<String, OfSkill>,
    household: Option<String>,
    locale: String,
    session_keep: SignedDuration,
    speech: Speech,
    listen: Listen,
    http: Http,
    alexa: Alexa,
    wyoming: Option<Wyoming>,
    google_keys: Option<String>,
}

impl Settings {
    /// Reads and checks everything.
    ///
    /// # Errors
    /// [`SettingsError`], naming the key or the file.
    pub fn load(sources: &Sources) -> Result<Self, SettingsError> {
        let data = match &sources.data {
            Some(data) => data.clone(),
            None => default_data_dir()?,
        };
        let mut figment = Figment::from(Serialized::defaults(Raw::default()));
        figment = merge_file(figment, &data, sources.config.as_deref())?;
        let (figment, origins) = keys::merge_environment(figment, sources)?;
        let raw: Raw = figment.extract().map_err(|error| keys::explain(&error, &origins))?;
        Self::check(data, raw, &keys::Blame { figment: &figment, origins })
    }

    fn check(data: PathBuf, raw: Raw, blame: &keys::Blame<'_>) -> Result<Self, SettingsError> {
        let (shop, skills) = skills::served(raw.shop, raw.skills.unwrap_or_default(), blame)?;
        let of_skill = skills::check(raw.skill, blame)?;
        let locale = raw.locale.unwrap_or_else(|| "en-US".into());
        if locale.parse::<unic_langid::LanguageIdentifier>().is_err() {
            return Err(blame.bad("locale", "write a language as BCP 47 does, such as \"en-US\""));
        }
        let session_keep = match raw.session_hours.unwrap_or(24) {
            hours @ 1..=8760 => SignedDuration::from_hours(i64::from(hours)),
            _ => return Err(blame.bad("session_hours", "a number from 1 to 8760 is needed")),
        };
        let speech = Speech::check(raw.speech, blame)?;
        let listen = Listen::unchecked(raw.listen);
        let http = Http::check(raw.http, blame)?;
        let alexa = Alexa::check(raw.alexa, blame)?;
        let wyoming = Wyoming::check(raw.wyoming, blame)?;
        if http.public_url.is_none() && of_skill.values().any(|of| !of.linking.is_empty()) {
            let problem = "accounts are linked on pages of this server, so browsers' way to it is needed, \
                           such as https://shop.example";
            return Err(blame.bad("http.public_url", problem));
        }
        let household = raw.household;
        Ok(Self {
            data,
            shop,
            skills,
            of_skill,
            household,
            locale,
            session_keep,
            speech,
            listen,
            http,
            alexa,
            wyoming,
            google_keys: raw.google.keys,
        })
    }

    /// These settings for the sample shop, in another folder: what the demo runs on.
    #[must_use]
    pub fn sample_in(&self, data: PathBuf) -> Self {
        Self {
            data,
            shop: "household".into(),
            skills: vec!["household".into()],
            of_skill: BTreeMap::new(),
            household: None,
            locale: "en-US".into(),
            ..self.clone()
        }
    }

    /// The folder that holds everything: database, models, settings.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The brand that commands are about: a folder, or the name of one that comes with Sayso.
    pub fn shop(&self) -> &str {
        &self.shop
    }

    /// The brands that are served together, each once; [`Self::shop`] is one of them.
    pub fn skills(&self) -> &[String] {
        &self.skills
    }

    /// What is set for single skills, by their identifiers.
    pub fn of_skill(&self) -> &BTreeMap<String, OfSkill> {
        &self.of_skill
    }

    /// Who speaks when a request does not say; without it the shop's first household.
    pub fn household(&self) -> Option<&str> {
        self.household.as_deref()
    }

    /// The language of those who do not say theirs, as BCP 47.
    pub fn locale(&self) -> &str {
        &self.locale
    }

    /// How long an idle conversation, with its cart, is kept.
    pub fn session_keep(&self) -> SignedDuration {
        self.session_keep
    }

    /// How to hear and speak.
    pub fn speech(&self) -> &Speech {
        &self.speech
    }

    /// Which devices to use.
    pub fn listen(&self) -> &Listen {
        &self.listen
    }

    /// What is the same for every skill on Alexa.
    pub fn alexa(&self) -> &Alexa {
        &self.alexa
    }

    /// How to serve the Wyoming protocol, where it is served.
    pub fn wyoming(&self) -> Option<&Wyoming> {
        self.wyoming.as_ref()
    }

    /// The address of the keys that sign Google's tokens; without it Google's own.
    pub fn google_keys(&self) -> Option<&str> {
        self.google_keys.as_deref()
    }

    /// How to serve.
    pub fn http(&self) -> &Http {
        &self.http
    }
}

/// The XDG data folder's `sayso`: `~/.local/share/sayso` on Linux.
fn default_data_dir() -> Result<PathBuf, SettingsError> {
    let strategy = etcetera::choose_base_strategy().map_err(|_| SettingsError::NoDataDir)?;
    Ok(strategy.data_dir().join("sayso"))
}

/// Settings files are small; more is no settings file.
const MAX_FILE: u64 = 64 * 1024;

fn merge_file(figment: Figment, data: &Path, named: Option<&Path>) -> Result<Figment, SettingsError> {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    let path = named.map_or_else(|| data.join(FILE), Path::to_owned);
    let fail = |reason: String| SettingsError::File { path: path.clone(), reason };
    let length = match std::fs::metadata(&path) {
        Ok(about) => about.len(),
        Err(error) if named.is_none() && matches!(error.kind(), NotFound | NotADirectory) => {
            return Ok(figment);
        }
        Err(error) => return Err(fail(error.to_string())),
    };
    if length > MAX_FILE {
        return Err(fail(format!("it is larger than {} KiB", MAX_FILE / 1024)));
    }
    std::fs::read_to_string(&path).map_err(|error| fail(error.to_string()))?;
    Ok(figment.merge(Toml::file_exact(&path)))
}

#[cfg(test)]
mod tests;
