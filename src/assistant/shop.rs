//! A shop as the engine needs it: its products, its language, its rules.

use std::{collections::HashMap, sync::Arc};

use jiff::tz::TimeZone;

use crate::{
    commerce::{Catalog, OptionMenu, ShopId, Terms},
    dialogue::{self, Prompt},
    reply::Phrasebook,
    turn::Speech,
    understanding::{Products, Understander},
};

/// One shop, loaded and checked.
pub struct Shop {
    /// Its identifier.
    pub id: ShopId,
    /// How it charges and delivers.
    pub terms: Terms,
    /// Where its day begins.
    pub zone: TimeZone,
    /// Its products.
    pub catalog: Arc<Catalog>,
    /// What can be chosen for its products.
    pub menu: Arc<OptionMenu>,
    /// Spoken name → products.
    pub products: Products,
    /// Text → intent.
    pub understander: Understander,
    /// The locale that answers when a turn asks for one that the shop does not have.
    pub default_locale: String,
    /// Its words, by locale.
    pub replies: HashMap<String, Arc<Phrasebook>>,
}

impl Shop {
    /// Puts prompts into the shop's words: those of the locale, of its language, or of the
    /// default locale.
    pub fn say(&self, locale: &str, prompts: &[Prompt]) -> Speech {
        let language = locale.split(['-', '_']).next().unwrap_or(locale);
        let book = self
            .replies
            .get(locale)
            .or_else(|| self.replies.get(language))
            .or_else(|| self.replies.get(&self.default_locale));
        book.map(|book| book.say(prompts)).unwrap_or_default()
    }

    /// Whether the skill added an intent of that name.
    pub fn has_custom(&self, name: &str) -> bool {
        let key = dialogue::custom_key(name);
        self.replies.values().any(|book| book.has(&key))
    }
}
