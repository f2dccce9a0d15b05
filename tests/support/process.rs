//! Real `sayso` processes in a data folder of their own.

use std::{
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use tempfile::TempDir;

/// A data folder, and the program to run in it.
pub struct Sayso {
    folder: TempDir,
}

/// What a process that ended left.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// A running `sayso serve`; killed when dropped.
pub struct Serving {
    pub child: Child,
    pub address: SocketAddr,
}

impl Sayso {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    pub fn data(&self) -> &Path {
        self.folder.path()
    }

    /// The program with our data folder and none of the machine's settings.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sayso"));
        self.prepare(&mut command);
        command.args(arguments);
        command
    }

    fn prepare(&self, command: &mut Command) {
        for (name, _) in std::env::vars_os().filter(|(n, _)| n.to_string_lossy().starts_with("SAYSO_")) {
            command.env_remove(name);
        }
        command.env("SAYSO_DATA", self.data()).env_remove("RUST_LOG").stdin(Stdio::null());
    }

    /// Runs to the end.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        Ended::of(self.command(arguments).output().expect("the program runs"))
    }

    /// Runs to the end with something to read.
    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Ended {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program runs");
        // A program that does not want to read is no fault of the test's.
        let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
        Ended::of(child.wait_with_output().expect("the program ends"))
    }

    /// Runs to the end and reads its JSON.
    pub fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let ended = self.run(arguments);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        serde_json::from_str(&ended.out).unwrap_or_else(|e| panic!("no JSON ({e}): {ended:?}"))
    }

    /// `sayso serve` on a free port.
    pub fn serve(&self) -> Serving {
        self.serve_by(Command::new(env!("CARGO_BIN_EXE_sayso")))
    }

    /// The same through a command that ends in running its arguments.
    pub fn serve_by(&self, mut command: Command) -> Serving {
        self.prepare(&mut command);
        command.args(["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it runs");
        let mut line = String::new();
        let out = child.stdout.as_mut().expect("a pipe");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let address = line.trim().rsplit("http://").next().and_then(|a| a.parse().ok());
        Serving { address: address.unwrap_or_else(|| panic!("no address in {line:?}")), child }
    }
}

impl Ended {
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Serving {
    /// `kill -9`.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(status.expect("kill runs").success());
    }

    /// Stops it, and waits until each of its threads stands still: on a busy machine some run on for a while.
    #[cfg(target_os = "linux")]
    pub async fn freeze(&self) {
        self.signal("STOP");
        let tasks = format!("/proc/{}/task", self.child.id());
        let stands_still = |task: std::io::Result<std::fs::DirEntry>| {
            let stat = std::fs::read_to_string(task.expect("a thread").path().join("stat"));
            // A thread that has ended since stands still too.
            stat.map_or(true, |stat| stat.rsplit(") ").next().is_some_and(|state| state.starts_with('T')))
        };
        while !std::fs::read_dir(&tasks).expect("a process").all(stands_still) {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.kill();
    }
}
