//! Codes and tokens: what they are bound to, how long they are good, and what happens when one is stolen.

use jiff::SignedDuration;
use serde_json::Value;

use super::shop::{
    ALEXA, BACK, FORM, SECRET, Shop, VERIFIER, asking, asking_with_pkce, basic, challenge, form, shop,
};
use crate::{
    http::client::{Answer, post},
    support::shop::household,
};

#[track_caller]
fn assert_error(answer: &Answer, status: u16, error: &str) {
    assert_eq!((answer.status, &answer.json()["error"]), (status, &error.into()), "{}", answer.text());
    assert_eq!(answer.headers["cache-control"], "no-store");
}

fn text<'a>(tokens: &'a Value, name: &str) -> &'a str {
    tokens[name].as_str().unwrap()
}

#[tokio::test]
async fn a_linked_account_opens_its_household_for_an_hour_and_no_other_shop() {
    let shop = Shop::open().await;
    let code = shop.code(&asking("alexa")).await;
    let answer = shop.exchange(&code).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    let tokens = answer.json();
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&"Bearer".into(), &3600.into()));
    assert_eq!(shop.household_of("household", &tokens).await, Some(household("oak-street")));
    assert_eq!(shop.household_of("coffee-bar", &tokens).await, None, "nothing at another shop");
    let refresh = serde_json::json!({ "access_token": tokens["refresh_token"] });
    assert_eq!(shop.household_of("household", &refresh).await, None, "a refresh token opens nothing");
    shop.clock.travel(SignedDuration::from_hours(1));
    assert_eq!(shop.household_of("household", &tokens).await, None, "its hour is over");
}

#[tokio::test]
async fn a_client_proves_itself_by_header_or_form_and_by_nothing_less() {
    let app = Shop::open().await;
    let refresh = text(&app.linked().await, "refresh_token").to_owned();
    let body = |more: &[(&str, &str)]| {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
        form(&[&fields[..], more].concat())
    };
    let send = async |more: &[(&str, &str)], header: Option<String>| {
        let mut request = post("/link/household/token", FORM, body(more));
        if let Some(header) = header {
            request = request.header("Authorization", &header);
        }
        request.send(app.address()).await
    };
    let longer = format!("{SECRET}x");
    for (more, header) in [
        (vec![], None),
        (vec![("client_id", "alexa")], None),
        (vec![("client_id", "alexa"), ("client_secret", &longer)], None),
        (vec![("client_id", "unknown"), ("client_secret", SECRET)], None),
        (vec![("client_id", "google"), ("client_secret", SECRET)], None),
        (vec![("client_id", "phone"), ("client_secret", SECRET)], None),
        (vec![], Some(basic("alexa", "wrong"))),
        (vec![], Some(basic("alexa", ""))),
        (vec![], Some("Basic %%%".into())),
        (vec![], Some(format!("Bearer {SECRET}"))),
    ] {
        let answer = send(&more, header.clone()).await;
        assert_error(&answer, 401, "invalid_client");
        assert!(answer.headers["www-authenticate"].starts_with("Basic"), "{more:?} {header:?}");
    }
    assert_error(&send(&ALEXA, Some(basic("alexa", SECRET))).await, 400, "invalid_request");
    let other = send(&[("client_id", "google")], Some(basic("alexa", SECRET))).await;
    assert_error(&other, 400, "invalid_request");
    let by_header = send(&[("client_id", "alexa")], Some(basic("alexa", SECRET))).await;
    assert_eq!(by_header.status, 200, "{}", by_header.text());
}

#[tokio::test]
async fn a_malformed_request_is_refused_by_the_name_that_the_rfc_gives_it() {
    let shop = Shop::open().await;
    let with = |more: &[(&str, &str)]| form(&[&ALEXA[..], more].concat());
    let code = ("grant_type", "authorization_code");
    let refresh = ("grant_type", "refresh_token");
    let long = "x".repeat(600);
    for (body, error) in [
        (with(&[]), "invalid_request"),
        (with(&[("grant_type", "password")]), "unsupported_grant_type"),
        (with(&[("grant_type", "client_credentials")]), "unsupported_grant_type"),
        (with(&[code]), "invalid_request"),
        (with(&[code, ("code", "x")]), "invalid_request"),
        (with(&[code, code, ("code", "x"), ("redirect_uri", BACK)]), "invalid_request"),
        (with(&[code, ("code", "x"), ("redirect_uri", BACK), ("code_verifier", "short")]), "invalid_request"),
        (with(&[code, ("code", "x"), ("redirect_uri", BACK)]), "invalid_grant"),
        (with(&[refresh]), "invalid_request"),
        (with(&[refresh, ("refresh_token", &long)]), "invalid_request"),
        (with(&[refresh, ("refresh_token", "x"), ("scope", "admin")]), "invalid_scope"),
        (with(&[refresh, ("refresh_token", "x")]), "invalid_grant"),
        ("%".into(), "invalid_request"),
    ] {
        let answer = post("/link/household/token", FORM, body.clone()).send(shop.address()).await;
        assert_error(&answer, 400, error);
    }
    let json = post("/link/household/token", "application/json", with(&[refresh]));
    assert_error(&json.send(shop.address()).await, 400, "invalid_request");
}

