//! One connection: its events in order, one at work at a time.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    time::timeout,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    WyomingState, base, count_event, count_refusal,
    events::{Event, Refusal, Voice},
    framing::{self, encode},
    info::{self, heard},
    speak::{self, Streaming},
    turns::{self, Said},
    utterance::{Format, Utterance},
};
use crate::{
    audio::HEARD_RATE,
    channels::{
        http::metrics,
        recording::{self, RecordingError},
    },
    speech::{SpeechError, pool::Refused},
    turn::Input,
};

/// In the recognisers' pool this channel takes turns with the skills under this name, which no
/// skill can have.
const OWNER: &str = "/wyoming";
/// After an error the rest of what a client sends is read for as long as this and thrown away: a
/// connection that is closed before would take the error with it.
const LINGER: Duration = Duration::from_secs(1);

/// So many bytes of sound are converted at once; what satellites send is shorter.
const AT_ONCE: usize = 8 * 1024;

/// Why a connection ends.
#[derive(Debug, thiserror::Error)]
pub enum End {
    /// The client is told why.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It is gone, or takes nothing.
    #[error("the client is gone")]
    Gone,
}

/// The way to the client.
pub struct Out {
    half: OwnedWriteHalf,
    patience: Duration,
}

impl Out {
    /// The way to the client of this connection, for one who takes an event within `patience`.
    pub fn new(half: OwnedWriteHalf, patience: Duration) -> Self {
        Self { half, patience }
    }

    /// Sends events.
    pub async fn send(&mut self, bytes: &[u8]) -> Result<(), End> {
        match timeout(self.patience, self.half.write_all(bytes)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(End::Gone),
        }
    }

    /// The last event of a connection.
    pub async fn refuse(mut self, refusal: &Refusal, mut rest: impl AsyncReadExt + Unpin) {
        count_refusal(refusal);
        if self.send(&refusal.event()).await.is_ok() && self.half.shutdown().await.is_ok() {
            let mut thrown = vec![0; 8 * 1024];
            let drain = async { while rest.read(&mut thrown).await.is_ok_and(|n| n > 0) {} };
            let _ = timeout(LINGER, drain).await;
        }
    }
}

/// A connection, from its first event to its end.
pub async fn run(state: Arc<WyomingState>, stream: TcpStream, closing: CancellationToken) {
    let (reader, writer) = stream.into_split();
    let mut reader = BufReader::new(reader);
    let mut session = Session::new(state.clone(), Out::new(writer, state.options.event));
    let end = loop {
        let event = tokio::select! {
            () = closing.cancelled() => break session.stopped(),
            event = next(&mut reader, &state) => event,
        };
        let taken = match event {
            Ok(Some(event)) => session.take(event).await,
            Ok(None) => break End::Gone,
            Err(end) => Err(end),
        };
        if let Err(end) = taken {
            break end;
        }
    };
    if let End::Refused(refusal) = end {
        tracing::debug!(code = refusal.code, "a Wyoming connection is refused");
        session.out.refuse(&refusal, reader).await;
    }
}

/// The next event within its bounds of size and time; `None` at the end.
async fn next(reader: &mut BufReader<OwnedReadHalf>, state: &WyomingState) -> Result<Option<Event>, End> {
    let (idle, whole) = (state.options.idle, state.options.event);
    match timeout(idle, reader.fill_buf()).await {
        Ok(Ok(bytes)) if !bytes.is_empty() => {}
        Ok(_) => return Ok(None),
        Err(_) => {
            let text = format!("nothing came for {} s", idle.as_secs());
            return Err(Refusal::new("idle", text).into());
        }
    }
    match timeout(whole, framing::read(reader)).await {
        Ok(Ok(Some(frame))) => Ok(Some(Event::parse(frame)?)),
        Ok(Ok(None) | Err(framing::FramingError::Broken(_))) => Ok(None),
        Ok(Err(error)) => Err(Refusal::new(error.code(), error.to_string()).into()),
        Err(_) => {
            Err(Refusal::new("slow", format!("an event took longer than {} s", whole.as_secs())).into())
        }
    }
}

struct Session {
    state: Arc<WyomingState>,
    out: Out,
    /// The conversation of those who name none.
    conversation: String,
    utterance: Option<Utterance>,
    speaking: Option<Streaming>,
}

impl Session {
    fn new(state: Arc<WyomingState>, out: Out) -> Self {
        let conversation = Uuid::new_v4().to_string();
        Self { state, out, conversation, utterance: None, speaking: None }
    }

    /// How it ends when the server stops.
    fn stopped(&self) -> End {
        match self.utterance.is_some() || self.speaking.is_some() {
            true => Refusal::new("stopping", "the server stops; ask again when it is back").into(),
            false => End::Gone,
        }
    }

