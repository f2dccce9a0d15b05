//! What can be typed, a file for each family of commands. The texts here are the manual.

mod models;
mod shop;
mod skill;
mod talk;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub use self::{
    models::{HearArgs, ModelsCommand, TrainArgs},
    shop::{CatalogCommand, HouseholdCommand, LinksCommand, OrdersCommand},
    skill::{BuildTarget, SkillCommand},
    talk::{AskArgs, ChatArgs, DemoArgs, ListenArgs, ServeArgs},
};

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
