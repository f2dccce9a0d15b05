//! The customers of the bench: households of their own, each with an Alexa account that is linked to it.

use std::path::Path;

use anyhow::{Context, Result, bail};
use jiff::SignedDuration;
use sayso::{
    app::App,
    commerce::{
        ClientId, HouseholdId, ShopId,
        linking::{Asking, Exchanged},
    },
    config::{Settings, Sources},
};

/// Where Amazon's part of linking comes back to.
const BACK: &str = "https://pitangui.amazon.com/api/skill/link/M1";
/// How long a linking code is good.
const GOOD_FOR: SignedDuration = SignedDuration::from_mins(5);

/// The settings of a shop whose accounts are linked.
pub fn settings(shop: &str) -> String {
    format!(
        "[http]\npublic_url = \"https://skills.example.com\"\n[skill.{shop}.linking.clients.alexa]\n\
         secret = \"a-secret-of-thirty-two-letters-1\"\nredirect_uris = [{BACK:?}]\n"
    )
}

/// The access token of each household, as Amazon holds it once its account is linked. They are good for an hour.
pub fn tokens(data: &Path, shop: &str, households: &[String]) -> Result<Vec<String>> {
    let sources = Sources { data: Some(data.to_owned()), ..Sources::default() };
    let settings = Settings::load(&sources)?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let app = App::open_all(settings).await?;
        let (shop, client) = (ShopId::new(shop)?, ClientId::new("alexa")?);
        let mut tokens = Vec::with_capacity(households.len());
        for household in households {
            tokens.push(token(&app, &shop, &client, &HouseholdId::new(household)?).await?);
        }
        app.close().await;
        Ok(tokens)
    })
}

async fn token(app: &App, shop: &ShopId, client: &ClientId, household: &HouseholdId) -> Result<String> {
    let linker = app.linker();
    let code = linker.make_code(shop, household, GOOD_FOR).await?.context("the shop knows the household")?;
    let asking = Asking { client, redirect_uri: BACK, challenge: None };
    let grant = linker.grant(shop, &code.expose(), asking).await?.context("the code is good")?;
    match linker.exchange(shop, client, grant.expose(), BACK, None).await? {
        Exchanged::Tokens(tokens) => Ok(tokens.access.expose().to_owned()),
        other => bail!("no tokens: {other:?}"),
    }
}
