//! What is wrong with a file of sentences.

use super::{file::MAX_FILE, template::TemplateError};

/// The sentences cannot be used; says where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SentencesError {
    /// The file is too large.
    #[error("{file}: more than {MAX_FILE} bytes of sentences")]
    Size {
        /// The file.
        file: String,
    },
    /// It is no TOML of the expected shape.
    #[error("{file}: {message}")]
    Toml {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What the parser says, with line and column.
        message: String,
    },
    /// A template is malformed.
    #[error("{file}:{line}: template \"{template}\": {fault}")]
    Template {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The template as it is written.
        template: String,
        /// What is wrong with it.
        fault: TemplateError,
    },
    /// A custom intent's name is not in snake_case.
    #[error("{file}: the intent name \"{name}\" must be lower-case letters and underscores")]
    Name {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The name.
        name: String,
    },
}

impl SentencesError {
    /// The line, from 1; `None` for the whole file.
    pub fn line(&self) -> Option<usize> {
        match self {
            Self::Size { .. } => None,
            Self::Toml { line, .. } | Self::Template { line, .. } | Self::Name { line, .. } => Some(*line),
        }
    }

    /// What is wrong, without the place.
    pub fn what(&self) -> String {
        match self {
            Self::Size { .. } => format!("more than {MAX_FILE} bytes of sentences"),
            Self::Toml { message, .. } => message.trim_end().lines().last().unwrap_or_default().to_owned(),
            Self::Template { template, fault, .. } => format!("template \"{template}\": {fault}"),
            Self::Name { name, .. } => {
                format!("the intent name \"{name}\" must be lower-case letters and underscores")
            }
        }
    }
}
