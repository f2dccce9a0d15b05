//! Who is heard next, and who is told at once that it would take too long. No clock, no threads:
//! every call says what time it is.
//!
//! Owners (skills) take turns, one utterance each, however many an owner has waiting. An
//! utterance is taken only when, by the pace measured so far, it and all who wait would be
//! answered in time. One who asks for little may push out one who waits in a longer row, but
//! only as long as that one can still be told within [`TELL_WITHIN`].

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// Who waits is told of a refusal within this time or is not refused for another's sake.
pub const TELL_WITHIN: Duration = Duration::from_secs(1);

/// Before anything was measured: computing time as a part of the sound's length.
const ASSUMED_PACE: f64 = 0.25;
/// Sound that is shorter takes as long as this: a model looks at no less.
const SHORTEST: Duration = Duration::from_secs(1);
/// How far a slower measurement moves the pace, and how far a faster one: who promises an
/// answer in time believes bad news sooner.
const SLOWER: f64 = 0.5;
const FASTER: f64 = 0.1;
/// The longest time that a refused caller is asked to stay away, in seconds.
const LONGEST_RETRY: u64 = 30;

/// One utterance in the queue.
pub type Id = u64;

/// An utterance that asks to be heard.
#[derive(Debug, Clone)]
pub struct Request {
    /// Who asks: a skill's name.
    pub owner: String,
    /// How long the sound is.
    pub sound: Duration,
    /// When its words are of no use any more.
    pub deadline: Instant,
}

/// What came of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may be computed now.
    Seated,
    /// It will be, or be told.
    Waiting,
    /// It would be too late; the same again has a chance after this time.
    Refused(Duration),
}

#[derive(Debug, Clone)]
struct Waiter {
    id: Id,
    sound: Duration,
    since: Instant,
    deadline: Instant,
}

#[derive(Debug, Clone)]
struct Share {
    owner: String,
    waiting: VecDeque<Waiter>,
}

#[derive(Debug, Clone)]
struct AtWork {
    id: Id,
    since: Instant,
    sound: Duration,
}

/// A fixed number of seats, and a bounded number of those who wait for one.
#[derive(Debug)]
pub struct Queue {
    seats: usize,
    bound: usize,
    pace: f64,
    at_work: Vec<AtWork>,
    /// Owners with somebody waiting; the first is next. No share is empty.
    ring: VecDeque<Share>,
    next: Id,
}

impl Queue {
    /// `seats` at work at once, `bound` waiting.
    pub fn new(seats: usize, bound: usize) -> Self {
        let (at_work, ring) = (Vec::new(), VecDeque::new());
        Self { seats: seats.max(1), bound, pace: ASSUMED_PACE, at_work, ring, next: 0 }
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        waiting(&self.ring)
    }

    /// How many are at work.
    pub fn at_work(&self) -> usize {
        self.at_work.len()
    }

    /// How long that much sound is expected to be computed.
    pub fn estimate(&self, sound: Duration) -> Duration {
        sound.max(SHORTEST).mul_f64(self.pace)
    }

    /// Whether something may be computed on which nobody waits: nobody else does either, a seat stays free
    /// beside it where there are several, and it is expected to take no longer than `most`.
    pub fn idle(&self, sound: Duration, most: Duration) -> bool {
        let kept = usize::from(self.seats > 1);
        self.ring.is_empty() && self.at_work.len() + kept < self.seats && self.estimate(sound) <= most
    }

    /// Asks for a seat. Also names those who waited and are refused in favour of this one, each
    /// with the time after which it may ask again.
    pub fn ask(&mut self, request: Request, now: Instant) -> (Id, Verdict, Vec<(Id, Duration)>) {
        let id = self.next;
        self.next += 1;
        let Request { owner, sound, deadline } = request;
        if self.at_work.len() < self.seats && self.ring.is_empty() {
            // With nothing in its way it is tried even against the estimate, which could
            // otherwise stay wrong for ever.
            if self.at_work.is_empty() || now + self.estimate(sound) <= deadline {
                self.at_work.push(AtWork { id, since: now, sound });
                return (id, Verdict::Seated, Vec::new());
            }
            return (id, Verdict::Refused(retry(now + self.estimate(sound) - deadline)), Vec::new());
        }
        let mut ring = self.ring.clone();
        let waiter = Waiter { id, sound, since: now, deadline };
        match ring.iter_mut().find(|share| share.owner == owner) {
            Some(share) => share.waiting.push_back(waiter),
            None => ring.push_back(Share { owner: owner.clone(), waiting: VecDeque::from([waiter]) }),
        }
        match self.make_room(&mut ring, &owner, now) {
            Ok(out) => {
                self.ring = ring;
                (id, Verdict::Waiting, out)
            }
            Err(after) => (id, Verdict::Refused(after), Vec::new()),
        }
    }

