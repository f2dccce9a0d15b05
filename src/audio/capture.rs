//! A microphone: what it hears as mono sound at [`HEARD_RATE`].

use std::time::{Duration, Instant};

use cpal::{
    BufferSize, Device, ErrorKind, FromSample, I24, SampleFormat, SizedSample, Stream, StreamConfig,
    SupportedStreamConfig, U24,
    traits::{DeviceTrait, StreamTrait},
};

use super::{
    HEARD_RATE,
    device::{DeviceError, Direction, Fault, STALLED, find},
    resample::{RATES, Resampler},
    ring::{Reader, Writer, ring},
};

/// How much sound waits for a reader before it is dropped. A reader that recognises on another
/// thread comes back within milliseconds; two seconds outlast a busy machine.
const RING: Duration = Duration::from_secs(2);

/// An open microphone.
pub struct Capture {
    /// Sound comes while this lives.
    _stream: Stream,
    reader: Reader,
    fault: Fault,
    resampler: Resampler,
    mixed: Vec<f32>,
    last: Instant,
}

impl Capture {
    /// Opens the microphone of that name, or the system's default, and starts to hear.
    ///
    /// # Errors
    /// [`DeviceError`]: there is none, it is busy, or it has no format that can be converted.
    pub fn open(name: Option<&str>) -> Result<Self, DeviceError> {
        let device = find(Direction::In, name)?;
        let chosen = format(&device)?;
        let rate = chosen.sample_rate();
        let frames = RING.as_secs() as usize * rate as usize;
        let short = StreamConfig { buffer_size: BufferSize::Fixed(rate / 50), ..chosen.config() };
        // 20 ms at a time where the card allows it, else whatever it prefers.
        let opened = start(&device, &chosen, short, frames)
            .or_else(|_| start(&device, &chosen, chosen.config(), frames));
        let (stream, reader, fault) = opened.map_err(|e| DeviceError::from_kind(Direction::In, e.kind()))?;
        let resampler = Resampler::new(rate, HEARD_RATE)
            .map_err(|error| DeviceError::Format(Direction::In, error.to_string()))?;
        Ok(Self { _stream: stream, reader, fault, resampler, mixed: Vec::new(), last: Instant::now() })
    }

    /// Appends what was heard since the last call, mono at [`HEARD_RATE`]; often nothing, for a
    /// card gives sound every 20 ms or so. Never waits.
    ///
    /// # Errors
    /// [`DeviceError`] when the microphone is lost or silent for good. It must be opened again.
    pub fn read(&mut self, out: &mut Vec<f32>) -> Result<(), DeviceError> {
        self.fault.check(Direction::In)?;
        self.mixed.clear();
        if self.reader.read(&mut self.mixed) > 0 {
            self.last = Instant::now();
        } else if self.last.elapsed() > STALLED {
            return Err(DeviceError::Stalled(Direction::In, STALLED));
        }
        self.resampler
            .push(&self.mixed, out)
            .map_err(|error| DeviceError::Format(Direction::In, error.to_string()))
    }

    /// Frames of the card that were dropped since it was opened, because nobody read in time.
    pub fn overruns(&self) -> u64 {
        self.reader.lost()
    }
}

/// The card's own format: its rate is converted better here than by a driver. One that is
/// outside of what can be converted is replaced by the nearest rate that the card offers.
fn format(device: &Device) -> Result<SupportedStreamConfig, DeviceError> {
    let wrong = |error: cpal::Error| DeviceError::from_kind(Direction::In, error.kind());
    let own = device.default_input_config().map_err(wrong)?;
    if RATES.contains(&own.sample_rate()) {
        return Ok(own);
    }
    let offered = device.supported_input_configs().map_err(wrong)?;
    let within = |offer: cpal::SupportedStreamConfigRange| {
        let rate = 48_000.clamp(offer.min_sample_rate(), offer.max_sample_rate());
        RATES.contains(&rate).then(|| offer.with_sample_rate(rate))
    };
    let none = || DeviceError::Format(Direction::In, format!("a rate of {} Hz", own.sample_rate()));
    offered.into_iter().find_map(within).ok_or_else(none)
}

type Started = (Stream, Reader, Fault);

fn start(
    device: &Device,
    chosen: &SupportedStreamConfig,
    config: StreamConfig,
    frames: usize,
) -> Result<Started, cpal::Error> {
    let (writer, reader) = ring(frames, usize::from(config.channels));
    let fault = Fault::default();
    let stream = match chosen.sample_format() {
        SampleFormat::I8 => build::<i8>(device, config, writer, fault.clone()),
        SampleFormat::I16 => build::<i16>(device, config, writer, fault.clone()),
        SampleFormat::I24 => build::<I24>(device, config, writer, fault.clone()),
        SampleFormat::I32 => build::<i32>(device, config, writer, fault.clone()),
        SampleFormat::I64 => build::<i64>(device, config, writer, fault.clone()),
        SampleFormat::U8 => build::<u8>(device, config, writer, fault.clone()),
        SampleFormat::U16 => build::<u16>(device, config, writer, fault.clone()),
        SampleFormat::U24 => build::<U24>(device, config, writer, fault.clone()),
        SampleFormat::U32 => build::<u32>(device, config, writer, fault.clone()),
        SampleFormat::U64 => build::<u64>(device, config, writer, fault.clone()),
        SampleFormat::F32 => build::<f32>(device, config, writer, fault.clone()),
        SampleFormat::F64 => build::<f64>(device, config, writer, fault.clone()),
        _ => Err(ErrorKind::UnsupportedConfig.into()),
    }?;
    stream.play()?;
    Ok((stream, reader, fault))
}

fn build<T>(
    device: &Device,
    config: StreamConfig,
    mut writer: Writer,
    fault: Fault,
) -> Result<Stream, cpal::Error>
where
    T: SizedSample,
    f32: FromSample<T>,
{
    device.build_input_stream(
        config,
        move |sound: &[T], _| writer.write(sound.iter().map(|sample| f32::from_sample_(*sample))),
        move |error| fault.report(error.kind()),
        None,
    )
}
