//! Who may ask, and for how long.

use std::{any::Any, sync::Arc};

use axum::{
    RequestExt,
    body::Body,
    extract::{MatchedPath, RawPathParams, Request, State},
    http::{HeaderMap, StatusCode, Uri, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

use super::{HttpState, error::ApiError};

/// Lets a request through that has the token or, where no token is configured, comes from this
/// machine and not out of a web page. At a skill's address its own token is as good as the server's.
pub async fn allowed(State(state): State<Arc<HttpState>>, mut request: Request, next: Next) -> Response {
    let named = request.extract_parts::<RawPathParams>().await.ok();
    let named = named.as_ref().and_then(|all| all.iter().find(|(name, _)| *name == "skill")).map(|(_, s)| s);
    let of_a_skill = |path: &MatchedPath| ["/turns", "/stream"].iter().any(|one| path.as_str().contains(one));
    let of_turns = request.extensions().get::<MatchedPath>().is_some_and(of_a_skill);
    let skill = match named {
        Some(name) => state.skills.find(name),
        None if of_turns => state.skills.only(),
        None => None,
    };
    let tokens = [state.options.token.as_ref(), skill.and_then(|skill| skill.token.as_ref())];
    let verdict = match tokens {
        [None, None] => check_local(request.uri(), request.headers()),
        some => check_token(request.headers(), some.into_iter().flatten()),
    };
    match verdict {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

/// Both sides are hashed first, so the comparison tells nothing, not even a length.
fn check_token<'a>(
    headers: &HeaderMap,
    tokens: impl Iterator<Item = &'a SecretString>,
) -> Result<(), ApiError> {
    let given = headers.get(header::AUTHORIZATION).map_or(b"".as_slice(), |value| value.as_bytes());
    let given = match given.split_at_checked(7) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case(b"bearer ") => rest,
        _ => b"",
    };
    let given = Sha256::digest(given);
    let mut right = Choice::from(0);
    for token in tokens {
        right |= given.ct_eq(&Sha256::digest(token.expose_secret().as_bytes()));
    }
    if bool::from(right) {
        return Ok(());
    }
    let message = "send the header Authorization: Bearer TOKEN with the token of the settings";
    Err(ApiError::new(StatusCode::UNAUTHORIZED, "unauthorized", message))
}

/// A web page must not shop through the visitor's loopback: a page that had its name point at
/// 127.0.0.1 shows by `Host`, or by the authority of an absolute request target, which counts for
/// more than `Host` (RFC 9112, section 3.2.2); another site's script shows by `Origin`.
fn check_local(target: &Uri, headers: &HeaderMap) -> Result<(), ApiError> {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    // Of two, another part of the way might read the other.
    let host = text(header::HOST).is_none_or(is_local) && headers.get_all(header::HOST).iter().count() < 2;
    let origin = text(header::ORIGIN).is_none_or(|o| o.split_once("://").is_some_and(|(_, h)| is_local(h)));
    let target = target.authority().is_none_or(|authority| is_local(authority.as_str()));
    if host && origin && target {
        return Ok(());
    }
    let message = "without a token only this machine's own programs are answered; \
                   ask 127.0.0.1 or localhost, or set http.token";
    Err(ApiError::new(StatusCode::FORBIDDEN, "not_local", message))
}

fn is_local(authority: &str) -> bool {
    let Ok(authority) = authority.parse::<Authority>() else { return false };
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Ends a request that takes too long. A turn that was begun goes on and is not lost.
pub async fn deadline(State(state): State<Arc<HttpState>>, request: Request, next: Next) -> Response {
    let limit = state.options.request_timeout;
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let message = format!(
                "the turn took longer than {} s; ask again in the same session to hear how it ended",
                limit.as_secs()
            );
            ApiError::new(StatusCode::GATEWAY_TIMEOUT, "timeout", message).into_response()
        }
    }
}

/// A panic is a fault like any other: logged here, and the caller gets a plain sentence.
pub fn panicked(_: Box<dyn Any + Send + 'static>) -> Response<Body> {
    // The payload may hold words that were spoken; the panic hook has told the place.
    tracing::error!("a request's handler panicked");
    ApiError::fault().into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_names_are_told_from_names_that_only_point_here() {
        for host in ["localhost:7390", "127.0.0.1", "[::1]:80", "LOCALHOST", "127.8.9.1:1"] {
            assert!(is_local(host), "{host}");
        }
        for host in ["shop.example", "127.0.0.1.example", "10.0.0.1:80", "", "::", "?"] {
            assert!(!is_local(host), "{host}");
        }
    }
}
