//! The recogniser by itself: how long an utterance of two seconds takes from its end, and how
//! much memory a process has that does nothing else.

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use sayso::{
    audio::{
        HEARD_RATE,
        wav::{self, Limits},
    },
    speech::{Whisper, models::ModelStore},
};

use crate::table::{Table, bar, ms, percentile};

/// The argument that makes of the benchmark the process whose memory is measured.
pub const CHILD: &str = "--recogniser-alone";

/// The length of the utterances, in samples.
const LENGTH: usize = 2 * HEARD_RATE as usize;
/// Recordings of this length are cut, or filled up with silence, to [`LENGTH`].
const NEARLY: std::ops::Range<usize> = LENGTH * 9 / 10..LENGTH * 12 / 10;
/// Each is heard this often.
const TIMES: usize = 10;

/// Adds the recogniser's times and memory.
pub fn measure(table: &mut Table) -> Result<()> {
    let (data, sounds) = (tempfile::tempdir()?, sounds()?);
    let whisper = Whisper::load(ModelStore::open(data.path())?.choose(None)?)?;
    let progress = bar("two seconds", (sounds.len() * TIMES) as u64);
    let mut times = Vec::new();
    for sound in sounds.iter().cycle().take(sounds.len() * TIMES) {
        times.push(whisper.transcribe(sound)?.1);
        progress.inc(1);
    }
    progress.finish_and_clear();
    let p = |times: &mut [Duration], share| ms(percentile(times, share));
    table.add("2 s of sound, its end to its text, p50", p(&mut times, 0.5), "≤ 60 ms");
    table.add("2 s of sound, its end to its text, p99", p(&mut times, 0.99), "");
    let output = Command::new(std::env::current_exe()?).arg(CHILD).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout)?;
    let mut kib = text.split_whitespace().map(str::parse::<u64>);
    for (what, aim) in [
        ("memory of the recogniser after 2 s sounds", "≤ 60 MiB"),
        ("the same after 10 s sounds", ""),
        ("the same after two at once", ""),
    ] {
        table.add(what, format!("{} MiB", kib.next().context("a figure")??.div_ceil(1024)), aim);
    }
    Ok(())
}

/// Prints by how many KiB the resident memory grows with the model and after utterances.
pub fn child() -> Result<()> {
    let sounds = sounds()?;
    let long: Vec<f32> = sounds.concat().into_iter().take(10 * HEARD_RATE as usize).collect();
    let data = tempfile::tempdir()?;
    // So that unpacking it, which is done once in a lifetime, is not measured.
    drop(
        Command::new(env!("CARGO_BIN_EXE_sayso"))
            .arg("--data")
            .arg(data.path())
            .args(["models", "list"])
            .output()?,
    );
    let before = resident()?;
    let whisper = Whisper::load(ModelStore::open(data.path())?.choose(None)?)?;
    for sound in sounds.iter().cycle().take(sounds.len().max(20)) {
        whisper.transcribe(sound)?;
    }
    println!("{}", resident()?.saturating_sub(before));
    whisper.transcribe(&long)?;
    println!("{}", resident()?.saturating_sub(before));
    let deadline = Instant::now() + Duration::from_secs(2);
    std::thread::scope(|scope| -> Result<()> {
        let work = || -> Result<()> {
            while Instant::now() < deadline {
                whisper.transcribe(&sounds[0])?;
            }
            Ok(())
        };
        let other = scope.spawn(work);
        work().and(other.join().map_err(|_| anyhow::anyhow!("it panicked"))?)
    })?;
    println!("{}", resident()?.saturating_sub(before));
    Ok(())
}

/// The recordings of about two seconds, each made two seconds long.
fn sounds() -> Result<Vec<Vec<f32>>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("audio/samples");
    let mut files: Vec<_> =
        std::fs::read_dir(&folder)?.map(|f| f.map(|f| f.path())).collect::<Result<_, _>>()?;
    files.sort();
    let mut sounds = Vec::new();
    for file in files.iter().filter(|file| !file.to_string_lossy().contains("oov_")) {
        let mut sound = wav::read_file(file, Limits::default())?;
        if NEARLY.contains(&sound.len()) {
            sound.resize(LENGTH, 0.0);
            sounds.push(sound);
        }
    }
    ensure!(!sounds.is_empty(), "no recording is about two seconds long");
    Ok(sounds)
}

/// VmRSS of this process in KiB.
fn resident() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("VmRSS")?;
    Ok(line.split_whitespace().nth(1).context("a number")?.parse()?)
}
