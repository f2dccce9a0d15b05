//! A product as it would be had: with what is asked for, and at the price with that.

use super::{
    Arg, Offer, Prompt, Wanted,
    options::{self, Trouble},
};
use crate::{
    commerce::{Chosen, GroupId, Line, Money, OptionMenu, Quantity},
    understanding::OptionPhrase,
};

/// One of a product as it would be had.
#[derive(Debug)]
pub(super) struct Had<'a> {
    /// The product.
    pub offer: &'a Offer,
    /// One of it, with what costs least of all that is still to be chosen.
    line: Line,
    /// What was chosen.
    chosen: Chosen,
    /// What is still to be chosen, in the order of the questions.
    open: Vec<GroupId>,
}

impl<'a> Had<'a> {
    /// With this, beside what was chosen before. `None` if it cannot be had so.
    pub fn of(menu: &OptionMenu, offer: &'a Offer, before: &Chosen, asked: &[OptionPhrase]) -> Option<Self> {
        let (mut asked, mut open) = (asked.to_vec(), Vec::new());
        loop {
            match options::apply(menu, offer, before, &asked) {
                Ok(mut chosen) => {
                    let line = offer.line(Quantity::ONE, &chosen, menu)?;
                    open.iter().for_each(|group| chosen.clear(group));
                    return Some(Self { offer, line, chosen, open });
                }
                Err(Trouble::Missing(id)) if !open.contains(&id) => {
                    let group = menu.group(&id)?;
                    let least = group.values.iter().min_by_key(|value| value.price.minor())?;
                    asked.push(options::phrase(group, least));
                    open.push(id);
                }
                Err(_) => return None,
            }
        }
    }

    /// As it is wanted: with what was chosen before, and with what is asked for.
    pub fn as_wanted(menu: &OptionMenu, offer: &'a Offer, wanted: &Wanted) -> Option<Self> {
        let before = wanted.chosen.clone().unwrap_or_default();
        Self::of(menu, offer, &before, &wanted.options)
    }

    /// What one of it costs, or the least that it can cost where something is still to be chosen.
    pub fn price(&self) -> Money {
        self.line.unit_price
    }

    /// What was chosen for it; the error is what has to be chosen first.
    pub fn chosen(&self) -> Result<Chosen, GroupId> {
        match self.open.first() {
            None => Ok(self.chosen.clone()),
            Some(group) => Err(group.clone()),
        }
    }

    /// What it is called with what was chosen for it.
    pub fn name(&self) -> Arg {
        self.called(self.offer.spoken())
    }

    /// A name of it with what was chosen for it.
    pub fn called(&self, name: Arg) -> Arg {
        let chosen = self.line.options.iter().filter(|option| !self.open.contains(option.pick().group()));
        options::named_with(name, chosen)
    }

    /// A reply with its name and its price.
    pub fn told(&self, prompt: Prompt) -> Prompt {
        self.priced(prompt.with("name", self.name()))
    }

    /// A reply with its price, and whether that is only the least that it costs.
    pub fn priced(&self, prompt: Prompt) -> Prompt {
        let from = if self.open.is_empty() { "no" } else { "yes" };
        prompt.with("price", Arg::Money(self.price())).with("from", Arg::Kind(from.to_owned()))
    }
}
