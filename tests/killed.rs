//! A process that is killed while it confirms, and one whose disk is full: afterwards an order
//! exists once or not at all, and the same key gives the same answer.

use std::{
    collections::HashMap,
    path::Path,
    time::{Duration, Instant},
};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use sayso::commerce::{
    desk::PlaceOutcome,
    order::{Order, OrderState},
};

use crate::support::{
    shop::{household, shop, sku},
    victim::{self, COFFEES, Marks, RealShop, mark, wish},
};

/// How often the process is killed.
const KILLS: usize = 60;

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(work)
}

/// The second process: confirms one order after the other until something stops it.
async fn order_on_and_on(folder: &Path, first: usize) {
    let real = victim::open(folder).await;
    real.desk.recover().await.expect("recovery");
    for i in first.. {
        let key = format!("key-{i}");
        mark(&format!("confirming {key}"));
        match real.desk.place(wish(&key)).await {
            Ok(PlaceOutcome::Placed(order)) => mark(&format!("told {key} {}", order.number)),
            Ok(PlaceOutcome::Pending(_)) => mark(&format!("pending {key}")),
            Ok(other) => panic!("{other:?}"),
            Err(_) => {
                mark(&format!("fault {key}"));
                return;
            }
        }
    }
}

async fn orders(real: &RealShop) -> Vec<Order> {
    real.desk.orders(&shop(), &household("oak-street"), u32::MAX).await.expect("orders").to_vec()
}

/// The orders of that confirmation: none or one, or something is wrong.
fn of_key<'a>(orders: &'a [Order], key: &str) -> Option<&'a Order> {
    let mut found = orders.iter().filter(|order| order.session.as_str() == key);
    let first = found.next();
    assert!(found.next().is_none(), "{key} was ordered twice");
    first
}

/// Every order has one authorisation of its total, nothing is open, and the goods add up.
async fn the_books_agree(real: &RealShop) {
    let orders = orders(real).await;
    for order in &orders {
        assert_eq!((order.state, order.due()), (OrderState::Paid, None));
        let booked = real.ledger.entries_of(&order.id).await.expect("the ledger");
        assert_eq!(booked.len(), 1);
        assert_eq!(booked[0].amount, order.quote.total().minor());
    }
    let count = u32::try_from(orders.len()).expect("few orders");
    assert_eq!(real.ledger.count().await, Ok(i64::from(count)));
    let left = real.desk.stock(&shop(), &[sku("coffee")]).await.expect("stock");
    assert_eq!(left, [COFFEES - count]);
}

/// Where and when the process is killed: at a mark of an order, and so much later.
struct Blow {
    order: usize,
    after: &'static str,
    delay: Duration,
}

fn blows() -> Vec<Blow> {
    let mut random = StdRng::seed_from_u64(17);
    let marks = ["confirming", "asked", "answered"];
    (0..KILLS)
        .map(|_| Blow {
            order: random.random_range(0..3),
            after: marks[random.random_range(0..marks.len())],
            delay: Duration::from_micros(random.random_range(0..2_500)),
        })
        .collect()
}

/// Starts the second process and kills it; the keys that it began, and the numbers it told.
fn kill_one(folder: &Path, blow: &Blow) -> (Vec<String>, HashMap<String, String>) {
    let test = "killed::after_a_kill_at_any_instant_an_order_exists_once_or_not_at_all";
    let mut child = victim::rerun(test, None, folder).spawn().expect("a second process");
    let (mut began, mut told) = (Vec::new(), HashMap::new());
    let mut struck = false;
    for words in Marks::of(&mut child) {
        let words: Vec<&str> = words.split(' ').collect();
        match words[..] {
            ["confirming", key] => began.push(key.to_owned()),
            ["told", key, number] => {
                told.insert(key.to_owned(), number.to_owned());
            }
            _ => {}
        }
        if !struck && began.len() == blow.order + 1 && words[0] == blow.after {
            let since = Instant::now();
            while since.elapsed() < blow.delay {
                std::hint::spin_loop();
            }
            child.kill().expect("a kill");
            struck = true;
        }
    }
    assert!(struck, "the second process ended by itself");
    child.wait().expect("its end");
    (began, told)
}

