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
/// Conversations that are measured.
const CONVERSATIONS: usize = 1_000;

/// What a server with so many skills is like.
struct Figures {
    first_start: Duration,
    start: Duration,
    resident: u64,
    used: u64,
    turns: Vec<Duration>,
}

/// Adds the figures of many skills beside those of one.
pub fn measure(table: &mut Table, wish: &Wish) -> Result<()> {
    let (skills, products) = if wish.quick { (5, 500) } else { (SKILLS, PRODUCTS) };
    let mut one = figures(1, products, wish)?;
    let mut many = figures(skills, products, wish)?;
    let name = format!("{skills} skills × {products} products");
    table.add(&format!("{name}: start to ready"), ms(many.start), "≤ 5 s");
    table.add("the first start ever (makes the database)", ms(many.first_start), "");
    table.add(&format!("{name}: resident memory, ready"), mib(many.resident), "≤ 600 MiB");
    table.add("the same after turns with every one", mib(many.used), "≤ 600 MiB");
    table.add("with one such skill: start to ready", ms(one.start), "");
    table.add("with one such skill: resident memory after turns", mib(one.used), "");
    for (share, name) in [(0.5, "p50"), (0.99, "p99")] {
        let (all, alone) = (percentile(&mut many.turns, share), percentile(&mut one.turns, share));
        table.add(&format!("typed turn over HTTP with {skills} skills, {name}"), ms(all), "");
        table.add(&format!("typed turn over HTTP with one, {name}"), ms(alone), "");
        let times = all.as_secs_f64() / alone.as_secs_f64();
        table.add(&format!("times the turn with one, {name}"), format!("{times:.2}"), "≤ 1");
    }
    Ok(())
}

fn figures(skills: usize, products: usize, wish: &Wish) -> Result<Figures> {
    let folder = tempfile::tempdir()?;
    let (data, ids) =
        (folder.path().join("data"), (0..skills).map(|n| format!("shop-{n}")).collect::<Vec<_>>());
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
    let conversations = if wish.quick { 40 } else { CONVERSATIONS };
    let talk = |from: usize, count: usize| -> Result<Vec<Duration>> {
        let list =
            (from..from + count).flat_map(|number| conversation(&ids[number % skills], number)).collect();
        let requests: Requests = vec![list];
        let answers = load::run(&requests, &server.address, Pace::Closed, 600.0)?.all_fine()?.answers;
        Ok(answers.iter().map(|answer| Duration::from_micros(answer.took)).collect())
    };
    // Each skill is spoken to once before it counts.
    talk(0, skills.max(conversations / 10))?;
    let turns = talk(conversations, conversations)?;
    Ok(Figures { first_start, start, resident, used: server.resident()?, turns })
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
