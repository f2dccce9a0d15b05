//! The recordings of audio/samples/: their names are their transcripts.

use std::{collections::BTreeSet, fs, path::PathBuf};

use sayso::{
    audio::wav::{self, Limits},
    speech::{Heard, Recognizer, open_recognizer},
};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("audio/samples")
}

/// The names of the files, without `.wav`.
fn names() -> BTreeSet<String> {
    let entries = fs::read_dir(folder()).expect("the folder is there").flatten();
    let name = |entry: fs::DirEntry| Some(entry.file_name().to_str()?.strip_suffix(".wav")?.to_owned());
    entries.filter_map(name).collect()
}

/// `yes-please.awb` is "yes please".
fn transcript(name: &str) -> String {
    name.split('.').next().unwrap_or_default().replace('-', " ")
}

fn hear(recognizer: &dyn Recognizer, name: &str) -> Heard {
    let sound = wav::read_file(&folder().join(format!("{name}.wav")), Limits::default()).expect("a WAV");
    let mut hearing = recognizer.open().expect("a state");
    hearing.push(&sound).expect("short enough");
    hearing.finish().expect("it hears")
}

#[test]
fn the_bundled_model_hears_every_recording_as_its_name_says_and_nothing_else() {
    let data = tempfile::tempdir().expect("a folder");
    let opened = open_recognizer(data.path(), None).expect("the bundled model");
    for name in names() {
        let heard = match hear(&*opened.recognizer, &name) {
            Heard::Words { text, .. } => Some(text.to_lowercase().replace(['.', ',', '?', '!'], "")),
            Heard::Nothing | Heard::Unclear => None,
        };
        let expected = (!name.starts_with("oov_")).then(|| transcript(&name));
        assert_eq!(heard, expected, "{name}");
    }
}

#[test]
fn the_list_and_the_folder_of_recordings_agree() {
    let list = fs::read_to_string(folder().with_extension("toml")).expect("audio/samples.toml");
    let list: toml::Table = list.parse().expect("TOML");
    let listed = list["sample"].as_array().expect("samples").iter();
    let listed: BTreeSet<_> =
        listed.map(|sample| sample["file"].as_str().expect("a name").to_owned()).collect();
    assert_eq!(listed, names());
}
