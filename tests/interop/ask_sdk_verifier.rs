//! Amazon's own verifier, npm's ask-sdk-express-adapter, and ours about the same requests. They agree, but where
//! Amazon's documents ask for more than its verifier does.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
};

use axum::http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use sayso::channels::alexa::{Envelope, Verifier, read_roots};
use serde_json::{Value, json};

use super::npm_packages;
use crate::support::{
    amazon::{APPLICATION, Amazon, Claims, URL, envelope},
    clock::TravellingClock,
};

const NOW: &str = "2026-11-23T10:00:00Z";

/// One request, and whether it shall be accepted: by Amazon's verifier, and by ours.
struct Case {
    name: &'static str,
    headers: HeaderMap,
    body: String,
    amazons: bool,
    ours: bool,
}

fn launch(kind: &str, seconds: i64) -> String {
    let now: Timestamp = NOW.parse().unwrap();
    envelope(json!({ "type": kind }), now + SignedDuration::from_secs(seconds)).to_string()
}

/// Puts a chain into the store and gives its address.
fn stored(amazon: &Amazon, name: &str, chain: String) -> String {
    let url = format!("https://s3.amazonaws.com/echo.api/{name}.pem");
    amazon.serve(&url, chain);
    url
}

/// Requests whose fault, if they have one, is where the chain lies.
fn addresses(amazon: &Amazon) -> Vec<Case> {
    let path = "/echo.api/echo-api-cert.pem";
    let spelt = |url: String, right: bool| {
        // Amazon's verifier asks for the chain as the header spells its address, ours by its normal form.
        if right {
            amazon.serve(&url, amazon.chain(&Claims::default()));
        }
        let body = launch("LaunchRequest", 0);
        (amazon.headers(&url, body.as_bytes()), body, right)
    };
    [
        ("as Amazon sends it", spelt(URL.to_owned(), true)),
        ("with the port", spelt(format!("https://s3.amazonaws.com:443{path}"), true)),
        ("with a host in capitals", spelt(format!("https://S3.AMAZONAWS.COM{path}"), true)),
        ("with dots that stay", spelt(format!("https://s3.amazonaws.com/echo.api/..{path}"), true)),
        ("with dots that lead away", spelt("https://s3.amazonaws.com/echo.api/../x/c.pem".into(), false)),
        ("without encryption", spelt(format!("http://s3.amazonaws.com{path}"), false)),
        ("of another host", spelt(format!("https://notamazon.com{path}"), false)),
        ("of a host that begins alike", spelt(format!("https://s3.amazonaws.com.example{path}"), false)),
        (
            "of a host behind a user's name",
            spelt(format!("https://s3.amazonaws.com@example.com{path}"), false),
        ),
        ("of another port", spelt(format!("https://s3.amazonaws.com:563{path}"), false)),
        ("in another case", spelt("https://s3.amazonaws.com/EcHo.aPi/c.pem".into(), false)),
        ("of another folder", spelt("https://s3.amazonaws.com/invalid.path/c.pem".into(), false)),
        ("of nothing", spelt("https://s3.amazonaws.com/echo.api/absent.pem".into(), false)),
        ("that is none", spelt("certificate".into(), false)),
    ]
    .into_iter()
    .map(|(name, (headers, body, right))| Case { name, headers, body, amazons: right, ours: right })
    .collect()
}

/// Requests whose chain is at fault.
fn chains(amazon: &Amazon) -> Vec<Case> {
    let stranger = Amazon::new();
    [
        ("expired", amazon.chain(&Claims { until: (2026, 11, 1), ..Claims::default() })),
        ("not-yet-valid", amazon.chain(&Claims { from: (2026, 12, 1), ..Claims::default() })),
        ("another-name", amazon.chain(&Claims { name: "echo-api.example.com", ..Claims::default() })),
        ("a-wildcard", amazon.chain(&Claims { name: "*.amazon.com", ..Claims::default() })),
        ("untrusted", stranger.chain(&Claims::default())),
        ("html", "<html></html>".to_owned()),
        ("empty", String::new()),
    ]
    .into_iter()
    .map(|(name, chain)| {
        let (url, body) = (stored(amazon, name, chain), launch("LaunchRequest", 0));
        let headers = amazon.headers(&url, body.as_bytes());
        Case { name, headers, body, amazons: false, ours: false }
    })
    .collect()
}

