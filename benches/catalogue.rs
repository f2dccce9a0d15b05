//! A generated catalogue: the sample shop's products under many brands, 10,000 in all.

use std::sync::Arc;

use sayso::{
    commerce::{Catalog, Product, Sku},
    skill::Skill,
};

/// Products in the catalogue.
pub const PRODUCTS: usize = 10_000;

/// The sample shop with [`PRODUCTS`] products. The first ones are its own, so its sentences and
/// past purchases fit.
pub fn large_shop() -> anyhow::Result<Skill> {
    let mut skill = Skill::bundled()?;
    let own: Vec<Product> = skill.catalog.products().collect();
    let mut products: Vec<Product> = own.clone();
    for number in 0..PRODUCTS.saturating_sub(own.len()) {
        let model = &own[number % own.len()];
        products.push(Product {
            sku: Sku::new(format!("generated-{number}"))?,
            title: model.title.replace(&model.brand, &brand(number)),
            brand: brand(number),
            group: None,
            ..model.clone()
        });
    }
    // Nothing may be sold out while we measure.
    for product in &mut products {
        product.opening_stock = 1_000_000;
    }
    skill.catalog = Arc::new(Catalog::new(products));
    Ok(skill)
}

/// A made-up brand: two syllables and a number of its own.
fn brand(number: usize) -> String {
    const FIRST: [&str; 10] =
        ["Alder", "Birch", "Cedar", "Dove", "Elm", "Fern", "Gull", "Heron", "Iris", "Jay"];
    const SECOND: [&str; 10] =
        ["brook", "dale", "field", "ford", "gate", "hill", "holm", "mead", "stead", "wick"];
    format!("{}{}", FIRST[number / 10 % 10], SECOND[number % 10])
}
