//! The figures of the README: `script/bench`. A table is the last output.
//!
//! Everything is measured on real parts: SQLite files, the order desk, `sayso serve` as a process,
//! Whisper on the demo's recordings. Asserts nothing about speed.

mod catalogue;
mod process;
mod recogniser;
mod recordings;
mod server;
mod table;
mod turns;

use table::Table;

fn main() -> anyhow::Result<()> {
    // `cargo test --benches` only wants to know that it starts.
    if std::env::args().any(|argument| argument == "--test") {
        return Ok(());
    }
    if std::env::args().any(|argument| argument == recogniser::CHILD) {
        return recogniser::child();
    }
    let runtime = tokio::runtime::Runtime::new()?;
    let mut table = Table::default();
    runtime.block_on(turns::measure(&mut table))?;
    runtime.block_on(process::measure(&mut table))?;
    recogniser::measure(&mut table)?;
    let heard = recordings::measure(&mut table)?;
    println!("\n{heard}\n{table}");
    Ok(())
}
