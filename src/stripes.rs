//! Locks for more things than there are locks: things whose hash falls together share one. So the memory is bounded, and
//! two that have nothing to do with each other seldom wait.

use std::hash::{DefaultHasher, Hash, Hasher};

use tokio::sync::{Mutex, MutexGuard};

/// A fixed number of locks.
#[derive(Debug)]
pub struct Stripes(Box<[Mutex<()>]>);

impl Stripes {
    /// So many locks, at least one.
    pub fn new(count: usize) -> Self {
        Self((0..count.max(1)).map(|_| Mutex::new(())).collect())
    }

    /// Waits for the lock of a thing.
    pub async fn lock(&self, thing: &impl Hash) -> MutexGuard<'_, ()> {
        self.of(thing).lock().await
    }

    /// The lock of a thing, if it is free.
    pub fn try_lock(&self, thing: &impl Hash) -> Option<MutexGuard<'_, ()>> {
        self.of(thing).try_lock().ok()
    }

    fn of(&self, thing: &impl Hash) -> &Mutex<()> {
        let mut hasher = DefaultHasher::new();
        thing.hash(&mut hasher);
        let index = usize::try_from(hasher.finish() % self.0.len() as u64).unwrap_or(0);
        &self.0[index]
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;

    use super::*;

    #[tokio::test]
    async fn who_has_the_lock_of_a_thing_has_it_alone() {
        let stripes = Stripes::new(64);
        let first = stripes.lock(&("shop", 1)).await;
        let mut second = std::pin::pin!(stripes.lock(&("shop", 1)));
        assert!(stripes.try_lock(&("shop", 1)).is_none());
        let nobody = &mut std::task::Context::from_waker(std::task::Waker::noop());
        assert!(second.as_mut().poll(nobody).is_pending());
        drop(first);
        assert!(second.as_mut().poll(nobody).is_ready());
    }
}
