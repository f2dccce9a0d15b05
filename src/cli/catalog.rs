//! `sayso catalog`: the shop's products.

use anyhow::Result;

use super::{Exit, args::CatalogCommand, terminal};
use crate::{
    app,
    config::Settings,
    skill::import_catalog,
    understanding::{Constraints, Products},
};

pub fn run(command: CatalogCommand, settings: &Settings) -> Result<Exit> {
    let skill = app::load_skill(settings)?;
    match command {
        CatalogCommand::Import { file } => {
            let catalog = import_catalog(&file, settings.data(), &skill.id, skill.terms.currency)?;
            terminal::line(format!("{} products are sold from now on", catalog.len()))?;
        }
        CatalogCommand::Search { words } => {
            let sentences = app::sentences(&skill, settings.locale());
            let products = Products::new(skill.catalog.clone(), sentences);
            let matches = products.search(&words.join(" ").to_lowercase(), &Constraints::default());
            if matches.hits.is_empty() {
                terminal::line("nothing fits these words")?;
            }
            let found = matches.hits.iter().filter_map(|hit| skill.catalog.get(&hit.sku));
            let rows: Vec<_> = found
                .map(|p| {
                    let price = format!("{:>7} {}", p.price().to_string(), p.price().currency().code());
                    vec![price, p.sku.to_string(), p.title]
                })
                .collect();
            if !rows.is_empty() {
                terminal::table(&["price", "sku", "title"], &rows)?;
            }
        }
    }
    Ok(Exit::Done)
}
