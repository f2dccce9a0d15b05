//! `sayso models`: the Whisper models, fetched, taken in and checked.

use anyhow::{Context, Result, bail};

use super::{Exit, args::ModelsCommand, hear, terminal, train};
use crate::{
    app,
    config::Settings,
    speech::models::{Listed, Model, ModelStore, PullOptions, State, progress_bar},
};

pub async fn run(command: ModelsCommand, settings: &Settings) -> Result<Exit> {
    let mut store = ModelStore::open(settings.data())?;
    if let Ok(skill) = app::load_skill(settings) {
        store = store.for_skill(skill.id.as_str());
    }
    match command {
        ModelsCommand::List => list(&store, settings)?,
        ModelsCommand::Pull { name } => {
            let path = store.pull(&name, &PullOptions::from_environment(), &progress_bar(&name)).await?;
            terminal::line(format!("{name} is installed: {}", path.display()))?;
        }
        ModelsCommand::Import { file } => {
            let waiting = terminal::spinner("checking and copying");
            let imported = tokio::task::spawn_blocking(move || store.import(&file))
                .await
                .context("the import panicked")??;
            waiting.finish_and_clear();
            let name = &imported.model.name;
            let about = if imported.known { "a known model" } else { "not in the list of known models" };
            terminal::line(format!("imported as {name} ({about})"))?;
        }
        ModelsCommand::Verify => return verify(store).await,
        ModelsCommand::Train(args) => return train::run(args, store, settings).await,
        ModelsCommand::Hear(args) => return hear::run(args, store, settings).await,
    }
    Ok(Exit::Done)
}

fn list(store: &ModelStore, settings: &Settings) -> Result<()> {
    let used = store.choose(settings.speech().model.as_deref());
    let used = used.as_ref().map_or("", |chosen| chosen.model.name.as_str());
    let row = |listed: &Listed| {
        let mark = if listed.model.name == used { "in use" } else { "" };
        vec![
            listed.model.name.clone(),
            mark.to_owned(),
            state(&listed.state),
            mebibytes(listed.model.size),
            listed.model.licence.clone(),
            about(&listed.model),
        ]
    };
    let rows: Vec<_> = store.list().iter().map(row).collect();
    terminal::table(&["model", "", "state", "size", "licence", "about"], &rows)?;
    Ok(())
}

fn about(model: &Model) -> String {
    match model.skills.as_slice() {
        [] => model.description.clone(),
        skills => format!("trained for {}: {}", skills.join(", "), model.description),
    }
}

fn state(state: &State) -> String {
    match state {
        State::Bundled => "bundled".into(),
        State::Installed => "installed".into(),
        State::Imported => "imported".into(),
        State::Partial(bytes) => format!("{} so far", mebibytes(*bytes)),
        State::Damaged => "damaged".into(),
        State::Absent => "-".into(),
    }
}

fn mebibytes(bytes: u64) -> String {
    format!("{} MiB", bytes.div_ceil(1 << 20))
}

async fn verify(store: ModelStore) -> Result<Exit> {
    let waiting = terminal::spinner("computing checksums");
    let verified = tokio::task::spawn_blocking(move || store.verify()).await.context("verifying panicked")?;
    waiting.finish_and_clear();
    let mut damaged = 0;
    for model in &verified {
        match &model.result {
            Ok(sha256) => terminal::line(format!("{}  ok  sha256 {sha256}", model.name))?,
            Err(error) => {
                damaged += 1;
                terminal::line(format!("{}  {error}", model.name))?;
            }
        }
    }
    if damaged > 0 {
        bail!("{damaged} of {} models cannot be trusted", verified.len());
    }
    Ok(Exit::Done)
}
