//! Spoken names find the products that were meant, and no others.

mod sample;

use std::sync::Arc;

use jiff::civil::Date;
use sayso::{
    commerce::{Catalog, Currency, Money, OrderNumber, Product, Quantity, Sku, purchase::Purchase},
    understanding::{Constraints, ItemPhrase, Matches, Products, Sentences},
};

/// A product: brand, kind, size, attributes, price in cents. Its id is made of the first three.
fn product(brand: &str, kind: &str, size: &str, attributes: &[&str], cents: i64) -> Product {
    let id = format!("{brand}-{kind}-{size}").to_lowercase().replace(' ', "-");
    Product {
        sku: Sku::new(id.trim_end_matches('-')).unwrap(),
        title: format!("{brand} {} {kind}, {size}", attributes.join(" ")),
        description: String::new(),
        brand: brand.into(),
        kind: kind.into(),
        size: (!size.is_empty()).then(|| size.into()),
        attributes: attributes.iter().map(|a| (*a).into()).collect(),
        list_price: Money::new(cents, Currency::USD),
        sale_price: None,
        opening_stock: 10,
        group: None,
    }
}

fn shelf() -> Vec<Product> {
    vec![
        product("Copperline", "coffee", "large", &["dark roast"], 1199),
        product("Northwind", "coffee", "small", &["decaf"], 699),
        product("Copperline", "ground coffee", "large", &[], 1099),
        product("Pinecrest", "coffee filters", "", &[], 299),
        product("Meadow Lane", "milk", "half gallon", &["whole"], 329),
        product("Greenway", "oat milk", "half gallon", &["organic"], 429),
        product("Greenway", "coconut milk", "", &[], 199),
        product("Northwind", "paper towels", "six pack", &[], 899),
        product("Northwind", "paper towels", "twelve pack", &[], 1599),
        product("Bluebird", "bath towels", "large", &["blue"], 1299),
        product("Brightleaf", "tea bags", "large", &[], 499),
        product("Brightleaf", "green tea", "small", &["organic"], 599),
        product("Happy Paws", "cat food", "large", &["chicken"], 999),
        product("Northwind", "batteries", "twelve pack", &[], 999),
        product("Silverbrook", "batteries", "six pack", &[], 549),
        product("Goldenfield", "chocolate", "small", &["milk"], 249),
    ]
}

fn shop(products: Vec<Product>) -> Products {
    let sentences = Sentences::parse(
        "test",
        "[synonyms]\n\"tea\" = \"tea bags\"\n\"kitchen roll\" = \"paper towels\"\n\"gin\" = \"no such thing\"\n[intents]",
    );
    Products::new(Arc::new(Catalog::new(products)), &sentences.unwrap())
}

fn item(words: &str) -> ItemPhrase {
    ItemPhrase { words: words.into(), ..ItemPhrase::default() }
}

fn skus(matches: &Matches) -> Vec<&str> {
    matches.hits.iter().map(|hit| hit.sku.as_str()).collect()
}

/// What the words find, without a history; the tie first.
fn find(words: &str) -> (usize, Vec<String>) {
    let found = shop(shelf()).resolve(&item(words), &Constraints::default(), &[]);
    (found.tied, skus(&found).into_iter().map(str::to_owned).collect())
}

fn bought(sku: &str) -> Purchase {
    Purchase {
        sku: Sku::new(sku).unwrap(),
        title: sku.into(),
        quantity: Quantity::ONE,
        unit_price: Money::new(100, Currency::USD),
        options: Default::default(),
        date: Date::constant(2026, 5, 1),
        order: OrderNumber(1001),
    }
}

#[test]
fn a_kind_is_found_and_its_namesakes_are_not() {
    assert_eq!(find("milk"), (1, vec!["meadow-lane-milk-half-gallon".into()]));
    assert_eq!(find("oat milk"), (1, vec!["greenway-oat-milk-half-gallon".into()]));
    assert_eq!(find("coffee filters"), (1, vec!["pinecrest-coffee-filters".into()]));
    assert_eq!(find("ground coffee").1, ["copperline-ground-coffee-large"]);
    assert_eq!(find("milk chocolate").1, ["goldenfield-chocolate-small"]);
}

#[test]
fn a_thing_that_the_shop_does_not_have_finds_nothing() {
    for words in [
        "unicorn",
        "almond milk",
        "unicorn coffee",
        "coffee machine",
        "chicken",
        "cat",
        "goat milk",
        "filters of gold",
        "gin",
        "",
        "the",
        "towels and unicorns",
    ] {
        assert_eq!(find(words), (0, vec![]), "{words}");
    }
}

#[test]
fn several_that_fit_equally_are_a_question() {
    assert_eq!(find("coffee").0, 2);
    assert_eq!(find("paper towels").0, 2);
    assert_eq!(find("towels").0, 3, "the head alone: paper towels and bath towels");
    assert_eq!(find("northwind paper towels").0, 2);
}

