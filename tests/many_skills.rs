//! Several skills in one process and one data folder: whatever two of them have the same name
//! for, nothing of one is ever seen in the other.

use std::{process::Command, sync::Arc};

use jiff::tz::TimeZone;
use sayso::commerce::{
    HouseholdId, OrderDesk, ShopId,
    desk::{PlaceOrder, PlaceOutcome, Ports, ShopRules},
    order::Order,
    ports::NewHousehold,
    system::{RandomIds, SystemClock},
};
use serde_json::Value;

use crate::{
    http::client::{Answer, post},
    support::{
        process::{Sayso, Serving},
        shop::{household, open_ledger, purchase, sku, terms, usd},
    },
};

/// The sample shop and the coffee bar, both with a household `oak-street`.
fn serve(sayso: &Sayso) -> Serving {
    let mut program = Command::new(env!("CARGO_BIN_EXE_sayso"));
    program.env("SAYSO_SKILLS", "household, skills/coffee-bar");
    sayso.serve_by(program)
}

async fn say(serving: &Serving, skill: &str, text: &str) -> Value {
    let body = serde_json::json!({ "session": "s", "household": "oak-street", "text": text });
    let path = format!("/v1/skills/{skill}/turns");
    let answer: Answer = post(&path, "application/json", body.to_string()).send(serving.address).await;
    assert_eq!(answer.status, 200, "{skill}: {text}");
    answer.json()
}

#[tokio::test]
async fn two_skills_keep_apart_conversations_of_the_same_household_and_session() {
    let (sayso, shops) = (Sayso::new(), ["household", "coffee-bar"]);
    let serving = serve(&sayso);
    let asked = say(&serving, shops[0], "reorder paper towels").await;
    assert_eq!(asked["listening"], true, "{asked}");
    let elsewhere = say(&serving, shops[1], "yes").await;
    assert!(elsewhere["order"].is_null(), "a question of the other shop is not open here: {elsewhere}");
    let ordered = say(&serving, shops[0], "yes").await;
    assert_eq!(ordered["order"]["lines"][0]["sku"], "northwind-paper-towels-twelve-pack");
    let unknown = say(&serving, shops[1], "buy paper towels").await;
    assert!(unknown["order"].is_null());
    assert!(!unknown["speech"].as_str().unwrap().contains("Northwind"), "{unknown}");
}

#[tokio::test]
async fn two_skills_keep_apart_what_the_same_household_bought_of_them() {
    let sayso = Sayso::new();
    let serving = serve(&sayso);
    say(&serving, "household", "reorder paper towels").await;
    let order = say(&serving, "household", "yes").await["order"]["id"].as_str().unwrap().to_owned();
    let spelt: Vec<_> = order.chars().map(String::from).collect();
    for asked in ["what did I buy last week", "where is my last order", "reorder paper towels"] {
        let answer = say(&serving, "coffee-bar", asked).await;
        assert!(!answer.to_string().contains("aper Towels"), "{asked}: {answer}");
    }
    let other = say(&serving, "coffee-bar", &format!("where is order {}", spelt.join(" "))).await;
    assert!(other["order"]["id"].is_null() || other["order"]["id"] != order.as_str(), "{other}");
}

/// A desk for two shops in one file, with the same household and product in both.
async fn desk(folder: &std::path::Path, shops: &[ShopId; 2]) -> OrderDesk {
    let store = Arc::new(sayso::store::SqliteStore::open(&folder.join("sayso.db")).await.unwrap());
    let payment = Arc::new(open_ledger(folder).await);
    let ports = Ports { store, payment, clock: Arc::new(SystemClock), ids: Arc::new(RandomIds) };
    let rules = || ShopRules { terms: terms(), zone: TimeZone::UTC };
    let desk = OrderDesk::new(ports, shops.iter().map(|shop| (shop.clone(), rules())));
    for (shop, stock) in shops.iter().zip([5, 1]) {
        let id: HouseholdId = household("oak-street");
        let new = NewHousehold { id, name: "Oak Street".into(), members: vec![], limit: usd(100_000) };
        desk.add_household(shop, &new).await.unwrap();
        desk.sync_stock(shop, &[(sku("coffee"), stock)]).await.unwrap();
    }
    desk
}

async fn place(desk: &OrderDesk, shop: &ShopId) -> Order {
    let order = PlaceOrder { shop: shop.clone(), ..purchase("the-same-key", &[("coffee", 1)]) };
    match desk.place(order).await.unwrap() {
        PlaceOutcome::Placed(order) => order,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_same_key_and_the_same_number_are_another_order_in_another_skill() {
    let folder = tempfile::tempdir().unwrap();
    let shops = ["tea", "bread"].map(|name| ShopId::new(name).unwrap());
    let desk = desk(folder.path(), &shops).await;
    let (tea, bread) = (place(&desk, &shops[0]).await, place(&desk, &shops[1]).await);
    assert_eq!(tea.number, bread.number, "each shop counts from its own beginning");
    assert_ne!(tea.id, bread.id, "the same key is no repetition in another shop");
    for (shop, order) in shops.iter().zip([&tea, &bread]) {
        assert_eq!(desk.shop_order(shop, order.number).await.unwrap().unwrap().id, order.id);
        let all = desk.orders(shop, &household("oak-street"), 10).await.unwrap();
        assert_eq!(all.iter().map(|o| &o.id).collect::<Vec<_>>(), [&order.id]);
    }
    for (shop, left) in shops.iter().zip([4, 0]) {
        assert_eq!(desk.stock(shop, &[sku("coffee")]).await.unwrap(), [left]);
    }
}

#[test]
fn settings_for_a_skill_that_is_not_served_are_refused() {
    let sayso = Sayso::new();
    std::fs::write(sayso.data().join("sayso.toml"), "[skill.tea]\nhousehold = \"oak-street\"\n").unwrap();
    let ended = sayso.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(ended.code != Some(0) && ended.err.contains("skill.tea"), "{ended:?}");
    assert!(ended.err.contains("household"), "it says which there are: {}", ended.err);
}

#[test]
fn two_folders_of_one_identifier_are_not_served_together() {
    let sayso = Sayso::new();
    let both = ["serve", "--listen", "127.0.0.1:0", "--skill", "household", "--skill", "skills/household"];
    let ended = sayso.run(&both);
    assert!(ended.code != Some(0) && ended.err.contains("identifier"), "{ended:?}");
}
