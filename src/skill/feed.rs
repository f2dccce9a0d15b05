//! A catalogue in the columns of Google's product data specification, as comma- or
//! tab-separated text. Columns that speech does not need are passed over.
//! <https://support.google.com/merchants/answer/7052112>

use std::{collections::HashSet, path::Path};

use csv::{ReaderBuilder, StringRecord};

use super::{
    SkillError,
    files::{Files, read_text},
    manifest::money,
};
use crate::commerce::{Catalog, CatalogBuilder, Currency, Money, Product, Sku};

/// The most products of one shop.
pub const MAX_PRODUCTS: usize = 200_000;

/// The largest feed, in bytes.
pub const MAX_FEED_BYTES: u64 = 256 << 20;

/// After so many mistakes the rest of a file is not looked at.
pub(super) const MAX_FAULTS: usize = 200;

/// The stock of a product that is for sale but not counted.
const UNCOUNTED: u32 = 1_000;

/// Columns without which a feed is refused.
const NEEDED: [&str; 6] = ["id", "title", "availability", "price", "brand", "product_type"];

/// The columns that are read, with the longest text of each, in characters: the specification's own limits.
const LENGTHS: [(&str, usize); 16] = [
    ("id", 50),
    ("title", 150),
    ("description", 5_000),
    ("availability", 20),
    ("quantity", 10),
    ("price", 30),
    ("sale_price", 30),
    ("brand", 70),
    ("product_type", 750),
    ("size", 100),
    ("color", 100),
    ("item_group_id", 50),
    ("product_highlight", 1_500),
    ("material", 150),
    ("pattern", 150),
    ("sale_price_effective_date", 150),
];

/// How much of a description is kept, in characters. More is never said in one answer: the replies cut a text at the
/// end of a sentence before, and have to see that there was more.
const MAX_DESCRIPTION: usize = 301;

/// Reads a feed from a file.
///
/// # Errors
/// [`SkillError`] with the line of the first product that cannot be sold.
pub fn read_feed(file: &Path, currency: Currency) -> Result<Catalog, SkillError> {
    parse(file, &read_text(file)?, currency)
}

/// The skill's own catalog.csv with every mistake; of the products those that can be sold.
pub(super) fn read_all(files: &Files, currency: Currency, faults: &mut Vec<SkillError>) -> Option<Catalog> {
    match files.read("catalog.csv") {
        Ok((file, text)) => parse_all(&file, &text, currency, faults),
        Err(error) => {
            faults.push(error);
            None
        }
    }
}

/// The skill's own catalog.csv.
pub(super) fn read(files: &Files, currency: Currency) -> Result<Catalog, SkillError> {
    let (file, text) = files.read("catalog.csv")?;
    parse(&file, &text, currency)
}

pub(super) fn parse(file: &Path, text: &str, currency: Currency) -> Result<Catalog, SkillError> {
    let mut faults = Vec::new();
    let catalog = parse_all(file, text, currency, &mut faults);
    match (faults.into_iter().next(), catalog) {
        (None, Some(catalog)) => Ok(catalog),
        (Some(error), _) => Err(error),
        (None, None) => Err(no_product(file)),
    }
}

/// Every mistake of a feed up to [`MAX_FAULTS`], and the products without one.
fn parse_all(file: &Path, text: &str, currency: Currency, faults: &mut Vec<SkillError>) -> Option<Catalog> {
    let bad = |line, what| SkillError::Line { file: file.to_owned(), line, what };
    let tabs = text.lines().next().is_some_and(|head| head.contains('\t'));
    let delimiter = if tabs { b'\t' } else { b',' };
    let mut rows = ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    let head = rows.headers().map_err(|e| csv_error(file, &e));
    let columns = match head.and_then(|head| columns(head).map_err(|what| bad(1, what))) {
        Ok(columns) => columns,
        Err(error) => {
            faults.push(error);
            return None;
        }
    };
    let (mut products, mut seen) = (CatalogBuilder::default(), HashSet::new());
    let most = faults.len() + MAX_FAULTS;
    let mut row = StringRecord::new();
    loop {
        let read = match rows.read_record(&mut row) {
            Ok(false) => break,
            Ok(true) => Ok(()),
            Err(error) => Err(csv_error(file, &error)),
        };
        let line = row.position().map_or(0, csv::Position::line);
        let read = read.and_then(|()| {
            product(&Row { columns: &columns, row: &row }, currency).map_err(|what| bad(line, what))
        });
        match read {
            Ok(product) if !seen.insert(product.sku.clone()) => {
                faults.push(bad(line, format!("the id `{}` is there twice", product.sku)));
            }
            Ok(product) => products.add(&product),
            Err(error) => faults.push(error),
        }
        if products.len() > MAX_PRODUCTS {
            faults.push(bad(line, format!("there are more than {MAX_PRODUCTS} products")));
        }
        if faults.len() >= most || products.len() > MAX_PRODUCTS {
            break;
        }
    }
    if products.is_empty() && faults.len() + MAX_FAULTS == most {
        faults.push(no_product(file));
    }
    (!products.is_empty()).then(|| products.build())
}

