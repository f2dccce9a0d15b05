//! What can be typed. The texts here are the manual.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

const AFTER: &str = "\
Examples:
  sayso demo                               watch a household shop by voice, offline
  sayso ask reorder paper towels           one typed turn
  sayso ask --session kitchen yes          the next turn of that conversation
  sayso ask --audio question.wav --reply answer.wav
  sayso serve                              turns over HTTP on 127.0.0.1:7390
  sayso doctor                             what is missing, and how to mend it

Settings: sayso.toml in the data folder, then SAYSO_* variables, then flags; the later wins.
`sayso doctor --settings` lists every key. SAYSO_LOG=debug shows more of what happens.

Exit codes:
  0  done
  1  it failed, and a sentence on stderr says why
  2  the command line or a setting is wrong
  3  `doctor` found something to mend";

/// A voice commerce assistant: nothing is bought without your say-so.
#[derive(Debug, Parser)]
#[command(name = "sayso", version, about, after_help = AFTER, max_term_width = 100)]
pub struct Cli {
    /// The folder that holds everything: database, models, settings [default: the XDG data folder]
    #[arg(long, global = true, value_name = "DIR", env = "SAYSO_DATA")]
    pub data: Option<PathBuf>,
    /// The settings file [default: sayso.toml in the data folder]
    #[arg(long, global = true, value_name = "FILE", env = "SAYSO_CONFIG")]
    pub config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Watch a household of the sample shop hold a conversation, from recordings
    Demo(DemoArgs),
    /// Talk hands-free: the microphone in, the loudspeaker out
    Listen(ListenArgs),
    /// One turn, typed or from a recording
    Ask(AskArgs),
    /// A typed conversation
    Chat(ChatArgs),
    /// Turns over HTTP
    Serve(ServeArgs),
    /// The Whisper models: which there are, fetching and checking them
    #[command(subcommand)]
    Models(ModelsCommand),
    /// For the author of a skill
    #[command(subcommand)]
    Skill(SkillCommand),
    /// The shop's products
    #[command(subcommand)]
    Catalog(CatalogCommand),
    /// The shop's side of orders
    #[command(subcommand)]
    Orders(OrdersCommand),
    /// A household's limit, PIN and linked accounts
    #[command(subcommand)]
    Household(HouseholdCommand),
    /// What is missing, and how to mend it
    Doctor(DoctorArgs),
}

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

/// `sayso models`
#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// All models: which are installed, which one is used
    List,
    /// Fetch a model's weights from the Hugging Face hub, with resume and checksum
    #[command(after_help = "Examples:\n  sayso models pull tiny.en\n  \
        HF_ENDPOINT=https://mirror.example sayso models pull base.en")]
    Pull {
        /// A name from `sayso models list`
        name: String,
    },
    /// Take a file that you brought by hand
    Import {
        /// A model in whisper.cpp's ggml form
        file: PathBuf,
    },
    /// Check every installed file against its checksum
    Verify,
    /// Train a small model for a skill from its own language, and install it
    Train(TrainArgs),
    /// Hear recordings as the product does, to judge a model
    Hear(HearArgs),
}

const TRAIN: &str = "\
Examples:
  sayso models train --skill skills/coffee-bar
  sayso models train --skill my-shop --name my-shop-2 --minutes 90

The sentences, products and numbers of the skill are spoken by the synthesizers that are installed
(eSpeak NG, Flite, Festival, Piper) in many voices and rooms, and a Whisper of a few million
parameters is trained on that: hours on two cores, minutes on a GPU. It hears that language and no
other, and people less well than a model of OpenAI's.

It needs the training package of Sayso's source (models/training), Python 3.11 or later, and at its
first run a network for the package's libraries. What is done stays in the work folder: after an
interruption the same command goes on. The new model is used for its skill unless a model of OpenAI's
is installed or the setting `speech.model` names another.";

