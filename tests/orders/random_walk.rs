//! Whatever a shop and its households do, in whatever order, goods and money add up.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use jiff::SignedDuration;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use sayso::{
    commerce::{
        OrderNumber,
        order::{Capture, OrderState},
        ports::Store,
    },
    store::MemoryStore,
};

use crate::support::{
    shop::{PRODUCTS, TestShop, household, purchase, shop, sku, usd},
    unreliable::{Trouble, Unreliable},
};

/// Steps of one walk.
const STEPS: usize = 400;

const TROUBLES: [Trouble; 2] = [Trouble::Unreachable, Trouble::AnswerLost];

struct Walk {
    corner: TestShop,
    line: Arc<Unreliable>,
    random: StdRng,
    /// What came into the house of each product, less what was taken out by hand.
    brought: HashMap<&'static str, i64>,
}

impl Walk {
    async fn begin(seed: u64) -> Self {
        let mut line = None;
        let corner = TestShop::on(Arc::new(MemoryStore::default()), |ledger| {
            let bad = Arc::new(Unreliable::new(ledger));
            line = Some(bad.clone());
            bad
        })
        .await;
        let brought = PRODUCTS.iter().map(|(name, _, count)| (*name, i64::from(*count))).collect();
        corner.desk.set_limit(&shop(), &household("oak-street"), usd(1_000_000)).await.expect("a limit");
        Self { corner, line: line.expect("the line"), random: StdRng::seed_from_u64(seed), brought }
    }

    /// The number of an order that exists, or of the one after the last.
    async fn number(&mut self) -> OrderNumber {
        let count = u32::try_from(self.corner.orders().await.len()).expect("few orders");
        OrderNumber(4201 + self.random.random_range(0..=count))
    }

    fn product(&mut self) -> &'static str {
        PRODUCTS[self.random.random_range(0..PRODUCTS.len())].0
    }

    async fn step(&mut self) {
        if self.random.random_range(0..6) == 0 {
            let trouble = TROUBLES[self.random.random_range(0..TROUBLES.len())];
            self.line.next(&[trouble]);
        }
        let (home, number) = (household("oak-street"), self.number().await);
        let what = self.random.random_range(0..12);
        let (key, product) = (format!("k{}", self.random.random_range(0..200)), self.product());
        let (count, by) = (self.random.random_range(1..5), self.random.random_range(-4..9));
        let state = OrderState::ALL[self.random.random_range(2..5)];
        let bought = self.corner.orders().await.into_iter().find(|order| order.number == number);
        let bought = bought.map_or(sku(product), |order| order.quote.lines()[0].sku.clone());
        let desk = &self.corner.desk;
        match what {
            0..3 => drop(desk.place(purchase(&key, &[(product, count)])).await.expect("an answer")),
            3..8 => drop(desk.advance(&shop(), number, state).await.expect("an answer")),
            8 => drop(desk.cancel(&shop(), &home, number).await.expect("an answer")),
            9 => drop(desk.return_item(&shop(), &home, number, &bought).await.expect("an answer")),
            10 => {
                let adjusted = desk.adjust_stock(&shop(), &sku(product), by).await.expect("an answer");
                *self.brought.get_mut(product).expect("a product") +=
                    if adjusted.is_some() { i64::from(by) } else { 0 };
            }
            _ => self.corner.clock.travel(SignedDuration::from_mins(i64::from(count) * 40)),
        }
    }

    /// What is free is what was brought, less what is in every order that was not cancelled.
    async fn the_goods_add_up(&self) {
        let orders = self.corner.orders().await;
        for (name, brought) in &self.brought {
            let ordered: u32 = orders
                .iter()
                .filter(|order| order.state != OrderState::Cancelled)
                .flat_map(|order| order.counts())
                .filter(|(each, _)| each.as_str() == *name)
                .map(|(_, count)| count)
                .sum();
            assert_eq!(i64::from(self.corner.left(name).await), brought - i64::from(ordered), "{name}");
        }
    }

    /// Once everything is settled, the provider's books say what the orders say.
    async fn the_money_adds_up(&self) {
        while self.corner.desk.recover().await.expect("recovery").open > 0 {}
        for order in self.corner.orders().await {
            let taken = match order.funds.capture {
                Capture::Taken(amount) => amount.minor(),
                _ => 0,
            };
            let back: i64 = order.funds.refunds.iter().map(|refund| refund.amount.minor()).sum();
            assert!(back <= taken, "order {}", order.number);
            let sent =
                matches!(order.state, OrderState::Shipped | OrderState::Delivered | OrderState::Returned);
            assert_eq!(taken, if sent { order.quote.total().minor() } else { 0 });
            let booked = self.corner.ledger.entries_of(&order.id).await.expect("the ledger");
            assert!(booked.len() <= 1);
            for entry in booked {
                assert_eq!((entry.captured, entry.refunded), (taken, back), "order {}", order.number);
                assert_eq!(entry.released, order.state == OrderState::Cancelled);
            }
        }
    }
}

#[tokio::test]
async fn goods_and_money_add_up_whatever_happens_in_whatever_order() {
    let mut seen = HashSet::new();
    for seed in 0..6 {
        let mut walk = Walk::begin(seed).await;
        for _ in 0..STEPS {
            walk.step().await;
            walk.the_goods_add_up().await;
        }
        walk.the_money_adds_up().await;
        let store: &Arc<dyn Store> = &walk.corner.store;
        assert!(store.orders_due(1).await.expect("orders").is_empty(), "seed {seed}");
        seen.extend(walk.corner.orders().await.iter().map(|order| order.state));
    }
    // Nothing waits for its payment at the end; every other state was reached.
    assert_eq!(seen.len(), OrderState::ALL.len() - 1, "{seen:?}");
}
