//! A folder for one small model, for the tests of the downloader.

use std::{fs, path::PathBuf, time::Duration};

use data_encoding::HEXLOWER;
use rand::{RngExt, SeedableRng, rngs::SmallRng};
use sayso::speech::models::{Manifest, ModelError, ModelStore, PullOptions, State};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::hub::{Answer, Hub};

/// A folder with a manifest of one small model, and the bytes of that model.
pub struct Shelf {
    /// The data folder.
    pub data: TempDir,
    /// Its models.
    pub store: ModelStore,
    /// The bytes of the model.
    pub file: Vec<u8>,
}

/// The size of the model, in bytes.
pub const SIZE: usize = 300_000;

/// An empty folder.
pub fn shelf() -> Shelf {
    let mut random = SmallRng::seed_from_u64(3);
    let file: Vec<u8> = (0..SIZE).map(|_| random.random()).collect();
    let sha256 = HEXLOWER.encode(&Sha256::digest(&file));
    let manifest = format!(
        r#"
        repository = "someone/models"
        revision = "main"
        [[model]]
        name = "small"
        kind = "openai"
        description = "a test"
        file = "ggml-small.bin"
        size = {SIZE}
        sha256 = "{sha256}"
        licence = "MIT"
        languages = ["en"]
        confidence_floor = 0.5
        longest_seconds = 30
        "#
    );
    let data = tempfile::tempdir().unwrap();
    let store = ModelStore::with_manifest(data.path(), Manifest::parse(&manifest).unwrap());
    Shelf { data, store, file }
}

impl Shelf {
    /// A hub that has the model.
    pub async fn hub(&self, answers: &[Answer]) -> Hub {
        Hub::serve(self.file.clone(), answers).await
    }

    /// Fetches the model from it.
    pub async fn pull(&self, hub: &Hub) -> Result<PathBuf, ModelError> {
        self.store.pull("small", &options(hub), &|_| ()).await
    }

    /// Whether the model is here.
    pub fn state(&self) -> State {
        self.store.list()[0].state.clone()
    }

    /// The files in the folder of models, without the lock.
    pub fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.data.path().join("models")).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| name != "pull.lock");
        names.sort();
        names
    }

    /// The whole model is here, and nothing is left of its download.
    #[track_caller]
    pub fn assert_installed(&self, pulled: Result<PathBuf, ModelError>) {
        let path = pulled.unwrap();
        assert_eq!(fs::read(path).unwrap(), self.file);
        assert_eq!(self.state(), State::Installed);
        assert_eq!(self.files(), ["ggml-small.bin", "ggml-small.bin.ok"]);
    }

    /// Nothing of the model is here.
    #[track_caller]
    pub fn assert_nothing_kept(&self) {
        assert_eq!(self.state(), State::Absent);
        assert_eq!(self.files(), Vec::<String>::new());
    }
}

/// Patient, but quick to try again.
pub fn options(hub: &Hub) -> PullOptions {
    let (stall, pause) = (Duration::from_secs(20), Duration::from_millis(1));
    PullOptions { endpoint: hub.endpoint.clone(), stall, retries: 3, pause }
}

/// The same, but soon tired of a hub that sends nothing.
pub fn impatient(hub: &Hub) -> PullOptions {
    PullOptions { stall: Duration::from_millis(200), ..options(hub) }
}
