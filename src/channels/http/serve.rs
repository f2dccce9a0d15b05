//! Accepting connections, and letting go of them.

use std::{convert::Infallible, future::Future, pin::pin, sync::Arc, time::Duration};

use axum::Router;
use hyper::{
    Request, StatusCode,
    body::Incoming,
    header::{CONNECTION, HeaderValue},
    service::{Service as _, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{Instant, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{HttpState, link::Peer, metrics, router};
use crate::channels::drain::drain;

/// A connection is asked to close after this long, so that none is held for ever by a caller that
/// reads no answer.
const CONNECTION_AGE: Duration = Duration::from_secs(120);
/// The largest head of a request, in bytes.
const MAX_HEAD: usize = 16 * 1024;
/// After a failed accept (no file descriptors left, for example) we wait this long.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How often samples are folded into histograms when nobody scrapes.
const UPKEEP: Duration = Duration::from_secs(5);

/// With fewer seats left than one in so many, a connection ends with its answer.
const FEW_LEFT: usize = 8;

/// Tells when seats are few: then nobody keeps one for requests to come, while others wait at the door.
#[derive(Clone)]
struct Scarce {
    seats: Arc<Semaphore>,
    few: usize,
}

impl Scarce {
    fn now(&self) -> bool {
        self.seats.available_permits() <= self.few
    }
}

/// Serves until `shutdown` resolves, then finishes what is in flight, within the drain time.
/// `true` when everything was finished.
pub async fn serve(state: Arc<HttpState>, listener: TcpListener, shutdown: impl Future<Output = ()>) -> bool {
    let app = router(state.clone());
    let (connections, closing) = (TaskTracker::new(), state.closing.clone());
    let seats = Arc::new(Semaphore::new(state.options.max_connections));
    let mut upkeep = tokio::time::interval(UPKEEP);
    let mut shutdown = pin!(shutdown);
    loop {
        let accept = async {
            let seat = seats.clone().acquire_owned().await;
            (seat, listener.accept().await)
        };
        tokio::select! {
            () = &mut shutdown => break,
            _ = upkeep.tick() => drop(metrics::render()),
            (seat, accepted) = accept => match accepted {
                Ok((stream, address)) => {
                    let peer = Peer(address);
                    let scarce = Scarce { seats: seats.clone(), few: state.options.max_connections / FEW_LEFT };
                    let connection = connect(app.clone(), state.clone(), (stream, peer), scarce, closing.clone());
                    connections.spawn(async move {
                        connection.await;
                        drop(seat);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    closing.cancel();
    drain(&connections, &state.tasks, state.options.drain).await
}

/// One connection, from its first request to its end.
async fn connect(
    app: Router,
    state: Arc<HttpState>,
    (stream, peer): (TcpStream, Peer),
    scarce: Scarce,
    closing: CancellationToken,
) {
    // Answers are small and a shopper waits: no delay to fill packets.
    let _ = stream.set_nodelay(true);
    let app = TowerToHyperService::new(app);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        let (answer, scarce) = (app.call(request), scarce.clone());
        async move {
            let mut answer = answer.await?;
            if scarce.now() && answer.status() != StatusCode::SWITCHING_PROTOCOLS {
                answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(answer)
        }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(state.options.header_timeout)
        .max_header_size(MAX_HEAD)
        .max_buf_size(64 * 1024)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let old = Instant::now() + CONNECTION_AGE;
    tokio::select! {
        // A caller that hangs up or sends no HTTP is no fault of ours.
        _ = connection.as_mut() => return,
        () = closing.cancelled() => {}
        () = tokio::time::sleep_until(old) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = timeout(state.options.body_timeout + state.options.request_timeout, connection).await;
}
