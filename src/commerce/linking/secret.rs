//! What opens a household from elsewhere, and the hash by which it is remembered.

use std::fmt;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::commerce::ports::Entropy;

/// The length of a [`Secret`] in characters: 256 bits in base64url without padding.
pub const SECRET_LENGTH: usize = 43;

/// The SHA-256 of something that nobody can guess. It opens nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// The hash of a text from outside, `None` when it has not the form of a [`Secret`].
    pub fn of_secret(text: &str) -> Option<Self> {
        let fine = text.len() == SECRET_LENGTH
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        fine.then(|| Self::of(text))
    }

    /// For a store.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash")
    }
}

/// 256 random bits: an authorization code or a token. Its text is shown once, to whom it belongs.
#[derive(Debug, Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// A fresh one.
    pub fn fresh(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        Self(BASE64_URL_SAFE_NO_PAD.encode(bytes).into())
    }

    /// Its text.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// What is remembered of it.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(self.expose())
    }
}

/// Digits and capitals that are told apart when they are read aloud or written by hand.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many of them a linking code has: 60 bits.
const LENGTH: usize = 12;
/// The longest text that is looked at as a linking code, in bytes.
const MAX_TYPED: usize = 64;

/// What a customer types once to prove that they belong to a household: `7KQF-2M9X-PWTB`, 60 random bits.
#[derive(Clone)]
pub struct LinkCode(SecretString);

impl LinkCode {
    /// A fresh one.
    pub fn fresh(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 8];
        entropy.fill(&mut bytes);
        let number = u64::from_le_bytes(bytes);
        let symbol = |at: usize| char::from(SYMBOLS[usize::try_from(number >> (5 * at) & 31).unwrap_or(0)]);
        Self((0..LENGTH).map(symbol).collect::<String>().into())
    }

    /// What somebody typed: small letters, spaces and hyphens do not matter, O is 0, I and L are 1.
    pub fn read(typed: &str) -> Option<Self> {
        if typed.len() > MAX_TYPED {
            return None;
        }
        let kept = typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '—' | '.'));
        let plain: String = kept
            .map(|c| match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            })
            .collect();
        let fine = plain.len() == LENGTH && plain.bytes().all(|b| SYMBOLS.contains(&b));
        fine.then(|| Self(plain.into()))
    }

    /// As it is shown, in groups of four.
    pub fn expose(&self) -> String {
        let text = self.0.expose_secret();
        [&text[..4], &text[4..8], &text[8..]].join("-")
    }

    /// What is remembered of it.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(self.0.expose_secret())
    }
}

impl fmt::Debug for LinkCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkCode")
    }
}

/// The S256 challenge of a code verifier (RFC 7636, section 4.2).
pub fn challenge_of(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Same(u8);

    impl Entropy for Same {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn a_linking_code_is_read_however_it_was_written_down() {
        let code = LinkCode::fresh(&Same(0x42));
        let shown = code.expose();
        assert_eq!(shown.len(), 14, "{shown}");
        for typed in [shown.clone(), shown.to_lowercase(), shown.replace('-', " "), shown.replace('-', "")] {
            assert_eq!(LinkCode::read(&typed).unwrap().hash(), code.hash(), "{typed}");
        }
        let (one, other) = (LinkCode::read("O1l0-0000-0000"), LinkCode::read("0110-0000-0000"));
        assert_eq!(one.unwrap().hash(), other.unwrap().hash());
        for wrong in ["", "7KQF-2M9X", "7KQF-2M9X-PWTU", "7KQF-2M9X-PWTBB", "ÄKQF-2M9X-PWT", &"7".repeat(100)]
        {
            assert!(LinkCode::read(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn what_opens_a_household_is_shown_in_no_log() {
        let (secret, code) = (Secret::fresh(&Same(7)), LinkCode::fresh(&Same(7)));
        let logged = format!("{secret:?} {code:?} {:?}", secret.hash());
        assert!(!logged.contains(secret.expose()) && !logged.contains(&code.expose()), "{logged}");
        assert_eq!(secret.expose().len(), SECRET_LENGTH);
    }

    #[test]
    fn the_challenge_is_that_of_the_rfcs_own_example() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge_of(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
