//! `sayso listen`: hands-free on the microphone.

use anyhow::Result;

use super::{Exit, args::ListenArgs};
use crate::app::App;

#[cfg(not(feature = "device"))]
pub async fn run(_: ListenArgs, app: App) -> Result<Exit> {
    app.close().await;
    anyhow::bail!("this program was built without sound devices; build it with the feature `device`")
}

#[cfg(feature = "device")]
pub async fn run(args: ListenArgs, app: App) -> Result<Exit> {
    let who = Who {
        shop: app.shop().clone(),
        household: app.household(args.who.household.as_deref())?,
        session: app.session(args.who.session.as_deref())?,
        locale: app.settings().locale().to_owned(),
    };
    let parts = parts(&app, who, args.once).await?;
    let upkeep = app.start_upkeep();
    let outcome = speaker::listen(parts, stopped(), &mut std::io::stdout()).await;
    upkeep.stop().await;
    app.close().await;
    outcome?;
    Ok(Exit::Done)
}

#[cfg(feature = "device")]
use {
    super::terminal,
    crate::{
        app,
        audio::{capture::Capture, endpoint::EndpointSettings, playback::Loudspeaker},
        channels::speaker::{self, Ear, Mouth, Parts, Who},
    },
    anyhow::Context,
};

/// Loads the recogniser and opens the devices of the settings.
#[cfg(feature = "device")]
async fn parts(app: &App, who: Who, once: bool) -> Result<Parts> {
    let (settings, shop) = (app.settings().clone(), app.shop().clone());
    let waiting = terminal::spinner("loading the model");
    let opened = tokio::task::spawn_blocking(move || app::recognizer(&settings, Some(&shop)));
    let opened = opened.await.context("loading the model panicked")??;
    waiting.finish_and_clear();
    if let Some(note) = &opened.info.note {
        terminal::line(format!("note: {}", terminal::wrap(note, 6, 6)))?;
    }
    let devices = app.settings().listen();
    let capture = Capture::open(devices.input.as_deref())?;
    let loudspeaker = Loudspeaker::open(devices.output.as_deref())?;
    let ear = Ear::new(Box::new(capture), opened.recognizer, EndpointSettings::default());
    let mouth = Mouth::new(app::synthesizer(app.settings())?, Box::new(loudspeaker));
    Ok(Parts { engine: app.engine(), ear, mouth, who, once })
}

/// Ctrl-c, or the service manager.
#[cfg(feature = "device")]
async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
        return;
    }
    let _ = interrupt.await;
}
