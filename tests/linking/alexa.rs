//! Alexa, where accounts are linked: who has linked one shops for their household, and nobody else shops.

use jiff::Timestamp;
use sayso::commerce::{ShopId, linking::Secret};
use serde_json::{Value, json};

use crate::{
    alexa::{World, world_with},
    support::{
        amazon::{APPLICATION, account, envelope, intent},
        clock::SeededEntropy,
        process::Sayso,
    },
};

async fn world() -> World {
    let linked = account::settings("household");
    let settings = format!("{linked}[skill.household]\nalexa_application_id = \"{APPLICATION}\"\n");
    world_with(&settings).await
}

/// The access token of an account that was linked to a household.
async fn token(world: &World, household: &str) -> String {
    account::token(world.app.linker(), "household", household).await
}

async fn say(world: &World, request: Value, token: Option<&str>) -> Value {
    let mut envelope = envelope(request, Timestamp::now());
    if let Some(token) = token {
        envelope["context"]["System"]["user"]["accessToken"] = token.into();
    }
    world.respond(envelope).await
}

#[tokio::test]
async fn a_linked_account_shops_for_its_own_household() {
    let world = world().await;
    let (oak, river) = (token(&world, "oak-street").await, token(&world, "river-house").await);
    let before = (world.orders("oak-street").await, world.orders("river-house").await);
    let asked = say(&world, intent("ReorderIntent", &[("item", "paper towels")]), Some(&oak)).await;
    assert_eq!(asked["shouldEndSession"], false, "{asked}");
    say(&world, intent("AMAZON.YesIntent", &[]), Some(&river)).await;
    let after = (world.orders("oak-street").await, world.orders("river-house").await);
    assert_eq!(after, before, "another household's yes, in the same session, confirms nothing");
    say(&world, intent("AMAZON.YesIntent", &[]), Some(&oak)).await;
    assert_eq!(world.orders("oak-street").await, before.0 + 1);
    assert_eq!(world.orders("river-house").await, before.1);
}

#[tokio::test]
async fn an_account_that_is_not_linked_hears_so_and_gets_the_card_and_nothing_is_run() {
    let world = world().await;
    let unknown = Secret::fresh(&SeededEntropy::new(3));
    let taken_back = token(&world, "oak-street").await;
    let shop = ShopId::new("household").unwrap();
    for link in world.app.linker().links(&shop, None, 10).await.unwrap() {
        world.app.linker().remove(&shop, &link.id).await.unwrap();
    }
    let before = world.orders("oak-street").await;
    for token in [None, Some(""), Some("x"), Some(unknown.expose()), Some(taken_back.as_str())] {
        for request in [
            json!({ "type": "LaunchRequest" }),
            intent("ReorderIntent", &[("item", "paper towels")]),
            intent("AMAZON.YesIntent", &[]),
            intent("AMAZON.HelpIntent", &[]),
        ] {
            let answer = say(&world, request, token).await;
            assert_eq!(answer["card"], json!({ "type": "LinkAccount" }), "{answer}");
            assert!(answer["outputSpeech"]["ssml"].as_str().unwrap().contains("linked"), "{answer}");
            assert_eq!(answer["shouldEndSession"], true);
        }
        let stopped = say(&world, intent("AMAZON.StopIntent", &[]), token).await;
        assert_eq!(stopped, json!({ "shouldEndSession": true }), "who stops is not held up");
    }
    assert_eq!(world.orders("oak-street").await, before);
    let mut in_session = envelope(json!({ "type": "LaunchRequest" }), Timestamp::now());
    in_session["session"]["user"]["accessToken"] = token(&world, "oak-street").await.into();
    assert!(world.respond(in_session).await["card"].is_null(), "the session's token is as good");
}

#[test]
fn the_shop_makes_linking_codes_lists_links_and_takes_them_back() {
    let sayso = Sayso::new();
    let refused = sayso.run(&["household", "link-code"]);
    assert!(refused.code == Some(1) && refused.err.contains("skill.household.linking"), "{refused:?}");
    std::fs::write(sayso.data().join("sayso.toml"), account::settings("household")).unwrap();
    let made = sayso.run(&["household", "link-code", "--household", "river-house", "--minutes", "5"]);
    let code = made.out.lines().next().unwrap();
    assert!(made.code == Some(0) && code.len() == 14 && made.out.contains("river-house"), "{made:?}");
    assert_eq!(sayso.run(&["household", "link-code", "--household", "nobody"]).code, Some(1));
    let file = std::fs::read(sayso.data().join("sayso.db")).unwrap();
    let plain = code.replace('-', "");
    assert!(!file.windows(plain.len()).any(|part| part == plain.as_bytes()), "only its hash is kept");
    assert!(sayso.run(&["household", "links", "list"]).out.contains("no accounts are linked"));
    let none = sayso.run(&["household", "links", "remove", "x"]);
    assert!(none.code == Some(1) && none.err.contains("links list"), "{none:?}");
}
