//! Skills for the bench: the household skill with another name and a generated catalogue.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use rand::{RngExt, SeedableRng, rngs::StdRng};

/// The household that speaks in the bench.
pub const HOUSEHOLD: &str = "oak-street";
/// Past purchases that a generated shop keeps.
const PURCHASES: usize = 40;
/// So that nothing is sold out while we measure.
const STOCK: &str = "1000000";

/// Writes a skill into a new folder. Its first products are the household skill's own, so that its sentences and
/// past purchases fit; the others are theirs under other brands, as `seed` has it.
pub fn write(folder: &Path, id: &str, products: usize, seed: u64) -> Result<()> {
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("skills/household");
    for part in ["sentences/en.toml", "replies/en.ftl"] {
        fs::create_dir_all(folder.join(part).parent().context("a folder")?)?;
        fs::copy(model.join(part), folder.join(part))?;
    }
    let manifest = fs::read_to_string(model.join("skill.toml"))?;
    fs::write(folder.join("skill.toml"), manifest.replace("id = \"household\"", &format!("id = {id:?}")))?;
    let one = format!("[[household]]\nid = {HOUSEHOLD:?}\nname = \"Oak Street\"\nlimit = \"50.00 USD\"\n");
    fs::write(folder.join("households.toml"), one)?;
    let history = fs::read_to_string(model.join("history.csv"))?;
    let ours = history.lines().enumerate().filter(|(at, line)| *at == 0 || line.starts_with(HOUSEHOLD));
    let ours: Vec<_> = ours.map(|(_, line)| line).take(PURCHASES + 1).collect();
    fs::write(folder.join("history.csv"), ours.join("\n") + "\n")?;
    catalog(&model.join("catalog.csv"), &folder.join("catalog.csv"), products, seed)
}

fn catalog(model: &Path, file: &Path, products: usize, seed: u64) -> Result<()> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut rows = csv::Reader::from_path(model)?;
    let head = rows.headers()?.clone();
    let column =
        |name: &str| head.iter().position(|n| n == name).with_context(|| format!("no column {name}"));
    let (id, title, brand) = (column("id")?, column("title")?, column("brand")?);
    let (quantity, price, group) = (column("quantity")?, column("price")?, column("item_group_id")?);
    let (sale, availability) = (column("sale_price")?, column("availability")?);
    let own = rows.records().collect::<Result<Vec<_>, _>>()?;
    let mut out = csv::Writer::from_path(file)?;
    out.write_record(&head)?;
    for number in 0..products.max(own.len()) {
        let mut row: Vec<String> = own[number % own.len()].iter().map(str::to_owned).collect();
        row[quantity] = STOCK.into();
        row[availability] = "in_stock".into();
        if number >= own.len() {
            let name = made_up(&mut random);
            row[title] = row[title].replace(&row[brand], &name);
            row[brand] = name;
            row[id] = format!("generated-{number}");
            row[price] = format!("{}.{:02} USD", random.random_range(1..40), random.random_range(0..100));
            row[sale].clear();
            row[group].clear();
        }
        out.write_record(&row)?;
    }
    Ok(out.flush()?)
}

/// A made-up brand of two syllables.
fn made_up(random: &mut StdRng) -> String {
    const FIRST: [&str; 12] =
        ["Alder", "Birch", "Cedar", "Dove", "Elm", "Fern", "Gull", "Heron", "Iris", "Jay", "Kite", "Linden"];
    const SECOND: [&str; 12] =
        ["brook", "dale", "field", "ford", "gate", "hill", "holm", "mead", "stead", "wick", "combe", "ridge"];
    let first = FIRST[random.random_range(0..FIRST.len())];
    format!("{first}{}", SECOND[random.random_range(0..SECOND.len())])
}
