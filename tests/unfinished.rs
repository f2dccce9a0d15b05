//! What was begun and never told: whoever speaks next hears the truth about it, whatever they say, and an answer to one
//! question is none to another. On real `sayso serve` processes.

mod elsewhere;
mod faults;
mod power;

use std::time::Duration;

use rand::{RngExt, SeedableRng, rngs::StdRng};
use rusqlite::Connection;
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt, net::TcpStream};

use power::after_a_power_cut;

use crate::{
    crash::{KILLS, ask, confirmation_time, generous, orders, say},
    support::process::{Sayso, Serving},
};

#[tokio::test]
async fn a_no_after_a_kill_in_a_confirmation_hears_of_the_order_or_that_there_is_none() {
    let sayso = generous().await;
    let mut random = StdRng::seed_from_u64(20_261_130);
    let mut serving = sayso.serve();
    let whole = confirmation_time(&serving).await.max(Duration::from_millis(4));
    let mut durable = 0;
    for round in 0..KILLS / 2 {
        let session = format!("round-{round}");
        ask(&serving, &session, "reorder paper towels").await;
        let mut stream = TcpStream::connect(serving.address).await.unwrap();
        stream.write_all(&say(&session, "yes").bytes(serving.address)).await.unwrap();
        tokio::time::sleep(whole.mul_f64(random.random_range(0.0..1.3))).await;
        serving.kill();
        let ordered = orders(&sayso, &session).await;
        durable += ordered.len();
        serving = sayso.serve();
        let no = ask(&serving, &session, "no").await;
        assert_eq!(orders(&sayso, &session).await, ordered, "round {round}: a no orders nothing");
        assert!(ordered.is_empty() || !denies(&no), "round {round}: {no}");
    }
    assert!(durable > 0 && durable < KILLS as usize / 2, "the instants lie on both sides: {durable}");
}

/// Whether a reply says that nothing was ordered.
fn denies(reply: &Value) -> bool {
    reply["speech"].as_str().unwrap().to_lowercase().contains("nothing was ordered")
}

#[tokio::test]
async fn a_yes_and_a_no_in_two_processes_at_once_are_told_the_same() {
    let sayso = generous().await;
    let (one, other) = (sayso.serve(), sayso.serve());
    let whole = confirmation_time(&one).await;
    let mut random = StdRng::seed_from_u64(7);
    let mut ordered = 0;
    for round in 0..KILLS {
        let session = format!("round-{round}");
        ask(&one, &session, "reorder paper towels").await;
        let (first, second) = (whole.mul_f64(random.random()), whole.mul_f64(random.random()));
        let yes = async {
            tokio::time::sleep(first).await;
            ask(&one, &session, "yes").await
        };
        let no = async {
            tokio::time::sleep(second).await;
            ask(&other, &session, "no").await
        };
        let (yes, no) = tokio::join!(yes, no);
        let orders = orders(&sayso, &session).await;
        ordered += orders.len();
        assert_eq!(yes["order"]["id"].as_str(), orders.first().map(String::as_str), "round {round}: {yes}");
        assert!(orders.is_empty() || !denies(&no), "round {round}: {orders:?} {no}");
        assert!(!orders.is_empty() || denies(&no), "round {round}: {no}");
        ask(&other, &session, "yes").await;
        assert_eq!(crate::crash::orders(&sayso, &session).await, orders, "round {round}: a yes to {no}");
    }
    assert!(ordered > 0 && ordered < KILLS as usize, "each was faster at times: {ordered}");
}

/// A database of the server's, beside the server.
fn beside(sayso: &Sayso, file: &str) -> Connection {
    Connection::open(sayso.data().join(file)).unwrap()
}

/// The only conversation as it is in its file; with `to`, as it shall be.
async fn conversation(sayso: &Sayso, to: Option<&Value>) -> Value {
    let file = beside(sayso, "conversations.db");
    if let Some(payload) = to {
        file.execute("UPDATE sessions SET payload = ?", [payload.to_string()]).unwrap();
    }
    let payload: String = file.query_row("SELECT payload FROM sessions", [], |row| row.get(0)).unwrap();
    serde_json::from_str(&payload).unwrap()
}

/// The conversation as it is with that note of what is underway.
async fn noted(sayso: &Sayso, before: &Value, underway: Value) {
    let mut left = before.clone();
    left["underway"] = underway;
    conversation(sayso, Some(&left)).await;
}

