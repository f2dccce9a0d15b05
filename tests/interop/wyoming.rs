//! The `wyoming` package of PyPI, which Home Assistant uses, as a client of `sayso serve`.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use super::python::python;
use crate::support::process::Sayso;

#[test]
fn the_protocols_own_client_hears_speaks_and_shops() {
    let Some(python) = python("wyoming") else { return };
    let (sayso, root) = (Sayso::new(), Path::new(env!("CARGO_MANIFEST_DIR")));
    let mut command = sayso.command(&["serve", "--listen", "127.0.0.1:0", "--wyoming", "127.0.0.1:0"]);
    command.env("SAYSO_SPEECH_SYNTHESIZER", "tones").stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the program runs");
    let line = BufReader::new(child.stdout.take().unwrap()).lines().nth(1);
    let line = line.expect("a second line").expect("text");
    let port = line.rsplit(':').next().unwrap_or_default();
    let client = Command::new(python)
        .arg(root.join("tests/interop/wyoming/client.py"))
        .arg(port)
        .arg(root.join("audio/samples/reorder-paper-towels.wav"))
        .output();
    let (killed, waited) = (child.kill(), child.wait());
    let client = client.expect("python runs");
    assert!(client.status.success(), "{}", String::from_utf8_lossy(&client.stderr));
    killed.and(waited.map(drop)).expect("the server ran to the end");
    let orders = sayso.run(&["orders", "list"]).out;
    let number = |line: &str| line.split_whitespace().next().and_then(|word| word.parse::<u64>().ok());
    assert!(orders.contains("1 x Northwind Paper Towels"), "{orders}");
    assert!(orders.lines().any(|line| number(line).is_some() && line.contains("paid")), "{orders}");
}