#[tokio::test]
async fn a_code_is_bound_to_its_client_its_address_and_its_verifier() {
    let (app, challenge) = (Shop::open().await, challenge());
    let code = app.code(&asking_with_pkce("alexa", &challenge)).await;
    let other = "https://layla.amazon.com/second";
    let wrong = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let google = [("client_id", "google"), ("client_secret", "a-secret-of-thirty-two-letters-2")];
    let fields =
        |uri: &'static str, verifier: Option<&'static str>, client: &[(&'static str, &'static str)]| {
            let mut all =
                vec![("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", uri)];
            all.extend(verifier.map(|verifier| ("code_verifier", verifier)));
            all.extend_from_slice(client);
            form(&all)
        };
    for body in [
        fields(other, Some(VERIFIER), &ALEXA),
        fields(BACK, Some(wrong), &ALEXA),
        fields(BACK, None, &ALEXA),
        fields(BACK, Some(VERIFIER), &google),
    ] {
        let answer = post("/link/household/token", FORM, body).send(app.address()).await;
        assert_error(&answer, 400, "invalid_grant");
    }
    let elsewhere = post("/link/coffee-bar/token", FORM, fields(BACK, Some(VERIFIER), &ALEXA));
    assert_error(&elsewhere.send(app.address()).await, 400, "invalid_grant");
    let right = post("/link/household/token", FORM, fields(BACK, Some(VERIFIER), &ALEXA));
    assert_eq!(right.send(app.address()).await.status, 200);
    let plain = app.code(&asking("alexa")).await;
    let fields = [("grant_type", "authorization_code"), ("code", &plain), ("redirect_uri", BACK)];
    let added = app.token(&[&fields[..], &ALEXA, &[("code_verifier", VERIFIER)]].concat()).await;
    assert_error(&added, 400, "invalid_grant");
}

