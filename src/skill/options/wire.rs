//! The file as it is written.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

pub(super) type Texts = BTreeMap<String, Spanned<String>>;
pub(super) type Lists = BTreeMap<String, Vec<Spanned<String>>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wire {
    #[serde(default)]
    pub group: Vec<WireGroup>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireGroup {
    pub id: Spanned<String>,
    pub choose: Spanned<String>,
    pub most: Option<Spanned<u32>>,
    pub default: Option<Spanned<String>>,
    #[serde(rename = "for")]
    pub products: Vec<Spanned<String>>,
    #[serde(default)]
    pub question: Texts,
    /// The group whose values and amounts it has too.
    pub like: Option<Spanned<String>>,
    #[serde(default)]
    pub values: Vec<WireValue>,
    #[serde(default)]
    pub amounts: Vec<WireAmount>,
}

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(super) struct WireValue {
    pub id: Spanned<String>,
    pub price: Option<Spanned<String>>,
    pub words: Lists,
    #[serde(default)]
    pub many: Texts,
}

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(super) struct WireAmount {
    /// Without one they are other words for the value itself.
    pub id: Option<Spanned<String>>,
    pub words: Lists,
}
