//! The composition root: the only place where adapters are chosen.

mod parallel;
pub mod rehearsal;
mod served;
pub mod shops;
mod speech;
pub mod upkeep;
mod wyoming;

use std::{path::Path, sync::Arc};

use anyhow::{Context, Result, bail};
use async_trait::async_trait;

use self::upkeep::{Rhythm, Upkeep};
pub use self::{
    served::load_skills,
    speech::{recognizer, synthesizer},
};
use crate::{
    assistant::{Assistant, Sessions},
    channels::{Engine, http},
    commerce::{
        Currency, HouseholdId, Linker, OrderDesk, SessionId, ShopId,
        desk::Ports,
        linking::LinkPorts,
        ports::Clock as _,
        system::{RandomIds, SystemClock, SystemEntropy, boot_id},
    },
    config::Settings,
    payment::{Decline, Ledger},
    skill::Skill,
    store::SqliteStore,
    turn::{Reply, Speech, Turn},
    understanding::{Sentences, Understood},
};

/// The brand that comes with the program.
const BUNDLED_SHOP: &str = "household";

/// Everything, put together.
pub struct App {
    settings: Settings,
    shop: ShopId,
    currency: Currency,
    served: Vec<Served>,
    engine: Arc<Live>,
    upkeep: Upkeep,
    linker: Arc<Linker>,
    store: Arc<SqliteStore>,
    ledger: Arc<Ledger>,
}

/// A skill that was opened, and who speaks to it when nobody says who.
struct Served {
    shop: ShopId,
    anybody: HouseholdId,
    title: String,
    locales: Vec<String>,
    /// What is said to somebody whose account is not linked, by locale.
    unlinked: Vec<(String, Speech)>,
    /// What is said to somebody whose turn takes long, by locale.
    meanwhile: Vec<(String, Speech)>,
}

/// The engine as channels see it.
struct Live {
    assistant: Assistant,
    desk: Arc<OrderDesk>,
    store: Arc<SqliteStore>,
    shop: ShopId,
    anybody: HouseholdId,
}

#[async_trait]
impl Engine for Live {
    async fn turn(&self, turn: Turn) -> Reply {
        self.assistant.turn(turn).await
    }

    async fn understand(&self, shop: &ShopId, text: &str) -> Option<Understood> {
        self.assistant.understand(shop, text)
    }

    async fn ready(&self) -> bool {
        self.desk.household(&self.shop, &self.anybody).await.is_ok()
            && self.store.keeps_conversations()
            && self.store.is_in_place()
    }
}

impl App {
    /// Opens the data folder, the shop of the settings and the engine; finishes what a crash left
    /// open, and forgets conversations that were idle for too long.
    ///
    /// # Errors
    /// Whatever cannot be opened, with its name.
    pub async fn open(settings: Settings) -> Result<Self> {
        let skills = vec![load_skill(&settings)?];
        Self::with_skills(settings, skills).await
    }

    /// The same with every skill of the settings.
    ///
    /// # Errors
    /// Whatever cannot be opened, with its name.
    pub async fn open_all(settings: Settings) -> Result<Self> {
        let skills = load_skills(&settings)?;
        Self::with_skills(settings, skills).await
    }

    /// `skills` is not empty; the first is the shop that commands are about.
    async fn with_skills(settings: Settings, skills: Vec<Skill>) -> Result<Self> {
        let data = settings.data().to_owned();
        std::fs::create_dir_all(&data)
            .with_context(|| format!("the data folder {} cannot be made", data.display()))?;
        let store = SqliteStore::open(&data.join("sayso.db"))
            .await
            .with_context(|| format!("the database in {} cannot be opened", data.display()))?;
        let ledger = Ledger::open(&data.join("ledger.db"), Decline::default())
            .await
            .with_context(|| format!("the test ledger in {} cannot be opened", data.display()))?;
        let (store, ledger) = (Arc::new(store), Arc::new(ledger));
        let ports = Ports {
            store: store.clone(),
            payment: ledger.clone(),
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
        };
        let desk = Arc::new(OrderDesk::new(ports, skills.iter().map(shops::rules)));
        for skill in &skills {
            let today = SystemClock.today(&skill.zone);
            shops::fill(&desk, skill, today).await.context("stock and households cannot be set up")?;
        }
        let recovered = desk.recover().await.context("open orders cannot be looked through")?;
        if recovered.open > 0 {
            tracing::warn!(open = recovered.open, "orders wait for the payment provider");
        }
        let linker = Arc::new(Linker::new(LinkPorts {
            store: store.clone(),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            ids: Arc::new(RandomIds),
        }));
        let upkeep = Upkeep {
            desk: desk.clone(),
            linker: linker.clone(),
            sessions: store.clone(),
            clock: Arc::new(SystemClock),
            keep: settings.session_keep(),
        };
        upkeep.forget_idle().await.context("idle conversations cannot be forgotten")?;
        let served = skills.iter().map(|skill| served::of(&settings, skill)).collect::<Result<Vec<_>>>()?;
        let shops = parallel::map(&skills, shops::shop).into_iter().collect::<Result<Vec<_>>>()?;
        let (shop, anybody) = (served[0].shop.clone(), served[0].anybody.clone());
        let currency = skills[0].terms.currency;
        let sessions = Sessions::new(store.clone()).of_boot(boot_id());
        let clock = Arc::new(SystemClock);
        let assistant = Assistant::new(shops, desk.clone(), sessions, clock, Arc::new(RandomIds));
        let engine = Arc::new(Live { assistant, desk, store: store.clone(), shop: shop.clone(), anybody });
        Ok(Self { settings, shop, currency, served, engine, upkeep, linker, store, ledger })
    }

