//! The recent replies, for `GET /v1/turns/{id}`.

use std::{
    collections::{HashMap, VecDeque},
    sync::Mutex,
    time::{Duration, Instant},
};

use axum::body::Bytes;
use uuid::Uuid;

use crate::commerce::ShopId;

/// The most replies kept.
const MAX_COUNT: usize = 512;
/// How long one is kept.
const MAX_AGE: Duration = Duration::from_secs(600);

/// Replies as JSON under identifiers of 122 random bits: who does not know one cannot find it.
/// A reply is found only with the skill that gave it. Bounded in count and age; lost at the end of the process, as nothing depends on them.
#[derive(Debug, Default)]
pub struct Replies {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    by_id: HashMap<Uuid, (ShopId, Bytes)>,
    oldest_first: VecDeque<(Instant, Uuid)>,
}

impl Replies {
    /// Keeps a reply; its new identifier.
    pub fn keep(&self, shop: &ShopId, reply: Bytes, now: Instant) -> Uuid {
        let id = Uuid::new_v4();
        let mut kept = self.lock();
        kept.expire(now);
        if kept.oldest_first.len() >= MAX_COUNT {
            kept.drop_oldest();
        }
        kept.by_id.insert(id, (shop.clone(), reply));
        kept.oldest_first.push_back((now, id));
        id
    }

    /// A reply of that skill that is still kept.
    pub fn find(&self, shop: &ShopId, id: &Uuid, now: Instant) -> Option<Bytes> {
        let mut kept = self.lock();
        kept.expire(now);
        kept.by_id.get(id).filter(|(of, _)| of == shop).map(|(_, reply)| reply.clone())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().expect("no code that holds this lock can panic")
    }
}

impl Kept {
    fn expire(&mut self, now: Instant) {
        while self.oldest_first.front().is_some_and(|(at, _)| now.duration_since(*at) > MAX_AGE) {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        if let Some((_, id)) = self.oldest_first.pop_front() {
            self.by_id.remove(&id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop() -> ShopId {
        ShopId::new("household").unwrap()
    }

    #[test]
    fn a_reply_is_kept_for_ten_minutes_and_no_longer() {
        let (replies, start) = (Replies::default(), Instant::now());
        let id = replies.keep(&shop(), Bytes::from_static(b"one"), start);
        assert_eq!(replies.find(&shop(), &id, start + MAX_AGE).as_deref(), Some(b"one".as_slice()));
        assert_eq!(replies.find(&shop(), &id, start + MAX_AGE + Duration::from_secs(1)), None);
        assert!(replies.lock().by_id.is_empty());
    }

    #[test]
    fn the_oldest_reply_makes_room_when_too_many_are_kept() {
        let (replies, start) = (Replies::default(), Instant::now());
        let ids: Vec<_> = (0..=MAX_COUNT).map(|_| replies.keep(&shop(), Bytes::new(), start)).collect();
        assert_eq!(replies.lock().by_id.len(), MAX_COUNT);
        assert!(replies.find(&shop(), &ids[0], start).is_none());
        assert!(replies.find(&shop(), &ids[MAX_COUNT], start).is_some());
    }

    #[test]
    fn a_reply_is_found_only_with_the_skill_that_gave_it() {
        let (replies, start) = (Replies::default(), Instant::now());
        let id = replies.keep(&shop(), Bytes::new(), start);
        assert!(replies.find(&ShopId::new("coffee-bar").unwrap(), &id, start).is_none());
        assert!(replies.find(&shop(), &id, start).is_some());
    }
}
