//! A program that works for hours and is stopped as a person expects: ctrl-c ends it and all that
//! it has started, and it may put its work away.

use std::{
    io,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use tokio::process::{Child, Command};

/// How long an interrupted program may take to put its work away.
const GRACE: Duration = Duration::from_secs(30);

/// Ctrl-c and SIGTERM, from the moment that this is made.
pub struct Stop {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Stop {
    #[cfg(unix)]
    pub fn new() -> Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let told = "signals cannot be awaited";
        Ok(Self {
            interrupt: signal(SignalKind::interrupt()).context(told)?,
            terminate: signal(SignalKind::terminate()).context(told)?,
        })
    }

    #[cfg(unix)]
    async fn came(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    #[cfg(not(unix))]
    pub fn new() -> Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    async fn came(&mut self) {
        // Where it cannot be awaited, nothing is stopped.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Runs a program to its end, its output on our standard error. When we are to stop, it and all
/// that it has started are asked to, once, and made to after [`GRACE`].
///
/// # Errors
/// When it cannot be run, or was stopped.
pub async fn run(mut command: Command, stop: &mut Stop) -> Result<ExitStatus> {
    command.stdout(Stdio::from(io::stderr())).stderr(Stdio::inherit()).kill_on_drop(true);
    // A group of its own: ctrl-c at the terminal reaches it through us, and only once.
    #[cfg(unix)]
    command.process_group(0);
    let name = command.as_std().get_program().to_owned();
    let mut child = command.spawn().with_context(|| format!("{} cannot be run", name.display()))?;
    let status = tokio::select! {
        status = child.wait() => return status.with_context(|| format!("{} cannot be awaited", name.display())),
        () = stop.came() => end(&mut child).await,
    };
    status.with_context(|| format!("{} cannot be stopped", name.display()))?;
    bail!("stopped; the work so far is kept, and the same command goes on with it")
}

async fn end(child: &mut Child) -> io::Result<ExitStatus> {
    signal(child, false);
    if let Ok(ended) = tokio::time::timeout(GRACE, child.wait()).await {
        return ended;
    }
    signal(child, true);
    child.start_kill()?;
    child.wait().await
}

/// Asks a child's group to end as ctrl-c would, or ends it.
#[cfg(unix)]
fn signal(child: &Child, hard: bool) {
    use rustix::process::{Pid, Signal, kill_process_group};
    let group = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
    if let Some(group) = group {
        // It may have ended by itself.
        let _ = kill_process_group(group, if hard { Signal::KILL } else { Signal::INT });
    }
}

#[cfg(not(unix))]
fn signal(_: &Child, _: bool) {}
