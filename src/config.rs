//! Settings: built-in defaults, then `sayso.toml`, then `SAYSO_*` of the environment, then flags;
//! the later wins. What comes out is checked, and secrets are wrapped so that no log shows them.
//!
//! An error names the key, where it was set, and how to mend it. A key that does not exist is an
//! error, so that a typing mistake is not a default in disguise.

mod keys;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use etcetera::BaseStrategy;
use figment::{
    Figment,
    providers::{Format, Serialized, Toml},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

pub use keys::{KEYS, Key};

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
    household: Option<String>,
    locale: Option<String>,
    speech: RawSpeech,
    listen: RawListen,
    http: RawHttp,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawSpeech {
    model: Option<String>,
    synthesizer: Option<String>,
    voice: Option<String>,
    pace: Option<u32>,
    piper_program: Option<String>,
    piper_voice: Option<String>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawListen {
    input: Option<String>,
    output: Option<String>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawHttp {
    listen: Option<String>,
    token: Option<String>,
    max_in_flight: Option<u32>,
    max_connections: Option<u32>,
    header_seconds: Option<u32>,
    body_seconds: Option<u32>,
    request_seconds: Option<u32>,
    drain_seconds: Option<u32>,
}

/// The checked settings.
#[derive(Debug, Clone)]
pub struct Settings {
    data: PathBuf,
    shop: String,
    household: Option<String>,
    locale: String,
    speech: Speech,
    listen: Listen,
    http: Http,
}

/// How to hear and speak.
#[derive(Debug, Clone)]
pub struct Speech {
    /// A model's name; without it the best installed one.
    pub model: Option<String>,
    /// What speaks.
    pub synthesizer: Synthesizer,
    /// An eSpeak NG voice; without it the locale decides.
    pub voice: Option<String>,
    /// Words a minute; without it the synthesizer's own pace.
    pub pace: Option<u16>,
    /// The Piper program.
    pub piper_program: PathBuf,
    /// A Piper voice's file.
    pub piper_voice: Option<PathBuf>,
}

/// Which engine speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Synthesizer {
    /// Piper when a voice of it is configured, else eSpeak NG.
    Auto,
    /// eSpeak NG.
    Espeak,
    /// Piper.
    Piper,
    /// A tone for each word, for tests.
    Tones,
}

/// Which devices `sayso listen` uses.
#[derive(Debug, Clone)]
pub struct Listen {
    /// A microphone's name, or a part of it; without it the system's default.
    pub input: Option<String>,
    /// A loudspeaker's name, or a part of it.
    pub output: Option<String>,
}

/// How `sayso serve` serves.
#[derive(Debug, Clone)]
pub struct Http {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The bearer token. Always there when `listen` is not a loopback address.
    pub token: Option<SecretString>,
    /// Turns at work at the same time; more are answered 503.
    pub max_in_flight: usize,
    /// Open connections at the same time; more wait.
    pub max_connections: usize,
    /// For a request's head, and between two requests of a connection.
    pub header_timeout: Duration,
    /// For a request's body.
    pub body_timeout: Duration,
    /// For a request altogether.
    pub request_timeout: Duration,
    /// How long a shutdown waits for turns in flight.
    pub drain: Duration,
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
        let shop = raw.shop.unwrap_or_else(|| "household".into());
        if shop.trim().is_empty() {
            return Err(blame.bad("shop", "name a brand's folder, such as \"household\""));
        }
        let locale = raw.locale.unwrap_or_else(|| "en-US".into());
        if locale.parse::<unic_langid::LanguageIdentifier>().is_err() {
            return Err(blame.bad("locale", "write a language as BCP 47 does, such as \"en-US\""));
        }
        let speech = Speech::check(raw.speech, blame)?;
        let listen = Listen { input: raw.listen.input, output: raw.listen.output };
        let http = Http::check(raw.http, blame)?;
        Ok(Self { data, shop, household: raw.household, locale, speech, listen, http })
    }

    /// These settings for the sample shop, in another folder: what the demo runs on.
    #[must_use]
    pub fn sample_in(&self, data: PathBuf) -> Self {
        Self { data, shop: "household".into(), household: None, locale: "en-US".into(), ..self.clone() }
    }

    /// The folder that holds everything: database, models, settings.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The brand that is served: a folder, or the name of one that comes with Sayso.
    pub fn shop(&self) -> &str {
        &self.shop
    }

    /// Who speaks when a request does not say; without it the shop's first household.
    pub fn household(&self) -> Option<&str> {
        self.household.as_deref()
    }

    /// The language of those who do not say theirs, as BCP 47.
    pub fn locale(&self) -> &str {
        &self.locale
    }

    /// How to hear and speak.
    pub fn speech(&self) -> &Speech {
        &self.speech
    }

    /// Which devices to use.
    pub fn listen(&self) -> &Listen {
        &self.listen
    }

    /// How to serve.
    pub fn http(&self) -> &Http {
        &self.http
    }
}

impl Speech {
    fn check(raw: RawSpeech, blame: &keys::Blame<'_>) -> Result<Self, SettingsError> {
        let synthesizer = match raw.synthesizer.as_deref().unwrap_or("auto") {
            "auto" => Synthesizer::Auto,
            "espeak" => Synthesizer::Espeak,
            "piper" => Synthesizer::Piper,
            "tones" => Synthesizer::Tones,
            _ => return Err(blame.bad("speech.synthesizer", "one of auto, espeak, piper, tones is needed")),
        };
        if synthesizer == Synthesizer::Piper && raw.piper_voice.is_none() {
            return Err(blame.bad("speech.synthesizer", "piper needs a voice's file in `speech.piper_voice`"));
        }
        let pace = match raw.pace {
            None => None,
            Some(pace) => match u16::try_from(pace) {
                Ok(pace) if (80..=450).contains(&pace) => Some(pace),
                _ => return Err(blame.bad("speech.pace", "a number from 80 to 450 is needed")),
            },
        };
        Ok(Self {
            model: raw.model,
            synthesizer,
            voice: raw.voice,
            pace,
            piper_program: raw.piper_program.unwrap_or_else(|| "piper".into()).into(),
            piper_voice: raw.piper_voice.map(PathBuf::from),
        })
    }
}

impl Http {
    fn check(raw: RawHttp, blame: &keys::Blame<'_>) -> Result<Self, SettingsError> {
        let listen = raw.listen.as_deref().unwrap_or("127.0.0.1:7390");
        let Ok(listen) = listen.parse::<SocketAddr>() else {
            return Err(blame.bad("http.listen", "an address and a port are needed, such as 127.0.0.1:7390"));
        };
        let token = raw.token.map(SecretString::from);
        if let Some(token) = &token {
            let text = token.expose_secret();
            let fine = (16..=256).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
            if !fine {
                return Err(blame.bad("http.token", "16 to 256 letters, digits and signs without spaces"));
            }
        }
        if !listen.ip().is_loopback() && token.is_none() {
            let problem = format!(
                "{listen} can be reached from other machines, so a bearer token is needed: \
                 set `http.token` in {FILE} or SAYSO_HTTP_TOKEN, or listen on 127.0.0.1"
            );
            return Err(blame.bad("http.listen", &problem));
        }
        let number = |key, value: Option<u32>, default: u32, most: u32| match value.unwrap_or(default) {
            n if (1..=most).contains(&n) => Ok(n),
            _ => Err(blame.bad(key, &format!("a number from 1 to {most} is needed"))),
        };
        let seconds =
            |key, value, default| number(key, value, default, 600).map(|n| Duration::from_secs(u64::from(n)));
        Ok(Self {
            listen,
            token,
            max_in_flight: number("http.max_in_flight", raw.max_in_flight, 32, 10_000)? as usize,
            max_connections: number("http.max_connections", raw.max_connections, 256, 100_000)? as usize,
            header_timeout: seconds("http.header_seconds", raw.header_seconds, 10)?,
            body_timeout: seconds("http.body_seconds", raw.body_seconds, 20)?,
            request_timeout: seconds("http.request_seconds", raw.request_seconds, 60)?,
            drain: seconds("http.drain_seconds", raw.drain_seconds, 15)?,
        })
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
