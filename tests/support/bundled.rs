//! The recogniser in the program.

use std::sync::OnceLock;

use sayso::speech::{OpenedRecognizer, open_recognizer};

/// The bundled model, unpacked and loaded once for all tests of this process.
pub fn recognizer() -> &'static OpenedRecognizer {
    static OPENED: OnceLock<OpenedRecognizer> = OnceLock::new();
    OPENED.get_or_init(|| {
        // What is loaded needs its file no longer.
        let data = tempfile::tempdir().expect("a folder");
        open_recognizer(data.path(), None).expect("the bundled model")
    })
}
