//! How often a linking code may be tried. A code has 60 random bits, so nobody guesses one; this keeps
//! those who try anyway from costing much.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};

/// Wrong codes from one place before there is a pause. There is no bound for all places together: by that anybody could
/// lock everybody out.
const OF_PLACE: u32 = 10;
/// Tries are counted for so long from the first, and a pause lasts as long.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// The most places that are remembered; with more, the oldest is forgotten.
const MAX_PLACES: usize = 4_096;

/// Where somebody asks from: an address, or for IPv6 the network of one customer (64 bits).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place(IpAddr);

impl From<IpAddr> for Place {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() & !u128::from(u64::MAX))),
            four => four,
        })
    }
}

#[derive(Debug, Clone, Copy)]
struct Count {
    tries: u32,
    since: Timestamp,
}

impl Count {
    fn new(now: Timestamp) -> Self {
        Self { tries: 0, since: now }
    }

    /// The time until the next try, when there was one too many.
    fn pause(&self, now: Timestamp) -> Option<SignedDuration> {
        let left = WINDOW - now.duration_since(self.since);
        (self.tries >= OF_PLACE && left.is_positive()).then_some(left)
    }

    /// One try more; the one that reaches the bound begins the pause.
    fn add(&mut self, now: Timestamp) {
        if now.duration_since(self.since) >= WINDOW {
            *self = Self::new(now);
        }
        self.tries += 1;
        if self.tries >= OF_PLACE {
            self.since = now;
        }
    }
}

/// The tries of one skill. Kept in memory: a restart forgets them.
#[derive(Debug, Default)]
pub struct Attempts(Mutex<HashMap<Place, Count>>);

impl Attempts {
    /// Counts a try before its code is looked at, so that many at once are not more than are allowed.
    ///
    /// # Errors
    /// How long to wait.
    pub fn begin(&self, place: Place, now: Timestamp) -> Result<(), SignedDuration> {
        let mut places = self.lock();
        if places.len() >= MAX_PLACES && !places.contains_key(&place) {
            let oldest = places.iter().min_by_key(|(_, count)| count.since).map(|(place, _)| *place);
            oldest.map(|oldest| places.remove(&oldest));
        }
        let here = places.entry(place).or_insert_with(|| Count::new(now));
        if let Some(wait) = here.pause(now) {
            return Err(wait);
        }
        here.add(now);
        Ok(())
    }

    /// The code was right: the place starts afresh.
    pub fn right(&self, place: Place) {
        self.lock().remove(&place);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Place, Count>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    fn place(text: &str) -> Place {
        text.parse::<IpAddr>().unwrap().into()
    }

    #[test]
    fn ten_wrong_codes_from_one_place_end_in_a_pause_that_ends() {
        let (attempts, here) = (Attempts::default(), place("192.0.2.1"));
        for try_ in 0..10 {
            assert_eq!(attempts.begin(here, at(try_)), Ok(()), "{try_}");
        }
        assert_eq!(attempts.begin(here, at(10)), Err(SignedDuration::from_secs(15 * 60 - 1)));
        assert_eq!(attempts.begin(place("192.0.2.2"), at(10)), Ok(()), "another place is not locked");
        assert_eq!(attempts.begin(here, at(9 + 15 * 60)), Ok(()));
        attempts.right(here);
        assert_eq!(attempts.begin(here, at(10 + 15 * 60)), Ok(()));
    }

    #[test]
    fn wrong_codes_from_however_many_places_lock_nobody_else_out() {
        let attempts = Attempts::default();
        for n in 0..10_000_u32 {
            let here = Place::from(IpAddr::from((0x0a00_0000 + n).to_be_bytes()));
            assert_eq!(attempts.begin(here, at(0)), Ok(()), "{n}");
        }
        assert_eq!(attempts.begin(place("192.0.2.1"), at(1)), Ok(()));
        assert!(attempts.lock().len() <= MAX_PLACES);
    }

    #[test]
    fn a_customer_of_ipv6_is_one_place() {
        assert_eq!(place("2001:db8::1"), place("2001:db8::ffff:1"));
        assert_ne!(place("2001:db8::1"), place("2001:db8:0:1::1"));
        assert_eq!(place("::ffff:192.0.2.1"), place("192.0.2.1"));
    }
}
