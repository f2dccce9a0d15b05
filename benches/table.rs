//! What was measured, against what was aimed at.

use std::{fmt, time::Duration};

/// Rows of the table at the end.
#[derive(Default)]
pub struct Table {
    rows: Vec<[String; 3]>,
}

impl Table {
    /// One figure.
    pub fn add(&mut self, what: &str, measured: impl fmt::Display, aim: &str) {
        self.rows.push([what.to_owned(), measured.to_string(), aim.to_owned()]);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["what", "measured", "aim"].map(str::to_owned);
        let rows: Vec<_> = std::iter::once(&head).chain(&self.rows).collect();
        let width = |i: usize| rows.iter().map(|row| row[i].chars().count()).max().unwrap_or(0);
        let (first, second) = (width(0), width(1));
        for (number, [what, measured, aim]) in rows.into_iter().enumerate() {
            writeln!(f, "| {what:<first$} | {measured:<second$} | {aim} |")?;
            if number == 0 {
                writeln!(f, "|{}|{}|---|", "-".repeat(first + 2), "-".repeat(second + 2))?;
            }
        }
        Ok(())
    }
}

/// The value below which `share` (0 to 1) of the samples lie.
pub fn percentile(samples: &mut [Duration], share: f64) -> Duration {
    samples.sort_unstable();
    let index = ((samples.len() as f64 * share).ceil() as usize).clamp(1, samples.len().max(1));
    samples.get(index - 1).copied().unwrap_or_default()
}

/// Milliseconds with three digits or so.
pub fn ms(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1000.0;
    if ms < 1.0 {
        format!("{ms:.3} ms")
    } else if ms < 100.0 {
        format!("{ms:.2} ms")
    } else {
        format!("{ms:.0} ms")
    }
}

/// A bar on stderr, hidden where there is no terminal.
pub fn bar(what: &'static str, steps: u64) -> indicatif::ProgressBar {
    let bar = indicatif::ProgressBar::new(steps);
    if let Ok(style) = indicatif::ProgressStyle::with_template("{msg:30} [{wide_bar}] {pos}/{len}") {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar
}
