//! What OpenAI's clients send: the form of a transcription, when it begins as one, else the JSON of a text to be
//! spoken.

#![no_main]

use std::sync::LazyLock;

use axum::{body::Body, http::Request};
use libfuzzer_sys::fuzz_target;
use sayso_fuzz::Routes;

static ROUTES: LazyLock<Routes> = LazyLock::new(Routes::new);

fuzz_target!(|body: &[u8]| {
    let (path, kind) = match body.starts_with(b"--x") {
        true => ("/v1/audio/transcriptions", "multipart/form-data; boundary=x"),
        false => ("/v1/audio/speech", "application/json"),
    };
    let request = Request::post(path).header("content-type", kind).body(Body::from(body.to_vec()));
    ROUTES.ask(request.expect("a request"));
});
