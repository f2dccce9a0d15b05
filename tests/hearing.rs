//! Many who speak at once: each is heard in time, or told at once that it will not be.

use std::{
    sync::{Arc, Mutex, OnceLock, mpsc},
    time::{Duration, Instant},
};

use sayso::{
    channels::http::Options,
    speech::{
        Heard, Hearing, Recognizer, SpeechError, open_recognizer,
        pool::{Pace, Pool, Refused},
    },
};

use crate::{
    http::{
        client::{Answer, get, post},
        parts::{Server, options, start_with, tone},
    },
    support::sound::espeak,
};

/// Computes one utterance at a time, each until the test lets it end.
struct Gated {
    begun: mpsc::Sender<()>,
    gate: Arc<Mutex<mpsc::Receiver<()>>>,
}

impl Recognizer for Gated {
    fn model(&self) -> &str {
        "gated"
    }
    fn open(&self) -> Result<Box<dyn Hearing>, SpeechError> {
        Ok(Box::new(Gated { begun: self.begun.clone(), gate: self.gate.clone() }))
    }
}

impl Hearing for Gated {
    fn push(&mut self, _: &[f32]) -> Result<(), SpeechError> {
        Ok(())
    }
    fn partial(&mut self) -> Option<String> {
        None
    }
    fn finish(self: Box<Self>) -> Result<Heard, SpeechError> {
        let _ = self.begun.send(());
        let _ = self.gate.lock().unwrap().recv();
        Ok(Heard::Words { text: "help".into(), confidence: 0.9 })
    }
}

struct Gate {
    begun: mpsc::Receiver<()>,
    open: mpsc::Sender<()>,
}

impl Gate {
    /// Waits until an utterance is being computed.
    async fn until_begun(self) -> Self {
        tokio::task::spawn_blocking(move || {
            self.begun.recv().unwrap();
            self
        })
        .await
        .unwrap()
    }
}

async fn gated(options: Options, bound: usize) -> (Server, Gate) {
    let ((begin, begun), (open, gate)) = (mpsc::channel(), mpsc::channel());
    let recognizer = Gated { begun: begin, gate: Arc::new(Mutex::new(gate)) };
    let pool = OnceLock::from(Pool::new(Arc::new(recognizer), bound));
    (start_with(options, pool).await, Gate { begun, open })
}

fn say(server: &Server) -> tokio::task::JoinHandle<Answer> {
    let address = server.address;
    tokio::spawn(async move { post("/v1/turns", "audio/wav", tone()).send(address).await })
}

#[tokio::test]
async fn a_recording_that_finds_the_queue_full_is_told_at_once_when_to_come_back() {
    let (server, gate) = gated(options(), 0).await;
    let first = say(&server);
    let gate = gate.until_begun().await;
    let answer = say(&server).await.unwrap();
    assert_eq!((answer.status, answer.error_code()), (503, "busy".into()));
    assert!(answer.headers["retry-after"].parse::<u64>().unwrap() >= 1);
    gate.open.send(()).unwrap();
    assert_eq!(first.await.unwrap().status, 200);
    let figures = get("/metrics").send(server.address).await.text();
    assert!(figures.contains(r#"sayso_hearings_total{outcome="refused"}"#), "{figures}");
    assert!(figures.contains("sayso_hearings_at_work"), "{figures}");
}

#[tokio::test]
async fn an_answer_never_comes_after_its_deadline_and_the_recogniser_is_free_again_afterwards() {
    let (server, gate) = gated(Options { hearing: Duration::from_millis(300), ..options() }, 8).await;
    let stuck = say(&server);
    let gate = gate.until_begun().await;
    assert_eq!(stuck.await.unwrap().status, 503);
    // One for the utterance that nobody waits for, the others for those that come.
    (0..4).for_each(|_| gate.open.send(()).unwrap());
    let mut status = 503;
    for _ in 0..3 {
        if status != 200 {
            status = say(&server).await.unwrap().status;
        }
    }
    assert_eq!(status, 200);
}

#[tokio::test]
async fn a_caller_who_hangs_up_while_waiting_leaves_his_place_to_others() {
    let ((begin, begun), (open, gate)) = (mpsc::channel(), mpsc::channel());
    let pool = Pool::new(Arc::new(Gated { begun: begin, gate: Arc::new(Mutex::new(gate)) }), 1);
    let late = Instant::now() + Duration::from_secs(60);
    let hear = |pool: Arc<Pool>| async move {
        let work =
            |recognizer: &dyn Recognizer| (recognizer.open().unwrap().finish().unwrap(), Pace::Skipped);
        pool.run("shop", Duration::from_secs(1), late, work).await
    };
    let first = tokio::spawn(hear(pool.clone()));
    let _gate = Gate { begun, open: open.clone() }.until_begun().await;
    let mut second = Box::pin(hear(pool.clone()));
    assert!(futures_util::poll!(&mut second).is_pending());
    let third = hear(pool.clone()).await;
    assert!(matches!(third, Err(Refused::Busy { .. })), "one may wait, not two");
    drop(second);
    let mut fourth = Box::pin(hear(pool));
    assert!(futures_util::poll!(&mut fourth).is_pending());
    (0..2).for_each(|_| open.send(()).unwrap());
    assert!(first.await.unwrap().is_ok());
    assert!(fourth.await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_recordings_at_once_are_each_heard_in_time_or_told_to_come_back() {
    let Some(sound) = espeak("Reorder paper towels.", &["-v", "en-us", "-s", "160"]) else { return };
    let wav = sayso::audio::wav::encode(16_000, &sound).unwrap();
    let data = tempfile::tempdir().unwrap();
    let opened = open_recognizer(data.path(), None).unwrap();
    let pool = OnceLock::from(Pool::new(opened.recognizer, 64));
    let limit = Duration::from_secs(8);
    let options = Options { hearing: limit, max_in_flight: 64, max_connections: 80, ..options() };
    let server = start_with(options, pool).await;
    let all: Vec<_> = (0..64)
        .map(|_| {
            let (address, wav) = (server.address, wav.clone());
            tokio::spawn(async move {
                let start = Instant::now();
                (post("/v1/turns", "audio/wav", wav).send(address).await, start.elapsed())
            })
        })
        .collect();
    let mut heard = 0;
    for one in all {
        let (answer, took) = one.await.unwrap();
        assert!(took < limit + Duration::from_secs(1), "{took:?}");
        match answer.status {
            200 => {
                assert_eq!(answer.json()["heard"], "Reorder paper towels.");
                heard += 1;
            }
            503 => assert!(answer.headers.contains_key("retry-after") && took < limit, "{took:?}"),
            other => panic!("{other}"),
        }
    }
    assert!(heard > 8, "{heard} were heard");
}
