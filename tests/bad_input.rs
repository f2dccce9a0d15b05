//! Every envelope that is wrong gets the refusal of its platform, at once, and nothing is run; whoever sends slowly is
//! cut off. Each way in that takes a body is a row of one table. What the streams and the Wyoming port do with
//! wrong messages stands with them.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::http::HeaderName;
use jiff::Timestamp;
use sayso::{
    channels::{
        alexa::{AlexaSkill, Verifier, read_roots},
        dialogflow::{Agent, Proof},
        http::{Options, SkillOptions},
    },
    commerce::{HouseholdId, system::SystemClock},
};
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::{
    http::{
        client::{Answer, Request, post, read_answer},
        parts::{Server, options, skill, start},
    },
    linking::shop::{FORM, Shop},
    support::amazon::{APPLICATION, Amazon, URL, envelope},
};

/// Within this a refusal is there.
const AT_ONCE: Duration = Duration::from_millis(100);
const SECRET: &str = "0123456789abcdef-agent";
const MULTIPART: &str = "multipart/form-data; boundary=edge";

/// A way in, with what is wrong there and how that is refused.
struct Door {
    path: &'static str,
    kind: &'static str,
    /// The largest body, in bytes.
    limit: usize,
    /// Bodies that are none of its requests: the status and the code of the refusal.
    wrong: Vec<(&'static str, Vec<u8>, u16, &'static str)>,
    /// The same address with a skill that is not there; `None` where no skill is named.
    nowhere: Option<(&'static str, u16, &'static str)>,
}

/// What is no JSON object of any platform: nothing, lists, numbers, nested too deeply, not UTF-8, cut.
fn no_json(status: u16, code: &'static str) -> Vec<(&'static str, Vec<u8>, u16, &'static str)> {
    let deep = format!("{{\"x\":{}{}}}", "[".repeat(6_000), "]".repeat(6_000));
    [
        ("nothing", Vec::new()),
        ("null", b"null".to_vec()),
        ("a list", b"[]".to_vec()),
        ("a number", b"7".to_vec()),
        ("an empty object", b"{}".to_vec()),
        ("nested too deeply", deep.into_bytes()),
        ("not UTF-8", b"{\"x\":\"\xff\xfe\"}".to_vec()),
        ("cut", b"{\"x\":\"".to_vec()),
    ]
    .map(|(what, body)| (what, body, status, code))
    .into()
}

fn with(
    mut wrong: Vec<(&'static str, Vec<u8>, u16, &'static str)>,
    more: &[(&'static str, Value, u16, &'static str)],
) -> Vec<(&'static str, Vec<u8>, u16, &'static str)> {
    wrong.extend(
        more.iter().map(|(what, body, status, code)| (*what, body.to_string().into_bytes(), *status, *code)),
    );
    wrong
}

fn platforms() -> Vec<Door> {
    let alexa = |change: fn(&mut Value)| {
        let mut whole = envelope(json!({ "type": "LaunchRequest" }), Timestamp::now());
        change(&mut whole);
        whole
    };
    let alexa = [
        ("an unknown type of request", alexa(|e| e["request"]["type"] = "Order.Everything".into())),
        ("no request", alexa(|e| e["request"] = Value::Null)),
        ("a request of the wrong type", alexa(|e| e["request"] = "LaunchRequest".into())),
        ("no skill", alexa(|e| e["context"]["System"]["application"] = Value::Null)),
        ("a turn without a session", alexa(|e| e["session"] = Value::Null)),
    ]
    .map(|(what, body)| (what, body, 400, "refused"));
    let session = json!({ "session": "projects/p/locations/global/agents/a/sessions/s" });
    let cx = [
        ("an unknown type of request", json!({ "sessionInfo": session, "payload": {} })),
        ("no session", json!({ "text": "yes" })),
        ("a session of the wrong type", json!({ "sessionInfo": 7, "text": "yes" })),
        ("words of the wrong type", json!({ "sessionInfo": session, "text": ["yes"] })),
    ]
    .map(|(what, body)| (what, body, 400, "bad_request"));
    let es = [
        ("an unknown type of request", json!({ "session": "projects/p/agent/sessions/s" })),
        ("no session", json!({ "queryResult": { "queryText": "yes" } })),
        ("a query of the wrong type", json!({ "session": "s", "queryResult": "yes" })),
    ]
    .map(|(what, body)| (what, body, 400, "bad_request"));
    let actions = [
        ("an unknown type of request", json!({ "session": { "id": "s" } })),
        ("no session", json!({ "handler": { "name": "turn" } })),
        ("a handler of the wrong type", json!({ "session": { "id": "s" }, "handler": ["turn"] })),
    ]
    .map(|(what, body)| (what, body, 400, "bad_request"));
    let door = |path, wrong, nowhere| Door {
        path,
        kind: "application/json",
        limit: 128 * 1024,
        wrong,
        nowhere: Some(nowhere),
    };
    let none = || no_json(400, "bad_request");
    vec![
        door("/alexa/household", with(no_json(400, "refused"), &alexa), ("/alexa/nowhere", 400, "refused")),
        door("/dialogflow/cx/household", with(none(), &cx), ("/dialogflow/cx/nowhere", 404, "not_found")),
        door("/dialogflow/es/household", with(none(), &es), ("/dialogflow/es/nowhere", 404, "not_found")),
        door("/actions/household", with(none(), &actions), ("/actions/nowhere", 404, "not_found")),
    ]
}

