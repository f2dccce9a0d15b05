//! The reference client of docs/stream.md, on PyPI's `websockets`, shops at a real `sayso serve` with recordings.

use std::{path::Path, process::Command};

use super::python::python;
use crate::support::process::{Ended, Sayso};

#[test]
fn the_reference_client_shops_is_interrupted_and_orders_once() {
    let Some(python) = python("stream") else { return };
    let (sayso, root) = (Sayso::new(), Path::new(env!("CARGO_MANIFEST_DIR")));
    let settings = "[speech]\nsynthesizer = \"tones\"\n";
    std::fs::write(sayso.data().join("sayso.toml"), settings).unwrap();
    let serving = sayso.serve();
    let mut client = Command::new(python);
    client
        .arg(root.join("tests/interop/stream/converse.py"))
        .arg(format!("ws://{}/v1/stream", serving.address))
        .arg(root.join("audio/samples"));
    let ended = Ended::of(client.output().expect("Python runs"));
    assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
    let number = ended.out.trim();
    let orders = sayso.run(&["orders", "list"]).out;
    let placed: Vec<_> =
        orders.lines().filter(|line| line.split_whitespace().next() == Some(number)).collect();
    assert!(placed.len() == 1 && placed[0].contains("paid"), "{number}: {orders}");
    assert!(orders.contains("1 x Northwind Paper Towels"), "{orders}");
}
