//! A new skill: a copy of the sample shop under another name, to be changed piece by piece.
//!
//! It is whole from its first moment: it checks clean and can be talked to, and whatever its author
//! changes is told by the check when it no longer holds.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{SkillError, check::invocation_fault, files::BUNDLED};
use crate::commerce::ShopId;

/// The longest name of a new skill, in characters.
const MAX_NAME: usize = 40;

/// A skill that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum NewError {
    /// The name is no name of a shop.
    #[error("the name {0}")]
    Name(String),
    /// Something is there already.
    #[error("{} is there already; choose another folder with --dir", .0.display())]
    There(PathBuf),
    /// The folder or a file cannot be written.
    #[error(transparent)]
    Skill(#[from] SkillError),
}

/// The names of a skill: as it is written, identified and invoked.
struct Names {
    written: String,
    id: String,
    invocation: String,
}

impl Names {
    fn of(name: &str) -> Result<Self, NewError> {
        let written = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let fine = |c: char| c.is_ascii_alphabetic() || matches!(c, ' ' | '\'' | '-' | '.');
        if written.is_empty() || written.len() > MAX_NAME || !written.chars().all(fine) {
            return Err(NewError::Name(format!(
                "has 1 to {MAX_NAME} letters, with spaces, apostrophes, hyphens and periods; numbers are \
                 spelled out"
            )));
        }
        let invocation = written.to_lowercase().replace('-', " ");
        if let Some(what) = invocation_fault(&invocation) {
            return Err(NewError::Name(format!("\"{written}\" would be refused by Alexa: {what}")));
        }
        let letter = |c: char| if c.is_ascii_alphabetic() { c } else { ' ' };
        let words: String = written.to_lowercase().replace('\'', "").chars().map(letter).collect();
        let id = words.split_whitespace().collect::<Vec<_>>().join("-");
        ShopId::new(id.as_str()).map_err(|error| NewError::Name(error.to_string()))?;
        Ok(Self { written, id, invocation })
    }
}

/// Makes a skill of that name in `folder` (default: its identifier, in the current folder): wholly, or
/// on any error not at all. Returns the folder.
///
/// # Errors
/// [`NewError`] for a name that cannot be said, a folder that is there or cannot be written.
pub fn create(name: &str, folder: Option<&Path>) -> Result<PathBuf, NewError> {
    let names = Names::of(name)?;
    let folder = folder.map_or_else(|| PathBuf::from(&names.id), Path::to_owned);
    if folder.symlink_metadata().is_ok() {
        return Err(NewError::There(folder));
    }
    let io = |why| NewError::Skill(SkillError::Io { file: folder.clone(), why });
    let parent = match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(parent).map_err(io)?;
    // Filled beside its place and moved there when it is whole.
    let draft = tempfile::Builder::new().prefix(".new-skill-").tempdir_in(parent).map_err(io)?;
    let inside = draft.path().join("skill");
    for (file, text) in BUNDLED.iter().filter(|(file, _)| *file != "history.csv") {
        let path = inside.join(file);
        fs::create_dir_all(path.parent().unwrap_or(&inside)).map_err(io)?;
        let text = if *file == "skill.toml" { settings(text, &names) } else { (*text).to_owned() };
        fs::write(&path, text).map_err(io)?;
    }
    fs::rename(&inside, &folder).map_err(io)?;
    Ok(folder)
}

/// The sample's skill.toml with other names.
fn settings(sample: &str, names: &Names) -> String {
    let value = |line: &str| match line.split_once(" = ")?.0 {
        "id" => Some(&names.id),
        "name" | "shop" => Some(&names.written),
        "invocation" => Some(&names.invocation),
        _ => None,
    };
    let line = |(number, line): (usize, &str)| match value(line) {
        _ if number == 0 => format!("# {}. It starts as a copy of the sample shop.", names.written),
        Some(value) => format!("{} = \"{value}\"", line.split(" = ").next().unwrap_or_default()),
        None => line.to_owned(),
    };
    sample.lines().enumerate().map(|numbered| line(numbered) + "\n").collect()
}