/// Requests whose signature, body or headers are at fault.
fn signatures(amazon: &Amazon) -> Vec<Case> {
    let body = launch("LaunchRequest", 0);
    let signed = amazon.headers(URL, body.as_bytes());
    let with = |name: &'static str, value: &str| {
        let mut headers = signed.clone();
        headers.insert(name, value.parse().unwrap());
        headers
    };
    let without = |name: &'static str| {
        let mut headers = signed.clone();
        headers.remove(name);
        headers
    };
    let elsewhere = amazon.sign(launch("LaunchRequest", 1).as_bytes());
    [
        ("changed body", signed.clone(), body.replace("en-US", "en-GB")),
        ("body with a space more", signed.clone(), format!("{body} ")),
        ("signature of another request", with("signature-256", &elsewhere), body.clone()),
        ("signature that is no base64", with("signature-256", "not base64!"), body.clone()),
        ("signature of nothing", with("signature-256", "AAAA"), body.clone()),
        ("empty signature", with("signature-256", ""), body.clone()),
        ("no signature", without("signature-256"), body.clone()),
        ("no address", without("signaturecertchainurl"), body.clone()),
    ]
    .into_iter()
    .map(|(name, headers, body)| Case { name, headers, body, amazons: false, ours: false })
    .collect()
}

/// Requests of other moments, and what Amazon's documents ask for beyond its verifier.
fn moments(amazon: &Amazon) -> Vec<Case> {
    let other = launch("LaunchRequest", 0).replace(APPLICATION, "amzn1.ask.skill.2");
    [
        ("149 s ago", launch("LaunchRequest", -149), true, true),
        ("151 s ago", launch("LaunchRequest", -151), false, false),
        ("an event of an hour ago", launch("AlexaSkillEvent.SkillDisabled", -3_599), true, true),
        ("an event of more than an hour ago", launch("AlexaSkillEvent.SkillDisabled", -3_601), false, false),
        ("149 s ahead", launch("LaunchRequest", 149), true, true),
        // What follows, Amazon's verifier lets pass; "Host a custom skill as a web service" does not.
        ("151 s ahead", launch("LaunchRequest", 151), true, false),
        ("no moment at all", launch("LaunchRequest", 0).replace("2026-11-23T10", "soon"), true, false),
        ("another skill's", other, true, false),
    ]
    .into_iter()
    .map(|(name, body, amazons, ours)| Case {
        name,
        headers: amazon.headers(URL, body.as_bytes()),
        body,
        amazons,
        ours,
    })
    .collect()
}

/// What Amazon's verifier says of each.
fn amazons(packages: &Path, amazon: &Amazon, cases: &[Case]) -> Vec<(bool, String)> {
    let now: Timestamp = NOW.parse().unwrap();
    let requests: Vec<_> = cases
        .iter()
        .map(|case| {
            let headers: serde_json::Map<_, _> = case
                .headers
                .iter()
                .map(|(name, value)| (name.to_string(), value.to_str().unwrap().into()))
                .collect();
            json!({ "name": case.name, "headers": headers, "body": case.body })
        })
        .collect();
    let given = json!({
        "now": now.as_millisecond(), "roots": [amazon.root()], "chains": amazon.stored(), "requests": requests
    });
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/ask-sdk-verifier/verdicts.js");
    let mut node = Command::new("node")
        .arg(script)
        .env("NODE_PATH", packages.join("node_modules"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is there");
    node.stdin.take().unwrap().write_all(given.to_string().as_bytes()).unwrap();
    let done = node.wait_with_output().unwrap();
    assert!(done.status.success());
    let lines = String::from_utf8(done.stdout).unwrap();
    let verdicts = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    verdicts.map(|v| (v["accepted"].as_bool().unwrap(), v["why"].as_str().unwrap().to_owned())).collect()
}

#[tokio::test]
async fn our_verifier_agrees_with_amazons_and_is_stricter_only_where_its_documents_are() {
    let Some(packages) = npm_packages("ask-sdk-verifier") else { return };
    let amazon = Arc::new(Amazon::with_rsa());
    let cases: Vec<_> = [addresses(&amazon), chains(&amazon), signatures(&amazon), moments(&amazon)]
        .into_iter()
        .flatten()
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root.pem");
    std::fs::write(&root, amazon.root()).unwrap();
    let told = amazons(&packages, &amazon, &cases);
    assert_eq!(told.len(), cases.len());
    for (case, (accepted, why)) in cases.iter().zip(&told) {
        assert_eq!(*accepted, case.amazons, "Amazon's of {}: {why}", case.name);
        // A new one for each, so that nothing is kept from one case to the next.
        let clock = Arc::new(TravellingClock::at(NOW.parse().expect("a moment")));
        let verifier = Verifier::new(read_roots(Some(&root)).unwrap(), amazon.clone(), clock);
        let parsed = Envelope::parse(case.body.as_bytes()).unwrap();
        let verdict = verifier.verify(&case.headers, case.body.as_bytes(), &parsed, APPLICATION).await;
        assert_eq!(verdict.is_ok(), case.ours, "ours of {}: {verdict:?}", case.name);
    }
    let agreed = cases.iter().filter(|case| case.amazons == case.ours).count();
    assert!(agreed >= 25, "{agreed} agreements");
}
