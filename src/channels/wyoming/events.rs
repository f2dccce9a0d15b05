//! What events of a client mean (<https://github.com/OHF-Voice/wyoming>, "Event Types"). Fields that
//! are not read here, and events that are not listed, do no harm.

use serde_json::{Map, Value, json};

use super::{
    framing::{Frame, encode},
    utterance::Format,
};

/// The longest identifier of a conversation, a satellite or a device, in bytes.
const MAX_ID: usize = 256;

/// An event of a client.
#[derive(Debug)]
pub enum Event {
    /// What is offered?
    Describe,
    /// Is anybody there? The text is given back.
    Ping(Option<String>),
    /// Sound will follow, in this language and for this model.
    Transcribe {
        /// A model of `info`.
        model: Option<String>,
        /// BCP 47.
        language: Option<String>,
    },
    /// Sound begins.
    AudioStart(Format),
    /// A piece of it.
    AudioChunk(Format, Vec<u8>),
    /// It ends.
    AudioStop,
    /// A text to be spoken.
    Synthesize(String, Voice),
    /// A text to be spoken that comes in pieces.
    SynthesizeStart(Voice),
    /// A piece of it.
    SynthesizeChunk(String),
    /// Its end.
    SynthesizeStop,
    /// What does this mean? Nothing is done.
    Recognize(String),
    /// Words of a shopper, to be acted on.
    Transcript {
        /// The words.
        text: String,
        /// BCP 47.
        language: Option<String>,
        /// Whose they are.
        context: Context,
    },
    /// An intent that somebody else recognised.
    Intent,
    /// Something that is no business of ours.
    Other,
}

/// How a text is to be spoken.
#[derive(Debug, Default)]
pub struct Voice {
    /// A voice of `info`.
    pub name: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
}

/// Who speaks in which conversation, as Home Assistant tells it. Nobody proves it.
#[derive(Debug, Default)]
pub struct Context {
    /// The conversation.
    pub conversation: Option<String>,
    /// The satellite that heard it.
    pub satellite: Option<String>,
    /// The device that it belongs to.
    pub device: Option<String>,
}

/// A refusal: the event `error`, after which the connection ends.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Refusal {
    /// For programs.
    pub code: &'static str,
    /// For people: what is wrong and how to mend it.
    pub text: String,
}

impl Refusal {
    /// A refusal with a code for programs and a sentence for people.
    pub fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }

    fn field(name: &str) -> Self {
        Self::new("bad_field", format!("`{name}` is missing or wrong"))
    }

    /// The event.
    pub fn event(&self) -> Vec<u8> {
        encode("error", &json!({ "text": self.text, "code": self.code }), &[])
    }
}

impl Event {
    /// What a frame means.
    ///
    /// # Errors
    /// [`Refusal`] for a field that is missing or of the wrong kind.
    pub fn parse(frame: Frame) -> Result<Self, Refusal> {
        let mut data = Fields(frame.data);
        Ok(match frame.kind.as_str() {
            "describe" => Self::Describe,
            "ping" => Self::Ping(data.text("text")?),
            "transcribe" => Self::Transcribe { model: data.text("name")?, language: data.text("language")? },
            "audio-start" => Self::AudioStart(data.format()?),
            "audio-chunk" => Self::AudioChunk(data.format()?, frame.payload),
            "audio-stop" => Self::AudioStop,
            "synthesize" => Self::Synthesize(data.wanted("text")?, data.voice()?),
            "synthesize-start" => Self::SynthesizeStart(data.voice()?),
            "synthesize-chunk" => Self::SynthesizeChunk(data.wanted("text")?),
            "synthesize-stop" => Self::SynthesizeStop,
            "recognize" => Self::Recognize(data.wanted("text")?),
            "transcript" => Self::Transcript {
                text: data.wanted("text")?,
                language: data.text("language")?,
                context: data.context()?,
            },
            "intent" => Self::Intent,
            _ => Self::Other,
        })
    }

    /// Its name for figures.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Describe => "describe",
            Self::Ping(_) => "ping",
            Self::Transcribe { .. } => "transcribe",
            Self::AudioStart(_) => "audio-start",
            Self::AudioChunk(..) => "audio-chunk",
            Self::AudioStop => "audio-stop",
            Self::Synthesize(..) => "synthesize",
            Self::SynthesizeStart(_) => "synthesize-start",
            Self::SynthesizeChunk(_) => "synthesize-chunk",
            Self::SynthesizeStop => "synthesize-stop",
            Self::Recognize(_) => "recognize",
            Self::Transcript { .. } => "transcript",
            Self::Intent => "intent",
            Self::Other => "other",
        }
    }
}

/// The data of an event, read field by field.
struct Fields(Map<String, Value>);

impl Fields {
    fn text(&mut self, name: &'static str) -> Result<Option<String>, Refusal> {
        match self.0.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Refusal::field(name)),
        }
    }

    fn wanted(&mut self, name: &'static str) -> Result<String, Refusal> {
        self.text(name)?.ok_or_else(|| Refusal::field(name))
    }

    fn inner(&mut self, name: &'static str) -> Result<Self, Refusal> {
        match self.0.remove(name) {
            None | Some(Value::Null) => Ok(Self(Map::new())),
            Some(Value::Object(fields)) => Ok(Self(fields)),
            Some(_) => Err(Refusal::field(name)),
        }
    }

    fn format(&mut self) -> Result<Format, Refusal> {
        let number = |name: &'static str| {
            let number = self.0.get(name).and_then(Value::as_u64);
            number.and_then(|number| u32::try_from(number).ok()).ok_or_else(|| Refusal::field(name))
        };
        Format::new(number("rate")?, number("width")?, number("channels")?)
    }

    fn voice(&mut self) -> Result<Voice, Refusal> {
        if self.text("text_format")?.is_some_and(|format| format != "text") {
            return Err(Refusal::new("not_supported", "only plain text is spoken; `text_format` is `text`"));
        }
        let mut voice = self.inner("voice")?;
        Ok(Voice { name: voice.text("name")?, language: voice.text("language")? })
    }

    fn context(&mut self) -> Result<Context, Refusal> {
        let mut context = self.inner("context")?;
        let mut id = |name| match context.text(name)? {
            Some(id) if id.len() > MAX_ID => Err(Refusal::field(name)),
            id => Ok(id.filter(|id| !id.is_empty())),
        };
        Ok(Context {
            conversation: id("conversation_id")?,
            satellite: id("satellite_id")?,
            device: id("device_id")?,
        })
    }
}
