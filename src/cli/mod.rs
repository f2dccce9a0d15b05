//! The command line: what can be typed, and one file for each group of commands.

mod args;

pub use args::Cli;
