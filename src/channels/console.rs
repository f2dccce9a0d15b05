//! A typed conversation: a line in, an answer out.

use std::io::{self, BufRead, Read};

use crate::{
    commerce::{HouseholdId, SessionId, ShopId},
    turn::{Input, Turn},
};

/// The longest line, in bytes; what is beyond it is read and dropped.
pub const MAX_LINE: usize = 1000;

/// Who types, to whom.
#[derive(Debug, Clone)]
pub struct Conversation {
    /// The shop.
    pub shop: ShopId,
    /// Who types.
    pub household: HouseholdId,
    /// The conversation.
    pub session: SessionId,
    /// BCP 47.
    pub locale: String,
}

impl Conversation {
    /// The turn that a line is. An empty one is silence.
    pub fn turn(&self, line: String) -> Turn {
        let input = if line.trim().is_empty() { Input::Silence } else { Input::Text(line) };
        Turn {
            shop: self.shop.clone(),
            household: self.household.clone(),
            session: self.session.clone(),
            locale: self.locale.clone(),
            channel: "console",
            input,
            request: None,
            stages: Vec::new(),
        }
    }
}

/// The next line without its end, at most [`MAX_LINE`] bytes of it; `None` when there is no more.
/// Bytes that are not UTF-8 become the replacement character.
///
/// # Errors
/// What the reader says.
pub fn read_line(input: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    let read = input.by_ref().take(MAX_LINE as u64).read_until(b'\n', &mut line)?;
    if read == 0 {
        return Ok(None);
    }
    if read == MAX_LINE && line.last() != Some(&b'\n') {
        skip_line(input)?;
    }
    while line.last().is_some_and(|b| matches!(b, b'\n' | b'\r')) {
        line.pop();
    }
    Ok(Some(String::from_utf8_lossy(&line).into_owned()))
}

/// Reads to the end of the line without keeping it.
fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(());
        }
        let end = buffer.iter().position(|b| *b == b'\n');
        let used = end.map_or(buffer.len(), |at| at + 1);
        input.consume(used);
        if end.is_some() {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_one_by_one_whatever_ends_them() {
        let mut input = b"yes\r\n\nno".as_slice();
        let lines: Vec<_> = std::iter::from_fn(|| read_line(&mut input).unwrap()).collect();
        assert_eq!(lines, ["yes", "", "no"]);
    }

    #[test]
    fn a_line_without_end_costs_no_memory_and_the_next_one_is_heard() {
        let bytes = [vec![b'a'; 5000], b"\nstop\n".to_vec()].concat();
        let mut input = bytes.as_slice();
        assert_eq!(read_line(&mut input).unwrap().unwrap().len(), MAX_LINE);
        assert_eq!(read_line(&mut input).unwrap().unwrap(), "stop");
    }

    #[test]
    fn an_empty_line_is_silence_and_bytes_that_are_no_text_are_no_fault() {
        let line = read_line(&mut b"\xff\xfe!\n".as_slice()).unwrap().unwrap();
        assert!(line.contains('!'));
        let id = |name: &str| name.to_owned();
        let conversation = Conversation {
            shop: ShopId::new(id("s")).unwrap(),
            household: HouseholdId::new(id("h")).unwrap(),
            session: SessionId::new(id("c")).unwrap(),
            locale: id("en"),
        };
        assert!(matches!(conversation.turn("  ".into()).input, Input::Silence));
        assert!(matches!(conversation.turn(line).input, Input::Text(_)));
    }
}
