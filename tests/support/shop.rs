//! A small shop with a desk on a real store and ledger.

use std::{path::Path, sync::Arc};

use jiff::{civil::Date, tz::TimeZone};
use sayso::{
    commerce::{
        Currency, HouseholdId, IdempotencyKey, Line, LineOptions, Money, OrderDesk, Quantity, Quote,
        SessionId, ShopId, Sku, Terms,
        desk::{PinSet, PlaceOrder, PlaceOutcome, Ports, ShopRules},
        household::{PinOutcome, PinProof},
        options::CurrentPrice,
        order::Order,
        ports::{NewHousehold, Payment, Store},
    },
    payment::{Decline, Ledger},
    store::SqliteStore,
};
use tempfile::TempDir;

use super::clock::{CountingIds, TravellingClock};

/// Dollars and cents.
pub fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

/// The shop of these tests.
pub fn shop() -> ShopId {
    ShopId::new("corner").expect("an id")
}

/// A household of it.
pub fn household(name: &str) -> HouseholdId {
    HouseholdId::new(name).expect("an id")
}

/// A product of it.
pub fn sku(name: &str) -> Sku {
    Sku::new(name).expect("an id")
}

/// A confirmation.
pub fn key(name: &str) -> IdempotencyKey {
    IdempotencyKey::new(name).expect("an id")
}

/// 8 % tax, 4.99 shipping, free from 35.00; two days to the door; undo for 2 minutes, return for 30 days.
pub fn terms() -> Terms {
    Terms {
        currency: Currency::USD,
        tax_basis_points: 800,
        shipping: usd(499),
        free_shipping_from: Some(usd(3500)),
        delivery_days: 2,
        undo_seconds: 120,
        return_days: 30,
        max_quantity: Quantity::new(12).expect("a quantity"),
    }
}

/// What the products of the shop cost, in cents, and how many of each there are at first.
pub const PRODUCTS: [(&str, i64, u32); 4] =
    [("coffee", 1299, 10), ("towels", 1849, 10), ("soap", 350, 1), ("tv", 49_900, 5)];

/// A quote for some of the products.
pub fn quote(lines: &[(&str, u32)]) -> Quote {
    let lines = lines
        .iter()
        .map(|(name, count)| Line {
            sku: sku(name),
            title: format!("Some {name}"),
            quantity: Quantity::new(*count).expect("a quantity"),
            unit_price: price(name),
            options: LineOptions::default(),
        })
        .collect();
    Quote::new(lines, &terms(), day("2026-03-02")).expect("a quote")
}

/// What a product without options costs at this moment.
pub fn now(name: &str, price: Money) -> CurrentPrice {
    CurrentPrice { sku: sku(name), title: format!("Some {name}"), options: LineOptions::default(), price }
}

/// The price of one.
pub fn price(name: &str) -> Money {
    usd(PRODUCTS.iter().find(|product| product.0 == name).expect("a product").1)
}

/// A day such as `2026-03-02`.
pub fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

/// A confirmed purchase by the household at Oak Street.
pub fn purchase(key_name: &str, lines: &[(&str, u32)]) -> PlaceOrder {
    PlaceOrder {
        shop: shop(),
        household: household("oak-street"),
        session: SessionId::new("kitchen").expect("an id"),
        key: key(key_name),
        quote: quote(lines),
        current_prices: PRODUCTS.iter().map(|(name, ..)| now(name, price(name))).collect(),
        pin: None,
    }
}

/// A desk with everything behind it within reach.
pub struct TestShop {
    /// What is tested.
    pub desk: OrderDesk,
    /// Its time.
    pub clock: Arc<TravellingClock>,
    /// Its memory.
    pub store: Arc<dyn Store>,
    /// Its provider's books.
    pub ledger: Arc<Ledger>,
    /// Where its files are.
    pub folder: TempDir,
}

impl TestShop {
    /// A shop on SQLite files, with the households Oak Street (limit 100.00) and River House (limit 20.00).
    pub async fn open() -> Self {
        Self::with_payment(|ledger| ledger).await
    }

