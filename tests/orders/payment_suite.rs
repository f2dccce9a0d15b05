//! What every payment provider has to do, whichever it is: one suite, run for each adapter.

use std::sync::Arc;

use sayso::{
    commerce::{
        Currency, Money, OrderId,
        ports::{Authorisation, Payment, PaymentKey, Purpose, Settlement},
    },
    payment::{Decline, Ledger},
};

use crate::support::shop::{household, shop, usd};

/// An adapter has to decline more than 400.00 here.
macro_rules! suite {
    ($($rule:ident),* $(,)?) => {
        mod ledger_in_a_file {
            $(#[tokio::test]
            async fn $rule() {
                let folder = tempfile::tempdir().expect("a folder");
                let path = folder.path().join("ledger.db");
                let ledger = super::Ledger::open(&path, super::decline()).await.expect("a ledger");
                super::$rule(std::sync::Arc::new(ledger)).await;
            })*
        }
        mod ledger_in_memory {
            $(#[tokio::test]
            async fn $rule() {
                let ledger = super::Ledger::in_memory(super::decline()).await.expect("a ledger");
                super::$rule(std::sync::Arc::new(ledger)).await;
            })*
        }
    };
}

suite!(
    the_same_key_gives_the_same_answer,
    a_key_with_other_arguments_is_a_fault,
    a_declined_amount_is_declined_again_for_its_key,
    nothing_or_less_cannot_be_asked_for,
    what_was_set_aside_is_taken_once_and_not_in_part_beyond_it,
    what_was_set_free_cannot_be_taken_and_what_was_taken_cannot_be_set_free,
    refunds_are_never_more_than_was_taken,
    an_unknown_reference_is_refused,
);

fn decline() -> Decline {
    Decline { above: Some(usd(40_000)), exactly: vec![usd(1_313)] }
}

fn key(step: &str) -> PaymentKey {
    PaymentKey::of(&OrderId::new("o1").expect("an id"), step)
}

async fn ask(payment: &dyn Payment, step: &str, amount: Money) -> Authorisation {
    let order = OrderId::new("o1").expect("an id");
    let purpose = Purpose { shop: shop(), household: household("oak-street"), order };
    payment.authorise(&key(step), &purpose, amount).await.expect("an answer")
}

async fn authorised(payment: &dyn Payment, step: &str, amount: Money) -> String {
    match ask(payment, step, amount).await {
        Authorisation::Authorised { reference } => reference,
        declined => panic!("{declined:?}"),
    }
}

fn refused(settlement: &Settlement) -> bool {
    matches!(settlement, Settlement::Refused { .. })
}

async fn the_same_key_gives_the_same_answer(payment: Arc<dyn Payment>) {
    let first = authorised(&*payment, "a", usd(1_000)).await;
    assert_eq!(authorised(&*payment, "a", usd(1_000)).await, first);
    assert_ne!(authorised(&*payment, "b", usd(1_000)).await, first);
    for _ in 0..2 {
        let taken = payment.capture(&key("c"), &first, usd(1_000)).await.expect("an answer");
        assert_eq!(taken, Settlement::Done);
    }
    for _ in 0..2 {
        let back = payment.refund(&key("r"), &first, usd(600)).await.expect("an answer");
        assert_eq!(back, Settlement::Done, "once: another 600 would be refused");
    }
}

async fn a_key_with_other_arguments_is_a_fault(payment: Arc<dyn Payment>) {
    let reference = authorised(&*payment, "a", usd(1_000)).await;
    let purpose = Purpose {
        shop: shop(),
        household: household("oak-street"),
        order: OrderId::new("o1").expect("an id"),
    };
    assert!(payment.authorise(&key("a"), &purpose, usd(999)).await.is_err());
    assert!(payment.release(&key("a"), &reference).await.is_err());
}

