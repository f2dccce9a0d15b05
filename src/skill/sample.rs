//! Sample households and what they bought: so that "the usual" means something before the
//! first real order.

use std::path::Path;

use csv::ReaderBuilder;
use jiff::civil::Date;
use serde::Deserialize;

use super::{
    SkillError,
    feed::{MAX_FAULTS, csv_error},
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
            options: crate::commerce::LineOptions::default(),
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
    let mut faults = Vec::new();
    let households = read_all(files, catalog, currency, &mut faults);
    faults.into_iter().next().map_or(Ok(households), Err)
}

/// The same with every mistake, up to [`MAX_FAULTS`] in a file.
pub(super) fn read_all(
    files: &Files,
    catalog: &Catalog,
    currency: Currency,
    faults: &mut Vec<SkillError>,
) -> Vec<SampleHousehold> {
    let mut households: Vec<SampleHousehold> = Vec::new();
    let read = files.read_if_there("households.toml").and_then(|found| match found {
        Some((file, text)) => from_toml::<Wire>(&file, &text).map(|wire| Some((file, wire))),
        None => Ok(None),
    });
    let (file, wire) = match read {
        Ok(Some(read)) => read,
        Ok(None) => return households,
        Err(error) => {
            faults.push(error);
            return households;
        }
    };
    let wrong = |what| SkillError::File { file: file.clone(), what };
    if wire.household.len() > MAX_HOUSEHOLDS {
        faults.push(wrong(format!("there are more than {MAX_HOUSEHOLDS} households")));
        return households;
    }
    for entry in wire.household {
        match household(entry, currency) {
            Ok(new) if households.iter().any(|other| other.id == new.id) => {
                faults.push(wrong(format!("the household `{}` is there twice", new.id)));
            }
            Ok(new) => households.push(new),
            Err(what) => faults.push(wrong(what)),
        }
    }
    match files.read_if_there("history.csv") {
        Ok(Some((file, text))) => history(&file, &text, catalog, currency, &mut households, faults),
        Ok(None) => {}
        Err(error) => faults.push(error),
    }
    households
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
    faults: &mut Vec<SkillError>,
) {
    let mut rows = ReaderBuilder::new().from_reader(text.as_bytes());
    let head = match rows.headers() {
        Ok(head) => head.clone(),
        Err(error) => return faults.push(csv_error(file, &error)),
    };
    let most = faults.len() + MAX_FAULTS;
    for (count, row) in rows.records().enumerate() {
        let line = row.as_ref().ok().and_then(csv::StringRecord::position).map_or(0, csv::Position::line);
        let bad = |what| SkillError::Line { file: file.to_owned(), line, what };
        if count >= MAX_LINES {
            return faults.push(bad(format!("there are more than {MAX_LINES} lines")));
        }
        let wire = row.and_then(|row| row.deserialize::<WireLine>(Some(&head)));
        let added = wire.map_err(|error| csv_error(file, &error)).and_then(|wire| {
            let household = households.iter_mut().find(|h| h.id.as_str() == wire.household);
            let household =
                household.ok_or_else(|| bad(format!("there is no household `{}`", wire.household)))?;
            household.past.push(past(&wire, catalog, currency).map_err(bad)?);
            Ok(())
        });
        faults.extend(added.err());
        if faults.len() >= most {
            return;
        }
    }
    for household in households {
        household.past.sort_by_key(|past| (past.days_ago, std::cmp::Reverse(past.order)));
    }
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
