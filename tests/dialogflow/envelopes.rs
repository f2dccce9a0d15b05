//! Requests that come again, in other spellings, or that are none.

use proptest::prelude::*;
use sayso::{channels::dialogflow::Format, turn::Input};

use super::*;

#[tokio::test]
async fn the_same_request_again_gets_the_same_answer_and_runs_no_turn() {
    let world = world().await;
    let before = world.orders().await;
    let ask = |words: &str, id: &str| {
        let mut request = said(json!({ "transcript": words }));
        request["detectIntentResponseId"] = id.into();
        world.proved("/dialogflow/cx/household", request)
    };
    let read_back = ask("reorder paper towels", "1").send(world.address).await;
    assert_eq!(ask("reorder paper towels", "1").send(world.address).await.body, read_back.body);
    // Both at once, as when an answer was late.
    let (first, second) = (ask("yes please", "2"), ask("yes please", "2"));
    let (one, two) = tokio::join!(first.send(world.address), second.send(world.address));
    assert_eq!((decision(&one.json()), &one.body), ("placed", &two.body));
    assert_eq!(ask("yes please", "2").send(world.address).await.body, one.body);
    assert_eq!(world.orders().await, before + 1);
    let mut other = query(json!({ "queryText": "help" }));
    other["responseId"] = "2".into();
    let es = world.response("/dialogflow/es/household", other).await;
    assert!(es["fulfillmentText"].is_string(), "the same name on another platform is another request");
    let token = format!("Bearer {}", world.google.token(&format!("{AUDIENCE}/of-the-coffee-bar"), now()));
    let mut request = said(json!({ "transcript": "help" }));
    request["detectIntentResponseId"] = "2".into();
    let elsewhere = bare("/dialogflow/cx/coffee-bar", request).header("Authorization", &token);
    assert_ne!(elsewhere.send(world.address).await.body, one.body, "and in another skill");
}

#[tokio::test]
async fn a_request_in_snake_case_is_as_good() {
    let world = world().await;
    let request = json!({
        "detect_intent_response_id": "s1", "transcript": "reorder paper towels", "language_code": "en",
        "fulfillment_info": { "tag": "turn" }, "intent_info": { "display_name": "x", "confidence": "0.3" },
        "session_info": { "session": format!("{AGENT}/sessions/kitchen"), "parameters": null },
        "sentiment_analysis_result": { "score": -1 }, "payload": null, "brand_new_field": [{}]
    });
    let asked = world.response("/dialogflow/cx/household", request).await;
    assert!(spoken(&asked).starts_with("To reach a person") && decision(&asked) == "confirming", "{asked}");
    let request = json!({
        "session": "projects/p/agent/sessions/s", "response_id": "s1",
        "query_result": { "query_text": "help", "output_contexts": [{ "name": "x", "lifespan_count": "2" }] }
    });
    world.response("/dialogflow/es/household", request).await;
}

async fn refused(world: &World, path: &str, body: &[u8]) -> Answer {
    let started = std::time::Instant::now();
    let token = format!("Bearer {}", world.google.token(AUDIENCE, now()));
    let request = post(path, "application/json", body)
        .header("Host", "shop.example.com")
        .header("google-assistant-signature", &world.google.token("my-project", now()))
        .header("Authorization", &token);
    let answer = request.send(world.address).await;
    assert!(started.elapsed().as_secs() < 5);
    answer
}

