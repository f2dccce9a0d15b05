//! Fetching models from a hub that cuts, stalls, lies and fails.

use crate::support::{
    hub::Answer,
    shelf::{SIZE, impatient, options, shelf},
};
use sayso::speech::models::{ModelError, ModelStore, Progress, PullOptions, State};
use std::{fs, sync::Mutex};

#[tokio::test]
async fn a_model_is_fetched_from_its_address_and_installed_whole() {
    let shelf = shelf();
    let hub = shelf.hub(&[]).await;
    shelf.assert_installed(shelf.pull(&hub).await);
    let requests = hub.requests();
    assert!(
        requests[0].starts_with("get /someone/models/resolve/main/ggml-small.bin http/1.1"),
        "{}",
        requests[0]
    );
    assert_eq!(requests.len(), 1);
}

#[tokio::test]
async fn the_progress_counts_up_to_the_whole_file() {
    let shelf = shelf();
    let hub = shelf.hub(&[]).await;
    let seen = Mutex::new(Vec::new());
    shelf.store.pull("small", &options(&hub), &|progress| seen.lock().unwrap().push(progress)).await.unwrap();
    let seen = seen.into_inner().unwrap();
    assert_eq!(seen.first(), Some(&Progress::Begun { done: 0, total: SIZE as u64 }));
    assert!(seen.contains(&Progress::Bytes { done: SIZE as u64 }));
    assert_eq!(&seen[seen.len() - 2..], [Progress::Checking, Progress::Done]);
}

#[tokio::test]
async fn a_cut_download_goes_on_where_it_was_cut() {
    let shelf = shelf();
    let hub = shelf.hub(&[Answer::Cut(100_000), Answer::Cut(50_000)]).await;
    shelf.assert_installed(shelf.pull(&hub).await);
    let requests = hub.requests();
    assert_eq!(requests.len(), 3);
    assert!(!requests[0].contains("range: bytes"));
    assert!(requests[1].contains("range: bytes=100000-") && requests[1].contains("if-range: \"tag-1\""));
    assert!(requests[2].contains("range: bytes=150000-"));
}

#[tokio::test]
async fn a_download_goes_on_after_the_program_was_ended() {
    let shelf = shelf();
    let hub = shelf.hub(&[Answer::Cut(120_000)]).await;
    let once = PullOptions { retries: 0, ..options(&hub) };
    let error = shelf.store.pull("small", &once, &|_| ()).await.unwrap_err();
    assert!(matches!(error, ModelError::Download { .. }), "{error}");
    assert_eq!(shelf.state(), State::Partial(120_000));
    shelf.assert_installed(shelf.pull(&hub).await);
    assert!(hub.requests()[1].contains("range: bytes=120000-"));
}

#[tokio::test]
async fn a_stalled_download_is_given_up_and_taken_up_again() {
    let shelf = shelf();
    let hub = shelf.hub(&[Answer::Stall(80_000)]).await;
    shelf.assert_installed(shelf.store.pull("small", &impatient(&hub), &|_| ()).await);
    assert!(hub.requests()[1].contains("range: bytes=80000-"));
}

#[tokio::test]
async fn a_hub_that_never_answers_is_given_up_after_a_bounded_number_of_tries() {
    let shelf = shelf();
    let hub = shelf.hub(&[Answer::Stall(0); 10]).await;
    let error = shelf.store.pull("small", &impatient(&hub), &|_| ()).await.unwrap_err();
    assert!(error.to_string().contains("has sent nothing for 200ms"), "{error}");
    assert_eq!(hub.requests().len(), 4);
    assert_ne!(shelf.state(), State::Installed);
}

#[tokio::test]
async fn a_hub_that_ignores_ranges_sends_it_all_again() {
    let shelf = shelf();
    let hub = shelf.hub(&[Answer::Cut(100_000), Answer::Whole]).await;
    shelf.assert_installed(shelf.pull(&hub).await);
    assert_eq!(hub.requests().len(), 2);
}

