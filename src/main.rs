//! Parses the command line and runs it.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    sayso::cli::run(sayso::cli::Cli::parse())
}
