//! Google's keys: fetched when they are needed, kept as long as their server says, and not asked for often.

use axum::http::StatusCode;
use jiff::SignedDuration;
use sayso::channels::dialogflow::{GoogleKeys, Refused, Tokens, Wanted};

use super::*;
use crate::support::{
    clock::TravellingClock,
    google::{claims, header},
};

const START: &str = "2026-11-23T10:00:00Z";

struct Checked {
    google: Google,
    tokens: Tokens,
    clock: Arc<TravellingClock>,
}

async fn checked() -> Checked {
    let (google, clock) =
        (Google::new().await, Arc::new(TravellingClock::at(START.parse().expect("a moment"))));
    let keys = Arc::new(GoogleKeys::new(&google.url()).unwrap());
    Checked { google, tokens: Tokens::new(keys, clock.clone()), clock }
}

impl Checked {
    /// The verdict on a good token that the key of that name signed at this moment.
    async fn verdict(&self, kid: &str) -> Result<(), Refused> {
        use sayso::commerce::ports::Clock as _;
        let token = self.google.signed(&header(kid), &claims(AUDIENCE, self.clock.now().as_second()));
        let wanted = Wanted { audience: AUDIENCE.into(), email: None };
        self.tokens.verify(&token, &wanted).await
    }

    fn travel(&self, seconds: i64) {
        self.clock.travel(SignedDuration::from_secs(seconds));
    }
}

#[tokio::test]
async fn keys_are_fetched_once_and_kept_as_long_as_their_server_says() {
    let world = checked().await;
    for _ in 0..3 {
        assert_eq!(world.verdict("key-1").await, Ok(()));
    }
    world.travel(3_599);
    assert_eq!(world.verdict("key-1").await, Ok(()));
    assert_eq!(world.google.asked(), 1);
    world.travel(1);
    assert_eq!(world.verdict("key-1").await, Ok(()));
    assert_eq!(world.google.asked(), 2);
}

#[tokio::test]
async fn no_set_is_kept_for_more_than_a_day_or_less_than_a_minute() {
    let world = checked().await;
    world.google.serve(|set| set.cache_control = "max-age=99999999");
    assert_eq!(world.verdict("key-1").await, Ok(()));
    world.travel(24 * 3600);
    world.google.serve(|set| set.cache_control = "no-store");
    assert_eq!((world.verdict("key-1").await, world.google.asked()), (Ok(()), 2));
    world.travel(59);
    assert_eq!((world.verdict("key-1").await, world.google.asked()), (Ok(()), 2));
}

#[tokio::test]
async fn a_new_key_is_found_at_once_and_an_unknown_one_is_looked_for_once_a_minute() {
    let world = checked().await;
    assert_eq!(world.verdict("key-1").await, Ok(()));
    world.travel(60);
    world.google.serve(|set| set.body = world.google.keys(&["key-1", "key-2"]));
    assert_eq!((world.verdict("key-2").await, world.google.asked()), (Ok(()), 2));
    for _ in 0..5 {
        assert_eq!(world.verdict("key-3").await, Err(Refused::Key));
    }
    assert_eq!(world.google.asked(), 2);
    world.travel(60);
    assert_eq!((world.verdict("key-3").await, world.google.asked()), (Err(Refused::Key), 3));
    assert_eq!(world.verdict("key-1").await, Ok(()), "known keys wait for nobody");
}

#[tokio::test]
async fn keys_that_are_too_old_are_not_trusted_when_there_are_no_new_ones() {
    let world = checked().await;
    assert_eq!(world.verdict("key-1").await, Ok(()));
    world.travel(3_600);
    world.google.serve(|set| set.status = StatusCode::INTERNAL_SERVER_ERROR);
    for _ in 0..3 {
        assert_eq!(world.verdict("key-1").await, Err(Refused::Fetch));
    }
    assert_eq!(world.google.asked(), 2, "a server that fails is not asked at each request");
    world.travel(5);
    world.google.serve(|set| set.status = StatusCode::OK);
    assert_eq!(world.verdict("key-1").await, Ok(()));
}

#[tokio::test]
async fn what_is_no_usable_key_set_proves_nothing() {
    let (none, small) =
        (r#"{"keys": []}"#, r#"{"keys": [{"kty": "RSA", "kid": "key-1", "n": "AQAB", "e": "AQAB"}]}"#);
    let huge = format!("{{\"keys\": [], \"x\": \"{}\"}}", "x".repeat(70_000));
    for body in [none, small, "", "[]", "<html></html>", huge.as_str()] {
        let world = checked().await;
        world.google.serve(|set| set.body = body.to_owned());
        assert_eq!(world.verdict("key-1").await, Err(Refused::Fetch), "{}", &body[..body.len().min(80)]);
    }
    let world = checked().await;
    let other = world.google.keys(&["key-1"]).replace("RS256", "RS512");
    world.google.serve(|set| set.body = other);
    assert_eq!(world.verdict("key-1").await, Err(Refused::Fetch));
}

#[tokio::test]
async fn nothing_is_fetched_for_a_token_that_is_refused_anyway() {
    let world = checked().await;
    let token =
        world.google.token("https://elsewhere.example.com", START.parse::<Timestamp>().unwrap().as_second());
    let wanted = Wanted { audience: AUDIENCE.into(), email: None };
    assert_eq!(world.tokens.verify(&token, &wanted).await, Err(Refused::Audience));
    assert_eq!(world.google.asked(), 0);
}
