//! The composition root: the only place where adapters are chosen.

pub mod shops;
