//! A sound card without hardware: a PulseAudio of the test's own, with a cable into the
//! microphone and a tape at the loudspeaker. Programs reach it through ALSA's default device.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// How long a sound server may take to come up on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// The card. It is gone when this is dropped.
pub struct SoundCard {
    holders: Vec<Tape>,
    server: Child,
    folder: TempDir,
}

impl SoundCard {
    /// Starts it; `None`, with a word about it, where PulseAudio is not installed.
    pub fn start() -> Option<Self> {
        for program in ["pulseaudio", "pactl", "paplay", "parec"] {
            if Command::new(program).arg("--version").output().is_err() {
                eprintln!(
                    "SKIPPED: {program} is missing, so nothing was listened to; script/setup installs it"
                );
                return None;
            }
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let socket = folder.path().join("native");
        fs::write(folder.path().join("asound.conf"), alsa_configuration(&socket)).expect("written");
        let mut server = Command::new("pulseaudio");
        server.args(["-n", "--daemonize=no", "--exit-idle-time=-1", "--disable-shm=yes"]);
        server.args(["--realtime=no", "--high-priority=no", "--use-pid-file=no", "--log-target=stderr"]);
        server
            .arg("-L")
            .arg(format!("module-native-protocol-unix auth-anonymous=1 socket={}", socket.display()));
        for sink in ["microphone", "loudspeaker"] {
            server.arg("-L").arg(format!("module-null-sink sink_name={sink} rate=48000"));
        }
        let log = fs::File::create(folder.path().join("pulseaudio.log")).expect("a log");
        server.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        private(&mut server, folder.path());
        let server = server.spawn().expect("pulseaudio starts");
        let mut card = Self { holders: Vec::new(), server, folder };
        card.await_server();
        card.control(&["set-default-source", "microphone.monitor"]);
        card.control(&["set-default-sink", "loudspeaker"]);
        card.hold();
        Some(card)
    }

    /// A null sink works in pieces of two seconds until somebody asks for less: the card is ready
    /// when both of its ends have given sound to one who does.
    fn hold(&mut self) {
        self.holders = ["microphone", "loudspeaker"].map(|end| self.recorder(end)).into();
        let start = Instant::now();
        while self.holders.iter().any(|tape| tape.samples().is_empty()) {
            assert!(start.elapsed() < PATIENCE, "the sound card gives no sound");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Lets a program hear and speak through this card.
    pub fn plug_into(&self, command: &mut Command) {
        private(command, self.folder.path());
        command.env("ALSA_CONFIG_PATH", self.folder.path().join("asound.conf"));
        command.env("PULSE_SERVER", self.address());
    }

    /// Plays a recording into the microphone, to its end.
    pub fn say(&self, recording: &Path) {
        let status = self.client("paplay").arg("--device=microphone").arg(recording).status();
        assert!(status.expect("paplay starts").success(), "{} was not played", recording.display());
    }

    /// Starts to record what the loudspeaker plays.
    pub fn tape(&self) -> Tape {
        self.recorder("loudspeaker")
    }

    fn recorder(&self, end: &str) -> Tape {
        let mut recorder = self.client("parec");
        recorder.arg(format!("--device={end}.monitor"));
        recorder.args(["--format=s16le", "--rate=16000", "--channels=1"]);
        recorder.args(["--latency-msec=20", "--raw"]).stdout(Stdio::piped());
        let mut child = recorder.spawn().expect("parec starts");
        let mut output = child.stdout.take().expect("its output is piped");
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&bytes);
        let reader = std::thread::spawn(move || {
            let mut piece = [0; 4_096];
            while let Ok(count @ 1..) = output.read(&mut piece) {
                kept.lock().expect("nobody panics with it").extend_from_slice(&piece[..count]);
            }
        });
        Tape { child, bytes, reader: Some(reader) }
    }

    fn address(&self) -> String {
        format!("unix:{}", self.folder.path().join("native").display())
    }

    fn client(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        private(&mut command, self.folder.path());
        command.env("PULSE_SERVER", self.address()).stdin(Stdio::null());
        command
    }

    fn control(&self, arguments: &[&str]) {
        let status = self.client("pactl").args(arguments).status().expect("pactl starts");
        assert!(status.success(), "pactl {arguments:?} failed");
    }

    /// The server answers, and both of its cables are there.
    fn await_server(&self) {
        let start = Instant::now();
        loop {
            let sinks = self.client("pactl").args(["list", "short", "sinks"]).output().expect("pactl starts");
            let sinks = String::from_utf8_lossy(&sinks.stdout).into_owned();
            if sinks.contains("microphone") && sinks.contains("loudspeaker") {
                return;
            }
            let log = fs::read_to_string(self.folder.path().join("pulseaudio.log")).unwrap_or_default();
            assert!(start.elapsed() < PATIENCE, "pulseaudio did not come up:\n{log}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for SoundCard {
    fn drop(&mut self) {
        self.holders.clear();
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Nothing of the user's own sound set-up is seen or changed.
fn private(command: &mut Command, folder: &Path) {
    command.env("HOME", folder).env("XDG_RUNTIME_DIR", folder).env("XDG_CONFIG_HOME", folder);
    command.env_remove("DBUS_SESSION_BUS_ADDRESS").env_remove("DISPLAY").env_remove("PULSE_SINK");
}

fn alsa_configuration(socket: &Path) -> String {
    let server = format!("server \"unix:{}\"", socket.display());
    format!(
        "</usr/share/alsa/alsa.conf>\n\
         pcm.!default {{ type pulse {server} hint {{ show on description \"the test's card\" }} }}\n\
         ctl.!default {{ type pulse {server} }}\n"
    )
}

/// What the loudspeaker has played since the tape was started: mono, 16 kHz.
pub struct Tape {
    child: Child,
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Tape {
    /// The samples so far, from -1 to 1.
    pub fn samples(&self) -> Vec<f32> {
        let bytes = self.bytes.lock().expect("nobody panics with it");
        bytes.as_chunks::<2>().0.iter().map(|b| f32::from(i16::from_le_bytes(*b)) / 32_768.0).collect()
    }

    /// Seconds in which something was played, counted in pieces of 20 ms.
    pub fn seconds_of_sound(&self) -> f64 {
        let samples = self.samples();
        let loud = |piece: &&[f32]| piece.iter().any(|sample| sample.abs() > 0.01);
        samples.chunks(320).filter(loud).count() as f64 * 0.02
    }
}

impl Drop for Tape {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}

/// A recording of `audio/samples/`.
pub fn sample(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("audio/samples/{name}.wav"));
    assert!(path.is_file(), "{} is missing", path.display());
    path
}
