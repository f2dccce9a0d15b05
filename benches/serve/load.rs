//! The load: requests that were made before, sent by a process of its own over connections that stay open.
//!
//! Closed: each connection sends its next request as soon as it has the answer; how many are answered in a second
//! is the most that the server can do. Open: each request has a moment at which it is due, whatever became of those
//! before, and its latency counts from that moment: a server that stands still is not spared the requests that
//! would have come meanwhile.

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    process::Command,
    sync::Barrier,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde::{Deserialize, Serialize};

/// The first argument of the process.
pub const CHILD: &str = "--load";
/// Ticks of /proc's times in a second, on every Linux.
const TICKS: f64 = 100.0;
/// No answer comes after this long.
const PATIENCE: Duration = Duration::from_secs(60);
/// From the connections to the first request.
const BEFORE: Duration = Duration::from_millis(50);
/// What a request has that confirms, and an answer to it when an order was placed.
const CONFIRMS: &[u8] = b"AMAZON.YesIntent";
const ORDERED: &[u8] = b"\"card\"";

/// For each connection its requests, heads and all, in order.
pub type Requests = Vec<Vec<Vec<u8>>>;

/// When requests are sent.
#[derive(Clone, Copy)]
pub enum Pace {
    /// As soon as the connection is free.
    Closed,
    /// So many a second over all connections, at seeded random moments (a Poisson process).
    Open(f64),
}

/// One answer.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Answer {
    /// When it was there, in microseconds from the beginning.
    pub at: u64,
    /// How long it took, in microseconds; in an open load from the moment at which the request was due.
    pub took: u64,
    pub status: u16,
    /// Whether it has a Retry-After.
    pub retry_after: bool,
    /// Whether it tells of an order.
    pub ordered: bool,
}

/// What came of a load.
#[derive(Serialize, Deserialize)]
pub struct Outcome {
    pub answers: Vec<Answer>,
    /// Seconds until the first connection had no more to send, or until the end.
    pub seconds: f64,
    /// Of the processor, for the load itself, in seconds.
    pub cost: f64,
}

impl Outcome {
    /// Answers a second, after the first fifth of the time.
    pub fn rate(&self) -> f64 {
        let from = self.seconds / 5.0;
        let inside = |answer: &&Answer| (from..self.seconds).contains(&(answer.at as f64 / 1e6));
        self.answers.iter().filter(inside).count() as f64 / (self.seconds - from)
    }

    /// The latencies of the answers after the first fifth of the time.
    pub fn latencies(&self) -> Vec<Duration> {
        let later = self.answers.iter().filter(|answer| answer.at as f64 / 1e6 >= self.seconds / 5.0);
        later.map(|answer| Duration::from_micros(answer.took)).collect()
    }

    /// An error unless all were answered 200.
    pub fn all_fine(self) -> Result<Self> {
        let wrong = self.answers.iter().filter(|answer| answer.status != 200).count();
        if let Some(first) = self.answers.iter().find(|answer| answer.status != 200) {
            bail!("{wrong} of {} requests were refused, the first with {}", self.answers.len(), first.status);
        }
        ensure!(!self.answers.is_empty(), "nothing was answered");
        Ok(self)
    }
}

/// Sends the requests for so many seconds from another process.
pub fn run(requests: &Requests, address: &str, pace: Pace, seconds: f64) -> Result<Outcome> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("requests");
    std::fs::write(&file, serialized(requests)?)?;
    let rate = match pace {
        Pace::Closed => 0.0,
        Pace::Open(rate) => rate,
    };
    let output = Command::new(std::env::current_exe()?)
        .arg(CHILD)
        .arg(&file)
        .args([address, &rate.to_string(), &seconds.to_string()])
        .output()?;
    ensure!(output.status.success(), "the load failed: {}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn serialized(requests: &Requests) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for list in requests {
        bytes.extend(u32::try_from(list.len())?.to_le_bytes());
        for request in list {
            bytes.extend(u32::try_from(request.len())?.to_le_bytes());
            bytes.extend(request);
        }
    }
    Ok(bytes)
}

fn read_requests(file: &Path) -> Result<Requests> {
    let bytes = std::fs::read(file)?;
    let mut rest = bytes.as_slice();
    let mut take = |length: usize| -> Result<Vec<u8>> {
        let (taken, left) = rest.split_at_checked(length).context("the file is cut off")?;
        rest = left;
        Ok(taken.to_vec())
    };
    let mut requests = Vec::new();
    while let Ok(count) = take(4) {
        let number = |four: &[u8]| Ok::<_, anyhow::Error>(u32::from_le_bytes(four.try_into()?) as usize);
        let mut list = Vec::new();
        for _ in 0..number(&count)? {
            let length = number(&take(4)?)?;
            list.push(take(length)?);
        }
        requests.push(list);
    }
    Ok(requests)
}

