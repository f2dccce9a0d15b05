//! `GET` and `POST /link/{skill}/authorize`: the page on which a customer links an account.
//!
//! The server keeps nothing of a page that was shown. Its form has the request again, and a digest of that
//! request with a random value of a cookie: only the browser that was shown the form can send it, and only
//! for the same request.

use std::sync::Arc;

use axum::{
    extract::{Path, RawQuery, Request, State, rejection::PathRejection},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{HttpState, MAX_FORM, Peer, Server, fault, metrics, place};
use crate::{
    channels::{
        http::{body::read_body, request::Seat},
        link::{Answer, Authorization, Form, Linked, Notice, Unfit, policy, render, render_end},
    },
    commerce::linking::{Asking, SECRET_LENGTH},
};

/// The longest linking code that is looked at, in bytes.
const MAX_CODE: usize = 64;

const NOT_HERE: &str = "No accounts are linked to a shop of that name here.";

/// The page on which a customer links an account.
#[utoipa::path(get, path = "/link/{skill}/authorize", tag = "linking",
    params(("skill" = String, Path, description = "the identifier of the skill's skill.toml"),
           ("response_type" = String, Query, description = "`code`"),
           ("client_id" = String, Query, description = "a client of the settings"),
           ("redirect_uri" = String, Query, description = "one of the client's, letter by letter"),
           ("state" = Option<String>, Query, description = "comes back as it is"),
           ("scope" = Option<String>, Query, description = "`household` or nothing"),
           ("code_challenge" = Option<String>, Query, description = "RFC 7636; a must for clients without a secret"),
           ("code_challenge_method" = Option<String>, Query, description = "`S256`")),
    responses(
        (status = 200, description = "a form for the linking code", body = String, content_type = "text/html"),
        (status = 303, description = "back to the client with an error of RFC 6749"),
        (status = 400, description = "client or redirect address are not known", body = String, content_type = "text/html"),
        (status = 404, description = "no accounts are linked to such a skill here", body = String, content_type = "text/html"),
        (status = 504, description = "it took too long", body = super::ErrorBody),
    ))]
pub async fn show(
    State(state): State<Arc<HttpState>>,
    name: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let Some(server) = Server::of(&state, name) else { return end(StatusCode::NOT_FOUND, NOT_HERE) };
    let query = query.unwrap_or_default();
    let form = Form::parse(query.as_bytes()).filter(|_| query.len() <= MAX_FORM).unwrap_or_default();
    match Authorization::read(&server.linked, &form) {
        Ok(asked) => page(&server, &asked, &headers, StatusCode::OK, None),
        Err(unfit) => refuse(unfit),
    }
}

/// The customer's answer.
#[utoipa::path(post, path = "/link/{skill}/authorize", tag = "linking",
    params(("skill" = String, Path, description = "the identifier of the skill's skill.toml")),
    request_body(content = super::DecisionForm, content_type = "application/x-www-form-urlencoded",
        description = "the form of the page, at most 16 KiB"),
    responses(
        (status = 200, description = "never; a page comes with the status of what is wrong", body = String, content_type = "text/html"),
        (status = 303, description = "back to the client, with a code or an error of RFC 6749"),
        (status = 400, description = "the linking code is wrong, or the request is", body = String, content_type = "text/html"),
        (status = 403, description = "not the form that this browser was shown", body = String, content_type = "text/html"),
        (status = 404, description = "no accounts are linked to such a skill here", body = String, content_type = "text/html"),
        (status = 408, description = "the body came too slowly", body = super::ErrorBody),
        (status = 413, description = "the body is too large", body = super::ErrorBody),
        (status = 429, description = "too many wrong codes; see Retry-After", body = String, content_type = "text/html"),
        (status = 500, description = "something failed here", body = super::ErrorBody),
        (status = 503, description = "too much to do; see Retry-After", body = super::ErrorBody),
        (status = 504, description = "it took too long", body = super::ErrorBody),
    ))]
pub async fn decide(
    State(state): State<Arc<HttpState>>,
    name: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let Some(server) = Server::of(&state, name) else { return end(StatusCode::NOT_FOUND, NOT_HERE) };
    let (parts, body) = request.into_parts();
    let body = match read_body(&state, &parts.headers, body, MAX_FORM).await {
        Ok(body) => body,
        Err(error) => return error.into_response(),
    };
    let form = Form::parse(&body).unwrap_or_default();
    let asked = match Authorization::read(&server.linked, &form) {
        Ok(asked) => asked,
        Err(unfit) => return refuse(unfit),
    };
    let seats = server.skill.seat().and_then(|seat| Ok((seat, Seat::take(&state)?)));
    let _seats = match seats {
        Ok(seats) => seats,
        Err(busy) => return busy.into_response(),
    };
    answer(&server, &asked, &form, &parts.headers, parts.extensions.get::<Peer>()).await
}