/// `sayso models train`
#[derive(Debug, Args)]
#[command(after_help = TRAIN)]
pub struct TrainArgs {
    /// A skill's folder; more than one for a model that hears several shops
    #[arg(long, value_name = "DIR", required = true)]
    pub skill: Vec<PathBuf>,
    /// What the model is called [default: the identifier of the first skill]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Where sound and checkpoints are kept; some gigabytes [default: training/NAME in the data folder]
    #[arg(long, value_name = "DIR")]
    pub work: Option<PathBuf>,
    /// The training package [default: models/training above the program or the current folder]
    #[arg(long, value_name = "DIR", env = "SAYSO_TRAINING")]
    pub training: Option<PathBuf>,
    /// How long to train at most, without the making of the sound [default: the package's own]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_080))]
    pub minutes: Option<u32>,
    /// Start from no model instead of the package's own, which knows voices already; takes longer
    #[arg(long)]
    pub from_nothing: bool,
}

const HEAR: &str = "\
Examples:
  sayso models hear recordings/ --json > heard.jsonl
  sayso models hear test.jsonl --model-file new/model.bin --json

LIST is a folder of WAV files, or a file with a JSON object a line: {\"id\": \"1\", \"wav\": \"1.wav\"},
the paths relative to that file. Each is trimmed, decoded, judged and filtered as a shopper's words are.
With --json a line says what the model wrote, what the product makes of it (text, unclear, nothing),
how sure it is and what that was computed from, and the milliseconds from the sound's end to the
result. This prints what was said; nothing of it is logged.";

/// `sayso models hear`
#[derive(Debug, Args)]
#[command(after_help = HEAR)]
pub struct HearArgs {
    /// A folder of WAV files, or a JSON Lines file that lists them
    #[arg(value_name = "LIST")]
    pub list: PathBuf,
    /// An installed model [default: the one in use]
    #[arg(long, value_name = "NAME", conflicts_with = "model_file")]
    pub model: Option<String>,
    /// A model in whisper.cpp's ggml form that is not installed; a .toml of the same name beside it
    /// describes it, else it is run as the bundled one is
    #[arg(long, value_name = "FILE")]
    pub model_file: Option<PathBuf>,
    /// Print one JSON object a line
    #[arg(long)]
    pub json: bool,
}

const TEST: &str = "\
Examples:
  sayso skill test skills/coffee-bar

Each example must be understood as it says, and each file of conversations/ must go as it is written, with
the real engine in a temporary shop: docs/skills.md lists what its lines can say. What fails is told at its
line, with what was expected and what came. The exit code is 1 if something fails.";

const BUILD: &str = "\
Examples:
  sayso skill build skills/coffee-bar --target alexa --endpoint https://voice.example.com --out package

The folder is made whole, or on any error not at all; the same skill gives the same bytes. What does not
fit into the platform's limits is left out, and told.";

const CHECK: &str = "\
Examples:
  sayso skill check skills/coffee-bar
  sayso skill check my-shop --json

Every mistake is found at once, each with its file, its line and what to do about it: settings,
products, replies, templates and their examples, sentences with two meanings, intents that nothing
reaches, what the locales have unlike, names that Alexa would refuse. The exit code is 1 if there is
a mistake.";

const NEW: &str = "\
Examples:
  sayso skill new \"Harbor Tea\"
  sayso skill new \"Harbor Tea\" --dir skills/tea

The new shop is a copy of the sample's under its own name: it can be talked to at once. Put your
products into catalog.csv and your customers' sentences into sentences/; `sayso skill check` tells what
no longer holds together.";

/// `sayso skill`
#[derive(Debug, Subcommand)]
pub enum SkillCommand {
    /// Make a new skill that works
    #[command(after_help = NEW)]
    New {
        /// The shop's name, as it is spoken
        name: String,
        /// The folder to be made [default: the name, with hyphens]
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
    /// Find every mistake of a skill
    #[command(after_help = CHECK)]
    Check {
        /// The skill's folder
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// Print one JSON array
        #[arg(long)]
        json: bool,
    },
    /// Run a skill's own examples and conversations
    #[command(after_help = TEST)]
    Test {
        /// The skill's folder
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Write the package with which a skill is set up on a platform
    #[command(after_help = BUILD)]
    Build {
        /// The skill's folder
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// The platform
        #[arg(long, value_enum)]
        target: BuildTarget,
        /// The folder to be made
        #[arg(long, value_name = "FOLDER")]
        out: PathBuf,
        /// Where `sayso serve` is reached [default: `server` in [publish] of skill.toml]
        #[arg(long, value_name = "URL")]
        endpoint: Option<String>,
    },
}

/// A platform of `sayso skill build`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BuildTarget {
    /// Amazon's skill package
    Alexa,
    /// An archive of a Dialogflow CX agent
    DialogflowCx,
    /// An archive of a Dialogflow ES agent
    DialogflowEs,
}

/// `sayso catalog`
#[derive(Debug, Subcommand)]
pub enum CatalogCommand {
    /// Check a CSV with the columns of Google's product data specification and sell from it
    Import {
        /// The CSV file
        file: PathBuf,
    },
    /// Find products as a shopper's words would
    Search {
        /// The words
        #[arg(required = true)]
        words: Vec<String>,
    },
}

/// `sayso orders`
#[derive(Debug, Subcommand)]
pub enum OrdersCommand {
    /// The newest orders
    List {
        /// Whose [default: every household's]
        #[arg(long, value_name = "ID")]
        household: Option<String>,
        /// How many at most
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: u32,
    },
    /// One order with its lines and history
    Show {
        /// The order's number
        id: u32,
    },
    /// Move an order on, as the shop's staff would
    #[command(after_help = "States: paid, packed, shipped, delivered, cancelled. Only the allowed \
        steps are taken.\nExample: sayso orders advance 1042 shipped")]
    Advance {
        /// The order's number
        id: u32,
        /// Its next state
        state: String,
    },
}

const LINK_CODE: &str = "\
Examples:
  sayso household link-code
  sayso household link-code --household river-house --minutes 240

Give the code to a member of that household, and to nobody else: whoever types it on the linking page
speaks for the household from then on. It works once, and is shown only now; the shop keeps its hash.";

/// `sayso household links`
#[derive(Debug, Subcommand)]
pub enum LinksCommand {
    /// The linked accounts, newest first
    List {
        /// Whose [default: every household's]
        #[arg(long, value_name = "ID")]
        household: Option<String>,
        /// How many at most
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: u32,
    },
    /// Take a link back: its tokens open nothing any more
    Remove {
        /// The link, as `list` shows it
        id: String,
    },
}

/// `sayso household`
#[derive(Debug, Subcommand)]
pub enum HouseholdCommand {
    /// Members, limit, and whether a PIN is set
    Show(HouseholdArgs),
    /// Set the PIN that orders above the limit need; it is asked for, or read from stdin
    SetPin(HouseholdArgs),
    /// Make a code with which a customer links an Alexa or Google account to a household
    #[command(after_help = LINK_CODE)]
    LinkCode {
        /// How long the code is good, in minutes
        #[arg(long, value_name = "N", default_value_t = 30,
              value_parser = clap::value_parser!(u32).range(1..=1440))]
        minutes: u32,
        /// Which household.
        #[command(flatten)]
        who: HouseholdArgs,
    },
    /// The accounts that are linked
    #[command(subcommand)]
    Links(LinksCommand),
    /// Set the total up to which no PIN is needed
    SetLimit {
        /// An amount such as 50 or 49.90
        amount: String,
        /// Which household.
        #[command(flatten)]
        who: HouseholdArgs,
    },
}

/// Which household.
#[derive(Debug, Args)]
pub struct HouseholdArgs {
    /// Which household [default: `household` of the settings]
    #[arg(long, value_name = "ID")]
    pub household: Option<String>,
}

/// `sayso doctor`
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// List every settings key with its variable instead
    #[arg(long)]
    pub settings: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }

    #[test]
    fn no_argument_takes_a_pin() {
        fn walk(command: &clap::Command) {
            for argument in command.get_arguments() {
                assert!(!argument.get_id().as_str().contains("pin"), "{argument:?}");
            }
            command.get_subcommands().for_each(walk);
        }
        walk(&super::Cli::command());
    }
}