/// The conversation as it is when the process died after that deed and before it could save so.
async fn cut_off(sayso: &Sayso, before: &Value, deed: Value) {
    let underway = json!({"at": jiff::Timestamp::now(), "by": "an engine that is gone", "deed": deed});
    noted(sayso, before, underway).await;
}

/// An order of the session; its number.
async fn ordered(serving: &Serving) -> String {
    ask(serving, "s", "reorder paper towels").await;
    let placed = ask(serving, "s", "yes").await;
    placed["order"]["id"].as_str().unwrap().to_owned()
}

/// The words of a reply.
fn speech(reply: &Value) -> &str {
    reply["speech"].as_str().unwrap()
}

#[tokio::test]
async fn whatever_is_said_after_a_cut_off_order_it_is_told_once_and_nothing_is_ordered_again() {
    let sayso = generous().await;
    let serving = sayso.serve();
    ask(&serving, "s", "reorder paper towels").await;
    let before = conversation(&sayso, None).await;
    let key = before["focus"]["confirming"]["key"].clone();
    let placed = ask(&serving, "s", "yes").await;
    for words in ["no", "yes", "stop", "cancel", "make it four", "order milk", "where is my order"] {
        cut_off(&sayso, &before, json!({"order": key})).await;
        let told = ask(&serving, "s", words).await;
        assert_eq!(told["order"]["id"], placed["order"]["id"], "{words}: {told}");
        assert!(!denies(&told), "{words}: {told}");
        assert_eq!(speech(&told).ends_with("Goodbye."), words == "stop", "{words}: {told}");
        let next = ask(&serving, "s", "where is my order").await;
        assert!(speech(&next).contains(placed["order"]["id"].as_str().unwrap()), "{words}: {next}");
    }
    assert_eq!(orders(&sayso, "s").await.len(), 1);

    ask(&serving, "s", "undo that").await;
    cut_off(&sayso, &before, json!({"order": key})).await;
    let told = ask(&serving, "s", "no").await;
    assert!(speech(&told).contains("is cancelled") && !denies(&told), "{told}");
}

#[tokio::test]
async fn a_cut_off_order_that_was_shipped_since_is_told_as_shipped() {
    let sayso = generous().await;
    let serving = sayso.serve();
    ask(&serving, "s", "reorder paper towels").await;
    let before = conversation(&sayso, None).await;
    let placed = ask(&serving, "s", "yes").await;
    let number = placed["order"]["id"].as_str().unwrap();
    for state in ["packed", "shipped"] {
        assert_eq!(sayso.run(&["orders", "advance", number, state]).code, Some(0));
    }
    for words in ["no", "yes"] {
        cut_off(&sayso, &before, json!({"order": before["focus"]["confirming"]["key"]})).await;
        let told = ask(&serving, "s", words).await;
        assert!(speech(&told).contains(&format!("{number}, with")), "{told}");
        assert!(speech(&told).contains("is on its way") && !speech(&told).contains("undo"), "{told}");
    }
    ask(&serving, "s", "reorder coffee").await;
    let no = ask(&serving, "s", "no").await;
    assert!(!denies(&no), "something was ordered in this conversation: {no}");
    assert_eq!(orders(&sayso, "s").await.len(), 1);
}

#[tokio::test]
async fn after_a_cut_off_order_with_a_pin_no_digits_are_tried_and_the_order_is_told() {
    let sayso = generous().await;
    assert_eq!(sayso.run(&["household", "set-limit", "1"]).code, Some(0));
    let serving = sayso.serve();
    ask(&serving, "s", "reorder paper towels").await;
    ask(&serving, "s", "yes").await;
    let before = conversation(&sayso, None).await;
    let key = before["focus"]["ask_pin"]["key"].clone();
    let placed = ask(&serving, "s", "4217").await;
    assert_eq!(placed["order"]["state"], "paid", "{placed}");
    for words in ["1111", "4217", "no", "stop"] {
        cut_off(&sayso, &before, json!({"order": key})).await;
        let told = ask(&serving, "s", words).await;
        assert_eq!(told["order"]["id"], placed["order"]["id"], "{words}: {told}");
    }
    assert_eq!(orders(&sayso, "s").await.len(), 1);
}

