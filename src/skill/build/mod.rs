//! The packages with which a skill is set up on platforms. Each is made of the same sentences and the same
//! catalogue as the skill itself; nothing in it is written by hand, and the same skill gives the
//! same bytes.
//!
//! [`model`] says what a platform shall understand, in no platform's form; one file for each platform writes
//! it down.

mod alexa;
mod archive;
mod dialogflow;
mod dialogflow_cx;
mod dialogflow_es;
mod model;
mod values;

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

pub use archive::TooLarge;

use super::{Skill, manifest::is_https};

/// A platform with its own form of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Amazon's skill package, as `ask deploy` takes it.
    Alexa,
    /// A Dialogflow CX agent, as "Restore" takes it.
    DialogflowCx,
    /// A Dialogflow ES agent, as "Restore from ZIP" takes it.
    DialogflowEs,
}

impl Target {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Alexa, Self::DialogflowCx, Self::DialogflowEs];
}

/// A package, whole but not written yet.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// The files by their paths inside the package, with `/`.
    pub files: BTreeMap<String, Vec<u8>>,
    /// What its author should know: what did not fit, what is not set.
    pub notes: Vec<String>,
}

/// A package that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The platform must be told whom to ask.
    #[error(
        "the platform must know where `sayso serve` is reached: give --endpoint https://…, or `server` in \
         [publish] of skill.toml"
    )]
    NoEndpoint,
    /// It would not be asked there.
    #[error("the endpoint `{0}` must be an address that begins with https://")]
    Endpoint(String),
    /// The platform does not have the locale.
    #[error("skill.toml: {0}")]
    Locale(String),
    /// The archive has no form for so much.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// Something is there already.
    #[error("{} is there already; name a folder that is not", .0.display())]
    There(PathBuf),
    /// It cannot be written.
    #[error("{}: {why}", folder.display())]
    Io {
        /// Where to.
        folder: PathBuf,
        /// The system's reason.
        why: io::Error,
    },
}

/// Makes the package of a skill for a platform. `endpoint` is where `sayso serve` is reached, without a path;
/// by default it is the skill's own setting.
///
/// # Errors
/// [`BuildError`] for what the platform would refuse as a whole.
pub fn build(skill: &Skill, target: Target, endpoint: Option<&str>) -> Result<Package, BuildError> {
    let server = endpoint.or(skill.publish.server.as_deref()).ok_or(BuildError::NoEndpoint)?;
    if !is_https(server) {
        return Err(BuildError::Endpoint(server.to_owned()));
    }
    let server = server.trim_end_matches('/');
    match target {
        Target::Alexa => alexa::package(skill, server),
        Target::DialogflowCx => dialogflow_cx::package(skill, server),
        Target::DialogflowEs => dialogflow_es::package(skill, server),
    }
}

/// Writes a package into a folder that is not there yet: wholly, or on any error not at all.
///
/// # Errors
/// [`BuildError`] if something is there, or it cannot be written.
pub fn write(package: &Package, folder: &Path) -> Result<(), BuildError> {
    if folder.symlink_metadata().is_ok() {
        return Err(BuildError::There(folder.to_owned()));
    }
    let io = |why| BuildError::Io { folder: folder.to_owned(), why };
    let parent = match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(parent).map_err(io)?;
    // Filled beside its place and moved there when it is whole.
    let draft = tempfile::Builder::new().prefix(".skill-build-").tempdir_in(parent).map_err(io)?;
    let inside = draft.path().join("package");
    for (name, bytes) in &package.files {
        let file = inside.join(name);
        fs::create_dir_all(file.parent().unwrap_or(&inside)).map_err(io)?;
        fs::write(&file, bytes).map_err(io)?;
    }
    fs::rename(&inside, folder).map_err(io)
}

/// JSON as people read it, with a line break at its end.
fn json(value: &serde_json::Value) -> Vec<u8> {
    let mut text = format!("{value:#}");
    text.push('\n');
    text.into_bytes()
}
