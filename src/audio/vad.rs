//! Whether somebody speaks, 62.5 times a second.
//!
//! A small network (earshot) says how likely a voice is. It takes hum, music and the rattle of
//! a machine for voices too, so the spectrum has a say: the sound must not be flat, and must
//! stand out, in the band of voices, from what the last two seconds were at their quietest. A
//! voice does, syllable by syllable; what goes on evenly does not.

use std::collections::VecDeque;

use super::{
    HEARD_RATE,
    spectrum::{Shape, Spectrum, WINDOW},
};

/// Samples of one frame at [`HEARD_RATE`].
pub const FRAME: usize = 256;

/// The same in milliseconds.
pub const FRAME_MS: usize = FRAME * 1000 / HEARD_RATE as usize;

/// The least probability of a voice.
const LIKELY: f32 = 0.5;

/// The quietest voice, in decibels below full scale, in the band of voices.
const QUIETEST_DB: f32 = -55.0;

/// The flattest spectrum of a voice.
const FLATTEST: f32 = 0.45;

/// How far a voice stands out from the floor, in decibels.
const STANDS_OUT_DB: f32 = 8.0;

/// The frames from which the floor is taken: two seconds.
const MEMORY: usize = 125;

/// The share of them that is quieter than the floor.
const QUIET_SHARE: f32 = 0.15;

/// Frames from which on the floor means something: half a second.
const ACQUAINTED: usize = 31;

/// What one frame is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// Whether it holds a voice.
    pub voice: bool,
    /// The network's probability of a voice, 0 to 1.
    pub probability: f32,
    /// Its level and flatness in the band of voices.
    pub shape: Shape,
    /// The level of what goes on all the time, in the same decibels; none in the first half
    /// second.
    pub floor_db: Option<f32>,
}

/// Follows one stream of sound.
pub struct Vad {
    detector: Box<earshot::Detector>,
    spectrum: Spectrum,
    /// Samples that do not fill a frame yet.
    pending: Vec<f32>,
    /// The frame before and this one: what the spectrum is taken of.
    window: [f32; WINDOW],
    /// Levels of the last frames, in decibels.
    levels: VecDeque<f32>,
}

impl Default for Vad {
    fn default() -> Self {
        Self::new()
    }
}

impl Vad {
    /// A new stream.
    pub fn new() -> Self {
        let detector = earshot::Detector::new_boxed(earshot::DefaultPredictor::new());
        Self {
            detector,
            spectrum: Spectrum::new(),
            pending: Vec::with_capacity(FRAME),
            window: [0.0; WINDOW],
            levels: VecDeque::with_capacity(MEMORY + 1),
        }
    }

    /// Adds sound (mono, [`HEARD_RATE`], -1 to 1) in pieces of any size; `each` is given every
    /// frame that is full. What is out of range or no number is brought into range.
    pub fn push(&mut self, samples: &[f32], mut each: impl FnMut(Frame)) {
        let clean = |sample: &f32| if sample.is_finite() { sample.clamp(-1.0, 1.0) } else { 0.0 };
        self.pending.extend(samples.iter().map(clean));
        let whole = self.pending.len() - self.pending.len() % FRAME;
        let pending = std::mem::take(&mut self.pending);
        for frame in pending[..whole].chunks_exact(FRAME) {
            each(self.frame(frame));
        }
        self.pending.extend_from_slice(&pending[whole..]);
    }

    fn frame(&mut self, frame: &[f32]) -> Frame {
        self.window.copy_within(FRAME.., 0);
        self.window[WINDOW - FRAME..].copy_from_slice(frame);
        let shape = self.spectrum.shape(&self.window);
        let probability = self.detector.predict_f32(frame);
        let floor_db = self.floor(shape.level_db);
        let stands_out = floor_db.is_none_or(|floor| shape.level_db >= floor + STANDS_OUT_DB);
        let voice = probability >= LIKELY
            && shape.level_db >= QUIETEST_DB
            && shape.flatness <= FLATTEST
            && stands_out;
        Frame { voice, probability, shape, floor_db }
    }

    /// Takes a level into the memory and gives the floor.
    fn floor(&mut self, level: f32) -> Option<f32> {
        self.levels.push_back(level);
        if self.levels.len() > MEMORY {
            self.levels.pop_front();
        }
        if self.levels.len() < ACQUAINTED {
            return None;
        }
        let mut levels = [0.0; MEMORY];
        let levels = &mut levels[..self.levels.len()];
        levels.iter_mut().zip(&self.levels).for_each(|(to, from)| *to = *from);
        Some(quiet(levels))
    }
}

