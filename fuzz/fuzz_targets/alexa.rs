//! An envelope of Alexa, and the answer to it. The signature is passed over: it would keep everything out.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sayso::channels::{
    alexa::{Asked, Envelope, answer, asked, can_fulfill},
    platform,
};
use sayso_fuzz::{on_alexa, reply};

/// The largest response that Alexa takes, in bytes.
const MAX_RESPONSE: usize = 24 * 1024;

fuzz_target!(|body: &[u8]| {
    let Some(envelope) = Envelope::parse(body) else { return };
    envelope.access_token();
    let response = match asked(&envelope) {
        Asked::Turn(input) => {
            let theirs = envelope.session.as_ref().map_or("", |session| session.session_id.as_str());
            let session = platform::session("alexa", theirs).expect("any name of theirs is hashed");
            let screen = envelope.has_screen();
            let locale = platform::locale(envelope.request.locale).unwrap_or_else(|| "en-US".into());
            answer(&reply(session, &input), &on_alexa(), &locale, screen, None)
        }
        Asked::CanFulfill { known, slots } => can_fulfill(known, slots),
        Asked::Ended | Asked::Event | Asked::Exception | Asked::Unknown => return,
    };
    assert!(response.to_string().len() <= MAX_RESPONSE, "larger than Alexa takes");
});
