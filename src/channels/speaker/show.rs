//! What `sayso listen` prints: one line for each thing that happens, flushed at once, so that a
//! person can watch it and a program can wait for it.

use std::{
    io::{self, Write},
    time::Duration,
};

use super::Spoken;
use crate::{
    channels::json::wire_name,
    speech::{Heard, SpeechError},
    turn::Reply,
};

/// Prints to a terminal or a pipe.
pub(super) struct Show<'out> {
    out: &'out mut (dyn Write + Send),
}

impl<'out> Show<'out> {
    pub(super) fn new(out: &'out mut (dyn Write + Send)) -> Self {
        Self { out }
    }

    pub(super) fn listening(&mut self, awaited: bool) -> io::Result<()> {
        self.line("listening", if awaited { "for an answer" } else { "" })
    }

    /// Sound that leads to nothing.
    pub(super) fn ignored(&mut self, heard: &Heard) -> io::Result<()> {
        let what = match heard {
            Heard::Nothing => "a sound without words",
            Heard::Unclear | Heard::Words { .. } => "speech that was not clear",
        };
        self.line("ignored", what)
    }

    /// What was heard, understood, decided and is said now; a PIN is masked in the reply.
    pub(super) fn reply(&mut self, reply: &Reply, locale: &str) -> io::Result<()> {
        match &reply.heard {
            Some(words) => self.line("heard", &format!("{words} ({:.0}%)", reply.confidence * 100.0))?,
            None => self.line("heard", "no words")?,
        }
        self.line("understood", &wire_name(&reply.intent.name))?;
        self.line("decided", reply.decision)?;
        if let Some(order) = &reply.order {
            let state = wire_name(&order.state);
            self.line("order", &format!("{} {state} {}", order.number, order.quote.total()))?;
        }
        self.line("says", &reply.speech.to_text(locale))?;
        let stages = reply.stages.iter().map(|(stage, time)| format!("{stage} {}", milliseconds(*time)));
        self.line("times", &stages.collect::<Vec<_>>().join(", "))
    }

    pub(super) fn spoken(&mut self, spoken: &Spoken, whole: Duration) -> io::Result<()> {
        let first = milliseconds(spoken.first_sound);
        self.line("said", &format!("first sound after {first}, done after {}", milliseconds(whole)))
    }

    /// The answer was printed, but has no sound.
    pub(super) fn unspoken(&mut self, error: &SpeechError) -> io::Result<()> {
        self.line("not said", &error.to_string())
    }

    fn line(&mut self, what: &str, words: &str) -> io::Result<()> {
        writeln!(self.out, "{}", format!("{what:<10} {words}").trim_end())?;
        self.out.flush()
    }
}

fn milliseconds(time: Duration) -> String {
    format!("{:.0} ms", time.as_secs_f64() * 1000.0)
}
