//! Models in files that are not in the folder: with a description beside them, or without.

use std::{fs, path::Path};

use super::{Chosen, Kind, Model, ModelError, ModelStore, Weights, at, checksum, import, trained};

impl ModelStore {
    /// A model in a file, to be tried without being installed. What it is like is read from the
    /// `.toml` of the same name beside it; without one it is run as the bundled model is, and
    /// its "no speech" is measured and does not count.
    ///
    /// # Errors
    /// [`ModelError::NotAModel`], [`ModelError::Description`], and [`ModelError::Damaged`] for a
    /// file that is not the one that was described.
    pub fn from_file(&self, file: &Path) -> Result<Chosen, ModelError> {
        let name = self.name_for(file);
        if file.with_extension("toml").is_file() {
            return described(file, &name);
        }
        import::inspect(file)?;
        let size = fs::metadata(file).map_err(at(file))?.len();
        let sha256 = checksum::of_file(file, |_| Ok(()))?;
        let model = self.unknown(name, size, sha256)?;
        Ok(Chosen { model, weights: Weights::File(file.to_owned()) })
    }

    /// What is assumed of a model that nothing is known about but its file.
    fn unknown(&self, name: String, size: u64, sha256: String) -> Result<Model, ModelError> {
        let bundled = self.manifest.models.iter().find(|model| model.kind == Kind::Bundled);
        let bundled = bundled.ok_or_else(|| ModelError::Manifest("no model is bundled".to_owned()))?;
        Ok(Model {
            name,
            kind: Kind::Trained,
            description: "a file without a description".to_owned(),
            size,
            sha256,
            no_speech_ceiling: Some(bundled.no_speech_ceiling.unwrap_or(1.0)),
            ..bundled.clone()
        })
    }
}

/// A model whose description lies beside it, under a name.
pub fn described(file: &Path, name: &str) -> Result<Chosen, ModelError> {
    let model = trained::describe(&file.with_extension("toml"), name)?;
    import::inspect(file)?;
    let size = fs::metadata(file).map_err(at(file))?.len();
    trained::matches(&model, size, &checksum::of_file(file, |_| Ok(()))?)?;
    Ok(Chosen { model, weights: Weights::File(file.to_owned()) })
}
