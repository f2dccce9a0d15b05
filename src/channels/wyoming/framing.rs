//! Events of the Wyoming protocol as bytes: a line of JSON, then as many bytes of further JSON and
//! of payload as the line says (<https://github.com/OHF-Voice/wyoming>, "Format").
//!
//! Invariant: no part is kept that is longer than its bound, and a length that is only promised
//! takes no memory.

use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};

/// The longest header, in bytes, with its line feed.
pub const MAX_HEADER: usize = 64 * 1024;
/// The longest data after a header, in bytes.
pub const MAX_DATA: usize = 64 * 1024;
/// The longest payload, in bytes: 16 s of the sound that is heard.
pub const MAX_PAYLOAD: usize = 512 * 1024;

/// One event, taken apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Its `type`.
    pub kind: String,
    /// Its `data`, with what came after the header merged over it.
    pub data: Map<String, Value>,
    /// Its payload; empty where there is none.
    pub payload: Vec<u8>,
}

/// Why bytes are no event. Each is a sentence for the person whose program sent them.
#[derive(Debug, thiserror::Error)]
pub enum FramingError {
    /// No line feed within [`MAX_HEADER`].
    #[error("a header has at most {} bytes and ends with a line feed", MAX_HEADER)]
    LongHeader,
    /// Not UTF-8, no JSON, or no object.
    #[error("the {0} is to be a JSON object in UTF-8")]
    NotAnObject(&'static str),
    /// A field of the header that is missing or of the wrong kind; a negative length is one.
    #[error("`{0}` of the header is missing or wrong")]
    Field(&'static str),
    /// A length beyond its bound.
    #[error("`{field}` is more than {limit}")]
    TooLarge {
        /// The field.
        field: &'static str,
        /// The most, in bytes.
        limit: usize,
    },
    /// The end of the connection in the middle of an event.
    #[error("the connection ended within an event")]
    Cut,
    /// The connection broke.
    #[error("the connection broke: {0}")]
    Broken(#[from] std::io::Error),
}

impl FramingError {
    /// For programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::LongHeader | Self::TooLarge { .. } => "too_large",
            Self::NotAnObject(_) => "bad_json",
            Self::Field(_) => "bad_header",
            Self::Cut | Self::Broken(_) => "cut",
        }
    }
}

/// The next event; `None` when the peer closed before one began.
///
/// # Errors
/// [`FramingError`]; what follows cannot be read as events any more.
pub async fn read(reader: &mut (impl AsyncBufRead + Unpin)) -> Result<Option<Frame>, FramingError> {
    let mut line = Vec::new();
    (&mut *reader).take(MAX_HEADER as u64).read_until(b'\n', &mut line).await?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.last() != Some(&b'\n') {
        return Err(if line.len() < MAX_HEADER { FramingError::Cut } else { FramingError::LongHeader });
    }
    let mut header = object(&line, "header")?;
    let data_length = length(&header, "data_length", MAX_DATA)?;
    let payload_length = length(&header, "payload_length", MAX_PAYLOAD)?;
    let Some(Value::String(kind)) = header.remove("type") else { return Err(FramingError::Field("type")) };
    let mut data = match header.remove("data") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(data)) => data,
        Some(_) => return Err(FramingError::Field("data")),
    };
    if data_length > 0 {
        data.extend(object(&exactly(reader, data_length).await?, "data")?);
    }
    let payload = exactly(reader, payload_length).await?;
    Ok(Some(Frame { kind, data, payload }))
}

/// The bytes of an event.
pub fn encode(kind: &str, data: &Value, payload: &[u8]) -> Vec<u8> {
    let data = match data {
        Value::Object(fields) if !fields.is_empty() => data.to_string(),
        _ => String::new(),
    };
    let mut header = json!({ "type": kind });
    if !data.is_empty() {
        header["data_length"] = data.len().into();
    }
    if !payload.is_empty() {
        header["payload_length"] = payload.len().into();
    }
    let mut bytes = header.to_string().into_bytes();
    bytes.push(b'\n');
    bytes.extend_from_slice(data.as_bytes());
    bytes.extend_from_slice(payload);
    bytes
}

/// serde_json itself refuses what is nested deeper than 128.
fn object(bytes: &[u8], part: &'static str) -> Result<Map<String, Value>, FramingError> {
    let text = std::str::from_utf8(bytes).map_err(|_| FramingError::NotAnObject(part))?;
    serde_json::from_str(text).map_err(|_| FramingError::NotAnObject(part))
}

fn length(header: &Map<String, Value>, field: &'static str, limit: usize) -> Result<usize, FramingError> {
    match header.get(field) {
        None | Some(Value::Null) => Ok(0),
        Some(value) => {
            let length = value.as_u64().ok_or(FramingError::Field(field))?;
            let length = usize::try_from(length).ok().filter(|length| *length <= limit);
            length.ok_or(FramingError::TooLarge { field, limit })
        }
    }
}

/// Memory grows with what comes, not with what is promised.
async fn exactly(reader: &mut (impl AsyncBufRead + Unpin), length: usize) -> Result<Vec<u8>, FramingError> {
    let mut bytes = Vec::new();
    (&mut *reader).take(length as u64).read_to_end(&mut bytes).await?;
    if bytes.len() < length { Err(FramingError::Cut) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read_all(mut bytes: &[u8]) -> Result<Option<Frame>, FramingError> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(read(&mut bytes))
    }

    #[test]
    fn data_after_the_header_goes_over_the_data_in_it() {
        let bytes = b"{\"type\": \"x\", \"data\": {\"a\": 1, \"b\": 1}, \"data_length\": 8, \"payload_length\": 2}\n{\"b\": 2}hi";
        let frame = read_all(bytes).unwrap().unwrap();
        assert_eq!((frame.kind.as_str(), frame.payload.as_slice()), ("x", &b"hi"[..]));
        assert_eq!(Value::Object(frame.data), json!({ "a": 1, "b": 2 }));
    }

    #[test]
    fn the_end_between_two_events_is_no_error_and_within_one_it_is() {
        assert!(read_all(b"").unwrap().is_none());
        for cut in [&b"{\"type\": \"x\""[..], b"{\"type\": \"x\", \"payload_length\": 2}\nh"] {
            assert!(matches!(read_all(cut), Err(FramingError::Cut)));
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            kind in "[a-z-]{1,20}", text in ".{0,200}", payload in prop::collection::vec(any::<u8>(), 0..500),
        ) {
            let bytes = encode(&kind, &json!({ "text": text }), &payload);
            let frame = read_all(&bytes).unwrap().unwrap();
            prop_assert_eq!((frame.kind, &frame.data["text"], frame.payload), (kind, &json!(text), payload));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = read_all(&bytes);
            let _ = read_all(&[b"{\"type\": \"x\", ", &bytes[..], b"}\n"].concat());
        }
    }
}
