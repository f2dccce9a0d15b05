//! The clock of this machine and real identifiers: what runs outside tests.

use jiff::Timestamp;

use super::ports::{Clock, Entropy, IdSource};

/// The clock of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// What tells this start of the machine from every other; `None` where the system does not say.
///
/// Linux: `/proc/sys/kernel/random/boot_id`.
pub fn boot_id() -> Option<String> {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(id.trim().to_owned()).filter(|id| (1..=64).contains(&id.len()))
}

/// UUIDs of version 7: unique, and in the order in which they were made, which keeps the
/// indexes of a store compact.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl IdSource for RandomIds {
    fn fresh(&self) -> String {
        uuid::Uuid::now_v7().to_string()
    }
}

/// The process's random generator, which the operating system seeds.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        rand::fill(bytes);
    }
}