    /// An utterance was computed in `took`, which says something of the pace.
    pub fn measured(&mut self, sound: Duration, took: Duration) {
        let measured = took.as_secs_f64() / sound.max(SHORTEST).as_secs_f64();
        let weight = if measured > self.pace { SLOWER } else { FASTER };
        self.pace += (measured - self.pace) * weight;
    }

    /// An utterance is done, or nobody waits for it any more. What is to be told to whom.
    pub fn leave(&mut self, id: Id, now: Instant) -> Vec<(Id, Verdict)> {
        self.at_work.retain(|work| work.id != id);
        remove(&mut self.ring, id);
        let mut told = Vec::new();
        while self.at_work.len() < self.seats {
            let Some(next) = self.ring.front().and_then(|share| share.waiting.front()) else { break };
            // An estimate that was too good shows here: what cannot be in time any more would
            // only make the next one late too. It does not count as its owner's turn.
            let (late, end) = (next.id, now + self.estimate(next.sound));
            if end > next.deadline {
                told.push((late, Verdict::Refused(retry(end - next.deadline))));
                remove(&mut self.ring, late);
                continue;
            }
            let Some(waiter) = take_next(&mut self.ring) else { break };
            told.push((waiter.id, Verdict::Seated));
            self.at_work.push(AtWork { id: waiter.id, since: now, sound: waiter.sound });
        }
        told
    }

    /// Refuses others of longer rows until all are in time, or tells when to ask again.
    fn make_room(
        &self,
        ring: &mut VecDeque<Share>,
        owner: &str,
        now: Instant,
    ) -> Result<Vec<(Id, Duration)>, Duration> {
        let mut out = Vec::new();
        loop {
            let length = |name: &str| ring.iter().find(|s| s.owner == name).map_or(0, |s| s.waiting.len());
            let (mine, late) = (length(owner), self.first_late(ring, now));
            let (victim, after) = if waiting(ring) > self.bound {
                let longest = ring.iter().max_by_key(|share| share.waiting.len());
                let newest = longest.and_then(|s| Some((s.owner.clone(), s.waiting.back()?.clone())));
                (newest, retry(self.first_free(now) - now))
            } else {
                let Some((name, waiter, by)) = late else { return Ok(out) };
                (Some((name, waiter)), retry(by))
            };
            match victim {
                Some((name, waiter)) if length(&name) > mine && now < waiter.since + TELL_WITHIN => {
                    remove(ring, waiter.id);
                    out.push((waiter.id, after));
                }
                _ => return Err(after),
            }
        }
    }

    /// The first who would be late if all took as long as is expected, and by how much.
    fn first_late(&self, ring: &VecDeque<Share>, now: Instant) -> Option<(String, Waiter, Duration)> {
        let mut free = self.free_times(now);
        let mut ring = ring.clone();
        loop {
            let owner = ring.front()?.owner.clone();
            let waiter = take_next(&mut ring)?;
            let seat = free.iter_mut().min()?;
            *seat += self.estimate(waiter.sound);
            if *seat > waiter.deadline {
                let by = *seat - waiter.deadline;
                return Some((owner, waiter, by));
            }
        }
    }

    /// When each seat is expected to be free.
    fn free_times(&self, now: Instant) -> Vec<Instant> {
        let end = |work: &AtWork| (work.since + self.estimate(work.sound)).max(now);
        let mut times: Vec<_> = self.at_work.iter().map(end).collect();
        times.resize(self.seats.max(times.len()), now);
        times
    }

    fn first_free(&self, now: Instant) -> Instant {
        self.free_times(now).into_iter().min().unwrap_or(now)
    }
}

fn waiting(ring: &VecDeque<Share>) -> usize {
    ring.iter().map(|share| share.waiting.len()).sum()
}

/// The one whose turn it is; its owner goes to the end of the ring.
fn take_next(ring: &mut VecDeque<Share>) -> Option<Waiter> {
    let mut share = ring.pop_front()?;
    let waiter = share.waiting.pop_front();
    if !share.waiting.is_empty() {
        ring.push_back(share);
    }
    waiter
}

fn remove(ring: &mut VecDeque<Share>, id: Id) {
    for share in ring.iter_mut() {
        share.waiting.retain(|waiter| waiter.id != id);
    }
    ring.retain(|share| !share.waiting.is_empty());
}

/// Whole seconds, at least one.
fn retry(late: Duration) -> Duration {
    Duration::from_secs((late.as_secs_f64().ceil() as u64).clamp(1, LONGEST_RETRY))
}

#[cfg(test)]
mod tests;
