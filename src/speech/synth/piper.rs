//! Piper: a neural voice that a small computer can run.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use serde::Deserialize;

use super::{
    Bounds, PiperVoice, SoundStream, SpeechError, Synthesizer, Utterance,
    child::{Program, fault},
    decode::Format,
};

/// Piper as a child process for each utterance: `piper --model FILE --output_raw`. A voice has one
/// language; the utterance's locale is not looked at.
#[derive(Debug)]
pub struct Piper {
    program: Program,
    model: PathBuf,
    rate: u32,
}

/// What to do when Piper is missing.
const HINT: &str = "install piper, or take its voice out of the settings to speak with espeak-ng";

/// The longest voice description that is read, in bytes; they have about 5,000.
const LONGEST_DESCRIPTION: u64 = 1 << 20;

/// What is read of a voice's `.onnx.json`.
#[derive(Deserialize)]
struct Description {
    audio: Audio,
}

#[derive(Deserialize)]
struct Audio {
    sample_rate: u32,
}

impl Piper {
    /// # Errors
    /// [`SpeechError::Synthesis`] when the voice file or its description is missing or wrong.
    pub fn new(voice: &PiperVoice, bounds: Bounds) -> Result<Self, SpeechError> {
        if !voice.model.is_file() {
            return Err(fault(format!("the piper voice {} is missing", voice.model.display())));
        }
        let rate = rate(&voice.model)?;
        let program = Program::new(&voice.program, HINT, bounds);
        Ok(Self { program, model: voice.model.clone(), rate })
    }
}

/// The rate that the description beside a voice file names.
fn rate(model: &Path) -> Result<u32, SpeechError> {
    let mut path = model.as_os_str().to_owned();
    path.push(".json");
    let path = PathBuf::from(path);
    let wrong = |why: String| fault(format!("the voice description {}: {why}", path.display()));
    let size = fs::metadata(&path).map_err(|error| wrong(error.to_string()))?.len();
    if size > LONGEST_DESCRIPTION {
        return Err(wrong("it is too long".into()));
    }
    let text = fs::read_to_string(&path).map_err(|error| wrong(error.to_string()))?;
    let read: Description = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    match read.audio.sample_rate {
        rate @ 8_000..=96_000 => Ok(rate),
        rate => Err(wrong(format!("a sample rate of {rate}"))),
    }
}

#[async_trait]
impl Synthesizer for Piper {
    fn name(&self) -> String {
        format!("piper {}", self.model.file_stem().unwrap_or_default().to_string_lossy())
    }

    async fn speak(&self, utterance: &Utterance) -> Result<SoundStream, SpeechError> {
        let arguments = vec!["--model".into(), OsString::from(&self.model), "--output_raw".into()];
        // A line is an utterance for Piper: one line, ended.
        let mut line: String =
            utterance.plain.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        line.push('\n');
        self.program.speak(arguments, line, Format::Raw(self.rate)).await
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::{os::unix::fs::PermissionsExt, time::Duration};

    use super::*;
    use crate::speech::synth::{collect, utterance};

    /// A program with Piper's command line: `body` is a shell script that gets its arguments.
    fn stand_in(body: &str, bounds: Bounds) -> (tempfile::TempDir, Piper) {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("piper");
        fs::write(&program, format!("#!/bin/sh\n{body}\n")).expect("written");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("executable");
        let model = folder.path().join("voice.onnx");
        fs::write(&model, "").expect("written");
        fs::write(folder.path().join("voice.onnx.json"), r#"{"audio":{"sample_rate":22050},"x":1}"#)
            .expect("written");
        let piper = Piper::new(&PiperVoice { program, model }, bounds).expect("a voice");
        (folder, piper)
    }

    #[tokio::test]
    async fn one_line_goes_in_and_raw_sound_comes_out() {
        let body = r#"[ "$1 $3" = "--model --output_raw" ] || exit 9; read line; printf '%s' "$line""#;
        let (_folder, piper) = stand_in(body, Bounds::default());
        let stream = piper.speak(&utterance("ab\ncd", "en")).await.expect("starts");
        let sound = collect(stream).await.expect("speaks");
        let expected: Vec<f32> =
            [*b"ab", *b" c"].map(|pair| f32::from(i16::from_le_bytes(pair)) / 32_768.0).into();
        assert_eq!((sound.rate, sound.samples), (22_050, expected));
    }

    #[tokio::test]
    async fn an_engine_that_fails_halfway_is_an_error_after_its_sound() {
        let (_folder, piper) = stand_in("printf '0000'; exit 3", Bounds::default());
        let mut stream = piper.speak(&utterance("hello", "en")).await.expect("starts");
        assert!(stream.recv().await.is_some_and(|chunk| chunk.is_ok()));
        let error = stream.recv().await.expect("an end").expect_err("a failure").to_string();
        assert!(error.contains("exit status: 3"), "{error}");
    }

    #[tokio::test]
    async fn an_engine_that_hangs_is_stopped_at_the_deadline() {
        let bounds = Bounds { deadline: Duration::from_millis(100), ..Bounds::default() };
        let (_folder, piper) = stand_in("exec sleep 600", bounds);
        let stream = piper.speak(&utterance("hello", "en")).await.expect("starts");
        let error = collect(stream).await.expect_err("it hangs").to_string();
        assert!(error.contains("took longer than 100ms"), "{error}");
    }

    #[tokio::test]
    async fn a_listener_who_leaves_ends_the_engine_and_frees_its_place() {
        let bounds = Bounds { at_once: 1, deadline: Duration::from_secs(30), ..Bounds::default() };
        let (_folder, piper) = stand_in("printf '0000'; exec sleep 600", bounds);
        for _ in 0..3 {
            let mut stream = piper.speak(&utterance("hello", "en")).await.expect("the place is free");
            assert!(stream.recv().await.is_some_and(|chunk| chunk.is_ok()));
        }
    }

    #[tokio::test]
    async fn more_utterances_than_places_wait_and_then_are_refused() {
        let bounds = Bounds { at_once: 1, deadline: Duration::from_millis(100), ..Bounds::default() };
        let (_folder, piper) = stand_in("printf '0000'; exec sleep 600", bounds);
        let first = piper.program.turn().await.expect("the only place");
        let error = piper.speak(&utterance("hello", "en")).await.expect_err("no place").to_string();
        assert!(error.contains("too many"), "{error}");
        drop(first);
        assert!(piper.speak(&utterance("hello", "en")).await.is_ok());
    }

    #[test]
    fn a_voice_without_its_description_is_refused_by_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let model = folder.path().join("voice.onnx");
        fs::write(&model, "").expect("written");
        let voice = PiperVoice { program: "piper".into(), model };
        let error = Piper::new(&voice, Bounds::default()).expect_err("no description").to_string();
        assert!(error.contains("voice.onnx.json"), "{error}");
    }
}
