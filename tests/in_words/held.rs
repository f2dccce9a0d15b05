//! Holds such a conversation with the real engine, and notes where it went another way than was meant.

use std::{collections::BTreeMap, fmt};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use sayso::{
    app::rehearsal::{Rehearsal, Stage},
    commerce::order::{Order, OrderState},
    dialogue::{DraftLine, Focus},
    turn::Input,
};

use super::{
    said::{After, Place, Said, Shopper},
    shelf::{Basket, Line, Thing, WAYS, Way, sorted},
};

/// So many sentences are said in a conversation.
const SENTENCES: usize = 30;

/// The PIN of both sample households.
const PIN: Option<&str> = Some("four two one seven");

/// So many examples of a kind of sentence are told.
const TOLD: usize = 2;

/// A conversation while it is held.
struct Kitchen {
    rehearsal: Rehearsal,
    orders: usize,
    cancelled: usize,
    reply: String,
}

impl Kitchen {
    async fn say(&mut self, words: &str) {
        let reply = self.rehearsal.turn(Input::Text(words.to_owned())).await.expect("a reply");
        let text = reply.speech.to_text(self.rehearsal.locale());
        self.reply = format!("{}: {}", reply.decision, text.trim());
    }

    /// Leaves what is asked, where something is.
    async fn leave(&mut self) {
        if self.rehearsal.state().await.expect("a state").focus != Focus::Idle {
            self.say("never mind").await;
        }
    }

    /// What was just ordered.
    async fn ordered(&mut self) -> Option<Basket> {
        let placed = self.rehearsal.placed().await.expect("orders");
        self.cancelled = placed.iter().filter(|order| order.state == OrderState::Cancelled).count();
        let more = placed.len() > self.orders;
        self.orders = placed.len();
        more.then(|| of_order(&placed[0]))
    }

    /// What is so now.
    async fn now(&self) -> After {
        let state = self.rehearsal.state().await.expect("a state");
        let cart = of_lines(state.cart.lines());
        if let Some(draft) = state.wanted_instead() {
            return After::Open(Place::Instead, of_lines(&draft.lines));
        }
        match &state.focus {
            Focus::Confirming(draft) if draft.from_cart => {
                After::Open(Place::CheckOut, of_lines(&draft.lines))
            }
            Focus::Confirming(draft) => After::Open(Place::Order, of_lines(&draft.lines)),
            Focus::WhatIf { draft, changed } => {
                let place = if draft.from_cart { Place::CheckOut } else { Place::Order };
                After::Priced(place, of_lines(&draft.lines), of_lines(&changed.lines))
            }
            Focus::AskPin(draft) => After::Open(Place::Pin, of_lines(&draft.lines)),
            // Beside what is in the cart something can be offered.
            Focus::Idle | Focus::Offering(_) | Focus::Choosing { .. } | Focus::AskProduct(_)
                if !cart.is_empty() =>
            {
                After::Open(Place::Cart, cart)
            }
            _ => After::Nothing,
        }
    }
}

fn ways(has: impl Fn(Way) -> bool) -> Vec<Way> {
    WAYS.into_iter().filter(|way| has(*way)).collect()
}

fn of_order(order: &Order) -> Basket {
    let lines = order.quote.lines().iter().map(|line| Line {
        sku: line.sku.to_string(),
        count: line.quantity.get(),
        with: ways(|way| line.options.iter().any(|option| option.name().contains(way.said()))),
    });
    lines.collect()
}

fn of_lines(lines: &[DraftLine]) -> Basket {
    let line = |line: &DraftLine| Line {
        sku: line.sku.to_string(),
        count: line.quantity.get(),
        with: ways(|way| line.options.picks().iter().any(|pick| pick.value().as_str() == way.id())),
    };
    lines.iter().map(line).collect()
}

/// Whether both are the same, whatever the order of the lines.
fn alike(one: &After, other: &After) -> bool {
    match (one, other) {
        (After::Open(here, a), After::Open(there, b)) => here == there && sorted(a) == sorted(b),
        (After::Ordered(a), After::Ordered(b)) => sorted(a) == sorted(b),
        (After::Priced(here, a, one), After::Priced(there, b, other)) => {
            here == there && sorted(a) == sorted(b) && sorted(one) == sorted(other)
        }
        (one, other) => one == other,
    }
}

/// What went otherwise than was meant, by the kinds of sentences.
#[derive(Default)]
pub struct Findings {
    /// How often each kind was said.
    said: BTreeMap<String, u32>,
    /// What went wrong.
    pub wrong: BTreeMap<String, Vec<String>>,
    /// How many orders were placed.
    pub orders: u32,
}

