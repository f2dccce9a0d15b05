//! What can be chosen for a product beside how many of it: milk in a latte, a roast, two sugars.
//!
//! A shop declares groups of options ([`OptionMenu`]). What was chosen for a line is [`Chosen`]: names
//! and counts, compared as the line's identity. A line that is quoted has [`LineOptions`]: the same
//! with the words and prices of that moment, so that an order tells later what was agreed to.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{GroupId, Money, MoneyError, Product, Sku, ValueId};

mod chosen;

pub use chosen::{Chosen, Pick};

/// How many values of a group can be chosen for one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choose {
    /// One, always: the default, or the shopper is asked.
    One,
    /// One or none.
    AtMostOne,
    /// Several, each with a count; all counts together are at most this.
    Several {
        /// The most of all values together.
        most: u32,
    },
}

/// One value of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionValue {
    /// Its identifier within the group.
    pub id: ValueId,
    /// The value of which it is an amount, "lots of sugar" of sugar; otherwise itself.
    pub base: ValueId,
    /// Its name as it is spoken: `oat milk`.
    pub name: String,
    /// The name after a count: `extra shots`.
    pub many: String,
    /// What one of it adds to the price of one product; never negative.
    pub price: Money,
}

/// Values of which some can be chosen for some products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionGroup {
    /// Its identifier.
    pub id: GroupId,
    /// The question for it, where the shopper has to choose.
    pub question: String,
    /// How many can be chosen.
    pub choose: Choose,
    /// What is meant where nothing is said; only for [`Choose::One`].
    pub default: Option<ValueId>,
    /// The values, in the order in which they are read out.
    pub values: Vec<OptionValue>,
    /// The products that have it: identifiers, groups of variants (`item_group_id`) or kinds.
    pub products: HashSet<String>,
}

impl OptionGroup {
    /// The value with that identifier.
    pub fn value(&self, id: &ValueId) -> Option<&OptionValue> {
        self.values.iter().find(|value| &value.id == id)
    }

    /// The values of which the one is an amount of the other, or both of a third, itself included.
    pub fn alike<'a>(&'a self, value: &'a OptionValue) -> impl Iterator<Item = &'a OptionValue> {
        self.values.iter().filter(move |other| other.base == value.base)
    }

    /// Whether a product has this group.
    pub fn is_for(&self, product: &Product) -> bool {
        let group = product.group.as_ref().is_some_and(|group| self.products.contains(group));
        group || self.products.contains(product.sku.as_str()) || self.products.contains(&product.kind)
    }
}

/// Every group of a shop, in the order of its file; empty for most shops.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OptionMenu {
    groups: Vec<OptionGroup>,
}

impl OptionMenu {
    /// A menu of these groups.
    pub fn new(groups: Vec<OptionGroup>) -> Self {
        Self { groups }
    }

    /// Whether the shop has no options at all.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// All groups.
    pub fn groups(&self) -> &[OptionGroup] {
        &self.groups
    }

    /// The group with that identifier.
    pub fn group(&self, id: &GroupId) -> Option<&OptionGroup> {
        self.groups.iter().find(|group| &group.id == id)
    }

    /// The groups that a product has.
    pub fn of(&self, product: &Product) -> Vec<GroupId> {
        self.groups.iter().filter(|group| group.is_for(product)).map(|group| group.id.clone()).collect()
    }

    /// The same without what is had anyway: a default that was named is the same as one that was not.
    pub fn without_defaults(&self, chosen: &Chosen) -> Chosen {
        let by_default = |pick: &&Pick| {
            let group = self.group(pick.group()).filter(|group| group.choose == Choose::One);
            group.is_some_and(|group| group.default.as_ref() == Some(pick.value()))
        };
        chosen.picks().iter().filter(|pick| !by_default(pick)).cloned().collect::<Vec<_>>().into()
    }

