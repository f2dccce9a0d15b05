//! Amounts of what is called so too: "less milk" is less of whatever milk it is.

use std::collections::HashMap;

use super::{group::Group, value::Value};
use crate::understanding::options::Meant;

/// For the words of an amount with which those for the same of another value agree but for a word or two before its
/// end ("less milk", "less oat milk"), that they can mean the other one as well.
pub(super) fn also_meant(group: &Group) -> Vec<(String, Meant)> {
    let amounts = || group.values.iter().filter_map(|value| Some((value, amount(value)?)));
    let mut by_words: HashMap<&str, (&Value, &str)> = HashMap::new();
    for (value, amount) in amounts() {
        by_words.extend(value.words.iter().map(|(_, words)| (words.as_str(), (value, amount))));
    }
    let mut also = Vec::new();
    for (value, amount) in amounts() {
        for shorter in value.words.iter().flat_map(|(_, words)| shorter(words)) {
            let other = by_words.get(shorter.as_str());
            if other.is_some_and(|(other, of)| *of == amount && other.value.base != value.value.base) {
                let (group, id) = (group.id.clone(), value.value.id.clone());
                also.push((shorter, Meant { group, value: id, counted: value.counted, amount: true }));
            }
        }
    }
    also
}

/// The amount of a value that is one.
fn amount(value: &Value) -> Option<&str> {
    let own = value.value.id.as_str().strip_prefix(value.value.base.as_str())?;
    (!own.is_empty()).then_some(own)
}

/// The words without some in their middle.
fn shorter(words: &str) -> Vec<String> {
    let words: Vec<&str> = words.split_whitespace().collect();
    let gaps = (1..words.len()).flat_map(|from| (from + 1..words.len()).map(move |to| (from, to)));
    gaps.map(|(from, to)| [&words[..from], &words[to..]].concat().join(" ")).collect()
}