#[test]
fn after_a_kill_at_any_instant_an_order_exists_once_or_not_at_all() {
    if let Some(folder) = victim::folder() {
        let first = std::fs::read_to_string(folder.join("first")).expect("the first key");
        return run(order_on_and_on(&folder, first.parse().expect("a number")));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let (folder, mut next) = (folder.path(), 0);
    // How many orders were not there, there but not paid, and paid but not told, when the blow fell.
    let mut found = [0; 3];
    for blow in blows() {
        std::fs::write(folder.join("first"), next.to_string()).expect("the first key");
        let (began, told) = kill_one(folder, &blow);
        next += began.len();
        run(async {
            let real = victim::open(folder).await;
            let before = orders(&real).await;
            for key in &began {
                match (told.get(key), of_key(&before, key)) {
                    (Some(number), order) => {
                        assert_eq!(&order.expect("a told order").number.to_string(), number)
                    }
                    (None, None) => found[0] += 1,
                    (None, Some(order)) => found[if order.state == OrderState::Placed { 1 } else { 2 }] += 1,
                }
            }
            real.desk.recover().await.expect("recovery");
            for key in &began {
                let first = real.desk.place(wish(key)).await.expect("an answer");
                let PlaceOutcome::Placed(order) = &first else { panic!("{key}: {first:?}") };
                if let Some(known) = of_key(&before, key) {
                    assert_eq!((&known.id, known.number), (&order.id, order.number));
                }
                assert_eq!(real.desk.place(wish(key)).await.expect("an answer"), first);
            }
            the_books_agree(&real).await;
            assert_eq!(orders(&real).await.len(), next);
            real.store.close().await;
            real.ledger.close().await;
        });
    }
    println!("not there, not paid, not told: {found:?}");
    assert!(found.iter().sum::<i32>() > 0, "no blow fell between a confirmation and its answer");
}

#[test]
fn on_a_full_disk_nothing_is_ordered_and_what_was_ordered_stays() {
    if let Some(folder) = victim::folder() {
        return run(order_on_and_on(&folder, 0));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    run(async {
        let real = victim::open(folder).await;
        real.store.close().await;
        real.ledger.close().await;
    });
    // No file of the second process may grow beyond this many blocks of 512 bytes; a write
    // beyond fails as it does on a full disk.
    let test = "killed::on_a_full_disk_nothing_is_ordered_and_what_was_ordered_stays";
    let launcher = "trap '' XFSZ; ulimit -f 900; exec \"$0\" \"$@\"";
    let mut child = victim::rerun(test, Some(launcher), folder).spawn().expect("a second process");
    let said: Vec<String> = Marks::of(&mut child).collect();
    assert!(child.wait().expect("its end").success());
    let of = |word: &str| -> Vec<String> {
        said.iter().filter_map(|words| words.strip_prefix(word)).map(str::to_owned).collect()
    };
    let (told, faults) = (of("told "), of("fault "));
    assert!(!told.is_empty(), "the disk was full from the start");
    assert_eq!(faults.len(), 1, "the disk was never full");
    run(async {
        let real = victim::open(folder).await;
        let before = orders(&real).await;
        for words in &told {
            let (key, number) = words.split_once(' ').expect("a key and a number");
            assert_eq!(of_key(&before, key).expect("a told order").number.to_string(), number);
        }
        for key in of("pending ") {
            assert!(of_key(&before, &key).is_some(), "an order that waits for its payment is there");
        }
        assert_eq!(of_key(&before, &faults[0]), None, "nothing was ordered");
        real.desk.recover().await.expect("recovery");
        assert!(matches!(real.desk.place(wish(&faults[0])).await, Ok(PlaceOutcome::Placed(_))));
        the_books_agree(&real).await;
    });
}
