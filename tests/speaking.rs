//! Hands-free: real recordings through the real ear and voice, with a script for an engine.

mod room;

use room::{Room, reply};
use sayso::{
    channels::speaker::{EarError, ListenError},
    turn::Input,
};

use crate::support::sound::{silence, white};

/// What the engine was told, in short.
fn told(input: &Input) -> String {
    match input {
        Input::Heard { text, .. } => text.clone(),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn spoken_words_reach_the_engine_and_its_answer_is_heard() {
    let mut room = Room::new(vec![reply("Two packs. Shall I order them?").awaiting(), reply("Bye.").ended()]);
    room.say("reorder-paper-towels").await;
    room.say("stop").await;
    let done = room.over().await;
    assert_eq!(done.told.iter().map(told).collect::<Vec<_>>(), ["Reorder paper towels.", "Stop."]);
    assert!(done.printed.contains("says       Two packs. Shall I order them?\n"), "{}", done.printed);
    assert!(done.played_seconds > 1.0, "{} s were played", done.played_seconds);
    assert!(done.ended.is_ok());
}

#[tokio::test]
async fn silence_noise_and_talk_start_no_conversation() {
    let mut room = Room::new(vec![reply("Bye.").ended()]);
    room.hears(&silence(3.0)).await;
    room.hears(&white(3.0, 0.3)).await;
    room.say("oov_talk").await;
    room.say("stop").await;
    let done = room.over().await;
    assert_eq!(done.told.iter().map(told).collect::<Vec<_>>(), ["Stop."]);
}

#[tokio::test]
async fn an_awaited_answer_that_does_not_come_is_silence_and_mumbling_is_unclear() {
    let question = || reply("Shall I order it?").awaiting();
    let mut room = Room::new(vec![question(), question(), question(), reply("Bye.").ended()]);
    room.say("reorder-paper-towels").await;
    room.says_nothing(9.0).await;
    room.say("oov_mumble").await;
    room.say("stop").await;
    let done = room.over().await;
    let told: Vec<_> = done.told.iter().map(told).collect();
    assert_eq!(told, ["Reorder paper towels.", "Silence", "Unclear", "Stop."]);
}

#[tokio::test]
async fn what_is_heard_while_the_speaker_speaks_is_not_listened_to() {
    let mut room = Room::new(vec![reply("One two three four five six.").awaiting(), reply("Bye.").ended()]);
    room.while_it_speaks("cancel-my-last-order");
    room.say("reorder-paper-towels").await;
    room.say("stop").await;
    let done = room.over().await;
    assert_eq!(done.told.iter().map(told).collect::<Vec<_>>(), ["Reorder paper towels.", "Stop."]);
}

#[tokio::test]
async fn a_pin_is_printed_as_the_engine_masks_it() {
    let masked = reply("Thank you.").heard("My PIN is ••••").ended();
    let mut room = Room::new(vec![masked]);
    room.say("my-pin-is-four-two-one-seven").await;
    let done = room.over().await;
    assert!(done.printed.contains("My PIN is ••••"), "{}", done.printed);
    assert!(!done.printed.contains("seven"), "{}", done.printed);
}

#[tokio::test]
async fn a_sentence_without_an_end_is_unclear_and_never_half_an_order() {
    let mut room = Room::new(vec![reply("Which one?").awaiting(), reply("Once more?").ended()]);
    room.say("the-first-one").await;
    room.says_without_a_pause(&["add-dish-soap-to-my-cart"; 8]).await;
    let done = room.over().await;
    assert_eq!(done.told.iter().map(told).collect::<Vec<_>>(), ["The first one.", "Unclear"]);
}

#[tokio::test]
async fn a_lost_microphone_ends_the_conversation_with_its_reason() {
    let mut room = Room::new(vec![reply("Yes?").awaiting()]);
    room.say("hello").await;
    room.unplug().await;
    let done = room.over().await;
    match done.ended {
        Err(ListenError::Ear(EarError::Microphone(error))) => assert_eq!(error.to_string(), "unplugged"),
        other => panic!("{other:?}"),
    }
}
