//! The sound cards of this machine: finding one, and what can go wrong with it.

use std::sync::{Arc, OnceLock};

use cpal::{
    Device, ErrorKind,
    traits::{DeviceTrait, HostTrait},
};

/// Which way the sound goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// A microphone.
    In,
    /// A loudspeaker.
    Out,
}

impl std::fmt::Display for Direction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if *self == Self::In { "microphone" } else { "loudspeaker" })
    }
}

/// A device that is missing or has failed. Everything else goes on without it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// Nothing to hear or speak with.
    #[error("no {0} was found")]
    None(Direction),
    /// No device has this name.
    #[error("no {direction} is called \"{name}\"; `sayso doctor` lists their names")]
    Unknown {
        /// Which kind was looked for.
        direction: Direction,
        /// What it should have been called.
        name: String,
    },
    /// It was unplugged, or its driver gave up.
    #[error("the {0} was lost: {1}")]
    Lost(Direction, String),
    /// Somebody else has it.
    #[error("the {0} is in use by another program")]
    Busy(Direction),
    /// This user may not use it.
    #[error("the {0} must not be used by this user; is the user in the group `audio`?")]
    Denied(Direction),
    /// It gives nothing that can be converted.
    #[error("the {0} has no format that can be used: {1}")]
    Format(Direction, String),
    /// It is open, but no sound comes or goes.
    #[error("the {0} has been still for {1:?}")]
    Stalled(Direction, std::time::Duration),
}

impl DeviceError {
    pub(super) fn from_kind(direction: Direction, kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::DeviceBusy => Self::Busy(direction),
            ErrorKind::PermissionDenied => Self::Denied(direction),
            ErrorKind::UnsupportedConfig | ErrorKind::UnsupportedOperation => {
                Self::Format(direction, kind.to_string())
            }
            _ => Self::Lost(direction, kind.to_string()),
        }
    }
}

/// What a card's own thread reports: the first fault that ends its sound. After an overrun, a
/// card that was replaced or an unknown error of a driver (ALSA's PulseAudio plugin gives a
/// row of them while it starts) sound goes on; if it does not, the reader notices.
#[derive(Debug, Clone, Default)]
pub(super) struct Fault(Arc<OnceLock<ErrorKind>>);

impl Fault {
    /// Called by the card's thread: neither allocates nor waits.
    pub(super) fn report(&self, kind: ErrorKind) {
        use ErrorKind::{DeviceNotAvailable, HostUnavailable, PermissionDenied, StreamInvalidated};
        if matches!(kind, DeviceNotAvailable | HostUnavailable | PermissionDenied | StreamInvalidated) {
            // Only the first fault is told: the others follow from it.
            let _ = self.0.set(kind);
        }
    }

    /// The fault, as an error of that direction.
    pub(super) fn check(&self, direction: Direction) -> Result<(), DeviceError> {
        self.0.get().map_or(Ok(()), |kind| Err(DeviceError::from_kind(direction, *kind)))
    }
}

/// A device that moves no sound for so long is taken for lost: some drivers say nothing when a
/// card is pulled out.
pub(super) const STALLED: std::time::Duration = std::time::Duration::from_secs(5);

/// The names of the devices that there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Devices {
    /// Microphones, as the settings name them.
    pub microphones: Vec<String>,
    /// Loudspeakers, as the settings name them.
    pub loudspeakers: Vec<String>,
}

/// Lists the devices, without opening any. A machine without a sound system has none.
pub fn devices() -> Devices {
    let host = cpal::default_host();
    let names = |found: Option<Vec<Device>>| found.iter().flatten().filter_map(name_of).collect();
    Devices {
        microphones: names(host.input_devices().ok().map(Iterator::collect)),
        loudspeakers: names(host.output_devices().ok().map(Iterator::collect)),
    }
}

/// The system's name of a device: on Linux ALSA's, such as `default` or `plughw:CARD=0,DEV=0`.
fn name_of(device: &Device) -> Option<String> {
    device.id().ok().map(|id| id.id().to_owned())
}

/// What a person may call it, in lower case: its name and its description.
fn words_of(device: &Device) -> String {
    let described = device.description().map(|description| description.name().to_owned());
    format!("{} {}", name_of(device).unwrap_or_default(), described.unwrap_or_default()).to_lowercase()
}

/// The device of that name, else the first whose name or description has it as a part, or the
/// system's default.
pub(super) fn find(direction: Direction, name: Option<&str>) -> Result<Device, DeviceError> {
    let host = cpal::default_host();
    let Some(name) = name else {
        let default = match direction {
            Direction::In => host.default_input_device(),
            Direction::Out => host.default_output_device(),
        };
        return default.ok_or(DeviceError::None(direction));
    };
    let found: Option<Vec<Device>> = match direction {
        Direction::In => host.input_devices().ok().map(Iterator::collect),
        Direction::Out => host.output_devices().ok().map(Iterator::collect),
    };
    let found: Vec<Device> = found.unwrap_or_default();
    let part = name.to_lowercase();
    let exact = found.iter().position(|device| name_of(device).as_deref() == Some(name));
    let alike = || found.iter().position(|device| words_of(device).contains(&part));
    match exact.or_else(alike).and_then(|at| found.into_iter().nth(at)) {
        Some(device) => Ok(device),
        None => Err(DeviceError::Unknown { direction, name: name.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overrun_is_no_fault_and_the_first_fault_is_kept() {
        let fault = Fault::default();
        fault.report(ErrorKind::Xrun);
        fault.report(ErrorKind::BackendError);
        assert_eq!(fault.check(Direction::In), Ok(()));
        fault.report(ErrorKind::PermissionDenied);
        fault.report(ErrorKind::DeviceNotAvailable);
        assert_eq!(fault.check(Direction::In), Err(DeviceError::Denied(Direction::In)));
    }

    #[test]
    fn a_device_that_is_not_there_is_named_in_the_error() {
        let error = find(Direction::In, Some("no such card")).expect_err("it does not exist");
        assert!(error.to_string().contains("no microphone is called \"no such card\""), "{error}");
    }
}
