//! `models/manifest.toml` as types.

use serde::{Deserialize, Serialize};

use super::ModelError;
use crate::speech::confidence::{Calibration, Trust};

/// The models that are known, the best first.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The repository at the hub: `owner/name`.
    pub repository: String,
    /// The revision there, so that a checksum stays true.
    pub revision: String,
    /// The models, the best first.
    #[serde(rename = "model")]
    pub models: Vec<Model>,
}

/// One model.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// What it is asked for by: `tiny.en`.
    pub name: String,
    /// Where it comes from.
    pub kind: Kind,
    /// A line for a person who chooses.
    pub description: String,
    /// The file's name, at the hub and here.
    pub file: String,
    /// The file's size in bytes.
    pub size: u64,
    /// The file's SHA-256 in lower-case hexadecimal.
    pub sha256: String,
    /// SPDX.
    pub licence: String,
    /// BCP 47, or `*`.
    pub languages: Vec<String>,
    /// The confidence (0 to 1) under which a text is not trusted.
    pub confidence_floor: f32,
    /// That of a text of a word or two; `None`: the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short_floor: Option<f32>,
    /// The probability of "no speech" (0 to 1) over which a text is not trusted; `None`: the model
    /// was not trained to tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_speech_ceiling: Option<f32>,
    /// The longest utterance that it hears, in seconds.
    pub longest_seconds: u32,
    /// The skills that it was trained for, by their identifiers; none: for no certain one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
    /// How far its audio context may be cut; `None`: not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<Context>,
    /// What its confidence is computed from; `None`: it is the mean probability of the tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Calibration>,
}

impl Model {
    /// When its texts are trusted.
    pub(in crate::speech) fn trust(&self) -> Trust {
        Trust {
            floor: self.confidence_floor,
            short_floor: self.short_floor,
            no_speech_ceiling: self.no_speech_ceiling,
            calibration: self.confidence.clone(),
        }
    }

    /// Whether its fields make sense.
    pub(super) fn check(&self) -> Result<(), ModelError> {
        let model = self;
        let problem = if !plain(&model.name) || !plain(&model.file) {
            "its name or file has characters other than letters, digits, '.', '-' and '_'"
        } else if model.sha256.len() != 64
            || !model.sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        {
            "its sha256 is not 64 lower-case hexadecimal digits"
        } else if model.size == 0 || model.longest_seconds == 0 {
            "its size or longest utterance is zero"
        } else if !(0.0..1.0).contains(&model.confidence_floor) {
            "its confidence floor is not from 0 to 1"
        } else if model.short_floor.is_some_and(|floor| !(model.confidence_floor..1.0).contains(&floor)) {
            "its floor for short texts is not from its confidence floor to 1"
        } else if model.context.is_some_and(|c| c.least == 0 || c.least > c.most || c.most > 1500) {
            "its context is not from 1 to 1500"
        } else if model.no_speech_ceiling.is_some_and(|ceiling| !(ceiling > 0.0 && ceiling <= 1.0)) {
            "its ceiling of no speech is not from 0 to 1"
        } else if model.no_speech_ceiling.is_none()
            && model.confidence.as_ref().is_some_and(Calibration::needs_no_speech)
        {
            "its confidence needs no_speech, for which it has no ceiling"
        } else if let Some(problem) = model.confidence.as_ref().and_then(Calibration::problem) {
            return Err(ModelError::Manifest(format!("{}: {problem}", model.name)));
        } else {
            return Ok(());
        };
        Err(ModelError::Manifest(format!("{}: {problem}", model.name)))
    }
}

/// Where a model comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// In the program.
    Bundled,
    /// OpenAI's weights in ggml form, or others of their shape.
    Openai,
    /// Trained here for certain skills.
    Trained,
}

/// The audio context that a model wants for a sound, in encoder frames of 20 ms: as many as the
/// sound has and `spare` more, from `least` to `most`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// Frames beyond the end of the sound.
    pub spare: u32,
    /// The smallest context.
    pub least: u32,
    /// The whole context of the model.
    pub most: u32,
}

