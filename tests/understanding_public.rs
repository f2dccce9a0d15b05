//! How far the understanding carries with sentences that nobody wrote for it: public collections
//! of utterances to assistants. They lie beside the project, not in it (`../shared/data`); without
//! them these tests say so and pass.
//!
//! The floors stand a little under what was measured when they were set.

use std::{collections::BTreeMap, fs, path::PathBuf};

use sayso::understanding::{Expect, IntentName, Understander};
use serde::Deserialize;

use super::understanding::{TODAY, shop};

/// A file of the folder with public data, or a loud word that there is none.
fn public(name: &str) -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    let text = fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("SKIPPED: {} is not there, nothing was measured", path.display());
    }
    text
}

/// Which of our intents an intent of CLINC150 can be; `None` for what is none of a shop's business.
fn ours(clinc: &str) -> Option<&'static [IntentName]> {
    use IntentName as N;
    Some(match clinc {
        "order" => &[N::Buy, N::Reorder, N::AddToCart, N::CheckOut],
        "order_status" => &[N::OrderStatus, N::DeliveryDate],
        "shopping_list" => &[N::ListCart],
        "shopping_list_update" => &[N::AddToCart, N::RemoveFromCart, N::ChangeCart, N::ClearCart],
        "cancel" => &[N::Cancel, N::Stop, N::CancelOrder],
        "yes" => &[N::Yes],
        "no" => &[N::No],
        "repeat" => &[N::Repeat],
        "what_can_i_ask_you" => &[N::Help],
        "greeting" => &[N::Launch],
        "goodbye" => &[N::Stop],
        "thank_you" => &[N::Thanks],
        _ => return None,
    })
}

/// Intents after which something could come to be bought.
fn buys(name: &IntentName) -> bool {
    use IntentName as N;
    matches!(name, N::Buy | N::Reorder | N::AddToCart | N::CheckOut | N::Yes)
}

#[derive(Default)]
struct Tally {
    right: usize,
    mapped: usize,
    wrong_yes: usize,
    foreign: usize,
    bought: usize,
    taken: usize,
}

fn tally(understander: &Understander, said: &[(String, String)]) -> Tally {
    let mut tally = Tally::default();
    for (text, clinc) in said {
        let name = understander.understand(text, Expect::YesNo, TODAY).intent.name;
        if name == IntentName::Yes && clinc != "yes" {
            tally.wrong_yes += 1;
        }
        match ours(clinc) {
            Some(fitting) => {
                tally.mapped += 1;
                tally.right += usize::from(fitting.contains(&name));
            }
            None => {
                tally.foreign += 1;
                tally.bought += usize::from(buys(&name));
                tally.taken += usize::from(name != IntentName::NotUnderstood);
            }
        }
    }
    tally
}

#[test]
fn strangers_sentences_are_understood_and_small_talk_buys_nothing() {
    let Some(text) = public("clinc150_dev.json") else { return };
    let data: BTreeMap<String, Vec<(String, String)>> = serde_json::from_str(&text).unwrap();
    let (understander, _) = shop();
    // The templates were written with an eye on the training part, never on this one.
    let held_out: Vec<(String, String)> = data["val"].iter().chain(&data["oos_val"]).cloned().collect();
    let Tally { right, mapped, wrong_yes, foreign, bought, taken } = tally(&understander, &held_out);
    println!("CLINC150: {right}/{mapped} right; of {foreign} foreign {taken} taken, {bought} as a purchase");
    println!("a yes where none was said: {wrong_yes}");
    assert!(right * 100 >= mapped * RIGHT, "{right} of {mapped} are right");
    assert!(bought * 1000 <= foreign * 3, "{bought} of {foreign} became purchases");
    assert!(taken * 100 <= foreign * 5, "{taken} of {foreign} were taken for something");
    assert_eq!(wrong_yes, 0);
}

/// Percent of the mapped utterances of CLINC150's validation part.
const RIGHT: usize = 46;

#[derive(Deserialize)]
struct Slurp {
    sentence: String,
    intent: String,
}

#[test]
fn a_home_assistants_other_work_buys_nothing() {
    let Some(text) = public("slurp_devel.jsonl") else { return };
    let said: Vec<Slurp> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (understander, _) = shop();
    let (mut foreign, mut bought, mut yes) = (0, 0, 0);
    for utterance in &said {
        let name = understander.understand(&utterance.sentence, Expect::YesNo, TODAY).intent.name;
        yes += usize::from(name == IntentName::Yes);
        if !utterance.intent.starts_with("takeaway") && !utterance.intent.starts_with("lists") {
            foreign += 1;
            bought += usize::from(buys(&name));
            if buys(&name) {
                println!("bought: {:?} {name:?}", utterance.sentence);
            }
        }
    }
    println!("SLURP: of {foreign} foreign {bought} became a purchase, {yes} a yes");
    assert!(bought * 100 <= foreign, "{bought} of {foreign} became purchases");
    assert!(yes * 500 <= said.len(), "{yes} of {} are a yes", said.len());
}
