//! How skills are reached from Google's platforms.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{SettingsError, keys::Blame, sections::check_token};

/// `[skill.ID.dialogflow]` and `[skill.ID.actions]`, not yet checked.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawOnGoogle {
    household: Option<String>,
    link_scene: Option<String>,
    audience: Option<String>,
    email: Option<String>,
    header: Option<String>,
    secret: Option<String>,
    user: Option<String>,
    password: Option<String>,
}

/// A skill on a platform of Google: who speaks there, and who may ask. At least one proof is set.
#[derive(Debug, Clone)]
pub struct OnGoogle {
    /// The household for which everybody speaks who brings no token of a linked account; without it nobody does.
    pub household: Option<String>,
    /// The scene of an Actions project in which an account is linked.
    pub link_scene: Option<String>,
    /// The audience of Google's ID tokens.
    pub audience: Option<String>,
    /// The only service account whose token counts.
    pub email: Option<String>,
    /// A header's name, and the secret in it.
    pub header: Option<(String, SecretString)>,
    /// `user:password` for HTTP Basic.
    pub basic: Option<SecretString>,
}

/// Checks a section; `table` is its name, `linked` says whether accounts are linked to the skill's households.
pub(super) fn check(
    table: &str,
    raw: RawOnGoogle,
    linked: bool,
    blame: &Blame<'_>,
) -> Result<OnGoogle, SettingsError> {
    let bad = |key: &str, problem: &str| Err(blame.bad(&format!("{table}.{key}"), problem));
    if raw.household.is_none() && !linked {
        return bad(
            "household",
            "who speaks is needed: a household, or `[skill.ID.linking]` so that accounts say it",
        );
    }
    let scene = |name: &String| {
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.".contains(&b));
        (1..=100).contains(&name.len()) && plain
    };
    if raw.link_scene.as_ref().is_some_and(|name| !linked || !scene(name)) {
        return bad("link_scene", "a scene's name of the project, beside `[skill.ID.linking]`");
    }
    if raw.audience.as_ref().is_some_and(|audience| !graphic(audience)) {
        return bad("audience", "up to 512 letters, digits and signs without spaces");
    }
    if raw
        .email
        .as_ref()
        .is_some_and(|email| !graphic(email) || !email.contains('@') || raw.audience.is_none())
    {
        return bad("email", "the address of a service account, beside an `audience`");
    }
    let header = header(table, raw.header, raw.secret, blame)?;
    let basic = basic(table, raw.user, raw.password, blame)?;
    if raw.audience.is_none() && header.is_none() && basic.is_none() {
        return bad(
            "audience",
            "a proof of who asks is needed: `audience`, `header` and `secret`, or `user` and `password`",
        );
    }
    Ok(OnGoogle {
        household: raw.household,
        link_scene: raw.link_scene,
        audience: raw.audience,
        email: raw.email,
        header,
        basic,
    })
}

/// A header and the secret in it, both or neither.
fn header(
    table: &str,
    name: Option<String>,
    secret: Option<String>,
    blame: &Blame<'_>,
) -> Result<Option<(String, SecretString)>, SettingsError> {
    match (name, secret) {
        (None, None) => Ok(None),
        (Some(name), Some(secret)) if header_name(&name) => {
            let secret = SecretString::from(secret);
            check_token(&format!("{table}.secret"), &secret, blame)?;
            Ok(Some((name.to_ascii_lowercase(), secret)))
        }
        _ => {
            let problem = "a header's name, such as \"X-Agent-Secret\", and `secret` are needed together";
            Err(blame.bad(&format!("{table}.header"), problem))
        }
    }
}

/// A user and a password of HTTP Basic, both or neither.
fn basic(
    table: &str,
    user: Option<String>,
    password: Option<String>,
    blame: &Blame<'_>,
) -> Result<Option<SecretString>, SettingsError> {
    match (user, password) {
        (None, None) => Ok(None),
        (Some(user), Some(password)) if graphic(&user) && !user.contains(':') => {
            check_token(&format!("{table}.password"), &SecretString::from(password.clone()), blame)?;
            Ok(Some(SecretString::from(format!("{user}:{password}"))))
        }
        _ => {
            let problem = "a name without a colon and `password` are needed together";
            Err(blame.bad(&format!("{table}.user"), problem))
        }
    }
}

/// Letters, digits and signs without spaces.
fn graphic(text: &str) -> bool {
    (1..=512).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

/// A header of its own, not one that means something to others.
fn header_name(name: &str) -> bool {
    let taken = ["authorization", "host", "content-type", "content-length", "cookie", "connection"];
    (1..=64).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !taken.contains(&name.to_ascii_lowercase().as_str())
}
