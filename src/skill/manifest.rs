//! skill.toml: who the shop is, how it charges, what is said of it.

use std::{collections::BTreeMap, path::Path};

use jiff::tz::TimeZone;
use serde::Deserialize;

use super::{SkillError, files::Files};
use crate::commerce::{Currency, Money, Quantity, ShopId, Terms};

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
}

/// What is said of the shop in one language.
pub(super) struct Spoken {
    pub locale: String,
    pub invocation: String,
    shop: String,
    support: String,
    privacy: String,
}

impl Spoken {
    /// The places that every reply has.
    pub fn places(&self) -> [(&str, &str); 3] {
        [("shop", &self.shop), ("support", &self.support), ("privacy", &self.privacy)]
    }
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
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireTerms {
    currency: String,
    tax_basis_points: u32,
    shipping: String,
    free_shipping_from: Option<String>,
    delivery_days: u16,
    undo_seconds: u32,
    return_days: u16,
    max_quantity: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireSpoken {
    shop: String,
    invocation: String,
    support: String,
    privacy: String,
}

/// Reads and checks skill.toml.
pub(super) fn read(files: &Files) -> Result<Manifest, SkillError> {
    let (file, text) = files.read("skill.toml")?;
    let wire: Wire = from_toml(&file, &text)?;
    check(wire).map_err(|what| SkillError::File { file, what })
}

/// TOML of a type, or an error with its line.
pub(super) fn from_toml<T: serde::de::DeserializeOwned>(file: &Path, text: &str) -> Result<T, SkillError> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let line = text.bytes().take(at).filter(|b| *b == b'\n').count() as u64 + 1;
        SkillError::Line { file: file.to_owned(), line, what: error.message().to_owned() }
    })
}

fn check(wire: Wire) -> Result<Manifest, String> {
    let terms = terms(wire.terms)?;
    let mut texts = wire.spoken;
    let mut spoken: Vec<Spoken> = Vec::new();
    for locale in wire.locales {
        let words = texts.remove(&locale).ok_or_else(|| format!("there is no [spoken.{locale}]"))?;
        let what = |name| format!("spoken.{locale}.{name}");
        spoken.push(Spoken {
            shop: short(what("shop"), words.shop)?,
            invocation: short(what("invocation"), words.invocation)?,
            support: short(what("support"), words.support)?,
            privacy: short(what("privacy"), words.privacy)?,
            locale,
        });
    }
    if let Some(locale) = texts.keys().next() {
        return Err(format!("[spoken.{locale}] is not one of the locales"));
    }
    if spoken.is_empty() {
        return Err("`locales` is empty".to_owned());
    }
    Ok(Manifest {
        id: ShopId::new(wire.id).map_err(|error| format!("`id`: {error}"))?,
        name: short("name".to_owned(), wire.name)?,
        zone: TimeZone::get(&wire.time_zone)
            .map_err(|_| format!("`time_zone`: there is no zone `{}`", wire.time_zone))?,
        default_limit: money("default_limit", &wire.default_limit, terms.currency)?,
        terms,
        spoken,
    })
}

fn terms(wire: WireTerms) -> Result<Terms, String> {
    let currency = Currency::from_code(&wire.currency)
        .ok_or_else(|| format!("`terms.currency`: `{}` is not an ISO 4217 code", wire.currency))?;
    let free = wire.free_shipping_from.map(|from| money("terms.free_shipping_from", &from, currency));
    let max_quantity = Quantity::new(wire.max_quantity)
        .ok_or_else(|| format!("`terms.max_quantity` is 1 to {}", Quantity::MAX))?;
    for (name, value, most) in [
        ("tax_basis_points", wire.tax_basis_points, 10_000),
        ("delivery_days", wire.delivery_days.into(), 90),
        ("undo_seconds", wire.undo_seconds, 86_400),
        ("return_days", wire.return_days.into(), 3_650),
    ] {
        if value > most {
            return Err(format!("`terms.{name}` is at most {most}"));
        }
    }
    Ok(Terms {
        currency,
        tax_basis_points: wire.tax_basis_points,
        shipping: money("terms.shipping", &wire.shipping, currency)?,
        free_shipping_from: free.transpose()?,
        delivery_days: wire.delivery_days,
        undo_seconds: wire.undo_seconds,
        return_days: wire.return_days,
        max_quantity,
    })
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
