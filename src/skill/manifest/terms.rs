//! How the shop charges, delivers and takes back.

use serde::Deserialize;

use super::{Wrong, money};
use crate::commerce::{Currency, Quantity, Terms};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireTerms {
    pub currency: String,
    tax_basis_points: u32,
    shipping: String,
    free_shipping_from: Option<String>,
    delivery_days: u16,
    undo_seconds: u32,
    return_days: u16,
    max_quantity: u32,
}

/// The terms, where nothing is wrong with them.
pub(super) fn terms(wire: WireTerms, wrong: &mut Wrong) -> Option<Terms> {
    let code = || format!("`terms.currency`: `{}` is not an ISO 4217 code", wire.currency);
    let currency = wrong.of("terms.currency", Currency::from_code(&wire.currency).ok_or_else(code));
    let most = || format!("`terms.max_quantity` is 1 to {}", Quantity::MOST);
    let quantity = Quantity::new(wire.max_quantity).filter(|quantity| quantity.get() <= Quantity::MOST);
    let max_quantity = wrong.of("terms.max_quantity", quantity.ok_or_else(most));
    for (name, value, most) in [
        ("tax_basis_points", wire.tax_basis_points, 10_000),
        ("delivery_days", wire.delivery_days.into(), 90),
        ("undo_seconds", wire.undo_seconds, 86_400),
        ("return_days", wire.return_days.into(), 3_650),
    ] {
        if value > most {
            wrong.0.push((format!("terms.{name}"), format!("`terms.{name}` is at most {most}")));
        }
    }
    let mut amount = |name: &str, text: &str| wrong.of(name, money(name, text, currency?));
    let shipping = amount("terms.shipping", &wire.shipping);
    let free = wire.free_shipping_from.as_deref().map(|from| amount("terms.free_shipping_from", from));
    Some(Terms {
        currency: currency?,
        tax_basis_points: wire.tax_basis_points,
        shipping: shipping?,
        free_shipping_from: free.flatten(),
        delivery_days: wire.delivery_days,
        undo_seconds: wire.undo_seconds,
        return_days: wire.return_days,
        max_quantity: max_quantity?,
    })
}
