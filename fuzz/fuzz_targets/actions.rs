//! A HandlerRequest of Actions Builder, and the answer to it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sayso::channels::dialogflow::Format;
use sayso_fuzz::reply;

fuzz_target!(|body: &[u8]| {
    let Some(asked) = Format::Actions.read(body) else { return };
    let locale = asked.locale.clone().unwrap_or_else(|| "en-US".into());
    let session = asked.session.clone();
    let (input, back) = asked.into_parts();
    assert!(back.answer(&reply(session, &input), &locale).is_object());
});
