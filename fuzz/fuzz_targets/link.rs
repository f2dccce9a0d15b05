//! What browsers and clients send to link an account: a form, and after a line feed the header `Authorization`.

#![no_main]

use std::{sync::LazyLock, time::Duration};

use axum::http::{HeaderMap, HeaderValue, header};
use libfuzzer_sys::fuzz_target;
use sayso::{
    channels::link::{Asked, Authorization, Client, Form, Linked, Unfit, authenticate, render},
    commerce::ClientId,
};

const BACK: &str = "https://pitangui.amazon.com/api/skill/link/M1";

static LINKED: LazyLock<Linked> = LazyLock::new(|| {
    let client = |id: &str, secret: Option<&str>| Client {
        id: ClientId::new(id).expect("an identifier"),
        name: id.into(),
        secret: secret.map(|secret| secret.to_owned().into()),
        redirect_uris: vec![BACK.into()],
        refresh_overlap: Duration::ZERO,
    };
    Linked {
        issuer: "https://shop.example/link/household".into(),
        title: "Corner <Shelf>".into(),
        clients: vec![client("alexa", Some("alexa-secret")), client("app", None)],
        unlinked: Vec::new(),
    }
});

fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.splitn(2, |byte| *byte == b'\n');
    let (body, given) = (parts.next().unwrap_or_default(), parts.next());
    let Some(form) = Form::parse(body) else { return };
    let mut headers = HeaderMap::new();
    if let Some(value) = given.and_then(|given| HeaderValue::from_bytes(given).ok()) {
        headers.insert(header::AUTHORIZATION, value);
    }
    if let Ok(client) = authenticate(&LINKED, &headers, &form) {
        let _ = Asked::read(&form, client);
        let _ = Asked::read_revocation(&form);
    }
    match Authorization::read(&LINKED, &form) {
        Ok(asked) => {
            let page = render(&LINKED, &asked, "0123456789", None);
            assert!(!page.contains("<script"), "what was typed is escaped");
        }
        Err(Unfit::Redirect(to)) => {
            assert!(
                to.starts_with(&format!("{BACK}?error=")) && to.parse::<axum::http::Uri>().is_ok(),
                "{to}"
            );
        }
        Err(Unfit::Page(_)) => {}
    }
});
