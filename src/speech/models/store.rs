//! The folder of models: what is in it, and which one is used.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::{Kind, Manifest, Model, ModelError, at, beside, bundled, checksum};

/// The models of a data folder.
#[derive(Debug, Clone)]
pub struct ModelStore {
    pub(super) folder: PathBuf,
    pub(super) manifest: Manifest,
    /// The skill whose shoppers are to be heard.
    skill: Option<String>,
}

/// A model in the list, and whether it is here.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Listed {
    /// The model.
    pub model: Model,
    /// Whether it is here.
    pub state: State,
}

/// Whether a model is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Part of the program.
    Bundled,
    /// In the folder, with the right size: fetched, or trained here.
    Installed,
    /// Imported by hand and not in the manifest.
    Imported,
    /// So many bytes of it, from a download that did not end.
    Partial(u64),
    /// In the folder with a wrong size.
    Damaged,
    /// Not here.
    Absent,
}

impl State {
    /// Whether it can be used.
    pub fn is_here(&self) -> bool {
        matches!(self, Self::Bundled | Self::Installed | Self::Imported)
    }
}

/// What [`ModelStore::verify`] found about one model.
#[derive(Debug)]
pub struct Verified {
    /// The model's name.
    pub name: String,
    /// Its checksum, or what is wrong.
    pub result: Result<String, ModelError>,
}

/// A model that is to be loaded.
#[derive(Debug)]
pub struct Chosen {
    /// The model.
    pub model: Model,
    /// Its bytes.
    pub weights: Weights,
}

/// Where the bytes of a model are.
#[derive(Debug)]
pub enum Weights {
    /// In memory, checked.
    Memory(Vec<u8>),
    /// In a file, checked.
    File(PathBuf),
}

impl ModelStore {
    /// The models of a data folder, which need not exist yet.
    ///
    /// # Errors
    /// [`ModelError::Manifest`]; a test keeps this from happening.
    pub fn open(data: &Path) -> Result<Self, ModelError> {
        Ok(Self::with_manifest(data, Manifest::built_in()?))
    }

    /// The same with another manifest, for tests and mirrors.
    pub fn with_manifest(data: &Path, manifest: Manifest) -> Self {
        Self { folder: data.join("models"), manifest, skill: None }
    }

    /// The same for the shoppers of a skill, by its identifier: a model that was trained for it
    /// comes before the bundled one.
    #[must_use]
    pub fn for_skill(self, skill: &str) -> Self {
        Self { skill: Some(skill.to_owned()), ..self }
    }

    /// Where a model's file is or would be.
    pub fn path(&self, model: &Model) -> PathBuf {
        self.folder.join(&model.file)
    }

    /// All known models, the best first, then those that were trained here, the newest first, then
    /// those that were imported by hand.
    pub fn list(&self) -> Vec<Listed> {
        let known = self
            .manifest
            .models
            .iter()
            .map(|model| Listed { model: model.clone(), state: self.state(model) });
        let trained = self.trained().into_iter().map(|model| {
            let state = self.trained_state(&model);
            Listed { model, state }
        });
        known
            .chain(trained)
            .chain(self.imported().into_iter().map(|model| Listed { model, state: State::Imported }))
            .collect()
    }

    fn state(&self, model: &Model) -> State {
        if model.kind == Kind::Bundled {
            return State::Bundled;
        }
        let path = self.path(model);
        match (fs::metadata(&path), fs::metadata(beside(&path, ".part"))) {
            (Ok(data), _) if data.len() == model.size => State::Installed,
            (Ok(_), _) => State::Damaged,
            (Err(_), Ok(part)) => State::Partial(part.len()),
            (Err(_), Err(_)) => State::Absent,
        }
    }

    /// The model that is to be used: `wanted`, or the best one that is here and whole.
    ///
    /// # Errors
    /// [`ModelError`] when `wanted` is unknown, not here or damaged.
    pub fn choose(&self, wanted: Option<&str>) -> Result<Chosen, ModelError> {
        if let Some(name) = wanted {
            return self.load(&self.find(name)?);
        }
        let mut problem = ModelError::Manifest("it is empty".to_owned());
        for model in self.candidates() {
            match self.load(&model) {
                Ok(chosen) => return Ok(chosen),
                Err(error) => {
                    tracing::warn!(model = model.name, %error, "a model is passed over");
                    problem = error;
                }
            }
        }
        Err(problem)
    }

    /// What may be used without being named, the best first: OpenAI's models know people, one
    /// that was trained for the skill knows its words, the bundled one is always here.
    fn candidates(&self) -> Vec<Model> {
        let rank = |listed: &Listed| match (listed.model.kind, &listed.state) {
            (Kind::Openai, State::Installed) => Some(0),
            (Kind::Trained, State::Installed) => {
                let skill = self.skill.as_ref()?;
                listed.model.skills.contains(skill).then_some(1)
            }
            (Kind::Bundled, State::Bundled) => Some(2),
            _ => None,
        };
        let mut ranked: Vec<_> =
            self.list().into_iter().filter_map(|listed| Some((rank(&listed)?, listed.model))).collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked.into_iter().map(|(_, model)| model).collect()
    }

    /// The model of that name, known, trained or imported.
    pub(super) fn find(&self, name: &str) -> Result<Model, ModelError> {
        let listed = self.list();
        listed.iter().find(|listed| listed.model.name == name).map(|listed| listed.model.clone()).ok_or_else(
            || {
                let known: Vec<_> = listed.iter().map(|listed| listed.model.name.as_str()).collect();
                ModelError::Unknown { name: name.to_owned(), known: known.join(", ") }
            },
        )
    }

    fn load(&self, model: &Model) -> Result<Chosen, ModelError> {
        let path = self.path(model);
        if model.kind == Kind::Bundled {
            let bytes = bundled::load(&path, model)?;
            return Ok(Chosen { model: model.clone(), weights: Weights::Memory(bytes) });
        }
        if !path.exists() && model.kind == Kind::Openai {
            return Err(ModelError::NotInstalled(model.name.clone()));
        }
        if checksum::trusted(&path).as_ref() != Some(&model.sha256) {
            self.check(model)?;
        }
        Ok(Chosen { model: model.clone(), weights: Weights::File(path) })
    }

    /// Computes a model's checksum and leaves a receipt when it is right.
    pub(super) fn check(&self, model: &Model) -> Result<String, ModelError> {
        let damaged = |problem: String| ModelError::Damaged { name: model.name.clone(), problem };
        let path = self.path(model);
        let size = fs::metadata(&path).map_err(at(&path))?.len();
        if size != model.size {
            return Err(damaged(format!("it has {size} bytes instead of {}", model.size)));
        }
        let sha256 = checksum::of_file(&path, |_| Ok(()))?;
        if sha256 != model.sha256 {
            return Err(damaged("its checksum is wrong".to_owned()));
        }
        checksum::trust(&path, &sha256)?;
        Ok(sha256)
    }

    /// Computes the checksums of all models that are here. The bundled one is mended on the way.
    pub fn verify(&self) -> Vec<Verified> {
        let here = self
            .list()
            .into_iter()
            .filter(|listed| !matches!(listed.state, State::Absent | State::Partial(_)));
        here.map(|listed| {
            let model = listed.model;
            let result = match model.kind {
                Kind::Bundled => bundled::load(&self.path(&model), &model).map(|_| model.sha256.clone()),
                Kind::Openai | Kind::Trained => self.check(&model),
            };
            Verified { name: model.name, result }
        })
        .collect()
    }
}
