//! A loudspeaker: takes mono sound in pieces, plays them without a gap, and stops at once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Where an answer's sound goes: a loudspeaker, or a test's memory.
pub trait Sink: Send {
    /// Frames a second that it takes.
    fn rate(&self) -> u32;

    /// Takes as many mono samples as there is room for, and gives their number.
    ///
    /// # Errors
    /// [`SinkError`] when the loudspeaker is lost.
    fn write(&mut self, samples: &[f32]) -> Result<usize, SinkError>;

    /// How long what was written will still be heard.
    fn left(&self) -> Duration;

    /// Drops what waits to be heard.
    fn stop(&mut self);
}

/// The sound cannot be played; the reason in words, without the name of a library's type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SinkError(pub String);

/// A sink that keeps what it was given: for tests, and for machines without a loudspeaker.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    kept: Arc<std::sync::Mutex<Vec<f32>>>,
    stops: Arc<AtomicU64>,
}

impl Memory {
    /// All that was written, at 16 kHz.
    pub fn heard(&self) -> Vec<f32> {
        self.kept.lock().expect("no holder of this lock panics").clone()
    }

    /// How often it was told to stop.
    pub fn stops(&self) -> u64 {
        self.stops.load(Ordering::Relaxed)
    }
}

impl Sink for Memory {
    fn rate(&self) -> u32 {
        super::HEARD_RATE
    }

    fn write(&mut self, samples: &[f32]) -> Result<usize, SinkError> {
        self.kept.lock().expect("no holder of this lock panics").extend_from_slice(samples);
        Ok(samples.len())
    }

    fn left(&self) -> Duration {
        Duration::ZERO
    }

    fn stop(&mut self) {
        self.stops.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(feature = "device")]
pub use self::loudspeaker::Loudspeaker;

#[cfg(feature = "device")]
mod loudspeaker {
    use std::{num::NonZero, time::Instant};

    use rodio::{DeviceSinkBuilder, MixerDeviceSink, Source};
    use rtrb::{Consumer, Producer, RingBuffer};

    use super::*;
    use crate::audio::device::{DeviceError, Direction, Fault, STALLED, find};

    /// How much sound waits to be played. Enough that a slow machine makes no gap, little enough
    /// that the writer knows what was heard.
    const RING: Duration = Duration::from_secs(2);

    /// What the card and its driver hold back after the ring is empty: two periods of 50 ms and
    /// a sound server's own.
    const DEVICE_DELAY: Duration = Duration::from_millis(150);

    /// An open loudspeaker.
    pub struct Loudspeaker {
        /// Sound is played while this lives.
        _sink: MixerDeviceSink,
        producer: Producer<f32>,
        fault: Fault,
        rate: u32,
        written: u64,
        /// How far it had played when it last went on, and when that was.
        went_on: (u64, Instant),
        /// What came before this sample of the stream is not played any more.
        dropped_before: Arc<AtomicU64>,
        played: Arc<AtomicU64>,
    }

    impl Loudspeaker {
        /// Opens the loudspeaker of that name, or the system's default.
        ///
        /// # Errors
        /// [`DeviceError`]: there is none, it is busy, or it cannot be opened.
        pub fn open(name: Option<&str>) -> Result<Self, DeviceError> {
            let device = find(Direction::Out, name)?;
            let lost = |error: rodio::DeviceSinkError| DeviceError::Lost(Direction::Out, error.to_string());
            let fault = Fault::default();
            let report = fault.clone();
            let mut sink = DeviceSinkBuilder::from_device(device)
                .map_err(lost)?
                .with_error_callback(move |error: cpal::Error| report.report(error.kind()))
                .open_sink_or_fallback()
                .map_err(lost)?;
            sink.log_on_drop(false);
            let rate = sink.config().sample_rate();
            let (producer, consumer) = RingBuffer::new(RING.as_secs() as usize * rate.get() as usize);
            let dropped_before = Arc::new(AtomicU64::new(0));
            let played = Arc::new(AtomicU64::new(0));
            sink.mixer().add(Feed {
                consumer,
                rate,
                at: 0,
                dropped_before: Arc::clone(&dropped_before),
                played: Arc::clone(&played),
            });
            let rate = rate.get();
            Ok(Self {
                _sink: sink,
                producer,
                fault,
                rate,
                written: 0,
                went_on: (0, Instant::now()),
                dropped_before,
                played,
            })
        }
    }

