//! `sayso serve`: turns over HTTP.

use std::{
    process::ExitCode,
    sync::{Arc, OnceLock},
};

use anyhow::{Context, Result};
use tokio::net::TcpListener;

use super::terminal;
use crate::{
    app::{self, App},
    channels::http::{self, HttpState},
    speech::pool::Pool,
};

pub async fn run(app: App) -> Result<ExitCode> {
    let address = app.settings().http().listen;
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("{address} cannot be listened on; another one is chosen with --listen"))?;
    let stop = stop_signal()?;
    let recognizer = Arc::new(OnceLock::new());
    let synthesizer = app::synthesizer(app.settings())?;
    let state = HttpState::new(app.http_options()?, app.engine(), recognizer.clone(), synthesizer);
    // A model that was trained for one skill hears no other.
    let shop = (app.shops().len() == 1).then(|| app.shop().clone());
    let settings = app.settings().clone();
    // Typed turns are served while the model loads; /readyz tells when it is there.
    tokio::task::spawn_blocking(move || match app::recognizer(&settings, shop.as_ref()) {
        Ok(opened) => {
            tracing::info!(model = %opened.info.name, "the recogniser is loaded");
            let _ = recognizer.set(Pool::new(opened.recognizer, settings.speech().max_waiting));
        }
        Err(error) => tracing::error!(%error, "the recogniser cannot be loaded; see `sayso doctor`"),
    });
    terminal::line(format!("Sayso serves {} on http://{}", names(&app), listener.local_addr()?))?;
    let upkeep = app.start_upkeep();
    let finished = http::serve(state, listener, stop).await;
    upkeep.stop().await;
    app.close().await;
    if !finished {
        tracing::warn!("some turns were still at work at the end of the drain time");
    }
    Ok(ExitCode::SUCCESS)
}

/// The skills by their identifiers; of very many only how many there are.
fn names(app: &App) -> String {
    match app.shops().len() {
        many @ 11.. => format!("{many} skills"),
        _ => app.shops().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    }
}

/// Resolves on ctrl-c, and on SIGTERM where there is such a thing.
fn stop_signal() -> Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminate = {
        use tokio::signal::unix::{SignalKind, signal};
        signal(SignalKind::terminate()).context("SIGTERM cannot be awaited")?
    };
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
        tracing::info!("stopping; turns in flight are finished");
    })
}
