//! A payment provider that fails when it is told to.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use sayso::{
    commerce::{
        Money,
        ports::{Authorisation, Payment, PaymentFault, PaymentKey, Purpose, Settlement},
    },
    payment::Ledger,
};

/// What happens to the next call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It fails before anything happened.
    Unreachable,
    /// It happens, but the answer is lost.
    AnswerLost,
    /// No answer ever comes, though it happened.
    Silent,
}

/// A [`Ledger`] behind a bad line.
pub struct Unreliable {
    ledger: Arc<Ledger>,
    troubles: Mutex<VecDeque<Trouble>>,
}

impl Unreliable {
    /// A line that is good until [`Unreliable::next`] is called.
    pub fn new(ledger: Arc<Ledger>) -> Self {
        Self { ledger, troubles: Mutex::default() }
    }

    /// The troubles of the next calls, one each.
    pub fn next(&self, troubles: &[Trouble]) {
        self.troubles.lock().expect("not poisoned").extend(troubles);
    }

    /// How many of the troubles are still to come.
    pub fn left(&self) -> usize {
        self.troubles.lock().expect("not poisoned").len()
    }

    async fn call<T>(&self, call: impl Future<Output = Result<T, PaymentFault>>) -> Result<T, PaymentFault> {
        let trouble = self.troubles.lock().expect("not poisoned").pop_front();
        if trouble == Some(Trouble::Unreachable) {
            return Err(PaymentFault("unreachable".into()));
        }
        let answer = call.await?;
        match trouble {
            Some(Trouble::AnswerLost) => Err(PaymentFault("the line broke".into())),
            Some(Trouble::Silent) => std::future::pending().await,
            _ => Ok(answer),
        }
    }
}

#[async_trait]
impl Payment for Unreliable {
    async fn authorise(
        &self,
        key: &PaymentKey,
        purpose: &Purpose,
        amount: Money,
    ) -> Result<Authorisation, PaymentFault> {
        self.call(self.ledger.authorise(key, purpose, amount)).await
    }

    async fn capture(
        &self,
        key: &PaymentKey,
        reference: &str,
        amount: Money,
    ) -> Result<Settlement, PaymentFault> {
        self.call(self.ledger.capture(key, reference, amount)).await
    }

    async fn release(&self, key: &PaymentKey, reference: &str) -> Result<Settlement, PaymentFault> {
        self.call(self.ledger.release(key, reference)).await
    }

    async fn refund(
        &self,
        key: &PaymentKey,
        reference: &str,
        amount: Money,
    ) -> Result<Settlement, PaymentFault> {
        self.call(self.ledger.refund(key, reference, amount)).await
    }
}
