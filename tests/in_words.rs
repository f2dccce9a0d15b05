//! Conversations that nobody wrote: sentences are made from what they mean, and what is open after each of them has to be
//! just that. `IN_WORDS=500` holds so many with each shop.

mod changes;
mod held;
mod orders;
mod placed;
mod prices;
mod said;
mod sentences;
mod shelf;

use std::{env, sync::Arc};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use sayso::app::rehearsal::Stage;

use self::{
    held::{Findings, hold},
    shelf::{DRINKS, GROCERIES, Thing},
};
use crate::support::Sample;

/// So many conversations are held with each shop where nothing else is said.
const CONVERSATIONS: u32 = 30;

/// Holds the conversations that follow from a seed; how many these were, and what was found.
async fn all_held(
    sample: Sample,
    seed: u64,
    hold: impl AsyncFn(&Stage, u64, &mut Findings),
) -> (u32, Findings) {
    let conversations = env::var("IN_WORDS").map_or(CONVERSATIONS, |n| n.parse().expect("a number"));
    let stage = Stage::set(Arc::new(sample.skill())).await.expect("a stage");
    let mut seeds = StdRng::seed_from_u64(seed);
    let mut findings = Findings::default();
    for _ in 0..conversations {
        hold(&stage, seeds.random(), &mut findings).await;
    }
    (conversations, findings)
}

async fn nothing_is_misunderstood(sample: Sample, shelf: &'static [Thing]) {
    let by_seed = async |stage: &Stage, seed, found: &mut Findings| hold(stage, shelf, seed, found).await;
    let (conversations, findings) = all_held(sample, 20_261_130, by_seed).await;
    assert!(findings.orders >= conversations / 2, "only {} orders: hardly tried", findings.orders);
    assert!(findings.wrong.is_empty(), "{findings}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_open_and_ordered_at_the_coffee_bar_is_what_was_meant() {
    nothing_is_misunderstood(Sample::CoffeeBar, DRINKS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_open_and_ordered_at_the_household_shop_is_what_was_meant() {
    nothing_is_misunderstood(Sample::Household, GROCERIES).await;
}

async fn no_other_order_is_cancelled(sample: Sample, shelf: &'static [Thing]) {
    let by_seed =
        async |stage: &Stage, seed, found: &mut Findings| orders::hold(stage, shelf, seed, found).await;
    let (_, findings) = all_held(sample, 20_261_201, by_seed).await;
    assert!(findings.wrong.is_empty(), "{findings}");
}

#[tokio::test(flavor = "multi_thread")]
async fn which_orders_are_cancelled_at_the_coffee_bar_is_what_was_meant() {
    no_other_order_is_cancelled(Sample::CoffeeBar, DRINKS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn which_orders_are_cancelled_at_the_household_shop_is_what_was_meant() {
    no_other_order_is_cancelled(Sample::Household, GROCERIES).await;
}
