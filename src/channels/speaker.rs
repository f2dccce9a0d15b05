//! `sayso listen`: a hands-free conversation through the microphone and the loudspeaker.
//!
//! [`Ear`] hears, the engine answers, [`Mouth`] speaks. The conversation is half-duplex: while
//! the mouth speaks, and for [`TAIL`] after it, the ear hears without listening.
//!
//! Invariants:
//! - Sound without words never reaches the engine, unless an answer is awaited: then it hears of
//!   silence or of something unclear, and asks again or ends the conversation.
//! - Nothing of what is said goes to the log; it is printed for the person who sits there.

mod ear;
mod mouth;
mod show;

use std::{
    future::Future,
    io::Write,
    sync::Arc,
    time::{Duration, Instant},
};

use self::show::Show;
pub use self::{
    ear::{Ear, EarError, Microphone, MicrophoneError, Outcome},
    mouth::{Mouth, MouthError, Spoken},
};
use super::{Engine, recording::utterance};
use crate::{
    audio::wav::{self, Limits},
    commerce::{HouseholdId, SessionId, ShopId},
    speech::{Heard, Sound},
    turn::{Input, Reply, Turn},
};

/// How long a room rings on after the loudspeaker.
pub const TAIL: Duration = Duration::from_millis(250);

/// Who speaks to which shop.
#[derive(Debug, Clone)]
pub struct Who {
    /// The shop.
    pub shop: ShopId,
    /// The household in whose room the speaker stands.
    pub household: HouseholdId,
    /// The conversation.
    pub session: SessionId,
    /// BCP 47.
    pub locale: String,
}

/// What a speaker is made of.
pub struct Parts {
    /// What answers.
    pub engine: Arc<dyn Engine>,
    /// What hears.
    pub ear: Ear,
    /// What speaks.
    pub mouth: Mouth,
    /// Who speaks to which shop.
    pub who: Who,
    /// Whether it is over after one conversation, or waits for the next.
    pub once: bool,
}

/// Why the conversation cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Nothing can be heard.
    #[error(transparent)]
    Ear(#[from] EarError),
    /// Nothing can be said.
    #[error(transparent)]
    Mouth(#[from] MouthError),
    /// Nothing can be printed.
    #[error("the output cannot be written: {0}")]
    Output(#[from] std::io::Error),
}

/// Holds conversations until `stop` comes, or only one, and prints them to `out`.
///
/// # Errors
/// [`ListenError`] when a device, the recogniser or the output fails. A voice that fails is no
/// error: the answer is printed.
pub async fn listen(
    parts: Parts,
    stop: impl Future<Output = ()>,
    out: &mut (dyn Write + Send),
) -> Result<(), ListenError> {
    let mut speaker = Speaker { parts, chimes: Chimes::load(), show: Show::new(out) };
    let ended = tokio::select! {
        ended = speaker.converse() => ended,
        () = stop => Ok(()),
    };
    speaker.parts.mouth.stop();
    ended
}

struct Speaker<'out> {
    parts: Parts,
    chimes: Chimes,
    show: Show<'out>,
}

impl Speaker<'_> {
    async fn converse(&mut self) -> Result<(), ListenError> {
        let mut awaited = false;
        loop {
            self.show.listening(awaited)?;
            let Some((input, stages)) = self.input(awaited).await? else { continue };
            let reply = self.parts.engine.turn(self.turn(input, stages)).await;
            self.answer(&reply).await?;
            if reply.ended && self.parts.once {
                return Ok(());
            }
            awaited = reply.listening && !reply.ended;
        }
    }

    /// What the engine is to hear of; `None` when it is nobody's turn.
    async fn input(&mut self, awaited: bool) -> Result<Option<(Input, Stages)>, ListenError> {
        Ok(match self.parts.ear.listen(awaited).await? {
            Outcome::Quiet => Some((Input::Silence, Vec::new())),
            Outcome::Utterance { heard: Heard::Words { text, confidence }, stages } => {
                self.parts.mouth.chime(&self.chimes.understood).await?;
                Some((Input::Heard { text, confidence }, stages))
            }
            Outcome::Utterance { heard: Heard::Unclear, stages } if awaited => Some((Input::Unclear, stages)),
            Outcome::Utterance { heard, .. } => {
                self.show.ignored(&heard)?;
                None
            }
        })
    }

    fn turn(&self, input: Input, stages: Stages) -> Turn {
        let Who { shop, household, session, locale } = self.parts.who.clone();
        Turn { shop, household, session, locale, channel: "speaker", input, request: None, stages }
    }

    /// Prints the answer, says it, and signals when it is the shopper's turn.
    async fn answer(&mut self, reply: &Reply) -> Result<(), ListenError> {
        let start = Instant::now();
        self.show.reply(reply, &self.parts.who.locale)?;
        let words = utterance(&reply.speech, &self.parts.who.locale);
        let Parts { ear, mouth, .. } = &mut self.parts;
        let chime = reply.listening.then_some(&self.chimes.listening);
        let said = async {
            let said = mouth.say(&words).await;
            if let Some(chime) = chime {
                mouth.chime(chime).await?;
            }
            mouth.wait().await?;
            tokio::time::sleep(TAIL).await;
            said
        };
        let said = tokio::select! {
            said = said => said,
            lost = ear.overhear() => return Err(lost.into()),
        };
        ear.forget();
        match said {
            Ok(spoken) => self.show.spoken(&spoken, start.elapsed())?,
            Err(MouthError::Voice(error)) => self.show.unspoken(&error)?,
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}

type Stages = Vec<(&'static str, Duration)>;

/// Short sounds that say what the speaker does.
struct Chimes {
    /// An answer is awaited.
    listening: Sound,
    /// Words were heard, and are being thought about.
    understood: Sound,
}

impl Chimes {
    /// From the files that the program was built with.
    fn load() -> Self {
        let read = |bytes: &[u8]| Sound {
            rate: crate::audio::HEARD_RATE,
            // A file that cannot be read would be a silent chime; a test reads both.
            samples: wav::decode(bytes, Limits::default()).unwrap_or_default(),
        };
        Self {
            listening: read(include_bytes!("../../audio/earcons/listening.wav")),
            understood: read(include_bytes!("../../audio/earcons/understood.wav")),
        }
    }
}