    impl Sink for Loudspeaker {
        fn rate(&self) -> u32 {
            self.rate
        }

        fn write(&mut self, samples: &[f32]) -> Result<usize, SinkError> {
            self.fault.check(Direction::Out).map_err(|error| SinkError(error.to_string()))?;
            let played = self.played.load(Ordering::Relaxed);
            if played != self.went_on.0 || played == self.written {
                self.went_on = (played, Instant::now());
            } else if self.went_on.1.elapsed() > STALLED {
                return Err(SinkError(DeviceError::Stalled(Direction::Out, STALLED).to_string()));
            }
            let (taken, _) = self.producer.push_partial_slice(samples);
            self.written += taken.len() as u64;
            Ok(taken.len())
        }

        fn left(&self) -> Duration {
            let waiting = self.written.saturating_sub(self.played.load(Ordering::Relaxed));
            match waiting {
                0 => Duration::ZERO,
                frames => DEVICE_DELAY + Duration::from_secs_f64(frames as f64 / f64::from(self.rate)),
            }
        }

        fn stop(&mut self) {
            self.dropped_before.store(self.written, Ordering::Relaxed);
        }
    }

    /// The mixer's side of the ring. It never ends: without sound it gives silence.
    struct Feed {
        consumer: Consumer<f32>,
        rate: NonZero<u32>,
        /// Samples taken so far.
        at: u64,
        dropped_before: Arc<AtomicU64>,
        played: Arc<AtomicU64>,
    }

    impl Iterator for Feed {
        type Item = f32;

        fn next(&mut self) -> Option<f32> {
            let behind = self.dropped_before.load(Ordering::Relaxed).saturating_sub(self.at);
            if behind > 0 {
                let there = self.consumer.slots().min(behind as usize);
                if let Ok(old) = self.consumer.read_chunk(there) {
                    old.commit_all();
                    self.at += there as u64;
                    self.played.store(self.at, Ordering::Relaxed);
                }
            }
            let Ok(sample) = self.consumer.pop() else { return Some(0.0) };
            self.at += 1;
            self.played.store(self.at, Ordering::Relaxed);
            Some(sample)
        }
    }

    impl Source for Feed {
        fn current_span_len(&self) -> Option<usize> {
            None
        }

        fn channels(&self) -> NonZero<u16> {
            NonZero::<u16>::MIN
        }

        fn sample_rate(&self) -> NonZero<u32> {
            self.rate
        }

        fn total_duration(&self) -> Option<Duration> {
            None
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn feed() -> (Producer<f32>, Feed) {
            let (producer, consumer) = RingBuffer::new(8);
            let rate = NonZero::new(16_000).expect("not zero");
            let (dropped_before, played) = Default::default();
            (producer, Feed { consumer, rate, at: 0, dropped_before, played })
        }

        #[test]
        fn without_sound_there_is_silence_and_no_end() {
            let (mut producer, mut feed) = feed();
            assert_eq!(feed.next(), Some(0.0));
            producer.push(0.5).expect("there is room");
            assert_eq!([feed.next(), feed.next()], [Some(0.5), Some(0.0)]);
            assert_eq!(feed.played.load(Ordering::Relaxed), 1);
        }

        #[test]
        fn a_stop_drops_what_was_written_before_it_and_nothing_after() {
            let (mut producer, mut feed) = feed();
            producer.push_entire_slice(&[0.1, 0.2, 0.3]).expect("there is room");
            assert_eq!(feed.next(), Some(0.1));
            feed.dropped_before.store(3, Ordering::Relaxed);
            producer.push_entire_slice(&[0.4]).expect("there is room");
            assert_eq!([feed.next(), feed.next()], [Some(0.4), Some(0.0)]);
        }
    }
}