#[tokio::test]
async fn another_part_than_was_asked_for_is_not_appended() {
    let shelf = shelf();
    let hub = shelf.hub(&[Answer::Cut(100_000), Answer::OtherPart]).await;
    shelf.assert_installed(shelf.pull(&hub).await);
    assert!(!hub.requests()[2].contains("range: bytes"), "it begins anew");
}

#[tokio::test]
async fn wrong_bytes_are_thrown_away_and_nothing_is_installed() {
    let shelf = shelf();
    let hub = shelf.hub(&[Answer::Wrong]).await;
    let error = shelf.pull(&hub).await.unwrap_err();
    assert!(error.to_string().contains("its checksum is not the one of the manifest"), "{error}");
    shelf.assert_nothing_kept();
    shelf.assert_installed(shelf.pull(&hub).await);
}

#[tokio::test]
async fn wrong_bytes_after_a_cut_are_thrown_away_too() {
    let shelf = shelf();
    let hub = shelf.hub(&[Answer::Cut(100_000), Answer::Wrong]).await;
    assert!(matches!(shelf.pull(&hub).await, Err(ModelError::WrongFile { .. })));
    shelf.assert_nothing_kept();
}

#[tokio::test]
async fn more_bytes_than_the_model_has_are_never_written() {
    let shelf = shelf();
    let hub = shelf.hub(&[Answer::Endless]).await;
    let error = shelf.pull(&hub).await.unwrap_err();
    assert!(error.to_string().contains("more bytes than the model has"), "{error}");
    shelf.assert_nothing_kept();
}

#[tokio::test]
async fn a_file_of_another_size_is_refused_before_it_comes() {
    let shelf = shelf();
    let hub = shelf.hub(&[Answer::OtherSize]).await;
    let error = shelf.pull(&hub).await.unwrap_err();
    assert!(error.to_string().contains("300001 bytes instead of 300000"), "{error}");
    shelf.assert_nothing_kept();
}

#[tokio::test]
async fn a_missing_file_is_said_at_once() {
    for status in [401, 403, 404, 410] {
        let shelf = shelf();
        let hub = shelf.hub(&[Answer::Status(status)]).await;
        let error = shelf.pull(&hub).await.unwrap_err();
        assert!(error.to_string().contains(&format!("the hub answers {status}")), "{error}");
        assert_eq!(hub.requests().len(), 1);
        shelf.assert_nothing_kept();
    }
}

#[tokio::test]
async fn a_hub_that_fails_for_a_while_is_asked_again() {
    let shelf = shelf();
    let hub = shelf.hub(&[Answer::Status(500), Answer::Status(503), Answer::Status(429)]).await;
    shelf.assert_installed(shelf.pull(&hub).await);
    assert_eq!(hub.requests().len(), 4);
}

#[tokio::test]
async fn a_part_that_the_hub_no_longer_has_begins_anew() {
    let shelf = shelf();
    let hub = shelf.hub(&[Answer::Cut(100_000), Answer::Status(416)]).await;
    shelf.assert_installed(shelf.pull(&hub).await);
    assert!(!hub.requests()[2].contains("range: bytes"));
}

#[tokio::test]
async fn a_redirect_is_followed_with_the_range() {
    let shelf = shelf();
    let hub = shelf.hub(&[Answer::Cut(100_000), Answer::Redirect]).await;
    shelf.assert_installed(shelf.pull(&hub).await);
    let last = hub.requests().pop().unwrap();
    assert!(last.starts_with("get /elsewhere") && last.contains("range: bytes=100000-"), "{last}");
}

#[tokio::test]
async fn a_model_that_is_here_and_whole_is_not_fetched_again() {
    let shelf = shelf();
    let hub = shelf.hub(&[]).await;
    shelf.pull(&hub).await.unwrap();
    shelf.assert_installed(shelf.pull(&hub).await);
    assert_eq!(hub.requests().len(), 1);
}

