//! Recordings of every kind through `sayso ask --audio`: heard, or refused with a sentence that
//! names the problem; never a panic, never an order.

use std::path::{Path, PathBuf};

use hound::{SampleFormat, WavSpec, WavWriter};
use sayso::audio::wav::{self, Limits};

use crate::support::process::{Ended, Sayso};

/// A recording of the demo.
fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("audio/samples/{name}.wav"))
}

fn hear(sayso: &Sayso, file: &Path) -> Ended {
    sayso.run(&["ask", "--json", "--audio", file.to_str().unwrap()])
}

/// The recording "reorder paper towels" in another form.
fn variant(folder: &Path, spec: WavSpec) -> PathBuf {
    let samples = wav::read_file(&sample("reorder-paper-towels"), Limits::default()).unwrap();
    let samples = sayso::audio::resample::resample(&samples, 16_000, spec.sample_rate).unwrap();
    let file = folder.join(format!("{}-{}-{}.wav", spec.channels, spec.sample_rate, spec.bits_per_sample));
    let mut writer = WavWriter::create(&file, spec).unwrap();
    for sample in samples {
        for _ in 0..spec.channels {
            match spec.sample_format {
                SampleFormat::Float => writer.write_sample(sample).unwrap(),
                SampleFormat::Int => {
                    let top = f64::from((1_i64 << (spec.bits_per_sample - 1)) as i32 - 1);
                    writer.write_sample((f64::from(sample.clamp(-1.0, 1.0)) * top) as i32).unwrap();
                }
            }
        }
    }
    writer.finalize().unwrap();
    file
}

#[test]
fn a_recording_is_heard_and_its_answer_is_spoken() {
    let sayso = Sayso::new();
    let answer = sayso.data().join("answer.wav");
    let file = sample("reorder-paper-towels");
    let arguments = ["ask", "--json", "--audio", file.to_str().unwrap(), "--reply", answer.to_str().unwrap()];
    let json = sayso.json(&arguments);
    assert_eq!(json["heard"], "Reorder paper towels.");
    assert_eq!(json["intent"]["name"], "reorder");
    assert!(json["confidence"].as_f64().unwrap() > 0.75);
    for stage in ["read", "transcribe", "understand", "turn", "synthesize"] {
        assert!(json["timings_ms"][stage].is_number(), "{stage}: {json}");
    }
    assert!(wav::read_file(&answer, Limits::default()).unwrap().len() > 16_000, "it speaks for a second");
}

#[test]
fn every_common_kind_of_wav_is_heard() {
    let sayso = Sayso::new();
    let int = |channels, sample_rate, bits_per_sample| WavSpec {
        channels,
        sample_rate,
        bits_per_sample,
        sample_format: SampleFormat::Int,
    };
    let float = WavSpec { sample_format: SampleFormat::Float, ..int(1, 48_000, 32) };
    for spec in [int(1, 16_000, 8), int(1, 44_100, 24), int(2, 48_000, 16), int(2, 96_000, 24), float] {
        let ended = hear(&sayso, &variant(sayso.data(), spec));
        assert!(ended.out.contains(r#""heard":"Reorder paper towels.""#), "{spec:?}: {ended:?}");
    }
    // At 8 kHz half of the sound is gone: it may be misheard, but it is handled.
    let ended = hear(&sayso, &variant(sayso.data(), int(1, 8_000, 16)));
    assert!(ended.code == Some(0) && ended.out.contains(r#""order":null"#), "{ended:?}");
}

#[test]
fn a_recording_that_cannot_be_used_is_refused_with_a_sentence() {
    let sayso = Sayso::new();
    let whole = std::fs::read(sample("reorder-paper-towels")).unwrap();
    let minutes = wav::encode(8_000, &vec![0.01; 8_000 * 600]).unwrap();
    let cases: [(&str, Vec<u8>, &str); 5] = [
        ("empty", Vec::new(), "empty"),
        ("text", b"no sound at all".to_vec(), "not a WAV"),
        ("header", whole[..44].to_vec(), "empty"),
        ("half-a-header", whole[..30].to_vec(), "no sound in it"),
        ("ten-minutes", minutes, "600 seconds"),
    ];
    for (name, bytes, sentence) in cases {
        let file = sayso.data().join(format!("{name}.wav"));
        std::fs::write(&file, bytes).unwrap();
        let ended = hear(&sayso, &file);
        assert!(ended.code == Some(1) && ended.err.contains(sentence), "{name}: {ended:?}");
        assert_eq!(ended.err.lines().count(), 1, "{name}: one sentence, no panic: {}", ended.err);
    }
    let absent = hear(&sayso, Path::new("absent.wav"));
    assert!(absent.code == Some(1) && absent.err.contains("absent.wav"), "{absent:?}");
}

#[test]
fn a_recording_that_was_cut_off_is_heard_as_far_as_it_goes() {
    let sayso = Sayso::new();
    let mut whole = std::fs::read(sample("reorder-paper-towels")).unwrap();
    whole.truncate(whole.len() / 2 + 1);
    let file = sayso.data().join("cut.wav");
    std::fs::write(&file, whole).unwrap();
    let ended = hear(&sayso, &file);
    assert!(ended.code == Some(0) && ended.out.contains(r#""order":null"#), "{ended:?}");
}

#[test]
fn silence_noise_and_talk_are_never_words_that_were_spoken() {
    let sayso = Sayso::new();
    for (name, intent) in
        [("oov_silence", "silence"), ("oov_noise", "silence"), ("oov_mumble", "not_understood")]
    {
        let ended = hear(&sayso, &sample(name));
        let json: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
        assert!(json["heard"].is_null() && json["order"].is_null(), "{name}: {json}");
        assert_eq!(json["intent"]["name"], intent, "{name}");
    }
}

#[test]
fn a_recording_that_is_not_there_is_told_with_its_reason_once() {
    let sayso = Sayso::new();
    let ended = hear(&sayso, &sayso.data().join("missing.wav"));
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(ended.err.matches("missing.wav").count(), 1, "{}", ended.err);
    assert_eq!(ended.err.matches("os error").count(), 1, "{}", ended.err);
}
