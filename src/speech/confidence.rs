//! How sure one may be of a text: what is measured while it is decoded, and the model of that
//! which the manifest holds for a recogniser.
//!
//! The mean probability of the tokens is what every Whisper gives, but it is no probability that
//! the text is right: a small model is sure of a wrong word too. For a recogniser with
//! calibrated weights the confidence is a logistic regression over all measures,
//!
//! ```text
//! confidence = 1 / (1 + exp(-(bias + Σ weight · measure)))
//! ```
//!
//! fitted on sound that it was not trained on (`models/training`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap};

/// The lowest log probability that is told apart, so that every measure is finite.
const LOWEST: f32 = -20.0;

/// The largest log-odds of "no speech" that are told apart.
const MOST_ODDS: f32 = 12.0;

/// The weight that stands alone.
const BIAS: &str = "bias";

/// What was measured while an utterance was decoded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Features {
    /// The mean probability of the text's tokens, 0 to 1; 0 without any.
    pub mean_probability: f32,
    /// The mean of their natural log probabilities.
    pub mean_logprob: f32,
    /// The least of them: one wrong word in a long sentence.
    pub min_logprob: f32,
    /// That of the end of the text: how sure it is that nothing more was said.
    pub end_logprob: f32,
    /// How many tokens the text has.
    pub tokens: u16,
    /// The same for each second of the sound that the model was given.
    pub tokens_per_second: f32,
    /// The probability of Whisper's token for "no speech" at the beginning; `None` for a model
    /// that was not trained for it.
    pub no_speech: Option<f32>,
}

impl Features {
    /// From the log probabilities of the text's tokens and of its end (`None`: it never came).
    pub(super) fn new(tokens: &[f32], end: Option<f32>, seconds: f32, no_speech: Option<f32>) -> Self {
        let bounded = |logprob: f32| if logprob.is_nan() { LOWEST } else { logprob.clamp(LOWEST, 0.0) };
        let count = tokens.len().max(1) as f32;
        let sum = |of: fn(f32) -> f32| tokens.iter().map(|logprob| of(bounded(*logprob))).sum::<f32>();
        let (mean_probability, mean_logprob) = match tokens {
            [] => (0.0, LOWEST),
            _ => (sum(f32::exp) / count, sum(|logprob| logprob) / count),
        };
        Self {
            mean_probability,
            mean_logprob,
            min_logprob: tokens.iter().copied().map(bounded).reduce(f32::min).unwrap_or(LOWEST),
            end_logprob: end.map_or(LOWEST, bounded),
            tokens: u16::try_from(tokens.len()).unwrap_or(u16::MAX),
            tokens_per_second: tokens.len() as f32 / seconds.max(0.1),
            no_speech,
        }
    }

    /// Every measure under the name that its weight has in the manifest.
    fn named(&self) -> [(&'static str, Option<f32>); 8] {
        let odds = |p: f32| (p / (1.0 - p)).ln().clamp(-MOST_ODDS, MOST_ODDS);
        [
            ("mean_probability", Some(self.mean_probability)),
            ("mean_logprob", Some(self.mean_logprob)),
            ("min_logprob", Some(self.min_logprob)),
            ("end_logprob", Some(self.end_logprob)),
            ("tokens", Some(f32::from(self.tokens))),
            ("tokens_per_second", Some(self.tokens_per_second)),
            ("no_speech", self.no_speech),
            ("no_speech_logit", self.no_speech.map(odds)),
        ]
    }
}

impl Serialize for Features {
    /// A map of the measures, under their names.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let named = self.named();
        let mut map = serializer.serialize_map(Some(named.len()))?;
        for (name, value) in named {
            map.serialize_entry(name, &value)?;
        }
        map.end()
    }
}

/// The weights of a recogniser's confidence: `bias`, and one for each measure that counts.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub struct Calibration(BTreeMap<String, f32>);

impl Calibration {
    /// The probability that a text is right, 0 to 1.
    pub fn probability(&self, features: &Features) -> f32 {
        let weight = |name: &str| self.0.get(name).copied().unwrap_or(0.0);
        let measures = features.named();
        let sum: f32 =
            measures.into_iter().filter_map(|(name, value)| Some(weight(name) * value?)).sum::<f32>();
        1.0 / (1.0 + (-(weight(BIAS) + sum)).exp())
    }

    /// Whether "no speech" counts.
    pub(super) fn needs_no_speech(&self) -> bool {
        self.0.keys().any(|name| name.starts_with("no_speech"))
    }

    /// What is wrong with the weights.
    pub(super) fn problem(&self) -> Option<String> {
        let known: Vec<_> = Features::new(&[], None, 1.0, None).named().map(|(name, _)| name).to_vec();
        let unknown = self.0.keys().find(|name| *name != BIAS && !known.contains(&name.as_str()));
        if let Some(name) = unknown {
            return Some(format!(
                "its confidence has a weight for {name}; known are bias, {}",
                known.join(", ")
            ));
        }
        let sane = |weight: &f32| weight.is_finite() && weight.abs() <= 1000.0;
        (!self.0.contains_key(BIAS) || !self.0.values().all(sane))
            .then(|| "its confidence has no bias or a weight beyond 1000".to_owned())
    }
}

