//! What can be typed to be heard: the demo, the ways to talk, and the server.

use std::path::PathBuf;

use clap::Args;

const DEMO: &str = "\
Every turn takes the real way: WAV, 16 kHz, Whisper, the engine on a SQLite file, the synthesizer,
a WAV of the answer. It needs no network and no microphone, and leaves nothing behind unless
--keep names a folder. The exit code is 1 when the conversation did not end in the orders that it
should have made.";

/// `sayso demo`
#[derive(Debug, Args)]
#[command(after_help = DEMO)]
pub struct DemoArgs {
    /// Play the answers on the loudspeaker too
    #[arg(long)]
    pub play: bool,
    /// Keep the database and the answers' WAV files in this folder, which must not exist yet
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
}

/// Who speaks, in which conversation.
#[derive(Debug, Args)]
pub struct WhoArgs {
    /// The conversation; the same name goes on where it stopped, also after a restart
    #[arg(long, value_name = "NAME")]
    pub session: Option<String>,
    /// Who speaks [default: `household` of the settings]
    #[arg(long, value_name = "ID")]
    pub household: Option<String>,
}

const LISTEN: &str = "\
Say something; when you stop, the answer comes. \"Stop\" ends the conversation, ctrl-c ends the
program; with --once both do. Which microphone and loudspeaker are used is set by `listen.input` and `listen.output`;
`sayso doctor` lists those that there are.";

/// `sayso listen`
#[derive(Debug, Args)]
#[command(after_help = LISTEN)]
pub struct ListenArgs {
    /// End after one conversation instead of waiting for the next
    #[arg(long)]
    pub once: bool,
    /// Who speaks, in which conversation.
    #[command(flatten)]
    pub who: WhoArgs,
}

const ASK: &str = "\
Examples:
  sayso ask where is my order
  sayso ask --session kitchen 'reorder paper towels'
  sayso ask --session kitchen yes
  sayso ask --audio question.wav --reply answer.wav --json

Without --session every question stands alone, so a purchase cannot be confirmed. Recordings are
WAV files of any common kind, at most 60 s.";

/// `sayso ask`
#[derive(Debug, Args)]
#[command(after_help = ASK)]
pub struct AskArgs {
    /// What is said
    #[arg(value_name = "TEXT", required_unless_present = "audio", conflicts_with = "audio")]
    pub text: Vec<String>,
    /// A recording of what is said
    #[arg(long, value_name = "FILE.wav")]
    pub audio: Option<PathBuf>,
    /// Who speaks, in which conversation.
    #[command(flatten)]
    pub who: WhoArgs,
    /// Speak the answer into this file
    #[arg(long, value_name = "OUT.wav")]
    pub reply: Option<PathBuf>,
    /// Print the reply as one JSON object
    #[arg(long)]
    pub json: bool,
}

const CHAT: &str = "\
Type what you would say; an empty line counts as silence. \"stop\", ctrl-d or ctrl-c ends it.";

/// `sayso chat`
#[derive(Debug, Args)]
#[command(after_help = CHAT)]
pub struct ChatArgs {
    /// Who speaks, in which conversation.
    #[command(flatten)]
    pub who: WhoArgs,
}

const SERVE: &str = "\
Examples:
  sayso serve
  curl -s localhost:7390/v1/turns -H 'content-type: application/json' \\
       -d '{\"session\": \"kitchen\", \"text\": \"reorder paper towels\"}'
  curl -s 'localhost:7390/v1/turns?session=kitchen' -H 'content-type: audio/wav' \\
       -H 'accept: audio/wav' --data-binary @question.wav -o answer.wav
  sayso serve --skill household --skill skills/coffee-bar
  sayso serve --wyoming 127.0.0.1:10710
  SAYSO_HTTP_TOKEN=$(openssl rand -hex 24) sayso serve --listen 0.0.0.0:7390

An address that other machines can reach needs a bearer token (`http.token`); put a TLS proxy in
front. Several skills are served at /v1/skills/SKILL/turns. The interface is described at /openapi.json. SIGTERM or ctrl-c finishes the turns in flight.";

/// `sayso serve`
#[derive(Debug, Args)]
#[command(after_help = SERVE)]
pub struct ServeArgs {
    /// Where to listen [default: 127.0.0.1:7390]
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: Option<String>,
    /// Where to listen for the Wyoming protocol, for Home Assistant [default: nowhere]
    #[arg(long, value_name = "ADDR:PORT")]
    pub wyoming: Option<String>,
    /// A skill to serve: a folder, or "household"; more than once for several [default: the settings]
    #[arg(long, value_name = "SKILL")]
    pub skill: Vec<String>,
}
