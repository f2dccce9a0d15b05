//! `POST /link/{skill}/token` and `/link/{skill}/revoke`: what a client asks, server to server.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Request, State, rejection::PathRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::SignedDuration;
use serde::Serialize;
use tokio::sync::OwnedSemaphorePermit;
use utoipa::ToSchema;

use super::{ApiError, HttpState, MAX_FORM, Server, fault, metrics, unknown};
use crate::{
    channels::{
        http::{body::read_body, request::Seat},
        link::{Asked, Client, Form, SCOPE, TokenError, authenticate},
    },
    commerce::{
        linking::{ACCESS_KEEP, Exchanged, Tokens},
        ports::Unlinked,
    },
};

/// Tokens of a link (RFC 6749, section 5.1).
#[derive(Serialize, ToSchema)]
pub struct TokenAnswer {
    access_token: String,
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// In seconds.
    expires_in: i64,
    refresh_token: String,
    scope: &'static str,
}

/// A refusal (RFC 6749, section 5.2).
#[derive(Debug, Serialize, ToSchema)]
pub struct OauthError {
    #[schema(example = "invalid_grant")]
    error: &'static str,
    error_description: &'static str,
}

/// Exchanges an authorization code or a refresh token for new tokens.
///
/// The client proves itself by HTTP Basic or by `client_id` and `client_secret` in the form.
#[utoipa::path(post, path = "/link/{skill}/token", tag = "linking",
    params(("skill" = String, Path, description = "the identifier of the skill's skill.toml")),
    request_body(content = super::TokenForm, content_type = "application/x-www-form-urlencoded",
        description = "at most 16 KiB"),
    responses(
        (status = 200, description = "the tokens", body = TokenAnswer),
        (status = 400, description = "an error of RFC 6749, section 5.2", body = OauthError),
        (status = 401, description = "`invalid_client`", body = OauthError),
        (status = 404, description = "no accounts are linked to such a skill here", body = super::ErrorBody),
        (status = 408, description = "the body came too slowly", body = super::ErrorBody),
        (status = 413, description = "the body is too large", body = super::ErrorBody),
        (status = 500, description = "something failed here", body = super::ErrorBody),
        (status = 503, description = "too much to do; see Retry-After", body = super::ErrorBody),
        (status = 504, description = "it took too long", body = super::ErrorBody),
    ))]
pub async fn exchange(
    State(state): State<Arc<HttpState>>,
    name: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Response, ApiError> {
    let call = Call::read(&state, name, request).await?;
    let asked = call.proved().and_then(|(client, form)| Ok((client, Asked::read(form, client)?)));
    let (client, asked) = match asked {
        Ok(both) => both,
        Err(error) => return Ok(refuse(error)),
    };
    match exchanged(&call.server, client, asked).await? {
        Exchanged::Tokens(tokens) => Ok(answer(&tokens)),
        Exchanged::Refused => Ok(refuse(TokenError::InvalidGrant)),
        Exchanged::Reused => {
            metrics::count_link("reused");
            Ok(refuse(TokenError::InvalidGrant))
        }
    }
}

async fn exchanged(server: &Server, client: &Client, asked: Asked<'_>) -> Result<Exchanged, ApiError> {
    let (linker, shop) = (&server.linker, &server.skill.shop);
    let (event, exchanged) = match asked {
        Asked::Code { code, redirect_uri, verifier } => {
            ("linked", linker.exchange(shop, &client.id, code, redirect_uri, verifier).await)
        }
        Asked::Refresh(token) => {
            let overlap = SignedDuration::try_from(client.refresh_overlap).unwrap_or_default();
            ("refreshed", linker.refresh(shop, &client.id, token, overlap).await)
        }
    };
    let exchanged = exchanged.map_err(|error| fault(&error))?;
    if matches!(exchanged, Exchanged::Tokens(_)) {
        metrics::count_link(event);
    }
    Ok(exchanged)
}

/// Takes a link back by one of its tokens, with all of them (RFC 7009).
#[utoipa::path(post, path = "/link/{skill}/revoke", tag = "linking",
    params(("skill" = String, Path, description = "the identifier of the skill's skill.toml")),
    request_body(content = super::RevocationForm, content_type = "application/x-www-form-urlencoded",
        description = "at most 16 KiB"),
    responses(
        (status = 200, description = "the token opens nothing any more, or never did"),
        (status = 400, description = "an error of RFC 6749, section 5.2", body = OauthError),
        (status = 401, description = "`invalid_client`", body = OauthError),
        (status = 404, description = "no accounts are linked to such a skill here", body = super::ErrorBody),
        (status = 408, description = "the body came too slowly", body = super::ErrorBody),
        (status = 413, description = "the body is too large", body = super::ErrorBody),
        (status = 500, description = "something failed here", body = super::ErrorBody),
        (status = 503, description = "too much to do; see Retry-After", body = super::ErrorBody),
        (status = 504, description = "it took too long", body = super::ErrorBody),
    ))]
