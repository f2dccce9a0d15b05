//! What the targets share: a server's routes, in the process and without a network, over an engine that says again what
//! it was told, so that whatever is sent comes back through the answer too.

use std::{
    panic,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
    response::Response,
};
use sayso::{
    channels::{
        Engine,
        alexa::AlexaSkill,
        dialogflow::{Agent, Proof},
        http::{HttpState, Options, SkillOptions, router},
    },
    commerce::{HouseholdId, SessionId, ShopId},
    speech::{
        Heard, Hearing, Recognizer, SpeechError,
        pool::Pool,
        synth::{self, SynthSettings},
    },
    turn::{Awaited, Input, Reply, Segment, Speech, Turn},
    understanding::{Intent, IntentName, Understood},
};
use tokio::runtime::Runtime;
use tower_service::Service as _;

/// The largest body that is answered.
const MAX_ANSWER: usize = 64 << 20;
/// After so many requests the samples of the figures are folded, as a server does every few seconds.
const FOLD: u32 = 512;

/// Ends the process at any panic but those of the Opus decoder's library: these are known, and what calls it contains
/// them (`sayso::audio::opus`). One that it did not contain would reach the fuzzer and end the process all the same.
pub fn forgive_the_opus_decoder() {
    let fatal = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if !panic.location().is_some_and(|place| place.file().contains("/opus-decoder-")) {
            fatal(panic);
        }
    }));
}

/// What an engine would answer that says again what it was told.
pub fn reply(session: SessionId, input: &Input) -> Reply {
    let words = input.words().unwrap_or("Nothing.").chars().take(500).collect::<String>();
    let even = words.len().is_multiple_of(2);
    let speech =
        vec![Segment::Text(words.clone()), Segment::Name(words.clone()), Segment::Digits("4305".into())];
    let intent = match input {
        Input::Intent(intent) => intent.clone(),
        _ => Intent::bare(IntentName::Help),
    };
    Reply {
        turn: "t1".into(),
        session,
        heard: Some(words.clone()),
        confidence: 1.0,
        intent,
        decision: "helping",
        speech: Speech(speech),
        reprompt: even.then(|| Speech::plain(&words)),
        listening: even,
        awaits: Awaited::Nothing,
        ended: words.len().is_multiple_of(3),
        order: None,
        stages: Vec::new(),
    }
}

/// The engine.
pub struct Echo;

#[async_trait]
impl Engine for Echo {
    async fn turn(&self, turn: Turn) -> Reply {
        reply(turn.session, &turn.input)
    }

    async fn understand(&self, _: &ShopId, _: &str) -> Option<Understood> {
        Some(Understood { intent: Intent::bare(IntentName::Help), confidence: 1.0 })
    }

    async fn ready(&self) -> bool {
        true
    }
}

/// Hears "help" in everything.
struct Help;

impl Recognizer for Help {
    fn model(&self) -> &str {
        "help"
    }
    fn open(&self) -> Result<Box<dyn Hearing>, SpeechError> {
        Ok(Box::new(Self))
    }
}

impl Hearing for Help {
    fn push(&mut self, _: &[f32]) -> Result<(), SpeechError> {
        Ok(())
    }
    fn partial(&mut self) -> Option<String> {
        Some("hel".into())
    }
    fn finish(self: Box<Self>) -> Result<Heard, SpeechError> {
        Ok(Heard::Words { text: "help".into(), confidence: 0.9 })
    }
}

/// How a skill is reached from Alexa.
pub fn on_alexa() -> AlexaSkill {
    AlexaSkill {
        application_id: "amzn1.ask.skill.1".into(),
        household: Some(household()),
        title: "Corner Shelf".into(),
        meanwhile: Vec::new(),
    }
}

fn household() -> HouseholdId {
    HouseholdId::new("oak-street").expect("an identifier")
}

fn options() -> Options {
    let long = Duration::from_secs(30);
    let proof = Proof { token: None, secret: None, basic: None };
    let agent = Agent { household: Some(household()), link_scene: None, proof };
    let skill = SkillOptions {
        shop: ShopId::new("household").expect("an identifier"),
        household: household(),
        token: None,
        max_in_flight: None,
        alexa: Some(on_alexa()),
        dialogflow: Some(agent),
        actions: None,
        linking: None,
    };
    Options {
        skills: vec![skill],
        alexa: None,
        google: None,
        linker: None,
        progress: None,
        locale: "en-US".into(),
        token: None,
        max_in_flight: 8,
        hearing: long,
        max_connections: 8,
        header_timeout: long,
        body_timeout: long,
        request_timeout: long,
        stream_idle: long,
        drain: long,
    }
}

/// A server's routes.
pub struct Routes {
    /// What computes them.
    pub runtime: Runtime,
    router: Router,
    asked: Mutex<u32>,
}

impl Routes {
    /// The routes of a server that hears "help" in everything and says a tone for each word.
    pub fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let ears = OnceLock::from(Pool::new(Arc::new(Help), 8));
        let tones = SynthSettings { engine: synth::Engine::Tones, ..SynthSettings::default() };
        let voice = synth::choose(&tones).expect("a voice");
        let _inside = runtime.enter();
        let router = router(HttpState::new(options(), Arc::new(Echo), Arc::new(ears), voice));
        drop(_inside);
        Self { runtime, router, asked: Mutex::new(0) }
    }

    /// The routes, for a connection.
    pub fn router(&self) -> Router {
        self.fold();
        self.router.clone()
    }

    /// Asks, and checks what every answer is to be: no fault, and JSON where it is a refusal.
    pub fn ask(&self, request: Request<Body>) -> StatusCode {
        self.fold();
        let (status, body) = self.runtime.block_on(self.answer(request));
        assert!(!status.is_server_error(), "{status}: {}", String::from_utf8_lossy(&body));
        if !status.is_success() {
            let refusal: serde_json::Value = serde_json::from_slice(&body).expect("a refusal is JSON");
            assert!(
                refusal["error"]["message"].is_string() && refusal["error"]["code"].is_string(),
                "{refusal}"
            );
        }
        status
    }

    async fn answer(&self, request: Request<Body>) -> (StatusCode, axum::body::Bytes) {
        let response: Response = self.router.clone().call(request).await.expect("routes do not fail");
        let (parts, body) = response.into_parts();
        (parts.status, axum::body::to_bytes(body, MAX_ANSWER).await.expect("a body"))
    }

    fn fold(&self) {
        let mut asked = self.asked.lock().expect("one thread");
        *asked += 1;
        if asked.is_multiple_of(FOLD) {
            let request = Request::get("/metrics").body(Body::empty()).expect("a request");
            self.runtime.block_on(self.answer(request));
        }
    }
}

impl Default for Routes {
    fn default() -> Self {
        Self::new()
    }
}
