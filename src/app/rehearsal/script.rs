//! A conversation as a text file: one rule of a shop, named by its file name. docs/skills.md lists
//! what its lines can say.

use std::fmt;

use anyhow::{Context as _, Result, anyhow, bail};

use super::Rehearsal;
use crate::{
    commerce::Line,
    turn::{Input, Reply},
};

/// The longest script, in bytes.
const MAX_SCRIPT: usize = 256 * 1024;

/// How sure a line is that was heard: as sure as a good recogniser of a clear voice.
const HEARD: f32 = 0.96;

/// Where a conversation went another way than it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The line of the script, from 1.
    pub line: usize,
    /// What is written there.
    pub expected: String,
    /// What came instead.
    pub got: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: expected {}, got {}", self.line, self.expected, self.got)
    }
}

/// One conversation while it runs.
struct Run {
    rehearsal: Rehearsal,
    last: Option<Reply>,
    text: String,
}

/// Holds a conversation; how many of its lines were checked.
///
/// # Errors
/// [`Failure`] at the first line that does not hold.
pub async fn hold(rehearsal: Rehearsal, script: &str) -> Result<usize, Failure> {
    let whole = |got: &str| Failure { line: 1, expected: "a conversation".to_owned(), got: got.to_owned() };
    if script.len() > MAX_SCRIPT {
        return Err(whole("a file that is too large"));
    }
    let mut run = Run { rehearsal, last: None, text: String::new() };
    let mut checks = 0;
    for (number, line) in script.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        checks += usize::from(!line.starts_with("> ") && !line.starts_with("given "));
        run.line(line).await.map_err(|error| Failure {
            line: number + 1,
            expected: format!("`{line}`"),
            got: run.told(&error),
        })?;
    }
    if checks == 0 { Err(whole("one that checks nothing")) } else { Ok(checks) }
}

impl Run {
    /// What happened instead, with what was said last.
    fn told(&self, error: &anyhow::Error) -> String {
        match &self.last {
            Some(reply) => format!("{error:#}; said \"{}\", decided {}", self.text.trim(), reply.decision),
            None => format!("{error:#}"),
        }
    }

    async fn line(&mut self, line: &str) -> Result<()> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim();
        match word {
            ">" => self.say(rest).await,
            "~" => self.turn(Input::Heard { text: rest.to_owned(), confidence: HEARD }).await,
            "given" => self.rehearsal.given(rest).await,
            "wait" => self.rehearsal.wait(rest),
            "restart" => self.rehearsal.restart().await,
            "shop" => self.rehearsal.shop_side(rest).await,
            "orders" => self.orders(rest).await,
            "order" => self.order(rest).await,
            "cart" => self.cart(rest).await,
            "options" => self.options(rest).await,
            _ => self.check(word, rest),
        }
    }

    async fn say(&mut self, words: &str) -> Result<()> {
        let input = match words {
            "(silence)" => Input::Silence,
            "(unclear)" => Input::Unclear,
            words => Input::Text(words.to_owned()),
        };
        self.turn(input).await
    }

    async fn turn(&mut self, input: Input) -> Result<()> {
        let reply = self.rehearsal.turn(input).await?;
        self.text = reply.speech.to_text(self.rehearsal.locale());
        let faulty = reply.decision == "fault" || self.text.contains("I can't say that right now");
        self.last = Some(reply);
        if faulty || self.text.trim().is_empty() { Err(anyhow!("a reply without words")) } else { Ok(()) }
    }

    fn check(&self, word: &str, rest: &str) -> Result<()> {
        let reply = self.last.as_ref().context("nothing was said yet")?;
        let has = |words: &str| self.text.to_lowercase().contains(&words.to_lowercase());
        let told = |fine: bool, got: &str| if fine { Ok(()) } else { Err(anyhow!("{got}")) };
        let yes = |is: bool| if is { "yes" } else { "no" };
        match word {
            "<" => told(has(rest), "other words"),
            "<!" => told(!has(rest), "these words"),
            "=" => told(reply.decision == rest, reply.decision),
            "listening" => told(yes(reply.listening) == rest, yes(reply.listening)),
            "ended" => told(yes(reply.ended) == rest, yes(reply.ended)),
            _ => Err(anyhow!("a word that these files do not have")),
        }
    }

    async fn orders(&self, rest: &str) -> Result<()> {
        let wanted: usize = rest.parse().context("a count is wanted")?;
        let placed = self.rehearsal.placed().await?.len();
        if placed == wanted { Ok(()) } else { Err(anyhow!("{placed} orders")) }
    }

    async fn order(&self, rest: &str) -> Result<()> {
        let placed = self.rehearsal.placed().await?;
        let order = placed.first().context("no order was placed")?;
        let state = serde_json::to_string(&order.state).unwrap_or_default();
        let found = format!("{} {}", state.trim_matches('"'), order.quote.total());
        if found == rest { Ok(()) } else { Err(anyhow!("order {found}")) }
    }

    async fn options(&self, rest: &str) -> Result<()> {
        let placed = self.rehearsal.placed().await?;
        let order = placed.first().context("no order was placed")?;
        let line = |l: &Line| format!("{} {} {}", l.sku, l.quantity, l.options.to_text());
        let found: Vec<String> = order.quote.lines().iter().map(line).collect();
        if found.iter().any(|line| line == rest) {
            Ok(())
        } else {
            Err(anyhow!("options {}", found.join("; ")))
        }
    }

    async fn cart(&self, rest: &str) -> Result<()> {
        let cart = self.rehearsal.cart().await?;
        let found: Vec<String> = cart.iter().map(|(sku, count)| format!("{sku} {count}")).collect();
        let fine = if rest == "empty" { found.is_empty() } else { found.iter().any(|line| line == rest) };
        if fine {
            return Ok(());
        }
        bail!("a cart with {}", if found.is_empty() { "nothing".to_owned() } else { found.join(", ") })
    }
}
