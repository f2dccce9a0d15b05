//! A reply as JSON: what `sayso ask --json` prints and `POST /v1/turns` answers.
//!
//! Amounts are strings such as `"12.99"`, so that no reader makes a floating-point number of them.

use std::time::Duration;

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::{
    commerce::{options::LineOption, order::Order},
    turn::Reply,
    understanding::Intent,
};

/// One reply.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TurnView {
    /// The conversation; send it again to go on with it.
    pub session: String,
    /// What was heard or typed; a PIN is masked. `null` when there were no words.
    pub heard: Option<String>,
    /// How sure recognition and understanding are, from 0 to 1.
    pub confidence: f32,
    /// What was understood.
    pub intent: IntentView,
    /// What is said, in plain words.
    pub speech: String,
    /// The same as SSML.
    pub ssml: String,
    /// Whether an answer is awaited.
    pub listening: bool,
    /// The order that this turn placed, changed or spoke of.
    pub order: Option<OrderView>,
    /// What each stage took, in milliseconds, in the order in which they ran.
    #[schema(value_type = std::collections::BTreeMap<String, f64>)]
    pub timings_ms: Timings,
}

/// What was understood.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IntentView {
    /// In snake_case: `reorder`, `order_status`, `not_understood`.
    #[schema(example = "reorder")]
    pub name: String,
    /// Its details; which there can be depends on the name.
    #[schema(value_type = Object)]
    pub slots: Value,
}

/// An order.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrderView {
    /// The number that is said and heard.
    #[schema(example = "1042")]
    pub id: String,
    /// `placed`, `paid`, `packed`, `shipped`, `delivered`, `cancelled` or `returned`.
    #[schema(example = "paid")]
    pub state: String,
    /// What the shopper pays, with tax and shipping.
    #[schema(example = "12.99")]
    pub total: String,
    /// ISO 4217.
    #[schema(example = "USD")]
    pub currency: String,
    /// What was bought.
    pub lines: Vec<LineView>,
}

/// One product of an order.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LineView {
    /// The product's id in the catalogue.
    pub sku: String,
    /// Its title when it was ordered.
    pub title: String,
    /// How many.
    pub quantity: u32,
    /// The price of one, its options included.
    #[schema(example = "6.49")]
    pub price: String,
    /// What was chosen for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<OptionView>,
}

/// An option of a line.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OptionView {
    /// The group's id.
    #[schema(example = "milk")]
    pub group: String,
    /// The value's id.
    #[schema(example = "oat")]
    pub value: String,
    /// Its name when it was ordered.
    #[schema(example = "oat milk")]
    pub name: String,
    /// How many of it.
    pub count: u32,
    /// What one of it adds to the price of one product.
    #[schema(example = "0.60")]
    pub price: String,
}

/// Stages with their milliseconds; keeps their order, which a map of serde_json would not.
#[derive(Debug, Clone)]
pub struct Timings(pub Vec<(&'static str, Duration)>);

impl Serialize for Timings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (stage, time) in &self.0 {
            // Two decimals: finer than a clock on a busy machine can tell.
            map.serialize_entry(stage, &((time.as_secs_f64() * 100_000.0).round() / 100.0))?;
        }
        map.end()
    }
}

impl TurnView {
    /// A reply, worded for a locale.
    pub fn new(reply: &Reply, locale: &str) -> Self {
        Self {
            session: reply.session.to_string(),
            heard: reply.heard.clone(),
            confidence: (reply.confidence * 1000.0).round() / 1000.0,
            intent: IntentView::new(&reply.intent),
            speech: reply.speech.to_text(locale),
            ssml: reply.speech.to_ssml(locale),
            listening: reply.listening,
            order: reply.order.as_ref().map(OrderView::new),
            timings_ms: Timings(reply.stages.clone()),
        }
    }
}

impl IntentView {
    /// What was understood, as JSON.
    pub fn new(intent: &Intent) -> Self {
        let mut slots = serde_json::to_value(&intent.slots).unwrap_or_else(|_| json!({}));
        let limits = &intent.slots.constraints;
        for (name, amount) in [("price_max", limits.price_max), ("price_min", limits.price_min)] {
            if let Some(amount) = amount {
                slots["constraints"][name] = Value::String(amount.to_string());
            }
        }
        Self { name: wire_name(&intent.name), slots }
    }
}

impl OrderView {
    /// An order, with the number that people know as its `id`.
    pub fn new(order: &Order) -> Self {
        let line = |line: &crate::commerce::Line| LineView {
            sku: line.sku.to_string(),
            title: line.title.clone(),
            quantity: line.quantity.get(),
            price: line.unit_price.to_string(),
            options: line.options.iter().map(OptionView::new).collect(),
        };
        Self {
            id: order.number.to_string(),
            state: wire_name(&order.state),
            total: order.quote.total().to_string(),
            currency: order.quote.total().currency().code().to_owned(),
            lines: order.quote.lines().iter().map(line).collect(),
        }
    }
}

impl OptionView {
    fn new(option: &LineOption) -> Self {
        Self {
            group: option.pick().group().to_string(),
            value: option.pick().value().to_string(),
            name: option.name().to_owned(),
            count: option.pick().count(),
            price: option.price().to_string(),
        }
    }
}

/// The name that serde gives a variant without fields.
pub fn wire_name(variant: &impl Serialize) -> String {
    match serde_json::to_value(variant) {
        Ok(Value::String(name)) => name,
        _ => "unknown".to_owned(),
    }
}
