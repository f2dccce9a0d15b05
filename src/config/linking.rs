//! `[skill.ID.linking]`: the platforms that may link accounts to households of a skill.

use std::{collections::BTreeMap, io::Read as _, path::Path};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::{SettingsError, keys::Blame};

/// The most clients of a skill, and the most redirect addresses of a client.
const MAX_CLIENTS: usize = 16;
/// The longest redirect address, in bytes.
const MAX_URI: usize = 512;
/// The largest file with a secret, in bytes.
const MAX_SECRET_FILE: u64 = 4 * 1024;
/// The longest time for which a replaced refresh token may come again, in seconds.
const MAX_OVERLAP: u32 = 86_400;

/// Not yet checked.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawLinking {
    clients: BTreeMap<String, RawClient>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawClient {
    name: Option<String>,
    secret: Option<String>,
    secret_file: Option<std::path::PathBuf>,
    redirect_uris: Vec<String>,
    refresh_overlap_seconds: Option<u32>,
}

/// A platform that may link accounts: an OAuth client.
#[derive(Debug, Clone)]
pub struct LinkClient {
    /// Its identifier, which the platform's console is told.
    pub id: String,
    /// What customers read on the page; without it the identifier.
    pub name: String,
    /// What proves it. A client without one is public, and has to use PKCE.
    pub secret: Option<SecretString>,
    /// Where its customers may be sent back to, compared letter by letter.
    pub redirect_uris: Vec<String>,
    /// For so long a replaced refresh token may come again while its successors are unused.
    pub refresh_overlap: std::time::Duration,
}

/// The clients of a skill, at least one.
pub(super) fn check(key: &str, raw: RawLinking, blame: &Blame<'_>) -> Result<Vec<LinkClient>, SettingsError> {
    if raw.clients.is_empty() || raw.clients.len() > MAX_CLIENTS {
        let problem = format!("1 to {MAX_CLIENTS} clients are needed, each a table [{key}.clients.ID]");
        return Err(blame.bad(key, &problem));
    }
    raw.clients.into_iter().map(|(id, raw)| client(&format!("{key}.clients.{id}"), id, raw, blame)).collect()
}

fn client(key: &str, id: String, raw: RawClient, blame: &Blame<'_>) -> Result<LinkClient, SettingsError> {
    let of = |name: &str| format!("{key}.{name}");
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    if !(1..=64).contains(&id.len()) || !id.bytes().all(plain) {
        return Err(blame.bad(key, "a client's identifier is 1 to 64 letters, digits, '.', '_' or '-'"));
    }
    let name = raw.name.unwrap_or_else(|| id.clone());
    if name.trim().is_empty() || name.chars().count() > 60 {
        return Err(blame.bad(&of("name"), "1 to 60 characters are needed"));
    }
    let secret = secret(key, raw.secret, raw.secret_file.as_deref(), blame)?;
    if raw.redirect_uris.is_empty() || raw.redirect_uris.len() > MAX_CLIENTS {
        let problem =
            format!("1 to {MAX_CLIENTS} addresses are needed, as the platform's console shows them");
        return Err(blame.bad(&of("redirect_uris"), &problem));
    }
    if let Some(wrong) = raw.redirect_uris.iter().find(|uri| !is_redirect(uri)) {
        let problem = format!(
            "{wrong} is no address with https (or http on this machine) and without a fragment, \
             of at most {MAX_URI} bytes"
        );
        return Err(blame.bad(&of("redirect_uris"), &problem));
    }
    let overlap = raw.refresh_overlap_seconds.unwrap_or(0);
    if overlap > MAX_OVERLAP {
        let problem = format!("a number from 0 to {MAX_OVERLAP} is needed");
        return Err(blame.bad(&of("refresh_overlap_seconds"), &problem));
    }
    let refresh_overlap = std::time::Duration::from_secs(overlap.into());
    Ok(LinkClient { id, name, secret, redirect_uris: raw.redirect_uris, refresh_overlap })
}

fn secret(
    key: &str,
    written: Option<String>,
    file: Option<&Path>,
    blame: &Blame<'_>,
) -> Result<Option<SecretString>, SettingsError> {
    let (key, text) = match (written, file) {
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => {
            return Err(blame.bad(&format!("{key}.secret"), "`secret` or `secret_file`, not both"));
        }
        (Some(text), None) => (format!("{key}.secret"), SecretString::from(text)),
        (None, Some(file)) => {
            let key = format!("{key}.secret_file");
            let read = std::fs::File::open(file).and_then(|file| {
                let mut text = String::new();
                file.take(MAX_SECRET_FILE).read_to_string(&mut text).map(|_| text)
            });
            let text = read.map_err(|error| blame.bad(&key, &format!("{}: {error}", file.display())))?;
            (key, SecretString::from(text.trim_end().to_owned()))
        }
    };
    let plain = text.expose_secret();
    // '%' and '+' would be another secret to a client that encodes it for HTTP Basic (RFC 6749, 2.3.1)
    // and to one that does not.
    let fine = (24..=256).contains(&plain.len())
        && plain.bytes().all(|b| b.is_ascii_graphic() && b != b'%' && b != b'+');
    if fine {
        return Ok(Some(text));
    }
    Err(blame.bad(&key, "24 to 256 letters, digits and signs but % and +, without spaces, are needed"))
}

/// Plain `http` only where nothing leaves the machine.
fn is_redirect(uri: &str) -> bool {
    let graphic =
        uri.len() <= MAX_URI && uri.bytes().all(|b| b.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&b));
    let Some(url) = reqwest::Url::parse(uri).ok().filter(|_| graphic) else { return false };
    let bare = url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    bare && is_safe(&url)
}

fn is_safe(url: &reqwest::Url) -> bool {
    let local = |host: &str| {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    };
    match (url.scheme(), url.host_str()) {
        ("https", Some(_)) => true,
        ("http", Some(host)) => local(host),
        _ => false,
    }
}

/// The address under which customers' browsers reach the server, without a slash at its end.
pub(super) fn check_public_url(text: &str, blame: &Blame<'_>) -> Result<String, SettingsError> {
    let origin = reqwest::Url::parse(text).ok().filter(|url| {
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        bare && url.username().is_empty() && url.password().is_none() && is_safe(url)
    });
    origin.map(|url| url.as_str().trim_end_matches('/').to_owned()).ok_or_else(|| {
        let problem = "an address such as https://shop.example is needed, with https and without a path";
        blame.bad("http.public_url", problem)
    })
}
