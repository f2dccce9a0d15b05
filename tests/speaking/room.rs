//! A room with a speaker in it: the test says things into its microphone and hears its answers.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use sayso::{
    audio::{
        endpoint::EndpointSettings,
        playback::Memory,
        wav::{self, Limits},
    },
    channels::{
        Engine,
        speaker::{self, Ear, ListenError, Microphone, MicrophoneError, Mouth, Parts, Who},
    },
    commerce::{HouseholdId, SessionId, ShopId},
    speech::synth::Tones,
    turn::{Awaited, Input, Reply, Segment, Speech, Turn},
    understanding::{Intent, IntentName, Understood},
};
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};

use crate::support::{bundled, sound::silence, sound_card::sample};

/// How long a busy machine may take for a turn.
const PATIENCE: Duration = Duration::from_secs(60);

/// An answer of the engine's script.
pub fn reply(words: &str) -> Answer {
    Answer { words: words.into(), heard: None, awaiting: false, ended: false }
}

#[derive(Clone)]
pub struct Answer {
    words: String,
    heard: Option<String>,
    awaiting: bool,
    ended: bool,
}

impl Answer {
    pub fn awaiting(self) -> Self {
        Self { awaiting: true, ..self }
    }

    pub fn ended(self) -> Self {
        Self { ended: true, ..self }
    }

    pub fn heard(self, words: &str) -> Self {
        Self { heard: Some(words.into()), ..self }
    }
}

/// Keeps what it is told, and answers by the script.
struct Script {
    answers: Mutex<Vec<Answer>>,
    told: Mutex<Vec<Input>>,
}

#[async_trait]
impl Engine for Script {
    async fn turn(&self, turn: Turn) -> Reply {
        self.told.lock().unwrap().push(turn.input);
        let answer = self.answers.lock().unwrap().remove(0);
        Reply {
            turn: "1".into(),
            session: turn.session,
            heard: answer.heard,
            confidence: 1.0,
            intent: Intent::bare(IntentName::Help),
            decision: "answered",
            speech: Speech(vec![Segment::Text(answer.words)]),
            reprompt: None,
            listening: answer.awaiting,
            awaits: Awaited::Nothing,
            ended: answer.ended,
            order: None,
            stages: turn.stages,
        }
    }

    async fn understand(&self, _: &ShopId, _: &str) -> Option<Understood> {
        None
    }

    async fn ready(&self) -> bool {
        true
    }
}

/// A piece of sound, or why there is no more.
type Piece = Result<Vec<f32>, String>;

/// A microphone that hears what the test sends, in pieces of 20 ms.
struct Cable(mpsc::Receiver<Piece>);

#[async_trait]
impl Microphone for Cable {
    async fn hear(&mut self, out: &mut Vec<f32>) -> Result<(), MicrophoneError> {
        match self.0.recv().await {
            Some(Ok(piece)) => out.extend(piece),
            Some(Err(reason)) => return Err(MicrophoneError(reason)),
            None => std::future::pending().await,
        }
        Ok(())
    }
}

/// What the speaker prints; counts the times that it began to listen.
#[derive(Clone)]
struct Paper {
    text: Arc<Mutex<String>>,
    listens: watch::Sender<usize>,
    echo: Option<(mpsc::Sender<Piece>, Vec<f32>)>,
}

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut text = self.text.lock().unwrap();
        text.push_str(std::str::from_utf8(bytes).unwrap());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let text = self.text.lock().unwrap().clone();
        if text.lines().last().is_some_and(|line| line.starts_with("says"))
            && let Some((cable, sound)) = self.echo.take()
        {
            for piece in sound.chunks(320) {
                cable.try_send(Ok(piece.to_vec())).expect("the cable is long enough");
            }
        }
        self.listens.send_replace(text.lines().filter(|line| line.starts_with("listening")).count());
        Ok(())
    }
}

