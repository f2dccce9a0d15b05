//! Checksums of files, and receipts that save computing them at every start.
//!
//! A receipt lies beside a model (`<file>.ok`) and holds the checksum that the file had at a
//! size and a time of change. While both are as they were, the checksum is taken from it: the
//! hash of a large model takes seconds on a small computer.

use std::{
    fs::{self, File},
    io::{Read, Write},
    path::Path,
    time::UNIX_EPOCH,
};

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{ModelError, at, beside};

/// What a file was when its checksum was computed.
#[derive(Debug, PartialEq, Eq, Deserialize, Serialize)]
struct Receipt {
    sha256: String,
    size: u64,
    /// Nanoseconds since 1970.
    modified: u128,
}

/// The SHA-256 of bytes in memory.
pub fn of_bytes(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// The SHA-256 of a file, read through; each piece is also given to `copy`.
pub fn of_file(
    path: &Path,
    mut copy: impl FnMut(&[u8]) -> Result<(), ModelError>,
) -> Result<String, ModelError> {
    let mut file = File::open(path).map_err(at(path))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        let read = file.read(&mut buffer).map_err(at(path))?;
        if read == 0 {
            return Ok(HEXLOWER.encode(&hash.finalize()));
        }
        hash.update(&buffer[..read]);
        copy(&buffer[..read])?;
    }
}

fn stamp(path: &Path, sha256: String) -> Result<Receipt, ModelError> {
    let data = fs::metadata(path).map_err(at(path))?;
    let modified =
        data.modified().map_err(at(path))?.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    Ok(Receipt { sha256, size: data.len(), modified })
}

/// The checksum in the receipt of a file, as long as the file is what it was.
pub fn trusted(path: &Path) -> Option<String> {
    let receipt: Receipt = serde_json::from_slice(&fs::read(beside(path, ".ok")).ok()?).ok()?;
    let now = stamp(path, receipt.sha256.clone()).ok()?;
    (now == receipt).then_some(receipt.sha256)
}

/// The checksum in the receipt of a file, whether or not the file has changed since.
pub fn recorded(path: &Path) -> Option<String> {
    let receipt: Receipt = serde_json::from_slice(&fs::read(beside(path, ".ok")).ok()?).ok()?;
    Some(receipt.sha256)
}

/// Leaves a receipt beside a file whose checksum was computed just now.
pub fn trust(path: &Path, sha256: &str) -> Result<(), ModelError> {
    let receipt = stamp(path, sha256.to_owned())?;
    let text = serde_json::to_vec(&receipt).map_err(|error| ModelError::Manifest(error.to_string()))?;
    write_whole(&beside(path, ".ok"), &text)
}

/// Writes a file so that, whatever happens, either the old one or the whole new one is there.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), ModelError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(at(folder))?;
    file.write_all(bytes).map_err(at(path))?;
    keep(file, path)
}

/// Gives a temporary file its name, once its bytes are on the disk.
pub fn keep(file: tempfile::NamedTempFile, path: &Path) -> Result<(), ModelError> {
    file.as_file().sync_all().map_err(at(path))?;
    file.persist(path).map_err(|error| at(path)(error.error))?;
    sync_folder(path)
}

/// Makes a new name in a folder durable.
pub fn sync_folder(path: &Path) -> Result<(), ModelError> {
    match path.parent() {
        Some(folder) => File::open(folder).and_then(|folder| folder.sync_all()).map_err(at(folder)),
        None => Ok(()),
    }
}
