//! Where a skill's files come from: a folder, or the program itself.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use super::{MAX_FEED_BYTES, SkillError};

/// The sample skill's files, so that an installed program needs no folder.
pub(super) const BUNDLED: [(&str, &str); 7] = [
    ("skill.toml", include_str!("../../skills/household/skill.toml")),
    ("catalog.csv", include_str!("../../skills/household/catalog.csv")),
    ("history.csv", include_str!("../../skills/household/history.csv")),
    ("households.toml", include_str!("../../skills/household/households.toml")),
    ("sentences/en.toml", include_str!("../../skills/household/sentences/en.toml")),
    ("replies/en.ftl", include_str!("../../skills/household/replies/en.ftl")),
    (
        "conversations/a-first-purchase.txt",
        include_str!("../../skills/household/conversations/a-first-purchase.txt"),
    ),
];

/// The files of one skill.
pub(super) struct Files {
    root: PathBuf,
    bundled: bool,
}

impl Files {
    pub fn bundled() -> Self {
        Self { root: PathBuf::from("skills/household"), bundled: true }
    }

    pub fn folder(root: &Path) -> Self {
        Self { root: root.to_owned(), bundled: false }
    }

    /// The names of the locales for which the folder has a file: `replies/ro.ftl` → `ro`.
    pub fn locales(&self, folder: &str, ending: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.root.join(folder)).into_iter().flatten().flatten();
        let name = |entry: std::fs::DirEntry| entry.file_name().into_string().ok();
        let mut locales: Vec<String> =
            entries.filter_map(|e| name(e)?.strip_suffix(ending).map(str::to_owned)).collect();
        locales.sort();
        locales
    }

    /// The text of a file, with the name to be used in errors.
    pub fn read(&self, name: &str) -> Result<(PathBuf, String), SkillError> {
        let file = self.root.join(name);
        let missing = || std::io::Error::from(std::io::ErrorKind::NotFound);
        match self.read_if_there(name)? {
            Some(found) => Ok(found),
            None => Err(SkillError::Io { file, why: missing() }),
        }
    }

    /// The same for a file that a skill may do without.
    pub fn read_if_there(&self, name: &str) -> Result<Option<(PathBuf, String)>, SkillError> {
        let file = self.root.join(name);
        if self.bundled {
            let found = BUNDLED.iter().find(|(bundled, _)| *bundled == name);
            return Ok(found.map(|(_, text)| (file, (*text).to_owned())));
        }
        match read_text(&file) {
            Err(SkillError::Io { why, .. }) if why.kind() == std::io::ErrorKind::NotFound => Ok(None),
            read => read.map(|text| Some((file, text))),
        }
    }
}

/// A file of at most [`MAX_FEED_BYTES`] as text.
pub(super) fn read_text(file: &Path) -> Result<String, SkillError> {
    let io = |why| SkillError::Io { file: file.to_owned(), why };
    let wrong = |what: String| SkillError::File { file: file.to_owned(), what };
    let mut bytes = Vec::new();
    // One byte more than is allowed tells "too large" from "just fits", whatever the file's
    // size is said to be.
    File::open(file).map_err(io)?.take(MAX_FEED_BYTES + 1).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() as u64 > MAX_FEED_BYTES {
        return Err(wrong(format!("it is larger than {} MiB", MAX_FEED_BYTES >> 20)));
    }
    String::from_utf8(bytes).map_err(|error| {
        let start = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..start].iter().filter(|b| **b == b'\n').count() as u64 + 1;
        SkillError::Line { file: file.to_owned(), line, what: "it is not UTF-8".to_owned() }
    })
}
