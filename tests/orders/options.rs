//! Orders whose lines have options: price, identity, key, log and memory.

use std::sync::LazyLock;

use sayso::commerce::{
    Chosen, GroupId, Line, OptionMenu, Quantity, Quote, ValueId,
    desk::{PlaceOrder, PlaceOutcome},
    options::{Choose, CurrentPrice, OptionGroup, OptionValue},
    order::replay,
};

use crate::support::shop::{TestShop, day, household, now, price, purchase, shop, sku, terms, usd};

/// A milk for the coffee, and up to three shots.
static MENU: LazyLock<OptionMenu> = LazyLock::new(|| {
    let value = |id: &str, many: &str, cents| OptionValue {
        id: ValueId::new(id).expect("an id"),
        base: ValueId::new(id).expect("an id"),
        name: id.into(),
        many: many.into(),
        price: usd(cents),
    };
    let group = |id: &str, choose, values| OptionGroup {
        id: GroupId::new(id).expect("an id"),
        question: String::new(),
        choose,
        default: None,
        values,
        products: ["coffee".to_owned()].into(),
    };
    OptionMenu::new(vec![
        group("milk", Choose::AtMostOne, vec![value("oat", "oats", 60), value("soy", "soys", 50)]),
        group("shots", Choose::Several { most: 3 }, vec![value("shot", "shots", 80)]),
    ])
});

fn groups() -> Vec<GroupId> {
    MENU.groups().iter().map(|group| group.id.clone()).collect()
}

fn chosen(options: &[(&str, &str, u32)]) -> Chosen {
    let mut chosen = Chosen::default();
    for (group, value, count) in options {
        chosen.set(&GroupId::new(*group).expect("an id"), &ValueId::new(*value).expect("an id"), *count);
    }
    chosen
}

fn line(count: u32, options: &[(&str, &str, u32)]) -> Line {
    let options = MENU.quoted(&groups(), &chosen(options)).expect("options");
    Line {
        sku: sku("coffee"),
        title: "Some coffee".into(),
        quantity: Quantity::new(count).expect("a quantity"),
        unit_price: options.added_to(price("coffee")).expect("a price"),
        options,
    }
}

fn wish(key: &str, lines: Vec<Line>) -> PlaceOrder {
    let current = |line: &Line| CurrentPrice {
        sku: line.sku.clone(),
        title: line.title.clone(),
        options: line.options.clone(),
        price: line.unit_price,
    };
    let current_prices = lines.iter().map(current).collect();
    let quote = Quote::new(lines, &terms(), day("2026-03-02")).expect("a quote");
    PlaceOrder { quote, current_prices, ..purchase(key, &[]) }
}

#[tokio::test]
async fn an_order_keeps_the_options_of_its_lines_in_its_state_its_log_and_what_was_bought() {
    let corner = TestShop::open().await;
    let lines = vec![
        line(2, &[("milk", "oat", 1), ("shots", "shot", 2)]),
        line(1, &[]),
        line(1, &[("milk", "soy", 1)]),
    ];
    let placed = corner.desk.place(wish("k1", lines)).await.expect("an answer");
    let PlaceOutcome::Placed(order) = placed else { panic!("{placed:?}") };
    // Twice 12.99 + 0.60 + 1.60, once 12.99, once 12.99 + 0.50.
    assert_eq!(order.quote.subtotal(), usd(2 * 1519 + 1299 + 1349));
    let stored = corner.desk.order(&shop(), &household("oak-street"), order.number).await.expect("an answer");
    assert_eq!(stored, Some(order.clone()));
    let log = corner.store.events_after(&shop(), 0, 9).await.expect("the log");
    let replayed = replay(log.iter().map(|each| (&each.event, each.at))).expect("an order");
    assert_eq!(replayed.quote, order.quote);
    let bought = corner.desk.purchases(&shop(), &household("oak-street"), 9).await.expect("purchases");
    let texts: Vec<String> = bought.iter().map(|purchase| purchase.options.to_text()).collect();
    assert_eq!(texts, ["oat, 2 shots", "", "soy"]);
    assert!(bought.iter().all(|purchase| purchase.bare_price() == price("coffee")));
    // The stock is the product's.
    assert_eq!(corner.left("coffee").await, 6);
}

#[tokio::test]
async fn the_same_key_with_another_option_is_refused_and_with_the_same_gives_the_saved_order() {
    let corner = TestShop::open().await;
    let oat = || wish("k1", vec![line(1, &[("milk", "oat", 1)])]);
    let placed = corner.desk.place(oat()).await.expect("an answer");
    assert!(matches!(placed, PlaceOutcome::Placed(_)), "{placed:?}");
    for other in [&[("milk", "soy", 1)][..], &[], &[("milk", "oat", 1), ("shots", "shot", 1)]] {
        let other = corner.desk.place(wish("k1", vec![line(1, other)])).await.expect("an answer");
        assert_eq!(other, PlaceOutcome::KeyReused);
    }
    assert_eq!(corner.desk.place(oat()).await.expect("an answer"), placed);
    assert_eq!(corner.orders().await.len(), 1);
}

#[tokio::test]
async fn an_option_that_is_gone_dearer_or_not_paid_for_is_not_ordered() {
    let corner = TestShop::open().await;
    let oat = line(1, &[("milk", "oat", 1)]);
    let mut gone = wish("k1", vec![oat.clone()]);
    gone.current_prices = vec![now("coffee", price("coffee"))];
    let mut dearer = wish("k2", vec![oat.clone()]);
    dearer.current_prices[0].price = usd(1369);
    // The price of the drink without what is in it.
    let free = Line { unit_price: price("coffee"), ..oat.clone() };
    let mut unpaid = wish("k3", vec![free]);
    unpaid.current_prices[0].price = oat.unit_price;
    for order in [gone, dearer, unpaid] {
        assert_eq!(corner.desk.place(order).await.expect("an answer"), PlaceOutcome::PriceChanged);
    }
    assert_eq!((corner.orders().await.len(), corner.left("coffee").await), (0, 10));
}

#[test]
fn what_a_product_does_not_have_or_not_so_often_cannot_be_quoted() {
    let quoted = |has: &[GroupId], options: &[(&str, &str, u32)]| MENU.quoted(has, &chosen(options));
    assert!(quoted(&groups(), &[("milk", "oat", 1), ("shots", "shot", 3)]).is_some());
    assert_eq!(quoted(&groups(), &[("shots", "shot", 4)]), None);
    assert_eq!(quoted(&groups(), &[("milk", "oat", 1), ("milk", "soy", 1)]), None);
    assert_eq!(quoted(&groups(), &[("milk", "goat", 1)]), None);
    assert_eq!(quoted(&groups()[..1], &[("shots", "shot", 1)]), None);
}

#[test]
fn a_line_without_options_is_written_as_it_was_before_there_were_any() {
    let text = serde_json::to_string(&purchase("k1", &[("coffee", 1)]).quote).expect("JSON");
    assert!(!text.contains("options"), "{text}");
    let read: Quote = serde_json::from_str(&text).expect("a quote");
    assert!(read.lines()[0].options.is_empty());
    let twice = r#"[{"group":"milk","value":"oat","count":1},{"group":"milk","value":"oat","count":1}]"#;
    let read: Chosen = serde_json::from_str(twice).expect("what was chosen");
    assert_eq!(read, chosen(&[("milk", "oat", 1)]));
}
