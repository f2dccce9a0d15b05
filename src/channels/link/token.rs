//! What a client asks of the token endpoint, and the errors of RFC 6749, section 5.2.

use super::{Client, Form, authorize::SCOPE};

/// The longest value that is looked at, in bytes; codes and tokens of ours have 43.
const MAX_VALUE: usize = 512;

/// Why a request of a client is refused, with a word for its developer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenError {
    /// Malformed, or something is missing, or there twice.
    InvalidRequest(&'static str),
    /// The client is unknown, or its proof is missing or wrong.
    InvalidClient,
    /// The code or the refresh token is worth nothing, or belongs to somebody else.
    InvalidGrant,
    /// There is no such grant here.
    UnsupportedGrantType,
    /// More than was granted, or unknown.
    InvalidScope,
}

impl TokenError {
    /// The name in the RFC.
    pub fn name(self) -> &'static str {
        match self {
            Self::InvalidRequest(_) => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
        }
    }

    /// A sentence; it names nothing that was sent.
    pub fn description(self) -> &'static str {
        match self {
            Self::InvalidRequest(what) => what,
            Self::InvalidClient => "the client is unknown, or its secret is missing or wrong",
            Self::InvalidGrant => "the code or token is unknown, used, expired, or bound to something else",
            Self::UnsupportedGrantType => {
                "authorization_code and refresh_token are the grants that there are"
            }
            Self::InvalidScope => "household is the only scope",
        }
    }
}

impl From<&'static str> for TokenError {
    /// A field that is there twice.
    fn from(_: &'static str) -> Self {
        Self::InvalidRequest("a parameter is there more than once")
    }
}

pub(super) fn no_client() -> TokenError {
    TokenError::InvalidClient
}

/// What a client asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Asked<'a> {
    /// The first tokens of a link.
    Code {
        /// The authorization code.
        code: &'a str,
        /// Where it was sent.
        redirect_uri: &'a str,
        /// The code verifier of RFC 7636.
        verifier: Option<&'a str>,
    },
    /// New tokens.
    Refresh(&'a str),
}

impl<'a> Asked<'a> {
    /// Reads a request of a client that is proved.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn read(form: &'a Form, client: &Client) -> Result<Self, TokenError> {
        let kind = form.one("grant_type")?.ok_or(TokenError::InvalidRequest("grant_type is missing"))?;
        match kind {
            "authorization_code" => {
                let verifier = form.one("code_verifier")?;
                if verifier.is_some_and(|verifier| !is_verifier(verifier)) {
                    return Err(TokenError::InvalidRequest("code_verifier is malformed"));
                }
                if client.secret.is_none() && verifier.is_none() {
                    return Err(TokenError::InvalidRequest("code_verifier is missing"));
                }
                let code = needed(form, "code", "code is missing or too long")?;
                let redirect_uri = needed(form, "redirect_uri", "redirect_uri is missing or too long")?;
                Ok(Self::Code { code, redirect_uri, verifier })
            }
            "refresh_token" => {
                let token = needed(form, "refresh_token", "refresh_token is missing or too long")?;
                match form.one("scope")? {
                    None | Some(SCOPE) => Ok(Self::Refresh(token)),
                    Some(_) => Err(TokenError::InvalidScope),
                }
            }
            _ => Err(TokenError::UnsupportedGrantType),
        }
    }

    /// The token that a client wants to be revoked (RFC 7009). The hint is not needed.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn read_revocation(form: &'a Form) -> Result<&'a str, TokenError> {
        form.one("token_type_hint")?;
        needed(form, "token", "token is missing or too long")
    }
}

fn needed<'a>(form: &'a Form, name: &'static str, problem: &'static str) -> Result<&'a str, TokenError> {
    form.one(name)?.filter(|value| value.len() <= MAX_VALUE).ok_or(TokenError::InvalidRequest(problem))
}

/// RFC 7636, section 4.1.
fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
}