/// The process: FILE ADDRESS RATE SECONDS. Prints an [`Outcome`].
pub fn child(arguments: &[String]) -> Result<()> {
    let [file, address, rate, seconds] = arguments else { bail!("four arguments") };
    let requests = read_requests(Path::new(file))?;
    let (rate, seconds): (f64, f64) = (rate.parse()?, seconds.parse()?);
    let dues = (rate > 0.0).then(|| dues(rate, seconds, requests.len()));
    let together = Barrier::new(requests.len());
    let before = processor_time(std::process::id())?;
    let each = std::thread::scope(|scope| {
        let threads: Vec<_> = requests
            .iter()
            .enumerate()
            .map(|(number, list)| {
                let (dues, together) = (dues.as_ref().map(|dues| &dues[number][..]), &together);
                scope.spawn(move || connection(list, address, dues, seconds, together))
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect::<Result<Vec<_>>>()
    })?;
    let ended = each.iter().filter_map(|(_, ended)| *ended).fold(seconds, f64::min);
    let answers = each.into_iter().flat_map(|(answers, _)| answers).collect();
    let cost = processor_time(std::process::id())? - before;
    println!("{}", serde_json::to_string(&Outcome { answers, seconds: ended, cost })?);
    Ok(())
}

/// For each connection the moments of its requests, in seconds.
fn dues(rate: f64, seconds: f64, connections: usize) -> Vec<Vec<f64>> {
    let mut random = StdRng::seed_from_u64(7);
    let mut dues = vec![Vec::new(); connections];
    let (mut at, mut next) = (0.0, 0);
    while at < seconds {
        dues[next].push(at);
        next = (next + 1) % connections;
        at -= (1.0 - random.random::<f64>()).ln() / rate;
    }
    dues
}

/// The answers of one connection, and when it had no more to send, if that was before the end.
fn connection(
    list: &[Vec<u8>],
    address: &str,
    dues: Option<&[f64]>,
    seconds: f64,
    together: &Barrier,
) -> Result<(Vec<Answer>, Option<f64>)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut buffer = Vec::with_capacity(64 * 1024);
    together.wait();
    let zero = Instant::now() + BEFORE;
    let mut answers = Vec::with_capacity(list.len());
    let count = dues.map_or(list.len(), |dues| dues.len().min(list.len()));
    for (number, request) in list[..count].iter().enumerate() {
        let due = match dues {
            Some(dues) => zero + Duration::from_secs_f64(dues[number]),
            None => zero.max(Instant::now()),
        };
        if (due - zero).as_secs_f64() >= seconds {
            return Ok((answers, None));
        }
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        stream.write_all(request)?;
        let (status, retry_after, card) = answer(&mut stream, &mut buffer)?;
        let ordered = card && has(request, CONFIRMS);
        let (at, took) = ((Instant::now() - zero).as_micros() as u64, due.elapsed().as_micros() as u64);
        answers.push(Answer { at, took, status, retry_after, ordered });
    }
    // In an open load the last request of a connection is always a little before the end.
    let ended = dues.is_none_or(|dues| dues.len() > count).then(|| zero.elapsed().as_secs_f64());
    Ok((answers, ended))
}

/// Reads one answer with its body: the status, whether there is a Retry-After, whether there is a card.
fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<(u16, bool, bool)> {
    buffer.clear();
    let mut piece = [0; 16 * 1024];
    let mut whole = None;
    loop {
        if let Some((head, length)) = whole.filter(|(head, length)| buffer.len() >= head + length) {
            let text = std::str::from_utf8(&buffer[..head])?.to_ascii_lowercase();
            let status = text.split(' ').nth(1).context("a status")?.parse()?;
            let card = has(&buffer[head..head + length], ORDERED);
            return Ok((status, text.contains("\nretry-after:"), card));
        }
        let count = stream.read(&mut piece)?;
        ensure!(count > 0, "the server hung up");
        buffer.extend(&piece[..count]);
        if whole.is_none() {
            whole = lengths(buffer)?;
        }
    }
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// The lengths of head and body, once the head is there.
fn lengths(bytes: &[u8]) -> Result<Option<(usize, usize)>> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&bytes[..end])?.to_ascii_lowercase();
    let length = head.split("\r\n").find_map(|line| line.strip_prefix("content-length:"));
    Ok(Some((end + 4, length.context("a length")?.trim().parse()?)))
}

/// What a process has had of the processor, in seconds.
pub fn processor_time(process: u32) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // After the name, which ends in the last bracket, the twelfth and thirteenth are user's and system's time.
    let after = stat.rsplit(") ").next().context("fields")?;
    let fields: Vec<&str> = after.split(' ').collect();
    let ticks = |at: usize| fields.get(at).context("a field")?.parse::<f64>().context("a number");
    Ok((ticks(11)? + ticks(12)?) / TICKS)
}
