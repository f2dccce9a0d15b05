//! Whose words count: the shopper's, and what the agent makes of them.

use super::*;

#[tokio::test]
async fn a_yes_that_only_the_agent_says_orders_nothing() {
    let world = world().await;
    let before = world.orders().await;
    let yes =
        json!({ "displayName": "yes", "confidence": 1.0, "lastMatchedIntent": format!("{AGENT}/intents/1") });
    let tag = json!({ "tag": "yes" });
    let intent = format!("{AGENT}/intents/1");
    let others = [
        json!({ "triggerIntent": intent, "intentInfo": yes, "fulfillmentInfo": tag }),
        json!({ "triggerEvent": "yes", "fulfillmentInfo": tag }),
        json!({ "transcript": "purple monkey dishwasher", "intentInfo": yes, "fulfillmentInfo": tag }),
        json!({ "transcript": "maybe later", "intentInfo": yes }),
        json!({ "text": "no", "intentInfo": yes, "fulfillmentInfo": tag }),
        json!({ "transcript": "", "intentInfo": yes }),
    ];
    for other in others {
        let asked = world.cx(json!({ "text": "reorder paper towels" })).await;
        assert_eq!(decision(&asked), "confirming", "{asked}");
        let answer = world.cx(other.clone()).await;
        assert_ne!(decision(&answer), "placed", "{other}");
        world.cx(json!({ "text": "cancel" })).await;
    }
    assert_eq!(world.orders().await, before);
    world.cx(json!({ "text": "reorder paper towels" })).await;
    let unsure = json!({ "displayName": "yes", "confidence": 0.1 });
    let placed = world.cx(json!({ "text": "yes", "intentInfo": unsure })).await;
    assert_eq!(decision(&placed), "placed", "the shopper's own word counts, whatever the agent thinks");
}

#[tokio::test]
async fn where_the_words_mean_nothing_to_the_engine_the_agents_intent_stands_in_when_it_is_sure() {
    let world = world().await;
    let intent = |confidence: f64| {
        let given = json!({
            "item": { "originalValue": "kitchen rolls", "resolvedValue": ["paper towels"] },
            "quantity": { "originalValue": "two", "resolvedValue": { "amount": 2.0, "unit": "pack" } },
        });
        json!({ "displayName": "Reorder", "confidence": confidence, "parameters": given })
    };
    let words = "flibber me a zorgle of snarfs";
    let unsure = world.cx(json!({ "transcript": words, "intentInfo": intent(0.2) })).await;
    assert_eq!(decision(&unsure), "re-prompted", "{unsure}");
    let asked = world.cx(json!({ "transcript": words, "intentInfo": intent(0.9) })).await;
    assert!(spoken(&asked).contains("2 Northwind Paper Towels"), "{asked}");
    let stopped = world.cx(json!({ "transcript": "cancel", "intentInfo": intent(0.9) })).await;
    assert_eq!(decision(&stopped), "cancelled", "what the shopper says goes before: {stopped}");
}

#[tokio::test]
async fn parameters_of_the_session_are_taken_once() {
    let world = world().await;
    let session = json!({
        "session": format!("{AGENT}/sessions/kitchen"), "parameters": { "item": "paper towels", "theirs": [1] }
    });
    let event = json!({ "triggerEvent": "form-filled", "sessionInfo": session, "fulfillmentInfo": { "tag": "reorder" } });
    let asked = world.cx(event).await;
    assert!(spoken(&asked).contains("Paper Towels"), "{asked}");
    let parameters = asked["sessionInfo"]["parameters"].as_object().unwrap();
    assert_eq!(parameters.get("item"), Some(&Value::Null), "null takes it away");
    assert!(!parameters.contains_key("theirs"));
}

#[tokio::test]
async fn a_very_unhappy_shopper_hears_how_to_reach_a_person_and_a_yes_stays_a_yes() {
    let world = world().await;
    let before = world.orders().await;
    let mood = |score: f64| json!({ "score": score, "magnitude": 2.0 });
    let calm = world
        .cx(json!({ "transcript": "reorder paper towels", "sentimentAnalysisResult": mood(-0.3) }))
        .await;
    assert!(!spoken(&calm).contains("To reach a person"), "{calm}");
    let angry =
        world.cx(json!({ "transcript": "how much is it", "sentimentAnalysisResult": mood(-0.9) })).await;
    assert!(spoken(&angry).starts_with("To reach a person"), "{angry}");
    assert_eq!(angry["sessionInfo"]["parameters"]["sayso_listening"], true);
    let placed = world.cx(json!({ "transcript": "yes please", "sentimentAnalysisResult": mood(-0.9) })).await;
    assert_eq!(decision(&placed), "placed");
    assert_eq!(world.orders().await, before + 1);
    let idle = world.cx(json!({ "transcript": "thank you", "sentimentAnalysisResult": mood(-1.0) })).await;
    assert!(!spoken(&idle).contains("To reach a person"), "nothing is pending: {idle}");
}

#[tokio::test]
async fn events_silence_and_keys_are_no_words() {
    let world = world().await;
    assert_eq!(decision(&world.cx(json!({ "triggerEvent": "WELCOME" })).await), "welcomed");
    assert_eq!(decision(&world.cx(json!({ "triggerEvent": "sys.no-input-default" })).await), "re-prompted");
    assert_eq!(decision(&world.cx(json!({ "transcript": "  " })).await), "re-prompted");
    assert_eq!(
        decision(&world.cx(json!({ "triggerEvent": "custom-thing", "fulfillmentInfo": {} })).await),
        "gave-up"
    );
    world.cx(json!({ "text": "make that three packs of paper towels" })).await;
    let unknown =
        world.cx(json!({ "triggerEvent": "loyalty", "fulfillmentInfo": { "tag": "loyalty" } })).await;
    assert_ne!(decision(&unknown), "custom", "an intent that the skill has no words for: {unknown}");
}

