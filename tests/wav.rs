//! Wave files of every kind: read, or refused with a sentence that names the problem.

use hound::{SampleFormat, WavSpec, WavWriter};
use proptest::prelude::*;
use sayso::audio::{
    HEARD_RATE,
    wav::{self, Limits, WavError},
};
use std::io::Cursor;

/// Half a second of a 440 Hz tone, half as loud as can be, in any format.
fn tone(channels: u16, rate: u32, bits: u16, format: SampleFormat) -> Vec<u8> {
    tone_of(rate as usize / 2, channels, rate, bits, format)
}

fn tone_of(frames: usize, channels: u16, rate: u32, bits: u16, format: SampleFormat) -> Vec<u8> {
    let spec = WavSpec { channels, sample_rate: rate, bits_per_sample: bits, sample_format: format };
    let mut bytes = Cursor::new(Vec::new());
    let mut writer = WavWriter::new(&mut bytes, spec).unwrap();
    for frame in 0..frames {
        let value = 0.5 * (std::f32::consts::TAU * 440.0 * frame as f32 / rate as f32).sin();
        for _ in 0..channels {
            match format {
                SampleFormat::Float => writer.write_sample(value).unwrap(),
                SampleFormat::Int => {
                    writer
                        .write_sample((f64::from(value) * (2_f64.powi(i32::from(bits) - 1) - 1.0)) as i32)
                        .unwrap();
                }
            }
        }
    }
    writer.finalize().unwrap();
    bytes.into_inner()
}

fn plain() -> Vec<u8> {
    tone(1, 16_000, 16, SampleFormat::Int)
}

fn decode(bytes: &[u8]) -> Result<Vec<f32>, WavError> {
    wav::decode(bytes, Limits::default())
}

/// Overwrites bytes at an offset.
fn patched(mut bytes: Vec<u8>, at: usize, with: &[u8]) -> Vec<u8> {
    bytes[at..at + with.len()].copy_from_slice(with);
    bytes
}

fn loudness(samples: &[f32]) -> f32 {
    (samples.iter().map(|s| s * s).sum::<f32>() / samples.len() as f32).sqrt()
}

#[test]
fn every_common_format_becomes_the_same_sound() {
    let formats =
        [(8, SampleFormat::Int), (16, SampleFormat::Int), (24, SampleFormat::Int), (32, SampleFormat::Int)];
    for (bits, format) in formats.into_iter().chain([(32, SampleFormat::Float)]) {
        for channels in [1, 2, 8] {
            for rate in [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000] {
                let samples = decode(&tone(channels, rate, bits, format)).unwrap();
                let seconds = samples.len() as f32 / HEARD_RATE as f32;
                assert!((seconds - 0.5).abs() < 0.01, "{bits} bit, {channels} ch, {rate} Hz: {seconds} s");
                let loudness = loudness(&samples);
                assert!((loudness - 0.3535).abs() < 0.01, "{bits} bit, {channels} ch, {rate} Hz: {loudness}");
            }
        }
    }
}

#[test]
fn what_is_written_is_read_back() {
    let sound: Vec<f32> = (0..16_000).map(|n| 0.3 * (n as f32 * 0.05).sin()).collect();
    let read = decode(&wav::encode(16_000, &sound).unwrap()).unwrap();
    assert_eq!(read.len(), sound.len());
    assert!(sound.iter().zip(&read).all(|(a, b)| (a - b).abs() < 1e-4));
}

#[test]
fn sound_beyond_full_scale_is_written_at_full_scale() {
    let read = decode(&wav::encode(16_000, &[2.0, -2.0, f32::NAN, f32::INFINITY]).unwrap()).unwrap();
    assert!(read[0] > 0.99 && read[1] < -0.99 && read[2] == 0.0 && read[3] > 0.99, "{read:?}");
}

#[test]
fn a_header_of_a_pipe_with_bogus_sizes_is_read_to_the_end() {
    let whole = decode(&plain()).unwrap();
    for size in [u32::MAX, 0x7fff_ffff, 0x7fff_f000, 0xffff_fffe] {
        let bytes = patched(plain(), 40, &size.to_le_bytes());
        assert_eq!(decode(&bytes).unwrap(), whole, "{size:#x}");
        assert_eq!(decode(&patched(bytes, 4, &u32::MAX.to_le_bytes())).unwrap(), whole, "{size:#x}");
    }
    let zeroed = patched(patched(plain(), 40, &[0; 4]), 4, &[0; 4]);
    assert_eq!(decode(&zeroed).unwrap(), whole);
}

#[test]
fn a_cut_recording_is_read_as_far_as_it_goes() {
    let bytes = plain();
    let half = decode(&bytes[..44 + 8_001]).unwrap();
    assert_eq!(half.len(), 4_000);
}

#[test]
fn a_recording_cut_before_its_first_sample_is_empty() {
    let bytes = plain();
    for end in [0, 44, 45] {
        assert!(matches!(decode(&bytes[..end]), Err(WavError::Empty)), "cut at {end}");
    }
}

#[test]
fn a_recording_without_samples_is_empty() {
    assert!(matches!(decode(&tone_of(0, 2, 44_100, 16, SampleFormat::Int)), Err(WavError::Empty)));
}

