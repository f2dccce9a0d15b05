//! Opening the recogniser that a data folder offers.

use std::{path::Path, sync::Arc};

use super::{
    SharedRecognizer,
    models::{Chosen, Kind, Model, ModelError, ModelStore},
    whisper::Whisper,
};

/// A recogniser, and what a person should know of it.
pub struct OpenedRecognizer {
    /// The recogniser.
    pub recognizer: SharedRecognizer,
    /// What it is.
    pub info: RecognizerInfo,
}

/// What `listen` and `doctor` say of the recogniser in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecognizerInfo {
    /// The model's name in `models/manifest.toml`, or that of an imported one.
    pub name: String,
    /// A line about it.
    pub description: String,
    /// Whether it is the one in the program, which does not know people.
    pub bundled: bool,
    /// BCP 47, or `*`.
    pub languages: Vec<String>,
    /// What stands between this model and people, with the command that helps; `None`: nothing.
    pub note: Option<String>,
}

/// Loads the model of that name from a data folder, or the best one that is there. The bundled
/// one is always there. Reads files and computes for tens of milliseconds and more: call it on
/// a blocking thread.
///
/// # Errors
/// [`ModelError`] for a model that is unknown, not installed, damaged or not to be loaded.
pub fn open_recognizer(data: &Path, model: Option<&str>) -> Result<OpenedRecognizer, ModelError> {
    open_chosen(ModelStore::open(data)?.choose(model)?)
}

/// Loads a model that was chosen. Call it on a blocking thread.
///
/// # Errors
/// [`ModelError`] for a model that is not to be loaded.
pub fn open_chosen(chosen: Chosen) -> Result<OpenedRecognizer, ModelError> {
    let model = &chosen.model;
    let info = RecognizerInfo {
        name: model.name.clone(),
        description: model.description.clone(),
        bundled: model.kind == Kind::Bundled,
        languages: model.languages.clone(),
        note: note(model),
    };
    Ok(OpenedRecognizer { recognizer: Arc::new(Whisper::load(chosen)?), info })
}

fn note(model: &Model) -> Option<String> {
    let knows = match model.kind {
        Kind::Openai => return None,
        Kind::Bundled => "the demo's synthetic voices and its shopping language".to_owned(),
        Kind::Trained => format!("synthetic voices and the language of {}", model.skills.join(", ")),
    };
    Some(format!("this model knows {knows} only; `sayso models pull base.en` fetches one for people"))
}
