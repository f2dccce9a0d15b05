//! A ZIP archive of some files: not compressed, sorted, of a fixed date, so that the same files give the
//! same bytes. The form is that of PKWARE's APPNOTE 6.3.10, without any of its extensions.

use std::collections::BTreeMap;

/// 1 January 1980, the first day that the format knows.
const DAY: u16 = 0x21;

/// Names are UTF-8.
const UTF8: u16 = 1 << 11;

/// The version that is needed to read it: 2.0, folders.
const VERSION: u16 = 20;

/// More than the format can say without its extensions.
#[derive(Debug, thiserror::Error)]
#[error("the archive would be larger than 4 GiB, or have more than 65,535 files")]
pub struct TooLarge;

/// The archive.
///
/// # Errors
/// [`TooLarge`].
pub(super) fn zip(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, TooLarge> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let start = long(archive.len())?;
        let entry = entry(name, bytes)?;
        archive.extend(0x0403_4b50_u32.to_le_bytes());
        archive.extend(&entry);
        archive.extend(name.as_bytes());
        archive.extend(bytes);
        directory.extend(0x0201_4b50_u32.to_le_bytes());
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&entry);
        // No comment, the first disk, no attributes.
        directory.extend([0; 10]);
        directory.extend(start.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, length) = (long(archive.len())?, long(directory.len())?);
    let count = u16::try_from(files.len()).map_err(|_| TooLarge)?;
    archive.extend(directory);
    archive.extend(0x0605_4b50_u32.to_le_bytes());
    archive.extend([0; 4]);
    archive.extend(count.to_le_bytes());
    archive.extend(count.to_le_bytes());
    archive.extend(length.to_le_bytes());
    archive.extend(start.to_le_bytes());
    archive.extend([0; 2]);
    Ok(archive)
}

/// What a file's own head and the directory have in common.
fn entry(name: &str, bytes: &[u8]) -> Result<Vec<u8>, TooLarge> {
    let size = long(bytes.len())?;
    let mut entry = Vec::new();
    // Stored, at midnight.
    for field in [VERSION, UTF8, 0, 0, DAY] {
        entry.extend(field.to_le_bytes());
    }
    for field in [crc32fast::hash(bytes), size, size] {
        entry.extend(field.to_le_bytes());
    }
    let length = u16::try_from(name.len()).map_err(|_| TooLarge)?;
    entry.extend(length.to_le_bytes());
    entry.extend([0; 2]);
    Ok(entry)
}

fn long(length: usize) -> Result<u32, TooLarge> {
    u32::try_from(length).map_err(|_| TooLarge)
}
