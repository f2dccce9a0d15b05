//! A shop's own catalogue in place of the one that came with the skill.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use super::{SkillError, feed::parse, files::read_text};
use crate::commerce::{Catalog, Currency, ShopId};

/// Where the imported catalogue of a shop lies in the data folder.
pub fn catalog_file(data: &Path, shop: &ShopId) -> PathBuf {
    data.join("catalogs").join(format!("{shop}.csv"))
}

/// Checks a feed and makes it the shop's catalogue: wholly or, on any error, not at all.
/// Returns what was imported.
///
/// # Errors
/// [`SkillError`] for a feed that cannot be read or sold from, or a data folder that cannot
/// be written.
pub fn import_catalog(
    feed: &Path,
    data: &Path,
    shop: &ShopId,
    currency: Currency,
) -> Result<Catalog, SkillError> {
    let text = read_text(feed)?;
    let catalog = parse(feed, &text, currency)?;
    let target = catalog_file(data, shop);
    let io = |why| SkillError::Io { file: target.clone(), why };
    let folder = target.parent().unwrap_or(data);
    fs::create_dir_all(folder).map_err(io)?;
    // What was checked is what is written, not what the file has become meanwhile.
    let mut draft = tempfile::NamedTempFile::new_in(folder).map_err(io)?;
    draft.write_all(text.as_bytes()).map_err(io)?;
    draft.as_file().sync_all().map_err(io)?;
    draft.persist(&target).map_err(|error| io(error.error))?;
    Ok(catalog)
}
