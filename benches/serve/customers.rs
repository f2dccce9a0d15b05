//! The customers of the bench: households of their own, each with an Alexa account that is linked to it.

use std::path::Path;

use anyhow::Result;
use sayso::{
    app::App,
    config::{Settings, Sources},
};

use crate::amazon::account;

/// The access token of each household.
pub fn tokens(data: &Path, shop: &str, households: &[String]) -> Result<Vec<String>> {
    let sources = Sources { data: Some(data.to_owned()), ..Sources::default() };
    let settings = Settings::load(&sources)?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let app = App::open_all(settings).await?;
        let mut tokens = Vec::with_capacity(households.len());
        for household in households {
            tokens.push(account::token(app.linker(), shop, household).await);
        }
        app.close().await;
        Ok(tokens)
    })
}
