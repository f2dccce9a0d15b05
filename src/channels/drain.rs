//! The end of a server, the same for every protocol.

use std::time::Duration;

use tokio::time::timeout;
use tokio_util::task::TaskTracker;

/// Waits for open connections and for turns at work, at most for `patience`. `true` when all were finished.
pub async fn drain(connections: &TaskTracker, turns: &TaskTracker, patience: Duration) -> bool {
    connections.close();
    turns.close();
    let all = async {
        connections.wait().await;
        turns.wait().await;
    };
    timeout(patience, all).await.is_ok()
}
