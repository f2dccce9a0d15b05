//! `application/x-www-form-urlencoded`, read strictly: what is malformed is nothing, and what is there
//! twice is told from what is there once (RFC 6749, section 3.1).

/// The most fields of a form.
const MAX_FIELDS: usize = 32;

/// The fields of a query or a body, in their order.
#[derive(Debug, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// `None` when it is malformed, not UTF-8, or has too many fields.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let mut fields = Vec::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            if fields.len() >= MAX_FIELDS {
                return None;
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            fields.push((decode(name)?, decode(value)?));
        }
        Some(Self(fields))
    }

    /// A field that is there at most once. One without a value counts as omitted.
    ///
    /// # Errors
    /// The name, when it is there twice.
    pub fn one(&self, name: &'static str) -> Result<Option<&str>, &'static str> {
        let mut all = self.0.iter().filter(|(field, value)| field == name && !value.is_empty());
        match (all.next(), all.next()) {
            (_, Some(_)) => Err(name),
            (first, None) => Ok(first.map(|(_, value)| value.as_str())),
        }
    }
}

/// Percent signs and plus signs undone; `None` for a broken escape or what is not UTF-8.
pub(super) fn decode(text: &str) -> Option<String> {
    let (mut out, mut bytes) = (Vec::with_capacity(text.len()), text.bytes());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                let (high, low) = (digit(bytes.next())?, digit(bytes.next())?);
                u8::try_from(high * 16 + low).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(out).ok()
}

/// Everything but what RFC 3986 calls unreserved is escaped.
pub(super) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b if b.is_ascii_alphanumeric() || b"-._~".contains(&b) => out.push(char::from(b)),
            b => out.push_str(&format!("%{b:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_strictly_and_written_so_that_it_reads_the_same() {
        let form = Form::parse(b"a=1&b=x+y%26%c3%bc&c=&d=1&d=2&c=3").unwrap();
        assert_eq!((form.one("a"), form.one("b")), (Ok(Some("1")), Ok(Some("x y&\u{fc}"))));
        assert_eq!((form.one("c"), form.one("d"), form.one("e")), (Ok(Some("3")), Err("d"), Ok(None)));
        for text in ["a b&c=d%", "ü€\u{1f600}", "\r\n\0"] {
            assert_eq!(decode(&encode(text)).as_deref(), Some(text));
        }
        for wrong in [&b"a=%"[..], b"a=%4", b"a=%zz", b"a=%ff", b"a=\xff", &b"a=1&".repeat(33)] {
            assert!(Form::parse(wrong).is_none(), "{wrong:?}");
        }
    }
}