pub struct Room {
    cable: mpsc::Sender<Piece>,
    microphone: Option<mpsc::Receiver<Piece>>,
    paper: Paper,
    listens: watch::Receiver<usize>,
    /// How often the speaker had begun to listen when something was last said to it.
    said_at: usize,
    engine: Arc<Script>,
    memory: Memory,
    running: Option<JoinHandle<Result<(), ListenError>>>,
}

/// What came of it.
pub struct Done {
    pub told: Vec<Input>,
    pub printed: String,
    pub played_seconds: f64,
    pub ended: Result<(), ListenError>,
}

impl Room {
    pub fn new(answers: Vec<Answer>) -> Self {
        let (cable, microphone) = mpsc::channel(4_000);
        let (count, listens) = watch::channel(0);
        Self {
            cable,
            microphone: Some(microphone),
            paper: Paper { text: Arc::default(), listens: count, echo: None },
            listens,
            said_at: 0,
            engine: Arc::new(Script { answers: Mutex::new(answers), told: Mutex::default() }),
            memory: Memory::default(),
            running: None,
        }
    }

    /// Says a recording when the speaker listens, and then is quiet for a second.
    pub async fn say(&mut self, recording: &str) {
        self.says_without_a_pause(&[recording]).await;
    }

    pub async fn says_without_a_pause(&mut self, recordings: &[&str]) {
        let all: Vec<f32> = recordings.iter().flat_map(|name| read(name)).collect();
        self.await_listening().await;
        self.said_at = *self.listens.borrow();
        self.hears(&all).await;
        self.hears(&silence(1.0)).await;
    }

    /// Is asked, and stays silent.
    pub async fn says_nothing(&mut self, seconds: f32) {
        self.await_listening().await;
        self.said_at = *self.listens.borrow();
        self.hears(&silence(seconds)).await;
    }

    /// Something is heard, whether the speaker listens or not.
    pub async fn hears(&mut self, sound: &[f32]) {
        self.start();
        for piece in sound.chunks(320) {
            self.cable.send(Ok(piece.to_vec())).await.unwrap();
        }
    }

    /// Somebody says this over the first answer.
    pub fn while_it_speaks(&mut self, recording: &str) {
        self.paper.echo = Some((self.cable.clone(), read(recording)));
    }

    pub async fn unplug(&mut self) {
        self.await_listening().await;
        self.cable.send(Err("unplugged".into())).await.unwrap();
    }

    /// Waits until the conversation is over.
    pub async fn over(mut self) -> Done {
        let running = self.running.take().expect("something was said");
        let ended = tokio::time::timeout(PATIENCE, running).await.expect("it hangs").unwrap();
        Done {
            told: std::mem::take(&mut *self.engine.told.lock().unwrap()),
            printed: self.paper.text.lock().unwrap().clone(),
            played_seconds: self.memory.heard().len() as f64 / 16_000.0,
            ended,
        }
    }

    async fn await_listening(&mut self) {
        self.start();
        let before = self.said_at;
        let listens = self.listens.wait_for(|count| *count > before);
        tokio::time::timeout(PATIENCE, listens).await.expect("it does not listen").unwrap();
    }

    fn start(&mut self) {
        let Some(microphone) = self.microphone.take() else { return };
        let parts = Parts {
            engine: self.engine.clone(),
            ear: Ear::new(
                Box::new(Cable(microphone)),
                bundled::recognizer().recognizer.clone(),
                EndpointSettings::default(),
            ),
            mouth: Mouth::new(Arc::new(Tones), Box::new(self.memory.clone())),
            who: Who {
                shop: ShopId::new("household").unwrap(),
                household: HouseholdId::new("oak-street").unwrap(),
                session: SessionId::new("kitchen").unwrap(),
                locale: "en".into(),
            },
            once: true,
        };
        let mut paper = self.paper.clone();
        self.paper.echo = None;
        self.running =
            Some(tokio::spawn(
                async move { speaker::listen(parts, std::future::pending(), &mut paper).await },
            ));
    }
}

fn read(name: &str) -> Vec<f32> {
    wav::read_file(&sample(name), Limits::default()).unwrap()
}
