//! Several orders are placed, and some of them are to be cancelled: about which it is asked, and which are cancelled after
//! the answers, has to be just what was meant.

use std::collections::BTreeSet;

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};
use sayso::{
    app::rehearsal::{Rehearsal, Stage},
    commerce::{OrderNumber, order::OrderState},
    dialogue::Focus,
    turn::Input,
};

use super::{
    held::Findings,
    sentences::{SENTENCES, pick},
    shelf::{Basket, Thing, Wish},
};

/// So many times something is to be cancelled in a conversation.
const WISHES: usize = 6;

/// So many of the yeses are none to something that is wanted instead.
const YES: usize = 22;

/// An order that was placed: its number, and what is in it.
type Placed = (OrderNumber, Vec<&'static Thing>);

struct Counter {
    rehearsal: Rehearsal,
    reply: String,
}

impl Counter {
    async fn say(&mut self, words: &str) {
        let reply = self.rehearsal.turn(Input::Text(words.to_owned())).await.expect("a reply");
        self.reply = format!("{}: {}", reply.decision, reply.speech.to_text(self.rehearsal.locale()).trim());
    }

    /// The order about which it is asked.
    async fn asked(&self) -> Option<OrderNumber> {
        match self.rehearsal.state().await.expect("a state").focus {
            Focus::ConfirmCancel(number) => Some(number),
            _ => None,
        }
    }

    async fn cancelled(&self) -> BTreeSet<OrderNumber> {
        let placed = self.rehearsal.placed().await.expect("orders");
        let gone = placed.iter().filter(|order| order.state == OrderState::Cancelled);
        gone.map(|order| order.number).collect()
    }

    /// Orders something that is in none of the others.
    async fn order(
        &mut self,
        random: &mut StdRng,
        shelf: &'static [Thing],
        all: &mut Basket,
    ) -> Option<Placed> {
        let mut wishes = Vec::new();
        for _ in 0..random.random_range(1..3) {
            let wish = Wish::of(random, shelf, all)?;
            all.push(wish.line.clone());
            wishes.push(wish);
        }
        let words: Vec<String> = wishes.iter().map(Wish::said).collect();
        self.say(&format!("order {}", words.join(" and "))).await;
        self.say("yes").await;
        let number = self.rehearsal.placed().await.expect("orders").first()?.number;
        Some((number, wishes.iter().map(|wish| wish.thing).collect()))
    }
}

/// What is said, and the orders that it means.
fn wish(random: &mut StdRng, standing: &[Placed]) -> Option<(&'static str, String, BTreeSet<OrderNumber>)> {
    let (number, things) = standing.choose(random)?;
    let thing = things.choose(random)?;
    let all = || standing.iter().map(|(number, _)| *number).collect();
    let of = |pattern: &'static str| {
        let digits: Vec<String> = number.to_string().chars().map(String::from).collect();
        pattern
            .replace("{k}", thing.one)
            .replace("{d}", &digits.join(" "))
            .replace("{o}", &number.to_string())
    };
    let sentences = &SENTENCES.cancel;
    let (pattern, meant) = match random.random_range(0..6) {
        0..3 => (pick(random, &sentences.with), BTreeSet::from([*number])),
        3 => (pick(random, &sentences.numbered), BTreeSet::from([*number])),
        4 => (
            pick(random, &sentences.last),
            standing.iter().map(|(number, _)| *number).max().into_iter().collect(),
        ),
        _ => (pick(random, &sentences.all), all()),
    };
    Some((pattern, of(pattern), meant))
}

/// A conversation by chance, as the seed has it.
pub async fn hold(stage: &Stage, shelf: &'static [Thing], seed: u64, findings: &mut Findings) {
    let mut random = StdRng::seed_from_u64(seed);
    let mut rehearsal = stage.rehearse().await.expect("a shop");
    rehearsal.given("limit 900").await.expect("a limit");
    let mut counter = Counter { rehearsal, reply: String::new() };
    let (mut all, mut placed) = (Basket::new(), Vec::new());
    for _ in 0..3 {
        placed.extend(counter.order(&mut random, shelf, &mut all).await);
    }
    for _ in 0..WISHES {
        let gone = counter.cancelled().await;
        let standing: Vec<Placed> =
            placed.iter().filter(|(number, _)| !gone.contains(number)).cloned().collect();
        let Some((pattern, words, meant)) = wish(&mut random, &standing) else { return };
        counter.say(&words).await;
        let first = counter.reply.clone();
        let (mut asked, mut said_yes, mut early) = (BTreeSet::new(), gone.clone(), false);
        let mut answers = Vec::new();
        while let Some(number) = counter.asked().await.filter(|number| asked.insert(*number)) {
            let answer = match random.random_range(0..5) {
                0 => {
                    early = true;
                    pick(&mut random, &SENTENCES.cancel.rest)
                }
                1 | 2 => {
                    said_yes.insert(number);
                    pick(&mut random, &SENTENCES.yes_cancel[..YES])
                }
                _ => pick(&mut random, &SENTENCES.cancel.no),
            };
            counter.say(answer).await;
            answers.push(answer);
            let as_said = counter.cancelled().await == said_yes;
            findings
                .found(answer, as_said, || format!("asked about {number} > {answer} ({})", counter.reply));
            if early {
                break;
            }
        }
        let right = asked == meant || early && asked.is_subset(&meant) && !asked.is_empty();
        findings.found(pattern, right, || {
            format!("{words} > {answers:?} => {asked:?} instead of {meant:?} ({first})")
        });
        let open = counter.asked().await.is_some();
        findings
            .found("in the end", !open, || format!("{words} > {answers:?}: still open ({})", counter.reply));
        if open {
            counter.say("never mind").await;
        }
    }
}
