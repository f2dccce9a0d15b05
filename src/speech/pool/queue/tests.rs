//! What the queue promises, for any traffic, with a clock that the test moves.

use std::collections::{BTreeSet, HashMap};

use proptest::{prelude::*, test_runner::RngSeed};

use super::*;

fn seconds(n: f64) -> Duration {
    Duration::from_secs_f64(n)
}

/// An utterance of four seconds, a second's work before anything is measured.
fn request(owner: &str, deadline: Instant) -> Request {
    Request { owner: owner.into(), sound: seconds(4.0), deadline }
}

#[test]
fn skills_take_turns_however_much_one_of_them_asks() {
    let (mut queue, now) = (Queue::new(1, 64), Instant::now());
    let late = now + seconds(100.0);
    let mut owner = HashMap::new();
    let (first, ..) = queue.ask(request("greedy", late), now);
    for name in ["greedy"; 10].into_iter().chain(["modest", "shy", "modest"]) {
        let (id, verdict, _) = queue.ask(request(name, late), now);
        assert_eq!(verdict, Verdict::Waiting);
        owner.insert(id, name);
    }
    let (mut done, mut order) = (first, Vec::new());
    while let [(next, Verdict::Seated)] = queue.leave(done, now)[..] {
        order.push(owner[&next]);
        done = next;
    }
    assert_eq!(order[..6], ["greedy", "modest", "shy", "greedy", "modest", "greedy"]);
    assert_eq!(order.len(), 13);
}

#[test]
fn who_could_not_be_answered_in_time_is_told_at_once_and_when_to_come_back() {
    let (mut queue, now) = (Queue::new(1, 64), Instant::now());
    let soon = now + seconds(2.0);
    assert_eq!(queue.ask(request("a", soon), now).1, Verdict::Seated);
    assert_eq!(queue.ask(request("a", soon), now).1, Verdict::Waiting);
    assert_eq!(queue.ask(request("a", soon), now).1, Verdict::Refused(seconds(1.0)));
    let hurried = now + seconds(0.5);
    assert_eq!(queue.ask(request("a", hurried), now).1, Verdict::Refused(seconds(3.0)));
}

#[test]
fn more_than_the_bound_never_wait() {
    let (mut queue, now) = (Queue::new(1, 2), Instant::now());
    let late = now + seconds(100.0);
    let verdicts: Vec<_> = (0..4).map(|_| queue.ask(request("a", late), now).1).collect();
    let refused = Verdict::Refused(seconds(1.0));
    assert_eq!(verdicts, [Verdict::Seated, Verdict::Waiting, Verdict::Waiting, refused]);
}

#[test]
fn a_modest_skill_pushes_out_the_end_of_a_long_row_but_nobody_who_waited_a_second() {
    let (mut queue, now) = (Queue::new(1, 3), Instant::now());
    let late = now + seconds(100.0);
    let ids: Vec<_> = (0..4).map(|_| queue.ask(request("greedy", late), now).0).collect();
    let (_, verdict, out) = queue.ask(request("modest", late), now + seconds(0.5));
    assert_eq!((verdict, out), (Verdict::Waiting, vec![(ids[3], seconds(1.0))]));
    let (_, verdict, out) = queue.ask(request("shy", late), now + seconds(1.5));
    assert!(matches!(verdict, Verdict::Refused(_)) && out.is_empty());
}

#[test]
fn a_pace_that_was_measured_once_as_too_slow_for_all_does_not_stay_so() {
    let (mut queue, mut now) = (Queue::new(1, 4), Instant::now());
    queue.measured(seconds(1.0), seconds(1_000.0));
    for _ in 0..100 {
        let (id, verdict, _) = queue.ask(request("a", now + seconds(8.0)), now);
        assert_eq!(verdict, Verdict::Seated, "an idle recogniser tries");
        now += seconds(0.1);
        queue.measured(seconds(4.0), seconds(0.1));
        queue.leave(id, now);
    }
    assert!(queue.estimate(seconds(4.0)) < seconds(0.2));
}

/// What happens next in a made-up day.
#[derive(Debug, Clone)]
enum Event {
    /// Somebody of this skill asks: milliseconds of sound, and of patience beyond the work.
    Ask(u8, u16, u16),
    /// The one at work that is done first is done, after this part of what was expected.
    Done(f64),
    /// One who waits hangs up.
    HangUp(prop::sample::Index),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        4 => (0..5_u8, 200..10_000_u16, 0..8_000_u16).prop_map(|(o, s, p)| Event::Ask(o, s, p)),
        2 => (0.1..=1.0).prop_map(Event::Done),
        1 => any::<prop::sample::Index>().prop_map(Event::HangUp),
    ];
    prop::collection::vec(event, 1..150)
}

