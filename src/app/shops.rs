//! From a skill to a shop that can be spoken to: its engine parts, its stock, its households.

use anyhow::Context as _;
use data_encoding::HEXLOWER;
use jiff::civil::Date;
use secrecy::SecretString;
use sha2::{Digest, Sha256};

use crate::{
    assistant::Shop,
    commerce::{
        OrderDesk, ShopId,
        desk::{PastLine, PastOrder, ShopRules},
        ports::NewHousehold,
        purchase::Purchase,
    },
    skill::{SampleHousehold, Skill},
    understanding::{Products, Understander},
};

/// The rules that the order desk needs of a skill.
pub fn rules(skill: &Skill) -> (ShopId, ShopRules) {
    (skill.id.clone(), ShopRules { terms: skill.terms.clone(), zone: skill.zone.clone() })
}

/// The parts of the engine for a skill. Sample households are left behind: see [`fill`].
///
/// # Errors
/// When it speaks no language.
pub fn shop(skill: &Skill) -> anyhow::Result<Shop> {
    let language = skill.languages.first().context("the skill speaks no language")?;
    let catalog = skill.catalog.clone();
    let words = language.option_words.clone();
    let products = Products::with_options(catalog.clone(), &language.sentences, words);
    let understander = Understander::new(&language.sentences, products.vocabulary(), skill.terms.currency);
    Ok(Shop {
        id: skill.id.clone(),
        terms: skill.terms.clone(),
        zone: skill.zone.clone(),
        catalog,
        menu: language.menu.clone(),
        products,
        understander,
        default_locale: language.locale.clone(),
        replies: skill.languages.iter().map(|l| (l.locale.clone(), l.phrasebook.clone())).collect(),
    })
}

/// Tells the desk of a skill's products and sample households, unless it was told of the same before. What is
/// known already stays as it is, so this runs at every start.
///
/// # Errors
/// When the store fails.
pub async fn fill(desk: &OrderDesk, skill: &Skill, today: Date) -> anyhow::Result<()> {
    let digest = digest(skill);
    if desk.seeded(&skill.id).await?.is_some_and(|before| before == digest) {
        return Ok(());
    }
    let opening: Vec<_> = skill.catalog.listings().map(|p| (p.sku(), p.opening_stock())).collect();
    desk.sync_stock(&skill.id, &opening).await?;
    for sample in &skill.households {
        let new = NewHousehold {
            id: sample.id.clone(),
            name: sample.name.clone(),
            members: sample.members.clone(),
            limit: sample.limit,
        };
        desk.add_household(&skill.id, &new).await?;
        // The PIN comes last: with it a household is complete, whatever a crash cut short before.
        if desk.household(&skill.id, &sample.id).await?.is_some_and(|known| known.has_pin) {
            continue;
        }
        desk.import(&skill.id, &past_orders(sample, today)).await?;
        if let Some(pin) = &sample.pin {
            desk.set_pin(&skill.id, &sample.id, SecretString::from(pin.expose())).await?;
        }
    }
    Ok(desk.set_seeded(&skill.id, &digest).await?)
}

/// SHA-256 of what [`fill`] tells, in hexadecimal digits. Of a PIN it has only that there is one.
fn digest(skill: &Skill) -> String {
    let mut digest = Sha256::new();
    for product in skill.catalog.listings() {
        digest.update(format!("{} {}\n", product.id(), product.opening_stock()));
    }
    digest.update(format!("{:?} {:?}", skill.terms, skill.households));
    HEXLOWER.encode(&digest.finalize())
}

/// The sample purchases of a household, order by order.
fn past_orders(sample: &SampleHousehold, today: Date) -> Vec<PastOrder> {
    let purchases = sample.purchases(today);
    let same = |a: &Purchase, b: &Purchase| a.order == b.order;
    purchases
        .chunk_by(same)
        .map(|lines| PastOrder {
            reference: lines[0].order.to_string(),
            household: sample.id.clone(),
            date: lines[0].date,
            lines: lines.iter().map(past_line).collect(),
        })
        .collect()
}

fn past_line(purchase: &Purchase) -> PastLine {
    PastLine {
        sku: purchase.sku.clone(),
        title: purchase.title.clone(),
        quantity: purchase.quantity,
        unit_price: purchase.unit_price,
    }
}
