//! How a command ended, and the end of the process.

use std::io::{self, Write};

/// What the caller's shell sees of how a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It was done.
    Done,
    /// It failed, or found mistakes in what it was given.
    Failed,
    /// The command line or a setting is wrong.
    WrongSetting,
    /// `doctor` found something to mend.
    ToMend,
}

impl Exit {
    /// The exit code.
    pub fn code(self) -> i32 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::WrongSetting => 2,
            Self::ToMend => 3,
        }
    }

    /// Ends the process at once, without the destructors of whisper.cpp: a thread may be loading a model or hearing a
    /// sound for a caller who is gone, and would fall over what they take away under it.
    pub fn leave(self) -> ! {
        // Nobody is left to be told that it could not be written.
        let _ = io::stdout().flush();
        #[cfg(unix)]
        // SAFETY: `_exit` takes a number and does not return; what has to be saved was saved by `run`.
        unsafe {
            libc::_exit(self.code())
        }
        #[cfg(not(unix))]
        std::process::exit(self.code())
    }
}
