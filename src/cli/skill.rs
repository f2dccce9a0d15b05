//! `sayso skill`: for the author of a skill.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, Result, ensure};

use super::{
    Exit,
    args::{BuildTarget, SkillCommand},
    terminal,
};
use crate::{
    app::rehearsal::{Stage, hold, scripts},
    skill::{
        Skill,
        build::{self, Target},
        check::{self, Mistake},
        new::create,
    },
};

pub async fn run(command: &SkillCommand) -> Result<Exit> {
    match command {
        SkillCommand::New { name, dir } => new(name, dir.as_deref()),
        SkillCommand::Check { folder, json } => check(folder, *json),
        SkillCommand::Test { folder } => test(folder).await,
        SkillCommand::Build { folder, target, out, endpoint } => {
            build(folder, *target, out, endpoint.as_deref())
        }
    }
}

fn new(name: &str, folder: Option<&Path>) -> Result<Exit> {
    let folder = create(name, folder)?;
    let folder = folder.display();
    terminal::line(format!("{name} is made in {folder}"))?;
    terminal::line(format!("    SAYSO_SHOP={folder} sayso chat       talks to it"))?;
    terminal::line(format!("    sayso skill check {folder}           finds every mistake"))?;
    terminal::line(format!("    sayso skill test {folder}            runs its examples and conversations"))?;
    Ok(Exit::Done)
}

fn check(folder: &Path, json: bool) -> Result<Exit> {
    ensure!(folder.is_dir(), "{} is no folder", folder.display());
    let mistakes = check::check(folder);
    if json {
        terminal::line(serde_json::to_string(&mistakes)?)?;
    } else {
        tell(folder, &mistakes)?;
    }
    Ok(if mistakes.is_empty() { Exit::Done } else { Exit::Failed })
}

/// Each mistake at its place, and once below those of a kind what to do about them.
fn tell(folder: &Path, mistakes: &[Mistake]) -> Result<()> {
    for (number, mistake) in mistakes.iter().enumerate() {
        let file = folder.join(&mistake.file);
        let line = mistake.line.map_or_else(String::new, |line| format!(":{line}"));
        terminal::line(format!("{}{line}: {}", file.display(), mistake.what))?;
        if mistakes.get(number + 1).is_none_or(|next| next.kind != mistake.kind) {
            terminal::line(format!("    → {}", terminal::wrap(mistake.mend, 6, 6)))?;
        }
    }
    terminal::line(match mistakes.len() {
        0 => format!("{} has no mistake", folder.display()),
        1 => "1 mistake".to_owned(),
        n => format!("{n} mistakes"),
    })?;
    Ok(())
}

fn build(folder: &Path, target: BuildTarget, out: &Path, endpoint: Option<&str>) -> Result<Exit> {
    let target = match target {
        BuildTarget::Alexa => Target::Alexa,
        BuildTarget::DialogflowCx => Target::DialogflowCx,
        BuildTarget::DialogflowEs => Target::DialogflowEs,
    };
    let package = build::build(&Skill::load(folder)?, target, endpoint)?;
    build::write(&package, out)?;
    for note in &package.notes {
        terminal::line(format!("note: {}", terminal::wrap(note, 6, 6)))?;
    }
    for (name, bytes) in &package.files {
        terminal::line(format!("{}, {} bytes", out.join(name).display(), bytes.len()))?;
    }
    Ok(Exit::Done)
}

async fn test(folder: &Path) -> Result<Exit> {
    ensure!(folder.is_dir(), "{} is no folder", folder.display());
    let skill = Arc::new(Skill::load(folder)?);
    let (problems, examples) = check::examples(&skill);
    for problem in &problems {
        terminal::line(problem.to_string())?;
    }
    let files = scripts(&folder.join("conversations"))?;
    let failed = problems.len() + converse(&skill, &files).await?;
    let counted = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let outcome = if failed == 0 { "all passed".to_owned() } else { format!("{failed} of them failed") };
    let (examples, conversations) = (counted(examples, "example"), counted(files.len(), "conversation"));
    terminal::line(format!("{examples}, {conversations}: {outcome}"))?;
    Ok(if failed == 0 { Exit::Done } else { Exit::Failed })
}

/// Holds the conversations; how many failed.
async fn converse(skill: &Arc<Skill>, files: &[PathBuf]) -> Result<usize> {
    if files.is_empty() {
        return Ok(0);
    }
    let mut failed = 0;
    let bar = terminal::progress(files.len());
    let stage = Stage::set(skill.clone()).await?;
    for file in files {
        let script = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
        if let Err(failure) = hold(stage.rehearse().await?, &script).await {
            failed += 1;
            let place = format!("{}:{}", file.display(), failure.line);
            let told = format!("{place}: expected {}\n    got {}", failure.expected, failure.got);
            bar.suspend(|| terminal::line(told))?;
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(failed)
}
