//! What is equal is there once. A server has two hundred shops, and most begin with the same sentences and replies:
//! what is made of the same text is made once and shared, for as long as somebody has it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use sha2::{Digest, Sha256};

/// Things by the SHA-256 of what they are made of.
#[derive(Debug)]
pub struct Shared<T>(Mutex<BTreeMap<[u8; 32], Weak<T>>>);

impl<T> Shared<T> {
    /// None yet.
    pub const fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }

    /// What was made of these parts and is in use somewhere, or what `make` makes of them now. `make` must depend
    /// on nothing else.
    ///
    /// # Errors
    /// Those of `make`; then nothing is shared.
    pub fn of<E>(&self, parts: &[&[u8]], make: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        let mut digest = Sha256::new();
        for part in parts {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        let key: [u8; 32] = digest.finalize().into();
        let known = |all: &BTreeMap<[u8; 32], Weak<T>>| all.get(&key).and_then(Weak::upgrade);
        if let Some(found) = known(&self.0.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(found);
        }
        // Without the lock: others make other things meanwhile, and two may make the same.
        let made = Arc::new(make()?);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known(&all) {
            return Ok(found);
        }
        all.retain(|_, other| other.strong_count() > 0);
        all.insert(key, Arc::downgrade(&made));
        Ok(made)
    }
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[test]
    fn what_is_made_of_the_same_parts_is_one_thing_as_long_as_it_is_used() {
        let all = Shared::new();
        let make = |parts: &[&[u8]], n: u32| all.of(parts, || Ok::<_, Infallible>(n)).unwrap();
        let first = make(&[b"en", b"text"], 1);
        assert!(Arc::ptr_eq(&first, &make(&[b"en", b"text"], 2)));
        assert_eq!(*make(&[b"ent", b"ext"], 3), 3, "the same bytes in other parts");
        drop(first);
        assert_eq!(*make(&[b"en", b"text"], 4), 4, "nobody had it any more");
        assert_eq!(all.of(&[b"wrong"], || Err("no")), Err::<Arc<u32>, _>("no"));
    }
}
