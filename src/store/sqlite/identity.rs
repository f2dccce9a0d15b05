//! Whether a file is still the one that was opened: who works on in a file that was deleted or moved away keeps what
//! nobody will find again.

use std::path::{Path, PathBuf};

/// A file as it was when it was opened.
pub(super) struct Identity {
    path: PathBuf,
    was: Option<(u64, u64)>,
}

impl Identity {
    /// Of a file that exists.
    pub fn of(path: &Path) -> Self {
        Self { path: path.to_owned(), was: number(path) }
    }

    /// Whether the path still leads to it. Where the system does not number files, nothing can be said against it.
    pub fn holds(&self) -> bool {
        self.was.is_none() || number(&self.path) == self.was
    }
}

/// Its device and its number there.
#[cfg(unix)]
fn number(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

#[cfg(not(unix))]
fn number(_: &Path) -> Option<(u64, u64)> {
    None
}
