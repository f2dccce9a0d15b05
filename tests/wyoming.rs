//! What Home Assistant may rely on over the Wyoming protocol, and what a stranger who reaches the
//! port cannot do.

mod bad_input;
mod client;
mod parts;
mod shopping;

use std::{
    sync::{Arc, Mutex, OnceLock, mpsc},
    time::Duration,
};

use sayso::{
    audio::resample::resample,
    channels::wyoming::Options,
    speech::{Hearing, Recognizer, SpeechError, Utterance, pool::Pool, synth},
};
use serde_json::{Value, json};

use self::{
    client::Client,
    parts::{Server, no_voice, options, pcm, recording, scripted, start, tones, world},
};
use crate::http::parts::Scripted;

async fn describe(server: &Server) -> Value {
    let mut client = Client::new(server.address).await;
    client.send("describe", json!({}), &[]).await;
    client.expect("info").await.data
}

#[tokio::test]
async fn what_is_offered_is_what_is_there() {
    let world = world().await;
    let info = describe(&world.server).await;
    for (kind, inner) in [("asr", "models"), ("tts", "voices"), ("handle", "models"), ("intent", "models")] {
        let program = &info[kind][0];
        for artifact in [program, &program[inner][0]] {
            assert_eq!(artifact["installed"], true, "{kind}: {artifact}");
            assert!(artifact["name"].as_str().is_some_and(|name| !name.is_empty()), "{kind}: {artifact}");
            assert!(artifact["attribution"]["name"].is_string(), "{kind}: {artifact}");
            assert!(artifact["attribution"]["url"].is_string(), "{kind}: {artifact}");
            assert!(artifact["description"].is_string() && artifact["version"].is_string(), "{artifact}");
        }
        let languages = program[inner][0]["languages"].as_array().unwrap();
        assert!(languages.contains(&"en".into()), "{kind}: {languages:?}");
    }
    assert_eq!(info["handle"][0]["name"], "Corner Shelf");
    for absent in ["wake", "mic", "snd"] {
        assert_eq!(info[absent], json!([]));
    }
}

#[tokio::test]
async fn hearing_is_not_offered_before_the_model_is_loaded_nor_speaking_where_no_voice_speaks() {
    let server = start(options(), Scripted::new(), Arc::new(OnceLock::new()), no_voice()).await;
    let info = describe(&server).await;
    assert_eq!((&info["asr"], &info["tts"]), (&json!([]), &json!([])));
    assert_eq!(info["handle"].as_array().unwrap().len(), 1);
    let mut client = Client::new(server.address).await;
    client.send("transcribe", json!({}), &[]).await;
    assert_eq!(client.refusal().await, "no_recognizer");
    let mut client = Client::new(server.address).await;
    client.send("synthesize", json!({ "text": "Hello." }), &[]).await;
    assert_eq!(client.refusal().await, "no_voice");
}

#[tokio::test]
async fn a_ping_is_given_back_and_what_is_no_event_of_ours_is_ignored() {
    let (server, _) = scripted(options()).await;
    let mut client = Client::new(server.address).await;
    for kind in ["select-program", "detect", "run-satellite", "voice-started", ""] {
        client.send(kind, json!({ "name": 7, "timestamp": 3 }), b"anything").await;
    }
    client.send("ping", json!({ "text": "still there?" }), &[]).await;
    assert_eq!(client.expect("pong").await.text(), "still there?");
}

#[tokio::test]
async fn a_recording_in_any_common_format_becomes_its_words() {
    let world = world().await;
    let heard = recording("reorder-paper-towels.wav");
    let fast = resample(&heard, 16_000, 48_000).unwrap();
    for (rate, width, channels, samples) in
        [(16_000, 2, 1, &heard), (16_000, 4, 1, &heard), (48_000, 3, 2, &fast), (48_000, 2, 1, &fast)]
    {
        let mut client = Client::new(world.server.address).await;
        client.sound(rate, width, channels, &pcm(samples, width as usize, channels as usize)).await;
        let transcript = client.expect("transcript").await;
        assert_eq!(transcript.text(), "Reorder paper towels.", "{rate} Hz, {width} bytes, {channels}");
    }
}

#[tokio::test]
async fn several_utterances_can_follow_each_other_on_one_connection() {
    let (server, _) = scripted(options()).await;
    let mut client = Client::new(server.address).await;
    for (level, wanted) in [(0.5, "help"), (0.0, ""), (0.5, "help")] {
        client.sound(16_000, 2, 1, &pcm(&[level; 16_000], 2, 1)).await;
        assert_eq!(client.expect("transcript").await.text(), wanted);
    }
    client.send("audio-start", json!({ "rate": 16_000, "width": 2, "channels": 1 }), &[]).await;
    client.send("audio-stop", json!({}), &[]).await;
    assert_eq!(client.expect("transcript").await.text(), "", "nothing came, so nothing was said");
}

#[tokio::test]
async fn silence_noise_and_other_talk_are_an_empty_text_and_never_a_guess() {
    let world = world().await;
    for name in ["oov_silence.wav", "oov_noise.wav", "oov_mumble.wav", "oov_talk.wav"] {
        let mut client = Client::new(world.server.address).await;
        client.sound(16_000, 2, 1, &pcm(&recording(name), 2, 1)).await;
        assert_eq!(client.expect("transcript").await.text(), "", "{name}");
    }
}

