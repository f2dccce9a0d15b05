//! `sayso demo`: a household of the sample shop shops by voice, from recordings.

mod player;
mod script;
mod show;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use self::{
    player::Player,
    script::{Script, Spoken},
};
use super::{Exit, args::DemoArgs, orders, terminal};
use crate::{
    app::{self, App},
    audio::wav::{self, Limits},
    channels::recording,
    commerce::{HouseholdId, SessionId, order::Order},
    config::Settings,
    speech::{OpenedRecognizer, SharedRecognizer, SharedSynthesizer, open_recognizer},
    turn::{Reply, Turn},
};

/// The session of the conversation.
const SESSION: &str = "demo";

pub async fn run(args: DemoArgs, settings: Settings) -> Result<Exit> {
    let (folder, _temporary) = folder(args.keep.as_deref())?;
    let script = Script::bundled()?;
    let opened = load(&settings, &folder).await?;
    let voice = app::synthesizer(&settings)?;
    let app = App::open(settings.sample_in(folder.clone())).await?;
    show::opening(&script, &opened.info.name, &voice.name(), &folder)?;
    let mut stage = Stage {
        household: HouseholdId::new(script.household.as_str())?,
        session: SessionId::new(SESSION)?,
        recognizer: opened.recognizer,
        voice,
        answers: folder.join("answers"),
        player: Player::open(args.play, app.settings())?,
        app,
        sums: show::Sums::default(),
    };
    std::fs::create_dir(&stage.answers).context("the folder for the answers cannot be made")?;
    for (number, spoken) in script.turns.iter().enumerate() {
        stage.play(number + 1, spoken).await?;
    }
    let orders = stage.orders().await?;
    stage.app.close().await;
    terminal::line("\nThe orders as the database has them:")?;
    orders::list(&orders)?;
    show::closing(&stage.sums, &script, &orders, args.keep.as_deref())
}

/// Everything that a conversation needs.
struct Stage {
    app: App,
    household: HouseholdId,
    session: SessionId,
    recognizer: SharedRecognizer,
    voice: SharedSynthesizer,
    answers: PathBuf,
    player: Option<Player>,
    sums: show::Sums,
}

impl Stage {
    /// One recording, from its bytes to the answer's file.
    async fn play(&mut self, number: usize, spoken: &Spoken) -> Result<()> {
        let (recognizer, bytes) = (self.recognizer.clone(), spoken.wav);
        let listened = tokio::task::spawn_blocking(move || {
            recording::hear(recognizer.as_ref(), || wav::decode(bytes, Limits::default()))
        });
        let listened = listened.await.context("the recogniser panicked")??;
        let locale = self.app.settings().locale().to_owned();
        let turn = Turn {
            shop: self.app.shop().clone(),
            household: self.household.clone(),
            session: self.session.clone(),
            locale: locale.clone(),
            channel: "demo",
            input: listened.input,
            request: None,
            stages: listened.stages,
        };
        let mut reply: Reply = self.app.engine().turn(turn).await;
        let (answer, stage) = recording::speak(self.voice.as_ref(), &reply.speech, &locale).await?;
        reply.stages.push(stage);
        let file = self.answers.join(format!("{number:02}.wav"));
        std::fs::write(&file, &answer).with_context(|| format!("{} cannot be written", file.display()))?;
        show::turn(number, spoken, &reply, listened.duration, &locale)?;
        self.sums.add(&reply, listened.duration);
        if let Some(player) = &mut self.player {
            player.play(&answer).await?;
        }
        Ok(())
    }

    /// The orders of this conversation, newest first.
    async fn orders(&self) -> Result<Vec<Order>> {
        let orders = self.app.desk().orders(self.app.shop(), &self.household, 100).await?;
        Ok(orders.iter().filter(|order| order.session == self.session).cloned().collect())
    }
}

/// The bundled model, as the recordings are in the voices that it knows, unless the settings name one.
async fn load(settings: &Settings, folder: &Path) -> Result<OpenedRecognizer> {
    let (settings, folder) = (settings.clone(), folder.to_owned());
    let waiting = terminal::spinner("loading the model");
    let load = move || match settings.speech().model {
        Some(_) => app::recognizer(&settings, None),
        None => Ok(open_recognizer(&folder, None)?),
    };
    let opened = tokio::task::spawn_blocking(load).await.context("loading the model panicked")?;
    waiting.finish_and_clear();
    opened
}

/// A folder that goes with the process, or the one that was asked for.
fn folder(keep: Option<&Path>) -> Result<(PathBuf, Option<tempfile::TempDir>)> {
    match keep {
        None => {
            let temporary = tempfile::Builder::new().prefix("sayso-demo-").tempdir()?;
            Ok((temporary.path().to_owned(), Some(temporary)))
        }
        Some(folder) if folder.exists() => bail!("{} is there already", folder.display()),
        Some(folder) => {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("{} cannot be made", folder.display()))?;
            Ok((folder.to_owned(), None))
        }
    }
}
