//! The sound of an answer, in pieces as they are made.

use std::{sync::Arc, time::Instant};

use axum::body::Bytes;
use tokio::sync::mpsc;

use crate::{
    audio::wav::sample16,
    channels::{
        http::{HttpState, metrics},
        recording,
    },
    speech::{Sound, SoundStream, SpeechError},
    turn::Speech,
};

/// Samples of one message.
const PIECE: usize = 2_048;

/// A piece of the answer.
pub enum Piece {
    /// It begins, at so many frames a second.
    Rate(u32),
    /// 16 bits, signed, the low byte first, mono.
    Sound(Bytes),
    /// The voice failed; what was said so far stays said.
    Failed,
}

/// Begins to speak. What the voice makes is kept until the client has taken it, so that a slow client does not run
/// into the deadlines of the voice; the longest sound of the voice bounds it.
pub fn begin(state: &Arc<HttpState>, speech: &Speech) -> mpsc::UnboundedReceiver<Piece> {
    let words = recording::utterance(speech, &state.options.locale);
    let (send, pieces) = mpsc::unbounded_channel();
    let state = state.clone();
    tokio::spawn(async move {
        let began = Instant::now();
        let spoken = match state.synthesizer.speak(&words).await {
            Ok(stream) => forward(stream, &send).await,
            Err(error) => Err(error),
        };
        match spoken {
            Ok(()) => metrics::record_stage("synthesize", began.elapsed()),
            Err(error) => {
                tracing::error!(%error, "a reply could not be spoken");
                metrics::count_fault("synthesizer");
                let _ = send.send(Piece::Failed);
            }
        }
    });
    pieces
}

/// Until the end, or until nobody listens any more.
async fn forward(mut stream: SoundStream, send: &mpsc::UnboundedSender<Piece>) -> Result<(), SpeechError> {
    let mut rate = None;
    while let Some(sound) = stream.recv().await {
        let Sound { rate: this, samples } = sound?;
        if rate.is_none() && send.send(Piece::Rate(this)).is_err() {
            return Ok(());
        }
        if *rate.get_or_insert(this) != this {
            return Err(SpeechError::Synthesis("the engine changed its sample rate".into()));
        }
        for piece in samples.chunks(PIECE) {
            let bytes: Vec<u8> = piece.iter().flat_map(|one| sample16(*one).to_le_bytes()).collect();
            if send.send(Piece::Sound(bytes.into())).is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}