fn own() -> Vec<Door> {
    let typed = || {
        let mut wrong = no_json(400, "bad_json");
        wrong.iter_mut().filter(|case| case.0 == "not UTF-8").for_each(|case| case.3 = "not_utf8");
        let more = [
            ("an unknown field", json!({ "text": "yes", "order": true }), 400, "bad_json"),
            ("words of the wrong type", json!({ "text": 7 }), 400, "bad_json"),
        ];
        with(wrong, &more)
    };
    let part = |name: &str, kind: &str, body: &[u8]| {
        let head = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n"
        );
        [head.as_bytes(), body, b"\r\n"].concat()
    };
    let form = |parts: &[Vec<u8>]| [parts.concat(), b"--edge--\r\n".to_vec()].concat();
    let sound = part("audio", "audio/wav", b"RIFF");
    let spoken = |(what, body, ..): (&'static str, Vec<u8>, u16, &'static str)| {
        let envelope = part("envelope", "application/json", &body);
        (what, form(&[envelope, sound.clone()]), 400, "bad_envelope")
    };
    let mut envelopes: Vec<_> = no_json(400, "").into_iter().map(spoken).collect();
    envelopes.push(("no form", b"edge".to_vec(), 400, "bad_form"));
    envelopes.push(("no envelope", form(std::slice::from_ref(&sound)), 400, "bad_form"));
    let file = part("file", "audio/wav", b"RIFF");
    let name = part("model", "text/plain", b"whisper-1");
    let transcriptions = vec![
        ("nothing", Vec::new(), 400, "bad_form"),
        ("no form", b"edge".to_vec(), 400, "bad_form"),
        ("no recording", form(std::slice::from_ref(&name)), 400, "invalid_value"),
        ("no model", form(std::slice::from_ref(&file)), 400, "invalid_value"),
        ("not UTF-8", form(&[file.clone(), part("model", "text/plain", b"\xff")]), 400, "invalid_value"),
        ("no sound", form(&[file, name]), 400, "invalid_value"),
    ];
    let speech = [
        (
            "an unknown model",
            json!({ "model": "x", "input": "Hi.", "voice": "alloy" }),
            404,
            "model_not_found",
        ),
        (
            "words of the wrong type",
            json!({ "model": "tts-1", "input": 7, "voice": "alloy" }),
            400,
            "bad_json",
        ),
    ];
    let door = |path, kind, limit, wrong, nowhere| Door { path, kind, limit, wrong, nowhere };
    let (json, turns) = ("application/json", "/v1/skills/household/turns");
    vec![
        door("/v1/turns", json, 16 * 1024, typed(), None),
        door(turns, json, 16 * 1024, typed(), Some(("/v1/skills/nowhere/turns", 404, "unknown_skill"))),
        door(
            "/v1/skills/household/platforms/alexa",
            MULTIPART,
            (4 << 20) + (144 << 10),
            envelopes,
            Some(("/v1/skills/nowhere/platforms/alexa", 404, "unknown_skill")),
        ),
        door("/v1/audio/transcriptions", MULTIPART, (4 << 20) + (64 << 10), transcriptions, None),
        door("/v1/audio/speech", json, 64 * 1024, with(no_json(400, "bad_json"), &speech), None),
    ]
}

/// The form of a client that links accounts.
fn links() -> Vec<Door> {
    let wrong = || {
        let long = format!("grant_type={}", "x".repeat(10_000));
        [
            ("nothing", Vec::new()),
            ("JSON", b"{\"grant_type\":\"refresh_token\"}".to_vec()),
            ("not UTF-8", b"grant_type=%ff".to_vec()),
            ("cut", b"grant_type=%f".to_vec()),
            ("many fields", b"x=1&".repeat(40)),
            ("a long field", long.into_bytes()),
        ]
        .map(|(what, body)| match what {
            // Whoever is no client is told so, and no more.
            "nothing" | "JSON" | "a long field" => (what, body, 401, "invalid_client"),
            _ => (what, body, 400, "invalid_request"),
        })
        .into()
    };
    let door = |path, nowhere| Door { path, kind: FORM, limit: 16 * 1024, wrong: wrong(), nowhere };
    vec![
        door("/link/household/token", Some(("/link/nowhere/token", 404, "unknown_skill"))),
        door("/link/household/revoke", Some(("/link/nowhere/revoke", 404, "unknown_skill"))),
    ]
}

