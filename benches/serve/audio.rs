//! Many recordings at once: who is answered, how soon, and how soon the others are told that they cannot be.

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::{
    load::{self, Pace, Requests},
    server::{Server, sayso},
    table::{Table, ms, percentile},
};

/// Recordings that come at the same moment.
const AT_ONCE: usize = 64;
/// Recordings that are heard before, so that the server knows its pace.
const BEFORE: usize = 4;
const RECORDING: &[u8] = include_bytes!("../../audio/samples/reorder-paper-towels.wav");

/// Adds the figures of recordings: with the limit that is set unless another is, which is the platforms', with
/// seats for all of them, and with a limit that they cannot all meet.
pub fn measure(table: &mut Table) -> Result<()> {
    let ample = "SAYSO_HTTP_MAX_IN_FLIGHT";
    let short = "SAYSO_SPEECH_ANSWER_SECONDS";
    one(table, "as it comes", 8, &[])?;
    one(table, "http.max_in_flight = 128", 8, &[(ample, "128")])?;
    one(table, "the same with speech.answer_seconds = 1", 1, &[(ample, "128"), (short, "1")])
}

fn one(table: &mut Table, name: &str, limit: u64, settings: &[(&str, &str)]) -> Result<()> {
    eprintln!("measuring {AT_ONCE} recordings at once, {name}");
    let data = tempfile::tempdir()?;
    let mut command = sayso(data.path());
    command.envs(settings.iter().copied());
    let mut server = Server::start_by(command)?;
    for _ in 0..BEFORE {
        server.post("/v1/turns?session=before", "audio/wav", RECORDING)?;
    }
    let outcome = load::run(&requests(), &server.address, Pace::Closed, 60.0)?;
    ensure!(outcome.answers.len() == AT_ONCE, "some recordings were neither answered nor refused");
    let took = |status: u16| -> Vec<Duration> {
        let those = outcome.answers.iter().filter(|answer| answer.status == status);
        those.map(|answer| Duration::from_micros(answer.took)).collect()
    };
    let (mut answered, mut refused) = (took(200), took(503));
    let name = format!("{AT_ONCE} recordings at once, {name}");
    let counts = format!("{} and {}", answered.len(), refused.len());
    table.add(&format!("{name}: answered and refused"), counts, "");
    let (p50, slowest) = (percentile(&mut answered, 0.5), percentile(&mut answered, 1.0));
    let p99 = percentile(&mut answered, 0.99);
    table.add("of the answered, p50 and p99", format!("{} and {}", ms(p50), ms(p99)), "");
    table.add("the slowest answer", ms(slowest), &format!("≤ {limit} s"));
    if !refused.is_empty() {
        table.add("the slowest refusal", ms(percentile(&mut refused, 1.0)), "≤ 1 s");
    }
    let told = |answer: &&load::Answer| answer.status == 200 || answer.status == 503 && answer.retry_after;
    let untold = AT_ONCE - outcome.answers.iter().filter(told).count();
    table.add("neither answered nor told when to ask again", untold, "0");
    Ok(())
}

/// One recording on each connection.
fn requests() -> Requests {
    let request = |number: usize| {
        let length = RECORDING.len();
        let mut request = format!(
            "POST /v1/turns?session=bench-{number} HTTP/1.1\r\nHost: localhost\r\nContent-Type: audio/wav\r\n\
             Content-Length: {length}\r\n\r\n"
        )
        .into_bytes();
        request.extend(RECORDING);
        vec![request]
    };
    (0..AT_ONCE).map(request).collect()
}
