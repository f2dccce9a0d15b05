//! Hearing with the real model: what is spoken is heard, what is not spoken is not.

use crate::support::sound::espeak;
use sayso::speech::{Heard, OpenedRecognizer, open_recognizer};
use std::sync::OnceLock;

/// The bundled model, unpacked once for all tests of this process.
fn bundled() -> &'static OpenedRecognizer {
    static OPENED: OnceLock<(tempfile::TempDir, OpenedRecognizer)> = OnceLock::new();
    let (_, opened) = OPENED.get_or_init(|| {
        let data = tempfile::tempdir().unwrap();
        let opened = open_recognizer(data.path(), None).unwrap();
        (data, opened)
    });
    opened
}

fn hear(samples: &[f32]) -> Heard {
    let mut hearing = bundled().recognizer.open().unwrap();
    for piece in samples.chunks(1_600) {
        hearing.push(piece).unwrap();
    }
    hearing.finish().unwrap()
}

fn text(heard: &Heard) -> &str {
    match heard {
        Heard::Words { text, .. } => text,
        Heard::Nothing => "(nothing)",
        Heard::Unclear => "(unclear)",
    }
}

#[test]
fn the_bundled_model_is_used_where_there_is_no_other_and_says_what_it_cannot() {
    let info = &bundled().info;
    assert!(info.bundled && info.name == "household-demo" && info.languages == ["en"], "{info:?}");
    assert_eq!(bundled().recognizer.model(), "household-demo");
    assert!(info.note.as_ref().unwrap().contains("sayso models pull base.en"));
}

#[test]
fn shopping_sentences_are_heard_word_for_word() {
    for sentence in ["Reorder paper towels.", "Cancel my last order."] {
        let Some(sound) = espeak(sentence, &[]) else { return };
        let heard = hear(&sound);
        assert_eq!(text(&heard), sentence);
    }
}
