//! Linking accounts over HTTP: the authorization server of each skill under `/link/{skill}`.
//!
//! What the customer's browser asks is answered with pages, what a client asks with the JSON of the RFCs.

mod authorize;
mod forms;
mod token;

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    HttpState,
    error::{ApiError, ErrorBody},
    metrics,
    skills::Skill,
};
use crate::{
    channels::link::{Linked, Place, SCOPE},
    commerce::{HouseholdId, Linker},
};

pub use authorize::{__path_decide, __path_show, decide, show};
pub use forms::{DecisionForm, RevocationForm, TokenForm};
pub use token::{__path_exchange, __path_revoke, OauthError, TokenAnswer, exchange, revoke};

/// The largest form, in bytes.
const MAX_FORM: usize = 16 * 1024;

/// Who is at the other end of a connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// Who speaks at a skill whose accounts are linked: the household of an access token. `None` when there
/// is no token or it opens nothing any more; then the account has to be linked.
///
/// # Errors
/// 500 when the store fails.
pub async fn household_of(
    state: &HttpState,
    skill: &Skill,
    access_token: Option<&str>,
) -> Result<Option<HouseholdId>, ApiError> {
    let (Some(linker), Some(token)) = (&state.options.linker, access_token) else { return Ok(None) };
    linker.household_of(&skill.shop, token).await.map_err(|error| fault(&error))
}

/// A skill whose accounts are linked, with what links them.
struct Server {
    skill: Arc<Skill>,
    linked: Arc<Linked>,
    linker: Arc<Linker>,
}

impl Server {
    fn of(state: &HttpState, name: Result<Path<String>, PathRejection>) -> Option<Self> {
        let skill = state.skills.find(&name.ok()?.0)?.clone();
        let (linked, linker) = (skill.linking.clone()?, state.options.linker.clone()?);
        Some(Self { skill, linked, linker })
    }
}

fn unknown() -> ApiError {
    let message = "there is no skill here whose accounts are linked by that name";
    ApiError::new(StatusCode::NOT_FOUND, "unknown_skill", message)
}

fn fault(error: &crate::commerce::ports::StoreError) -> ApiError {
    tracing::error!(%error, "links cannot be read or written");
    metrics::count_fault("links");
    ApiError::fault()
}

/// Where a request comes from. A proxy on this machine says for whom it asks, in the last entry of
/// `X-Forwarded-For`, which it wrote itself; the entries before are whatever the caller liked.
fn place(peer: Option<&Peer>, headers: &HeaderMap) -> Place {
    let address = peer.map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.0.ip().to_canonical());
    let last = headers.get_all("x-forwarded-for").iter().next_back();
    let named = last.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    Place::from(named.filter(|_| address.is_loopback()).unwrap_or(address))
}

/// What RFC 8414 says of an authorization server.
#[derive(Debug, Serialize, ToSchema)]
pub struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    revocation_endpoint: String,
    scopes_supported: [&'static str; 1],
    response_types_supported: [&'static str; 1],
    response_modes_supported: [&'static str; 1],
    grant_types_supported: [&'static str; 2],
    token_endpoint_auth_methods_supported: Vec<&'static str>,
    revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    code_challenge_methods_supported: [&'static str; 1],
    authorization_response_iss_parameter_supported: bool,
}

/// What the authorization server of a skill can do (RFC 8414).
#[utoipa::path(get, path = "/.well-known/oauth-authorization-server/link/{skill}", tag = "linking",
    params(("skill" = String, Path, description = "the identifier of the skill's skill.toml")),
    responses(
        (status = 200, description = "the metadata", body = Metadata),
        (status = 404, description = "no accounts are linked to such a skill here", body = ErrorBody),
    ))]
pub async fn metadata(
    State(state): State<Arc<HttpState>>,
    name: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let linked = Server::of(&state, name).ok_or_else(unknown)?.linked;
    let secret = linked.clients.iter().any(|client| client.secret.is_some());
    let public = linked.clients.iter().any(|client| client.secret.is_none());
    let mut methods = if secret { vec!["client_secret_basic", "client_secret_post"] } else { Vec::new() };
    methods.extend(public.then_some("none"));
    let at = |name: &str| format!("{}/{name}", linked.issuer);
    let metadata = Metadata {
        issuer: linked.issuer.clone(),
        authorization_endpoint: at("authorize"),
        token_endpoint: at("token"),
        revocation_endpoint: at("revoke"),
        scopes_supported: [SCOPE],
        response_types_supported: ["code"],
        response_modes_supported: ["query"],
        grant_types_supported: ["authorization_code", "refresh_token"],
        token_endpoint_auth_methods_supported: methods.clone(),
        revocation_endpoint_auth_methods_supported: methods,
        code_challenge_methods_supported: ["S256"],
        authorization_response_iss_parameter_supported: true,
    };
    Ok(([(header::CACHE_CONTROL, "public, max-age=3600")], Json(metadata)).into_response())
}
