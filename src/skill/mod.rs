//! A brand's folder: settings, sentences, replies, catalogue and sample households, loaded and
//! checked as one thing.
//!
//! Invariant: a [`Skill`] that exists is complete. Every message that the dialogue can say is
//! there in every locale, every product is priced in the shop's currency, every past purchase
//! is of a product.

pub mod build;
pub mod check;
mod feed;
mod files;
mod import;
mod manifest;
pub mod new;
mod options;
mod sample;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::tz::TimeZone;

pub use feed::{MAX_FEED_BYTES, MAX_PRODUCTS, read_feed};
pub use import::{catalog_file, import_catalog};
pub use manifest::{Publish, StorePage};
pub use sample::SampleHousehold;

use crate::{
    commerce::{Catalog, Money, OptionMenu, ShopId, Terms},
    reply::Phrasebook,
    understanding::{OptionWords, Sentences, SentencesError},
};
use files::Files;
use manifest::Spoken;

/// A skill that cannot be used. Every variant names the file.
#[derive(Debug, thiserror::Error)]
pub enum SkillError {
    /// The file cannot be read or written.
    #[error("{}: {why}", file.display())]
    Io {
        /// Which file.
        file: PathBuf,
        /// The system's reason.
        why: std::io::Error,
    },
    /// The file as a whole is wrong.
    #[error("{}: {what}", file.display())]
    File {
        /// Which file.
        file: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A sentence template is wrong.
    #[error(transparent)]
    Sentences(SentencesError),
    /// One line of it is wrong.
    #[error("{}, line {line}: {what}", file.display())]
    Line {
        /// Which file.
        file: PathBuf,
        /// From 1.
        line: u64,
        /// What is wrong with it.
        what: String,
    },
}

/// What a locale of the skill says and understands.
#[derive(Debug)]
pub struct Language {
    /// BCP 47: `en`, `pt-BR`.
    pub locale: String,
    /// How a platform opens the skill: `corner shelf`.
    pub invocation: String,
    /// What a platform's store shows.
    pub page: StorePage,
    /// The words of the replies.
    pub phrasebook: Arc<Phrasebook>,
    /// The compiled templates of what can be said.
    pub sentences: Sentences,
    /// What can be chosen for the products; empty for most shops.
    pub menu: Arc<OptionMenu>,
    /// The words of it.
    pub option_words: OptionWords,
}

/// One shop with everything that it needs to be spoken to.
#[derive(Debug)]
pub struct Skill {
    /// Which shop.
    pub id: ShopId,
    /// Its name in writing.
    pub name: String,
    /// Where it is: "today" is meant there.
    pub zone: TimeZone,
    /// How it charges and delivers.
    pub terms: Terms,
    /// The limit of a new household, above which an order needs the PIN.
    pub default_limit: Money,
    /// What it sells.
    pub catalog: Arc<Catalog>,
    /// Sample households with their past purchases; a real shop has none.
    pub households: Vec<SampleHousehold>,
    /// How it is found on platforms.
    pub publish: Publish,
    /// What it speaks and understands, its first language first; never empty.
    pub languages: Vec<Language>,
}

impl Skill {
    /// The sample skill that is part of the program: household goods and groceries.
    ///
    /// # Errors
    /// None in a released program: its own tests load it.
    pub fn bundled() -> Result<Self, SkillError> {
        Self::read(&Files::bundled())
    }

    /// Loads and checks the skill in a folder.
    ///
    /// # Errors
    /// [`SkillError`] with the file, and the line where there is one.
    pub fn load(folder: &Path) -> Result<Self, SkillError> {
        Self::read(&Files::folder(folder))
    }

    fn read(files: &Files) -> Result<Self, SkillError> {
        let manifest = manifest::read(files)?;
        let catalog = feed::read(files, manifest.terms.currency)?;
        let households = sample::read(files, &catalog, manifest.terms.currency)?;
        let mut languages = Vec::new();
        let locales: Vec<&str> = manifest.spoken.iter().map(|spoken| spoken.locale.as_str()).collect();
        let options = options::read(files, &catalog, manifest.terms.currency, &locales)?;
        for (spoken, options) in manifest.spoken.into_iter().zip(options) {
            languages.push(language(files, spoken, options)?);
        }
        Ok(Self {
            id: manifest.id,
            name: manifest.name,
            zone: manifest.zone,
            terms: manifest.terms,
            default_limit: manifest.default_limit,
            catalog: Arc::new(catalog),
            households,
            publish: manifest.publish,
            languages,
        })
    }

    /// The same shop with the catalogue that was imported into the data folder, when there is
    /// one; see [`import_catalog`].
    ///
    /// # Errors
    /// [`SkillError`] when there is one and it cannot be used.
    pub fn with_imported_catalog(mut self, data: &Path) -> Result<Self, SkillError> {
        let file = catalog_file(data, &self.id);
        if file.try_exists().map_err(|why| SkillError::Io { file: file.clone(), why })? {
            self.catalog = Arc::new(read_feed(&file, self.terms.currency)?);
        }
        Ok(self)
    }

    /// What to speak with someone of this locale: `pt-BR` gets `pt-BR`, else another `pt`, else
    /// the skill's first language.
    pub fn language(&self, locale: &str) -> &Language {
        let family = |locale: &str| locale.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let exact = self.languages.iter().find(|l| l.locale.eq_ignore_ascii_case(locale));
        let near = || self.languages.iter().find(|l| family(&l.locale) == family(locale));
        exact.or_else(near).unwrap_or(&self.languages[0])
    }
}

/// What a locale of the skill says and understands, compiled.
fn language(files: &Files, spoken: Spoken, options: options::Spoken) -> Result<Language, SkillError> {
    let (file, ftl) = files.read(&format!("replies/{}.ftl", spoken.locale))?;
    let phrasebook = Phrasebook::new(&spoken.locale, &ftl, &spoken.places())
        .map_err(|error| SkillError::File { file, what: error.to_string() })?;
    let (file, text) = files.read(&format!("sentences/{}.toml", spoken.locale))?;
    // The error names the file itself.
    let sentences = Sentences::parse(&file.display().to_string(), &text).map_err(SkillError::Sentences)?;
    Ok(Language {
        locale: spoken.locale,
        invocation: spoken.invocation,
        page: spoken.page,
        phrasebook: Arc::new(phrasebook),
        sentences,
        menu: options.menu,
        option_words: options.words,
    })
}
