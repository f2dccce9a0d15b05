//! The typed places of a template.

/// A typed place in a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SlotKind {
    /// Things that the shop has, with quantities and constraints: "two packs of batteries".
    Product,
    /// The same, also with one word before the name that the shop does not know: "acme coffee".
    Named,
    /// The same, also of things that the shop does not know at all.
    Thing,
    /// "it", "that one", "them".
    It,
    /// "three", "two packs".
    Quantity,
    /// A count that is not meant any more: "instead of two". Read and dropped.
    Was,
    /// Things that are not meant: "not coffee, tea". What is said instead takes their place.
    Not,
    /// The most that it may cost.
    Money,
    /// The least that it may cost.
    MoneyMin,
    /// "second".
    Ordinal,
    /// Three digits or more.
    OrderNumber,
    /// "last Tuesday".
    Period,
    /// The day until which something shall happen; not the day of an order.
    By,
    /// Digits one by one.
    Digits,
    /// A brand of the catalogue.
    Brand,
    /// A size of the catalogue, or "twelve pack".
    Size,
    /// An attribute of the catalogue.
    Attribute,
    /// Words that describe an offer: "large", "northwind".
    Description,
    /// Options without their thing: "oat milk and two sugars".
    Options,
    /// Options that are not meant any more: "instead of whole milk".
    NotOptions,
}

impl SlotKind {
    /// The place of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "product" => Self::Product,
            "named" => Self::Named,
            "thing" => Self::Thing,
            "it" => Self::It,
            "quantity" => Self::Quantity,
            "was" => Self::Was,
            "not" => Self::Not,
            "money" => Self::Money,
            "money_min" => Self::MoneyMin,
            "ordinal" => Self::Ordinal,
            "order_number" => Self::OrderNumber,
            "period" => Self::Period,
            "by" => Self::By,
            "digits" => Self::Digits,
            "brand" => Self::Brand,
            "size" => Self::Size,
            "attribute" => Self::Attribute,
            "description" => Self::Description,
            "options" => Self::Options,
            "not_options" => Self::NotOptions,
            _ => return None,
        })
    }
}

/// Whether the same words can fill both places.
pub(super) fn alike(a: SlotKind, b: SlotKind) -> bool {
    let things = |kind| matches!(kind, SlotKind::Product | SlotKind::Named | SlotKind::Thing);
    a == b || things(a) && things(b)
}
