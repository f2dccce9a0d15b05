//! Several skills behind one address: each is asked by its name and guarded by its own token.

use sayso::channels::http::{Options, SkillOptions};

use super::{
    client::{Request, get, post, typed},
    parts::{options, skill, start},
};

const SERVER: &str = "0123456789abcdef";
const HOUSEHOLD: &str = "household-0123456789";

fn two() -> Options {
    Options { skills: vec![skill("household"), skill("coffee-bar")], ..options() }
}

fn at(name: &str, text: &str) -> Request {
    let body = serde_json::json!({ "session": "s", "text": text }).to_string();
    post(&format!("/v1/skills/{name}/turns"), "application/json", body)
}

fn bearer(request: Request, token: &str) -> Request {
    request.header("Authorization", &format!("Bearer {token}"))
}

#[tokio::test]
async fn a_turn_goes_to_the_skill_that_its_address_names() {
    let server = start(two()).await;
    for name in ["coffee-bar", "household"] {
        assert_eq!(at(name, "help").send(server.address).await.status, 200);
    }
    let seen = server.engine.finished.lock().unwrap();
    let shops: Vec<_> = seen.iter().map(|turn| turn.shop.as_str()).collect();
    assert_eq!(shops, ["coffee-bar", "household"]);
}

#[tokio::test]
async fn the_only_skill_needs_no_name_and_may_have_one() {
    let server = start(options()).await;
    assert_eq!(typed("help").send(server.address).await.status, 200);
    assert_eq!(at("household", "help").send(server.address).await.status, 200);
}

#[tokio::test]
async fn among_several_skills_one_must_be_named() {
    let server = start(two()).await;
    let id = "00000000-0000-4000-8000-000000000000";
    for request in [typed("help"), get(&format!("/v1/turns/{id}"))] {
        let answer = request.send(server.address).await;
        assert_eq!((answer.status, answer.error_code()), (400, "skill_missing".into()));
    }
    assert_eq!(server.engine.finished(), 0);
}

#[tokio::test]
async fn an_unknown_skill_is_not_found() {
    let server = start(two()).await;
    for name in ["tea", "Household", "%ff", "..", "household%2F"] {
        let answer = at(name, "help").send(server.address).await;
        assert_eq!(answer.status, 404, "{name}");
        answer.error_code();
    }
    assert_eq!(at("tea", "help").send(server.address).await.error_code(), "unknown_skill");
    assert_eq!(server.engine.finished(), 0);
}

#[tokio::test]
async fn a_skills_own_token_opens_that_skill_and_nothing_else() {
    let household = SkillOptions { token: Some(HOUSEHOLD.into()), ..skill("household") };
    let skills = vec![household, skill("coffee-bar")];
    let server = start(Options { token: Some(SERVER.into()), skills, ..options() }).await;
    let own = bearer(at("household", "help"), HOUSEHOLD).send(server.address).await;
    assert_eq!(own.status, 200);
    let others = [
        at("coffee-bar", "help"),
        at("tea", "help"),
        typed("help"),
        get("/metrics"),
        get("/readyz"),
        get("/openapi.json"),
    ];
    for request in others {
        let answer = bearer(request, HOUSEHOLD).send(server.address).await;
        assert_eq!((answer.status, answer.error_code()), (401, "unauthorized".into()));
    }
    for name in ["household", "coffee-bar"] {
        assert_eq!(bearer(at(name, "help"), SERVER).send(server.address).await.status, 200, "{name}");
        assert_eq!(at(name, "help").send(server.address).await.status, 401, "{name}");
    }
}

#[tokio::test]
async fn without_a_server_token_a_skill_with_a_token_still_wants_it() {
    let household = SkillOptions { token: Some(HOUSEHOLD.into()), ..skill("household") };
    let server = start(Options { skills: vec![household.clone(), skill("coffee-bar")], ..options() }).await;
    assert_eq!(at("household", "help").send(server.address).await.status, 401);
    assert_eq!(at("coffee-bar", "help").send(server.address).await.status, 200);
    let alone = start(Options { skills: vec![household], ..options() }).await;
    assert_eq!(typed("help").send(alone.address).await.status, 401);
    assert_eq!(bearer(typed("help"), HOUSEHOLD).send(alone.address).await.status, 200);
}

#[tokio::test]
async fn a_reply_is_found_again_at_the_skill_that_gave_it_and_at_no_other() {
    let server = start(two()).await;
    let reply = at("household", "help").send(server.address).await;
    let location = reply.headers["location"].clone();
    assert!(location.starts_with("/v1/skills/household/turns/"), "{location}");
    assert_eq!(get(&location).send(server.address).await.json()["heard"], "help");
    let elsewhere = location.replace("household", "coffee-bar");
    let answer = get(&elsewhere).send(server.address).await;
    assert_eq!((answer.status, answer.error_code()), (404, "not_found".into()));
}

#[tokio::test]
async fn a_busy_skill_does_not_take_the_seats_of_another() {
    let household = SkillOptions { max_in_flight: Some(1), ..skill("household") };
    let server = start(Options { skills: vec![household, skill("coffee-bar")], ..options() }).await;
    let address = server.address;
    let slow = tokio::spawn(async move { at("household", "wait").send(address).await });
    server.engine.until_begun().await;
    let answer = at("household", "help").send(address).await;
    assert_eq!((answer.status, answer.error_code()), (503, "busy".into()));
    assert_eq!(at("coffee-bar", "help").send(address).await.status, 200);
    server.engine.gate.add_permits(1);
    assert_eq!(slow.await.unwrap().status, 200);
}
