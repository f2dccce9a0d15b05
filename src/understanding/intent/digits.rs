//! Digits, which may be a PIN.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Digits said one by one. They may be a PIN: neither `Debug` nor `Display` shows them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digits(String);

impl Digits {
    /// `None` unless it is 1 to 12 ASCII digits.
    pub fn new(text: &str) -> Option<Self> {
        let fine = (1..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        fine.then(|| Self(text.to_owned()))
    }

    /// The digits themselves. Never log them.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digits({})", "•".repeat(self.0.len()))
    }
}
