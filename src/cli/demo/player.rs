//! The loudspeaker of `sayso demo --play`.

use std::time::Duration;

use anyhow::{Result, bail};

use crate::{
    audio::{
        HEARD_RATE,
        playback::Sink,
        resample,
        wav::{self, Limits},
    },
    config::Settings,
};

/// How long a full loudspeaker is left alone.
const PAUSE: Duration = Duration::from_millis(20);

/// Plays one answer after the other.
pub struct Player {
    sink: Box<dyn Sink>,
}

impl Player {
    /// The loudspeaker of the settings, when one is wished.
    pub fn open(wished: bool, settings: &Settings) -> Result<Option<Self>> {
        if !wished {
            return Ok(None);
        }
        #[cfg(feature = "device")]
        return {
            let loudspeaker = crate::audio::playback::Loudspeaker::open(settings.listen().output.as_deref())?;
            Ok(Some(Self { sink: Box::new(loudspeaker) }))
        };
        #[cfg(not(feature = "device"))]
        {
            let _ = settings;
            bail!("this program was built without sound devices; build it with the feature `device`")
        }
    }

    /// Plays a WAV to its end.
    pub async fn play(&mut self, answer: &[u8]) -> Result<()> {
        let Ok(samples) = wav::decode(answer, Limits { seconds: 600, ..Limits::default() }) else {
            bail!("the answer cannot be played");
        };
        let samples = resample::resample(&samples, HEARD_RATE, self.sink.rate())?;
        let mut rest = samples.as_slice();
        while !rest.is_empty() {
            let taken = self.sink.write(rest)?;
            rest = &rest[taken..];
            if taken == 0 {
                tokio::time::sleep(PAUSE).await;
            }
        }
        tokio::time::sleep(self.sink.left()).await;
        Ok(())
    }
}