/// A server at which every door is open, for those who prove themselves.
async fn open(amazon: &Arc<Amazon>, options: Options) -> Server {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root.pem");
    std::fs::write(&root, amazon.root()).unwrap();
    let roots = read_roots(Some(&root)).unwrap();
    let verifier = Verifier::new(roots, amazon.clone(), Arc::new(SystemClock));
    let household = HouseholdId::new("oak-street").unwrap();
    let secret = (HeaderName::from_static("x-agent-secret"), SECRET.into());
    let agent = Agent {
        household: Some(household.clone()),
        link_scene: None,
        proof: Proof { token: None, secret: Some(secret), basic: None },
    };
    let alexa = AlexaSkill {
        application_id: APPLICATION.into(),
        household: Some(household),
        title: "Shop".into(),
        meanwhile: Vec::new(),
    };
    let (alexa, dialogflow, actions) = (Some(alexa), Some(agent.clone()), Some(agent));
    let served = SkillOptions { alexa, dialogflow, actions, ..skill("household") };
    start(Options { skills: vec![served], alexa: Some(Arc::new(verifier)), ..options }).await
}

/// A request with every proof that any of the doors wants.
fn proved(amazon: &Amazon, path: &str, kind: &str, body: &[u8]) -> Request {
    post(path, kind, body)
        .header("X-Agent-Secret", SECRET)
        .header("SignatureCertChainUrl", URL)
        .header("Signature-256", &amazon.sign(body))
}

fn code(answer: &Answer) -> String {
    let error = answer.json()["error"].clone();
    error.as_str().or(error["code"].as_str()).unwrap_or_default().to_owned()
}

/// Asks three times, as this machine may be at work elsewhere: the server's own time is at most that of the fastest.
async fn assert_refused(server: &Server, request: &Request, what: &str, wanted: (u16, &str)) {
    let mut fastest = Duration::MAX;
    for _ in 0..3 {
        let begun = Instant::now();
        let answer = request.send(server.address).await;
        fastest = fastest.min(begun.elapsed());
        assert_eq!((answer.status, code(&answer).as_str()), wanted, "{what}: {}", answer.text());
    }
    assert!(fastest < AT_ONCE, "{what}: {fastest:?}");
}

async fn assert_door(server: &Server, amazon: &Amazon, door: &Door) {
    for (what, body, status, code) in &door.wrong {
        let request = proved(amazon, door.path, door.kind, body);
        assert_refused(server, &request, &format!("{what} at {}", door.path), (*status, code)).await;
    }
    let huge = proved(amazon, door.path, door.kind, &vec![b' '; door.limit + 1]);
    assert_refused(server, &huge, &format!("too much at {}", door.path), (413, "too_large")).await;
    if let Some((path, status, code)) = door.nowhere {
        let request = proved(amazon, path, door.kind, b"{}");
        assert_refused(server, &request, path, (status, code)).await;
    }
}

#[tokio::test]
async fn every_wrong_envelope_gets_the_refusal_of_its_platform_at_once_and_nothing_is_run() {
    let amazon = Arc::new(Amazon::new());
    let server = open(&amazon, options()).await;
    for door in platforms().iter().chain(&own()) {
        assert_door(&server, &amazon, door).await;
    }
    assert_eq!(server.engine.finished(), 0);
}

#[tokio::test]
async fn every_wrong_form_of_a_client_that_links_accounts_is_refused_at_once() {
    let (amazon, shop) = (Amazon::new(), Shop::open().await);
    for door in &links() {
        assert_door(&shop.server, &amazon, door).await;
    }
}

/// Sends the head, and then the body byte by byte, for as long as anybody listens.
async fn dribble(server: &Server, request: &Request) -> Option<Answer> {
    let bytes = request.bytes(server.address);
    let head = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    let stream = TcpStream::connect(server.address).await.unwrap();
    let (mut read, mut write) = stream.into_split();
    let sending = tokio::spawn(async move {
        write.write_all(&bytes[..head]).await.unwrap();
        for byte in &bytes[head..] {
            if write.write_all(&[*byte]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let answer = read_answer(&mut read).await;
    sending.abort();
    answer
}

#[tokio::test]
async fn whoever_sends_a_body_byte_by_byte_is_cut_off_at_every_door() {
    let amazon = Arc::new(Amazon::new());
    let server = open(&amazon, Options { body_timeout: Duration::from_millis(200), ..options() }).await;
    for door in platforms().iter().chain(&own()) {
        let begun = Instant::now();
        let answer = dribble(&server, &proved(&amazon, door.path, door.kind, &[b' '; 4_000])).await;
        let answer = answer.unwrap_or_else(|| panic!("no answer at {}", door.path));
        assert_eq!((answer.status, code(&answer).as_str()), (408, "slow_body"), "{}", door.path);
        assert!(begun.elapsed() < Duration::from_secs(10), "{}: {:?}", door.path, begun.elapsed());
    }
    assert_eq!(server.engine.finished(), 0);
}