    /// What was chosen, with its words and prices of today. `has` are the groups of the product.
    /// `None` if any of it cannot be had for the product, or not so many of it.
    pub fn quoted(&self, has: &[GroupId], chosen: &Chosen) -> Option<LineOptions> {
        let mut options = Vec::new();
        for pick in chosen.picks() {
            let group = self.group(pick.group()).filter(|group| has.contains(&group.id))?;
            let value = group.value(pick.value())?;
            let name = if pick.count() == 1 { &value.name } else { &value.many };
            options.push(LineOption { pick: pick.clone(), name: name.clone(), price: value.price });
        }
        // Read back in the order in which the shop lists them.
        options.sort_by_key(|option| self.place(&option.pick));
        self.allows(has, chosen).then_some(LineOptions(options))
    }

    /// Where a pick stands in the menu: the numbers of its group and its value.
    fn place(&self, pick: &Pick) -> (usize, usize) {
        let group = self.groups.iter().position(|group| &group.id == pick.group()).unwrap_or(usize::MAX);
        let values = self.groups.get(group).map(|group| group.values.as_slice()).unwrap_or_default();
        (group, values.iter().position(|value| &value.id == pick.value()).unwrap_or(usize::MAX))
    }

    /// Whether the counts are within what each group allows, and no group is left without its choice.
    fn allows(&self, has: &[GroupId], chosen: &Chosen) -> bool {
        self.groups.iter().filter(|group| has.contains(&group.id)).all(|group| {
            let picks = || chosen.picks().iter().filter(|pick| pick.group() == &group.id);
            let count: u32 = picks().map(Pick::count).fold(0, u32::saturating_add);
            match group.choose {
                Choose::One => count == 1 || count == 0 && group.default.is_some(),
                Choose::AtMostOne => count <= 1,
                Choose::Several { most } => count <= most,
            }
        })
    }
}

/// One option of a quoted line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineOption {
    #[serde(flatten)]
    pick: Pick,
    name: String,
    price: Money,
}

impl LineOption {
    /// What was chosen.
    pub fn pick(&self) -> &Pick {
        &self.pick
    }

    /// Its name when it was quoted, in the plural where there are several.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What one of it added to the price of one product.
    pub fn price(&self) -> Money {
        self.price
    }
}

/// The options of a quoted line with their words and prices. Made by [`OptionMenu::quoted`] only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LineOptions(Vec<LineOption>);

impl LineOptions {
    /// Whether the line is the product as it is.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The options.
    pub fn iter(&self) -> std::slice::Iter<'_, LineOption> {
        self.0.iter()
    }

    /// The same without words and prices.
    pub fn chosen(&self) -> Chosen {
        self.0.iter().map(|option| option.pick.clone()).collect::<Vec<_>>().into()
    }

    /// What one product costs with them.
    ///
    /// # Errors
    /// [`MoneyError`] when currencies mix or the sum overflows.
    pub fn added_to(&self, price: Money) -> Result<Money, MoneyError> {
        self.0.iter().try_fold(price, |sum, option| sum.plus(option.price.times(option.pick.count())?))
    }

    /// What one product without them costs, if it costs this much with them.
    ///
    /// # Errors
    /// [`MoneyError`] when currencies mix or the sum overflows.
    pub fn taken_from(&self, price: Money) -> Result<Money, MoneyError> {
        let added = self.added_to(Money::zero(price.currency()))?;
        price.plus(Money::new(added.minor().checked_neg().ok_or(MoneyError::Overflow)?, price.currency()))
    }

    /// As people write it: `oat milk, 2 extra shots`.
    pub fn to_text(&self) -> String {
        let text = |option: &LineOption| match option.pick.count() {
            1 => option.name.clone(),
            count => format!("{count} {}", option.name),
        };
        self.0.iter().map(text).collect::<Vec<_>>().join(", ")
    }
}

impl<'a> IntoIterator for &'a LineOptions {
    type Item = &'a LineOption;
    type IntoIter = std::slice::Iter<'a, LineOption>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// What one product with these options is called and costs at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentPrice {
    /// Which product.
    pub sku: Sku,
    /// Its title.
    pub title: String,
    /// With what, in the words and at the prices of this moment.
    pub options: LineOptions,
    /// The price of one, options included.
    pub price: Money,
}
