//! Utterances of many words: a list is understood, and what would take long to read is not.

use sayso::understanding::{Expect, IntentName};

use crate::understanding::{TODAY, shop};

#[test]
fn a_long_list_is_understood_whole() {
    let (understander, _) = shop();
    let list = "buy two bags of northwind coffee and three packs of paper towels and milk and eggs and some dish \
                soap and a dozen bagels and four green teas and batteries";
    let understood = understander.understand(list, Expect::Anything, TODAY).intent;
    let things: Vec<_> = understood.slots.items.iter().map(|item| item.words.as_str()).collect();
    assert_eq!(understood.name, IntentName::Buy);
    assert_eq!(things.len(), 8, "{things:?}");
}

#[test]
fn words_heaped_up_are_no_wish() {
    let (understander, _) = shop();
    for heap in ["reorder ", "cheapest ", "coffee and ", "instead ", "not milk ", "with sugar "] {
        let words = heap.split_whitespace().count();
        let text = heap.repeat(60 / words);
        let understood = understander.understand(&text, Expect::Anything, TODAY);
        let none = matches!(understood.intent.name, IntentName::NotUnderstood | IntentName::No);
        assert!(none, "{heap}: {understood:?}");
    }
}
