//! A wave file: its length by the header, and its sound.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sayso::audio::wav::{Limits, decode, duration};

/// Less than a server's, so that no input takes long.
const LIMITS: Limits = Limits { seconds: 4, bytes: 256 * 1024 };

fuzz_target!(|bytes: &[u8]| {
    let long = duration(bytes, LIMITS);
    let Ok(sound) = decode(bytes, LIMITS) else { return };
    assert!(long.is_ok(), "what is decoded has a length");
    assert!(sound.iter().all(|sample| sample.is_finite()), "sound is made of numbers");
});
