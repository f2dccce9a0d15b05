//! What cannot be told apart, and what nobody can choose.

use std::collections::{HashMap, HashSet};

use super::{faults::Faults, group::Group};
use crate::{
    commerce::{Catalog, Product},
    understanding::options::stems_of_words,
};

/// The longest words of an option, in words.
const MAX_WORDS: usize = 10;

/// Groups without a product, products that are not there, words with two meanings.
pub(super) fn check(groups: &[Group], catalog: &Catalog, told: &mut Faults) {
    let mut names: HashSet<String> = HashSet::new();
    let mut kinds: HashMap<Vec<String>, String> = HashMap::new();
    for product in catalog.products() {
        names.insert(product.sku.as_str().to_lowercase());
        names.extend(product.group.as_ref().map(|group| group.to_lowercase()));
        names.insert(product.kind.clone());
        kinds.entry(stems_of_words(&product.kind)).or_insert(product.kind);
    }
    for group in groups {
        for name in group.products.iter().filter(|name| !names.contains(*name)) {
            told.at(group.at, format!("`for`: there is no product, variant group or product type `{name}`"));
        }
        if group.products.is_empty() {
            told.at(group.at, format!("nobody can choose `{}`: `for` names no product", group.id));
        }
        for (at, words) in group.values.iter().flat_map(|value| &value.words) {
            let stems = stems_of_words(words);
            if stems.is_empty() || stems.len() > MAX_WORDS {
                told.at(*at, format!("\"{words}\": an option has 1 to {MAX_WORDS} words"));
            }
            if let Some(kind) = kinds.get(&stems) {
                told.at(*at, format!("\"{words}\" is a product of this shop: {kind}"));
            }
        }
    }
    same_words(groups, catalog, told);
}

/// Two values that some product has, and that are called the same.
fn same_words(groups: &[Group], catalog: &Catalog, told: &mut Faults) {
    let shared = shared(groups, catalog);
    let mut known: HashMap<Vec<String>, Vec<(usize, &str, &str)>> = HashMap::new();
    for (number, group) in groups.iter().enumerate() {
        for value in &group.values {
            for (at, words) in &value.words {
                let (id, before) = (value.value.id.as_str(), known.entry(stems_of_words(words)).or_default());
                let other = before.iter().find(|(other, value, _)| {
                    (*other != number || *value != id)
                        && (*other == number || shared.contains(&(*other, number)))
                });
                if let Some((other, value, _)) = other {
                    let other = &groups[*other].id;
                    told.at(*at, format!("\"{words}\" is `{value}` of `{other}` too, for the same product"));
                }
                before.push((number, id, group.id.as_str()));
            }
        }
    }
}

/// Pairs of groups, the earlier first, that some product has both of.
fn shared(groups: &[Group], catalog: &Catalog) -> HashSet<(usize, usize)> {
    let has = |group: &Group, product: &Product| {
        let variant = product.group.as_ref().is_some_and(|name| group.products.contains(name));
        variant || group.products.contains(product.sku.as_str()) || group.products.contains(&product.kind)
    };
    let mut shared = HashSet::new();
    for product in catalog.products() {
        let of: Vec<usize> = (0..groups.len()).filter(|&n| has(&groups[n], &product)).collect();
        for (i, &a) in of.iter().enumerate() {
            shared.extend(of[i + 1..].iter().map(|&b| (a, b)));
        }
    }
    shared
}
