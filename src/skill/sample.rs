//! Sample households and what they bought: so that "the usual" means something before the
//! first real order.

use std::path::Path;

use csv::ReaderBuilder;
use jiff::civil::Date;
use serde::Deserialize;

use super::{
    SkillError,
    feed::csv_error,
    files::Files,
    manifest::{from_toml, money, short},
};
use crate::{
    commerce::{Catalog, Currency, HouseholdId, Money, OrderNumber, Quantity, Sku, purchase::Purchase},
    understanding::Digits,
};

/// The most sample households, and the most lines of history, of one skill.
const MAX_HOUSEHOLDS: usize = 100;
const MAX_LINES: usize = 100_000;

/// How far back the history may go, in days.
const MAX_DAYS: u16 = 3_650;

/// A household that comes with the skill.
#[derive(Debug, Clone)]
pub struct SampleHousehold {
    /// Its identifier.
    pub id: HouseholdId,
    /// What it is called.
    pub name: String,
    /// Who lives there.
    pub members: Vec<String>,
    /// Orders above it need the PIN.
    pub limit: Money,
    /// The PIN to be set when the household is created; only its hash is kept.
    pub pin: Option<Digits>,
    past: Vec<Past>,
}

/// One line of the history. Days are counted back from the day on which it is used, so that
/// "last week" is never empty.
#[derive(Debug, Clone)]
struct Past {
    order: OrderNumber,
    days_ago: u16,
    sku: Sku,
    title: String,
    quantity: Quantity,
    price: Money,
}

impl SampleHousehold {
    /// What the household bought, as seen from `today`, newest first.
    pub fn purchases(&self, today: Date) -> Vec<Purchase> {
        let day = |past: &Past| today.saturating_sub(jiff::Span::new().days(i64::from(past.days_ago)));
        let purchase = |past: &Past| Purchase {
            sku: past.sku.clone(),
            title: past.title.clone(),
            quantity: past.quantity,
            unit_price: past.price,
            date: day(past),
            order: past.order,
        };
        self.past.iter().map(purchase).collect()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    household: Vec<WireHousehold>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireHousehold {
    id: String,
    name: String,
    #[serde(default)]
    members: Vec<String>,
    limit: String,
    pin: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireLine {
    household: String,
    order: u32,
    days_ago: u16,
    id: String,
    quantity: u32,
    price: String,
}

/// Reads households.toml and history.csv; a skill may have neither.
pub(super) fn read(
    files: &Files,
    catalog: &Catalog,
    currency: Currency,
) -> Result<Vec<SampleHousehold>, SkillError> {
    let Some((file, text)) = files.read_if_there("households.toml")? else { return Ok(Vec::new()) };
    let wire: Wire = from_toml(&file, &text)?;
    let mut households: Vec<SampleHousehold> = Vec::new();
    for entry in wire.household {
        let household = household(entry, currency)
            .and_then(|h| match households.iter().any(|other| other.id == h.id) {
                true => Err(format!("the household `{}` is there twice", h.id)),
                false => Ok(h),
            })
            .map_err(|what| SkillError::File { file: file.clone(), what })?;
        households.push(household);
    }
    if households.len() > MAX_HOUSEHOLDS {
        let what = format!("there are more than {MAX_HOUSEHOLDS} households");
        return Err(SkillError::File { file, what });
    }
    if let Some((file, text)) = files.read_if_there("history.csv")? {
        history(&file, &text, catalog, currency, &mut households)?;
    }
    Ok(households)
}

fn household(wire: WireHousehold, currency: Currency) -> Result<SampleHousehold, String> {
    let pin = match wire.pin {
        None => None,
        Some(pin) if (4..=8).contains(&pin.len()) => {
            Some(Digits::new(&pin).ok_or("`pin` is four to eight digits")?)
        }
        Some(_) => return Err("`pin` is four to eight digits".to_owned()),
    };
    Ok(SampleHousehold {
        id: HouseholdId::new(wire.id).map_err(|error| format!("`id`: {error}"))?,
        name: short("name".to_owned(), wire.name)?,
        members: wire
            .members
            .into_iter()
            .map(|m| short("members".to_owned(), m))
            .collect::<Result<_, _>>()?,
        limit: money("limit", &wire.limit, currency)?,
        pin,
        past: Vec::new(),
    })
}

fn history(
    file: &Path,
    text: &str,
    catalog: &Catalog,
    currency: Currency,
    households: &mut [SampleHousehold],
) -> Result<(), SkillError> {
    let mut rows = ReaderBuilder::new().from_reader(text.as_bytes());
    let head = rows.headers().map_err(|error| csv_error(file, &error))?.clone();
    for (count, row) in rows.records().enumerate() {
        let row = row.map_err(|error| csv_error(file, &error))?;
        let line = row.position().map_or(0, csv::Position::line);
        let bad = |what| SkillError::Line { file: file.to_owned(), line, what };
        if count >= MAX_LINES {
            return Err(bad(format!("there are more than {MAX_LINES} lines")));
        }
        let wire: WireLine = row.deserialize(Some(&head)).map_err(|error| csv_error(file, &error))?;
        let Some(household) = households.iter_mut().find(|h| h.id.as_str() == wire.household) else {
            return Err(bad(format!("there is no household `{}`", wire.household)));
        };
        household.past.push(past(&wire, catalog, currency).map_err(bad)?);
    }
    for household in households {
        household.past.sort_by_key(|past| (past.days_ago, std::cmp::Reverse(past.order)));
    }
    Ok(())
}

fn past(wire: &WireLine, catalog: &Catalog, currency: Currency) -> Result<Past, String> {
    let sku = Sku::new(wire.id.as_str()).map_err(|error| format!("`id`: {error}"))?;
    let product = catalog.get(&sku).ok_or_else(|| format!("there is no product `{sku}`"))?;
    if wire.days_ago > MAX_DAYS {
        return Err(format!("`days_ago` is at most {MAX_DAYS}"));
    }
    Ok(Past {
        order: OrderNumber(wire.order),
        days_ago: wire.days_ago,
        title: product.title.clone(),
        sku,
        quantity: Quantity::try_from(wire.quantity)?,
        price: money("price", &wire.price, currency)?,
    })
}