fn no_product(file: &Path) -> SkillError {
    SkillError::File { file: file.to_owned(), what: "there is no product".to_owned() }
}

/// An error of the CSV reader, with its line.
pub(super) fn csv_error(file: &Path, error: &csv::Error) -> SkillError {
    let line = error.position().map_or(1, csv::Position::line);
    let what = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("it has {len} fields where the first line has {expected_len}")
        }
        _ => error.to_string(),
    };
    SkillError::Line { file: file.to_owned(), line, what }
}

/// Where each of the columns of [`LENGTHS`] is.
type Columns = [Option<usize>; LENGTHS.len()];

/// Which of the columns that are read has this name.
fn column(name: &str) -> Option<usize> {
    LENGTHS.iter().position(|(read, _)| *read == name)
}

/// Where each column is. Names are taken as the specification's, spaces as underscores.
fn columns(head: &StringRecord) -> Result<Columns, String> {
    let mut columns = Columns::default();
    for (i, name) in head.iter().enumerate() {
        let name = name.trim().to_ascii_lowercase().replace(' ', "_");
        if column(&name).is_some_and(|column| columns[column].replace(i).is_some()) {
            return Err(format!("the column `{name}` is there twice"));
        }
    }
    match NEEDED.iter().find(|name| column(name).is_none_or(|column| columns[column].is_none())) {
        Some(name) => Err(format!("the column `{name}` is missing")),
        None => Ok(columns),
    }
}

struct Row<'a> {
    columns: &'a Columns,
    row: &'a StringRecord,
}

impl Row<'_> {
    /// The text of a column; empty when it is not there.
    fn get(&self, name: &str) -> Result<&str, String> {
        let Some(column) = column(name) else { return Ok("") };
        let text = self.columns[column].and_then(|i| self.row.get(i)).unwrap_or_default().trim();
        let most = LENGTHS[column].1;
        // Characters are never more than bytes: most rows are settled without counting.
        if text.len() > most && text.chars().count() > most {
            return Err(format!("`{name}` is longer than {most} characters"));
        }
        Ok(text)
    }

    /// The same; empty is an error.
    fn need(&self, name: &str) -> Result<&str, String> {
        match self.get(name)? {
            "" => Err(format!("`{name}` is empty")),
            text => Ok(text),
        }
    }
}

fn product(row: &Row<'_>, currency: Currency) -> Result<Product, String> {
    let sku = Sku::new(row.need("id")?).map_err(|error| format!("`id`: {error}"))?;
    let (list_price, sale_price) = prices(row, currency)?;
    let kind = row.need("product_type")?.rsplit('>').next().unwrap_or_default().trim().to_lowercase();
    if kind.is_empty() {
        return Err("`product_type` ends in nothing".to_owned());
    }
    let optional = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Ok(Product {
        sku,
        title: row.need("title")?.to_owned(),
        description: row.get("description")?.chars().take(MAX_DESCRIPTION).collect(),
        brand: row.need("brand")?.to_owned(),
        kind,
        size: optional(&row.get("size")?.to_lowercase()),
        attributes: attributes(row)?,
        list_price,
        sale_price,
        opening_stock: stock(row)?,
        group: optional(row.get("item_group_id")?),
    })
}

fn prices(row: &Row<'_>, currency: Currency) -> Result<(Money, Option<Money>), String> {
    let list = money("price", row.need("price")?, currency)?;
    if list.minor() == 0 {
        return Err("`price` is zero".to_owned());
    }
    let sale = match row.get("sale_price")? {
        "" => return Ok((list, None)),
        text => money("sale_price", text, currency)?,
    };
    if !row.get("sale_price_effective_date")?.is_empty() {
        // Selling at a price that does not hold yet, or no more, would be worse.
        return Err("`sale_price_effective_date` is not supported: leave `sale_price` empty until it holds"
            .to_owned());
    }
    if sale.minor() >= list.minor() || sale.minor() == 0 {
        return Err("`sale_price` is not between zero and `price`".to_owned());
    }
    Ok((list, Some(sale)))
}

fn stock(row: &Row<'_>) -> Result<u32, String> {
    let for_sale = match row.need("availability")?.replace(' ', "_").as_str() {
        "in_stock" => true,
        "out_of_stock" | "preorder" | "backorder" => false,
        other => return Err(format!("`availability` is in_stock or out_of_stock, not `{other}`")),
    };
    match row.get("quantity")? {
        _ if !for_sale => Ok(0),
        "" => Ok(UNCOUNTED),
        count => count.parse().map_err(|_| format!("`quantity`: `{count}` is not a count")),
    }
}

/// Words that describe the product: "dark roast coffee", "the blue one".
fn attributes(row: &Row<'_>) -> Result<Vec<String>, String> {
    let mut all: Vec<String> = Vec::new();
    for column in ["color", "material", "pattern", "product_highlight"] {
        for word in row.get(column)?.split([',', '/']).map(|word| word.trim().to_lowercase()) {
            if !word.is_empty() && !all.contains(&word) {
                all.push(word);
            }
        }
    }
    Ok(all)
}
