//! Holds such a conversation with the real engine, and notes where it went another way than was meant.

use std::{collections::BTreeMap, fmt};

use rand::{SeedableRng as _, rngs::StdRng};
use sayso::{
    app::rehearsal::{Rehearsal, Stage},
    commerce::order::Order,
    dialogue::{Draft, DraftLine, Focus},
    turn::Input,
};

use super::{
    said::{After, Said, Shopper},
    shelf::{Basket, Line, Thing},
};

/// So many sentences are said in a conversation.
const SENTENCES: usize = 30;

/// So many examples of a kind of sentence are told.
const TOLD: usize = 2;

/// A conversation while it is held.
struct Kitchen {
    rehearsal: Rehearsal,
    orders: usize,
    reply: String,
}

impl Kitchen {
    async fn say(&mut self, words: &str) {
        let reply = self.rehearsal.turn(Input::Text(words.to_owned())).await.expect("a reply");
        let text = reply.speech.to_text(self.rehearsal.locale());
        self.reply = format!("{}: {}", reply.decision, text.trim());
    }

    /// What is so now.
    async fn now(&mut self) -> After {
        let placed = self.rehearsal.placed().await.expect("orders");
        if placed.len() > self.orders {
            self.orders = placed.len();
            return After::Ordered(of_order(&placed[0]));
        }
        match self.rehearsal.state().await.expect("a state").focus {
            Focus::Confirming(draft) => After::Open(of_draft(&draft)),
            _ => After::Nothing,
        }
    }
}

fn of_order(order: &Order) -> Basket {
    let lines = order.quote.lines().iter().map(|line| Line {
        sku: line.sku.to_string(),
        count: line.quantity.get(),
        oat: line.options.iter().any(|option| option.name().contains("oat milk")),
    });
    lines.collect()
}

fn of_draft(draft: &Draft) -> Basket {
    let line = |line: &DraftLine| Line {
        sku: line.sku.to_string(),
        count: line.quantity.get(),
        oat: line.options.picks().iter().any(|pick| pick.value().as_str() == "oat"),
    };
    draft.lines.iter().map(line).collect()
}

/// Whether both are the same, whatever the order of the lines.
fn alike(one: &After, other: &After) -> bool {
    let sorted = |basket: &Basket| {
        let mut basket = basket.clone();
        basket.sort();
        basket
    };
    match (one, other) {
        (After::Open(a), After::Open(b)) | (After::Ordered(a), After::Ordered(b)) => sorted(a) == sorted(b),
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
    fn note(&mut self, said: &Said, before: Option<&Basket>, now: &After, reply: &str) {
        *self.said.entry(said.kind.clone()).or_default() += 1;
        self.orders += u32::from(matches!(now, After::Ordered(_)));
        if !alike(&said.after, now) {
            let open = before.map(|basket| told(basket)).unwrap_or_default();
            let (words, wanted) = (&said.words, &said.after);
            let told = format!("[{open}] > {words} => {now} instead of {wanted} ({reply})");
            self.wrong.entry(said.kind.clone()).or_default().push(told);
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
            Self::Open(basket) => write!(f, "[{}]", told(basket)),
            Self::Ordered(basket) => write!(f, "ordered [{}]", told(basket)),
            Self::Nothing => write!(f, "nothing"),
        }
    }
}

fn told(basket: &Basket) -> String {
    let line = |line: &Line| format!("{} {}{}", line.count, line.sku, if line.oat { "+oat" } else { "" });
    basket.iter().map(line).collect::<Vec<_>>().join(", ")
}

/// A conversation by chance, as the seed has it.
pub async fn hold(stage: &Stage, shelf: &'static [Thing], seed: u64, findings: &mut Findings) {
    let mut random = StdRng::seed_from_u64(seed);
    let mut rehearsal = stage.rehearse().await.expect("a shop");
    rehearsal.given("limit 900").await.expect("a limit");
    let mut kitchen = Kitchen { rehearsal, orders: 0, reply: String::new() };
    let mut shopper = Shopper { random: &mut random, shelf, before: None, asked: false };
    let mut basket: Option<Basket> = None;
    for _ in 0..SENTENCES {
        let said = match &basket {
            Some(basket) => shopper.about(basket),
            None => shopper.opening(),
        };
        kitchen.say(&said.words).await;
        let now = kitchen.now().await;
        findings.note(&said, basket.as_ref(), &now, &kitchen.reply);
        let as_meant = alike(&said.after, &now);
        let open = match now {
            After::Open(basket) => Some(basket),
            _ => None,
        };
        let changed = as_meant && !said.undoes && basket != open;
        shopper.before = basket.filter(|_| changed && open.is_some());
        shopper.asked &= !changed;
        if open.is_none() {
            // Whatever is asked now is left.
            kitchen.say("cancel").await;
        }
        basket = open;
    }
}
