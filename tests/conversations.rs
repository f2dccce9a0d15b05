//! Whole conversations as text files: `tests/conversations/*.txt`, and those with the coffee bar in
//! `tests/conversations/coffee-bar`.
//!
//! A file is one rule of the shop, named by its file name. Its lines:
//!
//! ```text
//! # a comment
//! given household river-house      who speaks (default: oak-street)
//! given limit 20.00                the household's limit
//! given stock SKU 0                how many of a product are left
//! given declined                   the payment provider declines everything
//! given payment down               the payment provider does not answer
//! > reorder paper towels           a typed line
//! ~ sure                           a line that the recogniser heard
//! > (silence)                      nothing was heard; (unclear): nothing to be trusted
//! < twelve pack                    the reply has these words
//! <! PIN                           the reply does not have them
//! = confirming                     what was decided
//! listening yes                    whether an answer is awaited
//! ended yes                        whether the conversation is over
//! cart SKU 2                       the cart has so many of it
//! orders 1                         so many orders were placed in this conversation
//! order paid 51.81                 the state and total of the newest of them
//! wait 15 minutes                  time passes
//! restart                          the process ends and starts anew
//! shop advances packed             the shop's side moves the newest order on
//! ```

use std::{fmt::Write as _, fs, path::Path};

use crate::support::{Sample, World};
use sayso::turn::{Input, Reply};

/// One conversation while it runs.
struct Run {
    world: World,
    last: Option<Reply>,
    text: String,
}

impl Run {
    async fn line(&mut self, line: &str) -> Result<(), String> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim();
        match word {
            ">" => self.say(rest).await,
            "~" => self.turn(Input::Heard { text: rest.to_owned(), confidence: 0.96 }).await,
            "given" => self.world.given(rest).await,
            "wait" => self.world.wait(rest),
            "restart" => self.world.restart().await,
            "shop" => self.world.shop_side(rest).await,
            "orders" => self.orders(rest).await,
            "order" => self.order(rest).await,
            "cart" => self.cart(rest).await,
            _ => self.check(word, rest),
        }
    }

    async fn say(&mut self, words: &str) -> Result<(), String> {
        let input = match words {
            "(silence)" => Input::Silence,
            "(unclear)" => Input::Unclear,
            words => Input::Text(words.to_owned()),
        };
        self.turn(input).await
    }

    async fn turn(&mut self, input: Input) -> Result<(), String> {
        let reply = self.world.turn(input).await;
        self.text = reply.speech.to_text("en");
        self.last = Some(reply);
        if self.text.contains("I can't say that right now") || self.text.trim().is_empty() {
            return Err("the reply has no words".to_owned());
        }
        Ok(())
    }

    fn check(&self, word: &str, rest: &str) -> Result<(), String> {
        let reply = self.last.as_ref().ok_or("nothing was said yet")?;
        let has = |words: &str| self.text.to_lowercase().contains(&words.to_lowercase());
        let told = |fine: bool| if fine { Ok(()) } else { Err(format!("`{word} {rest}` does not hold")) };
        match word {
            "<" => told(has(rest)),
            "<!" => told(!has(rest)),
            "=" => told(reply.decision == rest),
            "listening" => told(reply.listening == (rest == "yes")),
            "ended" => told(reply.ended == (rest == "yes")),
            _ => Err(format!("`{word}` is no word of these files")),
        }
    }

    async fn orders(&self, rest: &str) -> Result<(), String> {
        let wanted: usize = rest.parse().map_err(|_| "a count is wanted".to_owned())?;
        let placed = self.world.placed().await.len();
        if placed == wanted { Ok(()) } else { Err(format!("{placed} orders were placed")) }
    }

    async fn order(&self, rest: &str) -> Result<(), String> {
        let placed = self.world.placed().await;
        let order = placed.first().ok_or("no order was placed")?;
        let state = serde_json::to_string(&order.state).unwrap_or_default();
        let found = format!("{} {}", state.trim_matches('"'), order.quote.total());
        if found == rest { Ok(()) } else { Err(format!("the order is {found}")) }
    }

    async fn cart(&self, rest: &str) -> Result<(), String> {
        let cart = self.world.cart().await;
        let found: Vec<String> = cart.iter().map(|(sku, count)| format!("{sku} {count}")).collect();
        let fine = if rest == "empty" { found.is_empty() } else { found.iter().any(|line| line == rest) };
        if fine { Ok(()) } else { Err(format!("the cart has {found:?}")) }
    }
}

/// Runs a file; the error shows where it stopped and what was said last.
async fn converse(shop: Sample, path: &Path) -> Result<(), String> {
    let script = fs::read_to_string(path).map_err(|e| e.to_string())?;
    let mut run = Run { world: World::new(shop).await, last: None, text: String::new() };
    let mut checks = 0;
    for (number, line) in script.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        checks += usize::from(!line.starts_with("> ") && !line.starts_with("given "));
        run.line(line).await.map_err(|error| {
            let decision = run.last.as_ref().map_or("-", |r| r.decision);
            format!("line {}: {error}\n    said: {}\n    decided: {decision}", number + 1, run.text)
        })?;
    }
    if checks == 0 { Err("it checks nothing".to_owned()) } else { Ok(()) }
}

/// Runs all files of a folder.
async fn all_of(shop: Sample, folder: &str, at_least: usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the conversations are there")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
        .collect();
    files.sort();
    assert!(files.len() >= at_least, "only {} conversations", files.len());
    let mut failed = String::new();
    for path in &files {
        if let Err(error) = converse(shop, path).await {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            writeln!(failed, "\n{name}: {error}").expect("a string takes text");
        }
    }
    assert!(failed.is_empty(), "{failed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_conversation_goes_as_it_is_written() {
    all_of(Sample::Household, "tests/conversations", 60).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_conversation_with_the_coffee_bar_goes_as_it_is_written() {
    all_of(Sample::CoffeeBar, "tests/conversations/coffee-bar", 8).await;
}