#[tokio::test]
async fn what_is_no_request_of_the_platform_is_refused_and_runs_nothing() {
    let world = world().await;
    let with = |change: fn(&mut Value)| {
        let mut request = said(json!({ "text": "help" }));
        change(&mut request);
        request.to_string().into_bytes()
    };
    let deep = format!("{{\"payload\":{}{}}}", "[".repeat(60_000), "]".repeat(60_000)).into_bytes();
    let cx = [
        with(|r| r["sessionInfo"] = Value::Null),
        with(|r| r["sessionInfo"] = json!(["s"])),
        with(|r| r["sessionInfo"]["session"] = "".into()),
        with(|r| r["sessionInfo"]["session"] = 1.into()),
        with(|r| r["sessionInfo"]["parameters"] = json!([])),
        with(|r| r["text"] = 1.into()),
        with(|r| r["text"] = Value::Null),
        with(|r| r["transcript"] = "two at once".into()),
        with(|r| r["triggerEvent"] = "x".into()),
        with(|r| r["fulfillmentInfo"] = "turn".into()),
        with(|r| r["intentInfo"] = json!({ "confidence": "very" })),
        with(|r| r["intentInfo"] = json!({ "parameters": { "item": "x" } })),
        with(|r| r["sentimentAnalysisResult"] = json!([])),
        with(|r| r["detectIntentResponseId"] = json!({})),
        deep,
        b"{\"unread\":\"\xff\xfe\"}".to_vec(),
        b"[]".to_vec(),
        b"null".to_vec(),
        b"".to_vec(),
        b"{\"text\":\"help\"".to_vec(),
    ];
    let es = [
        json!({ "queryResult": { "queryText": "help" } }),
        json!({ "session": "s" }),
        json!({ "session": "s", "queryResult": {} }),
        json!({ "session": "s", "queryResult": [] }),
        json!({ "session": "s", "queryResult": { "queryText": ["help"] } }),
        json!({ "session": "s", "queryResult": { "queryText": "help", "outputContexts": {} } }),
        json!({ "session": "s", "queryResult": { "queryText": "help", "outputContexts": [[]] } }),
        json!({ "session": "s", "queryResult": { "queryText": "help", "parameters": "" } }),
    ];
    let actions = [
        json!({ "handler": { "name": "turn" } }),
        json!({ "session": { "id": "s" } }),
        json!({ "handler": "turn", "session": { "id": "s" } }),
        json!({ "handler": { "name": "turn" }, "session": { "id": 1 } }),
    ];
    let cx = cx.into_iter().map(|body| ("/dialogflow/cx/household", body));
    let es = es.iter().map(|body| ("/dialogflow/es/household", body.to_string().into_bytes()));
    let actions = actions.iter().map(|body| ("/actions/household", body.to_string().into_bytes()));
    for (path, body) in cx.chain(es).chain(actions) {
        let answer = refused(&world, path, &body).await;
        let text = String::from_utf8_lossy(&body[..body.len().min(200)]).into_owned();
        assert_eq!((answer.status, answer.error_code()), (400, "bad_request".into()), "{path} {text}");
    }
    let large = refused(&world, "/dialogflow/cx/household", &vec![b' '; 129 * 1024]).await;
    assert_eq!((large.status, large.error_code()), (413, "too_large".into()));
    let figures = crate::http::client::get("/metrics").send(world.address).await.text();
    assert!(figures.contains(r#"sayso_platform_refused_total{platform="dialogflow-cx",reason="envelope"}"#));
}

/// Any JSON, not too large.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        "[a-z]{600}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 12, |inner| {
        let name = prop_oneof!["[a-zA-Z_]{1,8}", Just("item".to_owned()), Just("quantity".to_owned())];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..12).prop_map(Value::from),
            prop::collection::btree_map(name, inner, 0..6).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

/// Every address inside a value.
fn addresses(value: &Value, at: &str, into: &mut Vec<String>) {
    into.push(at.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, v)| addresses(v, &format!("{at}/{name}"), into))
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, v)| addresses(v, &format!("{at}/{n}"), into))
        }
        _ => {}
    }
}

/// A request of each platform with everything in it that is read.
fn full() -> [(Format, Value); 3] {
    let intent = json!({
        "displayName": "reorder", "confidence": 0.9,
        "parameters": { "item": { "originalValue": "x", "resolvedValue": "x" }, "quantity": { "resolvedValue": 2 } }
    });
    let mut cx = said(json!({
        "text": "x", "intentInfo": intent, "detectIntentResponseId": "1",
        "sentimentAnalysisResult": { "score": 0.1, "magnitude": 1 }
    }));
    cx["sessionInfo"]["parameters"] = json!({ "item": "x", "digits": "1" });
    let mut es = query(json!({
        "queryText": "x", "action": "a", "intent": { "displayName": "reorder" }, "parameters": { "item": ["x"] },
        "intentDetectionConfidence": 0.9, "speechRecognitionConfidence": 0.9,
        "outputContexts": [{ "name": "c", "lifespanCount": 1, "parameters": { "item": "x" } }],
        "sentimentAnalysisResult": { "queryTextSentiment": { "score": 0.1 } }
    }));
    es["responseId"] = "1".into();
    let mut actions = handled(json!({
        "name": "reorder", "query": "x", "params": { "item": { "original": "x", "resolved": "x" } }
    }));
    actions["scene"]["slots"] = json!({ "quantity": { "value": 2, "status": "FILLED" } });
    [(Format::Cx, cx), (Format::Es, es), (Format::Actions, actions)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_stands_anywhere_in_a_request_it_is_read_within_bounds_or_refused(
        what in any_json(), at in any::<prop::sample::Index>(), which in 0..3_usize
    ) {
        let (format, mut request) = full().into_iter().nth(which).unwrap();
        prop_assert!(format.read(request.to_string().as_bytes()).is_some());
        let mut all = Vec::new();
        addresses(&request, "", &mut all);
        let address: &String = at.get(&all);
        *request.pointer_mut(address).unwrap() = what;
        let Some(asked) = format.read(request.to_string().as_bytes()) else { return Ok(()) };
        prop_assert!(asked.session.as_str().starts_with(format.name()));
        let intent = match &asked.input {
            Input::Interpreted(said) => said.intent.as_ref(),
            Input::Intent(intent) => Some(intent),
            _ => None,
        };
        let items = intent.map(|intent| intent.slots.items.as_slice()).unwrap_or_default();
        prop_assert!(items.len() <= 8 && items.iter().all(|item| item.words.len() <= 500));
    }

    #[test]
    fn a_field_that_nobody_knows_changes_nothing(what in any_json(), which in 0..3_usize) {
        let (format, mut request) = full().into_iter().nth(which).unwrap();
        request["brandNewField"] = what;
        let asked = format.read(request.to_string().as_bytes()).expect("a request");
        prop_assert_eq!(asked.input.words(), Some("x"));
    }
}
