//! Sound for tests: spoken by eSpeak NG, recorded noise, made noise.

use rand::{RngExt, SeedableRng, rngs::SmallRng};
use sayso::audio::{
    HEARD_RATE,
    wav::{self, Limits},
};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// A sentence as eSpeak NG speaks it, at 16 kHz; `None`, said loudly, where it is not installed.
pub fn espeak(sentence: &str, options: &[&str]) -> Option<Vec<f32>> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("spoken.wav");
    let spoken =
        Command::new("espeak-ng").args(options).arg("-w").arg(&file).arg("--").arg(sentence).output();
    match spoken {
        Ok(output) => {
            assert!(output.status.success(), "espeak-ng: {}", String::from_utf8_lossy(&output.stderr));
            Some(wav::read_file(&file, Limits::default()).unwrap())
        }
        Err(error) => {
            eprintln!("SKIPPED: espeak-ng cannot be run ({error}); nothing spoken was tested");
            None
        }
    }
}

/// The recordings of noise that lie beside the project; none, said loudly, where they do not.
pub fn recorded_noise() -> Vec<(String, Vec<f32>)> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/noise"));
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("SKIPPED: {} is not there; recorded noise was not tested", folder.display());
        return Vec::new();
    };
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    files.iter().map(|path| (name(path), wav::read_file(path, Limits::default()).unwrap())).collect()
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// White noise of a length in seconds and a peak, always the same.
pub fn white(seconds: f32, peak: f32) -> Vec<f32> {
    let mut random = SmallRng::seed_from_u64(11);
    (0..samples(seconds)).map(|_| random.random_range(-peak..=peak)).collect()
}

/// Noise that rumbles: white noise through a slow filter.
pub fn brown(seconds: f32, peak: f32) -> Vec<f32> {
    let mut level = 0.0;
    white(seconds, 1.0)
        .into_iter()
        .map(|step| {
            level = 0.98 * level + 0.02 * step;
            level * peak * 8.0
        })
        .map(|sample| sample.clamp(-1.0, 1.0))
        .collect()
}

/// A steady tone with its harmonics: hum of mains, a kettle.
pub fn hum(seconds: f32, hertz: f32, peak: f32) -> Vec<f32> {
    let step = std::f32::consts::TAU * hertz / HEARD_RATE as f32;
    let wave = |n: f32| 0.6 * (step * n).sin() + 0.3 * (3.0 * step * n).sin() + 0.1 * (5.0 * step * n).sin();
    (0..samples(seconds)).map(|n| peak * wave(n as f32)).collect()
}

/// Single clicks: a switch, a plate.
pub fn clicks(seconds: f32, peak: f32) -> Vec<f32> {
    let mut random = SmallRng::seed_from_u64(13);
    (0..samples(seconds)).map(|_| if random.random_bool(0.0005) { peak } else { 0.0 }).collect()
}

/// Nothing.
pub fn silence(seconds: f32) -> Vec<f32> {
    vec![0.0; samples(seconds)]
}

/// Two sounds at once; the second is repeated or cut to the length of the first.
pub fn mixed(sound: &[f32], other: &[f32]) -> Vec<f32> {
    sound.iter().zip(other.iter().cycle()).map(|(a, b)| (a + b).clamp(-1.0, 1.0)).collect()
}

fn samples(seconds: f32) -> usize {
    (seconds * HEARD_RATE as f32) as usize
}
