//! After a power cut a conversation is older than the orders: what was ordered is told, and the rest asked anew.

use serde_json::Value;

use super::conversation;
use crate::{
    crash::{ask, generous, orders},
    support::process::{Sayso, Serving},
};

/// What was saved last is lost with the power; what is left says that it is of an earlier start of the machine.
pub(super) async fn after_a_power_cut(sayso: &Sayso, serving: Serving, left: &Value) -> Serving {
    let mut serving = serving;
    serving.kill();
    let mut state = left.clone();
    state["boot"] = "another start of the machine".into();
    conversation(sayso, Some(&state)).await;
    sayso.serve()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn after_a_power_cut_what_was_ordered_is_told_and_what_was_not_is_asked_anew() {
    let sayso = generous().await;
    let serving = sayso.serve();
    ask(&serving, "s", "reorder paper towels").await;
    let older = conversation(&sayso, None).await;
    ask(&serving, "s", "make it three").await;
    let newer = conversation(&sayso, None).await;
    let placed = ask(&serving, "s", "yes").await;
    let ordered = orders(&sayso, "s").await;
    assert_eq!(ordered.len(), 1, "{placed}");

    let mut serving = after_a_power_cut(&sayso, serving, &older).await;
    let anew = ask(&serving, "s", "yes").await;
    assert!(anew["order"].is_null() && anew["listening"] == true, "{anew}");
    assert_eq!(orders(&sayso, "s").await, ordered, "an older read-back is no purchase");

    for answer in ["no", "yes", "make it four"] {
        serving = after_a_power_cut(&sayso, serving, &newer).await;
        let told = ask(&serving, "s", answer).await;
        assert_eq!(told["order"]["id"], placed["order"]["id"], "{answer}: {told}");
    }
    assert_eq!(orders(&sayso, "s").await, ordered);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn after_a_power_cut_also_a_question_behind_the_open_one_is_looked_up() {
    let sayso = generous().await;
    let serving = sayso.serve();
    ask(&serving, "s", "reorder milk").await;
    ask(&serving, "s", "yes").await;
    ask(&serving, "s", "reorder paper towels").await;
    ask(&serving, "s", "cancel my last order").await;
    let behind = conversation(&sayso, None).await;
    assert!(behind["focus"]["confirm_cancel"].is_number(), "{behind}");
    ask(&serving, "s", "no").await;
    let placed = ask(&serving, "s", "yes").await;
    assert_eq!(orders(&sayso, "s").await.len(), 2, "{placed}");
    let mut serving = serving;
    for words in ["no", "stop", "yes"] {
        serving = after_a_power_cut(&sayso, serving, &behind).await;
        let told = ask(&serving, "s", words).await;
        assert_eq!(told["order"]["id"], placed["order"]["id"], "{words}: {told}");
        ask(&serving, "s", "make it two").await;
        ask(&serving, "s", "yes").await;
    }
    assert_eq!(orders(&sayso, "s").await.len(), 2);
}
