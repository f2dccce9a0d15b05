//! The recordings through the recogniser: times, and how many words are wrong. A file's name is
//! its transcript.

use std::{fmt::Write as _, path::Path, time::Duration};

use anyhow::{Context, Result};
use sayso::{
    audio::wav::{self, Limits},
    channels::recording,
    speech::{Recognizer, open_recognizer},
    turn::Input,
};

use crate::table::{Table, bar, ms, percentile};

/// Each recording is heard this often; the middle time counts.
const TIMES: usize = 5;

/// Hears every recording; the table of them as text, and the sums into `table`.
pub fn measure(table: &mut Table) -> Result<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("audio/samples");
    let mut files: Vec<_> =
        std::fs::read_dir(&folder)?.map(|f| f.map(|f| f.path())).collect::<Result<_, _>>()?;
    files.retain(|file| file.extension().is_some_and(|e| e == "wav"));
    files.sort();
    let data = tempfile::tempdir()?;
    let recognizer = open_recognizer(data.path(), None)?.recognizer;
    let mut text = String::from(
        "| recording | sound | read | transcribe | RTF | words wrong |\n|---|---|---|---|---|---|\n",
    );
    let (mut sound, mut computing) = (Duration::ZERO, Duration::ZERO);
    let (mut words, mut wrong, mut invented) = (0, 0, 0);
    let progress = bar("recordings", files.len() as u64);
    for file in &files {
        let name = file.file_stem().context("a name")?.to_string_lossy().into_owned();
        let Heard { read, transcribe, length, input } = hear(recognizer.as_ref(), file)?;
        let said = transcript(&name);
        let got = match &input {
            Input::Heard { text, .. } => normal(text),
            _ => Vec::new(),
        };
        let errors = distance(&said, &got);
        match said.is_empty() {
            true => invented += got.len(),
            false => {
                words += said.len();
                wrong += errors;
            }
        }
        sound += length;
        computing += read + transcribe;
        let rtf = (read + transcribe).as_secs_f64() / length.as_secs_f64().max(0.001);
        let seconds = length.as_secs_f64();
        writeln!(
            text,
            "| {name} | {seconds:.1} s | {} | {} | {rtf:.2} | {errors} of {} |",
            ms(read),
            ms(transcribe),
            said.len()
        )?;
        progress.inc(1);
    }
    progress.finish_and_clear();
    let rate = 100.0 * wrong as f64 / f64::from(u32::try_from(words)?.max(1));
    table.add("word error rate over the recordings with words", format!("{rate:.1} % of {words}"), "");
    table.add("words heard in recordings without words", invented, "0");
    let rtf = computing.as_secs_f64() / sound.as_secs_f64();
    table.add("real-time factor, all recordings", format!("{rtf:.3}"), "");
    Ok(text)
}

/// What came of one recording, with the middle times.
struct Heard {
    read: Duration,
    transcribe: Duration,
    length: Duration,
    input: Input,
}

fn hear(recognizer: &dyn Recognizer, file: &Path) -> Result<Heard> {
    let bytes = std::fs::read(file)?;
    let (mut reads, mut transcribes) = (Vec::new(), Vec::new());
    let (mut length, mut input) = (Duration::ZERO, Input::Silence);
    for _ in 0..TIMES {
        let listened = recording::hear(recognizer, || wav::decode(&bytes, Limits::default()))?;
        reads.push(listened.stages[0].1);
        transcribes.push(listened.stages[1].1);
        (length, input) = (listened.duration, listened.input);
    }
    let (read, transcribe) = (percentile(&mut reads, 0.5), percentile(&mut transcribes, 0.5));
    Ok(Heard { read, transcribe, length, input })
}

/// The words of a file's name; none for sounds without words.
fn transcript(name: &str) -> Vec<String> {
    let words = name.split('.').next().unwrap_or_default();
    if words.starts_with("oov_") { Vec::new() } else { words.split('-').map(str::to_owned).collect() }
}

/// Lower-case words without marks.
fn normal(text: &str) -> Vec<String> {
    let letters: String =
        text.to_lowercase().chars().map(|c| if c.is_alphanumeric() || c == '\'' { c } else { ' ' }).collect();
    letters.split_whitespace().map(str::to_owned).collect()
}

/// Words to change, add or leave out (Levenshtein).
fn distance(said: &[String], got: &[String]) -> usize {
    let mut row: Vec<usize> = (0..=got.len()).collect();
    for (i, word) in said.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, other) in got.iter().enumerate() {
            let cost = diagonal + usize::from(word != other);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[got.len()]
}
