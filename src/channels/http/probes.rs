//! Whether the process lives, whether it can serve, and its figures.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{HttpState, error::ErrorBody, metrics as figures};

/// Whether turns can be served.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    /// Whether all parts are ready.
    pub ready: bool,
    /// Each part with `ok` or what is the matter.
    #[schema(example = json!({"store": "ok", "recognizer": "loading"}))]
    pub parts: BTreeMap<&'static str, &'static str>,
}

/// The process runs.
#[utoipa::path(get, path = "/healthz", tag = "probes",
    responses((status = 200, description = "the process runs", body = String, content_type = "text/plain")))]
pub async fn health() -> &'static str {
    "ok\n"
}

/// Whether turns can be served.
#[utoipa::path(get, path = "/readyz", tag = "probes", security(("token" = []), ()),
    responses(
        (status = 200, description = "ready", body = Readiness),
        (status = 503, description = "not ready; `parts` says why", body = Readiness),
        (status = 401, description = "the token is missing or wrong", body = ErrorBody),
        (status = 403, description = "not asked from this machine, and no token is configured", body = ErrorBody),
        (status = 504, description = "the store did not answer in time", body = ErrorBody),
    ))]
pub async fn ready(State(state): State<Arc<HttpState>>) -> impl IntoResponse {
    let store = if state.engine.ready().await { "ok" } else { "cannot be reached" };
    let recognizer = if state.recognizer.get().is_some() { "ok" } else { "not loaded" };
    let parts = BTreeMap::from([("store", store), ("recognizer", recognizer)]);
    let ready = parts.values().all(|part| *part == "ok");
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Readiness { ready, parts }))
}

/// Figures for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "probes", security(("token" = []), ()),
    responses(
        (status = 200, description = "Prometheus text", body = String, content_type = "text/plain"),
        (status = 401, description = "the token is missing or wrong", body = ErrorBody),
        (status = 403, description = "not asked from this machine, and no token is configured", body = ErrorBody),
    ))]
pub async fn metrics() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], figures::render())
}
