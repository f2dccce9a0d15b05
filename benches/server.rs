//! `sayso serve` as a process.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// Give up on a server after this long.
const PATIENCE: Duration = Duration::from_secs(600);
/// The shortest time between two questions whether it is ready.
const BETWEEN: Duration = Duration::from_millis(2);

/// A running server; killed when dropped.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: String,
}

/// The program with a data folder and none of this machine's settings.
pub fn sayso(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sayso"));
    for (name, _) in std::env::vars_os().filter(|(n, _)| n.to_string_lossy().starts_with("SAYSO_")) {
        command.env_remove(name);
    }
    command.env_remove("RUST_LOG").arg("--data").arg(data);
    command
}

impl Server {
    /// Starts one and waits until it is ready.
    pub fn start(data: &Path) -> Result<Self> {
        Self::start_by(sayso(data))
    }

    /// The same by the program with its data folder and whatever else is set for it.
    pub fn start_by(mut command: Command) -> Result<Self> {
        command.args(["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let out = child.stdout.as_mut().context("stdout is a pipe")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let address = line.trim().rsplit("http://").next().context("an address")?.to_owned();
        let mut server = Self { child, address };
        anyhow::ensure!(!server.address.is_empty(), "the server ended at once");
        let begin = Instant::now();
        while !server.exchange("GET /readyz HTTP/1.1\r\n", &[])?.contains(" 200 ") {
            if begin.elapsed() > PATIENCE {
                bail!("the server does not get ready");
            }
            std::thread::sleep(BETWEEN);
        }
        Ok(server)
    }

    /// A body to an address; an error unless the answer is 200.
    pub fn post(&mut self, path: &str, kind: &str, body: &[u8]) -> Result<()> {
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

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// VmRSS in KiB.
    pub fn resident(&mut self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id()))?;
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
