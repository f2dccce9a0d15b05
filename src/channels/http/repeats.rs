//! Requests of platforms that come twice: sent again because an answer was late, or replayed by somebody who
//! overheard them. The second gets the first one's answer, and no turn is run for it.
//!
//! This is for quick retries, and full within a second on a busy server. What must not be done twice does not depend on
//! it: a conversation knows the requests that it answered.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, Instant},
};

use axum::body::Bytes;
use sha2::{Digest, Sha256};
use tokio::sync::watch;

use crate::{commerce::ShopId, turn::Turn};

/// The most answers kept for one skill, and the most bytes of them.
const MAX_COUNT: usize = 2_048;
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// How long one is kept: Alexa's requests are valid for 150 seconds either way.
const MAX_AGE: Duration = Duration::from_secs(300);

type Key = [u8; 32];
type Answer = watch::Receiver<Option<Bytes>>;

/// The recent answers of every skill, each under the platform's identifier of its request and who asked where. Bounded in count, bytes
/// and age for each skill by itself; lost at the end of the process.
#[derive(Debug, Default)]
pub struct Repeats {
    kept: Mutex<HashMap<ShopId, Kept>>,
}

#[derive(Debug, Default)]
struct Kept {
    by_key: HashMap<Key, (Answer, usize)>,
    oldest_first: VecDeque<(Instant, Key)>,
    bytes: usize,
}

/// What a request is.
pub enum Place {
    /// The first of its name. Its answer belongs here.
    First(First),
    /// Not the first.
    Again(Again),
}

/// The right to answer. Dropped without an answer, the next of the same name is the first again.
pub struct First {
    repeats: Arc<Repeats>,
    shop: ShopId,
    key: Key,
    sender: watch::Sender<Option<Bytes>>,
}

/// The answer that another request gets, or got.
pub struct Again(Answer);

