//! A shop to rehearse in: the real engine, a real database, the test ledger, in a folder that goes away, at a
//! time that only the script moves. Conversations that are kept as files are held here: a skill's
//! own by `sayso skill test`, the product's by its tests.

mod parts;
mod script;

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use anyhow::{Context as _, Result, bail};
use jiff::{SignedDuration, Timestamp, civil::Date};
use tempfile::TempDir;

pub use parts::TravellingClock;
use parts::{Running, start};
pub use script::{Failure, hold};

use crate::{
    commerce::{
        HouseholdId, Money, OrderDesk, SessionId, Sku,
        desk::AdvanceOutcome,
        order::{Hold, Order, OrderState},
        ports::{NewHousehold, SessionStore as _},
    },
    dialogue::State,
    skill::Skill,
    turn::{Input, Reply, Turn},
};

/// The day on which every conversation begins, at ten in the morning at the shop: a Monday.
const DAY: Date = Date::constant(2026, 11, 23);

/// The one conversation of a script.
const SESSION: &str = "kitchen";

/// A shop with its sample households, filled once: PINs are hashed and a year of orders is imported, which
/// takes a while.
pub struct Stage {
    skill: Arc<Skill>,
    filled: TempDir,
}

impl Stage {
    /// Fills a shop.
    ///
    /// # Errors
    /// When a temporary folder or a database cannot be made.
    pub async fn set(skill: Arc<Skill>) -> Result<Self> {
        let filled = tempfile::tempdir()?;
        let clock = Arc::new(TravellingClock::at(morning(&skill)?));
        let running = start(&skill, filled.path(), &clock, false, &Arc::default()).await?;
        // Files that are still being closed cannot be copied in one piece.
        running.close().await;
        Ok(Self { skill, filled })
    }

    /// The shop anew, as if nobody had been there, for the first of its households.
    ///
    /// # Errors
    /// When it has no household, or the files cannot be copied.
    pub async fn rehearse(&self) -> Result<Rehearsal> {
        let folder = tempfile::tempdir()?;
        for entry in std::fs::read_dir(self.filled.path())? {
            let entry = entry?;
            std::fs::copy(entry.path(), folder.path().join(entry.file_name()))?;
        }
        let first = self.skill.households.first();
        let household = first.context("households.toml has no household who could speak")?.id.clone();
        let clock = Arc::new(TravellingClock::at(morning(&self.skill)?));
        let down = Arc::new(AtomicBool::new(false));
        let running = start(&self.skill, folder.path(), &clock, false, &down).await?;
        let skill = self.skill.clone();
        let mut rehearsal =
            Rehearsal { skill, folder, clock, running, household, before: 0, declined: false, down };
        rehearsal.before = rehearsal.all_orders().await?.len();
        Ok(rehearsal)
    }
}

fn morning(skill: &Skill) -> Result<Timestamp> {
    Ok(DAY.at(10, 0, 0, 0).to_zoned(skill.zone.clone())?.timestamp())
}

/// One household in front of a shop.
pub struct Rehearsal {
    skill: Arc<Skill>,
    folder: TempDir,
    clock: Arc<TravellingClock>,
    running: Running,
    household: HouseholdId,
    before: usize,
    declined: bool,
    down: Arc<AtomicBool>,
}

impl Rehearsal {
    /// One turn of the conversation.
    ///
    /// # Errors
    /// None that a shop of files can cause.
    pub async fn turn(&self, input: Input) -> Result<Reply> {
        let turn = Turn {
            shop: self.skill.id.clone(),
            household: self.household.clone(),
            session: SessionId::new(SESSION)?,
            locale: self.locale().to_owned(),
            channel: "test",
            input,
            request: None,
            stages: Vec::new(),
        };
        Ok(self.running.assistant.turn(turn).await)
    }

    /// The language that is spoken.
    pub fn locale(&self) -> &str {
        &self.skill.languages[0].locale
    }

    /// `given …`: what is so before the conversation begins.
    ///
    /// # Errors
    /// What is wrong with the words, or with the shop.
    pub async fn given(&mut self, what: &str) -> Result<()> {
        let words: Vec<&str> = what.split_whitespace().collect();
        match words.as_slice() {
            ["household", name] => {
                self.household = HouseholdId::new(*name)?;
                let known = self.desk().household(&self.skill.id, &self.household).await?;
                known.with_context(|| format!("households.toml has no household `{name}`"))?;
                self.before = self.all_orders().await?.len();
            }
            ["limit", amount] => {
                let limit = Money::parse(amount, self.skill.terms.currency)?;
                self.desk().set_limit(&self.skill.id, &self.household, limit).await?;
            }
            ["no", "pin"] => self.forget_pin().await?,
            ["stock", sku, count] => self.set_stock(sku, count).await?,
            ["declined"] => {
                self.declined = true;
                self.restart().await?;
            }
            ["payment", "down"] => self.down.store(true, Ordering::SeqCst),
            ["payment", "up"] => self.down.store(false, Ordering::SeqCst),
            _ => bail!("`given {what}` is not known"),
        }
        Ok(())
    }

