//! The bytes that an engine writes → samples, however the pipe cuts them.

/// What an engine writes on its standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// A RIFF/WAVE header, then mono 16-bit samples. The sizes in the header are not looked at:
    /// an engine that streams does not know them.
    Wav,
    /// Mono 16-bit little-endian samples at this rate.
    Raw(u32),
}

/// The bytes cannot be mono 16-bit PCM.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotPcm(pub &'static str);

/// A WAV header longer than this is refused: an engine's has 44 bytes.
const LONGEST_HEADER: usize = 4_096;

/// Takes bytes, gives samples; keeps what is not whole yet.
#[derive(Debug)]
pub(super) struct Decoder {
    rate: Option<u32>,
    kept: Vec<u8>,
}

impl Decoder {
    pub(super) fn new(format: Format) -> Self {
        let rate = match format {
            Format::Wav => None,
            Format::Raw(rate) => Some(rate),
        };
        Self { rate, kept: Vec::new() }
    }

    /// The samples that became whole with these bytes, with their rate; none while the header
    /// is not whole.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Option<(u32, Vec<f32>)>, NotPcm> {
        self.kept.extend_from_slice(bytes);
        let rate = match self.rate {
            Some(rate) => rate,
            None => match header(&self.kept)? {
                Some((rate, length)) => {
                    self.kept.drain(..length);
                    *self.rate.insert(rate)
                }
                None => return Ok(None),
            },
        };
        let (pairs, _) = self.kept.as_chunks::<2>();
        let samples: Vec<f32> =
            pairs.iter().map(|pair| f32::from(i16::from_le_bytes(*pair)) / 32_768.0).collect();
        self.kept.drain(..samples.len() * 2);
        Ok((!samples.is_empty()).then_some((rate, samples)))
    }
}

/// Rate and length of a WAV header; `None` while it is not whole.
fn header(bytes: &[u8]) -> Result<Option<(u32, usize)>, NotPcm> {
    let Some(riff) = bytes.get(..12) else { return Ok(None) };
    if &riff[..4] != b"RIFF" || &riff[8..] != b"WAVE" {
        return Err(NotPcm("it is no WAV"));
    }
    let (mut at, mut rate) = (12_usize, None);
    loop {
        if at > LONGEST_HEADER {
            return Err(NotPcm("its header does not end"));
        }
        let Some(head) = bytes.get(at..at + 8) else { return Ok(None) };
        let size = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        match &head[..4] {
            b"data" => {
                return rate.map(|rate| Some((rate, at + 8))).ok_or(NotPcm("it has no format"));
            }
            b"fmt " => {
                let Some(body) = bytes.get(at + 8..at + 24) else { return Ok(None) };
                rate = Some(format_chunk(body)?);
            }
            _ => {}
        }
        at = at.saturating_add(8).saturating_add(size).saturating_add(size % 2);
    }
}

/// The rate of a `fmt ` chunk that says mono, 16 bits, PCM.
fn format_chunk(body: &[u8]) -> Result<u32, NotPcm> {
    let word = |at: usize| u16::from_le_bytes([body[at], body[at + 1]]);
    let rate = u32::from_le_bytes([body[4], body[5], body[6], body[7]]);
    match (word(0), word(2), word(14)) {
        (1, 1, 16) if (8_000..=96_000).contains(&rate) => Ok(rate),
        _ => Err(NotPcm("it is not mono 16-bit PCM of 8 to 96 kHz")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wav(channels: u16) -> Vec<u8> {
        let mut bytes = b"RIFF\xff\xff\xff\x7fWAVEfmt \x10\0\0\0\x01\0".to_vec();
        bytes.extend(channels.to_le_bytes());
        bytes.extend(22_050_u32.to_le_bytes());
        bytes.extend([0x44, 0xac, 0, 0, 2, 0, 16, 0]);
        bytes.extend(b"data\xff\xff\xff\x7f");
        bytes.extend([0x00, 0x40, 0x00, 0xc0, 0xff, 0x7f]);
        bytes
    }

    #[test]
    fn samples_are_the_same_however_the_pipe_cuts_them() {
        for cut in 1..=wav(1).len() {
            let mut decoder = Decoder::new(Format::Wav);
            let mut all = Vec::new();
            for part in wav(1).chunks(cut) {
                if let Some((rate, samples)) = decoder.push(part).expect("it is a WAV") {
                    assert_eq!(rate, 22_050);
                    all.extend(samples);
                }
            }
            assert_eq!(all, [0.5, -0.5, 32_767.0 / 32_768.0], "cut every {cut} bytes");
        }
    }

    #[test]
    fn stereo_text_and_endless_headers_are_refused() {
        assert!(Decoder::new(Format::Wav).push(&wav(2)).is_err());
        assert!(Decoder::new(Format::Wav).push(b"Error: no such voice").is_err());
        let mut endless = wav(1)[..12].to_vec();
        endless.extend(b"LIST\xff\xff\xff\xff");
        assert!(Decoder::new(Format::Wav).push(&endless).is_err());
    }

    #[test]
    fn a_wav_without_a_format_is_refused() {
        assert_eq!(
            Decoder::new(Format::Wav).push(b"RIFF\0\0\0\0WAVEdata\0\0\0\0"),
            Err(NotPcm("it has no format"))
        );
    }

    #[test]
    fn an_odd_byte_at_the_end_is_no_sample() {
        let got = Decoder::new(Format::Raw(16_000)).push(&[0, 0x40, 7]).expect("raw bytes are never refused");
        assert_eq!(got, Some((16_000, vec![0.5])));
    }
}
