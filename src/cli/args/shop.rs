//! What the shop's side can type: catalogue, orders, households.

use std::path::PathBuf;

use clap::{Args, Subcommand};

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
