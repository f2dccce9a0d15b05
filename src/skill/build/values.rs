//! The words that can fill a place: what the shop has, as it is spoken of.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::{
    commerce::{Catalog, OptionMenu, Product},
    skill::Language,
    understanding::{OptionWords, options::Meant, sentences::Synonyms, words},
};

/// The longest value that platforms take, in characters.
const MAX_VALUE: usize = 140;

/// What may be said in a place, and how else it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    /// The product, if it is exactly one.
    pub id: Option<String>,
    /// What the engine understands.
    pub name: String,
    /// Other words for it, each the word of nothing else.
    pub synonyms: Vec<String>,
}

/// Counts of an option that are named, from two on; more than the group can have are not.
const COUNTS: [&str; 7] = ["two", "three", "four", "five", "six", "seven", "eight"];

/// Values by the name of the list: `item`, `unit`, `it`, `brand`, `size`, `attribute`, `description`, `option`.
pub(super) type Values = BTreeMap<&'static str, Vec<Value>>;

/// The values of a shop in a language. Of its products the first `most` of the catalogue are named.
pub(super) fn values(catalog: &Catalog, language: &Language, most: usize) -> Values {
    let synonyms = language.sentences.synonyms();
    let products: Vec<Product> = catalog.products().collect();
    let brands = plain(products.iter().map(|p| p.brand.as_str()));
    let sizes = plain(products.iter().filter_map(|p| p.size.as_deref()));
    let attributes = plain(products.iter().flat_map(|p| p.attributes.iter().map(String::as_str)));
    let items = items(&products, synonyms, most);
    // "A latte" is a thing: it does not also describe one.
    let things: HashSet<&String> = items.iter().flat_map(|v| v.synonyms.iter().chain([&v.name])).collect();
    let telling = [&brands, &sizes, &attributes].into_iter().flatten().map(|v| &v.name);
    let description = plain(telling.filter(|word| !things.contains(word)).map(String::as_str));
    let mut values = Values::from([
        ("item", items),
        ("unit", words::units().map(|(one, many)| value(one, [many])).collect()),
        ("it", vec![value("it", ["that", "this", "them", "those", "these", "that one", "this one"])]),
        ("description", description),
        ("brand", brands),
        ("size", sizes),
        ("attribute", attributes),
        ("option", options(&language.option_words, &language.menu)),
    ]);
    // A list without values is none: no sentence with its place is taught.
    values.retain(|_, list| !list.is_empty());
    values
}

/// How many words the lists have, as platforms count.
pub(super) fn count(values: &Values) -> usize {
    values.values().flatten().map(|value| 1 + value.synonyms.len()).sum()
}

/// A text as it is said: small letters, no punctuation but that inside words. Empty if it is too long.
pub(super) fn said(text: &str) -> String {
    let fine = |c: char| if c.is_alphanumeric() || matches!(c, '\'' | '-' | '.' | '&') { c } else { ' ' };
    let text: String = text.to_lowercase().replace('’', "'").chars().map(fine).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() > MAX_VALUE { String::new() } else { text }
}

fn value<'a>(name: &str, synonyms: impl IntoIterator<Item = &'a str>) -> Value {
    let synonyms = synonyms.into_iter().map(str::to_owned).collect();
    Value { id: None, name: name.to_owned(), synonyms }
}

/// Each text once, sorted.
fn plain<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<Value> {
    let all: BTreeSet<String> = texts.map(said).filter(|text| !text.is_empty()).collect();
    all.iter().map(|text| value(text, [])).collect()
}

/// Kinds first ("paper towels"), then their last words ("towels"), kinds of a brand, single products.
fn items(products: &[Product], synonyms: &Synonyms, most: usize) -> Vec<Value> {
    let mut list = List::default();
    let kinds: BTreeSet<String> = products.iter().map(|p| said(&p.kind)).collect();
    for kind in &kinds {
        let called =
            synonyms.iter().filter(|(_, meant)| said(meant) == *kind).map(|(called, _)| said(called));
        let called: Vec<String> = called.filter(|called| !kinds.contains(called)).collect();
        list.add(None, kind, called);
    }
    for kind in &kinds {
        list.add(None, kind.rsplit(' ').next().unwrap_or_default(), []);
    }
    let branded: BTreeSet<String> =
        products.iter().map(|p| said(&format!("{} {}", p.brand, p.kind))).collect();
    for name in &branded {
        list.add(None, name, []);
    }
    for product in products.iter().take(most) {
        let fine =
            product.sku.as_str().bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        let id = fine.then(|| product.sku.as_str().to_owned());
        list.add(id, &said(&product.title), turned(product));
    }
    list.values
}

/// What can be wanted with a thing: every option by its words, several of those that are counted, and none of it.
fn options(words: &OptionWords, menu: &OptionMenu) -> Vec<Value> {
    let mut grouped: Vec<(&[Meant], Vec<String>)> = Vec::new();
    for (text, meant) in words.phrases() {
        match grouped.iter_mut().find(|(other, _)| *other == meant) {
            Some((_, texts)) => texts.push(said(text)),
            None => grouped.push((meant, vec![said(text)])),
        }
    }
    let mut list = List::default();
    for (_, texts) in &grouped {
        list.add(None, &texts[0], texts[1..].to_vec());
    }
    for (meant, texts) in &grouped {
        let Some(value) = meant.first().and_then(|one| menu.group(&one.group)?.value(&one.value)) else {
            continue;
        };
        if value.id != value.base {
            continue;
        }
        if meant[0].counted {
            for count in &COUNTS {
                list.add(None, &said(&format!("{count} {}", value.many)), []);
            }
        }
        list.add(None, &said(&format!("no {}", texts[0])), []);
    }
    list.values
}

/// "Paper Towels, Twelve Pack" is also "twelve pack paper towels".
fn turned(product: &Product) -> Option<String> {
    let (name, size) = product.title.rsplit_once(", ")?;
    Some(said(&format!("{size} {name}")))
}

/// Values of which no word stands for two.
#[derive(Default)]
struct List {
    values: Vec<Value>,
    taken: HashSet<String>,
}

impl List {
    fn add(&mut self, id: Option<String>, name: &str, synonyms: impl IntoIterator<Item = String>) {
        if name.is_empty() || !self.taken.insert(name.to_owned()) {
            return;
        }
        let free = |word: &String| !word.is_empty() && self.taken.insert(word.clone());
        let synonyms = synonyms.into_iter().filter(free).collect();
        self.values.push(Value { id, name: name.to_owned(), synonyms });
    }
}
