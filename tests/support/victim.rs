//! A second process that works on a shop's files: the test runs itself again, with a folder in
//! its environment, and takes the other side there.

use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::Arc,
};

use async_trait::async_trait;
use jiff::tz::TimeZone;
use sayso::{
    commerce::{
        Money, OrderDesk, SessionId,
        desk::{PlaceOrder, Ports, ShopRules},
        ports::{Authorisation, NewHousehold, Payment, PaymentFault, PaymentKey, Purpose, Settlement},
        system::{RandomIds, SystemClock},
    },
    payment::Ledger,
    store::SqliteStore,
};

use super::shop::{household, open_ledger, purchase, shop, sku, terms, usd};

const FOLDER: &str = "SAYSO_TEST_VICTIM_FOLDER";

/// The pieces of coffee that a shop of these tests starts with.
pub const COFFEES: u32 = 1_000_000;

/// The folder to work in, when this process is the second one.
pub fn folder() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

/// The arguments that run this test again, as the second process.
pub fn rerun(test: &str, launcher: Option<&str>, folder: &Path) -> Command {
    let this = std::env::current_exe().expect("this test's file");
    let mut command = match launcher {
        None => Command::new(this),
        Some(script) => {
            let mut shell = Command::new("sh");
            shell.arg("-c").arg(script).arg(this);
            shell
        }
    };
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]);
    command.env(FOLDER, folder).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// Says something to the first process. It is told before anything else happens.
pub fn mark(words: &str) {
    let mut out = std::io::stdout().lock();
    // The test harness has begun a line of its own.
    out.write_all(format!("\nmark {words}\n").as_bytes()).expect("the first process listens");
    out.flush().expect("the first process listens");
}

/// What a second process said, line by line, until it ends.
pub struct Marks(BufReader<ChildStdout>);

impl Marks {
    /// Listens to a process.
    pub fn of(child: &mut Child) -> Self {
        Self(BufReader::new(child.stdout.take().expect("a pipe")))
    }
}

impl Iterator for Marks {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).unwrap_or(0) == 0 {
                return None;
            }
            // A line that was cut off by a kill was not said.
            if let Some(words) = line.strip_prefix("mark ").and_then(|line| line.strip_suffix('\n')) {
                return Some(words.to_owned());
            }
        }
    }
}

/// A desk on the files in a folder, with this machine's clock, as the program has it.
pub struct RealShop {
    /// The desk.
    pub desk: OrderDesk,
    /// Its memory.
    pub store: Arc<SqliteStore>,
    /// Its provider.
    pub ledger: Arc<Ledger>,
}

/// Opens the files, fills a new shop, and recovers.
pub async fn open(folder: &Path) -> RealShop {
    let store = Arc::new(SqliteStore::open(&folder.join("sayso.db")).await.expect("a store"));
    let ledger = Arc::new(open_ledger(folder).await);
    let payment = Arc::new(Telling(ledger.clone()));
    let ports =
        Ports { store: store.clone(), payment, clock: Arc::new(SystemClock), ids: Arc::new(RandomIds) };
    let desk = OrderDesk::new(ports, [(shop(), ShopRules { terms: terms(), zone: TimeZone::UTC })]);
    let new = NewHousehold {
        id: household("oak-street"),
        name: "Oak Street".into(),
        members: vec![],
        limit: usd(i64::from(u32::MAX)),
    };
    desk.add_household(&shop(), &new).await.expect("a household");
    desk.sync_stock(&shop(), &[(sku("coffee"), COFFEES)]).await.expect("stock");
    RealShop { desk, store, ledger }
}

/// A confirmation of one coffee whose order can be found by its session.
pub fn wish(key: &str) -> PlaceOrder {
    PlaceOrder { session: SessionId::new(key).expect("an id"), ..purchase(key, &[("coffee", 1)]) }
}

/// Says when the provider is asked and when it has answered.
struct Telling(Arc<Ledger>);

#[async_trait]
impl Payment for Telling {
    async fn authorise(
        &self,
        key: &PaymentKey,
        purpose: &Purpose,
        amount: Money,
    ) -> Result<Authorisation, PaymentFault> {
        let second = folder().is_some();
        if second {
            mark("asked");
        }
        let answer = self.0.authorise(key, purpose, amount).await;
        if second {
            mark("answered");
        }
        answer
    }

    async fn capture(
        &self,
        key: &PaymentKey,
        reference: &str,
        amount: Money,
    ) -> Result<Settlement, PaymentFault> {
        self.0.capture(key, reference, amount).await
    }

    async fn release(&self, key: &PaymentKey, reference: &str) -> Result<Settlement, PaymentFault> {
        self.0.release(key, reference).await
    }

    async fn refund(
        &self,
        key: &PaymentKey,
        reference: &str,
        amount: Money,
    ) -> Result<Settlement, PaymentFault> {
        self.0.refund(key, reference, amount).await
    }
}