/// The level that [`QUIET_SHARE`] of the levels lie below; they are put in another order.
fn quiet(levels: &mut [f32]) -> f32 {
    let place = (levels.len().saturating_sub(1) as f32 * QUIET_SHARE) as usize;
    *levels.select_nth_unstable_by(place, f32::total_cmp).1
}

/// What the frames of a whole utterance say together.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    frames: Vec<Frame>,
}

impl Summary {
    /// Takes a frame in.
    pub fn add(&mut self, frame: Frame) {
        self.frames.push(frame);
    }

    /// Milliseconds of voice that stand out from the quietest parts of the whole utterance, the
    /// beginning included, where [`Vad`] did not know the floor yet.
    pub fn voice_ms(&self) -> usize {
        // A sound that was cut to the word itself may have no quiet part.
        let floor = (self.frames.len() >= ACQUAINTED).then(|| {
            let mut levels: Vec<_> = self.frames.iter().map(|frame| frame.shape.level_db).collect();
            quiet(&mut levels)
        });
        let stands_out =
            |frame: &&Frame| floor.is_none_or(|floor| frame.shape.level_db >= floor + STANDS_OUT_DB);
        self.frames.iter().filter(|frame| frame.voice).filter(stands_out).count() * FRAME_MS
    }

    /// The samples from the first frame of voice to the end of the last one.
    pub fn extent(&self) -> Option<std::ops::Range<usize>> {
        let first = self.frames.iter().position(|frame| frame.voice)?;
        let last = self.frames.iter().rposition(|frame| frame.voice)?;
        Some(first * FRAME..(last + 1) * FRAME)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng, rngs::SmallRng};

    fn frames(samples: &[f32], piece: usize) -> Vec<Frame> {
        let (mut vad, mut frames) = (Vad::new(), Vec::new());
        for piece in samples.chunks(piece) {
            vad.push(piece, |frame| frames.push(frame));
        }
        frames
    }

    fn noise(seconds: usize, peak: f32) -> Vec<f32> {
        let mut random = SmallRng::seed_from_u64(5);
        (0..seconds * HEARD_RATE as usize).map(|_| random.random_range(-peak..peak)).collect()
    }

    fn hum(seconds: usize, hertz: f32) -> Vec<f32> {
        let step = std::f32::consts::TAU * hertz / HEARD_RATE as f32;
        let wave =
            |n: f32| 0.12 * (step * n).sin() + 0.06 * (3.0 * step * n).sin() + 0.02 * (5.0 * step * n).sin();
        (0..seconds * HEARD_RATE as usize).map(|n| wave(n as f32)).collect()
    }

    fn voices(samples: &[f32]) -> usize {
        frames(samples, 1_000).iter().filter(|frame| frame.voice).count()
    }

    #[test]
    fn the_pieces_in_which_sound_comes_make_no_difference() {
        let sound = noise(1, 0.3);
        let whole = frames(&sound, sound.len());
        assert_eq!(whole.len(), sound.len() / FRAME);
        for piece in [1, 100, 256, 257, 5_000] {
            assert_eq!(frames(&sound, piece), whole, "pieces of {piece}");
        }
    }

    #[test]
    fn silence_and_white_noise_hold_hardly_a_frame_of_voice() {
        assert_eq!(voices(&vec![0.0; 48_000]), 0);
        for peak in [0.001, 0.01, 0.1, 0.9] {
            assert!(voices(&noise(3, peak)) <= 2, "{peak}: {}", voices(&noise(3, peak)));
        }
    }

    #[test]
    fn a_hum_is_taken_for_a_voice_for_half_a_second_at_most() {
        for hertz in [50.0, 100.0, 120.0, 220.0, 300.0] {
            assert!(voices(&hum(5, hertz)) <= ACQUAINTED, "{hertz} Hz: {}", voices(&hum(5, hertz)));
            let mut summary = Summary::default();
            frames(&hum(5, hertz), 999).into_iter().for_each(|frame| summary.add(frame));
            assert_eq!(summary.voice_ms(), 0, "{hertz} Hz, seen as a whole");
        }
    }

    #[test]
    fn values_that_are_no_samples_do_no_harm() {
        let odd = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30, -1e30];
        let sound: Vec<f32> = odd.into_iter().cycle().take(16_000).collect();
        assert!(frames(&sound, 100).iter().all(|frame| frame.probability.is_finite()));
    }

    #[test]
    fn a_summary_of_nothing_has_no_voice() {
        assert_eq!((Summary::default().voice_ms(), Summary::default().extent()), (0, None));
    }
}
