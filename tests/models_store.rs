//! The folder of models: the bundled one, imported ones, and which is used.

use sayso::speech::{
    models::{ModelError, ModelStore, State, Weights},
    open_recognizer,
};
use std::{
    fs,
    path::{Path, PathBuf},
};

fn unpacked(data: &Path) -> PathBuf {
    data.join("models/shop-en.bin")
}

/// The bytes of the bundled model.
fn bundled() -> Vec<u8> {
    let data = tempfile::tempdir().unwrap();
    match ModelStore::open(data.path()).unwrap().choose(None).unwrap().weights {
        Weights::Memory(bytes) => bytes,
        Weights::File(path) => fs::read(path).unwrap(),
    }
}

/// A file that looks like a model and is none that the manifest knows.
fn foreign(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    let mut bytes = bundled();
    let end = bytes.len() - 1;
    bytes[end] ^= 1;
    fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn the_bundled_model_is_unpacked_at_its_first_use_and_then_read() {
    let data = tempfile::tempdir().unwrap();
    let store = ModelStore::open(data.path()).unwrap();
    assert!(!unpacked(data.path()).exists());
    store.choose(None).unwrap();
    let first = fs::metadata(unpacked(data.path())).unwrap().modified().unwrap();
    store.choose(None).unwrap();
    assert_eq!(fs::metadata(unpacked(data.path())).unwrap().modified().unwrap(), first);
}

#[test]
fn a_damaged_unpacked_model_is_replaced() {
    let data = tempfile::tempdir().unwrap();
    let whole = bundled();
    let mut flipped = whole.clone();
    flipped[5_000_000] ^= 0x10;
    fs::create_dir_all(data.path().join("models")).unwrap();
    for damaged in [&b""[..], b"junk", &whole[..1_000_000], &flipped] {
        fs::write(unpacked(data.path()), damaged).unwrap();
        ModelStore::open(data.path()).unwrap().choose(None).unwrap();
        assert!(fs::read(unpacked(data.path())).unwrap() == whole);
    }
}

#[test]
fn the_bundled_model_works_where_nothing_can_be_written() {
    // A file where the folder should be stands for a full or read-only disk.
    let data = tempfile::tempdir().unwrap();
    fs::write(data.path().join("models"), b"in the way").unwrap();
    let opened = open_recognizer(data.path(), None).unwrap();
    assert!(opened.info.bundled);
}

#[test]
fn a_model_that_is_not_installed_is_named_with_the_command_that_fetches_it() {
    let data = tempfile::tempdir().unwrap();
    let error = open_recognizer(data.path(), Some("tiny.en")).err().unwrap();
    assert!(error.to_string().contains("`sayso models pull tiny.en`"), "{error}");
    let error = open_recognizer(data.path(), Some("huge")).err().unwrap();
    assert!(error.to_string().contains("known are small.en, small, base.en"), "{error}");
}

#[test]
fn an_imported_model_is_used_when_it_is_named_and_only_then() {
    let data = tempfile::tempdir().unwrap();
    let store = ModelStore::open(data.path()).unwrap();
    let imported = store.import(&foreign(data.path(), "ggml-my model.bin")).unwrap();
    assert_eq!((imported.model.name.as_str(), imported.known), ("my-model", false));
    assert_eq!(store.list().last().unwrap().state, State::Imported);
    assert_eq!(store.choose(None).unwrap().model.name, "shop-en");
    assert_eq!(store.choose(Some("my-model")).unwrap().model.name, "my-model");
    let opened = open_recognizer(data.path(), Some("my-model")).unwrap();
    assert!(!opened.info.bundled && opened.info.note.is_none());
}

#[test]
fn a_file_that_takes_the_name_of_a_known_model_gets_another() {
    let data = tempfile::tempdir().unwrap();
    let store = ModelStore::open(data.path()).unwrap();
    let imported = store.import(&foreign(data.path(), "ggml-tiny.en.bin")).unwrap();
    assert_eq!(imported.model.name, "tiny.en-imported");
    assert!(matches!(store.choose(Some("tiny.en")), Err(ModelError::NotInstalled(_))));
}

#[test]
fn a_known_checksum_gives_a_file_its_true_name() {
    let data = tempfile::tempdir().unwrap();
    let store = ModelStore::open(data.path()).unwrap();
    let file = data.path().join("renamed.bin");
    fs::write(&file, bundled()).unwrap();
    let imported = store.import(&file).unwrap();
    assert_eq!((imported.model.name.as_str(), imported.known), ("shop-en", true));
}

#[test]
fn what_is_no_model_is_not_imported() {
    let data = tempfile::tempdir().unwrap();
    let store = ModelStore::open(data.path()).unwrap();
    let file = data.path().join("x.bin");
    let mut absurd = bundled();
    absurd[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
    for (bytes, wanted) in [
        (b"short".to_vec(), "it is too short"),
        (vec![7; 2 << 20], "it does not begin as one"),
        (bundled()[..60_000].to_vec(), "its size is that of no model"),
        (absurd, "its dimensions are not Whisper's"),
    ] {
        fs::write(&file, bytes).unwrap();
        let error = store.import(&file).unwrap_err();
        assert!(error.to_string().ends_with(wanted), "{error}");
    }
    assert!(matches!(store.import(data.path()), Err(ModelError::NotAModel { .. } | ModelError::Io { .. })));
    assert!(matches!(store.import(&data.path().join("none")), Err(ModelError::Io { .. })));
    assert!(store.list().iter().all(|listed| listed.state != State::Imported));
}

#[test]
fn verify_finds_an_imported_model_that_has_changed() {
    let data = tempfile::tempdir().unwrap();
    let store = ModelStore::open(data.path()).unwrap();
    let imported = store.import(&foreign(data.path(), "mine.bin")).unwrap();
    assert!(store.verify().iter().all(|verified| verified.result.is_ok()));
    let path = store.path(&imported.model);
    let mut bytes = fs::read(&path).unwrap();
    bytes[2_000_000] ^= 1;
    fs::write(&path, bytes).unwrap();
    let verified = store.verify();
    let mine = verified.iter().find(|verified| verified.name == "mine").unwrap();
    assert!(matches!(mine.result, Err(ModelError::Damaged { .. })));
    assert!(matches!(store.choose(Some("mine")), Err(ModelError::Damaged { .. })));
}

#[test]
fn a_model_that_whisper_refuses_is_an_error_and_not_the_end() {
    let data = tempfile::tempdir().unwrap();
    let store = ModelStore::open(data.path()).unwrap();
    let cut = data.path().join("cut.bin");
    fs::write(&cut, &bundled()[..4_000_000]).unwrap();
    store.import(&cut).unwrap();
    let error = open_recognizer(data.path(), Some("cut")).err().unwrap();
    assert!(matches!(error, ModelError::Load { .. }), "{error}");
}
