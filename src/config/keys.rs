//! The list of keys, the environment's names for them, and the wording of errors.

use std::collections::BTreeMap;

use figment::{Figment, error::Kind, providers::Serialized};

use super::{SettingsError, Sources};

/// One key of `sayso.toml`.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// As it is written in the file: `http.listen`.
    pub name: &'static str,
    /// How its value is written.
    pub kind: KeyKind,
    /// What it does, in a line.
    pub about: &'static str,
}

/// How the value of a key is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// Text.
    Text,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Switch,
    /// A list of texts; in a variable or a flag they are separated by commas.
    List,
}

const fn text(name: &'static str, about: &'static str) -> Key {
    Key { name, kind: KeyKind::Text, about }
}

const fn number(name: &'static str, about: &'static str) -> Key {
    Key { name, kind: KeyKind::Number, about }
}

const fn switch(name: &'static str, about: &'static str) -> Key {
    Key { name, kind: KeyKind::Switch, about }
}

const fn list(name: &'static str, about: &'static str) -> Key {
    Key { name, kind: KeyKind::List, about }
}

/// Every key there is.
pub const KEYS: &[Key] = &[
    text("shop", "the brand to serve: a folder with a skill.toml, or \"household\", which comes along"),
    list("skills", "the brands that `sayso serve` serves together; `[skill.ID]` has the settings of one"),
    text("household", "who speaks when a request does not say; default: the shop's first household"),
    text("locale", "the language of those who do not say theirs, as BCP 47; default: en-US"),
    number("session_hours", "how long an idle conversation, with its cart, is kept; default: 24"),
    text("speech.model", "the Whisper model; default: the best installed one"),
    text("speech.synthesizer", "what speaks: auto, espeak, piper or tones; default: auto"),
    text("speech.voice", "an eSpeak NG voice such as en-gb-scotland+f2; default: by the locale"),
    number("speech.pace", "words a minute, 80 to 450; default: the synthesizer's own"),
    text("speech.piper_program", "the Piper program; default: piper"),
    text("speech.piper_voice", "a Piper voice's .onnx file; with it, auto means Piper"),
    number("speech.max_waiting", "recordings that wait for the recogniser, more get 503; default: 64"),
    number("speech.answer_seconds", "what cannot be heard within it gets 503 at once; default: 8"),
    text("listen.input", "the microphone, by its name or a part of it; default: the system's"),
    text("listen.output", "the loudspeaker, by its name or a part of it; default: the system's"),
    text("http.listen", "address and port of `sayso serve`; default: 127.0.0.1:7390"),
    text("http.public_url", "https://host of this server as browsers reach it; account linking needs it"),
    text("http.token", "the bearer token; a must beyond loopback"),
    number("http.max_in_flight", "turns at work at once, more get 503; default: 32"),
    number("http.max_connections", "open connections, more wait; default: 256"),
    number("http.header_seconds", "time for a request's head; default: 10"),
    number("http.body_seconds", "time for a request's body; default: 20"),
    number("http.request_seconds", "time for a request altogether; default: 60"),
    number("http.stream_idle_seconds", "how long a stream may be open with nothing said; default: 120"),
    text("alexa.roots", "a PEM file of the roots that sign Alexa's requests; default: the system's store"),
    number(
        "alexa.progress_ms",
        "a turn that takes longer is bridged with a sentence, 0: none is; default: 1000",
    ),
    text("alexa.api", "an address to which that sentence may go besides Amazon's own, for tests"),
    text("google.keys", "the address of the keys that sign Google's tokens; default: Google's own"),
    number("http.drain_seconds", "how long a shutdown waits for turns in flight; default: 15"),
    text("wyoming.listen", "address and port of the Wyoming protocol (Home Assistant); default: none"),
    text("wyoming.skill", "the skill that is spoken to over it, by its id; default: the first"),
    text("wyoming.household", "who speaks over it; default: who speaks to that skill"),
    number("wyoming.max_connections", "open connections of it, more are refused; default: 32"),
    switch(
        "wyoming.anyone_on_the_network_may_shop",
        "true: it may be reached from other machines, though it asks nobody for a password; default: false",
    ),
];

/// Variables that are no keys: they are read before the settings are.
const RESERVED: &[&str] = &["SAYSO_DATA", "SAYSO_CONFIG", "SAYSO_LOG", "SAYSO_TRAINING"];

impl Key {
    /// Its name in the environment: `SAYSO_HTTP_LISTEN`.
    pub fn variable(&self) -> String {
        format!("SAYSO_{}", self.name.replace('.', "_").to_uppercase())
    }
}

