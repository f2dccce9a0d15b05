//! `sayso orders`: the shop's side of orders.

use anyhow::{Result, bail};

use super::{Exit, args::OrdersCommand, terminal};
use crate::{
    app::App,
    commerce::{
        Line, OrderNumber,
        desk::AdvanceOutcome,
        order::{Order, OrderState},
    },
};

pub async fn run(command: OrdersCommand, app: App) -> Result<Exit> {
    let outcome = obey(command, &app).await;
    app.close().await;
    outcome.map(|()| Exit::Done)
}

async fn obey(command: OrdersCommand, app: &App) -> Result<()> {
    let (desk, shop) = (app.desk(), app.shop());
    match command {
        OrdersCommand::List { household, limit } => {
            let orders = match household {
                Some(name) => desk.orders(shop, &app.household(Some(&name))?, limit).await?.to_vec(),
                None => desk.shop_orders(shop, limit).await?,
            };
            list(&orders)
        }
        OrdersCommand::Show { id } => match desk.shop_order(shop, OrderNumber(id)).await? {
            Some(order) => show(&order),
            None => bail!("there is no order {id}; `sayso orders list` shows those that there are"),
        },
        OrdersCommand::Advance { id, state } => {
            let Some(state) = OrderState::from_name(&state) else {
                let known = OrderState::ALL.map(OrderState::name).join(", ");
                bail!("{state} is no state of an order; known are {known}");
            };
            match desk.advance(shop, OrderNumber(id), state).await? {
                AdvanceOutcome::Advanced(order) => {
                    terminal::line(format!("order {} is {}", order.number, order.state))?;
                    Ok(())
                }
                AdvanceOutcome::NotPossible(now) => bail!("order {id} is {now} and cannot become {state}"),
                AdvanceOutcome::NotFound => bail!("there is no order {id}"),
            }
        }
    }
}

/// A table of orders, newest first.
pub fn list(orders: &[Order]) -> Result<()> {
    if orders.is_empty() {
        terminal::line("there are no orders")?;
        return Ok(());
    }
    let rows: Vec<_> = orders.iter().map(row).collect();
    terminal::table(&["order", "state", "total", "household", "placed", "lines"], &rows)?;
    Ok(())
}

fn row(order: &Order) -> Vec<String> {
    let lines = order.quote.lines().iter().map(|line| format!("{} x {}", line.quantity, titled(line)));
    vec![
        order.number.to_string(),
        order.state.to_string(),
        format!("{} {}", order.quote.total(), order.quote.total().currency().code()),
        order.household.to_string(),
        order.placed_at.strftime("%Y-%m-%d %H:%M").to_string(),
        lines.collect::<Vec<_>>().join("; "),
    ]
}

/// The title with the options: `Latte, Large with oat milk, 2 extra shots`.
fn titled(line: &Line) -> String {
    if line.options.is_empty() {
        return line.title.clone();
    }
    format!("{} with {}", line.title, line.options.to_text())
}

fn show(order: &Order) -> Result<()> {
    let quote = &order.quote;
    terminal::line(format!("order {}   {}", order.number, order.state))?;
    terminal::line(format!("household {}, session {}", order.household, order.session))?;
    let placed = order.placed_at.strftime("%Y-%m-%d %H:%M UTC");
    terminal::line(format!("placed {placed}, delivery {}", order.delivery))?;
    for line in quote.lines() {
        let back = if order.returned.contains(&line.sku) { "  (returned)" } else { "" };
        let text = format!(
            "{:>3} x {:>9}  {}{back}",
            line.quantity.get(),
            line.unit_price.to_string(),
            titled(line)
        );
        terminal::line(text)?;
    }
    let sums = [
        ("goods", quote.subtotal()),
        ("shipping", quote.shipping()),
        ("tax", quote.tax()),
        ("total", quote.total()),
    ];
    for (name, amount) in sums {
        terminal::line(format!("{name:>8} {:>9} {}", amount.to_string(), amount.currency().code()))?;
    }
    Ok(())
}
