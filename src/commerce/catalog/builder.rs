//! Making a catalogue of products that come one by one.

use std::{collections::HashMap, num::NonZeroU32, ops::Range};

use super::{Catalog, Row, Text};
use crate::commerce::Product;

/// Makes a [`Catalog`] of products that come one by one. Takes 4 GiB of texts at most; a feed has 256 MiB.
#[derive(Default)]
pub struct CatalogBuilder {
    texts: String,
    ends: Vec<u32>,
    known: HashMap<Box<str>, Text>,
    lists: Vec<Box<[Text]>>,
    known_lists: HashMap<Vec<u32>, u32>,
    rows: Vec<Row>,
}

impl CatalogBuilder {
    /// How many products there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Adds a product after the others.
    pub fn add(&mut self, product: &Product) {
        let row = Row {
            // No two products have these two in common.
            sku: self.append(product.sku.as_str()),
            title: self.append(&product.title),
            description: self.text(&product.description),
            brand: self.text(&product.brand),
            kind: self.text(&product.kind),
            size: product.size.as_deref().map(|size| self.text(size)),
            group: product.group.as_deref().map(|group| self.text(group)),
            attributes: self.list(&product.attributes),
            opening_stock: product.opening_stock,
            list_price: product.list_price,
            sale_price: product.sale_price,
        };
        self.rows.push(row);
    }

    /// The catalogue of what was added.
    pub fn build(self) -> Catalog {
        let number = |range: Range<usize>| range.map(|n| n as u32);
        let mut by_sku: Vec<u32> = number(0..self.rows.len()).collect();
        let mut catalog = Catalog {
            texts: self.texts.into(),
            ends: self.ends.into(),
            lists: self.lists.into(),
            rows: self.rows.into(),
            by_sku: Box::default(),
        };
        let sku = |number: u32| catalog.text(catalog.rows[number as usize].sku);
        by_sku.sort_by(|&a, &b| sku(a).cmp(sku(b)).then_with(|| b.cmp(&a)));
        by_sku.dedup_by(|next, kept| sku(*next) == sku(*kept));
        catalog.by_sku = by_sku.into();
        catalog
    }

    /// A text that other products may have too.
    fn text(&mut self, text: &str) -> Text {
        if let Some(known) = self.known.get(text) {
            return *known;
        }
        let new = self.append(text);
        self.known.insert(text.into(), new);
        new
    }

    fn append(&mut self, text: &str) -> Text {
        self.texts.push_str(text);
        self.ends.push(u32::try_from(self.texts.len()).expect("the texts of a feed are less than 4 GiB"));
        let number = NonZeroU32::new(self.ends.len() as u32).expect("one was added just now");
        Text(number)
    }

    fn list(&mut self, texts: &[String]) -> u32 {
        let list: Vec<Text> = texts.iter().map(|text| self.text(text)).collect();
        let key = list.iter().map(|text| text.0.get()).collect();
        *self.known_lists.entry(key).or_insert_with(|| {
            self.lists.push(list.into());
            (self.lists.len() - 1) as u32
        })
    }
}
