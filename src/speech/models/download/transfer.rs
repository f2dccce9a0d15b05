//! The bytes of one download: asked for, taken up again, never more than there should be.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};

use backon::{ExponentialBuilder, Retryable};
use reqwest::{Client, Response, StatusCode, header};

use super::{Progress, PullOptions, at, beside, failed, reason, wrong};
use crate::speech::models::{Model, ModelError};

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

/// What has come so far: the bytes, and the tag by which the hub knows that they are of the
/// same file still.
pub struct Part {
    /// The bytes.
    pub file: PathBuf,
    tag: PathBuf,
}

impl Part {
    /// The part of the model whose file is `path`.
    pub fn of(path: &Path) -> Self {
        Self { file: beside(path, ".part"), tag: beside(path, ".part.tag") }
    }

    /// Bytes that can be taken up: none without a tag.
    fn done(&self) -> Option<(u64, String)> {
        let tag = fs::read_to_string(&self.tag).ok()?;
        let size = fs::metadata(&self.file).ok()?.len();
        (size > 0).then_some((size, tag))
    }

    /// Forgets what has come.
    pub fn remove(&self) {
        // What is not there need not be removed; what cannot be is overwritten next time.
        let _ = fs::remove_file(&self.file);
        let _ = fs::remove_file(&self.tag);
    }
}

/// One download.
pub struct Pull<'a> {
    pub client: Client,
    pub address: String,
    pub model: &'a Model,
    pub part: Part,
    /// How long the hub may send nothing.
    pub stall: Duration,
    pub progress: &'a (dyn Fn(Progress) + Send + Sync),
}

impl Pull<'_> {
    /// Asks until all bytes are in the part, another try cannot help, or there were enough.
    pub async fn with_retries(&self, options: &PullOptions) -> Result<(), ModelError> {
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

fn text(response: &Response, name: header::HeaderName) -> Option<String> {
    response.headers().get(name)?.to_str().ok().map(str::to_owned)
}
