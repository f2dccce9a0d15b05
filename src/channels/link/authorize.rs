//! The authorization request that a browser brings, and the answer that it takes back: RFC 6749,
//! sections 4.1.1 and 4.1.2, RFC 7636, RFC 9207.

use super::{Client, Form, Linked, form::encode};

/// The only scope: to speak for the household.
pub const SCOPE: &str = "household";

/// The longest `state` that is carried, in bytes; Amazon's have some hundred.
const MAX_STATE: usize = 4_096;

/// A request that is in order.
#[derive(Debug)]
pub struct Authorization<'a> {
    /// Who asks.
    pub client: &'a Client,
    /// Where the answer goes; it is one of the client's.
    pub redirect_uri: &'a str,
    /// What the client knows the request by.
    pub state: Option<String>,
    /// The S256 challenge, if there is one.
    pub challenge: Option<String>,
}

/// A request that is not in order.
#[derive(Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is not certain who asked, or where the answer would go: only the customer is told.
    Page(&'static str),
    /// The client is told, at this address.
    Redirect(String),
}

/// What is answered.
#[derive(Debug, Clone, Copy)]
pub enum Answer<'a> {
    /// An authorization code.
    Code(&'a str),
    /// An error of RFC 6749, section 4.1.2.1, with a word for the client's developer.
    Error(&'static str, &'static str),
}

impl<'a> Authorization<'a> {
    /// Reads a request.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn read(linked: &'a Linked, form: &Form) -> Result<Self, Unfit> {
        let client = form.one("client_id").ok().flatten();
        let client = client.and_then(|id| linked.clients.iter().find(|one| one.id.as_str() == id));
        let client =
            client.ok_or(Unfit::Page("The service that sent you here is not known to this shop."))?;
        let asked = form.one("redirect_uri").ok().flatten();
        let redirect_uri = asked.and_then(|uri| client.redirect_uris.iter().find(|known| *known == uri));
        let redirect_uri = redirect_uri.ok_or(Unfit::Page(
            "The address that you would be sent back to is not one that this shop knows.",
        ))?;
        let state = match form.one("state") {
            Ok(state) if state.is_none_or(|state| state.len() <= MAX_STATE) => state.map(str::to_owned),
            _ => return Err(Unfit::Page("The request that brought you here is not well-formed.")),
        };
        let mut this = Self { client, redirect_uri, state, challenge: None };
        match this.check(form) {
            Ok(challenge) => {
                this.challenge = challenge;
                Ok(this)
            }
            Err((error, about)) => Err(Unfit::Redirect(this.answer(linked, Answer::Error(error, about)))),
        }
    }

    /// The challenge, or the error for the client.
    fn check(&self, form: &Form) -> Result<Option<String>, (&'static str, &'static str)> {
        let invalid = |about| ("invalid_request", about);
        let one = |name| form.one(name).map_err(|_| invalid("a parameter is there more than once"));
        match one("response_type")? {
            Some("code") => {}
            None => return Err(invalid("response_type is missing")),
            Some(_) => return Err(("unsupported_response_type", "code is the only response type")),
        }
        if one("response_mode")?.is_some_and(|mode| mode != "query") {
            return Err(invalid("query is the only response mode"));
        }
        if one("scope")?.is_some_and(|scope| scope.split(' ').any(|one| one != SCOPE)) {
            return Err(("invalid_scope", "household is the only scope"));
        }
        match (one("code_challenge")?, one("code_challenge_method")?) {
            (Some(challenge), Some("S256")) if is_challenge(challenge) => Ok(Some(challenge.to_owned())),
            (Some(_), Some("S256")) => Err(invalid("code_challenge is malformed")),
            (Some(_), _) => Err(invalid("code_challenge_method has to be S256")),
            (None, Some(_)) => Err(invalid("code_challenge is missing")),
            (None, None) if self.client.secret.is_none() => Err(invalid("code_challenge is missing")),
            (None, None) => Ok(None),
        }
    }

    /// The address that the browser is sent back to with an answer. `iss` tells the client which server
    /// answered, so that it cannot be made to take the code to another (RFC 9207).
    pub fn answer(&self, linked: &Linked, answer: Answer<'_>) -> String {
        let mut fields = match answer {
            Answer::Code(code) => vec![("code", code)],
            Answer::Error(error, about) => vec![("error", error), ("error_description", about)],
        };
        fields.extend(self.state.as_deref().map(|state| ("state", state)));
        fields.push(("iss", &linked.issuer));
        let fields: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let join = if self.redirect_uri.contains('?') { '&' } else { '?' };
        format!("{}{join}{}", self.redirect_uri, fields.join("&"))
    }

    /// The fields that bring the same request again, for a form.
    pub fn fields(&self) -> Vec<(&'static str, &str)> {
        let mut fields = vec![
            ("response_type", "code"),
            ("client_id", self.client.id.as_str()),
            ("redirect_uri", self.redirect_uri),
        ];
        fields.extend(self.state.as_deref().map(|state| ("state", state)));
        if let Some(challenge) = &self.challenge {
            fields.extend([("code_challenge", challenge.as_str()), ("code_challenge_method", "S256")]);
        }
        fields
    }
}

/// A SHA-256 in base64url without padding.
fn is_challenge(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
