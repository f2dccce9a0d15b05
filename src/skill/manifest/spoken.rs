//! What is said of the shop, in each of its languages.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Wrong, short};

/// What a platform's store shows of the shop in one language.
#[derive(Debug, Clone, Default)]
pub struct StorePage {
    /// One sentence of at most 160 characters.
    pub summary: Option<String>,
    /// Some sentences.
    pub description: Option<String>,
    /// Words by which it is found.
    pub keywords: Vec<String>,
}

/// What is said of the shop in one language.
pub(in crate::skill) struct Spoken {
    pub locale: String,
    pub invocation: String,
    pub page: StorePage,
    shop: String,
    support: String,
    privacy: String,
}

impl Spoken {
    /// The places that every reply has.
    pub fn places(&self) -> [(&str, &str); 3] {
        [("shop", &self.shop), ("support", &self.support), ("privacy", &self.privacy)]
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireSpoken {
    shop: String,
    pub invocation: String,
    support: String,
    privacy: String,
    summary: Option<String>,
    description: Option<String>,
    #[serde(default)]
    keywords: Vec<String>,
}

/// What is said in each of the locales, in their order.
pub(super) fn spoken(
    locales: Vec<String>,
    mut texts: BTreeMap<String, WireSpoken>,
    wrong: &mut Wrong,
) -> Vec<Spoken> {
    let mut spoken: Vec<Spoken> = Vec::new();
    if locales.is_empty() && texts.is_empty() {
        wrong.0.push(("locales".to_owned(), "`locales` is empty".to_owned()));
    }
    for locale in locales {
        let Some(words) = texts.remove(&locale) else {
            wrong.0.push(("locales".to_owned(), format!("there is no [spoken.{locale}]")));
            continue;
        };
        let mut text = |name: &str, text| {
            let key = format!("spoken.{locale}.{name}");
            wrong.of(&key, short(key.clone(), text)).unwrap_or_default()
        };
        let page = StorePage {
            summary: words.summary.map(|summary| text("summary", summary)),
            description: words.description.map(|description| text("description", description)),
            keywords: words.keywords.into_iter().map(|keyword| text("keywords", keyword)).collect(),
        };
        spoken.push(Spoken {
            page,
            shop: text("shop", words.shop),
            invocation: text("invocation", words.invocation),
            support: text("support", words.support),
            privacy: text("privacy", words.privacy),
            locale,
        });
    }
    for locale in texts.keys() {
        let what = format!("[spoken.{locale}] is not one of the locales");
        wrong.0.push((format!("spoken.{locale}"), what));
    }
    spoken
}
