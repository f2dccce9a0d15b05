//! PyPI's wyoming-satellite as a process with a recording as its microphone: a shopper in another room speaks to
//! `sayso serve --wyoming` and hears the answer. A script plays the part of Home Assistant between the two.

use std::{path::Path, process::Command};

use super::{python::python, wyoming::serve};
use crate::support::process::{Ended, Sayso};

#[test]
fn a_shopper_at_a_satellite_is_understood_and_hears_the_answer() {
    let Some(python) = python("satellite") else { return };
    let (sayso, root) = (Sayso::new(), Path::new(env!("CARGO_MANIFEST_DIR")));
    let (_serving, port) = serve(&sayso);
    let mut home = Command::new(python);
    home.arg(root.join("tests/interop/satellite/home_assistant.py"))
        .arg(port.to_string())
        .arg(root.join("audio/samples"));
    let ended = Ended::of(home.output().expect("Python runs"));
    assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
    let lines: Vec<_> = ended.out.lines().collect();
    let [heard, asked, yes, placed] = lines[..] else { panic!("{}", ended.out) };
    assert_eq!(
        (heard, yes.replace(',', "").as_str()),
        ("heard: Reorder paper towels.", "heard: Yes please.")
    );
    assert!(asked.contains("Paper Towels") && asked.contains("Shall I order it?"), "{asked}");
    assert!(placed.starts_with("answered: Done"), "{placed}");
    let orders = sayso.run(&["orders", "list"]).out;
    assert!(orders.contains("1 x Northwind Paper Towels"), "{orders}");
}
