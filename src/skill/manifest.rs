//! skill.toml: who the shop is, how it charges, what is said of it.

mod spoken;
mod terms;

use std::{collections::BTreeMap, path::Path};

use jiff::tz::TimeZone;
use serde::Deserialize;

use super::{SkillError, files::Files};
use crate::commerce::{Currency, Money, ShopId, Terms};
use spoken::{WireSpoken, spoken};
use terms::{WireTerms, terms};

pub(super) use spoken::Spoken;
pub use spoken::StorePage;

/// The longest text of skill.toml, in characters.
const MAX_TEXT: usize = 300;

/// skill.toml, checked.
pub(super) struct Manifest {
    pub id: ShopId,
    pub name: String,
    pub zone: TimeZone,
    pub terms: Terms,
    pub default_limit: Money,
    pub spoken: Vec<Spoken>,
    pub publish: Publish,
}

/// How the shop is found on platforms. All of it may be missing until it is published.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Publish {
    /// Where `sayso serve` is reached from outside: `https://voice.example.com`.
    pub server: Option<String>,
    /// The locales of Alexa in which it is offered: `en-US`, `en-GB`. Empty: one for each locale.
    pub alexa_locales: Vec<String>,
    /// Where the privacy policy can be read, https.
    pub privacy_policy: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    id: String,
    name: String,
    locales: Vec<String>,
    time_zone: String,
    default_limit: String,
    terms: WireTerms,
    spoken: BTreeMap<String, WireSpoken>,
    #[serde(default)]
    publish: Publish,
}

/// Reads and checks skill.toml.
pub(super) fn read(files: &Files) -> Result<Manifest, SkillError> {
    let mut faults = Vec::new();
    let (_, manifest) = read_all(files, &mut faults);
    match (manifest, faults.into_iter().next()) {
        (Some(manifest), None) => Ok(manifest),
        (_, Some(error)) => Err(error),
        (None, None) => {
            Err(SkillError::File { file: "skill.toml".into(), what: "it cannot be read".to_owned() })
        }
    }
}

/// What the other files of a skill are measured by; there also where skill.toml has mistakes.
#[derive(Default)]
pub(super) struct Outline {
    pub currency: Option<Currency>,
    pub locales: Vec<String>,
    /// Locale and invocation name, each with the line of the latter.
    pub invocations: Vec<(String, String, Option<u64>)>,
}

/// The same with every mistake, each with its line where the setting is there.
pub(super) fn read_all(files: &Files, faults: &mut Vec<SkillError>) -> (Outline, Option<Manifest>) {
    let read = files.read("skill.toml").and_then(|(file, text)| {
        let wire: Wire = from_toml(&file, &text)?;
        Ok((file, text, wire))
    });
    let (file, text, wire) = match read {
        Ok(read) => read,
        Err(error) => {
            faults.push(error);
            return (Outline::default(), None);
        }
    };
    let invocation = |(locale, spoken): (&String, &WireSpoken)| {
        let line = line_of(&text, &["spoken", locale, "invocation"]);
        (locale.clone(), spoken.invocation.clone(), line)
    };
    let outline = Outline {
        currency: Currency::from_code(&wire.terms.currency),
        locales: wire.locales.clone(),
        invocations: wire.spoken.iter().map(invocation).collect(),
    };
    let mut wrong = Wrong::default();
    let manifest = check(wire, &mut wrong);
    for (key, what) in wrong.0 {
        let path: Vec<&str> = key.split('.').collect();
        faults.push(match line_of(&text, &path) {
            Some(line) => SkillError::Line { file: file.clone(), line, what },
            None => SkillError::File { file: file.clone(), what },
        });
    }
    (outline, manifest)
}

/// Mistakes, each with the setting that it is about.
#[derive(Default)]
struct Wrong(Vec<(String, String)>);

impl Wrong {
    /// The value, or the mistake kept.
    fn of<T>(&mut self, key: &str, value: Result<T, String>) -> Option<T> {
        value.map_err(|what| self.0.push((key.to_owned(), what))).ok()
    }
}

/// The line of a setting.
fn line_of(text: &str, path: &[&str]) -> Option<u64> {
    let whole = toml::de::DeTable::parse(text).ok()?;
    let (last, tables) = path.split_last()?;
    let mut table = whole.get_ref();
    for name in tables {
        table = table.get(*name)?.get_ref().as_table()?;
    }
    let (key, _) = table.get_key_value(*last)?;
    let before = text.get(..key.span().start)?;
    Some(before.bytes().filter(|b| *b == b'\n').count() as u64 + 1)
}

/// TOML of a type, or an error with its line.
pub(super) fn from_toml<T: serde::de::DeserializeOwned>(file: &Path, text: &str) -> Result<T, SkillError> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let line = text.bytes().take(at).filter(|b| *b == b'\n').count() as u64 + 1;
        SkillError::Line { file: file.to_owned(), line, what: error.message().to_owned() }
    })
}

fn check(wire: Wire, wrong: &mut Wrong) -> Option<Manifest> {
    let terms = terms(wire.terms, wrong);
    publish(&wire.publish, wrong);
    let spoken = spoken(wire.locales, wire.spoken, wrong);
    let id = wrong.of("id", ShopId::new(wire.id).map_err(|error| format!("`id`: {error}")));
    let name = wrong.of("name", short("name".to_owned(), wire.name));
    let no_zone = || format!("`time_zone`: there is no zone `{}`", wire.time_zone);
    let zone = wrong.of("time_zone", TimeZone::get(&wire.time_zone).map_err(|_| no_zone()));
    let limit = terms.as_ref().and_then(|terms| {
        wrong.of("default_limit", money("default_limit", &wire.default_limit, terms.currency))
    });
    if !wrong.0.is_empty() {
        return None;
    }
    Some(Manifest {
        id: id?,
        name: name?,
        zone: zone?,
        default_limit: limit?,
        terms: terms?,
        spoken,
        publish: wire.publish,
    })
}

/// Addresses that platforms ask must be theirs to trust.
fn publish(publish: &Publish, wrong: &mut Wrong) {
    let addresses = [("server", &publish.server), ("privacy_policy", &publish.privacy_policy)];
    for (name, address) in addresses {
        if address.as_ref().is_some_and(|address| !is_https(address)) {
            let key = format!("publish.{name}");
            wrong.0.push((key.clone(), format!("`{key}` is an address that begins with https://")));
        }
    }
}

/// Whether a text is an address that can be asked safely.
pub(super) fn is_https(address: &str) -> bool {
    let url = reqwest::Url::parse(address);
    url.is_ok_and(|url| url.scheme() == "https" && url.has_host() && address.len() <= MAX_TEXT)
}

/// An amount that is not negative and in the shop's currency.
pub(super) fn money(name: &str, text: &str, currency: Currency) -> Result<Money, String> {
    let amount = Money::parse(text, currency).map_err(|error| format!("`{name}`: {error}"))?;
    if amount.currency() != currency {
        return Err(format!("`{name}`: the shop's currency is {}", currency.code()));
    }
    if amount.minor() < 0 { Err(format!("`{name}` is negative")) } else { Ok(amount) }
}

/// A text that is there and that a voice can say in a breath or two.
pub(super) fn short(name: String, text: String) -> Result<String, String> {
    match text.trim().chars().count() {
        0 => Err(format!("`{name}` is empty")),
        n if n > MAX_TEXT => Err(format!("`{name}` is longer than {MAX_TEXT} characters")),
        _ => Ok(text.trim().to_owned()),
    }
}
