//! What proves a request: its signature, its certificates, its time.

use super::*;

/// A verifier on the authority's root, at a moment that the test moves.
fn verifier(amazon: &Arc<Amazon>) -> (Verifier, Arc<TravellingClock>) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root.pem");
    std::fs::write(&root, amazon.root()).unwrap();
    let clock = Arc::new(TravellingClock::at("2026-11-23T10:00:00Z".parse().expect("a moment")));
    (Verifier::new(read_roots(Some(&root)).unwrap(), amazon.clone(), clock.clone()), clock)
}

fn launch(offset: i64) -> String {
    let at: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
    envelope(json!({ "type": "LaunchRequest" }), at + SignedDuration::from_secs(offset)).to_string()
}

async fn verdict(verifier: &Verifier, amazon: &Amazon, url: &str, body: &str) -> Result<(), Refused> {
    let parsed = Envelope::parse(body.as_bytes()).unwrap();
    verifier.verify(&amazon.headers(url, body.as_bytes()), body.as_bytes(), &parsed, APPLICATION).await
}

#[tokio::test]
async fn a_request_may_be_150_seconds_off_either_way_and_no_more() {
    let amazon = Arc::new(Amazon::new());
    let (verifier, _) = verifier(&amazon);
    for (offset, expected) in
        [(-150, Ok(())), (150, Ok(())), (-151, Err(Refused::Timestamp)), (151, Err(Refused::Timestamp))]
    {
        assert_eq!(verdict(&verifier, &amazon, URL, &launch(offset)).await, expected, "{offset}");
    }
}

#[tokio::test]
async fn a_chain_must_be_amazons_valid_now_and_trusted() {
    let amazon = Arc::new(Amazon::new());
    let (verifier, _) = verifier(&amazon);
    let stranger = Amazon::new();
    let chains = [
        ("expired", amazon.chain(&Claims { until: (2026, 11, 1), ..Claims::default() }), Refused::Chain),
        ("early", amazon.chain(&Claims { from: (2026, 12, 1), ..Claims::default() }), Refused::Chain),
        ("name", amazon.chain(&Claims { name: "echo-api.example.com", ..Claims::default() }), Refused::Chain),
        ("wildcard", amazon.chain(&Claims { name: "*.amazon.com", ..Claims::default() }), Refused::Chain),
        ("untrusted", stranger.chain(&Claims::default()), Refused::Chain),
        ("empty", String::new(), Refused::Fetch),
        ("html", "<html></html>".to_owned(), Refused::Fetch),
    ];
    for (name, chain, why) in chains {
        let url = format!("https://s3.amazonaws.com/echo.api/{name}.pem");
        amazon.serve(&url, chain);
        assert_eq!(verdict(&verifier, &amazon, &url, &launch(0)).await, Err(why), "{name}");
    }
    let absent = "https://s3.amazonaws.com/echo.api/absent.pem";
    assert_eq!(verdict(&verifier, &amazon, absent, &launch(0)).await, Err(Refused::Fetch));
}

#[tokio::test]
async fn the_signature_must_be_that_of_the_very_bytes_that_came() {
    let amazon = Arc::new(Amazon::new());
    let (verifier, _) = verifier(&amazon);
    let body = launch(0);
    let parsed = Envelope::parse(body.as_bytes()).unwrap();
    let changed = body.replace("en-US", "en-GB");
    let headers = amazon.headers(URL, body.as_bytes());
    let spaced = format!("{body} ");
    for other in [&changed, &spaced] {
        let verdict = verifier.verify(&headers, other.as_bytes(), &parsed, APPLICATION).await;
        assert_eq!(verdict, Err(Refused::Signature));
    }
    for (header, wrong) in [("signature-256", "not base64!"), ("signaturecertchainurl", "x")] {
        let mut headers = headers.clone();
        headers.insert(header, wrong.parse().unwrap());
        assert!(verifier.verify(&headers, body.as_bytes(), &parsed, APPLICATION).await.is_err(), "{header}");
        headers.remove(header);
        let verdict = verifier.verify(&headers, body.as_bytes(), &parsed, APPLICATION).await;
        assert_eq!(verdict, Err(Refused::Header), "{header}");
    }
    let mut twice = headers.clone();
    twice.append("signature-256", "AAAA".parse().unwrap());
    let verdict = verifier.verify(&twice, body.as_bytes(), &parsed, APPLICATION).await;
    assert_eq!(verdict, Err(Refused::Header));
}

#[tokio::test]
async fn a_chain_is_fetched_once_and_no_more_trusted_when_its_time_is_over() {
    let amazon = Arc::new(Amazon::new());
    amazon.serve(URL, amazon.chain(&Claims { until: (2026, 11, 24), ..Claims::default() }));
    let (verifier, clock) = verifier(&amazon);
    for _ in 0..3 {
        assert_eq!(verdict(&verifier, &amazon, URL, &launch(0)).await, Ok(()));
    }
    assert_eq!(amazon.fetched(), 1);
    clock.travel(SignedDuration::from_hours(24));
    let later = launch(24 * 3600);
    assert_eq!(verdict(&verifier, &amazon, URL, &later).await, Err(Refused::Chain));
    amazon.serve(URL, amazon.chain(&Claims::default()));
    assert_eq!(verdict(&verifier, &amazon, URL, &later).await, Ok(()), "the new chain is fetched");
}

#[tokio::test]
async fn a_chain_that_is_trusted_is_refused_from_the_second_after_its_last_or_before_its_first() {
    let amazon = Arc::new(Amazon::new());
    amazon.serve(
        URL,
        amazon.chain(&Claims { from: (2026, 11, 23), until: (2026, 11, 24), ..Claims::default() }),
    );
    let (verifier, clock) = verifier(&amazon);
    let mut now = 0;
    let hour = 3_600;
    for (second, expected) in [
        (0, Ok(())),
        (14 * hour - 400, Ok(())),
        (14 * hour - 60, Ok(())),
        (14 * hour, Ok(())),
        (14 * hour + 1, Err(Refused::Chain)),
        (14 * hour, Ok(())),
        (-10 * hour, Ok(())),
        (-10 * hour - 1, Err(Refused::Chain)),
    ] {
        clock.travel(SignedDuration::from_secs(second - now));
        now = second;
        assert_eq!(verdict(&verifier, &amazon, URL, &launch(second)).await, expected, "{second}");
    }
}

#[tokio::test]
async fn nothing_is_fetched_for_a_request_that_is_refused_anyway() {
    let amazon = Arc::new(Amazon::new());
    let (verifier, _) = verifier(&amazon);
    assert!(verdict(&verifier, &amazon, "https://example.com/echo.api/x.pem", &launch(0)).await.is_err());
    assert!(verdict(&verifier, &amazon, URL, &launch(1_000)).await.is_err());
    let other = launch(0).replace(APPLICATION, "amzn1.ask.skill.2");
    assert_eq!(verdict(&verifier, &amazon, URL, &other).await, Err(Refused::Application));
    assert_eq!(amazon.fetched(), 0);
}
