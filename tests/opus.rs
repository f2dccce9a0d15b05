//! Opus is heard as WAV is: in an Ogg file, and as packets on a stream. The file in tests/support/opus is
//! audio/samples/reorder-paper-towels.wav through opusenc (opus-tools, 24 kbit/s).

use std::{
    io::Cursor,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use ogg::reading::PacketReader;
use proptest::prelude::*;
use sayso::{
    audio::{
        opus::{OpusError, Packets, decode, length},
        wav::{self, Limits},
    },
    speech::{open_recognizer, pool::Pool},
};

use crate::http::{
    client::post,
    parts::{Server, options, start, start_with},
    talk::{Talk, pcm},
};

const OGG: &[u8] = include_bytes!("support/opus/reorder-paper-towels.opus");

fn original() -> Vec<f32> {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("audio/samples/reorder-paper-towels.wav");
    wav::read_file(&path, Limits::default()).unwrap()
}

/// The packets of the file, without its head and tags.
fn packets() -> Vec<Vec<u8>> {
    let mut reader = PacketReader::new(Cursor::new(OGG));
    std::iter::from_fn(|| reader.read_packet().unwrap()).skip(2).map(|packet| packet.data).collect()
}

/// How alike two sounds are, where they are most alike within a millisecond.
fn likeness(one: &[f32], other: &[f32]) -> f32 {
    let at = |shift: usize| {
        let (one, other) = (&one[16..one.len() - 16], &other[shift..other.len() + shift - 32]);
        let sum = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
        sum(one, other) / (sum(one, one) * sum(other, other)).sqrt()
    };
    (0..32).map(at).fold(0.0, f32::max)
}

/// A server with the model that comes along.
async fn hearing(data: &Path) -> Server {
    let opened = open_recognizer(data, Some("shop-en")).unwrap();
    let loaded = OnceLock::new();
    let _ = loaded.set(Pool::new(opened.recognizer, 8));
    start_with(options(), loaded).await
}

#[test]
fn an_ogg_file_is_as_long_as_the_recording_it_was_made_of_and_sounds_like_it() {
    let (sound, original) = (decode(OGG, Limits::default()).unwrap(), original());
    assert_eq!(sound.len(), original.len());
    assert!(likeness(&original, &sound) > 0.95, "{}", likeness(&original, &sound));
    assert_eq!(length(&sound).as_millis(), 1_939);
}

#[tokio::test]
async fn a_recording_in_opus_or_l16_is_heard_as_words() {
    let data = tempfile::tempdir().unwrap();
    let server = hearing(data.path()).await;
    let l16: Vec<u8> = pcm(&original()).chunks(2).flat_map(|two| [two[1], two[0]]).collect();
    for (kind, body) in
        [("audio/ogg; codecs=opus", OGG.to_vec()), ("audio/ogg", OGG.to_vec()), ("audio/L16;rate=16000", l16)]
    {
        let answer = post("/v1/turns?session=a", kind, body).send(server.address).await;
        assert_eq!(
            (answer.status, &answer.json()["heard"]),
            (200, &"Reorder paper towels.".into()),
            "{kind}"
        );
    }
}

#[tokio::test]
async fn packets_of_opus_on_a_stream_are_heard_as_words() {
    let data = tempfile::tempdir().unwrap();
    let server = hearing(data.path()).await;
    let mut talk = Talk::open(server.address, "/v1/stream", &[]).await.unwrap();
    talk.text(r#"{"type": "start", "codec": "opus", "audio": false}"#).await;
    for packet in packets() {
        talk.binary(packet).await;
    }
    talk.text(r#"{"type": "end"}"#).await;
    assert_eq!(talk.until("reply").await.last["turn"]["heard"], "Reorder paper towels.");
}

#[test]
fn a_file_that_is_too_long_or_too_large_is_refused_before_it_is_decoded_to_its_end() {
    let limits = |seconds, bytes| Limits { seconds, bytes };
    assert!(matches!(decode(OGG, limits(1, 1 << 20)), Err(OpusError::TooLong { limit: 1 })));
    assert!(matches!(decode(OGG, limits(60, 100)), Err(OpusError::TooLarge { limit: 100 })));
}

#[tokio::test]
async fn what_is_no_opus_or_no_whole_samples_is_refused_with_a_sentence() {
    let server = start(options()).await;
    let mut damaged = OGG.to_vec();
    damaged[3_000] ^= 1;
    let vorbis: Vec<u8> = OGG.iter().copied().take(28).chain(*b"\x01vorbis").collect();
    let (ogg, l16) = ("audio/ogg; codecs=opus", "audio/L16; rate=8000");
    for (kind, body, status) in [
        (ogg, Vec::new(), 422),
        (ogg, b"this is not sound".to_vec(), 422),
        (ogg, vorbis, 422),
        (ogg, damaged, 422),
        (ogg, OGG[..47].to_vec(), 422),
        (l16, Vec::new(), 422),
        (l16, vec![0; 7], 422),
        (l16, vec![0; 2 * 8_000 * 61], 413),
        ("audio/L16", vec![0; 4], 415),
        ("audio/ogg; codecs=vorbis", OGG.to_vec(), 415),
    ] {
        let answer = post("/v1/turns", kind, body).send(server.address).await;
        assert_eq!(answer.status, status, "{kind}: {}", answer.text());
        assert!(!answer.error_code().is_empty());
    }
    assert_eq!(server.engine.finished(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// The library is given what nobody checked before it.
    #[test]
    fn packets_of_any_bytes_are_sound_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>()), 1..40),
        alien in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let mut all = packets();
        for (packet, byte, value) in changes {
            let packet = packet.get_mut(&mut all);
            let at = byte.index(packet.len());
            packet[at] = value;
        }
        all.push(alien);
        let (mut decoder, mut sound) = (Packets::new().unwrap(), Vec::new());
        for packet in &all {
            let _ = decoder.push(packet, &mut sound);
        }
        prop_assert!(sound.iter().all(|sample| (-1.0..=1.0).contains(sample)));
    }
}
