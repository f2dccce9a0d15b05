//! `sayso models hear`: recordings through a recogniser as the product runs it, for those who
//! judge a model. It prints what was said, because that is what was asked for; it logs none of it.

use std::{
    collections::HashSet,
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use serde::{Deserialize, Serialize};

use super::{Exit, args::HearArgs, terminal};
use crate::{
    audio::{
        HEARD_RATE,
        wav::{self, Limits},
    },
    config::Settings,
    speech::{Features, Heard, Transcript, Whisper, models::ModelStore},
};

/// The largest list, in bytes.
const MOST_BYTES: u64 = 64 << 20;
/// The longest list.
const MOST_FILES: usize = 100_000;

/// One recording of a list.
#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Listed {
    id: String,
    wav: PathBuf,
}

/// A line of the answer.
#[derive(Debug, Serialize)]
struct Line<'a> {
    id: &'a str,
    #[serde(flatten)]
    what: What<'a>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum What<'a> {
    Heard {
        /// As the model wrote it, also where it is not trusted.
        text: &'a str,
        outcome: &'static str,
        confidence: f32,
        features: Option<Features>,
        /// From the sound's end to the result.
        millis: f64,
        /// The length of the sound.
        seconds: f64,
    },
    Failed {
        error: String,
    },
}

pub async fn run(args: HearArgs, store: ModelStore, settings: &Settings) -> Result<Exit> {
    let list = read_list(&args.list)?;
    let wanted = args.model.or_else(|| settings.speech().model.clone());
    let heard = tokio::task::spawn_blocking(move || {
        let chosen = match &args.model_file {
            Some(file) => store.from_file(file)?,
            None => store.choose(wanted.as_deref())?,
        };
        hear_all(&Whisper::load(chosen)?, &list, args.json)
    });
    let failed = heard.await.context("the recogniser panicked")??;
    if failed > 0 {
        bail!("{failed} recordings could not be heard");
    }
    Ok(Exit::Done)
}

/// Hears one after the other, so that nothing but the computer's other work disturbs the times.
/// How many could not be heard.
fn hear_all(whisper: &Whisper, list: &[Listed], json: bool) -> Result<usize> {
    let bar = ProgressBar::new(list.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("hearing [{wide_bar}] {pos}/{len} {eta}") {
        bar.set_style(style.progress_chars("=> "));
    }
    let mut failed = 0;
    for listed in list {
        let heard = hear(whisper, &listed.wav);
        failed += usize::from(heard.is_err());
        bar.suspend(|| if json { tell_json(&listed.id, &heard) } else { tell(&listed.id, &heard) })?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(failed)
}

/// What came of a recording, the time that took from its end, and its length in seconds.
type Outcome = Result<(Transcript, Duration, f64)>;

fn hear(whisper: &Whisper, file: &Path) -> Outcome {
    let samples = wav::read_file(file, Limits::default())?;
    let (transcript, took) = whisper.transcribe(&samples)?;
    Ok((transcript, took, samples.len() as f64 / f64::from(HEARD_RATE)))
}

fn outcome(heard: &Heard) -> &'static str {
    match heard {
        Heard::Words { .. } => "text",
        Heard::Unclear => "unclear",
        Heard::Nothing => "nothing",
    }
}

fn tell_json(id: &str, heard: &Outcome) -> Result<()> {
    let what = match heard {
        Ok((transcript, took, seconds)) => What::Heard {
            text: &transcript.text,
            outcome: outcome(&transcript.heard),
            confidence: transcript.confidence,
            features: transcript.features,
            millis: took.as_secs_f64() * 1000.0,
            seconds: *seconds,
        },
        Err(error) => What::Failed { error: format!("{error:#}") },
    };
    Ok(terminal::line(serde_json::to_string(&Line { id, what })?)?)
}

fn tell(id: &str, heard: &Outcome) -> Result<()> {
    let text = match heard {
        Ok((transcript, took, _)) => {
            let (outcome, took) = (outcome(&transcript.heard), terminal::millis(*took));
            format!("{id}  {outcome} {:.2}  {took}  {}", transcript.confidence, transcript.text)
        }
        Err(error) => format!("{id}  {error:#}"),
    };
    Ok(terminal::line(text)?)
}

/// The recordings of a folder, or of a file that lists them.
fn read_list(path: &Path) -> Result<Vec<Listed>> {
    let list = if path.is_dir() { in_folder(path)? } else { in_file(path)? };
    if list.is_empty() {
        bail!("{} lists no recordings", path.display());
    }
    if list.len() > MOST_FILES {
        bail!("{} lists more than {MOST_FILES} recordings", path.display());
    }
    let mut ids = HashSet::new();
    match list.iter().find(|listed| !ids.insert(&listed.id)) {
        Some(twice) => bail!("{}: the id {} is there twice", path.display(), twice.id),
        None => Ok(list),
    }
}

fn in_folder(folder: &Path) -> Result<Vec<Listed>> {
    let unreadable = || format!("{} cannot be read", folder.display());
    let mut list = Vec::new();
    for entry in fs::read_dir(folder).with_context(unreadable)?.take(2 * MOST_FILES) {
        let wav = entry.with_context(unreadable)?.path();
        let is_wav = wav.extension().is_some_and(|e| e.eq_ignore_ascii_case("wav"));
        if let (true, Some(name)) = (is_wav, wav.file_stem()) {
            list.push(Listed { id: name.to_string_lossy().into_owned(), wav });
        }
    }
    list.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(list)
}

fn in_file(file: &Path) -> Result<Vec<Listed>> {
    let mut text = String::new();
    File::open(file)
        .and_then(|opened| opened.take(MOST_BYTES + 1).read_to_string(&mut text))
        .with_context(|| format!("{} cannot be read", file.display()))?;
    if text.len() as u64 > MOST_BYTES {
        bail!("{} is larger than {} MiB", file.display(), MOST_BYTES >> 20);
    }
    let folder = file.parent().unwrap_or(Path::new(""));
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(n, line)| {
            let mut listed: Listed =
                serde_json::from_str(line).with_context(|| format!("{}, line {}", file.display(), n + 1))?;
            listed.wav = folder.join(&listed.wav);
            Ok(listed)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Result<Vec<Listed>> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("list.jsonl");
        fs::write(&file, text)?;
        let mut list = read_list(&file)?;
        for listed in &mut list {
            listed.wav = listed.wav.strip_prefix(folder.path()).unwrap_or(&listed.wav).to_owned();
        }
        Ok(list)
    }

    #[test]
    fn the_paths_of_a_list_are_relative_to_it_and_other_fields_are_left_alone() {
        let listed = |id: &str, wav: &str| Listed { id: id.to_owned(), wav: wav.into() };
        let found = list(
            "{\"id\": \"a\", \"wav\": \"x/1.wav\", \"text\": \"Yes.\"}\n\n{\"id\":\"b\",\"wav\":\"/2.wav\"}",
        );
        assert_eq!(found.unwrap(), [listed("a", "x/1.wav"), listed("b", "/2.wav")]);
    }

    #[test]
    fn a_list_that_is_none_is_refused_with_the_line() {
        for (text, wanted) in [
            ("", "lists no recordings"),
            ("{\"id\": \"a\", \"wav\": \"1.wav\"}\nyes\n", "line 2"),
            ("{\"id\": \"a\"}", "line 1"),
            ("{\"id\": \"a\", \"wav\": \"1.wav\"}\n{\"id\": \"a\", \"wav\": \"2.wav\"}", "a is there twice"),
        ] {
            let error = format!("{:#}", list(text).unwrap_err());
            assert!(error.contains(wanted), "{error}");
        }
    }
}