#[tokio::test]
async fn a_cut_off_cancelling_is_told_in_full_and_its_order_is_spoken_of_as_cancelled() {
    let sayso = generous().await;
    let serving = sayso.serve();
    let number = ordered(&serving).await;
    let idle = conversation(&sayso, None).await;
    ask(&serving, "s", "cancel my last order").await;
    let asked = conversation(&sayso, None).await;
    let deed = json!({"cancel": number.parse::<u32>().unwrap()});
    ask(&serving, "s", "yes").await;
    let mut serving = serving;
    for words in ["no", "yes"] {
        serving = after_a_power_cut(&sayso, serving, &asked).await;
        let told = ask(&serving, "s", words).await;
        assert_eq!(told["order"]["state"], "cancelled", "{words}: {told}");
    }
    for (before, words) in [(&asked, "no"), (&asked, "yes"), (&idle, "undo that"), (&idle, "stop")] {
        cut_off(&sayso, before, deed.clone()).await;
        let told = ask(&serving, "s", words).await;
        assert_eq!(told["order"]["state"], "cancelled", "{words}: {told}");
        assert!(speech(&told).contains(&number), "{words}: {told}");
    }
    ask(&serving, "s", "reorder paper towels").await;
    let no = ask(&serving, "s", "no").await;
    assert!(denies(&no), "a cancelled order does not stay as it is: {no}");
}

/// Waits until the thread that keeps a server's conversations waits for its file: it wakes again and again to ask.
#[cfg(target_os = "linux")]
async fn waits_to_write(serving: &Serving) {
    let tasks = std::path::PathBuf::from(format!("/proc/{}/task", serving.child.id()));
    let is_writer = |task: &std::path::PathBuf| {
        std::fs::read_to_string(task.join("comm")).is_ok_and(|name| name.trim() == "conversations")
    };
    let writer = std::fs::read_dir(tasks).unwrap().map(|task| task.unwrap().path()).find(is_writer).unwrap();
    let woken = || -> u64 {
        let status = std::fs::read_to_string(writer.join("status")).unwrap();
        let count = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
        count.unwrap().trim().parse().unwrap()
    };
    let before = woken();
    while woken() < before + 3 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_answer_to_one_question_is_none_to_another_that_a_faster_process_asked() {
    let sayso = generous().await;
    let (slower, faster) = (sayso.serve(), sayso.serve());
    for (number, words) in ["make it three", "no", "stop", "how much is milk"].into_iter().enumerate() {
        let session = format!("session-{number}");
        let asked = ask(&slower, &session, "reorder paper towels").await;
        let file = beside(&sayso, "conversations.db");
        file.execute_batch("BEGIN IMMEDIATE").unwrap();
        let (yes, address) = (say(&session, "yes"), slower.address);
        let yes = tokio::spawn(async move { yes.send(address).await.json() });
        // It has read the conversation, and cannot write it before the other has.
        waits_to_write(&slower).await;
        slower.freeze().await;
        file.execute_batch("ROLLBACK").unwrap();
        let said = ask(&faster, &session, words).await;
        slower.signal("CONT");
        let yes = yes.await.unwrap();
        let orders = orders(&sayso, &session).await;
        if words == "how much is milk" {
            // That is no answer: the question is still the one that was heard.
            assert_eq!(orders, [yes["order"]["id"].as_str().unwrap()], "{yes} {said}");
            assert!(speech(&asked).contains(yes["order"]["total"].as_str().unwrap()), "{asked} {yes}");
        } else {
            assert!(orders.is_empty() && yes["order"].is_null(), "{words}: {orders:?} {yes} {said}");
            assert!(speech(&yes).contains("said in between"), "{words}: {yes}");
        }
    }
}

#[tokio::test]
async fn after_two_answers_at_once_a_yes_orders_only_what_was_read_last() {
    let sayso = generous().await;
    let (one, other) = (sayso.serve(), sayso.serve());
    for round in 0..12 {
        let session = format!("round-{round}");
        ask(&one, &session, "reorder paper towels").await;
        let (_, asked) = tokio::join!(ask(&one, &session, "yes"), ask(&other, &session, "make it three"));
        let before = orders(&sayso, &session).await;
        let yes = ask(&other, &session, "yes").await;
        let after = orders(&sayso, &session).await;
        if after.len() > before.len() {
            let total = yes["order"]["total"].as_str().unwrap();
            assert!(speech(&asked).contains(total), "round {round}: {asked} {yes}");
        }
        assert!(after.len() <= 1, "round {round}: {after:?} {asked} {yes}");
    }
}
