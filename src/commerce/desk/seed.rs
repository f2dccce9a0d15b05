//! What a shop brings along: opening stock and past orders.

use jiff::{SignedDuration, Timestamp, civil::Date};

use super::{DeskError, FIRST_ORDER_NUMBER, OrderDesk, ShopRules};
use crate::commerce::{
    HouseholdId, IdempotencyKey, Line, LineOptions, Money, OrderId, OrderNumber, Quantity, Quote, SessionId,
    ShopId, Sku,
    order::{Command, Draft, Event, Order, OrderState, Refusal, apply, decide},
    ports::{Reservation, Reserved},
};

/// An order from before the shop could be spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastOrder {
    /// Names it within its shop and household; it is imported once. At most 48 characters.
    pub reference: String,
    /// Who bought.
    pub household: HouseholdId,
    /// On which day.
    pub date: Date,
    /// What, at the prices of that day.
    pub lines: Vec<PastLine>,
}

/// One product of a [`PastOrder`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastLine {
    /// Which product.
    pub sku: Sku,
    /// Its title then.
    pub title: String,
    /// How many.
    pub quantity: Quantity,
    /// The price of one then.
    pub unit_price: Money,
}

/// What belongs to one past order while it is imported.
struct Import {
    key: IdempotencyKey,
    id: OrderId,
    session: SessionId,
    household: HouseholdId,
    quote: Quote,
    day: Date,
}

impl OrderDesk {
    /// Adds products that are new with their opening stock; known ones keep their level.
    /// How many were new.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub async fn sync_stock(&self, shop: &ShopId, opening: &[(Sku, u32)]) -> Result<u32, DeskError> {
        Ok(self.ports.store.sync_stock(shop, opening).await?)
    }

    /// The digest of what the shop brought along and was set up last, as
    /// [`set_seeded`](OrderDesk::set_seeded) noted it; `None` before anything was.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub async fn seeded(&self, shop: &ShopId) -> Result<Option<String>, DeskError> {
        Ok(self.ports.store.seeded(shop).await?)
    }

    /// Notes that all of what has this digest is set up. To be called after the rest of it.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub async fn set_seeded(&self, shop: &ShopId, digest: &str) -> Result<(), DeskError> {
        Ok(self.ports.store.set_seeded(shop, digest).await?)
    }

    /// The shop's side: adds to (or takes from) what is in the house. `None`, and no change, when
    /// the product is unknown or fewer would be there than are set aside; else how many are free.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub async fn adjust_stock(&self, shop: &ShopId, sku: &Sku, by: i32) -> Result<Option<u32>, DeskError> {
        Ok(self.ports.store.adjust_stock(shop, sku, by).await?)
    }

    /// Imports past orders, oldest first, all in one transaction; those imported before are
    /// left as they are. An order whose day of delivery, under the shop's terms, is over
    /// is delivered, a younger one is on its way. They were paid elsewhere, take nothing from
    /// the stock and do not count towards the limit. How many were new.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] for an unknown household or an order of nothing, [`DeskError::Store`];
    /// then none was imported.
    pub async fn import(&self, shop: &ShopId, past: &[PastOrder]) -> Result<u32, DeskError> {
        let rules = self.rules(shop)?;
        let mut past: Vec<&PastOrder> = past.iter().collect();
        past.sort_by_key(|order| order.date);
        let imports =
            past.into_iter().map(|order| self.import_of(order, rules)).collect::<Result<Vec<_>, _>>()?;
        for import in &imports {
            if self.household(shop, &import.household).await?.is_none() {
                return Err(DeskError::Invalid("unknown household".into()));
            }
        }
        let builders: Vec<_> = imports
            .iter()
            .map(|import| move |number: OrderNumber| self.history(shop, rules, import, number))
            .collect();
        let batch: Vec<Reservation<'_>> = imports
            .iter()
            .zip(&builders)
            .map(|(import, build)| Reservation {
                shop,
                household: &import.household,
                key: &import.key,
                fingerprint: "imported",
                total: import.quote.total(),
                stock: &[],
                day: import.day,
                within_limit_since: None,
                first_number: FIRST_ORDER_NUMBER,
                build,
            })
            .collect();
        let reserved = self.ports.store.reserve(&batch).await?;
        let new = reserved.iter().filter(|each| matches!(each, Reserved::New(_))).count();
        Ok(u32::try_from(new).unwrap_or(u32::MAX))
    }

    fn import_of(&self, past: &PastOrder, rules: &ShopRules) -> Result<Import, DeskError> {
        let invalid = |error: &dyn std::fmt::Display| DeskError::Invalid(error.to_string());
        let lines = past.lines.iter().map(|line| Line {
            sku: line.sku.clone(),
            title: line.title.clone(),
            quantity: line.quantity,
            unit_price: line.unit_price,
            options: LineOptions::default(),
        });
        Ok(Import {
            key: IdempotencyKey::new(format!("past:{}", past.reference)).map_err(|e| invalid(&e))?,
            id: OrderId::new(self.ports.ids.fresh()).map_err(|e| invalid(&e))?,
            session: SessionId::new("imported").map_err(|e| invalid(&e))?,
            household: past.household.clone(),
            quote: Quote::new(lines.collect(), &rules.terms, past.date).map_err(|e| invalid(&e))?,
            day: past.date,
        })
    }

    /// The whole life of a past order, event by event, with the times at which it could have been.
    #[allow(clippy::type_complexity)]
    fn history(
        &self,
        shop: &ShopId,
        rules: &ShopRules,
        import: &Import,
        number: OrderNumber,
    ) -> Result<(Order, Vec<(Event, Timestamp)>), Refusal> {
        let noon = |day: Date| {
            let noon = day.at(12, 0, 0, 0).to_zoned(rules.zone.clone());
            noon.map_or(Timestamp::UNIX_EPOCH, |noon| noon.timestamp())
        };
        let (placed, today) = (noon(import.day), self.ports.clock.today(&rules.zone));
        let delivery = import.quote.delivery();
        let draft = Draft {
            id: import.id.clone(),
            number,
            shop: shop.clone(),
            household: import.household.clone(),
            session: import.session.clone(),
            quote: import.quote.clone(),
        };
        let hour = SignedDuration::from_hours(1);
        let mut steps = vec![
            (Command::Place(Box::new(draft)), placed),
            (Command::PaidElsewhere, placed),
            (Command::Advance { to: OrderState::Packed, today }, placed + hour),
            (Command::Advance { to: OrderState::Shipped, today }, placed + hour + hour),
        ];
        if delivery < today {
            let delivered = Command::Advance { to: OrderState::Delivered, today: delivery };
            steps.push((delivered, noon(delivery).max(placed + hour + hour)));
        }
        let (mut order, mut log) = (None, Vec::new());
        for (command, at) in steps {
            for event in decide(order.as_ref(), command, at)? {
                order = apply(order, &event, at);
                log.push((event, at));
            }
        }
        Ok((order.ok_or(Refusal::Missing)?, log))
    }
}
