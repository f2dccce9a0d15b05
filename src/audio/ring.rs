//! A bounded ring between a sound card's callback and everybody else.
//!
//! Invariant: the callback's side neither allocates, locks, waits nor logs. What does not fit
//! is dropped and counted.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use rtrb::{Consumer, Producer, RingBuffer};

/// A ring for `frames` frames of `channels` interleaved samples.
pub(super) fn ring(frames: usize, channels: usize) -> (Writer, Reader) {
    let channels = channels.max(1);
    let (producer, consumer) = RingBuffer::new(frames * channels);
    let lost = Arc::new(AtomicU64::new(0));
    (Writer { producer, channels, lost: Arc::clone(&lost) }, Reader { consumer, channels, lost })
}

/// The callback's side of a microphone's ring.
pub(super) struct Writer {
    producer: Producer<f32>,
    channels: usize,
    lost: Arc<AtomicU64>,
}

impl Writer {
    /// Takes as many whole frames as there is room for; counts the others.
    pub(super) fn write(&mut self, samples: impl ExactSizeIterator<Item = f32>) {
        let frames = samples.len() / self.channels;
        let room = self.producer.slots() / self.channels;
        let taken = frames.min(room);
        if let Ok(chunk) = self.producer.write_chunk_uninit(taken * self.channels) {
            chunk.fill_from_iter(samples);
        }
        if taken < frames {
            self.lost.fetch_add((frames - taken) as u64, Ordering::Relaxed);
        }
    }
}

/// The other side.
pub(super) struct Reader {
    consumer: Consumer<f32>,
    channels: usize,
    lost: Arc<AtomicU64>,
}

impl Reader {
    /// Appends all that is there to `out`, its channels mixed to one; gives the number of frames.
    pub(super) fn read(&mut self, out: &mut Vec<f32>) -> usize {
        let frames = self.consumer.slots() / self.channels;
        let Ok(chunk) = self.consumer.read_chunk(frames * self.channels) else { return 0 };
        let share = 1.0 / self.channels as f32;
        let (first, second) = chunk.as_slices();
        let (mut sum, mut count) = (0.0, 0);
        for sample in first.iter().chain(second) {
            sum += sample;
            count += 1;
            if count == self.channels {
                out.push(sum * share);
                (sum, count) = (0.0, 0);
            }
        }
        chunk.commit_all();
        frames
    }

    /// Frames that were dropped because nobody read in time.
    pub(super) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_mixed_to_one_also_where_the_ring_wraps() {
        let (mut writer, mut reader) = ring(3, 2);
        let mut out = Vec::new();
        for round in 0..5 {
            let base = round as f32;
            writer.write([base, base + 1.0, -base, -base].into_iter());
            assert_eq!(reader.read(&mut out), 2);
        }
        let expected: Vec<f32> = (0..5).flat_map(|r| [r as f32 + 0.5, -(r as f32)]).collect();
        assert_eq!(out, expected);
    }

    #[test]
    fn what_does_not_fit_is_counted_in_whole_frames() {
        let (mut writer, mut reader) = ring(2, 2);
        writer.write([1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0].into_iter());
        let mut out = Vec::new();
        assert_eq!((reader.read(&mut out), reader.lost()), (2, 1));
        writer.write([5.0, 5.0].into_iter());
        assert_eq!(reader.read(&mut out), 1);
        assert_eq!(out, [1.0, 2.0, 5.0], "the channels have not changed places");
    }

    #[test]
    fn a_writer_and_a_reader_on_two_threads_lose_nothing_that_fits() {
        let (mut writer, mut reader) = ring(64, 1);
        let sent = 100_000_u32;
        let thread = std::thread::spawn(move || {
            let mut next = 0;
            while next < sent {
                let room = writer.producer.slots().min((sent - next) as usize) as u32;
                writer.write((next..next + room).map(|n| n as f32).collect::<Vec<_>>().into_iter());
                next += room;
                std::thread::yield_now();
            }
        });
        let mut out = Vec::new();
        while out.len() < sent as usize {
            if reader.read(&mut out) == 0 {
                std::thread::yield_now();
            }
        }
        thread.join().expect("the writer ended well");
        assert!(out.iter().enumerate().all(|(at, sample)| *sample == at as f32));
        assert_eq!(reader.lost(), 0);
    }
}
