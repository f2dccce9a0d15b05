//! The spectrum of a short piece of sound, in the few figures that tell a voice from noise.

use std::sync::Arc;

use rustfft::{Fft, FftPlanner, num_complex::Complex};

use super::HEARD_RATE;

/// Samples of one spectrum: 32 ms, some three periods of a low voice.
pub const WINDOW: usize = 512;

/// The band of voices, in hertz: above the hum of mains and the rumble of traffic, up to where
/// the vowels end.
const BAND: std::ops::Range<f32> = 200.0..4_000.0;

/// What one spectrum says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// The level in the band of voices, in decibels below a full-scale sine.
    pub level_db: f32,
    /// The geometric over the arithmetic mean of the power in the band: near 0.56 for white
    /// noise of one window, far less for the harmonics of a vowel.
    pub flatness: f32,
}

/// Computes spectra. The plan, the window and the memory are made once.
pub struct Spectrum {
    fft: Arc<dyn Fft<f32>>,
    window: Vec<f32>,
    bins: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
}

impl Default for Spectrum {
    fn default() -> Self {
        Self::new()
    }
}

impl Spectrum {
    /// A plan for [`WINDOW`] samples.
    pub fn new() -> Self {
        let fft = FftPlanner::new().plan_fft_forward(WINDOW);
        let step = std::f32::consts::TAU / WINDOW as f32;
        let window = (0..WINDOW).map(|n| 0.5 - 0.5 * (step * n as f32).cos()).collect();
        let scratch = vec![Complex::default(); fft.get_inplace_scratch_len()];
        Self { fft, window, bins: vec![Complex::default(); WINDOW], scratch }
    }

    /// The shape of [`WINDOW`] samples; fewer are taken as followed by silence.
    pub fn shape(&mut self, samples: &[f32]) -> Shape {
        self.bins.fill(Complex::default());
        for ((bin, sample), weight) in self.bins.iter_mut().zip(samples).zip(&self.window) {
            bin.re = sample * weight;
        }
        self.fft.process_with_scratch(&mut self.bins, &mut self.scratch);
        let hertz = HEARD_RATE as f32 / WINDOW as f32;
        let band = (BAND.start / hertz) as usize..(BAND.end / hertz) as usize;
        let count = band.len() as f32;
        let (mut sum, mut logs) = (0.0, 0.0);
        for bin in &self.bins[band] {
            // So little that silence has a logarithm, and is flat.
            let power = bin.norm_sqr() + 1e-10;
            sum += power;
            logs += power.ln();
        }
        // A full-scale sine under this window has the power (WINDOW / 4)² in its bin and half of
        // that in the two beside it.
        let full = 1.5 * (WINDOW as f32 / 4.0).powi(2);
        Shape { level_db: 10.0 * (sum / full).log10(), flatness: (logs / count).exp() / (sum / count) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng, rngs::SmallRng};

    fn sine(hertz: f32, peak: f32) -> Vec<f32> {
        let step = std::f32::consts::TAU * hertz / HEARD_RATE as f32;
        (0..WINDOW).map(|n| peak * (step * n as f32).sin()).collect()
    }

    #[test]
    fn a_full_scale_sine_in_the_band_has_the_level_zero() {
        for hertz in [250.0, 440.0, 1_000.0, 3_500.0] {
            let level = Spectrum::new().shape(&sine(hertz, 1.0)).level_db;
            assert!(level.abs() < 0.5, "{hertz} Hz: {level} dB");
        }
        let level = Spectrum::new().shape(&sine(1_000.0, 0.1)).level_db;
        assert!((level + 20.0).abs() < 0.5, "{level} dB");
    }

    #[test]
    fn hum_below_the_band_has_hardly_any_level() {
        assert!(Spectrum::new().shape(&sine(50.0, 1.0)).level_db < -40.0);
    }

    #[test]
    fn noise_is_flat_and_a_tone_is_not() {
        let mut random = SmallRng::seed_from_u64(7);
        let noise: Vec<f32> = (0..WINDOW).map(|_| random.random_range(-0.5..0.5)).collect();
        let (noise, tone) = (Spectrum::new().shape(&noise), Spectrum::new().shape(&sine(440.0, 0.5)));
        assert!(noise.flatness > 0.4 && tone.flatness < 0.05, "{} and {}", noise.flatness, tone.flatness);
    }

    #[test]
    fn silence_has_a_level_far_below_everything() {
        assert!(Spectrum::new().shape(&[0.0; WINDOW]).level_db < -110.0);
        assert!(Spectrum::new().shape(&[]).level_db < -110.0);
    }
}
