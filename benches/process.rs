//! `sayso serve` as a process: how soon it is ready, and how much memory it holds.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::table::{Table, bar, ms, percentile};

/// Starts that are measured.
const STARTS: u64 = 15;
/// Give up on a server after this long.
const PATIENCE: Duration = Duration::from_secs(60);
/// The shortest time between two questions whether it is ready.
const BETWEEN: Duration = Duration::from_millis(2);

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

struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Starts one and waits until it is ready.
    fn start(data: &std::path::Path) -> Result<Self> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sayso"));
        command.arg("--data").arg(data).args(["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let out = child.stdout.as_mut().context("stdout is a pipe")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let address = line.trim().rsplit("http://").next().context("an address")?.to_owned();
        let mut server = Self { child, address };
        let begin = Instant::now();
        while !server.exchange("GET /readyz HTTP/1.1\r\n", &[])?.contains(" 200 ") {
            if begin.elapsed() > PATIENCE {
                bail!("the server does not get ready");
            }
            std::thread::sleep(BETWEEN);
        }
        Ok(server)
    }

    fn post(&mut self, path: &str, kind: &str, body: &[u8]) -> Result<()> {
        let length = body.len();
        let head = format!("POST {path} HTTP/1.1\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n");
        let answer = self.exchange(&head, body)?;
        anyhow::ensure!(answer.contains(" 200 "), "the server refused: {answer}");
        Ok(())
    }

    /// One request; the first line of the answer.
    fn exchange(&mut self, head: &str, body: &[u8]) -> Result<String> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.write_all(format!("{head}Host: localhost\r\nConnection: close\r\n\r\n").as_bytes())?;
        stream.write_all(body)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer.lines().next().unwrap_or_default().to_owned())
    }

    /// VmRSS in KiB.
    fn resident(&mut self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("VmRSS")?;
        Ok(line.split_whitespace().nth(1).context("a number")?.parse()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