#[tokio::test]
async fn a_public_client_needs_its_verifier_and_no_secret() {
    let (app, challenge) = (Shop::open().await, challenge());
    let code = app.code(&asking_with_pkce("phone", &challenge)).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", BACK),
        ("client_id", "phone"),
    ];
    assert_error(&app.token(&fields).await, 400, "invalid_request");
    let answer = app.token(&[&fields[..], &[("code_verifier", VERIFIER)]].concat()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[tokio::test]
async fn a_code_is_good_for_less_than_a_minute() {
    let app = Shop::open().await;
    let (early, late) = (app.code(&asking("alexa")).await, app.code(&asking("alexa")).await);
    app.clock.travel(SignedDuration::from_secs(59));
    assert_eq!(app.exchange(&early).await.status, 200);
    app.clock.travel(SignedDuration::from_secs(1));
    assert_error(&app.exchange(&late).await, 400, "invalid_grant");
}

#[tokio::test]
async fn a_code_that_comes_twice_ends_the_link_that_it_gave() {
    let app = Shop::open().await;
    let code = app.code(&asking("alexa")).await;
    let tokens = app.exchange(&code).await.json();
    assert!(app.household_of("household", &tokens).await.is_some());
    assert_error(&app.exchange(&code).await, 400, "invalid_grant");
    assert_eq!(app.household_of("household", &tokens).await, None);
    assert_error(&app.refresh(text(&tokens, "refresh_token")).await, 400, "invalid_grant");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_exchanges_of_one_code_at_once_exactly_one_wins() {
    let app = Shop::open().await;
    let code = app.code(&asking("alexa")).await;
    let answers = futures_util::future::join_all((0..8).map(|_| app.exchange(&code))).await;
    let won = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(won, 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert_error(answer, 400, "invalid_grant");
    }
}

#[tokio::test]
async fn a_refresh_token_brings_new_ones_and_is_worth_nothing_after_that() {
    let app = Shop::open().await;
    let first = app.linked().await;
    app.clock.travel(SignedDuration::from_hours(2));
    let second = app.refresh(text(&first, "refresh_token")).await.json();
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    assert_eq!(app.household_of("household", &second).await, Some(household("oak-street")));
    assert_error(&app.refresh(text(&first, "refresh_token")).await, 400, "invalid_grant");
    assert_eq!(app.household_of("household", &second).await, None, "the whole family is gone");
    assert_error(&app.refresh(text(&second, "refresh_token")).await, 400, "invalid_grant");
    assert!(app.linker.links(&shop("household"), None, 10).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_refreshes_at_once_at_most_one_brings_tokens() {
    let app = Shop::open().await;
    let tokens = app.linked().await;
    let token = text(&tokens, "refresh_token");
    let answers = futures_util::future::join_all((0..8).map(|_| app.refresh(token))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
}

#[tokio::test]
async fn where_the_settings_allow_it_a_lost_answer_can_be_asked_for_again_but_no_stolen_token_lives_on() {
    let app = Shop::open().await;
    let google = [("client_id", "google"), ("client_secret", "a-secret-of-thirty-two-letters-2")];
    let link = async || {
        let code = app.code(&asking("google")).await;
        let fields = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", BACK)];
        app.token(&[&fields[..], &google].concat()).await.json()
    };
    let refresh = async |tokens: &Value| {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", text(tokens, "refresh_token"))];
        app.token(&[&fields[..], &google].concat()).await
    };
    let first = link().await;
    let lost = refresh(&first).await.json();
    let again = refresh(&first).await.json();
    let third = refresh(&again).await.json();
    assert!(app.household_of("household", &third).await.is_some());
    assert_error(&refresh(&lost).await, 400, "invalid_grant");
    assert_eq!(app.household_of("household", &third).await, None, "two used what came of one token");

    let first = link().await;
    let second = refresh(&first).await.json();
    refresh(&second).await.json();
    assert_error(&refresh(&first).await, 400, "invalid_grant");

    let first = link().await;
    let second = refresh(&first).await.json();
    app.clock.travel(SignedDuration::from_mins(10));
    assert_error(&refresh(&first).await, 400, "invalid_grant");
    assert_error(&refresh(&second).await, 400, "invalid_grant");
}

#[tokio::test]
async fn a_refresh_token_is_good_for_180_days_without_use_and_for_its_own_client() {
    let app = Shop::open().await;
    let tokens = app.linked().await;
    let token = text(&tokens, "refresh_token").to_owned();
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
    let google = [("client_id", "google"), ("client_secret", "a-secret-of-thirty-two-letters-2")];
    assert_error(&app.token(&[&fields[..], &google].concat()).await, 400, "invalid_grant");
    let elsewhere = app.token_at("coffee-bar", &[&fields[..], &ALEXA].concat()).await;
    assert_error(&elsewhere, 400, "invalid_grant");
    app.clock.travel(SignedDuration::from_hours(180 * 24 - 1));
    let renewed = app.refresh(&token).await.json();
    app.clock.travel(SignedDuration::from_hours(180 * 24));
    assert_error(&app.refresh(text(&renewed, "refresh_token")).await, 400, "invalid_grant");
    app.linker.forget_expired().await.unwrap();
    assert!(app.linker.links(&shop("household"), None, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_link_is_taken_back_by_its_client_or_by_the_shop_and_by_nobody_else() {
    let app = Shop::open().await;
    let revoke = async |skill: &str, token: &str, client: &[(&str, &str)]| {
        let body = form(&[&[("token", token), ("token_type_hint", "whatever")], client].concat());
        post(&format!("/link/{skill}/revoke"), FORM, body).send(app.address()).await
    };
    let google = [("client_id", "google"), ("client_secret", "a-secret-of-thirty-two-letters-2")];
    for kind in ["access_token", "refresh_token"] {
        let tokens = app.linked().await;
        let token = text(&tokens, kind);
        assert_error(&revoke("household", token, &[("client_id", "alexa")]).await, 401, "invalid_client");
        assert_error(&revoke("household", token, &google).await, 400, "invalid_grant");
        assert_eq!(revoke("coffee-bar", token, &ALEXA).await.status, 200, "unknown there, and so no error");
        assert!(app.household_of("household", &tokens).await.is_some(), "{kind}");
        assert_eq!(revoke("household", token, &ALEXA).await.status, 200);
        assert_eq!(app.household_of("household", &tokens).await, None, "{kind}");
        assert_error(&app.refresh(text(&tokens, "refresh_token")).await, 400, "invalid_grant");
        assert_eq!(revoke("household", token, &ALEXA).await.status, 200, "again is no error");
    }
    assert_error(&revoke("household", "", &ALEXA).await, 400, "invalid_request");
    let tokens = app.linked().await;
    let links = app.linker.links(&shop("household"), Some(&household("oak-street")), 10).await.unwrap();
    assert!(!app.linker.remove(&shop("coffee-bar"), &links[0].id).await.unwrap());
    assert!(app.linker.remove(&shop("household"), &links[0].id).await.unwrap());
    assert_eq!(app.household_of("household", &tokens).await, None);
}
