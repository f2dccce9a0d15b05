//! What the author of a skill can type.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

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
