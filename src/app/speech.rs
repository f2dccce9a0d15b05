//! Hearing and speaking as the settings want it.

use anyhow::Result;

use crate::{
    commerce::ShopId,
    config::{self, Settings},
    speech::{
        OpenedRecognizer, SharedSynthesizer,
        models::ModelStore,
        open_chosen,
        synth::{self, PiperVoice, SynthSettings},
    },
};

/// The recogniser of the settings; a model that was trained for `shop` comes before the bundled
/// one. Reads and computes: call it on a blocking thread.
///
/// # Errors
/// The model is unknown, not installed or damaged.
pub fn recognizer(settings: &Settings, shop: Option<&ShopId>) -> Result<OpenedRecognizer> {
    let mut store = ModelStore::open(settings.data())?;
    if let Some(shop) = shop {
        store = store.for_skill(shop.as_str());
    }
    Ok(open_chosen(store.choose(settings.speech().model.as_deref())?)?)
}

/// The synthesizer of the settings. Whether it is installed shows when it speaks.
///
/// # Errors
/// The settings name an impossible voice.
pub fn synthesizer(settings: &Settings) -> Result<SharedSynthesizer> {
    let speech = settings.speech();
    let engine = match speech.synthesizer {
        config::Synthesizer::Auto => synth::Engine::Auto,
        config::Synthesizer::Espeak => synth::Engine::Espeak,
        config::Synthesizer::Piper => synth::Engine::Piper,
        config::Synthesizer::Tones => synth::Engine::Tones,
    };
    let piper =
        speech.piper_voice.clone().map(|model| PiperVoice { program: speech.piper_program.clone(), model });
    let settings = SynthSettings {
        engine,
        voice: speech.voice.clone(),
        pace: speech.pace,
        piper,
        ..SynthSettings::default()
    };
    Ok(synth::choose(&settings)?)
}
