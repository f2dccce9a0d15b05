//! Turns that take long, callers that leave, and the end of a server.

use super::*;

#[tokio::test]
async fn more_turns_than_can_be_worked_on_are_turned_away_and_told_when_to_come_back() {
    let server = start(Options { max_in_flight: 1, ..options() }).await;
    let address = server.address;
    let slow = tokio::spawn(async move { typed("wait").send(address).await });
    server.engine.until_begun().await;
    let answer = typed("help").send(address).await;
    assert_eq!((answer.status, answer.error_code()), (503, "busy".into()));
    assert_eq!(answer.headers["retry-after"], "1");
    assert_eq!(get("/healthz").send(address).await.status, 200);
    server.engine.gate.add_permits(1);
    assert_eq!(slow.await.unwrap().status, 200);
    assert_eq!(typed("help").send(address).await.status, 200);
}

#[tokio::test]
async fn a_turn_that_takes_too_long_is_answered_so_and_still_finished() {
    let server = start(Options { request_timeout: SHORT, ..options() }).await;
    let answer = typed("wait").send(server.address).await;
    assert_eq!((answer.status, answer.error_code()), (504, "timeout".into()));
    assert_eq!(server.engine.finished(), 0);
    server.engine.gate.add_permits(1);
    let engine = server.engine.clone();
    assert!(server.stop().await.unwrap(), "the shutdown waits for the turn");
    assert_eq!(engine.finished(), 1);
}

#[tokio::test]
async fn a_caller_who_hangs_up_does_not_tear_the_turn() {
    let server = start(options()).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(&typed("wait").bytes(server.address)).await.unwrap();
    server.engine.until_begun().await;
    drop(stream);
    server.engine.gate.add_permits(1);
    let engine = server.engine.clone();
    assert!(server.stop().await.unwrap());
    assert_eq!(engine.finished(), 1);
}

#[tokio::test]
async fn a_panic_is_a_plain_sentence_for_its_caller_and_nothing_for_the_others() {
    let server = start(options()).await;
    let answer = typed("panic").send(server.address).await;
    assert_eq!((answer.status, answer.error_code()), (500, "fault".into()));
    assert!(!answer.text().contains("wished"));
    assert_eq!(typed("help").send(server.address).await.status, 200);
}

#[tokio::test]
async fn a_shutdown_finishes_the_turns_in_flight_and_takes_no_new_ones() {
    let server = start(options()).await;
    let (address, engine) = (server.address, server.engine.clone());
    let slow = tokio::spawn(async move { typed("wait").send(address).await });
    let idle = TcpStream::connect(address).await.unwrap();
    engine.until_begun().await;
    let done = server.stop();
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    engine.gate.add_permits(1);
    assert_eq!(slow.await.unwrap().status, 200);
    assert!(done.await.unwrap(), "everything was finished");
    drop(idle);
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_ever() {
    let server = start(Options { drain: SHORT, ..options() }).await;
    let address = server.address;
    let stuck = tokio::spawn(async move { typed("wait").bytes(address) });
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(&stuck.await.unwrap()).await.unwrap();
    server.engine.until_begun().await;
    assert!(!server.stop().await.unwrap(), "something was left");
}
