//! Faults of the store: what is said is what is known.

use serde_json::{Value, json};

use super::{beside, conversation, cut_off, denies, speech};
use crate::crash::{ask, generous, orders};

#[tokio::test]
async fn where_an_order_can_neither_be_written_nor_looked_up_nobody_hears_that_nothing_was_ordered() {
    let sayso = generous().await;
    let serving = sayso.serve();
    let database = beside(&sayso, "sayso.db");
    for (broken, denied) in [("confirmations", false), ("order_events", true)] {
        ask(&serving, broken, "reorder paper towels").await;
        let hide = format!("ALTER TABLE {broken} RENAME TO hidden");
        database.execute_batch(&hide).unwrap();
        let failed = ask(&serving, broken, "yes").await;
        assert!(speech(&failed).starts_with("Sorry, something went wrong"), "{failed}");
        assert_eq!(denies(&failed), denied, "{broken}: {failed}");
        let show = format!("ALTER TABLE hidden RENAME TO {broken}");
        database.execute_batch(&show).unwrap();
        let again = ask(&serving, broken, "yes").await;
        assert_eq!(orders(&sayso, broken).await, [again["order"]["id"].as_str().unwrap()], "{again}");
    }
}

#[tokio::test]
async fn an_outcome_that_another_release_wrote_is_told_by_its_order_or_asked_anew() {
    let sayso = generous().await;
    let serving = sayso.serve();
    let database = beside(&sayso, "sayso.db");
    ask(&serving, "s", "reorder paper towels").await;
    let before = conversation(&sayso, None).await;
    let key = before["focus"]["confirming"]["key"].clone();
    let placed = ask(&serving, "s", "yes").await;
    database.execute_batch("UPDATE confirmations SET outcome = '{\"unheard of\": 1}'").unwrap();
    cut_off(&sayso, &before, json!({"order": key})).await;
    let told = ask(&serving, "s", "no").await;
    assert_eq!(told["order"]["id"], placed["order"]["id"], "{told}");
    ask(&serving, "s", "undo that").await;
    for words in ["no", "yes"] {
        cut_off(&sayso, &before, json!({"order": key})).await;
        let told = ask(&serving, "s", words).await;
        assert!(speech(&told).contains("is cancelled") && !denies(&told), "{words}: {told}");
    }

    ask(&serving, "s", "reorder paper towels").await;
    let key = conversation(&sayso, None).await["focus"]["confirming"]["key"].as_str().unwrap().to_owned();
    let refusal = "INSERT INTO confirmations (shop, household, key, fingerprint, order_id, outcome)
                   VALUES ('household', 'oak-street', ?, 'x', NULL, '{\"unheard of\": 1}')";
    database.execute(refusal, [key]).unwrap();
    let anew = ask(&serving, "s", "yes").await;
    assert_eq!((&anew["order"], &anew["listening"]), (&Value::Null, &true.into()), "{anew}");
    ask(&serving, "s", "yes").await;
    assert_eq!(orders(&sayso, "s").await.len(), 2);
}
