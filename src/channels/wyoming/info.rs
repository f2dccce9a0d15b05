//! What is offered, as the event `info`: nothing that is not there.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;

use super::{WyomingState, framing::encode, with_bases};

/// How long a client waits while the voice is tried for the first time; Home Assistant waits a second.
const FIRST_TRIAL: Duration = Duration::from_millis(500);
/// The language that recognisers hear when their model does not say, or says that it knows many:
/// they are asked for no other.
pub const HEARD: &str = "en";

/// The event.
pub async fn info(state: &WyomingState) -> Vec<u8> {
    let mut tried = state.speaks.subscribe();
    let spoke = timeout(FIRST_TRIAL, tried.wait_for(Option::is_some)).await;
    let speaks = matches!(spoke.map(|known| known.is_ok_and(|known| *known == Some(true))), Ok(true));
    let languages = with_bases(state.options.languages.iter().map(String::as_str));
    let shop = |what: &str| {
        let model = artifact(state.options.shop.as_str(), what, &ours());
        json!([with(
            artifact(&state.options.title, what, &ours()),
            json!({ "models": [with(model, json!({ "languages": languages }))] })
        )])
    };
    let handle = with(
        shop("shopping by voice: nothing is bought without a yes")[0].take(),
        json!({ "supports_handled_streaming": true, "supports_home_control": false }),
    );
    let offered = json!({
        "asr": asr(state).into_iter().collect::<Vec<_>>(),
        "tts": if speaks { vec![tts(state)] } else { Vec::new() },
        "handle": [handle],
        "intent": shop("what a sentence means to the shop; nothing is done"),
        "wake": [], "mic": [], "snd": [],
    });
    encode("info", &offered, &[])
}

/// The languages that the loaded recogniser hears, without their regions.
pub fn heard(known: &[String]) -> Vec<String> {
    let mut named: Vec<_> = known.iter().filter(|one| *one != "*").map(|one| super::base(one)).collect();
    named.dedup();
    if named.is_empty() { vec![HEARD.to_owned()] } else { named }
}

fn asr(state: &WyomingState) -> Option<Value> {
    let pool = state.recognizer.get()?;
    let maker = match pool.maker() {
        "OpenAI" => json!({ "name": "OpenAI", "url": "https://github.com/openai/whisper" }),
        _ => ours(),
    };
    let model = artifact(pool.model(), "a Whisper model", &maker);
    let models = json!([with(model, json!({ "languages": heard(&pool.languages()) }))]);
    Some(with(
        artifact("Sayso", "Whisper on this machine; what is not sure is not written", &ours()),
        json!({ "models": models, "supports_transcript_streaming": false, "requires_external_vad": true }),
    ))
}

fn tts(state: &WyomingState) -> Value {
    let name = state.synthesizer.name();
    let maker = match name.split([' ', '-']).next() {
        Some("espeak") => json!({ "name": "eSpeak NG", "url": "https://github.com/espeak-ng/espeak-ng" }),
        Some("piper") => json!({ "name": "Piper", "url": "https://github.com/OHF-Voice/piper1-gpl" }),
        _ => ours(),
    };
    let languages = with_bases([state.options.locale.as_str()]);
    let voice = with(
        artifact(&name, "the voice of the settings", &maker),
        json!({ "languages": languages, "speakers": null }),
    );
    with(
        artifact("Sayso", "the voice of this machine", &ours()),
        json!({ "voices": [voice], "supports_synthesize_streaming": true }),
    )
}

/// Sayso as a maker.
fn ours() -> Value {
    json!({ "name": "Sayso", "url": env!("CARGO_PKG_REPOSITORY") })
}

/// What the protocol tells of every program, model and voice.
fn artifact(name: &str, description: &str, maker: &Value) -> Value {
    json!({
        "name": name,
        "description": description,
        "attribution": maker,
        "installed": true,
        "version": env!("CARGO_PKG_VERSION"),
    })
}

fn with(mut object: Value, more: Value) -> Value {
    if let (Value::Object(object), Value::Object(more)) = (&mut object, more) {
        object.extend(more);
    }
    object
}
