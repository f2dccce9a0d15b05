//! The Wyoming protocol of the settings.

use anyhow::{Context as _, Result, anyhow};

use super::App;
use crate::{channels::wyoming::Options, commerce::HouseholdId, config::Wyoming};

impl App {
    /// How to serve the Wyoming protocol with these settings.
    ///
    /// # Errors
    /// A skill that is not served, or a name that is no identifier.
    pub fn wyoming_options(&self, wyoming: &Wyoming) -> Result<Options> {
        let named = |id: &String| {
            let served = self.served.iter().find(|served| served.shop.as_str() == id);
            served.ok_or_else(|| anyhow!("setting `wyoming.skill`: {id} is not served"))
        };
        let served = wyoming.skill.as_ref().map_or(Ok(&self.served[0]), named)?;
        let household = match &wyoming.household {
            Some(name) => HouseholdId::new(name).context("setting `wyoming.household`")?,
            None => served.anybody.clone(),
        };
        let http = self.settings.http();
        Ok(Options {
            shop: served.shop.clone(),
            household,
            title: served.title.clone(),
            languages: served.locales.clone(),
            locale: self.settings.locale().to_owned(),
            hearing: self.settings.speech().answer,
            turn: http.request_timeout,
            event: http.body_timeout,
            idle: IDLE,
            max_connections: wyoming.max_connections,
            drain: http.drain,
        })
    }
}

/// Between two events of a connection. Home Assistant opens one for each thing that it asks.
const IDLE: std::time::Duration = std::time::Duration::from_secs(120);
