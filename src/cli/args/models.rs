//! What can be typed about models.

use std::path::PathBuf;

use clap::{Args, Subcommand};

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
