//! The peer: a minimal skill in Amazon's own framework, `benches/peer/skill.js`.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result};

/// The running peer; killed when dropped.
pub struct Peer {
    child: Child,
    pub address: String,
}

impl Peer {
    /// Starts it in so many processes; `None`, said loudly, where its packages are not installed.
    pub fn start(root: &Path, chain: &Path, processes: u32) -> Result<Option<Self>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let packages = folder.join("target/bench/peer/node_modules");
        if !packages.join("ask-sdk-core").is_dir() {
            eprintln!(
                "SKIPPED: the packages of the peer are not installed; script/bench serve does it with npm"
            );
            return Ok(None);
        }
        let mut child = Command::new("node")
            .arg(folder.join("benches/peer/skill.js"))
            .args([root, chain])
            .arg(processes.to_string())
            .env("NODE_PATH", packages)
            .env("NODE_ENV", "production")
            .stdout(Stdio::piped())
            .spawn()
            .context("node cannot be started")?;
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().context("stdout is a pipe")?).read_line(&mut line)?;
        let port: u16 = line.trim().parse().context("the peer did not start")?;
        Ok(Some(Self { child, address: format!("127.0.0.1:{port}") }))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Its helpers end when their connection to it does.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