impl Findings {
    /// `cancelled`: whether an order was cancelled just where that was meant.
    fn note(&mut self, said: &Said, (before, now): (&After, &After), cancelled: bool, reply: &str) {
        self.orders += u32::from(matches!(now, After::Ordered(_)));
        let (words, wanted) = (&said.words, &said.after);
        self.found(&said.kind, cancelled && alike(wanted, now), || {
            format!("{before} > {words} => {now} instead of {wanted} ({reply})")
        });
    }

    /// Notes whether a sentence of that kind went as it was meant.
    pub fn found(&mut self, kind: &str, right: bool, told: impl FnOnce() -> String) {
        *self.said.entry(kind.to_owned()).or_default() += 1;
        if !right {
            self.wrong.entry(kind.to_owned()).or_default().push(told());
        }
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wrong: usize = self.wrong.values().map(Vec::len).sum();
        writeln!(f, "{wrong} of {} sentences:", self.said.values().sum::<u32>())?;
        let mut kinds: Vec<_> = self.wrong.iter().collect();
        kinds.sort_by_key(|(_, examples)| std::cmp::Reverse(examples.len()));
        for (kind, examples) in kinds {
            writeln!(f, "{:4} of {:4}  {kind}", examples.len(), self.said[kind])?;
            for example in examples.iter().take(TOLD) {
                writeln!(f, "        {example}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for After {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(place, basket) => write!(f, "{place:?} [{}]", told(basket)),
            Self::Priced(place, basket, changed) => {
                write!(f, "{place:?} [{}] or [{}]", told(basket), told(changed))
            }
            Self::Ordered(basket) => write!(f, "ordered [{}]", told(basket)),
            Self::Nothing => write!(f, "nothing"),
        }
    }
}

fn told(basket: &Basket) -> String {
    let line = |line: &Line| {
        let with: String = line.with.iter().map(|way| format!("+{}", way.id())).collect();
        format!("{} {}{with}", line.count, line.sku)
    };
    basket.iter().map(line).collect::<Vec<_>>().join(", ")
}

/// A conversation by chance, as the seed has it.
pub async fn hold(stage: &Stage, shelf: &'static [Thing], seed: u64, findings: &mut Findings) {
    let mut random = StdRng::seed_from_u64(seed);
    let mut rehearsal = stage.rehearse().await.expect("a shop");
    let pin = PIN.filter(|_| random.random_bool(0.2));
    rehearsal.given(if pin.is_some() { "limit 1" } else { "limit 900" }).await.expect("a limit");
    let mut kitchen = Kitchen { rehearsal, orders: 0, cancelled: 0, reply: String::new() };
    let mut shopper = Shopper {
        random: &mut random,
        shelf,
        before: None,
        asked: false,
        pin,
        asides: 0,
        placed: Vec::new(),
    };
    let mut before = After::Nothing;
    for _ in 0..SENTENCES {
        let said = match &before {
            After::Open(place, basket) => shopper.about(*place, basket),
            After::Priced(place, basket, changed) => shopper.priced(*place, basket, changed),
            After::Ordered(basket) => shopper.of_placed(basket),
            _ => shopper.opening(),
        };
        let cancelled = kitchen.cancelled;
        kitchen.say(&said.words).await;
        let now = match kitchen.ordered().await {
            Some(basket) => After::Ordered(basket),
            None => kitchen.now().await,
        };
        let as_meant = (kitchen.cancelled > cancelled) == said.cancels;
        findings.note(&said, (&before, &now), as_meant, &kitchen.reply);
        let changed = alike(&said.after, &now) && !said.undoes && !alike(&before, &now);
        shopper.before = match (&before, &now) {
            (After::Priced(_, basket, changed), After::Open(_, now)) if now == changed => {
                Some(basket.clone())
            }
            (After::Priced(..), _) | (_, After::Priced(..)) => None,
            (After::Open(here, basket), After::Open(there, _)) if changed && here == there => {
                Some(basket.clone())
            }
            _ => None,
        };
        shopper.asked &= !changed;
        shopper.asides *= u32::from(!changed);
        if !matches!(
            now,
            After::Open(Place::Order | Place::CheckOut | Place::Pin | Place::Instead, _) | After::Priced(..)
        ) {
            // Whatever is asked now is left.
            kitchen.leave().await;
        }
        // Of what was just ordered something may be said.
        let goes_on = matches!(now, After::Ordered(_)) && shopper.random.random_bool(0.6);
        before = if goes_on { now } else { kitchen.now().await };
    }
}
