//! Refusals and faults as JSON: `{"error": {"code", "message"}}`.

use std::time::Duration;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

/// Why a request was not answered.
#[derive(Debug, Clone)]
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    /// For 503, in seconds.
    retry_after: u64,
    /// The field that is wrong.
    param: Option<&'static str>,
}

/// The body of every answer that is not 2xx.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ErrorBody {
    /// The error.
    pub error: ErrorDetail,
}

/// What went wrong.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ErrorDetail {
    /// For programs.
    #[schema(example = "bad_json")]
    pub code: String,
    /// For people: what is wrong and how to mend it.
    pub message: String,
}

impl ApiError {
    /// An error with a code for programs and a sentence for people.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), retry_after: 1, param: None }
    }

    /// Names the field that is wrong.
    pub fn about(self, param: &'static str) -> Self {
        Self { param: Some(param), ..self }
    }

    /// The status that it is answered with.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// In seconds, when the same has a chance.
    pub fn retry_after(&self) -> Option<u64> {
        (self.status == StatusCode::SERVICE_UNAVAILABLE).then_some(self.retry_after)
    }

    /// For programs.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// For people.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The field that is wrong, where it is one.
    pub fn param(&self) -> Option<&'static str> {
        self.param
    }

    /// 400.
    pub fn bad(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// 503 with `Retry-After: 1`.
    pub fn busy(message: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", message)
    }

    /// 503 with the seconds after which the same request has a chance.
    pub fn busy_for(after: Duration, message: impl Into<String>) -> Self {
        Self { retry_after: after.as_secs(), ..Self::busy(message) }
    }

    /// 500. What happened is in the log; the caller gets a plain sentence.
    pub fn fault() -> Self {
        let message = "something failed here; nothing was ordered unless an order is reported";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "fault", message)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let detail = ErrorDetail { code: self.code.to_owned(), message: self.message.clone() };
        let mut response = (self.status, Json(ErrorBody { error: detail })).into_response();
        // For routes whose callers expect another form.
        response.extensions_mut().insert(self.clone());
        let headers = response.headers_mut();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(self.retry_after));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.status == StatusCode::PAYLOAD_TOO_LARGE || self.status == StatusCode::REQUEST_TIMEOUT {
            // The rest of the body is not read, so the connection cannot be used again.
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}
