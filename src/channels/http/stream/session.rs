//! One stream, from its first message to its end: wait, listen, answer, speak, and again.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    body::Bytes,
    extract::ws::{Message as Frame, WebSocket},
};
use serde_json::{Value, json};
use tokio::time::sleep_until;
use uuid::Uuid;

use super::{
    answer::{self, Answered, Asked},
    ear::{Ear, Said},
    guess::Guesses,
    messages::{Message, Problem, Start},
    voice::{self, Piece},
    wire::{End, Incoming, Wire},
};
use crate::{
    audio::endpoint::EndpointSettings,
    channels::http::{HttpState, audio, error::ApiError, metrics, request::who, skills::Skill},
    turn::{Awaited, Reply},
};

/// What may come between the end of an utterance and the next `start`, in bytes: a client learns of the end only
/// when the message arrives.
const MAX_LATE: usize = 1024 * 1024;

struct Session {
    state: Arc<HttpState>,
    skill: Arc<Skill>,
    wire: Wire,
    /// The conversation of a client that names none.
    conversation: String,
    /// Bytes of sound since the last utterance ended; `None` before the first began.
    late: Option<usize>,
    /// The last answer asked for a PIN.
    pin: bool,
}

/// A stream that was opened.
pub async fn run(state: Arc<HttpState>, skill: Arc<Skill>, socket: WebSocket) {
    let (conversation, wire) = (format!("stream-{}", Uuid::new_v4()), Wire::new(&state, socket));
    let mut session = Session { state, skill, wire, conversation, late: None, pin: false };
    let problem = match session.converse().await {
        End::Problem(problem) => problem,
        End::Stopping => Problem::stopping(),
        End::Gone => return,
    };
    tracing::debug!(code = problem.code(), "a stream is ended");
    session.wire.refuse(&problem).await;
}

