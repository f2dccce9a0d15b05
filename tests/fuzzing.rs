//! What the fuzz targets share is compiled here too, and does what they take for granted: nobody finds out that it no
//! longer fits after an instrumented build of minutes.

#[allow(dead_code, reason = "the targets use the rest")]
#[path = "../fuzz/src/lib.rs"]
mod shared;

use axum::{body::Body, http::Request};

#[test]
fn the_routes_that_are_fuzzed_are_those_of_a_server() {
    let routes = shared::Routes::new();
    let status = |request: Request<Body>| routes.ask(request).as_u16();
    assert_eq!(status(Request::get("/healthz").body(Body::empty()).unwrap()), 200);
    let turn = r#"{"session": "s", "text": "help"}"#;
    let post = |path: &str, body: &'static str| {
        Request::post(path).header("content-type", "application/json").body(Body::from(body)).unwrap()
    };
    assert_eq!(status(post("/v1/turns", turn)), 200);
    assert_eq!(status(post("/alexa/household", "{}")), 400);
    assert_eq!(status(post("/nowhere", turn)), 404);
}