#[test]
fn chunks_that_are_not_sound_are_stepped_over() {
    let bytes = plain();
    for note in [&b"LIST\x05\0\0\0INFOx\0"[..], b"LIST\x05\0\0\0INFOx", b"bext\x02\0\0\0ab"] {
        let mut noted = bytes[..36].to_vec();
        noted.extend_from_slice(note);
        noted.extend_from_slice(&bytes[36..]);
        assert_eq!(decode(&noted).unwrap(), decode(&bytes).unwrap());
    }
}

#[test]
fn a_recording_that_is_all_heads_of_chunks_is_not_searched_to_its_end() {
    let bytes = plain();
    let with = |empty: usize| [&bytes[..36], &b"LIST\0\0\0\0".repeat(empty), &bytes[36..]].concat();
    assert_eq!(decode(&with(200)).unwrap(), decode(&bytes).unwrap());
    let endless = [&bytes[..36], &b"LIST\0\0\0\0".repeat(512 * 1024)].concat();
    for heads in [with(300), endless] {
        let error = decode(&heads).unwrap_err().to_string();
        assert!(error.contains("more chunks"), "{error}");
    }
}

#[test]
fn ten_minutes_are_refused_with_their_length() {
    let long = tone_of(600 * 16_000, 1, 16_000, 16, SampleFormat::Int);
    let error = decode(&long).unwrap_err();
    assert_eq!(error.to_string(), "the recording is 600 seconds long; at most 60 seconds are taken");
}

#[test]
fn a_file_beyond_the_size_is_refused_with_its_length_without_being_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.wav");
    std::fs::write(&path, tone_of(600 * 8_000, 1, 8_000, 8, SampleFormat::Int)).unwrap();
    let limits = Limits { bytes: 100_000, ..Limits::default() };
    let error = wav::read_file(&path, limits).unwrap_err();
    assert!(matches!(error, WavError::TooLong { seconds: 600, limit: 60 }), "{error}");
    let short = Limits { bytes: 100_000, seconds: 1_000 };
    assert!(matches!(wav::read_file(&path, short), Err(WavError::TooLarge { limit: 100_000 })));
}

#[test]
fn the_limit_of_a_channel_counts() {
    let bytes = tone_of(16_001, 1, 16_000, 16, SampleFormat::Int);
    let limits = Limits { seconds: 1, ..Limits::default() };
    assert!(matches!(wav::decode(&bytes, limits), Err(WavError::TooLong { seconds: 2, limit: 1 })));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = wav::read_file(std::path::Path::new("/nowhere/x.wav"), Limits::default()).unwrap_err();
    assert!(error.to_string().starts_with("the recording /nowhere/x.wav cannot be read"), "{error}");
}

#[test]
fn what_is_no_wav_is_said_to_be_none() {
    for bytes in [&b"ID3\x04 music"[..], b"{}", b"RIFF", b"RIFF\0\0\0\0AVI LIST"] {
        assert_eq!(decode(bytes).unwrap_err().to_string(), "this is not a WAV file");
    }
}

#[test]
fn an_absurd_header_is_refused_with_what_is_wrong_in_it() {
    let cases = [
        (22, vec![0, 0], "no channels"),
        (22, vec![9, 0], "9 channels"),
        (24, vec![0; 4], "0 samples a second"),
        (24, 300_000_u32.to_le_bytes().to_vec(), "300000 Hz"),
        (32, vec![0, 0], "takes no bytes"),
        (34, vec![0, 0], "bits"),
        (20, vec![0x55, 0], "not supported"),
        (12, b"junk".to_vec(), "before their format"),
        (36, b"junk".to_vec(), "empty"),
    ];
    for (at, with, wanted) in cases {
        let error = decode(&patched(plain(), at, &with)).unwrap_err().to_string();
        assert!(error.contains(wanted), "{at}: {error}");
    }
}

#[test]
fn samples_that_are_not_numbers_are_refused() {
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let bytes = patched(tone(1, 16_000, 32, SampleFormat::Float), 2_000, &value.to_le_bytes());
        assert!(matches!(decode(&bytes), Err(WavError::NotNumbers)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(sane(decode(&bytes)));
        let mut headed = b"RIFF\xff\xff\xff\xffWAVE".to_vec();
        headed.extend_from_slice(&bytes);
        prop_assert!(sane(decode(&headed)));
    }

    #[test]
    fn no_change_of_a_header_makes_the_reader_panic(
        kind in 0_usize..5,
        changes in prop::collection::vec((0_usize..80, any::<u8>()), 1..6),
        cut in 0_usize..2_000,
    ) {
        let (channels, bits, format) = [
            (1, 16, SampleFormat::Int), (2, 8, SampleFormat::Int), (8, 24, SampleFormat::Int),
            (2, 32, SampleFormat::Int), (2, 32, SampleFormat::Float),
        ][kind];
        let mut bytes = tone_of(200, channels, 44_100, bits, format);
        for (at, byte) in changes {
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
        }
        bytes.truncate(bytes.len().max(cut) - cut);
        prop_assert!(sane(decode(&bytes)));
    }
}

/// Sound is finite and within full scale; an error is a sentence.
fn sane(result: Result<Vec<f32>, WavError>) -> bool {
    match result {
        Ok(samples) => samples.iter().all(|sample| sample.is_finite() && sample.abs() <= 1.0),
        Err(error) => error.to_string().contains(' '),
    }
}