    async fn set_stock(&self, sku: &str, count: &str) -> Result<()> {
        let sku = Sku::new(sku)?;
        let wanted: i32 = count.parse().context("a count is wanted")?;
        let now = self.desk().stock(&self.skill.id, std::slice::from_ref(&sku)).await?;
        let now = i32::try_from(now.first().copied().unwrap_or_default())?;
        let set = self.desk().adjust_stock(&self.skill.id, &sku, wanted.saturating_sub(now)).await?;
        set.map(|_| ()).context("the stock could not be set")
    }

    /// The sample households come with a PIN; this one moves in without.
    async fn forget_pin(&mut self) -> Result<()> {
        let new = NewHousehold {
            id: HouseholdId::new("new-house")?,
            name: "the new house".into(),
            members: Vec::new(),
            limit: self.skill.default_limit,
        };
        self.desk().add_household(&self.skill.id, &new).await?;
        self.household = new.id;
        self.before = 0;
        Ok(())
    }

    /// `wait 15 minutes`.
    ///
    /// # Errors
    /// What is wrong with the words.
    pub fn wait(&self, what: &str) -> Result<()> {
        let (count, unit) = what.split_once(' ').context("a time is wanted")?;
        let count: i64 = count.parse::<i32>().context("a count is wanted")?.into();
        let by = match unit.trim_end_matches('s') {
            "second" => SignedDuration::from_secs(count),
            "minute" => SignedDuration::from_mins(count),
            "hour" => SignedDuration::from_hours(count),
            "day" => SignedDuration::from_hours(24 * count),
            _ => bail!("`{unit}` is no unit of time"),
        };
        self.clock.travel(by);
        Ok(())
    }

    /// The process ends without a word and starts anew on the same files.
    ///
    /// # Errors
    /// When the files cannot be opened again.
    pub async fn restart(&mut self) -> Result<()> {
        self.running.close().await;
        self.running = start(&self.skill, self.folder.path(), &self.clock, self.declined, &self.down).await?;
        Ok(())
    }

    /// The same, with the skill as it has become in the meantime.
    ///
    /// # Errors
    /// When the files cannot be opened again.
    pub async fn restart_as(&mut self, skill: Arc<Skill>) -> Result<()> {
        self.skill = skill;
        self.restart().await
    }

    /// `shop advances packed`.
    ///
    /// # Errors
    /// What is wrong with the words, or why the order cannot move on.
    pub async fn shop_side(&self, what: &str) -> Result<()> {
        let state = what.strip_prefix("advances ").and_then(OrderState::from_name);
        let state = state.with_context(|| format!("`shop {what}` is not known"))?;
        let placed = self.placed().await?;
        let number = placed.first().context("no order was placed")?.number;
        match self.desk().advance(&self.skill.id, number, state).await {
            Ok(AdvanceOutcome::Advanced(_)) => Ok(()),
            other => bail!("{other:?}"),
        }
    }

    /// The orders placed in this conversation that stand, or stood, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn placed(&self) -> Result<Vec<Order>> {
        let all = self.all_orders().await?;
        let new = all.len().saturating_sub(self.before);
        let declined = |o: &Order| matches!(o.funds.hold, Hold::Declined { .. });
        Ok(all.into_iter().take(new).filter(|o| !declined(o)).collect())
    }

    /// The cart as the conversation has it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn cart(&self) -> Result<Vec<(Sku, u32)>> {
        let state = self.state().await?;
        Ok(state.cart.lines().iter().map(|l| (l.sku.clone(), l.quantity.get())).collect())
    }

    /// The conversation as it was saved last.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn state(&self) -> Result<State> {
        let session = SessionId::new(SESSION)?;
        let saved = self.running.store.load(&self.skill.id, &self.household, &session).await?;
        Ok(saved.map(|s| serde_json::from_str(&s.payload)).transpose()?.unwrap_or_default())
    }

    /// The order desk, for the shop's side.
    pub fn desk(&self) -> &OrderDesk {
        self.running.assistant.desk()
    }

    async fn all_orders(&self) -> Result<Vec<Order>> {
        Ok(self.desk().orders(&self.skill.id, &self.household, 1_000).await?.to_vec())
    }
}

/// The files of a folder that end in `.txt`, sorted.
///
/// # Errors
/// When the folder is there and cannot be read.
pub fn scripts(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        files.push(entry?.path());
    }
    files.retain(|path| path.extension().is_some_and(|e| e == "txt"));
    files.sort();
    Ok(files)
}
