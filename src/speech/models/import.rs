//! A model from a file that somebody brought.

use std::{
    fs::{self, File},
    io::{Read, Write},
    path::Path,
};

use super::{Kind, Model, ModelError, ModelStore, at, checksum};

/// No model of this kind is smaller or larger, in bytes.
const SIZES: std::ops::RangeInclusive<u64> = 1 << 20..=4 << 30;

/// A model that was taken in.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The model, under the name by which it is asked for.
    pub model: Model,
    /// Whether the manifest knows it.
    pub known: bool,
}

impl ModelStore {
    /// Copies a model's file into the folder: under the manifest's name where its checksum is
    /// known, under its own name otherwise.
    ///
    /// # Errors
    /// [`ModelError::NotAModel`] for anything but a Whisper model in ggml form.
    pub fn import(&self, file: &Path) -> Result<Imported, ModelError> {
        inspect(file)?;
        fs::create_dir_all(&self.folder).map_err(at(&self.folder))?;
        let mut copy = tempfile::NamedTempFile::new_in(&self.folder).map_err(at(&self.folder))?;
        let sha256 = checksum::of_file(file, |piece| copy.write_all(piece).map_err(at(&self.folder)))?;
        let size = copy.as_file().metadata().map_err(at(&self.folder))?.len();
        let known = self.manifest.models.iter().find(|model| model.sha256 == sha256).cloned();
        let imported = match known {
            Some(model) => Imported { model, known: true },
            None => Imported { model: foreign(self.name_for(file), size, sha256.clone()), known: false },
        };
        if imported.model.kind == Kind::Openai {
            let path = self.path(&imported.model);
            checksum::keep(copy, &path)?;
            checksum::trust(&path, &sha256)?;
        }
        Ok(imported)
    }

    /// The models in the folder that the manifest does not know.
    pub(super) fn imported(&self) -> Vec<Model> {
        let Ok(entries) = fs::read_dir(&self.folder) else { return Vec::new() };
        let mut models: Vec<_> = entries
            .flatten()
            .filter_map(|entry| {
                let file = entry.file_name().into_string().ok()?;
                let name = file.strip_prefix("ggml-")?.strip_suffix(".bin")?.to_owned();
                let known = self.manifest.models.iter().any(|model| model.file == file);
                let sha256 = checksum::recorded(&entry.path())?;
                (!known).then(|| Some(foreign(name, entry.metadata().ok()?.len(), sha256)))?
            })
            .collect();
        models.sort_by(|a, b| a.name.cmp(&b.name));
        models
    }

    /// A name from a file's name that no known or trained model has.
    pub(super) fn name_for(&self, file: &Path) -> String {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let stem = stem.strip_prefix("ggml-").unwrap_or(&stem);
        let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' };
        let name: String = stem.chars().take(64).map(plain).collect();
        let taken = |name: &str| {
            self.manifest.find(name).is_some() || self.trained().iter().any(|model| model.name == name)
        };
        match name.trim_matches(['.', '-']) {
            "" => "imported".to_owned(),
            name if taken(name) => format!("{name}-imported"),
            name => name.to_owned(),
        }
    }
}

/// A model of OpenAI's shape about which nothing is known: nothing of it is cut, and it has the
/// floor of its kind.
fn foreign(name: String, size: u64, sha256: String) -> Model {
    Model {
        file: format!("ggml-{name}.bin"),
        name,
        kind: Kind::Openai,
        description: "imported by hand".to_owned(),
        size,
        sha256,
        licence: "unknown".to_owned(),
        languages: vec!["en".to_owned()],
        confidence_floor: 0.5,
        short_floor: None,
        no_speech_ceiling: None,
        longest_seconds: 30,
        skills: Vec::new(),
        context: None,
        confidence: None,
    }
}

/// Reads the head of a file: ggml's magic number and eleven 32-bit numbers that say how large
/// the parts of the model are.
pub(super) fn inspect(file: &Path) -> Result<(), ModelError> {
    let not = |problem: &str| ModelError::NotAModel {
        path: file.display().to_string(),
        problem: problem.to_owned(),
    };
    let mut head = [0; 48];
    let mut opened = File::open(file).map_err(at(file))?;
    let data = opened.metadata().map_err(at(file))?;
    if !data.is_file() {
        return Err(not("it is not a file"));
    }
    opened.read_exact(&mut head).map_err(|_| not("it is too short"))?;
    if &head[..4] != b"lmgg" {
        return Err(not("it does not begin as one"));
    }
    if !SIZES.contains(&data.len()) {
        return Err(not("its size is that of no model"));
    }
    let number = |n: usize| {
        let at = 4 + 4 * n;
        u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]])
    };
    // Vocabulary, audio context, text context and mel bands.
    let shape = [(0, 1_000..=60_000), (1, 1..=1_500), (5, 1..=448), (9, 80..=128)];
    if shape.into_iter().all(|(n, range)| range.contains(&number(n))) {
        return Ok(());
    }
    Err(not("its dimensions are not Whisper's"))
}
