//! Where an utterance begins and where it ends, found while the sound comes in.
//!
//! A state machine without a clock: time is counted in samples. The end is not a matter of
//! energy alone: what goes on evenly is no voice ([`super::vad`]), a voice far quieter than the
//! one that began (a television) does not keep the utterance open, and a longest utterance
//! bounds what is left.

use std::collections::VecDeque;

use super::{
    HEARD_RATE,
    vad::{FRAME, FRAME_MS, Frame, Vad},
};

/// How utterances are found; all in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndpointSettings {
    /// Sound before the voice that belongs to the utterance: soft consonants begin it.
    pub pre_roll: u32,
    /// How much voice, within twice that time, begins an utterance.
    pub start: u32,
    /// How long a pause ends it. Pauses inside numbers and names are shorter.
    pub hang: u32,
    /// Sound after the voice that belongs to the utterance.
    pub tail: u32,
    /// How long to wait for a voice; `None`: for ever.
    pub no_speech: Option<u32>,
    /// The longest utterance, the pre-roll included.
    pub longest: u32,
}

impl Default for EndpointSettings {
    fn default() -> Self {
        Self { pre_roll: 300, start: 80, hang: 650, tail: 250, no_speech: Some(8_000), longest: 9_500 }
    }
}

/// What happened to the sound.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Somebody began to speak.
    Started,
    /// They ended; the utterance, mono at [`HEARD_RATE`], with what belongs before and after it.
    Ended(Vec<f32>),
    /// It became as long as is allowed; what there is of it.
    Bounded(Vec<f32>),
    /// Nobody spoke in the time that was given. Comes once until [`Endpointer::reset`].
    TimedOut,
}

/// How much quieter than the utterance a voice is that is not the shopper's, in decibels.
const BACKGROUND_DB: f32 = 18.0;

/// Frames over whose loudest the level of a voice is taken: about two syllables.
const SYLLABLES: usize = 20;

/// Finds utterances in one stream of sound.
pub struct Endpointer {
    settings: EndpointSettings,
    vad: Vad,
    /// Samples that do not fill a frame yet.
    pending: Vec<f32>,
    /// The pre-roll while waiting, the utterance while somebody speaks.
    sound: VecDeque<f32>,
    /// The last frames: whether each is a voice, and its level.
    recent: VecDeque<(bool, f32)>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    /// For so many frames.
    Waiting(usize),
    /// Waited too long.
    Tired,
    /// The voice's level, and the samples up to the last frame that belongs to it.
    Speaking { loud_db: f32, until: usize },
}

impl Endpointer {
    /// Waits for an utterance.
    pub fn new(settings: EndpointSettings) -> Self {
        Self {
            settings,
            vad: Vad::new(),
            pending: Vec::with_capacity(FRAME),
            sound: VecDeque::new(),
            recent: VecDeque::with_capacity(SYLLABLES + 1),
            state: State::Waiting(0),
        }
    }

    /// Waits anew, for the whole time: the next listening has begun. What is known of the room
    /// is kept.
    pub fn reset(&mut self) {
        self.state = State::Waiting(0);
        self.recent.clear();
        self.shorten();
    }

    /// The utterance as far as it came, while somebody speaks.
    pub fn so_far(&self) -> Option<Vec<f32>> {
        matches!(self.state, State::Speaking { .. }).then(|| self.sound.iter().copied().collect())
    }

    /// The end, said by somebody who knows: the utterance with all that came, if one had begun. Waits for the
    /// next one.
    pub fn end(&mut self) -> Option<Vec<f32>> {
        let began = matches!(self.state, State::Speaking { .. });
        self.sound.extend(self.pending.drain(..));
        let sound = self.take(samples(self.settings.longest));
        began.then_some(sound)
    }

    /// Adds sound (mono, [`HEARD_RATE`], -1 to 1) in pieces of any size; `each` is given what
    /// happens, in order.
    pub fn push(&mut self, samples: &[f32], mut each: impl FnMut(Event)) {
        let mut rest = samples;
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(rest.len().min(FRAME - self.pending.len()));
            self.pending.extend_from_slice(piece);
            rest = after;
            if self.pending.len() == FRAME {
                if let Some(event) = self.frame() {
                    each(event);
                }
                self.pending.clear();
            }
        }
    }

    /// One full frame.
    fn frame(&mut self) -> Option<Event> {
        let mut judged = None;
        self.vad.push(&self.pending, |frame| judged = Some(frame));
        let Frame { voice, shape, .. } = judged?;
        self.sound.extend(&self.pending);
        self.recent.push_back((voice, shape.level_db));
        if self.recent.len() > SYLLABLES {
            self.recent.pop_front();
        }
        match self.state {
            State::Waiting(frames) => self.wait(frames + 1),
            State::Tired => self.begin(),
            State::Speaking { loud_db, until } => self.follow(voice, loud_db, until),
        }
    }

    fn wait(&mut self, frames: usize) -> Option<Event> {
        self.state = State::Waiting(frames);
        if let Some(started) = self.begin() {
            return Some(started);
        }
        let patience = self.settings.no_speech?;
        if frames * FRAME_MS < patience as usize {
            return None;
        }
        self.state = State::Tired;
        Some(Event::TimedOut)
    }

    /// Begins an utterance once there is enough voice; forgets what is older than the pre-roll
    /// before that.
    fn begin(&mut self) -> Option<Event> {
        let enough = (self.settings.start as usize).div_ceil(FRAME_MS).clamp(1, SYLLABLES / 2);
        let voiced = self.recent.iter().rev().take(2 * enough).filter(|(voice, _)| *voice).count();
        if voiced >= enough {
            self.state = State::Speaking { loud_db: self.loudest(), until: self.sound.len() };
            return Some(Event::Started);
        }
        self.shorten();
        None
    }

    /// Goes on with an utterance until a pause or the longest one ends it.
    fn follow(&mut self, voice: bool, loud_db: f32, until: usize) -> Option<Event> {
        let now_db = self.loudest();
        let belongs = voice && now_db >= loud_db - BACKGROUND_DB;
        let loud_db = if belongs { loud_db.max(now_db) } else { loud_db };
        let until = if belongs { self.sound.len() } else { until };
        self.state = State::Speaking { loud_db, until };
        if self.sound.len() >= samples(self.settings.longest) {
            return Some(Event::Bounded(self.take(samples(self.settings.longest))));
        }
        let pause = self.sound.len() - until;
        (pause >= samples(self.settings.hang))
            .then(|| Event::Ended(self.take(until + samples(self.settings.tail))))
    }

    /// The utterance, cut to a length; waits for the next one.
    fn take(&mut self, length: usize) -> Vec<f32> {
        let mut utterance = Vec::from(std::mem::take(&mut self.sound));
        utterance.truncate(length);
        self.state = State::Waiting(0);
        self.recent.clear();
        utterance
    }

    /// The level of the loudest of the last frames that are voice, in decibels.
    fn loudest(&self) -> f32 {
        let voices = self.recent.iter().filter(|(voice, _)| *voice);
        voices.map(|(_, level)| *level).fold(f32::NEG_INFINITY, f32::max)
    }

    /// Keeps what may yet be the pre-roll of an utterance that is about to begin.
    fn shorten(&mut self) {
        let keep = samples(self.settings.pre_roll) + samples(2 * self.settings.start);
        let old = self.sound.len().saturating_sub(keep);
        self.sound.drain(..old);
    }
}

/// Samples of so many milliseconds.
fn samples(milliseconds: u32) -> usize {
    milliseconds as usize * HEARD_RATE as usize / 1000
}
