//! Turns of our own clients: a platform's envelope with a recording, when it begins as a form (the letter after
//! the boundary's dashes says which platform's), sound with its query, or JSON.

#![no_main]

use std::sync::LazyLock;

use axum::{body::Body, http::Request};
use libfuzzer_sys::fuzz_target;
use sayso_fuzz::{Routes, forgive_the_opus_decoder};

static ROUTES: LazyLock<Routes> = LazyLock::new(Routes::new);

fuzz_target!(
    init: forgive_the_opus_decoder(),
    |body: &[u8]| {
        let (path, kind) = match body {
            [b'-', b'-', b'a', ..] => ("/v1/skills/household/platforms/alexa", "multipart/form-data; boundary=a"),
            [b'-', b'-', b'c', ..] => {
                ("/v1/skills/household/platforms/dialogflow-cx", "multipart/form-data; boundary=c")
            }
            [b'-', b'-', b'e', ..] => {
                ("/v1/skills/household/platforms/dialogflow-es", "multipart/form-data; boundary=e")
            }
            [b'O', b'g', b'g', b'S', ..] => ("/v1/turns?session=kitchen", "audio/ogg; codecs=opus"),
            [b'R', b'I', b'F', b'F', ..] => ("/v1/skills/household/turns", "audio/wav"),
            _ => ("/v1/turns", "application/json"),
        };
        let request = Request::post(path).header("content-type", kind).body(Body::from(body.to_vec()));
        ROUTES.ask(request.expect("a request"));
    }
);