#[test]
fn brand_size_and_attributes_settle_the_question() {
    assert_eq!(find("dark roast coffee"), (1, vec!["copperline-coffee-large".into()]));
    assert_eq!(find("northwind coffee"), (1, vec!["northwind-coffee-small".into()]));
    assert_eq!(find("twelve pack paper towels"), (1, vec!["northwind-paper-towels-twelve-pack".into()]));
    assert_eq!(find("12 pack of paper towels"), (1, vec!["northwind-paper-towels-twelve-pack".into()]));
    assert_eq!(find("coffee decaf"), (1, vec!["northwind-coffee-small".into()]));
}

#[test]
fn plurals_slips_and_synonyms_find_the_thing() {
    assert_eq!(find("battery").0, 2);
    assert_eq!(find("paper towel").0, 2);
    assert_eq!(find("battereis").0, 2);
    assert_eq!(find("choclate").0, 1);
    assert_eq!(find("tea").1, ["brightleaf-tea-bags-large"]);
    assert_eq!(find("green tea").1, ["brightleaf-green-tea-small"]);
    assert_eq!(find("kitchen roll").0, 2);
    assert_eq!(find("mlik").0, 0, "short words are not corrected");
}

#[test]
fn a_pack_of_twelve_prefers_the_twelve_pack() {
    let wanted = ItemPhrase { pack_of: Some(12), ..item("paper towels") };
    let found = shop(shelf()).resolve(&wanted, &Constraints::default(), &[]);
    assert_eq!((found.tied, skus(&found)[0]), (1, "northwind-paper-towels-twelve-pack"));
}

#[test]
fn limits_of_price_hold_to_the_cent() {
    let under =
        |cents| Constraints { price_max: Some(Money::new(cents, Currency::USD)), ..Constraints::default() };
    let products = shop(shelf());
    let find = |cents| products.resolve(&item("coffee"), &under(cents), &[]);
    assert_eq!(skus(&find(1199)).len(), 2);
    assert_eq!(skus(&find(1198)), ["northwind-coffee-small"]);
    assert_eq!(find(100), Matches::default(), "no cheaper thing of another kind is offered instead");
    let below = |cents| Constraints { max_excluded: true, ..under(cents) };
    assert_eq!(skus(&products.resolve(&item("coffee"), &below(1199), &[])), ["northwind-coffee-small"]);
    assert_eq!(skus(&products.resolve(&item("coffee"), &below(1200), &[])).len(), 2);
    let euros = Constraints { price_max: Some(Money::new(5000, Currency::EUR)), ..Constraints::default() };
    assert_eq!(products.resolve(&item("coffee"), &euros, &[]), Matches::default());
}

#[test]
fn the_cheapest_is_the_cheapest_of_its_kind() {
    let cheapest = Constraints { cheapest: true, ..Constraints::default() };
    let found =
        shop(shelf()).resolve(&item("batteries"), &cheapest, &[bought("northwind-batteries-twelve-pack")]);
    assert_eq!((found.tied, skus(&found)[0]), (1, "silverbrook-batteries-six-pack"));
}

#[test]
fn what_the_household_bought_before_comes_first() {
    let products = shop(shelf());
    let history = [bought("northwind-coffee-small")];
    let found = products.resolve(&item("coffee"), &Constraints::default(), &history);
    assert_eq!((found.tied, skus(&found)[0]), (1, "northwind-coffee-small"));
    assert_eq!(found.hits.len(), 2, "the other one stays an alternative");
}

#[test]
fn two_past_purchases_that_fit_equally_are_a_question() {
    let history = [
        bought("northwind-coffee-small"),
        bought("copperline-coffee-large"),
        bought("northwind-coffee-small"),
    ];
    let found = shop(shelf()).resolve(&item("coffee"), &Constraints::default(), &history);
    assert_eq!((found.tied, skus(&found)[0]), (2, "northwind-coffee-small"), "the latest is read first");
}

#[test]
fn the_households_own_is_all_that_my_coffee_can_be() {
    let products = shop(shelf());
    let own = |words: &str| ItemPhrase { own: true, ..item(words) };
    let history = [bought("copperline-ground-coffee-large")];
    let found = products.resolve(&own("coffee"), &Constraints::default(), &history);
    assert_eq!((found.tied, skus(&found)), (1, vec!["copperline-ground-coffee-large"]));
    let never = products.resolve(&own("batteries"), &Constraints::default(), &history);
    assert_eq!(never.tied, 2, "what was never bought is looked for in the shop");
}

#[test]
fn it_alone_is_nothing_that_a_catalogue_knows() {
    let it = ItemPhrase { it: true, ..ItemPhrase::default() };
    assert_eq!(shop(shelf()).resolve(&it, &Constraints::default(), &[]), Matches::default());
}

