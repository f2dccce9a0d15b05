//! Words, however they came in, as both sample shops understand them. The first byte says what was asked before.

#![no_main]

use std::{path::Path, sync::LazyLock};

use libfuzzer_sys::fuzz_target;
use sayso::{
    skill::Skill,
    understanding::{Expect, Products, Source, Understander, holds_pin},
};

static SHOPS: LazyLock<Vec<Understander>> = LazyLock::new(|| {
    ["household", "coffee-bar"]
        .into_iter()
        .map(|name| {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../skills").join(name);
            let skill = Skill::load(&folder).expect("a sample shop");
            let language = &skill.languages[0];
            let (catalog, words) = (skill.catalog.clone(), language.option_words.clone());
            let products = Products::with_options(catalog, &language.sentences, words);
            Understander::new(&language.sentences, products.vocabulary(), skill.terms.currency)
        })
        .collect()
});

fuzz_target!(|bytes: &[u8]| {
    let Some((before, text)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let expect = [
        Expect::Anything,
        Expect::YesNo,
        Expect::Choice,
        Expect::Pin,
        Expect::Order,
        Expect::Quantity,
        Expect::Product,
    ][usize::from(*before) % 7];
    let today = jiff::civil::date(2026, 11, 23);
    for shop in SHOPS.iter() {
        for source in [Source::Typed, Source::Heard] {
            let understood = shop.understand_from(source, text, expect, today);
            assert!((0.0..=1.0).contains(&understood.confidence), "{}", understood.confidence);
        }
        shop.mentions_options(text);
    }
    holds_pin(text);
});
