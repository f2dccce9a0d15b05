//! Fetching a model from the hub: resumed, bounded, checked, and in place at once or not at all.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};

use backon::{ExponentialBuilder, Retryable};
use reqwest::{Client, Response, StatusCode, header};

use super::{Kind, Model, ModelError, ModelStore, at, beside, checksum};

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

/// Whether another try can help.
enum Fault {
    Passing(String),
    Lasting(ModelError),
}

impl From<ModelError> for Fault {
    fn from(error: ModelError) -> Self {
        Self::Lasting(error)
    }
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
        if model.kind == Kind::Bundled {
            return Err(ModelError::Bundled(model.name));
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

/// What has come so far: the bytes, and the tag by which the hub knows that they are of the
/// same file still.
struct Part {
    file: PathBuf,
    tag: PathBuf,
}

impl Part {
    fn of(path: &Path) -> Self {
        Self { file: beside(path, ".part"), tag: beside(path, ".part.tag") }
    }

    /// Bytes that can be taken up: none without a tag.
    fn done(&self) -> Option<(u64, String)> {
        let tag = fs::read_to_string(&self.tag).ok()?;
        let size = fs::metadata(&self.file).ok()?.len();
        (size > 0).then_some((size, tag))
    }

    fn remove(&self) {
        // What is not there need not be removed; what cannot be is overwritten next time.
        let _ = fs::remove_file(&self.file);
        let _ = fs::remove_file(&self.tag);
    }
}

/// One download.
struct Pull<'a> {
    client: Client,
    address: String,
    model: &'a Model,
    part: Part,
    stall: Duration,
    progress: &'a (dyn Fn(Progress) + Send + Sync),
}

impl Pull<'_> {
    async fn with_retries(&self, options: &PullOptions) -> Result<(), ModelError> {
        let pauses = ExponentialBuilder::default()
            .with_min_delay(options.pause)
            .with_max_delay(Duration::from_secs(30))
            .with_max_times(options.retries);
        let tries = (|| self.attempt()).retry(pauses).when(|fault| matches!(fault, Fault::Passing(_)));
        let told = tries.notify(|fault, pause| {
            if let Fault::Passing(problem) = fault {
                (self.progress)(Progress::Again { problem: problem.clone(), pause });
            }
        });
        told.await.map_err(|fault| match fault {
            Fault::Passing(problem) => failed(self.model, problem),
            Fault::Lasting(error) => error,
        })
    }

    /// Asks once and takes what comes. `Ok`: all bytes are in the part.
    async fn attempt(&self) -> Result<(), Fault> {
        let have = self.part.done();
        if have.as_ref().is_some_and(|(size, _)| *size == self.model.size) {
            return Ok(());
        }
        let response = self.ask(have.as_ref()).await?;
        let start = match response.status() {
            StatusCode::OK => 0,
            StatusCode::PARTIAL_CONTENT => self.continued(&response, have.map_or(0, |(size, _)| size))?,
            StatusCode::RANGE_NOT_SATISFIABLE => {
                self.part.remove();
                return Err(Fault::Passing("the hub has no such part of the file".to_owned()));
            }
            status => return Err(self.refused(status)),
        };
        self.expect_size(&response, start)?;
        self.take(response, start).await
    }

    async fn ask(&self, have: Option<&(u64, String)>) -> Result<Response, Fault> {
        // A compressed answer would have no ranges.
        let mut request = self.client.get(&self.address).header(header::ACCEPT_ENCODING, "identity");
        if let Some((size, tag)) = have {
            request = request.header(header::RANGE, format!("bytes={size}-")).header(header::IF_RANGE, tag);
        }
        let sent = tokio::time::timeout(self.stall, request.send()).await;
        sent.map_err(|_| self.stalled())?.map_err(|error| Fault::Passing(reason(&error)))
    }

    /// Where a part of the file begins that the hub sends: at what is here already.
    fn continued(&self, response: &Response, have: u64) -> Result<u64, Fault> {
        let range = text(response, header::CONTENT_RANGE).unwrap_or_default();
        let wanted = format!("bytes {have}-{}/{}", self.model.size - 1, self.model.size);
        if have > 0 && range == wanted {
            return Ok(have);
        }
        self.part.remove();
        Err(Fault::Passing(format!("the hub sent another part of the file than was asked for ({range})")))
    }

    fn refused(&self, status: StatusCode) -> Fault {
        let problem = format!("the hub answers {status}");
        match status {
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => Fault::Passing(problem),
            status if status.is_server_error() => Fault::Passing(problem),
            _ => Fault::Lasting(failed(self.model, problem)),
        }
    }

    /// Refuses at once what cannot be the file.
    fn expect_size(&self, response: &Response, start: u64) -> Result<(), Fault> {
        let length = text(response, header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
        match length {
            Some(length) if length != self.model.size - start => {
                self.part.remove();
                let problem = format!("the hub offers {length} bytes instead of {}", self.model.size - start);
                Err(wrong(self.model, &problem).into())
            }
            _ => Ok(()),
        }
    }

    /// Appends what comes to the part, up to the size of the model.
    async fn take(&self, mut response: Response, start: u64) -> Result<(), Fault> {
        let part = &self.part.file;
        if start == 0 {
            self.remember(&response)?;
        }
        let mut options = OpenOptions::new();
        let mut file = options.create(true).write(true).truncate(start == 0).append(start > 0).open(part);
        let file = file.as_mut().map_err(|error| at(part)(std::io::Error::from(error.kind())))?;
        let mut done = start;
        (self.progress)(Progress::Begun { done, total: self.model.size });
        loop {
            let chunk =
                tokio::time::timeout(self.stall, response.chunk()).await.map_err(|_| self.stalled())?;
            let Some(bytes) = chunk.map_err(|error| Fault::Passing(reason(&error)))? else { break };
            done += bytes.len() as u64;
            if done > self.model.size {
                self.part.remove();
                return Err(wrong(self.model, "the hub sends more bytes than the model has").into());
            }
            file.write_all(&bytes).map_err(at(part))?;
            (self.progress)(Progress::Bytes { done });
        }
        file.sync_all().map_err(at(part))?;
        if done == self.model.size {
            return Ok(());
        }
        Err(Fault::Passing(format!("the connection ended after {done} of {} bytes", self.model.size)))
    }

    /// Keeps the tag of the file that begins to come. A weak tag does not promise the same bytes.
    fn remember(&self, response: &Response) -> Result<(), ModelError> {
        self.part.remove();
        match text(response, header::ETAG).filter(|tag| tag.starts_with('"') && tag.len() < 200) {
            Some(tag) => fs::write(&self.part.tag, tag).map_err(at(&self.part.tag)),
            None => Ok(()),
        }
    }

    fn stalled(&self) -> Fault {
        Fault::Passing(format!("the hub has sent nothing for {:?}", self.stall))
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

fn text(response: &Response, name: header::HeaderName) -> Option<String> {
    response.headers().get(name)?.to_str().ok().map(str::to_owned)
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