#[test]
fn a_search_at_the_terminal_also_finds_descriptions() {
    let products = shop(shelf());
    let mut found = skus(&products.search("organic", &Constraints::default())).join(" ");
    assert_eq!(found, "greenway-oat-milk-half-gallon brightleaf-green-tea-small");
    let brand = Constraints { brand: Some("Happy Paws".into()), ..Constraints::default() };
    found = skus(&products.search("", &brand)).join(" ");
    assert_eq!(found, "happy-paws-cat-food-large");
}

#[test]
fn no_more_than_a_dozen_are_offered_of_however_many() {
    let many = (0..300).map(|i| product(&format!("Brand{i}"), "water", "", &[], 100 + i)).collect();
    let found = shop(many).resolve(&item("water"), &Constraints::default(), &[]);
    assert_eq!((found.hits.len(), found.tied), (Matches::MAX, 300));
}

#[test]
fn half_a_name_is_clear_where_the_household_bought_the_only_such_thing() {
    let shop = shop(vec![
        product("Harborside", "root beer", "large", &[], 399),
        product("Northwind", "paper towels", "large", &[], 899),
        product("Bluebird", "bath towels", "large", &[], 899),
    ]);
    let bought = [bought("harborside-root-beer-large"), bought("northwind-paper-towels-large")];
    let tied = |words: &str| shop.resolve(&item(words), &Constraints::default(), &bought).tied;
    assert_eq!(tied("beer"), 1);
    assert_eq!(tied("towels"), 2, "it may be the other kind this time");
}

#[test]
fn a_size_that_was_said_is_the_size_or_a_question() {
    let sugar = |size: &str| product("Harbor", "sugar", size, &[], 300);
    let find = |sizes: &[&str], words: &str| {
        let found = shop(sizes.iter().map(|size| sugar(size)).collect()).resolve(
            &item(words),
            &Constraints::default(),
            &[],
        );
        let skus: Vec<String> = skus(&found).into_iter().map(str::to_owned).collect();
        (found.other_size, found.tied, skus)
    };
    for words in ["pound of sugar", "a pound of sugar", "one pound of sugar", "sugar one pound", "1 lb sugar"]
    {
        for sizes in [&["five pound", "one pound"][..], &["five pound", "pound"], &["one pound", "two pound"]]
        {
            let (other, tied, skus) = find(sizes, words);
            assert_eq!((other, tied), (false, 1), "{words} of {sizes:?}: {skus:?}");
            assert!(!skus[0].contains("five") && !skus[0].contains("two"), "{words}: {skus:?}");
        }
        let (other, tied, skus) = find(&["five pound"], words);
        assert!(other && tied >= 2, "{words} is asked about");
        assert_eq!(skus, ["harbor-sugar-five-pound"]);
    }
    assert_eq!(find(&["five pound", "ten pound"], "ten pounds of sugar").2, ["harbor-sugar-ten-pound"]);
    assert_eq!(find(&["half pound", "pound"], "half a pound of sugar").2, ["harbor-sugar-half-pound"]);
    assert!(find(&["small", "large"], "three ounces of sugar").0);
    let bought = [bought("harbor-sugar-five-pound")];
    let found =
        shop(vec![sugar("five pound")]).resolve(&item("pound of sugar"), &Constraints::default(), &bought);
    assert!(found.tied >= 2, "nor does it count that it was bought before");
}

#[test]
fn a_pack_of_another_size_is_a_question() {
    let packs = |n: u32| ItemPhrase { pack_of: Some(n), unit: Some("pack".into()), ..item("paper towels") };
    let products = shop(shelf());
    let found = products.resolve(&packs(24), &Constraints::default(), &[]);
    assert!(found.other_size && found.tied >= 2, "{found:?}");
    let found = products.resolve(&packs(12), &Constraints::default(), &[]);
    assert_eq!(
        (found.other_size, found.tied, skus(&found)[0]),
        (false, 1, "northwind-paper-towels-twelve-pack")
    );
    let ounces = shop(vec![product("Harbor", "cola", "twelve ounce", &[], 199)]);
    let cola = ItemPhrase { words: "cola".into(), ..packs(12) };
    assert!(
        ounces.resolve(&cola, &Constraints::default(), &[]).other_size,
        "twelve ounces are no twelve pack"
    );
}

#[test]
fn the_most_expensive_is_the_most_expensive_of_its_kind() {
    let dearest = Constraints { dearest: true, ..Constraints::default() };
    let found =
        shop(shelf()).resolve(&item("batteries"), &dearest, &[bought("silverbrook-batteries-six-pack")]);
    assert_eq!((found.tied, skus(&found)[0]), (1, "northwind-batteries-twelve-pack"));
}