#[tokio::test]
async fn a_language_or_a_model_that_is_not_there_is_refused() {
    let (server, _) = scripted(options()).await;
    for (wish, code) in
        [(json!({ "language": "fi" }), "no_such_language"), (json!({ "name": "large-v3" }), "no_such_model")]
    {
        let mut client = Client::new(server.address).await;
        client.send("transcribe", wish, &[]).await;
        assert_eq!(client.refusal().await, code);
    }
    let mut client = Client::new(server.address).await;
    client.send("transcribe", json!({ "language": "en_GB", "name": "loud-is-help" }), &[]).await;
    client.send("ping", json!({}), &[]).await;
    client.expect("pong").await;
}

/// Hears nothing until the other end is dropped.
struct Slow(Mutex<mpsc::Receiver<()>>);

impl Recognizer for Slow {
    fn model(&self) -> &str {
        "slow"
    }
    fn open(&self) -> Result<Box<dyn Hearing>, SpeechError> {
        let _ = self.0.lock().unwrap().recv();
        Err(SpeechError::Recognition("nobody waits for this".into()))
    }
}

#[tokio::test]
async fn who_could_not_be_heard_in_time_is_told_so_in_time() {
    let options = Options { hearing: Duration::from_millis(200), ..options() };
    let (work, waits) = mpsc::channel();
    let ears = Arc::new(OnceLock::from(Pool::new(Arc::new(Slow(Mutex::new(waits))), 8)));
    let server = start(options, Scripted::new(), ears, tones()).await;
    let mut client = Client::new(server.address).await;
    client.sound(16_000, 2, 1, &pcm(&[0.5; 16_000], 2, 1)).await;
    assert_eq!(client.refusal().await, "busy", "while it is still at work");
    drop(work);
}

#[tokio::test]
async fn a_text_is_spoken_whole_between_a_start_and_a_stop() {
    let (server, _) = scripted(options()).await;
    let text = "Your order of three is on its way.";
    let words =
        Utterance { plain: text.into(), ssml: format!("<speak>{text}</speak>"), locale: "en-US".into() };
    let wanted = synth::collect(tones().speak(&words).await.unwrap()).await.unwrap();
    let mut client = Client::new(server.address).await;
    for voice in [json!({}), json!({ "language": "en" }), json!({ "name": tones().name(), "speaker": "x" })] {
        client.send("synthesize", json!({ "text": text, "voice": voice }), &[]).await;
        let (rate, samples) = client.spoken().await;
        assert_eq!((rate, samples.len()), (u64::from(wanted.rate), wanted.samples.len()), "{voice}");
        assert!(samples.iter().any(|sample| sample.abs() > 1_000));
    }
    client.send("synthesize", json!({ "text": "  " }), &[]).await;
    assert!(client.spoken().await.1.is_empty(), "nothing to say is said as nothing");
}

#[tokio::test]
async fn a_text_in_pieces_is_spoken_sentence_by_sentence_before_it_is_complete() {
    let (server, _) = scripted(options()).await;
    let mut client = Client::new(server.address).await;
    client.send("synthesize-start", json!({ "voice": { "language": "en-US" } }), &[]).await;
    client.send("synthesize-chunk", json!({ "text": "That is one. It" }), &[]).await;
    let first = client.spoken().await.1;
    assert!(!first.is_empty());
    client.send("synthesize-chunk", json!({ "text": " costs two" }), &[]).await;
    client.send("synthesize", json!({ "text": "That is one. It costs two dollars" }), &[]).await;
    client.send("synthesize-chunk", json!({ "text": " dollars" }), &[]).await;
    client.send("synthesize-stop", json!({}), &[]).await;
    let second = client.spoken().await.1;
    assert!(second.len() > first.len(), "the rest, once: {} and {}", first.len(), second.len());
    client.expect("synthesize-stopped").await;
    client.send("synthesize-start", json!({}), &[]).await;
    client.send("synthesize-stop", json!({}), &[]).await;
    assert!(client.spoken().await.1.is_empty());
    client.expect("synthesize-stopped").await;
}

#[tokio::test]
async fn what_cannot_be_spoken_as_asked_is_refused() {
    let (server, _) = scripted(options()).await;
    for (wish, code) in [
        (json!({ "text": "Hi.", "voice": { "name": "somebody else" } }), "no_such_voice"),
        (json!({ "text": "Hi.", "voice": { "language": "fi" } }), "no_such_voice"),
        (json!({ "text": "<speak>Hi.</speak>", "text_format": "ssml" }), "not_supported"),
        (json!({ "text": "word ".repeat(1_000) }), "too_large"),
        (json!({ "text": "7 ".repeat(4_000) }), "too_large"),
        (json!({}), "bad_field"),
    ] {
        let mut client = Client::new(server.address).await;
        client.send("synthesize", wish.clone(), &[]).await;
        assert_eq!(client.refusal().await, code, "{wish}");
    }
}

#[tokio::test]
async fn a_shutdown_finishes_the_turn_at_work_and_hangs_up_on_the_rest() {
    let (server, engine) = scripted(options()).await;
    let (mut idle, mut busy) = (Client::new(server.address).await, Client::new(server.address).await);
    let mut talking = Client::new(server.address).await;
    talking.send("audio-start", json!({ "rate": 16_000, "width": 2, "channels": 1 }), &[]).await;
    idle.send("ping", json!({}), &[]).await;
    idle.expect("pong").await;
    busy.send("transcript", json!({ "text": "wait" }), &[]).await;
    engine.until_begun().await;
    let done = server.stop();
    assert!(idle.read().await.is_none());
    assert_eq!(talking.refusal().await, "stopping");
    engine.gate.add_permits(1);
    busy.expect("handled-start").await;
    assert!(done.await.unwrap(), "everything was finished");
}