async fn answer(
    server: &Server,
    asked: &Authorization<'_>,
    form: &Form,
    headers: &HeaderMap,
    peer: Option<&Peer>,
) -> Response {
    let again = |status, notice| page(server, asked, headers, status, Some(notice));
    if !is_own(server, asked, form, headers) {
        metrics::count_link("stale_form");
        return again(StatusCode::FORBIDDEN, Notice::Stale);
    }
    if form.one("decision") != Ok(Some("link")) {
        metrics::count_link("denied");
        let denied = Answer::Error("access_denied", "the customer did not give leave");
        return redirect(&asked.answer(&server.linked, denied));
    }
    let (attempts, place) = (&server.skill.attempts, place(peer, headers));
    if let Err(wait) = attempts.begin(place, server.linker.now()) {
        metrics::count_link("locked");
        let mut response = again(StatusCode::TOO_MANY_REQUESTS, Notice::Locked((wait.as_secs() + 59) / 60));
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
        return response;
    }
    let typed = form.one("code").ok().flatten().filter(|typed| typed.len() <= MAX_CODE).unwrap_or_default();
    let asking = Asking {
        client: &asked.client.id,
        redirect_uri: asked.redirect_uri,
        challenge: asked.challenge.as_deref(),
    };
    match server.linker.grant(&server.skill.shop, typed, asking).await {
        Err(error) => fault(&error).into_response(),
        Ok(None) => {
            metrics::count_link("wrong_code");
            again(StatusCode::BAD_REQUEST, Notice::WrongCode)
        }
        Ok(Some(code)) => {
            attempts.right(place);
            metrics::count_link("granted");
            redirect(&asked.answer(&server.linked, Answer::Code(code.expose())))
        }
    }
}

fn refuse(unfit: Unfit) -> Response {
    match unfit {
        Unfit::Page(sentence) => end(StatusCode::BAD_REQUEST, sentence),
        Unfit::Redirect(location) => redirect(&location),
    }
}

/// 303, so that a browser does not post the form to the client (RFC 9700, section 4.12).
fn redirect(location: &str) -> Response {
    match HeaderValue::try_from(location) {
        Ok(location) => {
            guarded((StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(), None)
        }
        Err(_) => super::ApiError::fault().into_response(),
    }
}

fn end(status: StatusCode, sentence: &str) -> Response {
    let html = render_end("The account cannot be linked", sentence);
    guarded((status, Html(html)).into_response(), None)
}

/// The page with its form, for this browser alone.
fn page(
    server: &Server,
    asked: &Authorization<'_>,
    headers: &HeaderMap,
    status: StatusCode,
    notice: Option<Notice>,
) -> Response {
    let linked = &server.linked;
    let known = cookie(linked, headers).map(str::to_owned);
    let secret = known.clone().unwrap_or_else(|| server.linker.nonce().expose().to_owned());
    let html = render(linked, asked, &digest(server, asked, &secret), notice);
    let mut response = guarded((status, Html(html)).into_response(), Some(asked.redirect_uri));
    let secure = if linked.is_secure() { "; Secure" } else { "" };
    let value =
        format!("{}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=3600{secure}", cookie_name(linked));
    if let Ok(value) = HeaderValue::try_from(value) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

/// What keeps a page out of frames, caches and other sites' hands.
fn guarded(mut response: Response, back: Option<&str>) -> Response {
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::try_from(policy(back)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::PRAGMA, "no-cache"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // The address has the state; no other site is told of it, and ours still gets an `Origin`.
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// With the prefix, no neighbour of this host can set the cookie.
fn cookie_name(linked: &Linked) -> &'static str {
    if linked.is_secure() { "__Host-sayso-link" } else { "sayso-link" }
}

fn cookie<'a>(linked: &Linked, headers: &'a HeaderMap) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(name, _)| *name == cookie_name(linked))?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    (value.len() == SECRET_LENGTH && value.bytes().all(plain)).then_some(value)
}

/// Ties a form to a browser and to what was asked.
fn digest(server: &Server, asked: &Authorization<'_>, secret: &str) -> String {
    let mut hash = Sha256::new();
    let shop = ("shop", server.skill.shop.as_str());
    for (name, value) in [("cookie", secret), shop].into_iter().chain(asked.fields()) {
        hash.update(format!("{name} {} {value}\n", value.len()));
    }
    BASE64_URL_SAFE_NO_PAD.encode(hash.finalize())
}

/// Whether this browser was shown this form.
fn is_own(server: &Server, asked: &Authorization<'_>, form: &Form, headers: &HeaderMap) -> bool {
    let other_site = headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin");
    let mut origins = headers.get_all(header::ORIGIN).iter();
    if other_site || origins.any(|origin| origin != server.linked.origin()) {
        return false;
    }
    let Some(secret) = cookie(&server.linked, headers) else { return false };
    let sent = form.one("csrf").ok().flatten().unwrap_or_default();
    bool::from(digest(server, asked, secret).as_bytes().ct_eq(sent.as_bytes()))
}
