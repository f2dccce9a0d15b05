//! The mistakes of options.toml, each with its line.

use std::path::PathBuf;

use super::super::{SkillError, feed::MAX_FAULTS};

/// The mistakes of the file while it is read.
pub(super) struct Faults {
    file: PathBuf,
    text: String,
    pub found: Vec<SkillError>,
}

impl Faults {
    /// None yet, in that file with that text.
    pub fn of(file: PathBuf, text: String) -> Self {
        Self { file, text, found: Vec::new() }
    }

    /// Notes a mistake at a place of the file, once.
    pub fn at(&mut self, at: usize, what: impl Into<String>) {
        let line = self.text.bytes().take(at).filter(|b| *b == b'\n').count() as u64 + 1;
        let new = SkillError::Line { file: self.file.clone(), line, what: what.into() };
        // A mistake in what all locales have would be told for each of them.
        if self.found.len() < MAX_FAULTS && self.found.iter().all(|old| old.to_string() != new.to_string()) {
            self.found.push(new);
        }
    }
}
