//! One run of whisper.cpp over one utterance.

use std::{ffi::c_void, time::Instant};

use whisper_rs::{FullParams, SamplingStrategy, WhisperContext, WhisperState, WhisperTokenId};

use crate::{
    audio::HEARD_RATE,
    speech::{SpeechError, confidence::Features},
};

/// What whisper.cpp made of a sound.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// The text, trimmed.
    pub text: String,
    /// What says how sure one may be of it.
    pub features: Features,
    /// Whether the deadline stopped it.
    pub stopped: bool,
}

/// The tokens of a vocabulary that are no text.
#[derive(Debug, Clone, Copy)]
pub struct Tokens {
    /// Ends a text; all tokens below are text.
    end: WhisperTokenId,
    /// Begins one.
    start: WhisperTokenId,
    /// At the beginning: nobody speaks.
    no_speech: WhisperTokenId,
}

impl Tokens {
    /// Those of a model.
    pub fn of(context: &WhisperContext) -> Self {
        Self { end: context.token_eot(), start: context.token_sot(), no_speech: context.token_nosp() }
    }
}

/// How the model is run over one sound.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// The tokens of its vocabulary.
    pub tokens: Tokens,
    /// The encoder frames that it looks at; `None`: all.
    pub context: Option<u32>,
    /// Whether it was trained to say when nobody speaks.
    pub no_speech: bool,
    /// Threads to compute on.
    pub threads: usize,
    /// When to stop.
    pub deadline: Instant,
}

/// Runs the model over a sound.
///
/// whisper.cpp makes its log-mel picture 30 s longer than the sound, but computes spectra only
/// where there is sound and fills in the rest: 2 ms for one second and 38 ms for ten, measured
/// on one thread of a desktop processor. There is nothing to be saved by making it here.
pub fn run(state: &mut WhisperState, samples: &[f32], run: Run) -> Result<Decoded, SpeechError> {
    let (mut parameters, deadline) = (parameters(run.context, run.threads), run.deadline);
    let seconds = samples.len() as f32 / HEARD_RATE as f32;
    // SAFETY: `past` only reads the `Instant` behind the pointer, which lives on this stack
    // until `full` has returned; whisper.cpp does not keep the pointer beyond that.
    unsafe {
        parameters.set_abort_callback(Some(past));
        parameters.set_abort_callback_user_data(std::ptr::from_ref(&deadline).cast_mut().cast::<c_void>());
    }
    let result = state.full(parameters, samples);
    if Instant::now() >= deadline {
        let features = Features::new(&[], None, seconds, None);
        return Ok(Decoded { text: String::new(), features, stopped: true });
    }
    result.map_err(failed)?;
    let read = read(state, run.tokens.end);
    let no_speech = if run.no_speech { Some(no_speech(state, run)?) } else { None };
    let features = Features::new(&read.logprobs, read.end, seconds, no_speech);
    Ok(Decoded { text: read.text.trim().to_owned(), features, stopped: false })
}

fn failed(error: whisper_rs::WhisperError) -> SpeechError {
    SpeechError::Recognition(error.to_string())
}

/// The probability that nobody speaks: of the token for it, where the text begins. whisper.cpp
/// has a figure of that name, but takes it from scores that it does not compute. The encoded
/// sound is still in the state, so that one more step of the decoder, with nothing but the
/// beginning before it, gives the true one.
fn no_speech(state: &mut WhisperState, run: Run) -> Result<f32, SpeechError> {
    state.decode(&[run.tokens.start], 0, run.threads).map_err(failed)?;
    let scores = state.get_logits().map_err(failed)?;
    let wanted = usize::try_from(run.tokens.no_speech).ok().and_then(|token| scores.get(token));
    let wanted = wanted.ok_or_else(|| SpeechError::Recognition("there is no such token".to_owned()))?;
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = scores.iter().map(|score| (score - most).exp()).sum();
    Ok(((wanted - most).exp() / sum).clamp(0.0, 1.0))
}

/// The settings for one short utterance: greedy, one segment, no time stamps, nothing carried
/// over from the utterance before, no second try at a higher temperature. The language is left at
/// its default, English: whisper-rs leaks a string each time it is set.
fn parameters<'a>(context: Option<u32>, threads: usize) -> FullParams<'a, 'a> {
    let mut parameters = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
    parameters.set_n_threads(i32::try_from(threads).unwrap_or(1));
    parameters.set_no_context(true);
    parameters.set_no_timestamps(true);
    parameters.set_single_segment(true);
    parameters.set_temperature_inc(0.0);
    // whisper.cpp's own figure, which is left from the utterance before, must not drop a text.
    parameters.set_no_speech_thold(f32::INFINITY);
    parameters.set_print_special(false);
    parameters.set_print_progress(false);
    parameters.set_print_realtime(false);
    parameters.set_print_timestamps(false);
    if let Some(frames) = context {
        parameters.set_audio_ctx(i32::try_from(frames).unwrap_or(0));
    }
    parameters
}

/// Whether the deadline that `data` points to has passed; whisper.cpp asks between computations,
/// from any of its threads.
unsafe extern "C" fn past(data: *mut c_void) -> bool {
    // SAFETY: `run` is the only one to set this, with a pointer to a live `Instant`.
    let deadline = unsafe { &*data.cast::<Instant>() };
    Instant::now() >= *deadline
}

/// What whisper.cpp left in a state.
struct Read {
    text: String,
    /// Of the text's tokens.
    logprobs: Vec<f32>,
    /// Of its end.
    end: Option<f32>,
}

fn read(state: &WhisperState, end: WhisperTokenId) -> Read {
    let mut read = Read { text: String::new(), logprobs: Vec::new(), end: None };
    for segment in state.as_iter() {
        read.text.push_str(&segment.to_str_lossy().unwrap_or_default());
        for token in (0..segment.n_tokens()).filter_map(|n| segment.get_token(n)) {
            let data = token.token_data();
            if data.id < end {
                read.logprobs.push(data.plog);
            } else if data.id == end {
                read.end = Some(data.plog);
            }
        }
    }
    read
}
