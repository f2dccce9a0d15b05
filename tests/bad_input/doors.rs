//! Each way in that takes a body, with what is wrong there: a row of one table.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{linking::shop::FORM, support::amazon::envelope};

const MULTIPART: &str = "multipart/form-data; boundary=edge";

/// A way in, with what is wrong there and how that is refused.
pub(super) struct Door {
    pub(super) path: &'static str,
    pub(super) kind: &'static str,
    /// The largest body, in bytes.
    pub(super) limit: usize,
    /// Bodies that are none of its requests: the status and the code of the refusal.
    pub(super) wrong: Vec<(&'static str, Vec<u8>, u16, &'static str)>,
    /// The same address with a skill that is not there; `None` where no skill is named.
    pub(super) nowhere: Option<(&'static str, u16, &'static str)>,
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

pub(super) fn platforms() -> Vec<Door> {
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

pub(super) fn own() -> Vec<Door> {
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
pub(super) fn links() -> Vec<Door> {
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
