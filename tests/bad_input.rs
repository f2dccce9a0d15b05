//! Every envelope that is wrong gets the refusal of its platform, at once, and nothing is run; whoever sends slowly is
//! cut off. Each way in that takes a body is a row of one table. What the streams and the Wyoming port do with
//! wrong messages stands with them.

mod doors;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::http::HeaderName;
use sayso::{
    channels::{
        alexa::{AlexaSkill, Verifier, read_roots},
        dialogflow::{Agent, Proof},
        http::{Options, SkillOptions},
    },
    commerce::{HouseholdId, system::SystemClock},
};
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::{
    http::{
        client::{Answer, Request, post, read_answer},
        parts::{Server, options, skill, start},
    },
    linking::shop::Shop,
    support::amazon::{APPLICATION, Amazon, URL},
};
use doors::{Door, links, own, platforms};

/// Within this a refusal is there.
const AT_ONCE: Duration = Duration::from_millis(100);
const SECRET: &str = "0123456789abcdef-agent";

/// A server at which every door is open, for those who prove themselves.
async fn open(amazon: &Arc<Amazon>, options: Options) -> Server {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root.pem");
    std::fs::write(&root, amazon.root()).unwrap();
    let roots = read_roots(Some(&root)).unwrap();
    let verifier = Verifier::new(roots, amazon.clone(), Arc::new(SystemClock));
    let household = HouseholdId::new("oak-street").unwrap();
    let secret = (HeaderName::from_static("x-agent-secret"), SECRET.into());
    let agent = Agent {
        household: Some(household.clone()),
        link_scene: None,
        proof: Proof { token: None, secret: Some(secret), basic: None },
    };
    let alexa = AlexaSkill {
        application_id: APPLICATION.into(),
        household: Some(household),
        title: "Shop".into(),
        meanwhile: Vec::new(),
    };
    let (alexa, dialogflow, actions) = (Some(alexa), Some(agent.clone()), Some(agent));
    let served = SkillOptions { alexa, dialogflow, actions, ..skill("household") };
    start(Options { skills: vec![served], alexa: Some(Arc::new(verifier)), ..options }).await
}

/// A request with every proof that any of the doors wants.
fn proved(amazon: &Amazon, path: &str, kind: &str, body: &[u8]) -> Request {
    post(path, kind, body)
        .header("X-Agent-Secret", SECRET)
        .header("SignatureCertChainUrl", URL)
        .header("Signature-256", &amazon.sign(body))
}

fn code(answer: &Answer) -> String {
    let error = answer.json()["error"].clone();
    error.as_str().or(error["code"].as_str()).unwrap_or_default().to_owned()
}

/// Asks three times, as this machine may be at work elsewhere: the server's own time is at most that of the fastest.
async fn assert_refused(server: &Server, request: &Request, what: &str, wanted: (u16, &str)) {
    let mut fastest = Duration::MAX;
    for _ in 0..3 {
        let begun = Instant::now();
        let answer = request.send(server.address).await;
        fastest = fastest.min(begun.elapsed());
        assert_eq!((answer.status, code(&answer).as_str()), wanted, "{what}: {}", answer.text());
    }
    assert!(fastest < AT_ONCE, "{what}: {fastest:?}");
}

async fn assert_door(server: &Server, amazon: &Amazon, door: &Door) {
    for (what, body, status, code) in &door.wrong {
        let request = proved(amazon, door.path, door.kind, body);
        assert_refused(server, &request, &format!("{what} at {}", door.path), (*status, code)).await;
    }
    let huge = proved(amazon, door.path, door.kind, &vec![b' '; door.limit + 1]);
    assert_refused(server, &huge, &format!("too much at {}", door.path), (413, "too_large")).await;
    if let Some((path, status, code)) = door.nowhere {
        let request = proved(amazon, path, door.kind, b"{}");
        assert_refused(server, &request, path, (status, code)).await;
    }
}

#[tokio::test]
async fn every_wrong_envelope_gets_the_refusal_of_its_platform_at_once_and_nothing_is_run() {
    let amazon = Arc::new(Amazon::new());
    let server = open(&amazon, options()).await;
    for door in platforms().iter().chain(&own()) {
        assert_door(&server, &amazon, door).await;
    }
    assert_eq!(server.engine.finished(), 0);
}

#[tokio::test]
async fn every_wrong_form_of_a_client_that_links_accounts_is_refused_at_once() {
    let (amazon, shop) = (Amazon::new(), Shop::open().await);
    for door in &links() {
        assert_door(&shop.server, &amazon, door).await;
    }
}

/// Sends the head, and then the body byte by byte, for as long as anybody listens.
async fn dribble(server: &Server, request: &Request) -> Option<Answer> {
    let bytes = request.bytes(server.address);
    let head = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    let stream = TcpStream::connect(server.address).await.unwrap();
    let (mut read, mut write) = stream.into_split();
    let sending = tokio::spawn(async move {
        write.write_all(&bytes[..head]).await.unwrap();
        for byte in &bytes[head..] {
            if write.write_all(&[*byte]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let answer = read_answer(&mut read).await;
    sending.abort();
    answer
}

#[tokio::test]
async fn whoever_sends_a_body_byte_by_byte_is_cut_off_at_every_door() {
    let amazon = Arc::new(Amazon::new());
    let server = open(&amazon, Options { body_timeout: Duration::from_millis(200), ..options() }).await;
    for door in platforms().iter().chain(&own()) {
        let begun = Instant::now();
        let answer = dribble(&server, &proved(&amazon, door.path, door.kind, &[b' '; 4_000])).await;
        let answer = answer.unwrap_or_else(|| panic!("no answer at {}", door.path));
        assert_eq!((answer.status, code(&answer).as_str()), (408, "slow_body"), "{}", door.path);
        assert!(begun.elapsed() < Duration::from_secs(10), "{}: {:?}", door.path, begun.elapsed());
    }
    assert_eq!(server.engine.finished(), 0);
}
