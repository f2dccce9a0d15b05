//! options.toml: what can be chosen for a product, its prices, its words in every locale of the skill.

mod amounts;
mod check;
mod faults;
mod group;
mod read;
mod value;
mod wire;

pub(super) use read::{Spoken, read, read_all};
