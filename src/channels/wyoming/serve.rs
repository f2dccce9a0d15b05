//! Accepting connections, and letting go of them.

use std::{pin::pin, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    WyomingState,
    events::Refusal,
    session::{self, Out},
};
use crate::{channels::drain::drain, speech::synth};

/// After a failed accept (no file descriptors left, for example) we wait this long.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// A voice that does not speak is tried again after this long.
const NEXT_TRIAL: Duration = Duration::from_secs(60);
/// Connections that are being told that there are too many; more are closed without a word.
const TURNED_AWAY: usize = 16;

/// Serves until `shutdown` resolves, then finishes what is at work, within the drain time.
/// `true` when everything was finished.
pub async fn serve(
    state: Arc<WyomingState>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> bool {
    let (connections, closing) = (TaskTracker::new(), CancellationToken::new());
    let seats = Arc::new(Semaphore::new(state.options.max_connections));
    let doors = Arc::new(Semaphore::new(TURNED_AWAY));
    let mut shutdown = pin!(shutdown);
    connections.spawn(closing.clone().run_until_cancelled_owned(try_voice(state.clone())));
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => match seats.clone().try_acquire_owned() {
                Ok(seat) => {
                    let connection = connect(state.clone(), stream, closing.clone());
                    connections.spawn(async move {
                        connection.await;
                        drop(seat);
                    });
                }
                Err(_) => turn_away(&state, stream, &doors, &connections),
            },
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    closing.cancel();
    drain(&connections, &state.tasks, state.options.drain).await
}

async fn connect(state: Arc<WyomingState>, stream: TcpStream, closing: CancellationToken) {
    // Answers are small and a shopper waits: no delay to fill packets.
    let _ = stream.set_nodelay(true);
    session::run(state, stream, closing).await;
}

fn turn_away(
    state: &Arc<WyomingState>,
    stream: TcpStream,
    doors: &Arc<Semaphore>,
    connections: &TaskTracker,
) {
    let Ok(door) = doors.clone().try_acquire_owned() else { return };
    let patience = state.options.event;
    connections.spawn(async move {
        let (reader, writer) = stream.into_split();
        let refusal = Refusal::new("busy", "too many connections are open; try again later");
        Out::new(writer, patience).refuse(&refusal, reader).await;
        drop(door);
    });
}

/// Finds out whether the voice speaks, so that none is offered that does not.
async fn try_voice(state: Arc<WyomingState>) {
    loop {
        let trial = synth::try_out(state.synthesizer.as_ref(), &state.options.locale).await;
        state.speaks.send_replace(Some(trial.is_ok()));
        match trial {
            Ok(_) => return,
            Err(error) => tracing::warn!(%error, "no voice is offered over Wyoming"),
        }
        tokio::time::sleep(NEXT_TRIAL).await;
    }
}