impl Context {
    /// Samples (at 16 kHz) of one encoder frame.
    const FRAME: usize = 320;

    /// The context for a sound of so many samples at 16 kHz.
    pub fn frames(&self, samples: usize) -> u32 {
        let sound = u32::try_from(samples.div_ceil(Self::FRAME)).unwrap_or(u32::MAX);
        sound.saturating_add(self.spare).clamp(self.least, self.most)
    }
}

impl Manifest {
    /// The manifest that is part of the program.
    ///
    /// # Errors
    /// [`ModelError::Manifest`]; a test keeps this from happening.
    pub fn built_in() -> Result<Self, ModelError> {
        Self::parse(include_str!("../../../models/manifest.toml"))
    }

    /// Reads and checks a manifest.
    ///
    /// # Errors
    /// [`ModelError::Manifest`] with what is wrong.
    pub fn parse(text: &str) -> Result<Self, ModelError> {
        let manifest: Self = toml::from_str(text).map_err(|error| ModelError::Manifest(error.to_string()))?;
        manifest.models.iter().try_for_each(Model::check)?;
        for (n, model) in manifest.models.iter().enumerate() {
            if manifest.models[..n].iter().any(|other| other.name == model.name || other.file == model.file) {
                return Err(ModelError::Manifest(format!("{} is there twice", model.name)));
            }
        }
        Ok(manifest)
    }

    /// The model of that name.
    pub fn find(&self, name: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.name == name)
    }

    /// Where a model's file is, at a hub such as `https://huggingface.co`.
    pub fn address(&self, endpoint: &str, model: &Model) -> String {
        let endpoint = endpoint.trim_end_matches('/');
        format!("{endpoint}/{}/resolve/{}/{}", self.repository, self.revision, model.file)
    }
}

/// Whether a text can be the name of a model and of a file.
pub(super) fn plain(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('.')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_manifest_is_sound_and_ends_with_the_bundled_model() {
        let manifest = Manifest::built_in().unwrap();
        let last = manifest.models.last().unwrap();
        assert_eq!((last.name.as_str(), last.kind), ("shop-en", Kind::Bundled));
        assert_eq!(manifest.models.iter().filter(|model| model.kind == Kind::Bundled).count(), 1);
        for name in ["tiny.en", "tiny", "base.en", "base", "small.en", "small"] {
            let model = manifest.find(name).unwrap();
            assert_eq!(model.file, format!("ggml-{name}.bin"));
            assert!(model.context.is_none(), "{name} was not trained for a cut context");
        }
    }

    #[test]
    fn an_address_has_the_hub_the_repository_the_revision_and_the_file() {
        let manifest = Manifest::built_in().unwrap();
        let tiny = manifest.find("tiny.en").unwrap();
        let wanted =
            format!("http://mirror/ggerganov/whisper.cpp/resolve/{}/ggml-tiny.en.bin", manifest.revision);
        assert_eq!(manifest.address("http://mirror/", tiny), wanted);
    }

    #[test]
    fn the_context_follows_the_sound_within_its_limits() {
        let context = Context { spare: 8, least: 48, most: 500 };
        let cases = [(0, 48), (16_000, 58), (16_001, 59), (160_000, 500), (usize::MAX, 500)];
        for (samples, frames) in cases {
            assert_eq!(context.frames(samples), frames, "{samples} samples");
        }
    }

    #[test]
    fn a_manifest_that_would_lead_out_of_its_folder_is_refused() {
        let good = include_str!("../../../models/manifest.toml");
        for (from, to) in [
            ("\"ggml-tiny.bin\"", "\"../ggml-tiny.bin\""),
            ("\"ggml-tiny.bin\"", "\"ggml-base.bin\""),
            ("\"tiny\"", "\".tiny\""),
            ("be07e048", "BE07E048"),
            ("size = 77691713", "size = 0"),
            ("most = 500", "most = 5000"),
        ] {
            assert!(Manifest::parse(&good.replacen(from, to, 1)).is_err(), "{to}");
        }
    }
}
