//! Who may ask.

use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::*;
use crate::{
    http::client::get,
    support::{
        google::{claims, header},
        process::Sayso,
    },
};

const CX: &str = "/dialogflow/cx/household";

#[tokio::test]
async fn whatever_is_wrong_with_a_token_gets_one_and_the_same_answer_and_runs_nothing() {
    let world = world().await;
    let before = world.orders().await;
    world.cx(json!({ "text": "reorder paper towels" })).await;
    let (google, now) = (&world.google, now());
    let with = |change: fn(&mut Value)| {
        let mut claims = claims(AUDIENCE, now);
        change(&mut claims);
        google.signed(&header("key-1"), &claims)
    };
    let good = google.token(AUDIENCE, now);
    let (message, _) = good.rsplit_once('.').unwrap();
    let changed = good.replacen('.', ".e30", 1);
    let tokens = [
        with(|c| c["iss"] = "https://accounts.example.com".into()),
        with(|c| c["aud"] = "https://shop.example.com/other".into()),
        with(|c| c["aud"] = json!([AUDIENCE])),
        with(|c| c["exp"] = (c["iat"].as_i64().unwrap() - 60).into()),
        with(|c| c["exp"] = (c["iat"].as_i64().unwrap() + 200_000).into()),
        with(|c| c["iat"] = (c["iat"].as_i64().unwrap() + 120).into()),
        with(|c| c["nbf"] = (c["iat"].as_i64().unwrap() + 120).into()),
        with(|c| c["exp"] = Value::Null),
        with(|c| c["email"] = "somebody@project.iam.gserviceaccount.com".into()),
        with(|c| c["email_verified"] = false.into()),
        google.signed(&header("key-2"), &claims(AUDIENCE, now)),
        google.forged(&header("key-1"), &claims(AUDIENCE, now)),
        google.signed(&json!({ "alg": "none", "kid": "key-1" }), &claims(AUDIENCE, now)),
        google.signed(&json!({ "alg": "HS256", "kid": "key-1" }), &claims(AUDIENCE, now)),
        google.signed(&json!({ "alg": "RS256", "kid": "key-1", "crit": ["x"] }), &claims(AUDIENCE, now)),
        google.signed(&json!({ "alg": "RS256" }), &claims(AUDIENCE, now)),
        format!("{message}."),
        message.to_owned(),
        changed,
        "x".to_owned(),
        "x".repeat(12_000),
    ];
    let yes = said(json!({ "text": "yes" })).to_string();
    let mut answers = Vec::new();
    for token in tokens {
        let request = bare(CX, &yes).header("Authorization", &format!("Bearer {token}"));
        answers.push((token.clone(), request.send(world.address).await));
    }
    answers.push(("no header".into(), bare(CX, &yes).send(world.address).await));
    let two =
        bare(CX, &yes).header("Authorization", &format!("Bearer {good}")).header("Authorization", "Bearer x");
    answers.push(("two headers".into(), two.send(world.address).await));
    let assistant = bare(CX, &yes).header("google-assistant-signature", &good);
    answers.push(("another header".into(), assistant.send(world.address).await));
    let first = answers[0].1.body.clone();
    for (what, answer) in &answers {
        assert_eq!((answer.status, answer.error_code()), (401, "unauthorized".into()), "{what}");
        assert_eq!(answer.body, first, "{what}");
    }
    assert_eq!(world.orders().await, before, "a yes that is not proved is none");
    let figures = get("/metrics").send(world.address).await.text();
    for reason in ["audience", "time", "account", "signature", "key", "issuer", "header"] {
        let counted =
            format!(r#"sayso_platform_refused_total{{platform="dialogflow-cx",reason="{reason}"}}"#);
        assert!(figures.contains(&counted), "{reason}: {figures}");
    }
}

#[tokio::test]
async fn clocks_may_differ_a_little() {
    let world = world().await;
    for (iat, exp) in [(20, 3600), (-3600, -20)] {
        let mut claims = claims(AUDIENCE, now());
        claims["iat"] = (now() + iat).into();
        claims["exp"] = (now() + exp).into();
        let token = world.google.signed(&header("key-1"), &claims);
        let request =
            bare(CX, said(json!({ "text": "help" }))).header("Authorization", &format!("bearer {token}"));
        assert_eq!(request.send(world.address).await.status, 200, "{iat} {exp}");
    }
}

#[tokio::test]
async fn a_token_for_one_skill_opens_no_other() {
    let world = world().await;
    let before = world.orders_of("coffee-bar").await;
    let body = said(json!({ "text": "help" }));
    let own = world.proved("/dialogflow/cx/coffee-bar", &body).send(world.address).await;
    assert_eq!(own.status, 401, "the household's token");
    let token = format!("Bearer {}", world.google.token(&format!("{AUDIENCE}/of-the-coffee-bar"), now()));
    let theirs = |path: &str| bare(path, &body).header("Authorization", &token);
    assert_eq!(theirs("/dialogflow/cx/coffee-bar").send(world.address).await.status, 200);
    assert_eq!(theirs(CX).send(world.address).await.status, 401);
    world.cx(json!({ "text": "reorder paper towels" })).await;
    let yes =
        bare("/dialogflow/cx/coffee-bar", said(json!({ "text": "yes" }))).header("Authorization", &token);
    assert_eq!(yes.send(world.address).await.status, 200);
    assert_eq!(world.orders_of("coffee-bar").await, before, "a question of the other shop is not open here");
}

#[tokio::test]
async fn the_secret_of_the_agent_proves_who_asks_too() {
    let world = world().await;
    let basic = |text: &str| format!("Basic {}", BASE64_STANDARD.encode(text));
    let help = said(json!({ "text": "help" }));
    let ask = |name: &str, value: &str| bare(CX, &help).header(name, value);
    assert_eq!(ask("x-agent-secret", SECRET).send(world.address).await.status, 200);
    assert_eq!(
        ask("Authorization", &basic(&format!("agent:{SECRET}"))).send(world.address).await.status,
        200
    );
    for (name, value) in [
        ("x-agent-secret", SECRET.to_uppercase()),
        ("x-agent-secret", SECRET[..8].to_owned()),
        ("x-other-secret", SECRET.to_owned()),
        ("Authorization", basic(&format!("other:{SECRET}"))),
        ("Authorization", basic("agent:")),
        ("Authorization", format!("Basic agent:{SECRET}")),
        ("Authorization", format!("Bearer {SECRET}")),
    ] {
        assert_eq!(ask(name, &value).send(world.address).await.status, 401, "{name}: {value}");
    }
    let twice = ask("x-agent-secret", SECRET).header("x-agent-secret", SECRET);
    assert_eq!(twice.send(world.address).await.status, 401);
}

#[tokio::test]
async fn a_secret_among_the_proofs_needs_no_key_of_google() {
    let world = world().await;
    let help = said(json!({ "text": "help" }));
    assert_eq!(bare(CX, &help).header("x-agent-secret", SECRET).send(world.address).await.status, 200);
    assert_eq!(world.google.asked(), 0);
}

#[tokio::test]
async fn actions_builder_refuses_with_403() {
    let world = world().await;
    let body = handled(json!({ "name": "actions.intent.MAIN" }));
    let path = "/actions/household";
    let none = bare(path, &body).send(world.address).await;
    let wrong = bare(path, &body).header("google-assistant-signature", &world.google.token(AUDIENCE, now()));
    let wrong = wrong.send(world.address).await;
    assert_eq!((none.status, none.error_code()), (403, "forbidden".into()));
    assert_eq!((wrong.status, wrong.body), (403, none.body));
    let secret = bare(path, &body).header("x-agent-secret", SECRET).send(world.address).await;
    assert_eq!(secret.status, 403, "that is Dialogflow's");
}

#[tokio::test]
async fn where_no_proof_is_set_up_there_is_no_such_address() {
    let world = world().await;
    for path in ["/dialogflow/cx/tea", "/dialogflow/es/tea", "/actions/coffee-bar", "/actions/%ff"] {
        let answer = world.proved(path, said(json!({ "text": "help" }))).send(world.address).await;
        assert_eq!((answer.status, answer.error_code()), (404, "not_found".into()), "{path}");
    }
    assert_eq!(get(CX).send(world.address).await.status, 405);
}

#[tokio::test]
async fn the_program_offers_dialogflow_only_the_skills_that_its_settings_name() {
    let sayso = Sayso::new();
    let serving = sayso.serve();
    for path in [CX, "/dialogflow/es/household", "/actions/household"] {
        let answer = bare(path, said(json!({ "text": "help" }))).send(serving.address).await;
        assert_eq!((answer.status, answer.error_code()), (404, "not_found".into()), "{path}");
    }
}
