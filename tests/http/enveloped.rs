//! A platform's envelope with the utterance as sound, from a client of our own.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sayso::{
    channels::{
        alexa::AlexaSkill,
        dialogflow::{Agent, Proof},
        http::{Options, SkillOptions},
    },
    commerce::HouseholdId,
    turn::Input,
};
use serde_json::{Value, json};

use super::{
    client::{Request, post},
    parts::{options, skill, start, tone},
};
use crate::support::amazon::{APPLICATION, envelope, intent};

const OWN: &str = "household-0123456789";

fn served() -> SkillOptions {
    let household = HouseholdId::new("river-house").unwrap();
    let alexa = AlexaSkill {
        application_id: APPLICATION.into(),
        household: Some(household.clone()),
        title: "Shop".into(),
        meanwhile: Vec::new(),
    };
    let proof = Proof { token: None, secret: None, basic: None };
    let agent = Agent { household: Some(household), link_scene: None, proof };
    SkillOptions { alexa: Some(alexa), dialogflow: Some(agent), ..skill("household") }
}

fn alexa(request: Value) -> Value {
    envelope(request, jiff::Timestamp::UNIX_EPOCH)
}

fn part(name: &str, kind: &str, bytes: &[u8]) -> Vec<u8> {
    let head =
        format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n");
    [head.as_bytes(), bytes, b"\r\n"].concat()
}

fn form(platform: &str, parts: &[Vec<u8>]) -> Request {
    let body = [parts.concat(), b"--edge--\r\n".to_vec()].concat();
    post(&format!("/v1/skills/household/platforms/{platform}"), "multipart/form-data; boundary=edge", body)
}

fn said(platform: &str, envelope: &Value, wav: &[u8]) -> Request {
    let envelope = part("envelope", "application/json", envelope.to_string().as_bytes());
    form(platform, &[envelope, part("audio", "audio/wav", wav)])
}

#[tokio::test]
async fn an_envelope_with_sound_is_answered_in_the_platforms_format_and_as_sound() {
    let server = start(Options { skills: vec![served()], ..options() }).await;
    let cx = json!({
        "fulfillmentInfo": { "tag": "turn" }, "sessionInfo": { "session": "projects/p/sessions/1" },
        "languageCode": "en", "text": "ignored"
    });
    let es = json!({
        "session": "projects/p/agent/sessions/1", "responseId": "r",
        "queryResult": { "queryText": "ignored", "languageCode": "en" }
    });
    for (platform, envelope, speech) in [
        ("alexa", alexa(intent("AnyIntent", &[])), "/response/outputSpeech/ssml"),
        ("dialogflow-cx", cx, "/fulfillmentResponse/messages/0/text/text/0"),
        ("dialogflow-es", es, "/fulfillmentText"),
    ] {
        let answer = said(platform, &envelope, &tone()).send(server.address).await;
        assert_eq!(answer.status, 200, "{platform}: {}", answer.text());
        let json = answer.json();
        let words = json["envelope"].pointer(speech).and_then(Value::as_str);
        assert!(words.is_some_and(|words| words.contains("say hello")), "{platform}: {json}");
        assert_eq!((&json["heard"], &json["audio"]["content_type"]), (&"help".into(), &"audio/wav".into()));
        let wav = BASE64_STANDARD.decode(json["audio"]["base64"].as_str().unwrap()).unwrap();
        assert!(!sayso::audio::wav::decode(&wav, Default::default()).unwrap().is_empty());
    }
    let seen = server.engine.finished.lock().unwrap();
    assert!(
        seen.iter().all(|turn| turn.household.as_str() == "river-house"),
        "the platform's household speaks"
    );
    assert!(
        seen.iter()
            .all(|turn| turn.channel.ends_with("-sound") && turn.session.as_str().starts_with(turn.channel))
    );
}

