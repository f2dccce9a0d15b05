//! A server on a free port with an engine that does what a test says, so that time stands still
//! exactly where the test wants it.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use sayso::{
    channels::{
        Engine,
        http::{HttpState, Options, SkillOptions, serve},
    },
    commerce::{HouseholdId, ShopId},
    speech::{
        Hearing, Recognizer, SharedSynthesizer, SpeechError,
        pool::Pool,
        synth::{self, SynthSettings},
    },
    turn::{Awaited, Reply, Segment, Speech, Turn},
    understanding::{Intent, IntentName, Understood},
};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, oneshot},
    task::JoinHandle,
};

/// Answers every turn; "wait" waits until the test opens the gate, "panic" panics.
pub struct Scripted {
    pub gate: Semaphore,
    pub begun: Semaphore,
    pub store: Mutex<bool>,
    pub finished: Mutex<Vec<Turn>>,
}

impl Scripted {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            gate: Semaphore::new(0),
            begun: Semaphore::new(0),
            store: Mutex::new(true),
            finished: Mutex::new(Vec::new()),
        })
    }

    /// Waits until a turn has begun.
    pub async fn until_begun(&self) {
        self.begun.acquire().await.unwrap().forget();
    }

    pub fn finished(&self) -> usize {
        self.finished.lock().unwrap().len()
    }
}

#[async_trait]
impl Engine for Scripted {
    async fn turn(&self, turn: Turn) -> Reply {
        self.begun.add_permits(1);
        let heard = turn.input.words().map(str::to_owned);
        match heard.as_deref() {
            Some("wait") => self.gate.acquire().await.unwrap().forget(),
            Some("panic") => panic!("as the test wished"),
            _ => {}
        }
        let reply = Reply {
            turn: "t1".into(),
            session: turn.session.clone(),
            heard: heard.clone(),
            confidence: 1.0,
            intent: Intent::bare(IntentName::Help),
            decision: "helping",
            speech: Speech(vec![Segment::Text("You can say hello.".into())]),
            reprompt: None,
            listening: true,
            awaits: Awaited::Nothing,
            ended: false,
            order: None,
            stages: turn.stages.clone(),
        };
        self.finished.lock().unwrap().push(turn);
        reply
    }

    async fn understand(&self, _: &ShopId, text: &str) -> Option<Understood> {
        let name = if text.contains("help") { IntentName::Help } else { IntentName::NotUnderstood };
        Some(Understood { intent: Intent::bare(name), confidence: 1.0 })
    }

    async fn ready(&self) -> bool {
        *self.store.lock().unwrap()
    }
}

/// Hears "help" in anything loud.
pub struct LoudIsHelp;

struct Loudness(f32);

impl Recognizer for LoudIsHelp {
    fn model(&self) -> &str {
        "loud-is-help"
    }
    fn open(&self) -> Result<Box<dyn Hearing>, SpeechError> {
        Ok(Box::new(Loudness(0.0)))
    }
}

impl Hearing for Loudness {
    fn push(&mut self, samples: &[f32]) -> Result<(), SpeechError> {
        self.0 = samples.iter().fold(self.0, |most, s| most.max(s.abs()));
        Ok(())
    }
    fn partial(&mut self) -> Option<String> {
        None
    }
    fn finish(self: Box<Self>) -> Result<sayso::speech::Heard, SpeechError> {
        use sayso::speech::Heard;
        Ok(if self.0 > 0.1 { Heard::Words { text: "help".into(), confidence: 0.9 } } else { Heard::Nothing })
    }
}

/// A server, until it is stopped or dropped.
pub struct Server {
    pub address: SocketAddr,
    pub engine: Arc<Scripted>,
    stop: oneshot::Sender<()>,
    done: JoinHandle<bool>,
}

impl Server {
    /// Asks it to stop; what `serve` returns comes later.
    pub fn stop(self) -> JoinHandle<bool> {
        self.stop.send(()).unwrap();
        self.done
    }
}

/// A skill without a token of its own.
pub fn skill(name: &str) -> SkillOptions {
    let household = HouseholdId::new("oak-street").unwrap();
    SkillOptions {
        shop: ShopId::new(name).unwrap(),
        household,
        token: None,
        max_in_flight: None,
        alexa: None,
        dialogflow: None,
        actions: None,
        linking: None,
    }
}

pub fn options() -> Options {
    let long = Duration::from_secs(60);
    Options {
        skills: vec![skill("household")],
        alexa: None,
        progress: None,
        google: None,
        linker: None,
        locale: "en-US".into(),
        token: None,
        max_in_flight: 8,
        hearing: long,
        max_connections: 32,
        header_timeout: long,
        body_timeout: long,
        request_timeout: long,
        stream_idle: long,
        drain: long,
    }
}

pub async fn start(options: Options) -> Server {
    let loaded = OnceLock::new();
    let _ = loaded.set(Pool::new(Arc::new(LoudIsHelp), 8));
    start_with(options, loaded).await
}

pub async fn start_with(options: Options, recognizer: OnceLock<Arc<Pool>>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    start_on(listener, options, recognizer)
}

/// The same on an address that the test knows before.
pub fn start_on(listener: TcpListener, options: Options, recognizer: OnceLock<Arc<Pool>>) -> Server {
    let tones = SynthSettings { engine: synth::Engine::Tones, ..SynthSettings::default() };
    serve_on(listener, options, recognizer, synth::choose(&tones).unwrap())
}

/// The same with a voice of the test's own.
pub async fn start_as(options: Options, recognizer: OnceLock<Arc<Pool>>, voice: SharedSynthesizer) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    serve_on(listener, options, recognizer, voice)
}

fn serve_on(
    listener: TcpListener,
    options: Options,
    recognizer: OnceLock<Arc<Pool>>,
    voice: SharedSynthesizer,
) -> Server {
    let engine = Scripted::new();
    let state = HttpState::new(options, engine.clone(), Arc::new(recognizer), voice);
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let done = tokio::spawn(serve(state, listener, async move {
        let _ = stopped.await;
    }));
    Server { address, engine, stop, done }
}

/// A second of a 440 Hz tone, 16 kHz mono, as a WAV file.
pub fn tone() -> Vec<u8> {
    let samples: Vec<f32> = (0..16_000).map(|i| (i as f32 * 0.1728).sin() * 0.5).collect();
    sayso::audio::wav::encode(16_000, &samples).unwrap()
}
