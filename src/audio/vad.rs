//! Whether somebody speaks, 62.5 times a second.
//!
//! A small network (earshot) says how likely a voice is; the spectrum says how loud and how
//! flat the sound is in the band of voices. Both must agree.

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

/// What one frame is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// Whether it holds a voice.
    pub voice: bool,
    /// The network's probability of a voice, 0 to 1.
    pub probability: f32,
    /// Its level and flatness in the band of voices.
    pub shape: Shape,
}

/// Follows one stream of sound.
pub struct Vad {
    detector: Box<earshot::Detector>,
    spectrum: Spectrum,
    /// Samples that do not fill a frame yet.
    pending: Vec<f32>,
    /// The frame before and this one: what the spectrum is taken of.
    window: [f32; WINDOW],
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
        }
    }

    /// Adds sound (mono, [`HEARD_RATE`], finite, -1 to 1) in pieces of any size; `each` is given
    /// every frame that is full.
    pub fn push(&mut self, samples: &[f32], mut each: impl FnMut(Frame)) {
        self.pending.extend_from_slice(samples);
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
        let voice = probability >= LIKELY && shape.level_db >= QUIETEST_DB && shape.flatness <= FLATTEST;
        Frame { voice, probability, shape }
    }
}
