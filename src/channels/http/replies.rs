//! The recent replies, for `GET /v1/turns/{id}`.

use std::{
    collections::{HashMap, VecDeque},
    sync::Mutex,
    time::{Duration, Instant},
};

use axum::body::Bytes;
use uuid::Uuid;

/// The most replies that a server keeps, where it has few skills.
const MAX_COUNT: usize = 512;
/// What each skill may keep, of however many.
const LEAST_COUNT: usize = 32;
/// How long one is kept.
const MAX_AGE: Duration = Duration::from_secs(600);

/// Replies as JSON under identifiers of 122 random bits: who does not know one cannot find it.
/// Bounded in count and age; lost at the end of the process, as nothing depends on them. Each skill has its own.
#[derive(Debug)]
pub struct Replies {
    most: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    by_id: HashMap<Uuid, Bytes>,
    oldest_first: VecDeque<(Instant, Uuid)>,
}

impl Replies {
    /// The share of one of so many skills.
    pub fn of_skills(skills: usize) -> Self {
        Self { most: (MAX_COUNT / skills.max(1)).max(LEAST_COUNT), kept: Mutex::default() }
    }

    /// Keeps a reply; its new identifier.
    pub fn keep(&self, reply: Bytes, now: Instant) -> Uuid {
        let id = Uuid::new_v4();
        let mut kept = self.lock();
        kept.expire(now);
        if kept.oldest_first.len() >= self.most {
            kept.drop_oldest();
        }
        kept.by_id.insert(id, reply);
        kept.oldest_first.push_back((now, id));
        id
    }

    /// A reply that is still kept.
    pub fn find(&self, id: &Uuid, now: Instant) -> Option<Bytes> {
        let mut kept = self.lock();
        kept.expire(now);
        kept.by_id.get(id).cloned()
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

    #[test]
    fn a_reply_is_kept_for_ten_minutes_and_no_longer() {
        let (replies, start) = (Replies::of_skills(1), Instant::now());
        let id = replies.keep(Bytes::from_static(b"one"), start);
        assert_eq!(replies.find(&id, start + MAX_AGE).as_deref(), Some(b"one".as_slice()));
        assert_eq!(replies.find(&id, start + MAX_AGE + Duration::from_secs(1)), None);
        assert!(replies.lock().by_id.is_empty());
    }

    #[test]
    fn the_oldest_reply_makes_room_when_too_many_are_kept() {
        let (replies, start) = (Replies::of_skills(1), Instant::now());
        let ids: Vec<_> = (0..=MAX_COUNT).map(|_| replies.keep(Bytes::new(), start)).collect();
        assert_eq!(replies.lock().by_id.len(), MAX_COUNT);
        assert!(replies.find(&ids[0], start).is_none());
        assert!(replies.find(&ids[MAX_COUNT], start).is_some());
    }

    #[test]
    fn of_many_skills_each_keeps_some_replies() {
        let (replies, start) = (Replies::of_skills(200), Instant::now());
        let ids: Vec<_> = (0..=LEAST_COUNT).map(|_| replies.keep(Bytes::new(), start)).collect();
        assert!(replies.find(&ids[0], start).is_none());
        assert!(ids[1..].iter().all(|id| replies.find(id, start).is_some()));
    }
}
