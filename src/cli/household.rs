//! `sayso household`: a household's limit and PIN.

use std::process::ExitCode;

use anyhow::{Result, bail};
use secrecy::SecretString;

use super::{args::HouseholdCommand, terminal};
use crate::{
    app::App,
    commerce::{HouseholdId, Money, desk::PinSet, household::Household},
};

pub async fn run(command: HouseholdCommand, app: App) -> Result<ExitCode> {
    let outcome = obey(command, &app).await;
    app.close().await;
    outcome.map(|()| ExitCode::SUCCESS)
}

async fn obey(command: HouseholdCommand, app: &App) -> Result<()> {
    let (desk, shop) = (app.desk(), app.shop());
    match command {
        HouseholdCommand::Show(who) => {
            let id = app.household(who.household.as_deref())?;
            match desk.household(shop, &id).await? {
                Some(household) => show(&household),
                None => unknown(&id),
            }
        }
        HouseholdCommand::SetPin(who) => {
            let id = app.household(who.household.as_deref())?;
            let pin = tokio::task::spawn_blocking(ask_pin).await??;
            match desk.set_pin(shop, &id, pin).await? {
                PinSet::Set => Ok(terminal::line(format!("the PIN of {id} is set"))?),
                PinSet::Malformed => bail!("a PIN is 4 to 8 digits"),
                PinSet::UnknownHousehold => unknown(&id),
            }
        }
        HouseholdCommand::SetLimit { amount, who } => {
            let id = app.household(who.household.as_deref())?;
            let limit = Money::parse(&amount, app.currency())?;
            if !desk.set_limit(shop, &id, limit).await? {
                return unknown(&id);
            }
            let text = format!("orders of {id} above {limit} {} need the PIN", limit.currency().code());
            Ok(terminal::line(text)?)
        }
    }
}

/// Twice at a terminal, as nobody sees what is typed there; once from a pipe.
fn ask_pin() -> Result<SecretString> {
    let pin = terminal::secret("new PIN (4 to 8 digits): ")?;
    if terminal::asks_a_person() && terminal::secret("once more: ")? != pin {
        bail!("the two were not the same; nothing was changed");
    }
    Ok(pin.into())
}

fn unknown(id: &HouseholdId) -> Result<()> {
    bail!("this shop does not know the household {id}")
}

fn show(household: &Household) -> Result<()> {
    terminal::line(format!("{} ({})", household.name, household.id))?;
    terminal::line(format!("members: {}", household.members.join(", ")))?;
    let currency = household.limit.currency().code();
    terminal::line(format!("limit without PIN: {} {currency}", household.limit))?;
    let pin = match (household.has_pin, household.locked_until) {
        (false, _) => "not set; `sayso household set-pin` sets one".to_owned(),
        (true, None) => "set".to_owned(),
        (true, Some(until)) => format!("set, locked until {}", until.strftime("%Y-%m-%d %H:%M UTC")),
    };
    Ok(terminal::line(format!("PIN: {pin}"))?)
}
