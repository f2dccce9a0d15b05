//! Events of a Wyoming connection: their framing, what they mean, and the sound in them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sayso::channels::wyoming::{
    Event, Utterance,
    framing::{self, MAX_DATA, MAX_PAYLOAD},
};

fuzz_target!(|bytes: &[u8]| {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let (mut left, mut utterance) = (bytes, None);
        while let Ok(Some(frame)) = framing::read(&mut left).await {
            assert!(frame.payload.len() <= MAX_PAYLOAD, "a payload has a bound");
            let data = serde_json::Value::Object(frame.data.clone());
            if data.to_string().len() <= MAX_DATA {
                let written = framing::encode(&frame.kind, &data, &frame.payload);
                let again =
                    framing::read(&mut written.as_slice()).await.expect("what is written is read again");
                assert_eq!(again.as_ref(), Some(&frame));
            }
            match Event::parse(frame) {
                Ok(Event::AudioStart(format)) => utterance = Utterance::begin(format).ok(),
                Ok(Event::AudioChunk(format, payload)) => {
                    if let Some(sound) = &mut utterance
                        && let Err(refusal) = sound.push(format, &payload)
                    {
                        refusal.event();
                        return;
                    }
                }
                Ok(Event::AudioStop) => drop(utterance.take().map(Utterance::finish)),
                Ok(_) => {}
                Err(refusal) => {
                    refusal.event();
                    return;
                }
            }
        }
    });
});
