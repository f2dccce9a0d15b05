//! Questions about orders that are placed, where Alexa understands by itself and sends no words.

use serde_json::Value;

use super::{World, world};
use crate::support::amazon::intent;

async fn say(world: &World, name: &str, slots: &[(&str, &str)]) -> String {
    let response: Value = world.response(intent(name, slots)).await;
    response["outputSpeech"]["ssml"].as_str().unwrap_or_else(|| panic!("{response}")).to_owned()
}

/// Orders one thing.
async fn order(world: &World, item: &str) {
    say(world, "ReorderIntent", &[("item", item)]).await;
    let placed = say(world, "AMAZON.YesIntent", &[]).await;
    assert!(placed.contains("Your order number is"), "{placed}");
}

#[tokio::test]
async fn what_is_wanted_while_an_order_is_to_be_cancelled_waits_for_alexas_yes() {
    let world = world().await;
    order(&world, "matches").await;
    let before = world.orders("oak-street").await;
    let asked = say(&world, "CancelOrderWithLastOrderIntent", &[]).await;
    assert!(asked.contains("Shall I cancel order"), "{asked}");
    let waits = say(&world, "BuyIntent", &[("item", "bananas")]).await;
    assert!(waits.contains("Shall I cancel order"), "{waits}");
    let both = say(&world, "AMAZON.YesIntent", &[]).await;
    assert!(both.contains("is cancelled") && both.contains("Sunridge Bananas"), "{both}");
    assert_eq!(world.orders("oak-street").await, before, "nothing more is ordered by that yes");
}

#[tokio::test]
async fn a_yes_in_words_for_a_purchase_cancels_no_order() {
    let world = world().await;
    order(&world, "matches").await;
    for name in ["YesWithItIntent", "YesWithThatOrderIntent", "CancelWithItIntent"] {
        say(&world, "CancelOrderWithLastOrderIntent", &[]).await;
        let asked = say(&world, name, &[]).await;
        assert!(asked.contains("Shall I cancel order") && !asked.contains("is cancelled"), "{name}: {asked}");
    }
}

#[tokio::test]
async fn what_keeps_an_order_on_alexa_keeps_what_else_is_open() {
    let world = world().await;
    order(&world, "matches").await;
    for name in ["AMAZON.NoIntent", "AMAZON.PreviousIntent", "CancelWithRefusedIntent"] {
        say(&world, "BuyIntent", &[("item", "bananas")]).await;
        say(&world, "CancelOrderWithLastOrderIntent", &[]).await;
        let kept = say(&world, name, &[]).await;
        assert!(kept.contains("the order stays") && kept.contains("Sunridge Bananas"), "{name}: {kept}");
        say(&world, "AMAZON.NoIntent", &[]).await;
    }
}

#[tokio::test]
async fn several_orders_are_cancelled_one_after_the_other_on_alexa_too() {
    let world = world().await;
    order(&world, "matches").await;
    order(&world, "bananas").await;
    let one = say(&world, "CancelOrderWithAllOrdersAndBothIntent", &[]).await;
    assert!(one.contains("Bananas") && one.contains("Shall I cancel order"), "{one}");
    let other = say(&world, "AMAZON.YesIntent", &[]).await;
    assert!(other.contains("is cancelled") && other.contains("Matches"), "{other}");
    let another = say(&world, "BackWithOrderBeforeIntent", &[]).await;
    assert!(another.contains("delivered already"), "{another}");
    let first = say(&world, "CancelOrderIntent", &[("ordinal", "1")]).await;
    assert!(first.contains("Matches"), "{first}");
    let kept = say(&world, "ReturnItemWithRefusedIntent", &[("item", "matches")]).await;
    assert!(kept.contains("the order stays"), "{kept}");
}

#[tokio::test]
async fn of_a_part_of_an_order_alexa_hears_everything_that_it_has() {
    let world = world().await;
    say(&world, "BuyIntent", &[("item", "bananas"), ("other_item", "eggs")]).await;
    say(&world, "AMAZON.YesIntent", &[]).await;
    let all = say(&world, "CancelOrderIntent", &[("item", "eggs")]).await;
    assert!(all.contains("Bananas") && all.contains("Eggs") && all.contains("Shall I cancel"), "{all}");
}
