//! Skills for the bench: the household skill with another name and a generated catalogue.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use rand::{RngExt, SeedableRng, rngs::StdRng};

/// The household whose past purchases a generated household has too.
const HOUSEHOLD: &str = "oak-street";
/// Past purchases that each household has.
const PURCHASES: usize = 40;
/// So that nothing is sold out while we measure.
const STOCK: &str = "1000000";

/// Writes a skill into a new folder. Its first products are the household skill's own, so that its sentences and
/// past purchases fit; the others are theirs under other brands, as `seed` has it. Gives the households.
pub fn write(folder: &Path, id: &str, products: usize, households: usize, seed: u64) -> Result<Vec<String>> {
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("skills/household");
    for part in ["sentences/en.toml", "replies/en.ftl"] {
        fs::create_dir_all(folder.join(part).parent().context("a folder")?)?;
        fs::copy(model.join(part), folder.join(part))?;
    }
    let manifest = fs::read_to_string(model.join("skill.toml"))?;
    fs::write(folder.join("skill.toml"), manifest.replace("id = \"household\"", &format!("id = {id:?}")))?;
    let households: Vec<_> = (0..households).map(|number| format!("household-{number}")).collect();
    let each =
        |id: &String| format!("[[household]]\nid = {id:?}\nname = {id:?}\nlimit = \"100000.00 USD\"\n");
    fs::write(folder.join("households.toml"), households.iter().map(each).collect::<String>())?;
    let history = fs::read_to_string(model.join("history.csv"))?;
    let (head, lines) = history.split_once('\n').context("a head")?;
    let ours: Vec<_> =
        lines.lines().filter_map(|line| line.strip_prefix(HOUSEHOLD)).take(PURCHASES).collect();
    let theirs = households.iter().flat_map(|id| ours.iter().map(move |line| format!("{id}{line}\n")));
    fs::write(folder.join("history.csv"), format!("{head}\n{}", theirs.collect::<String>()))?;
    catalog(&model.join("catalog.csv"), &folder.join("catalog.csv"), products, seed)?;
    Ok(households)
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
