//! The `wyoming` package of PyPI, which Home Assistant uses, as a client of `sayso serve`.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
};

use super::python::python;
use crate::support::process::{Ended, Sayso, Serving};

/// `sayso serve --wyoming` with a tone for each word, and the port of the protocol.
pub fn serve(sayso: &Sayso) -> (Serving, u16) {
    let mut command = sayso.command(&["serve", "--listen", "127.0.0.1:0", "--wyoming", "127.0.0.1:0"]);
    command.env("SAYSO_SPEECH_SYNTHESIZER", "tones").stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the program runs");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let mut address = |after: &str| {
        let line = lines.next().expect("a line").expect("text");
        let address = line.rsplit(after).next().and_then(|address| address.trim().parse().ok());
        address.unwrap_or_else(|| panic!("no address in {line:?}"))
    };
    let http: SocketAddr = address("://");
    let port = address("://").port();
    (Serving { child, address: http }, port)
}

#[test]
fn the_protocols_own_client_hears_speaks_and_shops() {
    let Some(python) = python("wyoming") else { return };
    let (sayso, root) = (Sayso::new(), Path::new(env!("CARGO_MANIFEST_DIR")));
    let (_serving, port) = serve(&sayso);
    let mut client = Command::new(python);
    client
        .arg(root.join("tests/interop/wyoming/client.py"))
        .arg(port.to_string())
        .arg(root.join("audio/samples/reorder-paper-towels.wav"));
    let ended = Ended::of(client.output().expect("Python runs"));
    assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
    let orders = sayso.run(&["orders", "list"]).out;
    let number = |line: &str| line.split_whitespace().next().and_then(|word| word.parse::<u64>().ok());
    assert!(orders.contains("1 x Northwind Paper Towels"), "{orders}");
    assert!(orders.lines().any(|line| number(line).is_some() && line.contains("paid")), "{orders}");
}
