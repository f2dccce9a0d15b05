//! `sayso models train`: a small model for a skill, by the Python package in models/training.
//!
//! Everything that can be wrong is looked for before the hours of work. What is done stays in
//! the work folder, so that the same command goes on after an interruption; the model is put in
//! place when it is whole and has been loaded once.

mod child;
mod package;

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};

use self::{
    child::Stop,
    package::{Package, Training},
};
use super::{Exit, args::TrainArgs, terminal};
use crate::{
    config::Settings,
    skill::Skill,
    speech::{
        Whisper,
        models::{Model, ModelStore},
    },
};

/// The most skills of one model.
const MOST_SKILLS: usize = 16;

pub async fn run(args: TrainArgs, store: ModelStore, settings: &Settings) -> Result<Exit> {
    let (folders, ids) = skills(&args.skill)?;
    let name = args.name.clone().unwrap_or_else(|| ids[0].replace(':', "-"));
    store.check_name(&name)?;
    let package = Package::find(args.training.as_deref())?;
    let work = args.work.clone().unwrap_or_else(|| settings.data().join("training").join(&name));
    fs::create_dir_all(&work).with_context(|| format!("{} cannot be made", work.display()))?;
    let work = work.canonicalize().with_context(|| format!("{} cannot be found", work.display()))?;
    let lock = lock(&work)?;
    let out = work.join("out");
    let (minutes, from_nothing) = (args.minutes, args.from_nothing);
    let training = Training { skills: folders, work, out, minutes, from_nothing };
    let mut stop = Stop::new()?;
    let python = package.python(&training.work, &mut stop).await?;
    package.train(&python, &training, lock, &mut stop).await?;
    let (trained, skills) = (store.clone(), ids.clone());
    let model = tokio::task::spawn_blocking(move || install(&trained, &training.out, &name, &skills))
        .await
        .context("the new model panicked")??;
    tell(&model, &ids, &store, settings)?;
    Ok(Exit::Done)
}

/// The folders of the skills, and their identifiers. Each is loaded, because an error in one is
/// better told now than in hours.
fn skills(folders: &[PathBuf]) -> Result<(Vec<PathBuf>, Vec<String>)> {
    ensure!(folders.len() <= MOST_SKILLS, "a model is trained for {MOST_SKILLS} skills at most");
    let (mut paths, mut ids) = (Vec::new(), Vec::new());
    for folder in folders {
        let path = folder.canonicalize().with_context(|| format!("the skill {}", folder.display()))?;
        let skill = Skill::load(&path).with_context(|| format!("the skill {}", folder.display()))?;
        let id = skill.id.as_str().to_owned();
        ensure!(!skill.catalog.is_empty(), "{}: its catalogue is empty", folder.display());
        ensure!(!ids.contains(&id), "{}: the skill {id} is named twice", folder.display());
        paths.push(path);
        ids.push(id);
    }
    Ok((paths, ids))
}

/// One training at a time in a folder.
fn lock(work: &Path) -> Result<File> {
    let path = work.join("in-use");
    let told = || format!("{} cannot be written", path.display());
    let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
    let file = open.with_context(told)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            bail!("another training works in {}; wait for it, or name another --work", work.display())
        }
        Err(TryLockError::Error(error)) => Err(error).with_context(told),
    }
}

/// Loads the new model once, and puts it in place.
fn install(store: &ModelStore, out: &Path, name: &str, skills: &[String]) -> Result<Model> {
    let (model, description) = (out.join("model.bin"), out.join("model.toml"));
    for file in [&model, &description] {
        ensure!(file.is_file(), "the training has ended without {}", file.display());
    }
    drop(Whisper::load(store.trial(out, name)?)?);
    Ok(store.install_trained(out, name, skills)?)
}

fn tell(model: &Model, skills: &[String], store: &ModelStore, settings: &Settings) -> Result<()> {
    let (name, skills) = (&model.name, skills.join(", "));
    terminal::line(format!("{name} is trained and installed: {}", store.path(model).display()))?;
    let used = store.clone().for_skill(&model.skills[0]).choose(settings.speech().model.as_deref())?;
    let text = if used.model.name == *name {
        format!("it is used from now on where {skills} is served")
    } else {
        let other = used.model.name;
        format!("{other} stays in use; `speech.model = \"{name}\"` in sayso.toml changes that")
    };
    terminal::line(terminal::wrap(&text, 0, 0))?;
    Ok(())
}
