//! The command line: what can be typed, and one file for each group of commands.
//!
//! [`Exit`] has the exit codes.

mod args;
mod ask;
mod catalog;
mod chat;
mod demo;
mod doctor;
mod exit;
mod hear;
mod household;
mod listen;
mod models;
mod orders;
mod serve;
mod skill;
mod terminal;
mod train;

use std::io;

use anyhow::Result;
use tracing::Level;
use tracing_subscriber::{
    EnvFilter, Layer as _,
    filter::{FilterExt as _, filter_fn},
    fmt,
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

pub use args::Cli;
use args::Command;
pub use exit::Exit;

use crate::{
    app::App,
    config::{Settings, SettingsError, Sources},
};

/// Runs one command to its end; what fails is told on stderr.
pub fn run(cli: Cli) -> Exit {
    start_log(matches!(cli.command, Command::Serve(_)));
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    let code = match runtime.block_on(dispatch(cli)) {
        Ok(code) => code,
        Err(error) => fail(&error),
    };
    // A recognition that was begun for a caller who is gone is not waited for.
    runtime.shutdown_background();
    code
}

async fn dispatch(cli: Cli) -> Result<Exit> {
    let mut sources = Sources {
        data: cli.data,
        config: cli.config,
        environment: std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect(),
        flags: Vec::new(),
    };
    if let Command::Serve(args) = &cli.command {
        sources.flags.extend(args.listen.clone().map(|address| ("http.listen", address, "--listen")));
        sources.flags.extend(args.wyoming.clone().map(|address| ("wyoming.listen", address, "--wyoming")));
        if !args.skill.is_empty() {
            sources.flags.push(("skills", args.skill.join(","), "--skill"));
        }
    }
    if let Command::Doctor(args) = &cli.command {
        return doctor::run(args, &sources).await;
    }
    if let Command::Skill(command) = &cli.command {
        return skill::run(command).await;
    }
    let settings = Settings::load(&sources)?;
    match cli.command {
        Command::Demo(args) => demo::run(args, settings).await,
        Command::Doctor(_) | Command::Skill(_) => unreachable!("taken above"),
        Command::Listen(args) => listen::run(args, App::open(settings).await?).await,
        Command::Ask(args) => ask::run(args, App::open(settings).await?).await,
        Command::Chat(args) => chat::run(args, App::open(settings).await?).await,
        Command::Serve(_) => serve::run(App::open_all(settings).await?).await,
        Command::Models(command) => models::run(command, &settings).await,
        Command::Catalog(command) => catalog::run(command, &settings),
        Command::Orders(command) => orders::run(command, App::open(settings).await?).await,
        Command::Household(command) => household::run(command, App::open(settings).await?).await,
    }
}

/// One place where a command's failure is told.
fn fail(error: &anyhow::Error) -> Exit {
    let broken_pipe = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
    };
    if error.chain().any(broken_pipe) {
        // `sayso orders list | head`: the reader has seen enough.
        return Exit::Done;
    }
    eprintln!("sayso: {error:#}");
    match error.downcast_ref::<SettingsError>() {
        Some(_) => Exit::WrongSetting,
        None => Exit::Failed,
    }
}

/// `SAYSO_LOG` or `RUST_LOG`, else warnings; a server also tells of each turn, by identifiers. Libraries are not heard
/// below `info`, whatever is asked for: some trace the bytes that they send, which are people's words.
fn start_log(server: bool) {
    let named = std::env::var("SAYSO_LOG").or_else(|_| std::env::var("RUST_LOG")).ok();
    let default = if server { "warn,sayso=info" } else { "error,sayso=warn" };
    let filter = EnvFilter::try_new(named.as_deref().unwrap_or(default)).unwrap_or_else(|error| {
        eprintln!("sayso: SAYSO_LOG is not understood ({error}); using {default}");
        EnvFilter::new(default)
    });
    let ours = filter_fn(|told| told.target().starts_with("sayso") || *told.level() <= Level::INFO);
    let lines = fmt::layer().with_writer(io::stderr).with_ansi(console::colors_enabled_stderr());
    // A second start in one process (tests) keeps the first log.
    let _ = tracing_subscriber::registry().with(lines.with_filter(filter.and(ours))).try_init();
}
