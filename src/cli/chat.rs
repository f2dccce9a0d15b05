//! `sayso chat`: a typed conversation.

use std::io::{self, IsTerminal, Write};

use anyhow::Result;

use super::{Exit, args::ChatArgs, terminal};
use crate::{
    app::App,
    channels::console::{Conversation, read_line},
};

pub async fn run(args: ChatArgs, app: App) -> Result<Exit> {
    let conversation = Conversation {
        shop: app.shop().clone(),
        household: app.household(args.who.household.as_deref())?,
        session: app.session(args.who.session.as_deref())?,
        locale: app.settings().locale().to_owned(),
    };
    let engine = app.engine();
    let person = io::stdin().is_terminal();
    loop {
        if person {
            print!("{} ", console::style("you  ").cyan());
            io::stdout().flush()?;
        }
        let line = tokio::task::spawn_blocking(|| read_line(&mut io::stdin().lock())).await??;
        let Some(line) = line else { break };
        let reply = engine.turn(conversation.turn(line)).await;
        let text = terminal::wrap(&reply.speech.to_text(&conversation.locale), 6, 6);
        terminal::line(format!("{} {text}", console::style("sayso").green()))?;
        if reply.ended {
            break;
        }
    }
    app.close().await;
    Ok(Exit::Done)
}