#[tokio::test]
async fn what_is_said_beside_an_agents_words_for_a_drink_is_asked_about_and_never_dropped() {
    let world = world().await;
    let session = json!({ "session": format!("{AGENT}/sessions/bar") });
    let said = async |words: &str, original: &str| {
        let given = json!({ "item": { "originalValue": original, "resolvedValue": "small latte" } });
        let intent = json!({ "displayName": "Buy", "confidence": 0.9, "parameters": given });
        let mut body = said(json!({ "transcript": words, "intentInfo": intent, "sessionInfo": session }));
        body["detectIntentResponseId"] = world.fresh().into();
        let token = format!("Bearer {}", world.google.token(&format!("{AUDIENCE}/of-the-coffee-bar"), now()));
        let request = bare("/dialogflow/cx/coffee-bar", body).header("Authorization", &token);
        request.send(world.address).await.json()
    };
    let dropped = said("hot stuff with almond", "hot stuff").await;
    assert_eq!(decision(&dropped), "re-prompted", "{dropped}");
    let unknown = said("get me the hot stuff", "").await;
    assert_eq!(decision(&unknown), "re-prompted", "nobody says what hot stuff is: {unknown}");
    let asked = said("get me the hot stuff", "hot stuff").await;
    assert!(spoken(&asked).contains("one Latte, Small, for"), "{asked}");
    let own = said("a small latte with almond milk", "small latte").await;
    assert!(spoken(&own).contains("one Latte, Small with almond milk"), "{own}");
}

/// What an agent of ES sends with an intent that it is sure of.
fn sure(action: &str, words: &str, parameters: Value) -> Value {
    json!({ "queryText": words, "action": action, "intentDetectionConfidence": 0.9, "parameters": parameters })
}

/// What was decided, of an answer of ES.
fn decided(response: &Value) -> &str {
    let contexts = response["outputContexts"].as_array().expect("contexts");
    contexts.last().expect("our context")["parameters"]["sayso_decision"].as_str().expect("a decision")
}

fn told(response: &Value) -> &str {
    response["fulfillmentText"].as_str().expect("words")
}

/// What an agent of ES hears from the coffee bar.
async fn bar(world: &World, result: Value) -> Value {
    let mut body = query(result);
    body["responseId"] = world.fresh().into();
    let token = format!("Bearer {}", world.google.token(&format!("{AUDIENCE}/of-the-coffee-bar"), now()));
    let request = bare("/dialogflow/es/coffee-bar", body).header("Authorization", &token);
    request.send(world.address).await.json()
}

#[tokio::test]
async fn a_quantity_that_an_agent_filled_in_is_read_or_asked_about_and_never_one() {
    let world = world().await;
    let words = "zork I'd be wanting two of those paper towels";
    for quantity in [json!("two"), json!(2), json!(2.0), json!({ "amount": 2, "unit": "pack" })] {
        let parameters = json!({ "item": "paper towels", "quantity": quantity });
        let asked = world.es(sure("reorder", words, parameters)).await;
        assert!(told(&asked).contains("2 Northwind Paper Towels"), "{asked}");
        world.es(json!({ "queryText": "cancel" })).await;
    }
    for quantity in
        [json!(0), json!(-2), json!(2.5), json!(5000), json!("two or three"), json!("?"), json!([2, 3])]
    {
        let parameters = json!({ "item": "paper towels", "quantity": quantity });
        let asked = world.es(sure("buy", words, parameters)).await;
        assert_eq!(decided(&asked), "re-prompted", "{quantity}: {asked}");
        let parameters = json!({ "item": "small latte", "quantity": quantity });
        let asked = bar(&world, sure("buy", "zork me them lattes", parameters)).await;
        assert_eq!(decided(&asked), "re-prompted", "{quantity}: {asked}");
        world.es(json!({ "queryText": "help" })).await;
        bar(&world, json!({ "queryText": "help" })).await;
    }
}

#[tokio::test]
async fn an_agents_wish_does_not_stand_in_for_words_that_refuse_it() {
    let world = world().await;
    let towels = || json!({ "item": "paper towels" });
    for (action, words) in [
        ("buy", "don't you dare get paper towels"),
        ("reorder", "never ever purchase paper towels for me"),
        ("add_to_cart", "I would not touch them paper towels"),
        ("buy", "them paper towels zork nope"),
    ] {
        let answer = world.es(sure(action, words, towels())).await;
        assert_ne!(decided(&answer), "confirming", "{words}: {answer}");
        assert!(!told(&answer).contains("Paper Towels"), "{words}: {answer}");
        world.es(json!({ "queryText": "help" })).await;
    }
    assert_eq!(decided(&world.es(json!({ "queryText": "reorder dish soap" })).await), "confirming");
    let changed = world.es(sure("buy", "nah I changed my mind on this", towels())).await;
    assert_ne!(decided(&changed), "confirming", "{changed}");
    assert!(!told(&changed).contains("Paper Towels"), "{changed}");
    let latte = json!({ "item": "small latte" });
    let answer = bar(&world, sure("buy", "don't get me a small latte", latte)).await;
    assert_ne!(decided(&answer), "confirming", "{answer}");
}

#[tokio::test]
async fn the_second_thing_of_an_agent_is_bought_with_the_first() {
    let world = world().await;
    let both = json!({ "item": "paper towels", "other_item": "dish soap", "quantity": "two" });
    let asked = world.es(sure("reorder", "flibber me a zorgle of snarfs", both)).await;
    assert!(told(&asked).contains("2 Northwind Paper Towels"), "{asked}");
    assert!(told(&asked).contains("Dish Soap"), "{asked}");
}
