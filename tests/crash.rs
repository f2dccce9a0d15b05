//! Power cuts, full disks and locked databases, on real `sayso serve` processes: an order exists
//! once or not at all, and the shopper hears the truth.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use sayso::{
    commerce::{
        HouseholdId, ShopId, Sku,
        ports::{OrderStore, StockStore},
    },
    store::SqliteStore,
};
use serde_json::Value;
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::{
    http::client::{get, post, read_answer, until_ready},
    support::process::{Sayso, Serving},
};

/// Instants of a confirmation at which the process is killed.
pub const KILLS: u32 = 60;
/// Instants of a start at which a server is asked to stop.
const STOPS: u32 = 60;

pub fn say(session: &str, text: &str) -> crate::http::client::Request {
    let body = serde_json::json!({"session": session, "household": "oak-street", "text": text});
    post("/v1/turns", "application/json", body.to_string())
}

pub async fn ask(serving: &Serving, session: &str, text: &str) -> Value {
    let answer = say(session, text).send(serving.address).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// The numbers of a session's orders, as the database has them.
pub async fn orders(sayso: &Sayso, session: &str) -> Vec<String> {
    let store = SqliteStore::open(&sayso.data().join("sayso.db")).await.unwrap();
    let shop = ShopId::new("household").unwrap();
    let household = HouseholdId::new("oak-street").unwrap();
    let orders = store.orders(&shop, Some(&household), 1000).await.unwrap();
    store.close().await;
    orders.iter().filter(|o| o.session.as_str() == session).map(|o| o.number.to_string()).collect()
}

/// A shop whose household may order paper towels all day.
pub async fn generous() -> Sayso {
    let sayso = Sayso::new();
    assert_eq!(sayso.run(&["household", "set-limit", "100000"]).code, Some(0));
    let store = SqliteStore::open(&sayso.data().join("sayso.db")).await.unwrap();
    let sku = Sku::new("northwind-paper-towels-twelve-pack").unwrap();
    let left = store.adjust_stock(&ShopId::new("household").unwrap(), &sku, 1000).await.unwrap();
    assert!(left > Some(1000));
    store.close().await;
    sayso
}

/// How long a confirmation takes from the first byte of the request to the answer.
pub async fn confirmation_time(serving: &Serving) -> Duration {
    ask(serving, "warm", "reorder paper towels").await;
    let start = Instant::now();
    ask(serving, "warm", "yes").await;
    start.elapsed()
}

#[tokio::test]
async fn a_process_killed_at_any_instant_of_a_confirmation_leaves_one_order_or_none() {
    let sayso = generous().await;
    let mut random = StdRng::seed_from_u64(20_261_123);
    let mut serving = sayso.serve();
    let whole = confirmation_time(&serving).await.max(Duration::from_millis(4));
    let (mut answered, mut durable) = (0, 0);
    for round in 0..KILLS {
        let session = format!("round-{round}");
        let asked = ask(&serving, &session, "reorder paper towels").await;
        assert_eq!(asked["listening"], true, "{asked}");
        let mut stream = TcpStream::connect(serving.address).await.unwrap();
        let yes = say(&session, "yes").bytes(serving.address);
        stream.write_all(&yes).await.unwrap();
        // Seeded instants over the whole of a confirmation and a little beyond.
        tokio::time::sleep(whole.mul_f64(random.random_range(0.0..1.3))).await;
        serving.kill();
        let first = read_answer(&mut stream).await.filter(|answer| answer.status == 200);

        let before = orders(&sayso, &session).await;
        assert!(before.len() <= 1, "round {round}: {before:?}");
        durable += before.len();
        serving = sayso.serve();
        let again = ask(&serving, &session, "yes").await;
        let after = orders(&sayso, &session).await;
        assert_eq!(after.len(), 1, "round {round}: {after:?} {again}");
        if let Some(order) = before.first() {
            assert_eq!(order, &after[0], "round {round}");
        }
        if let Some(id) = again["order"]["id"].as_str() {
            assert_eq!(id, after[0], "round {round}");
        }
        if let Some(first) = first.map(|answer| answer.json()) {
            answered += 1;
            assert_eq!(first["order"]["id"], after[0].as_str(), "round {round}");
        }
    }
    println!("{KILLS} kills: {durable} after the order was durable, {answered} after the answer was out");
    assert!(durable > 0 && durable < KILLS as usize, "the instants lie on both sides: {durable}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_server_whose_files_were_taken_away_says_that_it_is_not_ready() {
    for file in ["sayso.db", "conversations.db"] {
        let sayso = Sayso::new();
        let serving = sayso.serve();
        let parts = get("/readyz").send(serving.address).await.json();
        assert_eq!(parts["parts"]["store"], "ok", "{parts}");
        std::fs::rename(sayso.data().join(file), sayso.data().join("elsewhere.db")).unwrap();
        let parts = get("/readyz").send(serving.address).await;
        assert_eq!(
            (parts.status, &parts.json()["parts"]["store"]),
            (503, &"cannot be reached".into()),
            "{file}"
        );
    }
}

#[tokio::test]
async fn what_was_answered_before_a_kill_is_true_after_it() {
    let sayso = generous().await;
    let mut serving = sayso.serve();
    ask(&serving, "s", "reorder paper towels").await;
    let placed = ask(&serving, "s", "yes").await;
    serving.kill();
    let serving = sayso.serve();
    assert_eq!(orders(&sayso, "s").await, [placed["order"]["id"].as_str().unwrap()]);
    let status = ask(&serving, "s", "where is my last order").await;
    assert_eq!(status["order"]["id"], placed["order"]["id"]);
}

#[tokio::test]
async fn while_the_database_is_locked_nothing_is_ordered_and_the_shopper_is_told() {
    let sayso = generous().await;
    let serving = sayso.serve();
    ask(&serving, "s", "reorder paper towels").await;
    let other = rusqlite::Connection::open(sayso.data().join("sayso.db")).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let refused = ask(&serving, "s", "yes").await;
    assert!(refused["order"].is_null(), "{refused}");
    assert!(refused["speech"].as_str().unwrap().to_lowercase().contains("nothing"), "{refused}");
    other.execute_batch("ROLLBACK").unwrap();
    assert!(orders(&sayso, "s").await.is_empty());
    let placed = ask(&serving, "s", "yes").await;
    assert_eq!(placed["order"]["state"], "paid", "{placed}");
}

/// A file that may not grow is a disk that is full: writing beyond the limit fails.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn on_a_full_disk_nothing_is_ordered_and_the_shopper_is_told() {
    let sayso = generous().await;
    let mut shell = Command::new("bash");
    shell.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_sayso")]);
    let serving = sayso.serve_by(shell);
    ask(&serving, "s", "reorder paper towels").await;
    let limit = |size: &str| {
        let pid = serving.child.id().to_string();
        let done = Command::new("prlimit").args(["--pid", &pid, &format!("--fsize={size}")]).status();
        assert!(done.expect("prlimit runs").success());
    };
    limit("4096:unlimited");
    let refused = ask(&serving, "s", "yes").await;
    assert!(refused["order"].is_null(), "{refused}");
    assert!(refused["speech"].as_str().unwrap().to_lowercase().contains("nothing"), "{refused}");
    limit("unlimited:unlimited");
    assert!(orders(&sayso, "s").await.is_empty());
    let placed = ask(&serving, "s", "yes").await;
    assert_eq!(placed["order"]["state"], "paid", "{placed}");
}

#[tokio::test]
async fn a_server_that_is_asked_to_stop_finishes_and_exits_cleanly() {
    let sayso = Sayso::new();
    let mut serving = sayso.serve();
    ask(&serving, "s", "reorder paper towels").await;
    let address = serving.address;
    let turn = tokio::spawn(async move { say("s", "yes").send(address).await });
    let answer = turn.await.unwrap();
    serving.signal("TERM");
    let status = tokio::task::spawn_blocking(move || serving.child.wait().map(|s| (s, serving)));
    let (status, _) = status.await.unwrap().unwrap();
    assert!(status.success(), "{status}");
    assert_eq!(answer.json()["order"]["state"], "paid");
}

#[test]
fn a_server_that_is_asked_to_stop_while_its_recogniser_loads_exits_cleanly() {
    let sayso = Sayso::new();
    let mut random = StdRng::seed_from_u64(8);
    for stop in 0..STOPS {
        let mut serving = sayso.serve();
        std::thread::sleep(Duration::from_micros(random.random_range(0..30_000)));
        serving.signal("TERM");
        let status = serving.child.wait().unwrap();
        assert_eq!(status.code(), Some(0), "stop {stop}: {status}");
    }
}

#[tokio::test]
async fn a_real_server_gets_ready_and_hears_a_recording_in_the_same_conversation() {
    let sayso = Sayso::new();
    let serving = sayso.serve();
    until_ready(serving.address).await;
    let sample = |name: &str| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/audio/samples");
        std::fs::read(format!("{folder}/{name}.wav")).unwrap()
    };
    let path = "/v1/turns?session=s&household=oak-street";
    let asked = post(path, "audio/wav", sample("reorder-paper-towels")).send(serving.address).await;
    assert_eq!(asked.json()["heard"], "Reorder paper towels.");
    let yes = post(path, "audio/wav", sample("yes")).header("Accept", "audio/wav");
    let spoken = yes.send(serving.address).await;
    assert_eq!((spoken.status, spoken.headers["content-type"].as_str()), (200, "audio/wav"));
    let object = get(&spoken.headers["location"]).send(serving.address).await.json();
    assert_eq!(object["order"]["state"], "paid", "{object}");
}
