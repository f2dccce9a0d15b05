//! Models that were trained here for certain skills: `<name>.toml` in the folder describes one,
//! and names the file that belongs to it.
//!
//! The file has its checksum in its name, so that the description, which is written last and
//! at once, is what turns the old model into the new one. Whatever happens before leaves the
//! old one as it was.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
    time::SystemTime,
};

use super::{Chosen, Kind, Model, ModelError, ModelStore, State, at, beside, checksum, import, loose};

/// The largest description, in bytes.
const MOST: u64 = 64 << 10;

/// The longest name.
const LONGEST_NAME: usize = 64;

impl ModelStore {
    /// What a training has left in a folder (`model.bin` and its description, `model.toml`), to
    /// be tried before it is installed.
    ///
    /// # Errors
    /// [`ModelError`] when a file is missing, or is not what the description says.
    pub fn trial(&self, out: &Path, name: &str) -> Result<Chosen, ModelError> {
        loose::described(&out.join("model.bin"), name)
    }

    /// Takes in what a training has left. A model of that name that was trained before is replaced,
    /// all at once.
    ///
    /// # Errors
    /// [`ModelError`]; then what was there is there as before.
    pub fn install_trained(&self, out: &Path, name: &str, skills: &[String]) -> Result<Model, ModelError> {
        self.check_name(name)?;
        let from = out.join("model.bin");
        let mut model = describe(&out.join("model.toml"), name)?;
        import::inspect(&from)?;
        skills.clone_into(&mut model.skills);
        model.file = format!("{name}-{}.bin", &model.sha256[..8]);
        fs::create_dir_all(&self.folder).map_err(at(&self.folder))?;
        let mut copy = tempfile::NamedTempFile::new_in(&self.folder).map_err(at(&self.folder))?;
        let sha256 = checksum::of_file(&from, |piece| {
            io::Write::write_all(&mut copy, piece).map_err(at(&self.folder))
        })?;
        let size = copy.as_file().metadata().map_err(at(&self.folder))?.len();
        matches(&model, size, &sha256)?;
        let path = self.path(&model);
        checksum::keep(copy, &path)?;
        checksum::trust(&path, &sha256)?;
        let text = toml::to_string(&model).map_err(|error| ModelError::Manifest(error.to_string()))?;
        checksum::write_whole(&self.description(name), text.as_bytes())?;
        self.remove_others(&model);
        Ok(model)
    }

    /// Whether a model may be trained under that name.
    ///
    /// # Errors
    /// [`ModelError::Name`] for one that is no name, or that another model has.
    pub fn check_name(&self, name: &str) -> Result<(), ModelError> {
        let refuse =
            |problem: &str| Err(ModelError::Name { name: name.to_owned(), problem: problem.to_owned() });
        if !super::manifest::plain(name) || name.len() > LONGEST_NAME {
            return refuse("up to 64 letters, digits, '.', '-' and '_' are needed");
        }
        let taken = |model: &Model| model.name == name && model.kind != Kind::Trained;
        if self.list().iter().any(|listed| taken(&listed.model)) {
            return refuse("another model has it");
        }
        Ok(())
    }

    /// The models that were trained here, the newest first.
    pub(super) fn trained(&self) -> Vec<Model> {
        let Ok(entries) = fs::read_dir(&self.folder) else { return Vec::new() };
        let mut models: Vec<(SystemTime, Model)> = entries
            .flatten()
            .filter_map(|entry| {
                let path = entry.path();
                let name = path.file_name()?.to_str()?.strip_suffix(".toml")?.to_owned();
                match self.read_trained(&path, &name) {
                    Ok(model) => Some((entry.metadata().ok()?.modified().ok()?, model)),
                    Err(error) => {
                        tracing::warn!(%error, "a trained model is passed over");
                        None
                    }
                }
            })
            .collect();
        models.sort_by(|(a_time, a), (b_time, b)| b_time.cmp(a_time).then_with(|| a.name.cmp(&b.name)));
        models.into_iter().map(|(_, model)| model).collect()
    }

    /// A description in the folder; it must be of a file that is in the folder too.
    fn read_trained(&self, path: &Path, name: &str) -> Result<Model, ModelError> {
        let model: Model = read(path)?.try_into().map_err(|error: toml::de::Error| wrong(path, error))?;
        model.check().map_err(|error| wrong(path, error))?;
        let known = self.manifest.models.iter().any(|known| known.name == name || known.file == model.file);
        if model.kind != Kind::Trained || model.name != name || known {
            return Err(wrong(path, "it describes another model"));
        }
        Ok(model)
    }

    /// Whether a trained model's file is there and of the right size.
    pub(super) fn trained_state(&self, model: &Model) -> State {
        match fs::metadata(self.path(model)) {
            Ok(data) if data.len() == model.size => State::Installed,
            _ => State::Damaged,
        }
    }

    fn description(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.toml"))
    }

    /// Removes the files of models of that name that were trained before.
    fn remove_others(&self, model: &Model) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        for entry in entries.flatten() {
            let file = entry.file_name().to_string_lossy().into_owned();
            let stamp = file.strip_prefix(&format!("{}-", model.name)).and_then(|f| f.strip_suffix(".bin"));
            let ours = stamp.is_some_and(|s| s.len() == 8 && s.bytes().all(|b| b.is_ascii_hexdigit()));
            if ours && file != model.file {
                // What cannot be removed only takes space.
                let _ = fs::remove_file(entry.path());
                let _ = fs::remove_file(beside(&entry.path(), ".ok"));
            }
        }
    }
}

/// Reads what a training says of its model: the fields of a manifest's entry, less those that
/// say what it is called here.
pub fn describe(path: &Path, name: &str) -> Result<Model, ModelError> {
    let mut table = read(path)?;
    let file = format!("{name}.bin");
    for (key, value) in [("name", name), ("kind", "trained"), ("file", file.as_str())] {
        table.insert(key.to_owned(), value.into());
    }
    let model: Model = table.try_into().map_err(|error: toml::de::Error| wrong(path, error))?;
    model.check().map_err(|error| wrong(path, error))?;
    Ok(model)
}

/// Whether a file of that size and checksum is the one that was described.
pub fn matches(model: &Model, size: u64, sha256: &str) -> Result<(), ModelError> {
    let problem = if size != model.size {
        format!("it has {size} bytes, and its description says {}", model.size)
    } else if sha256 != model.sha256 {
        "its checksum is not the one in its description".to_owned()
    } else {
        return Ok(());
    };
    Err(ModelError::Damaged { name: model.name.clone(), problem })
}

fn read(path: &Path) -> Result<toml::Table, ModelError> {
    let mut text = String::new();
    File::open(path).and_then(|file| file.take(MOST + 1).read_to_string(&mut text)).map_err(at(path))?;
    if text.len() as u64 > MOST {
        return Err(wrong(path, format!("it is larger than {} KiB", MOST >> 10)));
    }
    toml::from_str(&text).map_err(|error| wrong(path, error))
}

fn wrong(path: &Path, problem: impl std::fmt::Display) -> ModelError {
    ModelError::Description { path: path.display().to_string(), problem: problem.to_string() }
}
