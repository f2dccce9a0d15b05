//! Texts that are spoken: whole ones, and those that come in pieces and are spoken sentence by
//! sentence while the rest is still being written.

use std::{fmt::Display, time::Instant};

use serde_json::{Value, json};

use super::{
    WyomingState, base,
    events::{Refusal, Voice},
    framing::encode,
    session::{End, Out},
};
use crate::{
    audio::wav,
    channels::{http::metrics, recording},
    speech::{Sound, synth},
    turn::Speech,
};

/// Samples of one `audio-chunk`.
const CHUNK: usize = 2_048;
/// The longest text that comes in pieces, in bytes.
const MAX_WHOLE: usize = 16 * 1024;
/// A piece without the end of a sentence is spoken when it is longer than this, in bytes.
const MAX_PIECE: usize = 1_000;
/// The rate of a sound without samples.
const EMPTY_RATE: u32 = 16_000;

/// A text that comes in pieces.
pub struct Streaming {
    locale: String,
    pending: String,
    taken: usize,
    spoken: bool,
}

impl Streaming {
    /// The beginning of one, in a voice that was checked.
    pub fn new(locale: String) -> Self {
        Self { locale, pending: String::new(), taken: 0, spoken: false }
    }

    /// A piece; what is complete is spoken at once.
    pub async fn add(&mut self, state: &WyomingState, out: &mut Out, text: &str) -> Result<(), End> {
        self.taken += text.len();
        if self.taken > MAX_WHOLE {
            let message = format!("a text in pieces has at most {MAX_WHOLE} bytes");
            return Err(Refusal::new("too_large", message).into());
        }
        self.pending.push_str(text);
        while let Some(sentence) = next_sentence(&mut self.pending) {
            self.say(state, out, &sentence).await?;
        }
        Ok(())
    }

    /// The end: what is left is spoken.
    pub async fn finish(mut self, state: &WyomingState, out: &mut Out) -> Result<(), End> {
        let rest = std::mem::take(&mut self.pending);
        if !rest.trim().is_empty() || !self.spoken {
            self.say(state, out, &rest).await?;
        }
        out.send(&encode("synthesize-stopped", &json!({}), &[])).await
    }

    async fn say(&mut self, state: &WyomingState, out: &mut Out, text: &str) -> Result<(), End> {
        self.spoken = true;
        speak(state, out, text, &self.locale).await
    }
}

/// The locale to speak in, when the voice that is asked for is the one there is.
pub fn choose(state: &WyomingState, voice: &Voice) -> Result<String, Refusal> {
    let ours = &state.options.locale;
    if voice.name.as_deref().is_some_and(|name| name != state.synthesizer.name()) {
        return Err(Refusal::new("no_such_voice", "there is no such voice; `info` names the one there is"));
    }
    match &voice.language {
        Some(language) if base(language) != base(ours) => {
            Err(Refusal::new("no_such_voice", format!("the voice speaks {ours} only")))
        }
        _ => Ok(ours.clone()),
    }
}

/// A text as sound, chunk by chunk as it is made.
pub async fn speak(state: &WyomingState, out: &mut Out, text: &str, locale: &str) -> Result<(), End> {
    let words = recording::utterance(&Speech::plain(text), locale);
    let (most, silent) = (synth::Bounds::default().text, words.plain.trim().is_empty());
    if words.plain.len().max(words.ssml.len()) > most || (silent && text.len() > most) {
        let message = format!("the text is longer than the voice takes: {most} bytes, written out");
        return Err(Refusal::new("too_large", message).into());
    }
    let began = Instant::now();
    let mut started = None;
    if !silent {
        let mut stream = state.synthesizer.speak(&words).await.map_err(no_voice)?;
        while let Some(sound) = stream.recv().await {
            let sound = sound.map_err(no_voice)?;
            if started.is_none() {
                out.send(&encode("audio-start", &format(sound.rate), &[])).await?;
            }
            if *started.get_or_insert(sound.rate) != sound.rate {
                return Err(no_voice("the engine changed its sample rate").into());
            }
            send(out, &sound).await?;
        }
        metrics::record_stage("synthesize", began.elapsed());
    }
    if started.is_none() {
        out.send(&encode("audio-start", &format(EMPTY_RATE), &[])).await?;
    }
    out.send(&encode("audio-stop", &json!({}), &[])).await
}

async fn send(out: &mut Out, sound: &Sound) -> Result<(), End> {
    for samples in sound.samples.chunks(CHUNK) {
        let bytes: Vec<u8> = samples.iter().flat_map(|one| wav::sample16(*one).to_le_bytes()).collect();
        out.send(&encode("audio-chunk", &format(sound.rate), &bytes)).await?;
    }
    Ok(())
}

fn format(rate: u32) -> Value {
    json!({ "rate": rate, "width": 2, "channels": 1 })
}

fn no_voice(error: impl Display) -> Refusal {
    tracing::error!(%error, "a text could not be spoken");
    metrics::count_fault("synthesizer");
    Refusal::new("no_voice", "the voice failed; `sayso doctor` tells why")
}

/// Takes the first sentence off a text that is still being written: up to a mark with a space after
/// it, or where there is none for long, up to a space.
fn next_sentence(pending: &mut String) -> Option<String> {
    let ends = |(at, mark): (usize, char)| {
        let end = at + mark.len_utf8();
        let after = pending[end..].chars().next();
        let ended = mark == '\n' || ".!?…".contains(mark) && after.is_some_and(char::is_whitespace);
        ended.then_some(end)
    };
    let end = pending.char_indices().find_map(ends).filter(|end| *end <= MAX_PIECE).or_else(|| {
        let long = pending.len() > MAX_PIECE;
        let whole = pending.floor_char_boundary(MAX_PIECE);
        long.then(|| pending[..whole].rfind(char::is_whitespace).map_or(whole, |at| at + 1))
    })?;
    let rest = pending.split_off(end);
    Some(std::mem::replace(pending, rest))
}

/// The sentences of a text, each with the space after it, so that together they are the text.
pub fn sentences(text: &str) -> Vec<String> {
    let mut rest = text.to_owned();
    let mut all: Vec<String> = std::iter::from_fn(|| next_sentence(&mut rest)).collect();
    all.push(rest);
    all.retain(|sentence| !sentence.is_empty());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_in_pieces_is_cut_after_sentences_and_nothing_is_lost() {
        let text = "That is $2.50 in all. Shall I order it? Yes";
        assert_eq!(sentences(text), ["That is $2.50 in all.", " Shall I order it?", " Yes"]);
        let endless = "näh ".repeat(1_000);
        let cut = sentences(&endless);
        assert!(cut.iter().all(|piece| piece.len() <= MAX_PIECE), "{cut:?}");
        assert_eq!(cut.concat(), endless);
        let word = "ä".repeat(2_001);
        assert_eq!(sentences(&word).concat(), word);
        assert!(sentences("").is_empty());
    }
}
