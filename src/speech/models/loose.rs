//! Models in files that are not in the folder: with a description beside them, or without.

use std::{
    fs::{self, File},
    io::Read,
    path::Path,
};

use super::{Chosen, Kind, Model, ModelError, ModelStore, Weights, at, checksum, import};

/// The largest description, in bytes.
const MOST: u64 = 64 << 10;

impl ModelStore {
    /// A model in a file, to be tried without being installed. What it is like is read from the
    /// `.toml` of the same name beside it; without one it is run as the bundled model is, and
    /// its "no speech" is measured and does not count.
    ///
    /// # Errors
    /// [`ModelError::NotAModel`], and [`ModelError::Manifest`] for a description that is wrong.
    pub fn from_file(&self, file: &Path) -> Result<Chosen, ModelError> {
        import::inspect(file)?;
        let name = self.name_for(file);
        let description = file.with_extension("toml");
        let model = if description.is_file() {
            let model = describe(&description, &name)?;
            check(file, &model)?;
            model
        } else {
            self.unknown(file, name)?
        };
        Ok(Chosen { model, weights: Weights::File(file.to_owned()) })
    }

    /// What is assumed of a model that nothing is known about but its file.
    fn unknown(&self, file: &Path, name: String) -> Result<Model, ModelError> {
        let bundled = self.manifest.models.iter().find(|model| model.kind == Kind::Bundled);
        let bundled = bundled.ok_or_else(|| ModelError::Manifest("no model is bundled".to_owned()))?;
        Ok(Model {
            name,
            kind: Kind::Trained,
            description: "a file without a description".to_owned(),
            size: fs::metadata(file).map_err(at(file))?.len(),
            sha256: checksum::of_file(file, |_| Ok(()))?,
            no_speech_ceiling: Some(bundled.no_speech_ceiling.unwrap_or(1.0)),
            ..bundled.clone()
        })
    }
}

/// Reads the description of a trained model: the fields of a manifest's entry, less those that
/// say what it is called here.
pub fn describe(path: &Path, name: &str) -> Result<Model, ModelError> {
    let wrong = |problem: String| ModelError::Manifest(format!("{}: {problem}", path.display()));
    let mut text = String::new();
    File::open(path).and_then(|file| file.take(MOST + 1).read_to_string(&mut text)).map_err(at(path))?;
    if text.len() as u64 > MOST {
        return Err(wrong(format!("it is larger than {} KiB", MOST >> 10)));
    }
    let mut table: toml::Table = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    let file = format!("{name}.bin");
    for (key, value) in [("name", name), ("kind", "trained"), ("file", file.as_str())] {
        table.insert(key.to_owned(), value.into());
    }
    let model: Model = table.try_into().map_err(|error: toml::de::Error| wrong(error.to_string()))?;
    model.check().map_err(|error| wrong(error.to_string()))?;
    Ok(model)
}

/// Whether a file is the one that was described.
fn check(file: &Path, model: &Model) -> Result<(), ModelError> {
    let damaged =
        |problem: &str| ModelError::Damaged { name: model.name.clone(), problem: problem.to_owned() };
    if fs::metadata(file).map_err(at(file))?.len() != model.size {
        return Err(damaged("its size is not the one that its description gives"));
    }
    if checksum::of_file(file, |_| Ok(()))? != model.sha256 {
        return Err(damaged("its checksum is not the one that its description gives"));
    }
    Ok(())
}