/// Which variable or flag set a key.
pub(super) type Origins = BTreeMap<&'static str, String>;

/// Merges the environment, then the flags. Text stays text, so a token of digits keeps its zeros.
pub(super) fn merge_environment(
    mut figment: Figment,
    sources: &Sources,
) -> Result<(Figment, Origins), SettingsError> {
    let mut origins = Origins::new();
    let ours = sources.environment.iter().filter(|(name, _)| name.starts_with("SAYSO_"));
    for (name, value) in ours.filter(|(name, _)| !RESERVED.contains(&name.as_str())) {
        let Some(key) = KEYS.iter().find(|key| key.variable() == *name) else {
            return Err(SettingsError::Key {
                key: name.clone(),
                source_name: "environment".into(),
                problem: format!("there is no such setting; known are {}", variables()),
            });
        };
        figment = set(figment, key, value, name)?;
        origins.insert(key.name, name.clone());
    }
    for (name, value, flag) in &sources.flags {
        if let Some(key) = KEYS.iter().find(|key| key.name == *name) {
            figment = set(figment, key, value, flag)?;
            origins.insert(key.name, (*flag).to_owned());
        }
    }
    Ok((figment, origins))
}

fn variables() -> String {
    KEYS.iter().map(Key::variable).collect::<Vec<_>>().join(", ")
}

fn set(figment: Figment, key: &Key, value: &str, source: &str) -> Result<Figment, SettingsError> {
    let wrong = |problem: &str| SettingsError::Key {
        key: key.name.into(),
        source_name: source.into(),
        problem: problem.into(),
    };
    match key.kind {
        KeyKind::Text => return Ok(figment.merge(Serialized::default(key.name, value))),
        KeyKind::List => {
            let items: Vec<_> = value.split(',').map(str::trim).filter(|item| !item.is_empty()).collect();
            return Ok(figment.merge(Serialized::default(key.name, items)));
        }
        KeyKind::Switch => {
            return match value.trim().parse::<bool>() {
                Ok(on) => Ok(figment.merge(Serialized::default(key.name, on))),
                Err(_) => Err(wrong("true or false is needed")),
            };
        }
        KeyKind::Number => {}
    }
    match value.trim().parse::<u32>() {
        Ok(number) => Ok(figment.merge(Serialized::default(key.name, number))),
        Err(_) => Err(wrong("a whole number is needed")),
    }
}

/// Finds out who set a value that turned out to be wrong.
pub(super) struct Blame<'a> {
    pub(super) figment: &'a Figment,
    pub(super) origins: Origins,
}

impl Blame<'_> {
    /// The error about a key, with its source.
    pub(super) fn bad(&self, key: &str, problem: &str) -> SettingsError {
        let source_name = match self.origins.get(key) {
            Some(origin) => origin.clone(),
            None => self.file_of(key).unwrap_or_else(|| "default".into()),
        };
        SettingsError::Key { key: key.into(), source_name, problem: problem.into() }
    }

    fn file_of(&self, key: &str) -> Option<String> {
        let source = self.figment.find_metadata(key)?.source.as_ref()?;
        source.file_path().map(|path| path.display().to_string())
    }
}

/// Words figment's complaint so that it names key, place and remedy.
pub(super) fn explain(error: &figment::Error, origins: &Origins) -> SettingsError {
    let path = &error.path;
    let file = error.metadata.as_ref().and_then(|m| m.source.as_ref()).and_then(|s| s.file_path());
    let problem = match &error.kind {
        Kind::UnknownField(_, known) => {
            format!("there is no such key here; known are {}", known.join(", "))
        }
        // The value itself may be a secret in the wrong place, so only its type is told.
        Kind::InvalidType(_, wanted) | Kind::InvalidValue(_, wanted) => match wanted.as_str() {
            "u32" => "a whole number is needed".to_owned(),
            "a boolean" => "true or false is needed".to_owned(),
            "a string" => "text in quotes is needed".to_owned(),
            other => format!("{other} is needed"),
        },
        _ if path.is_empty() => {
            let path = file.map(std::path::Path::to_owned).unwrap_or_default();
            return SettingsError::File { path, reason: error.kind.to_string() };
        }
        other => other.to_string(),
    };
    let key = path.join(".");
    let source_name = origins
        .get(key.as_str())
        .cloned()
        .or_else(|| file.map(|f| f.display().to_string()))
        .unwrap_or_else(|| "settings".into());
    SettingsError::Key { key, source_name, problem }
}
