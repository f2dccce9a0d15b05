//! `sayso ask`: one turn, typed or from a recording.

use std::path::Path;

use anyhow::{Context, Result};

use super::{Exit, args::AskArgs, terminal};
use crate::{
    app::{self, App},
    audio::wav::{self, Limits},
    channels::{
        json::TurnView,
        recording::{self, Listened},
    },
    turn::{Input, Reply, Turn},
};

pub async fn run(args: AskArgs, app: App) -> Result<Exit> {
    let (input, stages) = match &args.audio {
        None => (Input::Text(args.text.join(" ")), Vec::new()),
        Some(file) => {
            let listened = hear(&app, file).await?;
            (listened.input, listened.stages)
        }
    };
    let locale = app.settings().locale().to_owned();
    let turn = Turn {
        shop: app.shop().clone(),
        household: app.household(args.who.household.as_deref())?,
        session: app.session(args.who.session.as_deref())?,
        locale: locale.clone(),
        channel: "console",
        input,
        request: None,
        stages,
    };
    let mut reply = app.engine().turn(turn).await;
    if let Some(file) = &args.reply {
        let synthesizer = app::synthesizer(app.settings())?;
        let (bytes, stage) = recording::speak(synthesizer.as_ref(), &reply.speech, &locale).await?;
        std::fs::write(file, bytes).with_context(|| format!("{} cannot be written", file.display()))?;
        reply.stages.push(stage);
    }
    app.close().await;
    if args.json {
        terminal::line(serde_json::to_string(&TurnView::new(&reply, &locale))?)?;
    } else {
        tell(&reply, &locale, args.audio.is_some())?;
    }
    Ok(Exit::Done)
}

/// What a recording says. Loads the recogniser, so it is for one recording.
async fn hear(app: &App, file: &Path) -> Result<Listened> {
    let waiting = terminal::spinner("listening");
    let (settings, shop, file) = (app.settings().clone(), app.shop().clone(), file.to_owned());
    let listened = tokio::task::spawn_blocking(move || -> Result<Listened> {
        let opened = app::recognizer(&settings, Some(&shop))?;
        Ok(recording::hear(opened.recognizer.as_ref(), || wav::read_file(&file, Limits::default()))?)
    });
    let listened = listened.await.context("the recogniser panicked")?;
    waiting.finish_and_clear();
    listened
}

fn tell(reply: &Reply, locale: &str, spoken: bool) -> Result<()> {
    if spoken {
        let heard = reply.heard.as_deref().unwrap_or("(no words)");
        terminal::line(console::style(format!("heard: {heard}")).dim().to_string())?;
    }
    terminal::line(terminal::wrap(&reply.speech.to_text(locale), 0, 0))?;
    Ok(())
}