impl Repeats {
    /// The place of a request of this turn: the platform's identifier is its name, in the conversation and for the
    /// household of the turn. Whoever knows the identifier alone gets nobody's answer.
    pub fn place(self: &Arc<Self>, turn: &Turn, id: &str, now: Instant) -> Place {
        let shop = &turn.shop;
        let mut hash = Sha256::new();
        for part in [turn.channel, turn.household.as_str(), turn.session.as_str()] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        hash.update(id.as_bytes());
        let key: Key = hash.finalize().into();
        let mut all = self.lock();
        let kept = all.entry(shop.clone()).or_default();
        kept.expire(now);
        if let Some((answer, _)) = kept.by_key.get(&key) {
            // One whose work ended without an answer is as good as none.
            if answer.borrow().is_some() || answer.has_changed().is_ok() {
                return Place::Again(Again(answer.clone()));
            }
            kept.forget(&key);
        }
        if kept.oldest_first.len() >= MAX_COUNT {
            kept.drop_oldest();
        }
        let (sender, answer) = watch::channel(None);
        kept.by_key.insert(key, (answer, 0));
        kept.oldest_first.push_back((now, key));
        Place::First(First { repeats: self.clone(), shop: shop.clone(), key, sender })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ShopId, Kept>> {
        self.kept.lock().expect("no code that holds this lock can panic")
    }
}

impl First {
    /// Gives the answer to all that wait for it, and keeps it.
    pub fn answer(self, answer: Bytes) {
        let size = answer.len();
        self.sender.send_replace(Some(answer));
        let mut all = self.repeats.lock();
        let Some(kept) = all.get_mut(&self.shop) else { return };
        if let Some((_, bytes)) = kept.by_key.get_mut(&self.key) {
            *bytes = size;
            kept.bytes += size;
        }
        while kept.bytes > MAX_BYTES && kept.oldest_first.len() > 1 {
            kept.drop_oldest();
        }
    }
}

impl Again {
    /// The answer; `None` when the work for it ended without one.
    pub async fn answer(mut self) -> Option<Bytes> {
        self.0.wait_for(Option::is_some).await.ok().and_then(|answer| answer.clone())
    }
}

impl Kept {
    fn expire(&mut self, now: Instant) {
        while self.oldest_first.front().is_some_and(|(at, _)| now.duration_since(*at) > MAX_AGE) {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        if let Some((_, key)) = self.oldest_first.pop_front()
            && let Some((_, size)) = self.by_key.remove(&key)
        {
            self.bytes -= size;
        }
    }

    fn forget(&mut self, key: &Key) {
        if let Some((_, size)) = self.by_key.remove(key) {
            self.bytes -= size;
        }
        self.oldest_first.retain(|(_, other)| other != key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        commerce::{HouseholdId, SessionId},
        turn::Input,
    };

    fn turn_of(name: &str) -> Turn {
        Turn {
            shop: shop(name),
            household: HouseholdId::new("oak-street").unwrap(),
            session: SessionId::new("kitchen").unwrap(),
            locale: "en".into(),
            channel: "alexa",
            input: Input::Silence,
            request: None,
            stages: Vec::new(),
        }
    }

    fn shop(name: &str) -> ShopId {
        ShopId::new(name).unwrap()
    }

    fn first(repeats: &Arc<Repeats>, name: &str, id: &str, now: Instant) -> Option<First> {
        match repeats.place(&turn_of(name), id, now) {
            Place::First(first) => Some(first),
            Place::Again(_) => None,
        }
    }

    #[tokio::test]
    async fn a_request_that_comes_again_waits_for_the_answer_of_the_first() {
        let (repeats, now) = (Arc::new(Repeats::default()), Instant::now());
        let work = first(&repeats, "tea", "1", now).expect("the first");
        let Place::Again(early) = repeats.place(&turn_of("tea"), "1", now) else { panic!("the first") };
        let early = tokio::spawn(early.answer());
        work.answer(Bytes::from_static(b"one"));
        assert_eq!(early.await.unwrap().as_deref(), Some(b"one".as_slice()));
        let Place::Again(late) = repeats.place(&turn_of("tea"), "1", now) else { panic!("the first") };
        assert_eq!(late.answer().await.as_deref(), Some(b"one".as_slice()));
    }

    #[test]
    fn another_skill_platform_household_conversation_or_identifier_is_another_request() {
        let (repeats, now) = (Arc::new(Repeats::default()), Instant::now());
        first(&repeats, "tea", "1", now).unwrap().answer(Bytes::new());
        assert!(first(&repeats, "tea", "1", now).is_none());
        assert!(first(&repeats, "bread", "1", now).is_some());
        assert!(first(&repeats, "tea", "2", now).is_some());
        let cx = Turn { channel: "dialogflow-cx", ..turn_of("tea") };
        let neighbour = Turn { household: HouseholdId::new("elm-street").unwrap(), ..turn_of("tea") };
        let hall = Turn { session: SessionId::new("hall").unwrap(), ..turn_of("tea") };
        for other in [cx, neighbour, hall] {
            assert!(matches!(repeats.place(&other, "1", now), Place::First(_)), "{other:?}");
        }
    }

    #[tokio::test]
    async fn work_that_ends_without_an_answer_is_begun_anew() {
        let (repeats, now) = (Arc::new(Repeats::default()), Instant::now());
        let work = first(&repeats, "tea", "1", now).unwrap();
        let Place::Again(waiting) = repeats.place(&turn_of("tea"), "1", now) else { panic!("the first") };
        drop(work);
        assert_eq!(waiting.answer().await, None);
        assert!(first(&repeats, "tea", "1", now).is_some());
        assert_eq!(repeats.lock()[&shop("tea")].oldest_first.len(), 1);
    }

    #[test]
    fn answers_are_bounded_in_age_count_and_bytes_for_each_skill() {
        let (repeats, now) = (Arc::new(Repeats::default()), Instant::now());
        first(&repeats, "bread", "1", now).unwrap().answer(Bytes::new());
        for n in 0..=MAX_COUNT {
            first(&repeats, "tea", &n.to_string(), now).unwrap().answer(Bytes::from_static(b"x"));
        }
        assert!(first(&repeats, "tea", &MAX_COUNT.to_string(), now).is_none());
        assert_eq!(repeats.lock()[&shop("tea")].bytes, MAX_COUNT);
        assert!(first(&repeats, "tea", "0", now).is_some(), "the oldest made room");
        for n in 0..6 {
            let large = Bytes::from(vec![b' '; 1024 * 1024]);
            first(&repeats, "tea", &format!("large {n}"), now).unwrap().answer(large);
        }
        assert!(repeats.lock()[&shop("tea")].bytes <= MAX_BYTES);
        assert!(first(&repeats, "bread", "1", now).is_none(), "another skill keeps its own");
        assert!(first(&repeats, "bread", "1", now + MAX_AGE + Duration::from_secs(1)).is_some());
    }
}
