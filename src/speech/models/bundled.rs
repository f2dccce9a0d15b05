//! The model that is part of the program: unpacked into the data folder at its first use.

use std::{fs, path::Path};

use super::{Model, ModelError, checksum};

/// zstd; `models/README.md` says what it is.
static PACKED: &[u8] = include_bytes!("../../../models/shop-en/model.bin.zst");

/// The bytes of the bundled model, from `path` where they are whole. Where they are missing or
/// damaged the file is written anew; where it cannot be written (a full or read-only disk) the
/// model works from memory all the same.
///
/// # Errors
/// [`ModelError::Damaged`] when the program itself is.
pub fn load(path: &Path, model: &Model) -> Result<Vec<u8>, ModelError> {
    if let Ok(bytes) = read(path, model) {
        return Ok(bytes);
    }
    let bytes = unpack(model)?;
    if let Err(error) = fs::create_dir_all(path.parent().unwrap_or(path))
        .map_err(super::at(path))
        .and_then(|()| checksum::write_whole(path, &bytes))
    {
        tracing::warn!(%error, "the bundled model is used from memory because it cannot be unpacked");
    }
    Ok(bytes)
}

/// The unpacked model, if it is there and whole.
fn read(path: &Path, model: &Model) -> Result<Vec<u8>, ModelError> {
    let size = fs::metadata(path).map_err(super::at(path))?.len();
    if size != model.size {
        return Err(damaged(model, "its size is wrong"));
    }
    let bytes = fs::read(path).map_err(super::at(path))?;
    check(bytes, model)
}

fn unpack(model: &Model) -> Result<Vec<u8>, ModelError> {
    let size = usize::try_from(model.size).map_err(|_| damaged(model, "its size is wrong"))?;
    let bytes = zstd::bulk::decompress(PACKED, size).map_err(|error| damaged(model, &error.to_string()))?;
    check(bytes, model)
}

fn check(bytes: Vec<u8>, model: &Model) -> Result<Vec<u8>, ModelError> {
    if checksum::of_bytes(&bytes) == model.sha256 {
        Ok(bytes)
    } else {
        Err(damaged(model, "its checksum is wrong"))
    }
}

fn damaged(model: &Model, problem: &str) -> ModelError {
    ModelError::Damaged { name: model.name.clone(), problem: problem.to_owned() }
}