/// Tokens of "Yes.", "The fourth." and the like. A word that belongs to no shop sounds most like one of these, and
/// they decide the most.
const SHORT: u16 = 3;

/// When a text is trusted.
#[derive(Debug, Clone, Default)]
pub(super) struct Trust {
    /// The least confidence.
    pub floor: f32,
    /// That of a text of [`SHORT`] tokens and fewer; `None`: the same.
    pub short_floor: Option<f32>,
    /// The most "no speech" beside a text; `None`: the model was not trained for it.
    pub no_speech_ceiling: Option<f32>,
    /// Without it the confidence is the mean probability of the tokens.
    pub calibration: Option<Calibration>,
}

impl Trust {
    /// How sure one may be of a text with these measures, 0 to 1.
    pub fn confidence(&self, features: &Features) -> f32 {
        match &self.calibration {
            Some(calibration) => calibration.probability(features),
            None => features.mean_probability,
        }
    }

    /// Whether it is enough.
    pub fn trusts(&self, features: &Features) -> bool {
        let speech = match (features.no_speech, self.no_speech_ceiling) {
            (Some(no_speech), Some(ceiling)) => no_speech <= ceiling,
            _ => true,
        };
        // Written so that a confidence that is no number is not enough.
        speech && self.confidence(features) >= self.floor(features)
    }

    fn floor(&self, features: &Features) -> f32 {
        self.short_floor.filter(|_| features.tokens <= SHORT).unwrap_or(self.floor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(text: &str) -> Calibration {
        toml::from_str(text).unwrap()
    }

    fn close(a: f32, b: f32) -> bool {
        (a - b).abs() < 1e-5
    }

    #[test]
    fn the_measures_are_those_of_the_texts_tokens() {
        let features = Features::new(&[-0.1, -0.7], Some(-0.2), 2.0, Some(0.5));
        assert!(close(features.mean_logprob, -0.4) && close(features.min_logprob, -0.7), "{features:?}");
        assert!(close(features.mean_probability, (0.904_837 + 0.496_585) / 2.0), "{features:?}");
        assert!(close(features.end_logprob, -0.2) && close(features.tokens_per_second, 1.0));
        assert_eq!(features.tokens, 2);
    }

    #[test]
    fn every_measure_is_a_finite_number_whatever_the_decoder_gives() {
        for tokens in [&[][..], &[f32::NEG_INFINITY], &[f32::NAN, -1.0], &[f32::INFINITY]] {
            for end in [None, Some(f32::NAN), Some(f32::NEG_INFINITY)] {
                for no_speech in [None, Some(0.0), Some(1.0)] {
                    let named = Features::new(tokens, end, 0.0, no_speech).named();
                    assert!(named.iter().all(|(_, value)| value.is_none_or(f32::is_finite)), "{named:?}");
                }
            }
        }
    }

    #[test]
    fn without_weights_the_confidence_is_the_mean_probability_of_the_tokens() {
        let features = Features::new(&[-0.1, -0.7], Some(-0.2), 2.0, None);
        assert_eq!(Trust::default().confidence(&features), features.mean_probability);
    }

    #[test]
    fn with_weights_it_is_their_logistic_regression() {
        let features = Features::new(&[-0.5], Some(-1.0), 0.5, Some(0.5));
        let calibration = weights("bias = 3\nmin_logprob = 2.0\nend_logprob = 1.0\nno_speech = -2.0");
        // 3 - 1 - 1 - 1 = 0
        assert!(close(calibration.probability(&features), 0.5));
        assert!(weights("bias = 5").probability(&features) > 0.99);
    }

    #[test]
    fn a_sound_that_is_no_speech_gives_no_text_however_sure_the_words_are() {
        let trust = Trust { floor: 0.5, no_speech_ceiling: Some(0.6), ..Trust::default() };
        let features = |no_speech| Features::new(&[-0.01], Some(-0.01), 1.0, Some(no_speech));
        assert!(trust.trusts(&features(0.6)) && !trust.trusts(&features(0.61)));
        assert!(Trust { no_speech_ceiling: None, ..trust }.trusts(&features(0.99)));
    }

    #[test]
    fn a_word_or_two_need_more_confidence_than_a_sentence_where_the_model_says_so() {
        let trust = Trust { floor: 0.5, short_floor: Some(0.8), ..Trust::default() };
        let features = |tokens: usize| Features::new(&vec![0.7_f32.ln(); tokens], Some(-0.01), 1.0, None);
        assert!(!trust.trusts(&features(2)) && !trust.trusts(&features(3)) && trust.trusts(&features(4)));
        assert!(Trust { short_floor: None, ..trust }.trusts(&features(2)));
    }

    #[test]
    fn weights_that_are_unknown_or_absurd_are_refused() {
        for (text, wanted) in [
            ("bias = 1\nloudness = 2", "loudness; known are bias, mean_probability"),
            ("mean_logprob = 1", "no bias"),
            ("bias = nan", "no bias or a weight"),
            ("bias = 1\ntokens = 1001", "beyond 1000"),
        ] {
            let problem = weights(text).problem().unwrap_or_default();
            assert!(problem.contains(wanted), "{text}: {problem}");
        }
        assert_eq!(weights("bias = 1\nno_speech_logit = -0.5").problem(), None);
    }
}
