//! The models on this machine: which are known, which are here, how another comes here.
//!
//! `models/manifest.toml` is part of the program: what it does not list is used only when it
//! was imported by hand and the settings name it, or when it was trained here for the skill that
//! is served. Nothing is loaded whose checksum is not
//! the one that it had when it came.

mod bar;
mod bundled;
mod checksum;
mod download;
mod import;
mod loose;
mod manifest;
mod store;
mod trained;

use std::path::{Path, PathBuf};

pub use bar::progress_bar;
pub use download::{Progress, PullOptions};
pub use import::Imported;
pub use manifest::{Context, Kind, Manifest, Model};
pub use store::{Chosen, Listed, ModelStore, State, Verified, Weights};

/// Why a model cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The manifest in the program or in a test is wrong.
    #[error("the list of models is wrong: {0}")]
    Manifest(String),
    /// A name that is neither in the manifest nor imported.
    #[error("there is no model named {name}; known are {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is, separated by commas.
        known: String,
    },
    /// A known model that is not on this machine.
    #[error("the model {0} is not installed; `sayso models pull {0}` fetches it")]
    NotInstalled(String),
    /// A file that is no longer what it was.
    #[error("the model {name} is damaged: {problem}")]
    Damaged {
        /// The model.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Part of the program: it cannot be fetched.
    #[error("the model {0} is part of the program and need not be fetched")]
    Bundled(String),
    /// Trained here: it cannot be fetched.
    #[error("the model {0} was trained here; `sayso models train` makes it anew")]
    Trained(String),
    /// A name under which no model can be trained.
    #[error("a model cannot be named {name}: {problem}")]
    Name {
        /// The name.
        name: String,
        /// Why not.
        problem: String,
    },
    /// What a training says of its model is wrong.
    #[error("{path} does not describe a model: {problem}")]
    Description {
        /// The file.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A file that is no model, or none that can be used.
    #[error("{path} is not a Whisper model in ggml form: {problem}")]
    NotAModel {
        /// The file.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Somebody else fetches a model at this moment.
    #[error("another download of a model is running; wait until it has ended")]
    Busy,
    /// The hub did not give the file, also not after several tries.
    #[error("the model {name} could not be fetched: {problem}")]
    Download {
        /// The model.
        name: String,
        /// What happened last.
        problem: String,
    },
    /// The hub gave something else than what the manifest promises. Nothing was kept.
    #[error("the download of {name} was thrown away: {problem}")]
    WrongFile {
        /// The model.
        name: String,
        /// How it differs.
        problem: String,
    },
    /// The file system.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The recogniser does not take the model.
    #[error("the model {name} cannot be loaded: {problem}")]
    Load {
        /// The model.
        name: String,
        /// What the recogniser says.
        problem: String,
    },
}

/// Names the file in an error of the system.
fn at(path: &Path) -> impl FnOnce(std::io::Error) -> ModelError + '_ {
    move |source| ModelError::Io { path: path.display().to_string(), source }
}

/// `file` with `.suffix` appended: `x.bin` → `x.bin.part`.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
