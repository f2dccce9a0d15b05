//! What the demo prints: for people, in 100 columns, with colours on a terminal only.

use std::{path::Path, time::Duration};

use anyhow::Result;
use console::style;
use serde_json::Value;

use super::script::{Script, Spoken};
use crate::{
    channels::json::TurnView,
    cli::{
        Exit,
        terminal::{line, millis, wrap},
    },
    commerce::order::Order,
    turn::Reply,
};

/// Where the text beside a label begins.
const INDENT: usize = 16;

/// What all turns took together.
#[derive(Debug, Default)]
pub struct Sums {
    turns: u32,
    speech: Duration,
    transcribe: Duration,
    engine: Duration,
    synthesize: Duration,
}

impl Sums {
    /// Adds a turn.
    pub fn add(&mut self, reply: &Reply, speech: Duration) {
        let of =
            |name| reply.stages.iter().filter(|(stage, _)| *stage == name).map(|(_, t)| *t).sum::<Duration>();
        self.turns += 1;
        self.speech += speech;
        self.transcribe += of("transcribe");
        self.engine += of("turn");
        self.synthesize += of("synthesize");
    }
}

/// Before the first turn.
pub fn opening(script: &Script, model: &str, voice: &str, folder: &Path) -> Result<()> {
    line(style("Sayso demo: a household shops by voice").bold().to_string())?;
    line(format!("{} turns of {} from recordings", script.turns.len(), script.household))?;
    line(format!("heard by Whisper ({model}), answered by {voice}"))?;
    line(format!("on a SQLite database in {}", folder.display()))?;
    Ok(())
}

/// One turn.
pub fn turn(number: usize, spoken: &Spoken, reply: &Reply, length: Duration, locale: &str) -> Result<()> {
    let view = TurnView::new(reply, locale);
    let note = spoken.note.as_ref().map_or(String::new(), |note| format!("  ({note})"));
    let title = format!("{number:>2}  {}.wav, {:.1} s{note}", spoken.recording, length.as_secs_f64());
    line(format!("\n{}", style(title).bold()))?;
    let heard = match &view.heard {
        Some(words) => style(format!("{words:?}")).cyan().to_string(),
        None => "no words to be trusted".to_owned(),
    };
    row("heard", &heard)?;
    row("understood", &meaning(&view))?;
    row("decided", &decision(reply))?;
    row("said", &style(&view.speech).green().to_string())?;
    let stages = reply.stages.iter().filter(|(name, _)| *name != "turn");
    let took: Vec<_> = stages.map(|(name, time)| format!("{name} {}", number_of_ms(*time))).collect();
    row("took (ms)", &style(took.join(", ")).dim().to_string())
}

fn row(label: &str, text: &str) -> Result<()> {
    let label = style(format!("    {label:<width$}", width = INDENT - 4)).dim();
    Ok(line(format!("{label}{}", wrap(text, INDENT, INDENT)))?)
}

fn number_of_ms(time: Duration) -> String {
    millis(time).trim_end_matches(" ms").to_owned()
}

fn meaning(view: &TurnView) -> String {
    let mut details = Vec::new();
    flatten("", &view.intent.slots, &mut details);
    let sure = format!("{:.0} % sure", f64::from(view.confidence) * 100.0);
    if details.is_empty() {
        format!("{} ({sure})", view.intent.name)
    } else {
        format!("{} [{}] ({sure})", view.intent.name, details.join(", "))
    }
}

/// Slots as `name value`, without their nesting.
fn flatten(name: &str, value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| flatten(key, value, into)),
        Value::Array(list) => list.iter().for_each(|value| flatten(name, value, into)),
        Value::Bool(true) => into.push(name.to_owned()),
        Value::Bool(false) | Value::Null => {}
        Value::String(text) => into.push(format!("{} {text:?}", name.replace('_', " "))),
        Value::Number(number) => into.push(format!("{} {number}", name.replace('_', " "))),
    }
}

fn decision(reply: &Reply) -> String {
    let words = reply.decision.replace(['-', '_'], " ");
    match &reply.order {
        Some(order) => format!("{words}; order {} is {}, {}", order.number, order.state, order.quote.total()),
        None => words,
    }
}

/// After the last turn: the figures, and whether the orders are there.
pub fn closing(sums: &Sums, script: &Script, orders: &[Order], kept: Option<&Path>) -> Result<Exit> {
    let ratio = sums.transcribe.as_secs_f64() / sums.speech.as_secs_f64().max(0.001);
    let told = format!(
        "{} turns: {:.1} s of speech heard in {:.1} s ({ratio:.2} of its length), decided in {}, voiced in {}",
        sums.turns,
        sums.speech.as_secs_f64(),
        sums.transcribe.as_secs_f64(),
        millis(sums.engine),
        millis(sums.synthesize)
    );
    line(format!("\n{}", wrap(&told, 0, 0)))?;
    if let Some(folder) = kept {
        line(format!("the database and the answers are in {}", folder.display()))?;
    }
    if script.is_reached(orders) {
        line(style(format!("passed: all {} orders are as they should be", orders.len())).bold().to_string())?;
        return Ok(Exit::Done);
    }
    eprintln!("sayso: the conversation did not end in the orders that it should have made:");
    for wanted in &script.orders {
        let lines: Vec<_> = wanted.lines.iter().map(|(sku, count)| format!("{count} x {sku}")).collect();
        eprintln!("  wanted: {} ({})", lines.join(", "), wanted.state);
    }
    Ok(Exit::Failed)
}
