//! The household's PIN: a second factor for what is above the limit.
//!
//! Invariant: a PIN is never stored, logged or put into an error; only its argon2id hash is kept.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use jiff::SignedDuration;
use secrecy::{ExposeSecret, SecretString};

use super::{DeskError, OrderDesk};
use crate::commerce::{
    HouseholdId, IdempotencyKey, ShopId,
    household::{PIN_LOCK_SECONDS, PIN_TRIES, PinOutcome, PinProof},
    ports::Try,
};

/// What came of setting a PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinSet {
    /// It is set; wrong tries and a lock are forgotten.
    Set,
    /// It is not 4 to 8 digits.
    Malformed,
    /// The shop does not know the household.
    UnknownHousehold,
}

/// Whether a text has the shape of a PIN: 4 to 8 digits.
pub fn is_pin(text: &str) -> bool {
    (4..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl OrderDesk {
    /// Tries a PIN for the confirmation `key`. The [`PinProof`] is good for an order with that
    /// key only. A try is counted, durably, before it is looked at: [`PIN_TRIES`] wrong ones in
    /// a row lock the household for [`PIN_LOCK_SECONDS`], also when they come at the same time.
    /// What [is no PIN](is_pin) counts as a wrong one.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] for an unknown household, [`DeskError::Store`].
    pub async fn try_pin(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        pin: &str,
        key: &IdempotencyKey,
    ) -> Result<PinOutcome, DeskError> {
        let now = self.now();
        let until = now + SignedDuration::from_secs(PIN_LOCK_SECONDS);
        let store = &self.ports.store;
        let granted = store.begin_try(shop, household, PIN_TRIES, now, until).await?;
        let (hash, left) = match granted {
            None => return Err(DeskError::Invalid("unknown household".into())),
            Some(Try::NotSet) => return Ok(PinOutcome::NotSet),
            Some(Try::Locked { until }) => return Ok(PinOutcome::Locked { until }),
            Some(Try::Granted { hash, left }) => (hash, left),
        };
        if is_pin(pin) && self.matches(SecretString::from(pin), hash).await? {
            store.clear_tries(shop, household).await?;
            return Ok(PinOutcome::Right(PinProof::new(shop, household, key)));
        }
        Ok(if left == 0 { PinOutcome::Locked { until } } else { PinOutcome::Wrong { left } })
    }

    /// Sets the household's PIN.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub async fn set_pin(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        pin: SecretString,
    ) -> Result<PinSet, DeskError> {
        if !is_pin(pin.expose_secret()) {
            return Ok(PinSet::Malformed);
        }
        let hash = self.off_thread(move || hash(&pin)).await??;
        let known = self.ports.store.set_pin_hash(shop, household, &hash).await?;
        Ok(if known { PinSet::Set } else { PinSet::UnknownHousehold })
    }

    async fn matches(&self, pin: SecretString, hash: String) -> Result<bool, DeskError> {
        self.off_thread(move || {
            let hash = PasswordHash::new(&hash)
                .map_err(|_| DeskError::Store("a PIN's hash is unreadable".into()))?;
            Ok(Argon2::default().verify_password(pin.expose_secret().as_bytes(), &hash).is_ok())
        })
        .await?
    }

    /// Hashing takes tens of milliseconds, which would hold up every other conversation.
    async fn off_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, DeskError> {
        let _turn = self.hashing.acquire().await.map_err(|e| DeskError::Store(e.to_string()))?;
        tokio::task::spawn_blocking(work).await.map_err(|e| DeskError::Store(e.to_string()))
    }
}

/// Argon2id with 19 MiB, two passes and one lane: the least that OWASP's password storage
/// cheat sheet recommends, and a fraction of a second on a Raspberry Pi.
fn hash(pin: &SecretString) -> Result<String, DeskError> {
    let fault = |_| DeskError::Store("a PIN could not be hashed".into());
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|_| fault(()))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = argon2.hash_password(pin.expose_secret().as_bytes()).map_err(|_| fault(()))?;
    Ok(hash.to_string())
}