pub async fn revoke(
    State(state): State<Arc<HttpState>>,
    name: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Response, ApiError> {
    let call = Call::read(&state, name, request).await?;
    let asked = call.proved().and_then(|(client, form)| Ok((client, Asked::read_revocation(form)?)));
    let (client, token) = match asked {
        Ok(both) => both,
        Err(error) => return Ok(refuse(error)),
    };
    let server = &call.server;
    let revoked = server.linker.revoke(&server.skill.shop, &client.id, token).await;
    match revoked.map_err(|error| fault(&error))? {
        Unlinked::Gone => {
            metrics::count_link("revoked");
            Ok(unkept(StatusCode::OK.into_response()))
        }
        Unlinked::Unknown => Ok(unkept(StatusCode::OK.into_response())),
        Unlinked::NotTheirs => Ok(refuse(TokenError::InvalidGrant)),
    }
}

/// What a client asks of one of the two endpoints.
struct Call {
    server: Server,
    headers: HeaderMap,
    form: Result<Form, TokenError>,
    _seats: (OwnedSemaphorePermit, Seat),
}

impl Call {
    /// The skill, and the form within its bounds.
    async fn read(
        state: &Arc<HttpState>,
        name: Result<Path<String>, PathRejection>,
        request: Request,
    ) -> Result<Self, ApiError> {
        let server = Server::of(state, name).ok_or_else(unknown)?;
        let (parts, body) = request.into_parts();
        let body = read_body(state, &parts.headers, body, MAX_FORM).await?;
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
        let kind = kind.split(';').next().unwrap_or_default().trim();
        let form = match Form::parse(&body) {
            Some(form) if kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") => Ok(form),
            Some(_) => Err(TokenError::InvalidRequest("send application/x-www-form-urlencoded")),
            None => Err(TokenError::InvalidRequest("the form is malformed")),
        };
        let _seats = (server.skill.seat()?, Seat::take(state)?);
        Ok(Self { server, headers: parts.headers, form, _seats })
    }

    /// Who asks, once they are proved, and what they sent.
    fn proved(&self) -> Result<(&Client, &Form), TokenError> {
        let form = self.form.as_ref().map_err(|error| *error)?;
        Ok((authenticate(&self.server.linked, &self.headers, form)?, form))
    }
}

fn answer(tokens: &Tokens) -> Response {
    let answer = TokenAnswer {
        access_token: tokens.access.expose().to_owned(),
        token_type: "Bearer",
        expires_in: ACCESS_KEEP.as_secs(),
        refresh_token: tokens.refresh.expose().to_owned(),
        scope: SCOPE,
    };
    unkept(Json(answer).into_response())
}

fn refuse(error: TokenError) -> Response {
    metrics::count_link(error.name());
    let status = match error {
        TokenError::InvalidClient => StatusCode::UNAUTHORIZED,
        _ => StatusCode::BAD_REQUEST,
    };
    let body = OauthError { error: error.name(), error_description: error.description() };
    let mut response = unkept((status, Json(body)).into_response());
    if status == StatusCode::UNAUTHORIZED {
        let value = HeaderValue::from_static("Basic realm=\"link\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
    }
    response
}

fn unkept(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