async fn a_declined_amount_is_declined_again_for_its_key(payment: Arc<dyn Payment>) {
    for amount in [usd(40_001), usd(1_313)] {
        let step = format!("a{}", amount.minor());
        let first = ask(&*payment, &step, amount).await;
        assert!(matches!(first, Authorisation::Declined { .. }));
        assert_eq!(ask(&*payment, &step, amount).await, first);
    }
    authorised(&*payment, "fits", usd(40_000)).await;
}

async fn nothing_or_less_cannot_be_asked_for(payment: Arc<dyn Payment>) {
    for amount in [0, -1] {
        let answer = ask(&*payment, &format!("a{amount}"), usd(amount)).await;
        assert!(matches!(answer, Authorisation::Declined { .. }));
    }
    let reference = authorised(&*payment, "a", usd(1_000)).await;
    assert!(refused(&payment.capture(&key("c"), &reference, usd(0)).await.expect("an answer")));
    assert!(refused(&payment.refund(&key("r"), &reference, usd(-5)).await.expect("an answer")));
}

async fn what_was_set_aside_is_taken_once_and_not_in_part_beyond_it(payment: Arc<dyn Payment>) {
    let reference = authorised(&*payment, "a", usd(1_000)).await;
    assert!(refused(&payment.capture(&key("c1"), &reference, usd(1_001)).await.expect("an answer")));
    let euros = Money::new(1_000, Currency::EUR);
    assert!(refused(&payment.capture(&key("c2"), &reference, euros).await.expect("an answer")));
    assert_eq!(payment.capture(&key("c3"), &reference, usd(900)).await, Ok(Settlement::Done));
    assert!(refused(&payment.capture(&key("c4"), &reference, usd(100)).await.expect("an answer")));
}

async fn what_was_set_free_cannot_be_taken_and_what_was_taken_cannot_be_set_free(payment: Arc<dyn Payment>) {
    let freed = authorised(&*payment, "a", usd(1_000)).await;
    assert_eq!(payment.release(&key("f"), &freed).await, Ok(Settlement::Done));
    assert!(refused(&payment.capture(&key("c1"), &freed, usd(1_000)).await.expect("an answer")));
    let taken = authorised(&*payment, "b", usd(1_000)).await;
    assert_eq!(payment.capture(&key("c2"), &taken, usd(1_000)).await, Ok(Settlement::Done));
    assert!(refused(&payment.release(&key("f2"), &taken).await.expect("an answer")));
}

async fn refunds_are_never_more_than_was_taken(payment: Arc<dyn Payment>) {
    let reference = authorised(&*payment, "a", usd(1_000)).await;
    assert!(refused(&payment.refund(&key("r0"), &reference, usd(1)).await.expect("an answer")));
    payment.capture(&key("c"), &reference, usd(1_000)).await.expect("an answer");
    assert_eq!(payment.refund(&key("r1"), &reference, usd(700)).await, Ok(Settlement::Done));
    assert!(refused(&payment.refund(&key("r2"), &reference, usd(301)).await.expect("an answer")));
    assert_eq!(payment.refund(&key("r3"), &reference, usd(300)).await, Ok(Settlement::Done));
}

async fn an_unknown_reference_is_refused(payment: Arc<dyn Payment>) {
    assert!(refused(&payment.capture(&key("c"), "nobody", usd(1)).await.expect("an answer")));
    assert!(refused(&payment.release(&key("f"), "nobody").await.expect("an answer")));
    assert!(refused(&payment.refund(&key("r"), "nobody", usd(1)).await.expect("an answer")));
}

#[tokio::test]
async fn a_ledger_in_a_file_remembers_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.db");
    let first = Ledger::open(&path, decline()).await.expect("a ledger");
    let reference = authorised(&first, "a", usd(1_000)).await;
    first.close().await;
    let second =
        Ledger::open(&path, Decline { above: Some(usd(1)), exactly: vec![] }).await.expect("a ledger");
    assert_eq!(authorised(&second, "a", usd(1_000)).await, reference, "the answer given then");
}
