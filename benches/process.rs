//! `sayso serve` as a process: how soon it is ready, and how much memory it holds.

use std::time::Instant;

use anyhow::Result;

use crate::{
    server::Server,
    table::{Table, bar, ms, percentile},
};

/// Starts that are measured.
const STARTS: u64 = 15;

/// Adds the figures of the process.
pub async fn measure(table: &mut Table) -> Result<()> {
    let data = tempfile::tempdir()?;
    let begin = Instant::now();
    drop(Server::start(data.path())?);
    let first = begin.elapsed();
    let (mut times, mut resident) = (Vec::new(), 0);
    let progress = bar("starts", STARTS);
    for _ in 0..STARTS {
        let begin = Instant::now();
        let mut server = Server::start(data.path())?;
        times.push(begin.elapsed());
        resident = resident.max(server.resident()?);
        progress.inc(1);
    }
    progress.finish_and_clear();
    let mut server = Server::start(data.path())?;
    let recording = include_bytes!("../audio/samples/reorder-paper-towels.wav");
    for _ in 0..20 {
        server.post("/v1/turns?session=bench", "audio/wav", recording)?;
    }
    let busy = server.resident()?;
    table.add("process start to ready, p50", ms(percentile(&mut times, 0.5)), "≤ 500 ms");
    table.add("process start to ready, slowest", ms(percentile(&mut times, 1.0)), "");
    table.add("the first start ever (makes the database)", ms(first), "");
    table.add("resident memory of serve, ready", format!("{} MiB", resident / 1024), "≤ 120 MiB");
    table.add("resident memory of serve, after 20 recordings", format!("{} MiB", busy / 1024), "");
    Ok(())
}