    /// The settings it was opened with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The shop that commands are about.
    pub fn shop(&self) -> &ShopId {
        &self.shop
    }

    /// The shops that were opened.
    pub fn shops(&self) -> impl ExactSizeIterator<Item = &ShopId> {
        self.served.iter().map(|served| &served.shop)
    }

    /// What the shop charges in.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The one door of the engine.
    pub fn engine(&self) -> Arc<dyn Engine> {
        self.engine.clone()
    }

    /// Begins what a process that runs on does by the clock; to be stopped before [`App::close`].
    pub fn start_upkeep(&self) -> upkeep::Running {
        self.upkeep.clone().start(Rhythm::default())
    }

    /// The order desk, for the shop's side.
    pub fn desk(&self) -> &OrderDesk {
        &self.engine.desk
    }

    /// Links accounts elsewhere to households.
    pub fn linker(&self) -> &Arc<Linker> {
        &self.linker
    }

    /// Who speaks: the household that was named, or that of the settings, or the shop's first.
    ///
    /// # Errors
    /// When the name is no identifier.
    pub fn household(&self, named: Option<&str>) -> Result<HouseholdId> {
        match named {
            Some(name) => Ok(HouseholdId::new(name)?),
            None => Ok(self.engine.anybody.clone()),
        }
    }

    /// The conversation that was named, or a new one.
    ///
    /// # Errors
    /// When the name is no identifier.
    pub fn session(&self, named: Option<&str>) -> Result<SessionId> {
        let name = named.map_or_else(|| format!("once-{}", uuid::Uuid::new_v4()), str::to_owned);
        Ok(SessionId::new(name)?)
    }

    /// What `sayso serve` needs to know.
    ///
    /// # Errors
    /// A setting for a platform cannot be used.
    pub fn http_options(&self) -> Result<http::Options> {
        let http = self.settings.http();
        Ok(http::Options {
            skills: self
                .served
                .iter()
                .map(|skill| served::options(&self.settings, skill))
                .collect::<Result<_>>()?,
            alexa: served::verifier(&self.settings)?,
            progress: served::progress(&self.settings)?,
            google: served::tokens(&self.settings)?,
            linker: Some(self.linker.clone()),
            locale: self.settings.locale().to_owned(),
            token: http.token.clone(),
            max_in_flight: http.max_in_flight,
            hearing: self.settings.speech().answer,
            max_connections: http.max_connections,
            header_timeout: http.header_timeout,
            body_timeout: http.body_timeout,
            request_timeout: http.request_timeout,
            stream_idle: http.stream_idle,
            drain: http.drain,
        })
    }

    /// Closes the database, after what is being written.
    pub async fn close(self) {
        self.store.close().await;
        self.ledger.close().await;
    }
}

/// The brand of the settings, with the catalogue that was imported for it.
///
/// # Errors
/// The file and the line that cannot be used.
pub fn load_skill(settings: &Settings) -> Result<Skill> {
    load_named(settings, settings.shop(), "shop")
}

/// The brand with that name or folder, which stands in the setting `key`.
fn load_named(settings: &Settings, name: &str, key: &str) -> Result<Skill> {
    let skill = match name {
        BUNDLED_SHOP => Skill::bundled()?,
        folder if Path::new(folder).is_dir() => Skill::load(Path::new(folder))?,
        other => bail!(
            "setting `{key}`: {other} is neither a folder nor \"{BUNDLED_SHOP}\", the brand that comes along"
        ),
    };
    Ok(skill.with_imported_catalog(settings.data())?)
}

/// The sentence templates of the skill's language that fits the locale best.
pub fn sentences<'a>(skill: &'a Skill, locale: &str) -> &'a Sentences {
    &skill.language(locale).sentences
}
