//! Opus: the bytes as an Ogg file, and as packets of a stream, each behind two bytes with its length.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sayso::audio::{
    opus::{Packets, decode},
    wav::Limits,
};
use sayso_fuzz::forgive_the_opus_decoder;

/// Less than a server's, so that no input takes long.
const LIMITS: Limits = Limits { seconds: 10, bytes: 256 * 1024 };

fuzz_target!(
    init: forgive_the_opus_decoder(),
    |bytes: &[u8]| {
        if bytes.starts_with(b"OggS") {
            let Ok(sound) = decode(bytes, LIMITS) else { return };
            assert!(sound.iter().all(|sample| (-1.0..=1.0).contains(sample)), "sound from -1 to 1");
            return;
        }
        let mut packets = Packets::new().expect("a decoder");
        let (mut rest, mut sound) = (bytes, Vec::new());
        while let Some((length, after)) = rest.split_first_chunk::<2>() {
            let length = usize::from(u16::from_le_bytes(*length)).min(after.len());
            let (packet, after) = after.split_at(length);
            let _ = packets.push(packet, &mut sound);
            rest = after;
        }
        assert!(sound.iter().all(|sample| (-1.0..=1.0).contains(sample)), "sound from -1 to 1");
    }
);
