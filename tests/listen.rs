//! `sayso listen` itself: the real program, a sound card, somebody who talks to it.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use crate::support::sound_card::{SoundCard, sample};

/// How long a busy machine may take from a sound to the line about it.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program while it listens.
struct Listener {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Listener {
    fn start(card: &SoundCard, data: &Path) -> Self {
        let mut command = sayso(data);
        card.plug_into(&mut command);
        let mut child =
            command.args(["listen", "--once"]).stdout(Stdio::piped()).spawn().expect("sayso starts");
        let output = BufReader::new(child.stdout.take().expect("its output is piped"));
        let (send, lines) = channel();
        std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
        Self { child, lines, seen: Vec::new() }
    }

    /// Waits for a line that begins so, and gives the rest of it.
    fn await_line(&mut self, begin: &str) -> String {
        loop {
            let Ok(line) = self.lines.recv_timeout(PATIENCE) else {
                panic!("no line \"{begin}\" came after:\n{}", self.seen.join("\n"));
            };
            self.seen.push(line.clone());
            if let Some(rest) = line.strip_prefix(begin) {
                return rest.trim().to_owned();
            }
        }
    }

    /// Says a recording when it listens; gives what was heard and what is answered.
    fn turn(&mut self, card: &SoundCard, recording: &str) -> (String, String) {
        self.await_line("listening");
        card.say(&sample(recording));
        (self.await_line("heard"), self.await_line("says"))
    }

    /// Waits until it ends by itself.
    fn ended(mut self) -> Vec<String> {
        self.seen.extend(self.lines.iter());
        assert!(self.child.wait().expect("it ends").success(), "it failed after:\n{}", self.seen.join("\n"));
        std::mem::take(&mut self.seen)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn sayso(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sayso"));
    command.arg("--data").arg(data);
    command
}

fn orders(data: &Path) -> String {
    let output = sayso(data).args(["orders", "list"]).output().expect("sayso starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn an_order_is_placed_hands_free_and_read_back_through_the_loudspeaker() {
    let Some(card) = SoundCard::start() else { return };
    let data = tempfile::tempdir().expect("a folder");
    let before = orders(data.path());
    let tape = card.tape();
    let mut listener = Listener::start(&card, data.path());
    let (heard, says) = listener.turn(&card, "reorder-paper-towels");
    assert!(heard.starts_with("Reorder paper towels."), "{heard}");
    assert!(says.contains("paper towels") || says.contains("Paper Towels"), "{says}");
    assert_eq!(orders(data.path()), before, "nothing is ordered before the yes");
    listener.await_line("said");
    let answer = tape.seconds_of_sound();
    assert!(answer > 2.0, "only {answer} s of an answer were heard: {says}");
    let (heard, _) = listener.turn(&card, "confirm-my-order");
    assert!(heard.starts_with("Confirm my order."), "{heard}");
    let after = orders(data.path());
    assert_ne!(after, before, "the order is in the database when it is spoken of");
    listener.turn(&card, "bye");
    listener.ended();
}

#[test]
fn silence_noise_and_talk_in_the_room_order_nothing_hands_free() {
    let Some(card) = SoundCard::start() else { return };
    let data = tempfile::tempdir().expect("a folder");
    let before = orders(data.path());
    let mut listener = Listener::start(&card, data.path());
    listener.await_line("listening");
    for sound in ["oov_silence", "oov_noise", "oov_talk"] {
        card.say(&sample(sound));
    }
    // A pause, so that what follows is an utterance of its own.
    card.say(&sample("oov_silence"));
    card.say(&sample("bye"));
    assert!(listener.await_line("heard").starts_with("Bye."));
    let lines = listener.ended();
    assert_eq!(lines.iter().filter(|line| line.starts_with("heard")).count(), 1, "{}", lines.join("\n"));
    assert_eq!(orders(data.path()), before);
}
