//! Signed Alexa requests: how many a second, beside Amazon's own framework, and how soon each is answered at half
//! of that.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{
    Wish,
    amazon::{APPLICATION, Amazon, account},
    chain_store, customers, dialogue,
    load::{self, Outcome, Pace, processor_time},
    peer::Peer,
    picture,
    server::{Server, sayso},
    shops,
    table::{Table, ms, percentile},
};

/// Connections of the load. Sayso does up to 32 turns at a time unless it is told otherwise.
const CONNECTIONS: usize = 32;
/// Requests of the short load that shows about how many a longer one needs.
const PILOT: usize = 1_600;
/// Products of the shop.
const PRODUCTS: usize = 1_000;
/// Its customers, whose accounts are linked. A prime, so that each of them orders at times.
const HOUSEHOLDS: usize = 97;

/// The authority, its root and its chain as files, the shop and the tokens of its customers.
struct Stage {
    amazon: Amazon,
    folder: tempfile::TempDir,
    tokens: Vec<String>,
}

impl Stage {
    fn set() -> Result<Self> {
        let (amazon, folder) = (Amazon::with_rsa(), tempfile::tempdir()?);
        let mut stage = Self { amazon, folder, tokens: Vec::new() };
        fs::write(stage.file("root.pem"), stage.amazon.root())?;
        let chain = stage.amazon.chain(&crate::amazon::Claims::default());
        fs::write(stage.file("chain.pem"), chain)?;
        let households = shops::write(&stage.file("shop"), "household", PRODUCTS, HOUSEHOLDS, 1)?;
        fs::create_dir(stage.file("data"))?;
        let settings = format!(
            "skills = [{shop:?}]\n[alexa]\nroots = {root:?}\n{linking}[skill.household]\n\
             alexa_application_id = {APPLICATION:?}\n",
            linking = account::settings("household"),
            shop = stage.file("shop"),
            root = stage.file("root.pem"),
        );
        fs::write(stage.file("data/sayso.toml"), settings)?;
        stage.tokens = customers::tokens(&stage.file("data"), "household", &households)?;
        Ok(stage)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `sayso serve`, which trusts this authority and fetches its chain through our proxy.
    fn serve(&self) -> Result<Server> {
        let mut command = sayso(&self.file("data"));
        command.env("SSL_CERT_FILE", self.file("root.pem"));
        command.env("HTTPS_PROXY", format!("http://{}", chain_store::start(&self.amazon)?));
        command.env_remove("https_proxy").env_remove("NO_PROXY").env_remove("no_proxy");
        Server::start_by(command)
    }

    /// About `count` new requests, sent at that pace; signed before.
    fn load(&self, address: &str, count: usize, pace: Pace, seconds: f64) -> Result<Outcome> {
        let requests = dialogue::signed(&self.amazon, &self.tokens, CONNECTIONS, count)?;
        load::run(&requests, address, pace, seconds)?.all_fine()
    }

    /// The most that a server does.
    fn most(&self, address: &str, wish: &Wish) -> Result<Outcome> {
        let pilot = self.load(address, PILOT, Pace::Closed, 60.0)?;
        let count = pilot.rate() * wish.seconds() * 1.3;
        self.load(address, count as usize, Pace::Closed, wish.seconds())
    }
}

/// Adds the figures of Alexa's requests.
pub fn measure(table: &mut Table, wish: &Wish) -> Result<()> {
    let stage = Stage::set()?;
    let one = peer(table, wish, &stage, 1)?;
    let two = peer(table, wish, &stage, 2)?;
    eprintln!("measuring signed Alexa requests with Sayso");
    let server = stage.serve()?;
    let before = processor_time(server.id())?;
    let most = stage.most(&server.address, wish)?;
    let spent = processor_time(server.id())? - before;
    let rate = most.rate();
    table.add("Alexa requests a second, Sayso, durable orders", per_second(&most), "");
    let ordered = most.answers.iter().filter(|answer| answer.ordered).count();
    let share = 100.0 * ordered as f64 / most.answers.len() as f64;
    table.add("of these confirmations with an order", format!("{share:.2} %"), "1 %");
    let seconds = most.cost / most.seconds * 100.0;
    table.add("the load's own share of one core meanwhile", format!("{seconds:.0} %"), "");
    eprintln!("Sayso took {spent:.1} s of the processor in all");
    for (peer, processes) in [(one, "one process"), (two, "two processes")] {
        if let Some(peer) = peer {
            let name = format!("times the throughput of the peer in {processes}");
            table.add(&name, format!("{:.1}", rate / peer), "≥ 8");
        }
    }
    let alone = load::run(&plain(wish), &server.address, Pace::Closed, wish.seconds())?.all_fine()?.rate();
    table.add("requests a second to /healthz: HTTP and the load alone", format!("{alone:.0}"), "");
    let pace = Pace::Open(rate / 2.0);
    let half =
        stage.load(&server.address, (rate / 2.0 * wish.seconds() * 1.2) as usize, pace, wish.seconds())?;
    let mut latencies = half.latencies();
    for (name, share, aim) in
        [("p50", 0.5, ""), ("p99", 0.99, "≤ 15 ms"), ("p99.9", 0.999, ""), ("slowest", 1.0, "")]
    {
        let name = format!("Alexa request at half of that rate, {name}");
        table.add(&name, ms(percentile(&mut latencies, share)), aim);
    }
    if let Some(file) = &wish.picture {
        draw(file, rate, &mut latencies)?;
    }
    Ok(())
}

/// The most that the peer does, in requests a second.
fn peer(table: &mut Table, wish: &Wish, stage: &Stage, processes: u32) -> Result<Option<f64>> {
    let started = Peer::start(&stage.file("root.pem"), &stage.file("chain.pem"), processes)?;
    let Some(peer) = started else { return Ok(None) };
    eprintln!("measuring signed Alexa requests with the peer, processes: {processes}");
    let most = stage.most(&peer.address, wish)?;
    let name = match processes {
        1 => "Alexa requests a second, minimal ask-sdk-express-adapter skill".to_owned(),
        many => format!("the same skill in {many} processes (node's cluster)"),
    };
    table.add(&name, per_second(&most), "");
    Ok(Some(most.rate()))
}

/// Requests for which a server does nothing: what is left is HTTP, the kernel, and the load itself.
fn plain(wish: &Wish) -> load::Requests {
    const MOST: f64 = 100_000.0;
    let request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec();
    vec![vec![request; (MOST * wish.seconds()) as usize / CONNECTIONS]; CONNECTIONS]
}

fn per_second(outcome: &Outcome) -> String {
    format!("{:.0}", outcome.rate())
}

fn draw(file: &Path, rate: f64, latencies: &mut [std::time::Duration]) -> Result<()> {
    let title =
        format!("Signed Alexa requests, {:.0} a second, half of the most: latency by percentile", rate / 2.0);
    fs::write(file, picture::percentiles(&title, latencies)).with_context(|| file.display().to_string())
}
