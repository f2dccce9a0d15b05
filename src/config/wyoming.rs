//! How the Wyoming protocol is served. It knows no passwords, so an address that other machines can
//! reach must be wanted in so many words.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::{FILE, SettingsError, keys::Blame, sections::number};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawWyoming {
    listen: Option<String>,
    skill: Option<String>,
    household: Option<String>,
    max_connections: Option<u32>,
    anyone_on_the_network_may_shop: Option<bool>,
}

/// How the Wyoming protocol is served.
#[derive(Debug, Clone)]
pub struct Wyoming {
    /// The address to listen on; a loopback address unless the owner opened it to everybody.
    pub listen: SocketAddr,
    /// The identifier of the skill that is spoken to; without it the first.
    pub skill: Option<String>,
    /// Who speaks; without it the household that speaks to that skill.
    pub household: Option<String>,
    /// Open connections at the same time; more are refused.
    pub max_connections: usize,
}

impl Wyoming {
    /// `None` where no address is set.
    pub(super) fn check(raw: RawWyoming, blame: &Blame<'_>) -> Result<Option<Self>, SettingsError> {
        let most = raw.max_connections;
        let max_connections = number(blame, "wyoming.max_connections", most, 32, 1_000)? as usize;
        let Some(listen) = raw.listen else { return Ok(None) };
        let Ok(listen) = listen.parse::<SocketAddr>() else {
            let problem = "an address and a port are needed, such as 127.0.0.1:10710";
            return Err(blame.bad("wyoming.listen", problem));
        };
        if !listen.ip().is_loopback() && raw.anyone_on_the_network_may_shop != Some(true) {
            let problem = format!(
                "{listen} can be reached from other machines, and the Wyoming protocol asks nobody for a \
                 password: whoever reaches it can shop for the household. Listen on 127.0.0.1, or say that \
                 you want this with `anyone_on_the_network_may_shop = true` under [wyoming] in {FILE}"
            );
            return Err(blame.bad("wyoming.listen", &problem));
        }
        let (skill, household) = (raw.skill, raw.household);
        Ok(Some(Self { listen, skill, household, max_connections }))
    }
}
