//! Parses the command line and runs it.

use clap::Parser;

/// A turn makes thousands of small pieces of memory; glibc's allocator took a fifth of its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    sayso::cli::run(sayso::cli::Cli::parse()).leave()
}
