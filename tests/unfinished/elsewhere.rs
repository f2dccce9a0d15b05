//! A cancelling that another process is at.

use rusqlite::OptionalExtension;
use serde_json::{Value, json};

use super::{beside, conversation, cut_off, noted, ordered, speech};
use crate::{
    crash::{ask, generous},
    support::process::Sayso,
};

#[tokio::test]
async fn while_another_process_of_an_older_release_may_be_cancelling_a_no_is_put_off_and_a_stop_ends_all_the_same()
 {
    let sayso = generous().await;
    let serving = sayso.serve();
    let number: u32 = ordered(&serving).await.parse().unwrap();
    ask(&serving, "s", "cancel my last order").await;
    let asked = conversation(&sayso, None).await;
    cut_off(&sayso, &asked, json!({"cancel": number})).await;
    let put_off = ask(&serving, "s", "no").await;
    assert!(speech(&put_off).contains("still working") && put_off["listening"] == true, "{put_off}");
    let stopped = ask(&serving, "s", "stop").await;
    assert!(speech(&stopped) == "Goodbye." && stopped["listening"] == false, "{stopped}");
    ask(&serving, "s", "yes").await;
    let status = ask(&serving, "another", &format!("where is order {number}")).await;
    assert_eq!(status["order"]["state"], "paid", "a yes after the stop cancels nothing: {status}");

    let long_ago = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(1);
    let to_come = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1);
    for at in [long_ago, to_come] {
        let underway = json!({"at": at, "by": "an engine that is gone", "deed": {"cancel": number}});
        noted(&sayso, &asked, underway).await;
        let no = ask(&serving, "s", "no").await;
        assert!(!speech(&no).contains("still working"), "{no}");
    }
}

/// The conversation as it is when an engine noted a cancelling and is not heard of since.
async fn begun(sayso: &Sayso, before: &Value, number: u32, at: jiff::Timestamp) {
    let deed = json!({"cancel": number});
    let underway = json!({"at": at, "by": "a slow engine", "deed": deed, "wish": "a-slow-wish"});
    noted(sayso, before, underway).await;
}

/// Whether that engine, should it come, finds that nobody wants it any more.
async fn withdrawn(sayso: &Sayso) -> bool {
    let kept = "SELECT fingerprint FROM confirmations WHERE key = 'a-slow-wish'";
    let kept: Option<String> =
        beside(sayso, "sayso.db").query_row(kept, [], |row| row.get(0)).optional().unwrap();
    kept.as_deref() == Some("withdrawn")
}

#[tokio::test]
async fn a_no_to_a_cancelling_under_way_elsewhere_withdraws_it_for_good() {
    let sayso = generous().await;
    let serving = sayso.serve();
    let number: u32 = ordered(&serving).await.parse().unwrap();
    ask(&serving, "s", "cancel my last order").await;
    let asked = conversation(&sayso, None).await;
    begun(&sayso, &asked, number, jiff::Timestamp::now()).await;
    let aside = ask(&serving, "s", "what are your opening hours").await;
    assert!(speech(&aside).contains("still working"), "the question was answered: {aside}");
    let no = ask(&serving, "s", "no").await;
    assert!(speech(&no).contains("stays as it is"), "{no}");
    assert!(withdrawn(&sayso).await);
    ask(&serving, "s", "yes").await;
    let status = ask(&serving, "another", &format!("where is order {number}")).await;
    assert_eq!(status["order"]["state"], "paid", "{status}");
}

#[tokio::test]
async fn a_second_yes_cancels_under_a_wish_of_its_own_so_that_the_first_comes_never_later() {
    let sayso = generous().await;
    let serving = sayso.serve();
    let number: u32 = ordered(&serving).await.parse().unwrap();
    ask(&serving, "s", "cancel my last order").await;
    let asked = conversation(&sayso, None).await;
    begun(&sayso, &asked, number, jiff::Timestamp::now()).await;
    let yes = ask(&serving, "s", "yes").await;
    assert_eq!(yes["order"]["state"], "cancelled", "{yes}");
    assert!(withdrawn(&sayso).await);
}

#[tokio::test]
async fn an_undo_under_way_elsewhere_is_waited_for_and_where_nobody_comes_it_is_said_that_nothing_was_changed()
 {
    let sayso = generous().await;
    let serving = sayso.serve();
    let number: u32 = ordered(&serving).await.parse().unwrap();
    let idle = conversation(&sayso, None).await;
    begun(&sayso, &idle, number, jiff::Timestamp::now()).await;
    let waits = ask(&serving, "s", "thanks").await;
    assert!(speech(&waits).contains("still working") && !withdrawn(&sayso).await, "{waits}");
    let long_ago = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(1);
    begun(&sayso, &idle, number, long_ago).await;
    let told = ask(&serving, "s", "thanks").await;
    assert!(speech(&told).contains("Nothing was changed") && withdrawn(&sayso).await, "{told}");
    let asked = ask(&serving, "s", "undo that").await;
    assert!(speech(&asked).contains("Shall I cancel"), "{asked}");
    let undone = ask(&serving, "s", "yes").await;
    assert_eq!(undone["order"]["state"], "cancelled", "{undone}");
}
