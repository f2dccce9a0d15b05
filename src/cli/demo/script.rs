//! The conversation of the demo: data of the sample skill, with the recordings in the program, so
//! that an installed `sayso` needs no folder.

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::commerce::order::{Order, OrderState};

/// The conversation, as it is written.
const SCRIPT: &str = include_str!("../../../skills/household/demo.toml");

macro_rules! recordings {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../../audio/samples/", $name, ".wav")))),*]
    };
}

/// The recordings that the conversation names.
const RECORDINGS: &[(&str, &[u8])] = recordings![
    "hello",
    "reorder-paper-towels",
    "make-that-three-packs",
    "confirm-my-order",
    "my-pin-is-four-two-one-seven",
    "reorder-my-usual",
    "yes",
    "find-me-coffee-under-twenty-dollars",
    "the-second-one",
    "yes-please.awb",
    "oov_mumble",
    "where-is-my-last-order",
    "cancel-my-last-order",
    "yes-please.kal",
    "bye",
];

/// The conversation and the orders that it must end in.
#[derive(Debug)]
pub struct Script {
    /// Who speaks.
    pub household: String,
    /// What is said, one after the other.
    pub turns: Vec<Spoken>,
    /// The orders that must be in the database at the end, oldest first.
    pub orders: Vec<Wanted>,
}

/// One recording.
#[derive(Debug, Clone)]
pub struct Spoken {
    /// Its name, without `.wav`.
    pub recording: String,
    /// What it shows.
    pub note: Option<String>,
    /// Its bytes.
    pub wav: &'static [u8],
}

/// An order that must be there.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Where it stands.
    pub state: OrderState,
    /// Product ids with their quantities.
    pub lines: std::collections::BTreeMap<String, u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    household: String,
    turn: Vec<WireTurn>,
    order: Vec<Wanted>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireTurn {
    recording: String,
    note: Option<String>,
}

impl Script {
    /// The script in the program.
    pub fn bundled() -> Result<Self> {
        let wire: Wire = toml::from_str(SCRIPT).context("skills/household/demo.toml")?;
        let spoken = |turn: WireTurn| {
            let found = RECORDINGS.iter().find(|(name, _)| *name == turn.recording);
            let (_, wav) = found.with_context(|| format!("the recording {} is not there", turn.recording))?;
            Ok(Spoken { recording: turn.recording, note: turn.note, wav })
        };
        let turns = wire.turn.into_iter().map(spoken).collect::<Result<_>>()?;
        Ok(Self { household: wire.household, turns, orders: wire.order })
    }

    /// Whether these orders, newest first, are the ones that must be there.
    pub fn is_reached(&self, orders: &[Order]) -> bool {
        let there: Vec<_> = orders.iter().rev().map(Wanted::of).collect();
        there == self.orders
    }
}

impl Wanted {
    fn of(order: &Order) -> Self {
        let lines = order.quote.lines().iter().map(|l| (l.sku.to_string(), l.quantity.get())).collect();
        Self { state: order.state, lines }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_recording_of_the_script_is_in_the_program_and_none_is_there_for_nothing() {
        let script = Script::bundled().unwrap();
        assert!(script.turns.len() >= 12);
        for (name, _) in RECORDINGS {
            assert!(script.turns.iter().any(|turn| turn.recording == *name), "{name}");
        }
    }
}
