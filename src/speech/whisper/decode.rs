//! One run of whisper.cpp over one utterance.

use std::{ffi::c_void, time::Instant};

use whisper_rs::{FullParams, SamplingStrategy, WhisperState};

use crate::speech::SpeechError;

/// What whisper.cpp made of a sound.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// The text, trimmed.
    pub text: String,
    /// The mean probability of its tokens, 0 to 1; 0 without any.
    pub confidence: f32,
    /// Whether the deadline stopped it.
    pub stopped: bool,
}

/// Runs the model over a sound. `context` is the number of encoder frames that it looks at
/// (`None`: all of them), `end` the first token that is no text.
///
/// whisper.cpp makes its log-mel picture 30 s longer than the sound, but computes spectra only
/// where there is sound and fills in the rest: 2 ms for one second and 38 ms for ten, measured
/// on one thread of a desktop processor. There is nothing to be saved by making it here.
pub fn run(
    state: &mut WhisperState,
    end: i32,
    samples: &[f32],
    context: Option<u32>,
    threads: usize,
    deadline: Instant,
) -> Result<Decoded, SpeechError> {
    let mut parameters = parameters(context, threads);
    // SAFETY: `past` only reads the `Instant` behind the pointer, which lives on this stack
    // until `full` has returned; whisper.cpp does not keep the pointer beyond that.
    unsafe {
        parameters.set_abort_callback(Some(past));
        parameters.set_abort_callback_user_data(std::ptr::from_ref(&deadline).cast_mut().cast::<c_void>());
    }
    let result = state.full(parameters, samples);
    if Instant::now() >= deadline {
        return Ok(Decoded { text: String::new(), confidence: 0.0, stopped: true });
    }
    result.map_err(|error| SpeechError::Recognition(error.to_string()))?;
    Ok(read(state, end))
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

fn read(state: &WhisperState, end: i32) -> Decoded {
    let (mut text, mut sum, mut count) = (String::new(), 0.0, 0_u16);
    for segment in state.as_iter() {
        text.push_str(&segment.to_str_lossy().unwrap_or_default());
        for token in (0..segment.n_tokens()).filter_map(|n| segment.get_token(n)) {
            if token.token_id() < end {
                sum += token.token_probability();
                count = count.saturating_add(1);
            }
        }
    }
    let confidence = if count == 0 { 0.0 } else { sum / f32::from(count) };
    Decoded { text: text.trim().to_owned(), confidence, stopped: false }
}
