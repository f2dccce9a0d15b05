//! A server on a free port: with the real shop behind it, or with an engine that does what a test
//! says.

use std::{
    net::SocketAddr,
    path::Path,
    sync::{Arc, OnceLock},
    time::Duration,
};

use sayso::{
    app::App,
    audio::wav::{self, Limits},
    channels::{
        Engine,
        wyoming::{Options, WyomingState, serve},
    },
    commerce::{HouseholdId, ShopId},
    config::{Settings, Sources},
    speech::{
        SharedSynthesizer, open_recognizer,
        pool::Pool,
        synth::{self, SynthSettings},
    },
};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::http::parts::{LoudIsHelp, Scripted};

/// A server, until it is stopped or dropped.
pub struct Server {
    pub address: SocketAddr,
    stop: oneshot::Sender<()>,
    done: JoinHandle<bool>,
}

impl Server {
    /// Asks it to stop; what `serve` returns comes later.
    pub fn stop(self) -> JoinHandle<bool> {
        self.stop.send(()).unwrap();
        self.done
    }
}

pub type Ears = Arc<OnceLock<Arc<Pool>>>;

pub async fn start(
    options: Options,
    engine: Arc<dyn Engine>,
    ears: Ears,
    voice: SharedSynthesizer,
) -> Server {
    let state = WyomingState::new(options, engine, ears, voice);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let done = tokio::spawn(serve(state, listener, async move {
        let _ = stopped.await;
    }));
    Server { address, stop, done }
}

pub fn options() -> Options {
    let long = Duration::from_secs(60);
    Options {
        shop: ShopId::new("household").unwrap(),
        household: HouseholdId::new("oak-street").unwrap(),
        title: "Corner Shelf".into(),
        languages: vec!["en".into()],
        locale: "en-US".into(),
        hearing: long,
        turn: long,
        event: long,
        idle: long,
        max_connections: 8,
        drain: long,
    }
}

/// A tone for each word.
pub fn tones() -> SharedSynthesizer {
    synth::choose(&SynthSettings { engine: synth::Engine::Tones, ..SynthSettings::default() }).unwrap()
}

/// A voice whose program is not there.
pub fn no_voice() -> SharedSynthesizer {
    let espeak = "/nowhere/espeak-ng".into();
    synth::choose(&SynthSettings { engine: synth::Engine::Espeak, espeak, ..SynthSettings::default() })
        .unwrap()
}

/// A server whose engine is scripted, and that hears "help" in anything loud.
pub async fn scripted(options: Options) -> (Server, Arc<Scripted>) {
    let engine = Scripted::new();
    let ears = Arc::new(OnceLock::from(Pool::new(Arc::new(LoudIsHelp), 8)));
    (start(options, engine.clone(), ears, tones()).await, engine)
}

/// The sample shop with everything behind it.
pub struct World {
    pub server: Server,
    pub app: App,
    _folder: TempDir,
}

/// The sample shop, with the bundled Whisper.
pub async fn world() -> World {
    world_with("").await
}

/// The same with more settings.
pub async fn world_with(settings: &str) -> World {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("{settings}\n[wyoming]\nlisten = \"127.0.0.1:0\"\n");
    std::fs::write(folder.path().join("sayso.toml"), file).unwrap();
    let sources = Sources { data: Some(folder.path().to_owned()), ..Sources::default() };
    let app = App::open_all(Settings::load(&sources).unwrap()).await.unwrap();
    let options = app.wyoming_options(app.settings().wyoming().unwrap()).unwrap();
    let opened = open_recognizer(folder.path(), None).unwrap();
    let ears = Arc::new(OnceLock::from(Pool::new(opened.recognizer, 8)));
    let server = start(options, app.engine(), ears, tones()).await;
    World { server, app, _folder: folder }
}

impl World {
    /// How the same skills would be served with these settings.
    pub fn server_options(&self, wyoming: &str) -> anyhow::Result<Options> {
        let folder = tempfile::tempdir().unwrap();
        let file = format!("[wyoming]\nlisten = \"127.0.0.1:0\"\n{wyoming}\n");
        std::fs::write(folder.path().join("sayso.toml"), file).unwrap();
        let sources = Sources { data: Some(folder.path().to_owned()), ..Sources::default() };
        self.app.wyoming_options(Settings::load(&sources).unwrap().wyoming().unwrap())
    }

    pub async fn orders(&self) -> usize {
        let household = self.app.household(Some("oak-street")).unwrap();
        self.app.desk().orders(self.app.shop(), &household, 1_000).await.unwrap().len()
    }
}

/// A recording of the project, 16 kHz mono.
pub fn recording(name: &str) -> Vec<f32> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("audio/samples").join(name);
    wav::read_file(&file, Limits::default()).unwrap()
}

/// Samples in whole numbers of a width, the same in each channel.
pub fn pcm(samples: &[f32], width: usize, channels: usize) -> Vec<u8> {
    let one = |sample: &f32| {
        let whole = ((f64::from(*sample) * 2_147_483_647.0) as i32).to_le_bytes();
        whole[4 - width..].repeat(channels)
    };
    samples.iter().flat_map(one).collect()
}