#[tokio::test]
async fn a_yes_in_the_envelope_is_none_when_the_recording_is_silent() {
    let server = start(Options { skills: vec![served()], ..options() }).await;
    let silence = sayso::audio::wav::encode(16_000, &[0.0; 16_000]).unwrap();
    let answer = said("alexa", &alexa(intent("AMAZON.YesIntent", &[])), &silence).send(server.address).await;
    assert_eq!((answer.status, &answer.json()["heard"]), (200, &Value::Null));
    assert!(matches!(server.engine.finished.lock().unwrap()[0].input, Input::Silence));
}

#[tokio::test]
async fn our_token_opens_this_and_not_the_platforms_own_route() {
    let skills = vec![SkillOptions { token: Some(OWN.into()), ..served() }];
    let server = start(Options { skills, ..options() }).await;
    let request = alexa(intent("AnyIntent", &[]));
    let (bearer, body) = (format!("Bearer {OWN}"), request.to_string());
    assert_eq!(said("alexa", &request, &tone()).send(server.address).await.status, 401);
    let ours = said("alexa", &request, &tone()).header("Authorization", &bearer).send(server.address).await;
    assert_eq!(ours.status, 200);
    for (path, status) in
        [("/alexa/household", 400), ("/dialogflow/cx/household", 401), ("/dialogflow/es/household", 401)]
    {
        let theirs = post(path, "application/json", body.clone()).header("Authorization", &bearer);
        assert_eq!(theirs.send(server.address).await.status, status, "{path}");
    }
    assert_eq!(server.engine.finished(), 1);
}

#[tokio::test]
async fn a_form_or_an_envelope_that_is_none_is_refused_and_runs_nothing() {
    let server = start(Options { skills: vec![served()], ..options() }).await;
    let good =
        || part("envelope", "application/json", alexa(intent("AnyIntent", &[])).to_string().as_bytes());
    let other = |bytes: &[u8]| part("envelope", "application/json", bytes);
    let sound = || part("audio", "audio/wav", &tone());
    let ended = alexa(json!({ "type": "SessionEndedRequest" })).to_string();
    for (parts, status, code) in [
        (vec![], 400, "bad_form"),
        (vec![good()], 400, "bad_form"),
        (vec![sound()], 400, "bad_form"),
        (vec![good(), good(), sound()], 400, "bad_form"),
        (vec![good(), sound(), part("more", "text/plain", b"x")], 400, "bad_form"),
        (vec![other(b"{"), sound()], 400, "bad_envelope"),
        (vec![other(b"[]"), sound()], 400, "bad_envelope"),
        (vec![other(ended.as_bytes()), sound()], 400, "bad_envelope"),
        (vec![other(&vec![b' '; 129 * 1024]), sound()], 413, "too_large"),
        (vec![good(), part("audio", "audio/mpeg", b"x")], 415, "unsupported_media_type"),
        (vec![good(), part("audio", "audio/wav", b"no sound")], 422, "bad_audio"),
    ] {
        let answer = form("alexa", &parts).send(server.address).await;
        assert_eq!((answer.status, answer.error_code().as_str()), (status, code), "{}", parts.len());
    }
    let path = "/v1/skills/household/platforms/alexa";
    let plain = post(path, "application/json", "{}").send(server.address).await;
    assert_eq!((plain.status, plain.error_code()), (415, "unsupported_media_type".into()));
    assert_eq!(form("siri", &[good(), sound()]).send(server.address).await.status, 404);
    assert_eq!(server.engine.finished(), 0);
}

#[tokio::test]
async fn a_skill_that_is_not_set_up_for_a_platform_has_no_such_address() {
    let server = start(options()).await;
    for platform in ["alexa", "dialogflow-cx", "dialogflow-es"] {
        let answer = said(platform, &alexa(intent("AnyIntent", &[])), &tone()).send(server.address).await;
        assert_eq!((answer.status, answer.error_code()), (404, "not_found".into()), "{platform}");
    }
}