impl Session {
    async fn converse(&mut self) -> End {
        match self.utterances().await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    async fn utterances(&mut self) -> Result<std::convert::Infallible, End> {
        self.wire.tell(&ready(&self.skill)).await?;
        let mut next = None;
        loop {
            let start = match next.take() {
                Some(start) => start,
                None => self.wait().await?,
            };
            next = self.utterance(start).await?;
        }
    }

    /// The next utterance begins.
    async fn wait(&mut self) -> Result<Start, End> {
        let idle = self.state.options.stream_idle;
        let until = Instant::now() + idle;
        loop {
            let nothing =
                || Problem::fatal("idle", format!("nothing was said for {} s", idle.as_secs()), 408);
            match self.wire.next_by(until, nothing).await? {
                Incoming::Message(Message::Start(start)) => return Ok(start),
                // It crossed the end of the utterance or of the answer on the way.
                Incoming::Message(Message::End | Message::Cancel) => {}
                Incoming::Sound(bytes) => self.ignore(&bytes)?,
            }
        }
    }

    /// One utterance with its answer; the next, when it began in the middle of that.
    async fn utterance(&mut self, start: Start) -> Result<Option<Start>, End> {
        let named = start.session.clone().unwrap_or_else(|| self.conversation.clone());
        let (session, household) = who(&self.skill, named, start.household.clone())?;
        let heard = self.listen(&start).await;
        self.late = Some(0);
        let Some((said, stages)) = heard? else { return Ok(None) };
        let asked = Asked { session, household, said, stages };
        let work = match answer::begin(&self.state, &self.skill, asked) {
            Ok(work) => self.answer(work, start.audio.unwrap_or(true)).await?,
            Err(busy) => {
                self.wire.tell(&Problem::from(busy).message()).await?;
                None
            }
        };
        match work {
            Some(reply) => self.speak(&reply).await,
            None => Ok(None),
        }
    }

    /// Until somebody has spoken; `None` when it shall not count.
    async fn listen(&mut self, start: &Start) -> Result<Option<(Said, Stages)>, End> {
        let mut ear = Some(Ear::new(start.codec()?)?);
        let pool = audio::pool(&self.state)?.clone();
        let mut guesses = Guesses::new(&pool, self.skill.shop.as_str());
        let guessing = start.partials && !self.pin;
        self.wire.tell(&json!({ "type": "listening" })).await?;
        let patience = self.state.options.body_timeout;
        let whole = Instant::now() + Ear::longest() + patience;
        loop {
            let slow = || Problem::fatal("slow", "the sound came too slowly", 408);
            let until = whole.min(Instant::now() + patience);
            let incoming = tokio::select! {
                incoming = self.wire.next_by(until, slow) => incoming?,
                text = guesses.next() => {
                    self.wire.tell(&json!({ "type": "partial", "text": text })).await?;
                    continue;
                }
            };
            let bytes = match incoming {
                Incoming::Sound(bytes) => bytes,
                Incoming::Message(Message::End) => {
                    self.ended("end").await?;
                    return Ok(ear.take().map(|ear| (ear.end(), Vec::new())));
                }
                Incoming::Message(Message::Cancel) => {
                    self.ended("cancelled").await?;
                    return Ok(None);
                }
                Incoming::Message(Message::Start(_)) => {
                    return Err(out_of_order("an utterance has begun already").into());
                }
            };
            let (back, found) = push(ear.take(), bytes).await?;
            if found.started {
                self.wire.tell(&json!({ "type": "speech_started" })).await?;
            }
            if let Some(said) = found.ended {
                let (reason, stages) = reason(&said);
                self.ended(reason).await?;
                return Ok(Some((said, stages)));
            }
            if guessing
                && guesses.due()
                && let Some(samples) = back.so_far()
            {
                guesses.begin(samples);
            }
            ear = Some(back);
        }
    }

    /// Until the turn is over; the reply, when it is to be spoken.
    async fn answer(&mut self, mut work: Work, mut aloud: bool) -> Result<Option<Reply>, End> {
        let deadline = Instant::now() + self.state.options.request_timeout;
        let mut ending = None;
        let done = loop {
            tokio::select! {
                done = &mut work => break done,
                () = sleep_until(deadline.into()) => {
                    let message = "the turn took too long and goes on; ask what became of it";
                    self.wire.tell(&Problem::passing("timeout", message).message()).await?;
                    return ending.map_or(Ok(None), Err);
                }
                incoming = self.wire.next(), if ending.is_none() => match incoming {
                    Ok(Incoming::Message(Message::Cancel)) => aloud = false,
                    Ok(Incoming::Message(Message::End)) => {}
                    Ok(Incoming::Message(Message::Start(_))) => {
                        let message = "a turn is at work; `start` again after its `reply`";
                        self.wire.tell(&Problem::passing("turn_at_work", message).message()).await?;
                    }
                    Ok(Incoming::Sound(bytes)) => ending = self.ignore(&bytes).err(),
                    Err(End::Gone) => return Err(End::Gone),
                    // Whatever ends the stream, the turn is told first.
                    Err(end) => ending = Some(end),
                },
            }
        };
        let done = done.unwrap_or_else(|_| {
            metrics::count_fault("turn");
            Err(ApiError::fault())
        });
        let reply = match done {
            Ok(Answered { reply, message }) => {
                self.pin = reply.awaits == Awaited::Pin;
                self.wire.tell(&message).await?;
                Some(reply)
            }
            Err(error) => {
                self.wire.tell(&Problem::from(error).message()).await?;
                None
            }
        };
        ending.map_or(Ok(reply.filter(|_| aloud)), Err)
    }

    /// Says the answer until its end or until the client speaks again.
    async fn speak(&mut self, reply: &Reply) -> Result<Option<Start>, End> {
        let mut pieces = voice::begin(&self.state, &reply.speech);
        let (reason, next) = loop {
            let piece = tokio::select! {
                biased;
                incoming = self.wire.next() => match incoming? {
                    Incoming::Message(Message::Cancel) => break ("cancelled", None),
                    Incoming::Message(Message::Start(start)) => break ("interrupted", Some(start)),
                    Incoming::Message(Message::End) => continue,
                    Incoming::Sound(bytes) => {
                        self.ignore(&bytes)?;
                        continue;
                    }
                },
                piece = pieces.recv() => piece,
            };
            match piece {
                Some(Piece::Rate(rate)) => {
                    self.wire
                        .tell(&json!({ "type": "audio_start", "codec": "pcm_s16le", "rate": rate }))
                        .await?;
                }
                Some(Piece::Sound(bytes)) => self.wire.send(Frame::Binary(bytes)).await?,
                Some(Piece::Failed) => {
                    let message = "the turn was taken, but its answer could not be spoken";
                    self.wire.tell(&Problem::passing("no_voice", message).message()).await?;
                    break ("failed", None);
                }
                None => break ("complete", None),
            }
        };
        self.wire.tell(&json!({ "type": "audio_end", "reason": reason })).await?;
        Ok(next)
    }

    /// Sound that belongs to no utterance.
    fn ignore(&mut self, bytes: &Bytes) -> Result<(), End> {
        let Some(late) = &mut self.late else {
            return Err(out_of_order("`start` comes before sound").into());
        };
        *late += bytes.len();
        if *late > MAX_LATE {
            let message = "too much sound after the end of an utterance; `start` begins the next one";
            return Err(Problem::fatal("too_much_sound", message, 413).into());
        }
        Ok(())
    }

    async fn ended(&mut self, reason: &str) -> Result<(), End> {
        self.wire.tell(&json!({ "type": "speech_ended", "reason": reason })).await
    }
}

type Stages = Vec<(&'static str, Duration)>;
type Work = tokio::task::JoinHandle<Result<Answered, ApiError>>;

/// What a client may want to know before it says anything.
fn ready(skill: &Skill) -> Value {
    let settings = EndpointSettings::default();
    json!({
        "type": "ready", "protocol": super::PROTOCOL, "skill": skill.shop.to_string(),
        "utterance_ms": settings.longest, "no_speech_ms": settings.no_speech, "pause_ms": settings.hang,
    })
}

/// Looks for the end of the utterance, off the threads that serve.
async fn push(ear: Option<Ear>, bytes: Bytes) -> Result<(Ear, super::ear::Found), Problem> {
    // A decoder that falls over has been given what is no sound.
    let bad = || Problem::fatal("bad_audio", "the sound could not be decoded", 422);
    let mut ear = ear.ok_or_else(bad)?;
    let work = tokio::task::spawn_blocking(move || ear.push(&bytes).map(|found| (ear, found)));
    work.await.map_err(|_| bad())?
}

/// Why an utterance ended, and what waiting for that took.
fn reason(said: &Said) -> (&'static str, Stages) {
    let pause = Duration::from_millis(u64::from(EndpointSettings::default().hang));
    match said {
        Said::Sound(_) => ("pause", vec![("endpoint", pause)]),
        Said::Silence => ("no_speech", Vec::new()),
        Said::TooLong => ("too_long", Vec::new()),
    }
}

fn out_of_order(message: &str) -> Problem {
    Problem::fatal("out_of_order", message, 409)
}
