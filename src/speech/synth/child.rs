//! An engine as a child process: text into its standard input, sound out of its standard
//! output, sent on as it is read.
//!
//! The child dies with the stream: when the listener drops the receiver, when the deadline
//! passes, or when the sound grows too long.

use std::{
    ffi::OsString,
    io::ErrorKind,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, ChildStdout, Command},
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    time::Instant,
};

use super::{
    Bounds, Sound, SoundStream, SpeechError,
    decode::{Decoder, Format},
};

/// Bytes read at a time: 93 ms of sound at 22,050 Hz, so that the first words are heard early.
const READ: usize = 4_096;

/// Chunks that wait for a listener before the engine is held up.
const WAITING: usize = 16;

/// A program that speaks, with what it is held to.
#[derive(Debug, Clone)]
pub(super) struct Program {
    path: PathBuf,
    /// What to say when the program is not there.
    hint: &'static str,
    bounds: Bounds,
    turns: Arc<Semaphore>,
}

impl Program {
    pub(super) fn new(path: &Path, hint: &'static str, bounds: Bounds) -> Self {
        let turns = Arc::new(Semaphore::new(bounds.at_once.max(1)));
        Self { path: path.to_owned(), hint, bounds, turns }
    }

    /// Starts the program with these arguments, gives it the text and reads its sound.
    pub(super) async fn speak(
        &self,
        arguments: Vec<OsString>,
        text: String,
        format: Format,
    ) -> Result<SoundStream, SpeechError> {
        if text.len() > self.bounds.text {
            return Err(fault(format!("the text is longer than {} bytes", self.bounds.text)));
        }
        let (send, stream) = mpsc::channel(WAITING);
        if !text.chars().any(char::is_alphanumeric) {
            return Ok(stream);
        }
        let turn = self.turn().await?;
        let child = self.start(&arguments)?;
        let run = Run { child, send, bounds: self.bounds, _turn: turn };
        tokio::spawn(run.until_the_end(text, format));
        Ok(stream)
    }

    /// A place among those who speak at the same time.
    pub(super) async fn turn(&self) -> Result<OwnedSemaphorePermit, SpeechError> {
        let turn = tokio::time::timeout(self.bounds.deadline, Arc::clone(&self.turns).acquire_owned()).await;
        match turn {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(fault("too many utterances are being spoken".into())),
        }
    }

    fn start(&self, arguments: &[OsString]) -> Result<Child, SpeechError> {
        Command::new(&self.path)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| {
                let program = self.path.display();
                match error.kind() {
                    ErrorKind::NotFound => fault(format!("{program} is not installed: {}", self.hint)),
                    _ => fault(format!("{program} cannot be started: {error}")),
                }
            })
    }
}

/// One utterance in the making.
struct Run {
    child: Child,
    send: mpsc::Sender<Result<Sound, SpeechError>>,
    bounds: Bounds,
    _turn: OwnedSemaphorePermit,
}

impl Run {
    async fn until_the_end(mut self, text: String, format: Format) {
        let listener = self.send.clone();
        tokio::select! {
            done = self.make(text, format) => if let Err(error) = done {
                // A listener that has gone needs no error.
                let _ = listener.send(Err(error)).await;
            },
            () = listener.closed() => {}
        }
        // Dropping `self` kills a child that still runs.
    }

    async fn make(&mut self, text: String, format: Format) -> Result<(), SpeechError> {
        let (Some(mut input), Some(mut output)) = (self.child.stdin.take(), self.child.stdout.take()) else {
            return Err(fault("the engine's pipes are missing".into()));
        };
        let write = async move {
            // An engine that ends early closes the pipe; its exit status tells more than that.
            let _ = input.write_all(text.as_bytes()).await;
        };
        let (_, read) = tokio::join!(write, self.read(&mut output, format));
        read?;
        match tokio::time::timeout(self.bounds.deadline, self.child.wait()).await {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(status)) => Err(fault(format!("the engine ended with {status}"))),
            Ok(Err(error)) => Err(fault(format!("the engine was lost: {error}"))),
            Err(_) => Err(fault("the engine does not end".into())),
        }
    }

    /// Reads to the end. Only waiting for the engine counts against the deadline, not waiting
    /// for the listener.
    async fn read(&mut self, output: &mut ChildStdout, format: Format) -> Result<(), SpeechError> {
        let mut decoder = Decoder::new(format);
        let mut bytes = vec![0_u8; READ];
        let (mut left, mut spoken) = (self.bounds.deadline, Duration::ZERO);
        loop {
            let asked = Instant::now();
            let Ok(read) = tokio::time::timeout(left, output.read(&mut bytes)).await else {
                return Err(fault(format!("the engine took longer than {:?}", self.bounds.deadline)));
            };
            left = left.saturating_sub(asked.elapsed());
            let count = read.map_err(|error| fault(format!("the engine's sound cannot be read: {error}")))?;
            if count == 0 {
                return Ok(());
            }
            let samples = decoder
                .push(&bytes[..count])
                .map_err(|error| fault(format!("the engine's sound is wrong: {}", error.0)))?;
            let Some((rate, samples)) = samples else { continue };
            let chunk = Sound { rate, samples };
            spoken += chunk.duration();
            if spoken > self.bounds.sound {
                return Err(fault(format!("the sound is longer than {:?}", self.bounds.sound)));
            }
            if self.send.send(Ok(chunk)).await.is_err() {
                return Ok(());
            }
        }
    }
}

pub(super) fn fault(what: String) -> SpeechError {
    SpeechError::Synthesis(what)
}
