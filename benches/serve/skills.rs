//! Many skills in one process: memory, start, and whether a turn takes longer than with one.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Result;

use crate::{
    Wish,
    load::{self, Pace, Requests},
    server::Server,
    shops,
    table::{Table, bar, ms, percentile},
};

const SKILLS: usize = 200;
const PRODUCTS: usize = 5_000;
/// One conversation.
const CONVERSATION: [&str; 4] =
    ["find me coffee under fifteen dollars", "the second one", "no", "is milk in stock"];
/// Conversations that are measured of each server.
const CONVERSATIONS: usize = 1_000;
/// The parts that they are measured in, by turns with those of the other server: how fast the machine is changes within
/// seconds.
const PARTS: usize = 20;

/// A server with some skills.
struct Shops {
    ids: Vec<String>,
    first_start: Duration,
    start: Duration,
    resident: u64,
    turns: Vec<Duration>,
    server: Server,
    _folder: tempfile::TempDir,
}

/// Adds the figures of many skills beside those of one.
pub fn measure(table: &mut Table, wish: &Wish) -> Result<()> {
    let (skills, products, conversations) =
        if wish.quick { (5, 500, 40) } else { (SKILLS, PRODUCTS, CONVERSATIONS) };
    let mut one = Shops::open(1, products)?;
    let mut many = Shops::open(skills, products)?;
    for shops in [&mut one, &mut many] {
        // Each skill is spoken to once before it counts.
        shops.talk(0, skills.max(conversations / 10))?;
    }
    for part in 0..PARTS {
        let (from, count) = (conversations + part * conversations / PARTS, conversations / PARTS);
        for shops in [&mut one, &mut many] {
            let turns = shops.talk(from, count)?;
            shops.turns.extend(turns);
        }
    }
    let name = format!("{skills} skills × {products} products");
    table.add(&format!("{name}: start to ready"), ms(many.start), "≤ 5 s");
    table.add("the first start ever (makes the database)", ms(many.first_start), "");
    table.add(&format!("{name}: resident memory, ready"), mib(many.resident), "≤ 600 MiB");
    table.add("the same after turns with every one", mib(many.server.resident()?), "≤ 600 MiB");
    table.add("with one such skill: start to ready", ms(one.start), "");
    table.add("with one such skill: resident memory after turns", mib(one.server.resident()?), "");
    for (share, name) in [(0.5, "p50"), (0.99, "p99")] {
        let (all, alone) = (percentile(&mut many.turns, share), percentile(&mut one.turns, share));
        table.add(&format!("typed turn over HTTP with {skills} skills, {name}"), ms(all), "");
        table.add(&format!("typed turn over HTTP with one, {name}"), ms(alone), "");
        let times = all.as_secs_f64() / alone.as_secs_f64();
        table.add(&format!("times the turn with one, {name}"), format!("{times:.2}"), "≤ 1");
    }
    Ok(())
}

impl Shops {
    /// Writes the skills, and starts a server with them for the first and for the second time.
    fn open(skills: usize, products: usize) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let data = folder.path().join("data");
        let ids: Vec<_> = (0..skills).map(|n| format!("shop-{n}")).collect();
        let progress = bar("skills", skills as u64);
        for (seed, id) in (0..).zip(&ids) {
            shops::write(&folder.path().join(id), id, products, 1, seed)?;
            progress.inc(1);
        }
        progress.finish_and_clear();
        settings(&data, folder.path(), &ids)?;
        eprintln!("starting a server with skills: {skills}");
        let begin = Instant::now();
        drop(Server::start(&data)?);
        let first_start = begin.elapsed();
        let begin = Instant::now();
        let mut server = Server::start(&data)?;
        let start = begin.elapsed();
        let resident = server.resident()?;
        Ok(Self { ids, first_start, start, resident, turns: Vec::new(), server, _folder: folder })
    }

    /// Holds conversations, one after the other, each with the next skill. How long each turn took.
    fn talk(&self, from: usize, count: usize) -> Result<Vec<Duration>> {
        let skill = |number: usize| self.ids[number % self.ids.len()].as_str();
        let list = (from..from + count).flat_map(|number| conversation(skill(number), number)).collect();
        let requests: Requests = vec![list];
        let answers = load::run(&requests, &self.server.address, Pace::Closed, 600.0)?.all_fine()?.answers;
        Ok(answers.iter().map(|answer| Duration::from_micros(answer.took)).collect())
    }
}

fn settings(data: &Path, folder: &Path, ids: &[String]) -> Result<()> {
    fs::create_dir_all(data)?;
    let folders: Vec<_> = ids.iter().map(|id| format!("{:?}", folder.join(id))).collect();
    Ok(fs::write(data.join("sayso.toml"), format!("skills = [{}]\n", folders.join(",\n")))?)
}

fn conversation(skill: &str, number: usize) -> impl Iterator<Item = Vec<u8>> {
    let request = move |text: &str| {
        let body = format!("{{\"session\":\"bench-{number}\",\"text\":\"{text}\"}}");
        let length = body.len();
        format!(
            "POST /v1/skills/{skill}/turns HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        )
        .into_bytes()
    };
    let requests: Vec<_> = CONVERSATION.iter().map(|text| request(text)).collect();
    requests.into_iter()
}

fn mib(kib: u64) -> String {
    format!("{} MiB", kib / 1024)
}
