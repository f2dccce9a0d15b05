//! `sayso serve`: turns over HTTP and, where it is wanted, over the Wyoming protocol.

use std::sync::{Arc, OnceLock};

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{Exit, terminal};
use crate::{
    app::{self, App},
    channels::{
        http::{self, HttpState},
        wyoming::{self, WyomingState},
    },
    speech::{SharedSynthesizer, pool::Pool},
};

pub async fn run(app: App) -> Result<Exit> {
    let address = app.settings().http().listen;
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("{address} cannot be listened on; another one is chosen with --listen"))?;
    let stop = stop_signal()?;
    let recognizer = Arc::new(OnceLock::new());
    let synthesizer = app::synthesizer(app.settings())?;
    let options = app.http_options()?;
    let state = HttpState::new(options, app.engine(), recognizer.clone(), synthesizer.clone());
    let over_wyoming = open_wyoming(&app, &recognizer, synthesizer).await?;
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
    if let Some((_, listener)) = &over_wyoming {
        terminal::line(format!("It speaks Wyoming on tcp://{}", listener.local_addr()?))?;
    }
    let upkeep = app.start_upkeep();
    let stopping = CancellationToken::new();
    let over_http = http::serve(state, listener, async {
        stop.await;
        stopping.cancel();
    });
    let over_wyoming = async {
        match over_wyoming {
            Some((state, listener)) => wyoming::serve(state, listener, stopping.cancelled()).await,
            None => true,
        }
    };
    let (one, other) = tokio::join!(over_http, over_wyoming);
    upkeep.stop().await;
    app.close().await;
    if !(one && other) {
        tracing::warn!("some turns were still at work at the end of the drain time");
    }
    Ok(Exit::Done)
}

/// The Wyoming protocol, where the settings want it.
async fn open_wyoming(
    app: &App,
    recognizer: &Arc<OnceLock<Arc<Pool>>>,
    synthesizer: SharedSynthesizer,
) -> Result<Option<(Arc<WyomingState>, TcpListener)>> {
    let Some(settings) = app.settings().wyoming() else { return Ok(None) };
    let (options, address) = (app.wyoming_options(settings)?, settings.listen);
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("{address} cannot be listened on; another one is chosen with --wyoming"))?;
    let state = WyomingState::new(options, app.engine(), recognizer.clone(), synthesizer);
    Ok(Some((state, listener)))
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
