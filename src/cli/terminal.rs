//! Writing to people: lines, wrapped text, tables, a spinner where one waits.

use std::{
    io::{self, IsTerminal, Write},
    time::Duration,
};

use console::measure_text_width;
use indicatif::ProgressBar;

/// The widest line that we print.
pub const WIDTH: usize = 100;

/// One line to stdout. A reader that is gone is an error, not a panic.
pub fn line(text: impl AsRef<str>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_ref().as_bytes())?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Text broken into lines of at most [`WIDTH`], each after the first behind `indent` spaces.
/// `first` is how much of the first line is taken already.
pub fn wrap(text: &str, first: usize, indent: usize) -> String {
    let mut out = String::new();
    let mut column = first;
    for word in text.split_whitespace() {
        let width = measure_text_width(word);
        if column > indent && column + 1 + width > WIDTH {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            column = indent;
        } else if !out.is_empty() {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += width;
    }
    out
}

/// Rows in columns as wide as their widest cell; the last column is broken into lines.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
    let head: Vec<String> = head.iter().map(|cell| (*cell).to_owned()).collect();
    let all = || std::iter::once(&head).chain(rows);
    let last = head.len() - 1;
    let width =
        |i: usize| all().filter_map(|row| row.get(i)).map(|c| measure_text_width(c)).max().unwrap_or(0);
    let widths: Vec<usize> = (0..last).map(width).collect();
    let indent = widths.iter().map(|width| width + 2).sum();
    for (number, row) in all().enumerate() {
        let mut text = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            text.push_str(&console::pad_str(cell, width + 2, console::Alignment::Left, None));
        }
        text.push_str(&wrap(row.get(last).map_or("", String::as_str), indent, indent));
        line(if number == 0 { console::style(text.trim_end()).dim().to_string() } else { text })?;
    }
    Ok(())
}

/// A spinner on stderr while something takes its time; hidden where there is no terminal.
pub fn spinner(what: &'static str) -> ProgressBar {
    let spinner = ProgressBar::new_spinner();
    spinner.set_message(what);
    spinner.enable_steady_tick(Duration::from_millis(100));
    spinner
}

/// A bar on stderr for so many steps; hidden where there is no terminal.
pub fn progress(steps: usize) -> ProgressBar {
    ProgressBar::new(steps as u64)
}

/// A secret line: without echo at a terminal, else the first line of stdin.
pub fn secret(question: &str) -> io::Result<String> {
    if io::stdin().is_terminal() {
        let terminal = console::Term::stderr();
        terminal.write_str(question)?;
        return terminal.read_secure_line();
    }
    let mut answer = String::new();
    io::BufRead::read_line(&mut io::Read::take(io::stdin().lock(), 256), &mut answer)?;
    Ok(answer.trim_end_matches(['\r', '\n']).to_owned())
}

/// Whether [`secret`] asks a person.
pub fn asks_a_person() -> bool {
    io::stdin().is_terminal()
}

/// Milliseconds for people: `0.42 ms`, `87 ms`.
pub fn millis(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1000.0;
    if ms < 10.0 { format!("{ms:.1} ms") } else { format!("{ms:.0} ms") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_wrapped_line_is_wider_than_the_terminal_that_we_count_on() {
        let text = "word ".repeat(100);
        let wrapped = wrap(&text, 12, 12);
        assert!(wrapped.lines().count() > 4);
        assert!(wrapped.lines().skip(1).all(|l| l.starts_with("            w") && l.len() <= WIDTH));
        assert!(wrapped.lines().next().unwrap().len() <= WIDTH - 12);
        assert_eq!(wrapped.split_whitespace().count(), 100);
    }
}