    /// The same, with something between the desk and the ledger.
    pub async fn with_payment(wrap: impl FnOnce(Arc<Ledger>) -> Arc<dyn Payment>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = SqliteStore::open(&folder.path().join("sayso.db")).await.expect("a store");
        Self::in_folder(folder, Arc::new(store), wrap).await
    }

    /// The same, on another store.
    pub async fn on(store: Arc<dyn Store>, wrap: impl FnOnce(Arc<Ledger>) -> Arc<dyn Payment>) -> Self {
        Self::in_folder(tempfile::tempdir().expect("a folder"), store, wrap).await
    }

    async fn in_folder(
        folder: TempDir,
        store: Arc<dyn Store>,
        wrap: impl FnOnce(Arc<Ledger>) -> Arc<dyn Payment>,
    ) -> Self {
        let ledger = Arc::new(open_ledger(folder.path()).await);
        let clock = Arc::new(TravellingClock::at("2026-03-02T09:00:00Z".parse().expect("a moment")));
        let desk = desk(store.clone(), wrap(ledger.clone()), clock.clone());
        let this = Self { desk, clock, store, ledger, folder };
        this.fill().await;
        this
    }

    async fn fill(&self) {
        for (name, limit) in [("oak-street", 10_000), ("river-house", 2_000)] {
            let new = NewHousehold {
                id: household(name),
                name: name.replace('-', " "),
                members: vec!["parent".into(), "teenager".into()],
                limit: usd(limit),
            };
            self.desk.add_household(&shop(), &new).await.expect("a household");
        }
        let opening: Vec<_> = PRODUCTS.iter().map(|(name, _, count)| (sku(name), *count)).collect();
        self.desk.sync_stock(&shop(), &opening).await.expect("stock");
    }

    /// How many of a product can be sold.
    pub async fn left(&self, name: &str) -> u32 {
        self.desk.stock(&shop(), &[sku(name)]).await.expect("stock")[0]
    }

    /// Places an order that is expected to go well.
    pub async fn placed(&self, key_name: &str, lines: &[(&str, u32)]) -> Order {
        match self.desk.place(purchase(key_name, lines)).await {
            Ok(PlaceOutcome::Placed(order)) => order,
            other => panic!("not placed: {other:?}"),
        }
    }

    /// Gives the household at Oak Street the PIN 4711 and says it for a confirmation.
    pub async fn proof(&self, key_name: &str) -> PinProof {
        self.set_pin("4711").await;
        match self.desk.try_pin(&shop(), &household("oak-street"), "4711", &key(key_name)).await {
            Ok(PinOutcome::Right(proof)) => proof,
            other => panic!("no proof: {other:?}"),
        }
    }

    /// Gives the household at Oak Street a PIN.
    pub async fn set_pin(&self, pin: &str) {
        let set = self.desk.set_pin(&shop(), &household("oak-street"), pin.into()).await.expect("an answer");
        assert_eq!(set, PinSet::Set);
    }

    /// The orders of the household at Oak Street.
    pub async fn orders(&self) -> Vec<Order> {
        self.desk.orders(&shop(), &household("oak-street"), 100).await.expect("orders").to_vec()
    }
}

/// A ledger that declines more than 400.00.
pub async fn open_ledger(folder: &Path) -> Ledger {
    let decline = Decline { above: Some(usd(40_000)), exactly: vec![] };
    Ledger::open(&folder.join("ledger.db"), decline).await.expect("a ledger")
}

/// A desk on these edges.
pub fn desk(store: Arc<dyn Store>, payment: Arc<dyn Payment>, clock: Arc<TravellingClock>) -> OrderDesk {
    let ports = Ports { store, payment, clock, ids: Arc::new(CountingIds::default()) };
    OrderDesk::new(ports, [(shop(), ShopRules { terms: terms(), zone: TimeZone::UTC })])
}