    async fn take(&mut self, event: Event) -> Result<(), End> {
        count_event(&event);
        match event {
            Event::Describe => self.out.send(&info::info(&self.state).await).await,
            Event::Ping(text) => self.out.send(&encode("pong", &json!({ "text": text }), &[])).await,
            Event::Transcribe { model, language } => Ok(self.check_hearing(model, language)?),
            Event::AudioStart(format) => {
                self.state.pool()?;
                self.utterance = Some(Utterance::begin(format)?);
                Ok(())
            }
            Event::AudioChunk(format, sound) => self.hear(format, sound).await,
            Event::AudioStop => self.transcribe().await,
            Event::Recognize(text) => self.out.send(&turns::recognize(&self.state, &text).await).await,
            Event::Transcript { text, language, context } => {
                let said = Said { text, language, context };
                let answer = turns::turn(&self.state, said, &self.conversation).await?;
                self.out.send(&answer).await
            }
            Event::Intent => {
                let text = "Words are handled here, not intents.";
                self.out.send(&encode("not-handled", &json!({ "text": text }), &[])).await
            }
            Event::Other => Ok(()),
            spoken => self.speak(spoken).await,
        }
    }

    /// A piece of an utterance. A large one is converted off the threads that serve: it takes as long as many turns.
    async fn hear(&mut self, format: Format, sound: Vec<u8>) -> Result<(), End> {
        let mut utterance = self.utterance.take().ok_or_else(|| out_of_order("audio-start"))?;
        if sound.len() > AT_ONCE {
            let work =
                tokio::task::spawn_blocking(move || utterance.push(format, &sound).map(|()| utterance));
            utterance =
                work.await.map_err(|_| Refusal::new("bad_audio", "the sound cannot be converted"))??;
        } else {
            utterance.push(format, &sound)?;
        }
        self.utterance = Some(utterance);
        Ok(())
    }

    /// The four events of a text that is to be spoken.
    async fn speak(&mut self, event: Event) -> Result<(), End> {
        let (state, out) = (&self.state, &mut self.out);
        match (event, self.speaking.take()) {
            (Event::Synthesize(text, voice), None) => {
                let locale = speak::choose(state, &voice)?;
                speak::speak(state, out, &text, &locale).await
            }
            // The whole text comes again, for those who cannot take it in pieces.
            (Event::Synthesize(..), speaking) => {
                self.speaking = speaking;
                Ok(())
            }
            (Event::SynthesizeStart(voice), None) => self.start_speaking(&voice),
            (Event::SynthesizeStart(_), Some(_)) => Err(out_of_order("synthesize-stop").into()),
            (Event::SynthesizeChunk(text), Some(mut speaking)) => {
                speaking.add(state, out, &text).await?;
                self.speaking = Some(speaking);
                Ok(())
            }
            (Event::SynthesizeStop, Some(speaking)) => speaking.finish(state, out).await,
            _ => Err(out_of_order("synthesize-start").into()),
        }
    }

    fn start_speaking(&mut self, voice: &Voice) -> Result<(), End> {
        self.speaking = Some(Streaming::new(speak::choose(&self.state, voice)?));
        Ok(())
    }

    fn check_hearing(&self, model: Option<String>, language: Option<String>) -> Result<(), Refusal> {
        let pool = self.state.pool()?;
        if model.is_some_and(|model| model != pool.model()) {
            let text = format!("there is no such model; {} is loaded", pool.model());
            return Err(Refusal::new("no_such_model", text));
        }
        let known = heard(&pool.languages());
        match language.filter(|language| !language.is_empty()) {
            Some(language) if !known.contains(&base(&language)) => {
                let text = format!("the model hears {} only", known.join(", "));
                Err(Refusal::new("no_such_language", text))
            }
            _ => Ok(()),
        }
    }

    /// The end of an utterance: its words, or none where they are not to be trusted.
    async fn transcribe(&mut self) -> Result<(), End> {
        let utterance = self.utterance.take().ok_or_else(|| out_of_order("audio-start"))?;
        let pool = self.state.pool()?.clone();
        let samples = utterance.finish()?;
        let mut text = String::new();
        if !samples.is_empty() {
            let sound = Duration::from_secs_f64(samples.len() as f64 / f64::from(HEARD_RATE));
            let deadline = Instant::now() + self.state.options.hearing;
            let listened = recording::hear_in_turn(&pool, OWNER, sound, deadline, move || Ok(samples)).await;
            let listened = listened.map_err(|error| refusal(&error))?;
            for (stage, time) in &listened.stages {
                metrics::record_stage(stage, *time);
            }
            if let Input::Heard { text: words, .. } = listened.input {
                text = words;
            }
        }
        self.out.send(&encode("transcript", &json!({ "text": text }), &[])).await
    }
}

fn out_of_order(missing: &str) -> Refusal {
    Refusal::new("out_of_order", format!("`{missing}` comes first"))
}

fn refusal(error: &RecordingError) -> Refusal {
    match error {
        RecordingError::Speech(SpeechError::TooLong { .. }) => {
            Refusal::new("audio_too_long", error.to_string())
        }
        RecordingError::Refused(Refused::Busy { .. }) => Refusal::new("busy", error.to_string()),
        error => {
            tracing::error!(%error, "sound could not be heard");
            metrics::count_fault("recognizer");
            Refusal::new("fault", "the recogniser failed; `sayso doctor` tells why")
        }
    }
}
