//! `sayso household`: a household's limit, PIN and linked accounts.

use anyhow::{Result, bail};
use jiff::SignedDuration;
use secrecy::SecretString;

use super::{
    Exit,
    args::{HouseholdCommand, LinksCommand},
    terminal,
};
use crate::{
    app::App,
    commerce::{HouseholdId, LinkId, Money, desk::PinSet, household::Household, ports::Link},
};

pub async fn run(command: HouseholdCommand, app: App) -> Result<Exit> {
    let outcome = obey(command, &app).await;
    app.close().await;
    outcome.map(|()| Exit::Done)
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
        HouseholdCommand::LinkCode { minutes, who } => {
            let id = app.household(who.household.as_deref())?;
            make_code(app, &id, minutes).await
        }
        HouseholdCommand::Links(LinksCommand::List { household, limit }) => {
            let household = household.map(HouseholdId::new).transpose()?;
            list(&app.linker().links(shop, household.as_ref(), limit).await?)
        }
        HouseholdCommand::Links(LinksCommand::Remove { id }) => {
            if !app.linker().remove(shop, &LinkId::new(&id)?).await? {
                bail!("there is no link {id}; `sayso household links list` shows those that there are");
            }
            Ok(terminal::line(format!("the link {id} is gone"))?)
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

/// The code is the whole of the first line, so that a program can read it too.
async fn make_code(app: &App, id: &HouseholdId, minutes: u32) -> Result<()> {
    let shop = app.shop();
    if app.settings().of_skill().get(shop.as_str()).is_none_or(|of| of.linking.is_empty()) {
        bail!(
            "no accounts are linked to {shop} yet; set `[skill.{shop}.linking]` up, see docs/operations.md"
        );
    }
    let keep = SignedDuration::from_mins(i64::from(minutes));
    let Some(code) = app.linker().make_code(shop, id, keep).await? else { return unknown(id) };
    terminal::line(code.expose())?;
    Ok(terminal::line(format!("for {id}, once, within {minutes} minutes; it is not shown again"))?)
}

fn list(links: &[Link]) -> Result<()> {
    if links.is_empty() {
        terminal::line("no accounts are linked")?;
        return Ok(());
    }
    let moment = |at: jiff::Timestamp| at.strftime("%Y-%m-%d %H:%M").to_string();
    let row = |link: &Link| {
        let (linked, renewed) = (moment(link.linked_at), moment(link.renewed_at));
        vec![link.id.to_string(), link.household.to_string(), link.client.to_string(), linked, renewed]
    };
    let rows: Vec<_> = links.iter().map(row).collect();
    terminal::table(&["link", "household", "client", "since", "renewed"], &rows)?;
    Ok(())
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
