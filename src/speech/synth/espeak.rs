//! eSpeak NG: small, everywhere, and fast; not a pretty voice.

use std::{ffi::OsString, path::Path};

use async_trait::async_trait;

use super::{
    SoundStream, SpeechError, SynthSettings, Synthesizer, Utterance,
    child::{Program, fault},
    decode::Format,
};

/// eSpeak NG as a child process for each utterance: `espeak-ng --stdout --stdin`.
///
/// It gets the plain words: everything is written out in them, whereas its SSML lacks dates,
/// amounts and digits.
#[derive(Debug)]
pub struct Espeak {
    program: Program,
    voice: Option<String>,
    pace: Option<u16>,
}

/// What to do when eSpeak NG is missing.
const HINT: &str = "install it with `sudo apt-get install espeak-ng`, or name another voice in the settings";

/// Locale (lower case) → voice; the first whose locale is the asked one, or its language.
const VOICES: &[(&str, &str)] = &[
    ("en-gb", "en-gb"),
    ("en", "en-us"),
    ("de", "de"),
    ("es-mx", "es-419"),
    ("es", "es"),
    ("fr", "fr-fr"),
    ("it", "it"),
    ("nl", "nl"),
    ("pl", "pl"),
    ("pt-br", "pt-br"),
    ("pt", "pt"),
    ("ro", "ro"),
    ("ru", "ru"),
    ("uk", "uk"),
];

/// The voice for a locale without one of its own.
const FALLBACK: &str = "en-us";

impl Espeak {
    /// # Errors
    /// [`SpeechError::Synthesis`] when the voice's name or the pace is impossible.
    pub fn new(settings: &SynthSettings) -> Result<Self, SpeechError> {
        if let Some(voice) = &settings.voice {
            let fine = (1..=64).contains(&voice.len())
                && voice.starts_with(|c: char| c.is_ascii_alphanumeric())
                && voice.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-_".contains(&b));
            if !fine {
                return Err(fault("a voice is named like en-us or en-gb+f2".into()));
            }
        }
        if settings.pace.is_some_and(|pace| !(80..=450).contains(&pace)) {
            return Err(fault("the pace must be 80 to 450 words a minute".into()));
        }
        let program = Program::new(Path::new(&settings.espeak), HINT, settings.bounds);
        Ok(Self { program, voice: settings.voice.clone(), pace: settings.pace })
    }

    fn voice_for(&self, locale: &str) -> &str {
        self.voice.as_deref().unwrap_or_else(|| voice_of(locale))
    }
}

fn voice_of(locale: &str) -> &'static str {
    let locale = locale.to_ascii_lowercase().replace('_', "-");
    let language = locale.split('-').next().unwrap_or_default();
    let by = |name: &str| VOICES.iter().find(|(known, _)| *known == name).map(|(_, voice)| *voice);
    by(&locale).or_else(|| by(language)).unwrap_or(FALLBACK)
}

/// The words without what eSpeak NG would take for orders: control characters, and the double
/// brackets that switch to phonemes.
fn harmless(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.replace("[[", "[ [").replace("]]", "] ]")
}

#[async_trait]
impl Synthesizer for Espeak {
    fn name(&self) -> String {
        format!("espeak-ng {}", self.voice.as_deref().unwrap_or("(voice by locale)"))
    }

    async fn speak(&self, utterance: &Utterance) -> Result<SoundStream, SpeechError> {
        let mut arguments: Vec<OsString> =
            ["--stdin", "--stdout", "-b", "1", "-v", self.voice_for(&utterance.locale)]
                .map(OsString::from)
                .into();
        if let Some(pace) = self.pace {
            arguments.extend([OsString::from("-s"), OsString::from(pace.to_string())]);
        }
        self.program.speak(arguments, harmless(&utterance.plain), Format::Wav).await
    }
}

#[cfg(test)]
mod tests {
    use std::{path::PathBuf, time::Duration};

    use super::*;
    use crate::speech::synth::{Bounds, collect, utterance};

    fn espeak(bounds: Bounds) -> Espeak {
        Espeak::new(&SynthSettings { bounds, ..SynthSettings::default() }).expect("sound settings")
    }

    #[test]
    fn every_language_that_is_ready_has_a_voice() {
        let got = ["en", "en-US", "en-GB", "pt-BR", "pt-PT", "ro-RO", "ru_RU", "xx", ""].map(voice_of);
        assert_eq!(got, ["en-us", "en-us", "en-gb", "pt-br", "pt", "ro", "ru", "en-us", "en-us"]);
    }

    #[test]
    fn a_voice_that_could_be_an_option_is_refused() {
        for voice in ["-f/etc/passwd", "", "en us", "en;ls"] {
            let settings = SynthSettings { voice: Some(voice.into()), ..SynthSettings::default() };
            assert!(Espeak::new(&settings).is_err(), "{voice:?} was accepted");
        }
    }

    #[tokio::test]
    async fn a_longer_sentence_is_a_longer_sound_in_every_ready_language() {
        let voice = espeak(Bounds::default());
        for locale in ["en", "ro", "ru", "pt"] {
            let short = collect(voice.speak(&utterance("1 2", locale)).await.expect("starts")).await;
            let long =
                collect(voice.speak(&utterance("1 2 3 4 5 6 7 8", locale)).await.expect("starts")).await;
            let (short, long) = (short.expect("speaks"), long.expect("speaks"));
            assert_eq!(short.rate, 22_050);
            assert!(short.loudest() > 0.1, "{locale} is silent");
            assert!(long.duration() > short.duration() * 2, "{locale}");
        }
    }

    #[tokio::test]
    async fn text_is_spoken_and_never_taken_for_options_or_phonemes() {
        let voice = espeak(Bounds::default());
        for text in ["--version", "-w /tmp/x.wav", "[[@]] $(reboot) `id`; <speak>&", "zero\0byte\u{1b}"] {
            let sound = collect(voice.speak(&utterance(text, "en")).await.expect("starts")).await;
            assert!(sound.expect("speaks").duration() > Duration::from_millis(300), "{text:?}");
        }
    }

    #[tokio::test]
    async fn nothing_to_say_is_no_sound_and_no_error() {
        let voice = espeak(Bounds::default());
        let sound = collect(voice.speak(&utterance(" … ", "en")).await.expect("starts")).await;
        assert!(sound.expect("is no error").samples.is_empty());
    }

    #[tokio::test]
    async fn a_missing_engine_is_named_with_the_way_to_get_it() {
        let settings = SynthSettings { espeak: PathBuf::from("/nowhere/espeak-ng"), ..Default::default() };
        let voice = Espeak::new(&settings).expect("found out when it speaks");
        let error = voice.speak(&utterance("hello", "en")).await.expect_err("it is not there").to_string();
        assert!(error.contains("/nowhere/espeak-ng is not installed"), "{error}");
        assert!(error.contains("apt-get install espeak-ng"), "{error}");
    }

    #[tokio::test]
    async fn text_and_sound_are_bounded() {
        let voice = espeak(Bounds { text: 2_000, sound: Duration::from_secs(2), ..Bounds::default() });
        assert!(voice.speak(&utterance(&"a".repeat(2_001), "en")).await.is_err());
        let long = collect(voice.speak(&utterance(&"seven ".repeat(60), "en")).await.expect("starts")).await;
        assert!(long.expect_err("two seconds are not enough").to_string().contains("longer than 2s"));
    }
}
