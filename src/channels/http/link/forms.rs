//! What is posted, described for `/openapi.json`. The forms are read by hand, with bounds (`channels::link`).

#![expect(dead_code, reason = "descriptions of what is read by hand")]

use utoipa::ToSchema;

/// A request for tokens. The client proves itself by HTTP Basic or by `client_id` and `client_secret`.
#[derive(ToSchema)]
pub struct TokenForm {
    /// `authorization_code`, or `refresh_token`.
    #[schema(example = "refresh_token", pattern = "^(authorization_code|refresh_token)$")]
    grant_type: String,
    /// With `authorization_code`: the code.
    code: Option<String>,
    /// With `authorization_code`: where the code was sent.
    redirect_uri: Option<String>,
    /// With `authorization_code`, where there was a challenge: RFC 7636, section 4.1.
    #[schema(min_length = 43, max_length = 128)]
    code_verifier: Option<String>,
    /// With `refresh_token`: the token.
    refresh_token: Option<String>,
    /// With `refresh_token`: `household` or nothing.
    scope: Option<String>,
    /// Who asks.
    client_id: Option<String>,
    /// What proves it.
    client_secret: Option<String>,
}

/// A token that is to open nothing any more. The client proves itself as for tokens.
#[derive(ToSchema)]
pub struct RevocationForm {
    /// An access token or a refresh token.
    token: String,
    /// Taken and ignored.
    token_type_hint: Option<String>,
    /// Who asks.
    client_id: Option<String>,
    /// What proves it.
    client_secret: Option<String>,
}

/// The form of the page: the request again, and the customer's answer to it.
#[derive(ToSchema)]
pub struct DecisionForm {
    /// `code`.
    #[schema(pattern = "^code$")]
    response_type: String,
    /// A client of the settings.
    client_id: String,
    /// One of the client's, letter by letter.
    redirect_uri: String,
    /// Comes back as it is.
    state: Option<String>,
    /// RFC 7636; a must for clients without a secret.
    code_challenge: Option<String>,
    /// `S256`.
    code_challenge_method: Option<String>,
    /// What ties the form to the browser that was shown it.
    csrf: String,
    /// `link`; anything else takes the customer back without a code.
    decision: Option<String>,
    /// The linking code, as it was typed.
    code: Option<String>,
}
