//! The JSON form of proto3, where serde's own is laxer or stricter: a message is an object and never a list, a
//! number may be written as text, and `null` is as good as nothing.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error, MapAccess, Visitor, value::MapAccessDeserializer},
};

/// A message. Serde would also take a list of a structure's values in the order of our fields.
#[derive(Debug, Clone, Default)]
pub struct Message<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Message<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map))
            }
        }

        deserializer.deserialize_map(Object(PhantomData)).map(Self)
    }
}

/// A `float`, `double` or `int32`: a number, or text with one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Number(pub f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;

        impl Visitor<'_> for Written {
            type Value = f64;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_f64<E>(self, number: f64) -> Result<f64, E> {
                Ok(number)
            }

            fn visit_i64<E>(self, number: i64) -> Result<f64, E> {
                Ok(number as f64)
            }

            fn visit_u64<E>(self, number: u64) -> Result<f64, E> {
                Ok(number as f64)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<f64, E> {
                match text {
                    "NaN" | "Infinity" | "-Infinity" => Ok(0.0),
                    text => text.parse().map_err(|_| E::custom("no number")),
                }
            }
        }

        deserializer.deserialize_any(Written).map(Self)
    }
}

/// A message from its JSON; serde_json refuses what is nested deeper than 128.
pub fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str::<Message<T>>(text).ok().map(|message| message.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Sample {
        #[serde(alias = "the_score")]
        the_score: Option<Number>,
        inner: Option<Message<Inner>>,
    }

    #[derive(Debug, Deserialize)]
    struct Inner {
        tag: Option<String>,
    }

    #[test]
    fn both_spellings_null_and_numbers_as_text_are_read() {
        for text in [
            r#"{"theScore": 0.5}"#,
            r#"{"the_score": "0.5", "unknown": [{}]}"#,
            r#"{"theScore": 5e-1, "inner": null}"#,
            r#"{"theScore": 0.5, "inner": {"tag": null}}"#,
        ] {
            let sample: Sample = read(text).expect(text);
            assert_eq!(sample.the_score.map(|n| n.0), Some(0.5), "{text}");
            assert!(sample.inner.is_none_or(|inner| inner.0.tag.is_none()), "{text}");
        }
    }

    #[test]
    fn what_is_of_another_type_is_refused() {
        for text in [
            r#"[0.5, {}]"#,
            r#"{"inner": ["x"]}"#,
            r#"{"inner": "x"}"#,
            r#"{"inner": {"tag": 1}}"#,
            r#"{"inner": []}"#,
            r#"{"theScore": "much"}"#,
            r#"{"theScore": true}"#,
            r#"{"theScore": 1, "the_score": 1}"#,
            "null",
            "",
        ] {
            assert!(read::<Sample>(text).is_none(), "{text}");
        }
    }
}
