//! The form of a transcription: multipart, with the recording in it.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, StatusCode, header},
};
use futures_util::stream;
use multer::{Field, Multipart};
use utoipa::ToSchema;

use super::{bad_field, formats::Format};
use crate::channels::http::{
    HttpState,
    body::{MAX_AUDIO, read_recording},
    error::ApiError,
};

/// What the fields beside the recording may take, in bytes, with the lines between them.
const MAX_REST: usize = 64 * 1024;
/// The most fields.
const MAX_FIELDS: usize = 64;

/// What is described in `/openapi.json`; fields that are not listed are ignored, as OpenAI's are that
/// its own Whisper does not know.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it is read by hand, with bounds; this is its description")]
pub struct TranscriptionForm {
    /// The recording: WAV, at most 4 MiB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// `whisper-1`, or the name of the loaded model.
    #[schema(example = "whisper-1")]
    model: String,
    /// ISO 639-1; a language that the model does not know is refused.
    language: Option<String>,
    /// Taken and ignored: the models are not trained to be prompted.
    prompt: Option<String>,
    /// `json`, `text`, `verbose_json`, `srt` or `vtt`; default: `json`.
    #[schema(pattern = "^(json|text|verbose_json|srt|vtt)$")]
    response_format: Option<String>,
    /// From 0 to 1; taken and ignored: the most probable words are written.
    #[schema(minimum = 0, maximum = 1)]
    temperature: Option<f32>,
}

/// A checked form.
pub struct Asked {
    pub file: Bytes,
    pub model: String,
    pub language: Option<String>,
    pub format: Format,
}

#[derive(Default)]
struct Fields {
    file: Option<Bytes>,
    model: Option<String>,
    language: Option<String>,
    format: Option<String>,
    temperature: Option<String>,
    granularities: Vec<String>,
}

/// Reads the body within its bounds of size and time, and checks every field that is known.
pub async fn read(state: &HttpState, headers: &HeaderMap, body: Body) -> Result<Asked, ApiError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let boundary = multer::parse_boundary(kind).map_err(|_| {
        let message = "send multipart/form-data with a boundary and the recording in the field `file`";
        ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message)
    })?;
    let bytes = read_recording(state, None, headers, body, MAX_AUDIO + MAX_REST).await?;
    let whole = stream::iter([Ok::<_, std::convert::Infallible>(bytes)]);
    Fields::read(Multipart::new(whole, boundary)).await?.check()
}

impl Fields {
    async fn read(mut form: Multipart<'_>) -> Result<Self, ApiError> {
        let broken = |_| ApiError::bad("bad_form", "the form cannot be read as multipart/form-data");
        let mut fields = Self::default();
        for _ in 0..=MAX_FIELDS {
            let Some(field) = form.next_field().await.map_err(broken)? else { return Ok(fields) };
            let name = field.name().unwrap_or_default().to_owned();
            match name.as_str() {
                "file" => once(&mut fields.file, "file", field.bytes().await.map_err(broken)?)?,
                "model" => once(&mut fields.model, "model", text("model", field).await?)?,
                "language" => once(&mut fields.language, "language", text("language", field).await?)?,
                "response_format" => {
                    once(&mut fields.format, "response_format", text("response_format", field).await?)?;
                }
                "temperature" => {
                    once(&mut fields.temperature, "temperature", text("temperature", field).await?)?;
                }
                "timestamp_granularities[]" | "timestamp_granularities" => {
                    fields.granularities.push(text("timestamp_granularities", field).await?);
                }
                _ => {}
            }
        }
        Err(ApiError::bad("bad_form", format!("the form has more than {MAX_FIELDS} fields")))
    }

    fn check(self) -> Result<Asked, ApiError> {
        let file = self.file.ok_or_else(|| bad_field("file", "the recording is missing: `file`"))?;
        if file.len() > MAX_AUDIO {
            let message = format!("the recording is larger than {} MiB", MAX_AUDIO >> 20);
            return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message).about("file"));
        }
        let model = self.model.filter(|model| !model.is_empty());
        let model = model.ok_or_else(|| bad_field("model", "`model` is missing; whisper-1 is one"))?;
        let format = Format::parse(self.format.as_deref())?;
        let temperature = self.temperature.as_deref().unwrap_or("0").trim().parse::<f32>();
        if !temperature.is_ok_and(|t| (0.0..=1.0).contains(&t)) {
            return Err(bad_field("temperature", "`temperature` is a number from 0 to 1"));
        }
        if self.granularities.iter().any(|granularity| granularity != "segment") {
            let message = "only `segment` is supported: there are no times of single words";
            return Err(bad_field("timestamp_granularities", message));
        }
        Ok(Asked { file, model, language: self.language.filter(|l| !l.is_empty()), format })
    }
}

/// A field of words: short, in UTF-8.
async fn text(name: &'static str, field: Field<'_>) -> Result<String, ApiError> {
    let bytes = field.bytes().await.map_err(|_| bad_field(name, "the field is cut"))?;
    let text = String::from_utf8(bytes.to_vec()).ok().filter(|text| text.len() <= 256);
    text.ok_or_else(|| bad_field(name, format!("`{name}` is longer than 256 bytes, or not UTF-8")))
}

fn once<T>(field: &mut Option<T>, name: &'static str, value: T) -> Result<(), ApiError> {
    match field.replace(value) {
        None => Ok(()),
        Some(_) => Err(bad_field(name, format!("`{name}` is there twice"))),
    }
}
