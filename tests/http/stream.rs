//! What a client of a stream may rely on: docs/stream.md, sentence by sentence.

mod refused;

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use sayso::{
    channels::http::{Options, SkillOptions},
    speech::{
        Heard, Hearing, Recognizer, SharedSynthesizer, Sound, SoundStream, SpeechError, Synthesizer,
        Utterance, pool::Pool, synth::Tones,
    },
    turn::Input,
};
use tokio::sync::mpsc;

use super::{
    client::{get, typed},
    parts::{Server, options, skill, start, start_as},
    talk::{Talk, recording},
};

const SHORT: Duration = Duration::from_millis(200);
const START: &str = r#"{"type": "start", "session": "kitchen"}"#;
const TOKEN: &str = "0123456789abcdef";
const OWN: &str = "household-0123456789";

async fn open(server: &Server) -> Talk {
    Talk::open(server.address, "/v1/stream", &[]).await.expect("it is open")
}

/// Hears the same in every sound.
struct Says(&'static str);

impl Recognizer for Says {
    fn model(&self) -> &str {
        "says"
    }
    fn open(&self) -> Result<Box<dyn Hearing>, SpeechError> {
        Ok(Box::new(Says(self.0)))
    }
}

impl Hearing for Says {
    fn push(&mut self, _: &[f32]) -> Result<(), SpeechError> {
        Ok(())
    }
    fn partial(&mut self) -> Option<String> {
        None
    }
    fn finish(self: Box<Self>) -> Result<Heard, SpeechError> {
        Ok(Heard::Words { text: self.0.into(), confidence: 0.9 })
    }
}

/// Begins to speak and never ends.
struct Endless;

#[async_trait]
impl Synthesizer for Endless {
    fn name(&self) -> String {
        "endless".into()
    }
    async fn speak(&self, _: &Utterance) -> Result<SoundStream, SpeechError> {
        let (send, stream) = mpsc::channel(1);
        send.send(Ok(Sound { rate: 16_000, samples: vec![0.1; 1_600] })).await.unwrap();
        tokio::spawn(async move { send.closed().await });
        Ok(stream)
    }
}

async fn hearing(words: &'static str, voice: SharedSynthesizer, options: Options) -> Server {
    let loaded = OnceLock::new();
    let _ = loaded.set(Pool::new(Arc::new(Says(words)), 8));
    start_as(options, loaded, voice).await
}

#[tokio::test]
async fn the_pause_after_an_utterance_ends_it_and_the_answer_comes_as_the_object_of_a_turn_and_as_sound() {
    let server = start(options()).await;
    let mut talk = open(&server).await;
    talk.text(START).await;
    talk.sound(&recording("yes.wav", 1)).await;
    let told = talk.until("reply").await;
    assert_eq!(told.kinds, ["listening", "speech_started", "speech_ended", "reply"]);
    let turn = told.last["turn"].clone();
    assert_eq!((&turn["session"], &turn["heard"]), (&"kitchen".into(), &"help".into()), "{turn}");
    assert!(turn["timings_ms"]["endpoint"].is_number() && turn["timings_ms"]["transcribe"].is_number());
    let spoken = talk.until("audio_end").await;
    assert_eq!(spoken.kinds, ["audio_start", "audio_end"]);
    assert_eq!((&spoken.last["reason"], spoken.sound), (&"complete".into(), 4 * 2_400 * 2));
    let again = get(&format!("/v1/turns/{}", told.last["id"].as_str().unwrap())).send(server.address).await;
    assert_eq!(again.json(), turn);
    assert_eq!(server.engine.finished.lock().unwrap()[0].channel, "stream");
}

#[tokio::test]
async fn the_client_may_say_that_the_shopper_has_ended_and_that_it_wants_no_sound() {
    let server = start(options()).await;
    let mut talk = open(&server).await;
    for _ in 0..2 {
        talk.text(r#"{"type": "start", "audio": false}"#).await;
        talk.sound(&recording("yes.wav", 0)).await;
        talk.text(r#"{"type": "end"}"#).await;
        let told = talk.until("reply").await;
        assert_eq!(told.kinds.last_chunk(), Some(&["speech_ended".to_owned(), "reply".to_owned()]));
    }
    let seen = server.engine.finished.lock().unwrap();
    assert!(seen[0].session == seen[1].session, "the conversation is that of the connection");
}

#[tokio::test]
async fn sound_at_another_rate_is_heard_too() {
    let server = start(options()).await;
    let mut talk = open(&server).await;
    talk.text(r#"{"type": "start", "rate": 48000, "audio": false}"#).await;
    let samples: Vec<f32> = recording("yes.wav", 1).into_iter().flat_map(|one| [one; 3]).collect();
    talk.sound(&samples).await;
    assert_eq!(talk.until("reply").await.last["turn"]["heard"], "help");
}

#[tokio::test]
async fn who_says_nothing_is_answered_as_one_who_says_nothing() {
    let server = start(options()).await;
    let mut talk = open(&server).await;
    talk.text(START).await;
    talk.sound(&[0.0; 9 * 16_000]).await;
    let told = talk.until("speech_ended").await;
    assert_eq!(told.last["reason"], "no_speech");
    assert!(talk.until("reply").await.last["turn"]["heard"].is_null());
    assert!(matches!(server.engine.finished.lock().unwrap()[0].input, Input::Silence));
}

#[tokio::test]
async fn an_utterance_that_is_cancelled_reaches_nobody() {
    let server = start(options()).await;
    let mut talk = open(&server).await;
    talk.text(START).await;
    talk.sound(&recording("yes.wav", 0)).await;
    talk.text(r#"{"type": "cancel"}"#).await;
    assert_eq!(talk.until("speech_ended").await.last["reason"], "cancelled");
    talk.text(START).await;
    talk.text(r#"{"type": "end"}"#).await;
    talk.until("reply").await;
    let seen = server.engine.finished.lock().unwrap();
    assert!(
        seen.len() == 1 && matches!(seen[0].input, Input::Silence),
        "only what came after the second start"
    );
}

#[tokio::test]
async fn a_turn_that_has_begun_is_told_but_not_spoken_when_it_is_cancelled_and_no_other_begins_beside_it() {
    let server = hearing("wait", Arc::new(Tones), options()).await;
    let mut talk = open(&server).await;
    talk.text(START).await;
    talk.sound(&recording("yes.wav", 1)).await;
    server.engine.until_begun().await;
    talk.text(r#"{"type": "cancel"}"#).await;
    talk.text(START).await;
    let refused = talk.until("error").await.last;
    assert_eq!((&refused["code"], &refused["fatal"]), (&"turn_at_work".into(), &false.into()));
    server.engine.gate.add_permits(1);
    assert_eq!(talk.until("reply").await.kinds, ["reply"]);
    talk.text(START).await;
    assert_eq!(talk.until("listening").await.kinds, ["listening"], "no sound of the answer came");
    assert_eq!(server.engine.finished(), 1);
}

#[tokio::test]
async fn the_sound_of_an_answer_stops_when_it_is_cancelled_or_the_shopper_speaks_again() {
    let server = hearing("help", Arc::new(Endless), options()).await;
    let mut talk = open(&server).await;
    for (message, reason) in [(r#"{"type": "cancel"}"#, "cancelled"), (START, "interrupted")] {
        talk.text(START).await;
        talk.sound(&recording("yes.wav", 1)).await;
        talk.until("audio_start").await;
        talk.text(message).await;
        assert_eq!(talk.until("audio_end").await.last["reason"], reason);
    }
    talk.until("listening").await;
    talk.text(r#"{"type": "cancel"}"#).await;
    talk.until("speech_ended").await;
    assert_eq!(server.engine.finished(), 2);
}

#[tokio::test]
async fn a_partial_is_shown_while_somebody_speaks_and_no_turn_is_run_for_it() {
    let server = hearing("help", Arc::new(Tones), options()).await;
    let mut talk = open(&server).await;
    talk.text(r#"{"type": "start", "partials": true, "audio": false}"#).await;
    let mut microphone = tokio::time::interval(Duration::from_millis(100));
    for piece in recording("what-did-i-buy-last-month.wav", 0).chunks(1_600) {
        microphone.tick().await;
        talk.sound(piece).await;
    }
    let partial = talk.until("partial").await;
    assert_eq!(partial.last["text"], "help");
    assert_eq!(server.engine.finished(), 0);
    talk.text(r#"{"type": "end"}"#).await;
    let told = talk.until("reply").await;
    assert!(!told.kinds.contains(&"partial".to_owned()), "the same twice is told once: {told:?}");
    assert_eq!(server.engine.finished(), 1);
}

#[tokio::test]
async fn a_pin_is_not_shown_while_it_is_being_said() {
    let server = hearing("my pin is four two one seven", Arc::new(Tones), options()).await;
    let mut talk = open(&server).await;
    talk.text(r#"{"type": "start", "partials": true, "audio": false}"#).await;
    let mut microphone = tokio::time::interval(Duration::from_millis(100));
    for piece in recording("what-did-i-buy-last-month.wav", 1).chunks(1_600) {
        microphone.tick().await;
        talk.sound(piece).await;
    }
    let told = talk.until("reply").await;
    assert!(!told.kinds.contains(&"partial".to_owned()), "{told:?}");
}

#[tokio::test]
async fn without_a_free_seat_the_utterance_is_refused_and_the_stream_goes_on() {
    let server = start(Options { max_in_flight: 1, ..options() }).await;
    let address = server.address;
    let slow = tokio::spawn(async move { typed("wait").send(address).await });
    server.engine.until_begun().await;
    let mut talk = open(&server).await;
    talk.text(START).await;
    talk.sound(&recording("yes.wav", 1)).await;
    let busy = talk.until("error").await.last;
    assert_eq!(
        (&busy["code"], &busy["fatal"], &busy["retry_after"]),
        (&"busy".into(), &false.into(), &1.into())
    );
    server.engine.gate.add_permits(1);
    assert_eq!(slow.await.unwrap().status, 200);
    talk.text(START).await;
    talk.sound(&recording("yes.wav", 1)).await;
    talk.until("reply").await;
}

#[tokio::test]
async fn a_turn_that_fell_over_is_told_plainly_and_the_stream_goes_on() {
    let server = hearing("panic", Arc::new(Tones), options()).await;
    let mut talk = open(&server).await;
    talk.text(START).await;
    talk.sound(&recording("yes.wav", 1)).await;
    let fault = talk.until("error").await.last;
    assert_eq!((&fault["code"], &fault["fatal"]), (&"fault".into(), &false.into()));
    talk.text(START).await;
    talk.until("listening").await;
}

#[tokio::test]
async fn a_turn_goes_on_when_its_client_hangs_up() {
    let server = hearing("wait", Arc::new(Tones), options()).await;
    let mut talk = open(&server).await;
    talk.text(START).await;
    talk.sound(&recording("yes.wav", 1)).await;
    server.engine.until_begun().await;
    drop(talk);
    server.engine.gate.add_permits(1);
    let engine = server.engine.clone();
    assert!(server.stop().await.unwrap(), "everything was finished");
    assert_eq!(engine.finished(), 1);
}

#[tokio::test]
async fn a_server_that_stops_tells_the_turn_that_is_at_work_before_it_goes() {
    let server = hearing("wait", Arc::new(Tones), options()).await;
    let (mut busy, mut idle) = (open(&server).await, open(&server).await);
    busy.text(START).await;
    busy.sound(&recording("yes.wav", 1)).await;
    server.engine.until_begun().await;
    let engine = server.engine.clone();
    let done = server.stop();
    assert_eq!(idle.refused().await, ("stopping".to_owned(), 1_001));
    engine.gate.add_permits(1);
    busy.until("reply").await;
    assert_eq!(busy.refused().await, ("stopping".to_owned(), 1_001));
    drop((busy, idle));
    assert!(done.await.unwrap(), "everything was finished");
}