/// A day at the queue, and what the rules need to know of it.
struct Day {
    queue: Queue,
    now: Instant,
    seats: usize,
    owner: HashMap<Id, u8>,
    deadline: HashMap<Id, Instant>,
    /// Seated, with the latest end that the estimate allows.
    at_work: Vec<(Id, Instant)>,
    waiting: Vec<Id>,
    /// For each skill that waits: which others were seated since.
    overtaken: HashMap<u8, BTreeSet<u8>>,
    /// Somebody hung up, which can move a long utterance to an earlier turn.
    hung_up: bool,
}

impl Day {
    fn new(seats: usize, bound: usize) -> Self {
        let queue = Queue::new(seats, bound);
        let (owner, deadline) = (HashMap::new(), HashMap::new());
        let (at_work, waiting, overtaken) = (Vec::new(), Vec::new(), HashMap::new());
        let (now, hung_up) = (Instant::now(), false);
        Self { queue, now, seats, owner, deadline, at_work, waiting, overtaken, hung_up }
    }

    fn seat(&mut self, id: Id, end: Instant) {
        self.at_work.push((id, end));
        self.waiting.retain(|waiting| *waiting != id);
        let mine = self.owner[&id];
        self.overtaken.remove(&mine);
        let others: BTreeSet<_> = self.waiting.iter().map(|other| self.owner[other]).collect();
        for other in others.into_iter().filter(|other| *other != mine) {
            let first = self.overtaken.entry(other).or_default().insert(mine);
            assert!(first, "skill {mine} was heard twice while {other} waited");
        }
    }

    fn ask(&mut self, owner: u8, sound: u16, patience: u16) {
        let sound = Duration::from_millis(sound.into());
        let work = self.queue.estimate(sound);
        let deadline = self.now + work + Duration::from_millis(patience.into());
        let request = Request { owner: owner.to_string(), sound, deadline };
        let (id, verdict, out) = self.queue.ask(request, self.now);
        self.owner.insert(id, owner);
        self.deadline.insert(id, deadline);
        for (out, _) in &out {
            assert!(self.waiting.contains(out), "only who waits is pushed out");
        }
        self.waiting.retain(|id| !out.iter().any(|(out, _)| out == id));
        match verdict {
            Verdict::Seated => {
                self.seat(id, self.now + work);
            }
            Verdict::Waiting => self.waiting.push(id),
            Verdict::Refused(after) => {
                assert!(after >= Duration::from_secs(1) && out.is_empty());
            }
        }
    }

    fn leave(&mut self, id: Id) {
        self.at_work.retain(|(at_work, _)| *at_work != id);
        self.waiting.retain(|waiting| *waiting != id);
        for (next, verdict) in self.queue.leave(id, self.now) {
            if verdict != Verdict::Seated {
                assert!(self.hung_up, "who was taken is in time as long as estimates hold");
                self.waiting.retain(|waiting| *waiting != next);
                continue;
            }
            let sound = self.queue.at_work.iter().find(|work| work.id == next).unwrap().sound;
            let end = self.now + self.queue.estimate(sound);
            assert!(end <= self.deadline[&next]);
            self.seat(next, end);
        }
    }

    fn done(&mut self, part: f64) {
        let Some((id, end)) = self.at_work.iter().min_by_key(|(_, end)| *end).copied() else { return };
        self.now += end.saturating_duration_since(self.now).mul_f64(part);
        self.leave(id);
    }

    fn check(&mut self, bound: usize) {
        let (waiting, owner) = (&self.waiting, &self.owner);
        self.overtaken.retain(|waits, _| waiting.iter().any(|id| owner[id] == *waits));
        assert!(self.queue.waiting() <= bound && self.queue.at_work() <= self.seats);
        assert_eq!((self.queue.waiting(), self.queue.at_work()), (self.waiting.len(), self.at_work.len()));
        assert!(self.waiting.is_empty() || self.at_work.len() == self.seats, "no seat is idle");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, rng_seed: RngSeed::Fixed(4), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_traffic_bounds_hold_turns_are_fair_and_who_is_taken_is_in_time(
        seats in 1..4_usize, bound in 0..20_usize, events in events(),
    ) {
        let mut day = Day::new(seats, bound);
        for event in events {
            match event {
                Event::Ask(owner, sound, patience) => day.ask(owner, sound, patience),
                Event::Done(part) => day.done(part),
                Event::HangUp(which) if !day.waiting.is_empty() => {
                    let id = *which.get(&day.waiting);
                    day.hung_up = true;
                    day.leave(id);
                }
                Event::HangUp(_) => {}
            }
            day.check(bound);
        }
        while !day.at_work.is_empty() {
            day.done(1.0);
            day.check(bound);
        }
        prop_assert_eq!(day.queue.waiting(), 0);
    }
}
