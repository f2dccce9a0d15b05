//! Fetching a model from the hub: resumed, bounded, checked, and in place at once or not at all.

mod transfer;

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
    time::Duration,
};

use reqwest::Client;

use super::{Kind, Model, ModelError, ModelStore, at, beside, checksum};
use transfer::{Part, Pull};

/// The hub of the manifest's repository.
const HUB: &str = "https://huggingface.co";

/// How a model is fetched.
#[derive(Debug, Clone)]
pub struct PullOptions {
    /// The hub or a mirror of it: scheme and host.
    pub endpoint: String,
    /// How long the hub may send nothing before the connection is given up.
    pub stall: Duration,
    /// How often a download that broke is taken up again.
    pub retries: usize,
    /// The first pause before that; later ones double, up to half a minute.
    pub pause: Duration,
}

impl Default for PullOptions {
    fn default() -> Self {
        let (stall, pause) = (Duration::from_secs(30), Duration::from_millis(500));
        Self { endpoint: HUB.to_owned(), stall, retries: 8, pause }
    }
}

impl PullOptions {
    /// The default with the hub that the environment names in `HF_ENDPOINT`.
    pub fn from_environment() -> Self {
        let named = std::env::var("HF_ENDPOINT").ok().filter(|endpoint| !endpoint.trim().is_empty());
        Self { endpoint: named.unwrap_or_else(|| HUB.to_owned()), ..Self::default() }
    }
}

/// How far a download is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// The hub answers; `done` of `total` bytes are here already.
    Begun {
        /// Bytes that are here.
        done: u64,
        /// Bytes of the file.
        total: u64,
    },
    /// So many bytes are here.
    Bytes {
        /// Bytes that are here.
        done: u64,
    },
    /// The download broke and is taken up again after a pause.
    Again {
        /// What happened.
        problem: String,
        /// The pause.
        pause: Duration,
    },
    /// All bytes are here; their checksum is computed.
    Checking,
    /// The model is in place.
    Done,
}

impl ModelStore {
    /// Fetches a model by its name. What a download that broke has left is taken up; a model that
    /// is here and whole is not fetched again. Dropping the future keeps what has come so far.
    ///
    /// # Errors
    /// [`ModelError`]; then nothing was installed.
    pub async fn pull(
        &self,
        name: &str,
        options: &PullOptions,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<PathBuf, ModelError> {
        let model = self.find(name)?;
        match model.kind {
            Kind::Bundled => return Err(ModelError::Bundled(model.name)),
            Kind::Trained => return Err(ModelError::Trained(model.name)),
            Kind::Openai => {}
        }
        let path = self.path(&model);
        fs::create_dir_all(&self.folder).map_err(at(&self.folder))?;
        let _lock = lock(&self.folder.join("pull.lock"))?;
        if path.exists() && self.check(&model).is_ok() {
            progress(Progress::Done);
            return Ok(path);
        }
        let client = client(options).map_err(|problem| failed(&model, problem))?;
        let pull = Pull {
            client,
            address: self.manifest.address(&options.endpoint, &model),
            model: &model,
            part: Part::of(&path),
            stall: options.stall,
            progress,
        };
        pull.with_retries(options).await?;
        self.install(&model, &pull.part, progress).await?;
        Ok(path)
    }

    /// Checks what has come and puts it in place.
    async fn install(
        &self,
        model: &Model,
        part: &Part,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<(), ModelError> {
        progress(Progress::Checking);
        let file = part.file.clone();
        let hashed = tokio::task::spawn_blocking(move || checksum::of_file(&file, |_| Ok(()))).await;
        let sha256 = hashed.map_err(|error| failed(model, error.to_string()))??;
        if sha256 != model.sha256 {
            part.remove();
            return Err(wrong(model, "its checksum is not the one of the manifest"));
        }
        let path = self.path(model);
        fs::rename(&part.file, &path).map_err(at(&path))?;
        checksum::sync_folder(&path)?;
        part.remove();
        checksum::trust(&path, &sha256)?;
        progress(Progress::Done);
        Ok(())
    }
}

/// One download at a time; the lock goes with the process, however that ends.
fn lock(path: &Path) -> Result<File, ModelError> {
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(at(path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(ModelError::Busy),
        Err(TryLockError::Error(error)) => Err(at(path)(error)),
    }
}

fn client(options: &PullOptions) -> Result<Client, String> {
    // reqwest takes the process's provider of cryptography; a second installation is refused
    // and changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let address =
        reqwest::Url::parse(&options.endpoint).map_err(|error| format!("{}: {error}", options.endpoint))?;
    let builder = Client::builder()
        .user_agent(concat!("sayso/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(options.stall);
    let local = matches!(address.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let builder = if local { builder.no_proxy() } else { builder };
    builder.build().map_err(|error| reason(&error))
}

/// An error with its causes: reqwest's own text names only the outermost. The address is left
/// out, since a redirect's may hold a signature.
fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

fn failed(model: &Model, problem: String) -> ModelError {
    ModelError::Download { name: model.name.clone(), problem }
}

fn wrong(model: &Model, problem: &str) -> ModelError {
    ModelError::WrongFile { name: model.name.clone(), problem: problem.to_owned() }
}
