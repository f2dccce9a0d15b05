//! The figures of the server under load: `script/bench serve`. A table is the last output.
//!
//! Everything is measured on a real `sayso serve` with SQLite files, over loopback; the load comes from a process of
//! its own on the same processor, which costs what the table says. Asserts nothing about speed.
//!
//!     script/bench serve [--quick] [--picture FILE.svg] [alexa] [skills] [audio]

mod alexa;
#[allow(dead_code, reason = "the tests need more of it")]
#[path = "../../tests/support/amazon/mod.rs"]
mod amazon;
mod audio;
mod chain_store;
mod customers;
mod dialogue;
mod load;
mod peer;
mod picture;
#[path = "../server.rs"]
mod server;
mod shops;
mod skills;
#[path = "../table.rs"]
mod table;

use anyhow::Result;
use table::Table;

/// What is measured, and how thoroughly.
pub struct Wish {
    /// Little of everything, to see that it works.
    pub quick: bool,
    /// Where the picture of the latencies goes.
    pub picture: Option<std::path::PathBuf>,
}

impl Wish {
    /// Seconds of a measured load, after a beginning that does not count.
    pub fn seconds(&self) -> f64 {
        if self.quick { 2.0 } else { 12.0 }
    }
}

fn main() -> Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    // `cargo test --benches` only wants to know that it starts.
    if arguments.iter().any(|argument| argument == "--test") {
        return Ok(());
    }
    if arguments.first().is_some_and(|first| first == load::CHILD) {
        return load::child(&arguments[1..]);
    }
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let at = arguments.iter().position(|argument| argument == "--picture");
    let picture =
        at.map(|at| arguments.drain(at..(at + 2).min(arguments.len())).next_back().unwrap_or_default());
    let wish = Wish { quick, picture: picture.map(Into::into) };
    let parts: Vec<_> = arguments.iter().filter(|a| !a.starts_with("--")).map(String::as_str).collect();
    let wanted = |part: &str| parts.is_empty() || parts.contains(&part);
    let mut table = Table::default();
    if wanted("alexa") {
        alexa::measure(&mut table, &wish)?;
    }
    if wanted("audio") {
        audio::measure(&mut table)?;
    }
    if wanted("skills") {
        skills::measure(&mut table, &wish)?;
    }
    println!("\n{table}");
    Ok(())
}
