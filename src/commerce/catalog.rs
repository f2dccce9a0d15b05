//! The catalogue of a shop. A server has a million products of other people's shops in its memory, so they lie close
//! together: every text one after the other in one piece, and of a product only the numbers of its texts. What many
//! products have in common, a brand, a kind, a size, is there once.

mod builder;

use std::num::NonZeroU32;

use super::{Money, Product, Sku};

pub use builder::CatalogBuilder;

/// A text of a catalogue, by its number from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Text(NonZeroU32);

/// A product, in 72 bytes beside its texts.
#[derive(Debug, Clone)]
struct Row {
    sku: Text,
    title: Text,
    description: Text,
    brand: Text,
    kind: Text,
    size: Option<Text>,
    group: Option<Text>,
    /// Which of the lists of attributes.
    attributes: u32,
    opening_stock: u32,
    list_price: Money,
    sale_price: Option<Money>,
}

/// A shop's products, by id and in the order of the file.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    texts: Box<str>,
    /// Where each text ends.
    ends: Box<[u32]>,
    /// Lists of attributes, each once.
    lists: Box<[Box<[Text]>]>,
    rows: Box<[Row]>,
    /// The numbers of the products in the order of their ids, each id once.
    by_sku: Box<[u32]>,
}

impl Catalog {
    /// A catalogue of these products; of two with one id the later wins.
    pub fn new(products: impl IntoIterator<Item = Product>) -> Self {
        let mut builder = CatalogBuilder::default();
        for product in products {
            builder.add(&product);
        }
        builder.build()
    }

    /// The product with that id.
    pub fn get(&self, sku: &Sku) -> Option<Product> {
        self.listing(sku).map(|listing| listing.product())
    }

    /// Whether there is a product with that id.
    pub fn contains(&self, sku: &Sku) -> bool {
        self.listing(sku).is_some()
    }

    /// The product with that id, to be looked at.
    pub fn listing(&self, sku: &Sku) -> Option<Listing<'_>> {
        let id = |number: u32| self.text(self.rows[number as usize].sku);
        let at = self.by_sku.binary_search_by(|&number| id(number).cmp(sku.as_str())).ok()?;
        self.numbered(self.by_sku[at])
    }

    /// The product with that number, counted from 0 in the order of the file.
    pub fn numbered(&self, number: u32) -> Option<Listing<'_>> {
        self.rows.get(number as usize).map(|row| Listing { catalog: self, row, number })
    }

    /// How many products there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// All products, in the order of the file.
    pub fn products(&self) -> impl ExactSizeIterator<Item = Product> + Clone + '_ {
        self.listings().map(|listing| listing.product())
    }

    /// The same, to be looked at.
    pub fn listings(&self) -> impl ExactSizeIterator<Item = Listing<'_>> + Clone + '_ {
        // The builder gives no number twice, and none above u32's.
        self.rows.iter().enumerate().map(|(at, row)| Listing { catalog: self, row, number: at as u32 })
    }

    fn text(&self, text: Text) -> &str {
        let number = text.0.get() as usize;
        let start = if number == 1 { 0 } else { self.ends[number - 2] };
        &self.texts[start as usize..self.ends[number - 1] as usize]
    }
}

/// A product in its catalogue.
#[derive(Clone, Copy)]
pub struct Listing<'a> {
    catalog: &'a Catalog,
    row: &'a Row,
    number: u32,
}

impl<'a> Listing<'a> {
    /// Its place in the order of the file, from 0.
    pub fn number(self) -> u32 {
        self.number
    }

    /// Whether it is the one with its id: of two the later is.
    pub fn is_current(self) -> bool {
        let single = self.catalog.by_sku.len() == self.catalog.rows.len();
        single || self.catalog.listing(&self.sku()).is_some_and(|current| current.number == self.number)
    }

    /// `id`, as text.
    pub fn id(self) -> &'a str {
        self.catalog.text(self.row.sku)
    }

    /// `id`.
    pub fn sku(self) -> Sku {
        Sku::known(self.id())
    }

    /// See [`Product::title`].
    pub fn title(self) -> &'a str {
        self.catalog.text(self.row.title)
    }

    /// See [`Product::brand`].
    pub fn brand(self) -> &'a str {
        self.catalog.text(self.row.brand)
    }

    /// See [`Product::kind`].
    pub fn kind(self) -> &'a str {
        self.catalog.text(self.row.kind)
    }

    /// See [`Product::size`].
    pub fn size(self) -> Option<&'a str> {
        self.row.size.map(|size| self.catalog.text(size))
    }

    /// See [`Product::attributes`].
    pub fn attributes(self) -> impl Iterator<Item = &'a str> {
        self.catalog.lists[self.row.attributes as usize].iter().map(|&text| self.catalog.text(text))
    }

    /// What one costs today.
    pub fn price(self) -> Money {
        self.row.sale_price.unwrap_or(self.row.list_price)
    }

    /// See [`Product::opening_stock`].
    pub fn opening_stock(self) -> u32 {
        self.row.opening_stock
    }

    /// The product with all that is known of it, apart from its catalogue.
    pub fn product(self) -> Product {
        let (catalog, row) = (self.catalog, self.row);
        let text = |text: Text| catalog.text(text).to_owned();
        Product {
            sku: self.sku(),
            title: text(row.title),
            description: text(row.description),
            brand: text(row.brand),
            kind: text(row.kind),
            size: row.size.map(text),
            attributes: self.attributes().map(str::to_owned).collect(),
            list_price: row.list_price,
            sale_price: row.sale_price,
            opening_stock: row.opening_stock,
            group: row.group.map(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commerce::Currency;

    fn product(sku: &str, title: &str, attributes: &[&str]) -> Product {
        let price = Money::new(499, Currency::USD);
        Product {
            sku: Sku::new(sku).unwrap(),
            title: title.to_owned(),
            description: String::new(),
            brand: "Northwind".to_owned(),
            kind: "coffee".to_owned(),
            size: title.len().is_multiple_of(2).then(|| "large".to_owned()),
            attributes: attributes.iter().map(|&a| a.to_owned()).collect(),
            list_price: price,
            sale_price: None,
            opening_stock: 7,
            group: None,
        }
    }

    #[test]
    fn products_come_out_of_a_catalogue_as_they_went_in() {
        let products = vec![
            product("b", "Northwind Coffee", &["dark", "organic"]),
            product("a", "Northwind Café", &[]),
            product("c", "", &["dark", "organic"]),
        ];
        let catalog = Catalog::new(products.clone());
        assert!(catalog.products().eq(products.iter().cloned()));
        for product in &products {
            assert_eq!(catalog.get(&product.sku).as_ref(), Some(product));
        }
        assert_eq!(catalog.get(&Sku::new("d").unwrap()), None);
        assert_eq!(Catalog::default().get(&products[0].sku), None);
    }

    #[test]
    fn of_two_products_with_one_id_the_later_is_sold() {
        let catalog = Catalog::new([product("a", "first", &[]), product("a", "second", &[])]);
        assert_eq!(catalog.get(&Sku::new("a").unwrap()).unwrap().title, "second");
        assert_eq!(catalog.listings().map(Listing::is_current).collect::<Vec<_>>(), [false, true]);
    }
}