#[tokio::test]
async fn a_damaged_model_is_fetched_again() {
    let shelf = shelf();
    let hub = shelf.hub(&[]).await;
    let path = shelf.pull(&hub).await.unwrap();
    fs::write(&path, b"damaged").unwrap();
    assert_eq!(shelf.state(), State::Damaged);
    assert!(matches!(shelf.store.verify()[0].result, Err(ModelError::Damaged { .. })));
    assert!(matches!(shelf.store.choose(Some("small")), Err(ModelError::Damaged { .. })));
    shelf.assert_installed(shelf.pull(&hub).await);
}

#[tokio::test]
async fn a_changed_model_of_the_same_size_is_not_loaded() {
    let shelf = shelf();
    let hub = shelf.hub(&[]).await;
    let path = shelf.pull(&hub).await.unwrap();
    let mut changed = shelf.file.clone();
    changed[1_000] ^= 1;
    fs::write(&path, changed).unwrap();
    assert!(matches!(shelf.store.choose(Some("small")), Err(ModelError::Damaged { .. })));
}

#[tokio::test]
async fn two_downloads_at_once_are_one() {
    let shelf = shelf();
    let hub = shelf.hub(&[Answer::Stall(10_000)]).await;
    let impatient = impatient(&hub);
    let first = shelf.store.pull("small", &impatient, &|_| ());
    let second = async {
        while hub.requests().is_empty() {
            tokio::task::yield_now().await;
        }
        shelf.pull(&hub).await
    };
    let (first, second) = tokio::join!(first, second);
    assert!(matches!(second, Err(ModelError::Busy)));
    shelf.assert_installed(first);
}

#[tokio::test]
async fn a_hub_that_is_not_there_is_an_error_and_not_a_wait() {
    let shelf = shelf();
    let hub = shelf.hub(&[]).await;
    let gone = options(&hub);
    drop(hub);
    let nobody = PullOptions { endpoint: "http://127.0.0.1:1".to_owned(), retries: 1, ..gone };
    assert!(matches!(shelf.store.pull("small", &nobody, &|_| ()).await, Err(ModelError::Download { .. })));
    let secure = PullOptions { endpoint: "https://127.0.0.1:1".to_owned(), ..nobody.clone() };
    assert!(matches!(shelf.store.pull("small", &secure, &|_| ()).await, Err(ModelError::Download { .. })));
    let nonsense = PullOptions { endpoint: "not an address".to_owned(), ..nobody };
    assert!(matches!(shelf.store.pull("small", &nonsense, &|_| ()).await, Err(ModelError::Download { .. })));
}

#[tokio::test]
async fn an_unknown_name_is_answered_with_the_known_ones() {
    let shelf = shelf();
    let hub = shelf.hub(&[]).await;
    let error = shelf.store.pull("huge", &options(&hub), &|_| ()).await.unwrap_err();
    assert_eq!(error.to_string(), "there is no model named huge; known are small");
    assert!(hub.requests().is_empty());
}

#[tokio::test]
async fn the_bundled_model_need_not_be_fetched() {
    let data = tempfile::tempdir().unwrap();
    let store = ModelStore::open(data.path()).unwrap();
    let error = store.pull("shop-en", &PullOptions::default(), &|_| ()).await.unwrap_err();
    assert!(matches!(error, ModelError::Bundled(_)));
}

#[tokio::test]
async fn the_command_asks_the_hub_that_the_environment_names() {
    let shelf = shelf();
    let hub = shelf.hub(&[Answer::Status(404)]).await;
    let output = tokio::process::Command::new(env!("CARGO_BIN_EXE_sayso"))
        .args(["models", "pull", "tiny.en", "--data"])
        .arg(shelf.data.path())
        .env("HF_ENDPOINT", &hub.endpoint)
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && said.contains("tiny.en could not be fetched: the hub answers 404"),
        "{said}"
    );
    let request = hub.requests().pop().unwrap();
    assert!(request.starts_with("get /ggerganov/whisper.cpp/resolve/"), "{request}");
    assert!(request.contains("/ggml-tiny.en.bin http/1.1"), "{request}");
}
