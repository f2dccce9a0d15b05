//! What was asked for becomes what was chosen, or is said not to be possible.

use super::super::Offer;
use crate::{
    commerce::{
        Chosen, GroupId, OptionMenu,
        options::{Choose, OptionGroup, OptionValue},
    },
    understanding::{OptionPhrase, Step},
};

/// Why options cannot be had as they were asked for.
#[derive(Debug)]
pub(in crate::dialogue) enum Trouble {
    /// The product has no such option.
    Refused(String),
    /// Two values where there can be one.
    OnlyOne(String, String),
    /// More than there can be.
    TooMany(u32),
    /// It cannot be left out.
    Needed(String),
    /// There is no less of it, only none.
    NoLess(String),
    /// The shopper has to choose.
    Missing(GroupId),
}

/// What is chosen for a product when this is asked for in addition to what was chosen before. The last word
/// counts: "with sugar, no sugar" has none. What is had anyway is not chosen.
pub(in crate::dialogue) fn apply(
    menu: &OptionMenu,
    offer: &Offer,
    before: &Chosen,
    asked: &[OptionPhrase],
) -> Result<Chosen, Trouble> {
    let mut choosing = Choosing { menu, offer, chosen: menu.without_defaults(before), set: Vec::new() };
    for (at, phrase) in asked.iter().enumerate() {
        choosing.take(phrase, &asked[at + 1..])?;
    }
    let chosen = choosing.chosen;
    whole(menu, offer, &chosen)?;
    still_there(menu, offer, &chosen, asked)?;
    Ok(chosen)
}

/// What is chosen, phrase by phrase.
struct Choosing<'a> {
    menu: &'a OptionMenu,
    offer: &'a Offer,
    chosen: Chosen,
    /// What this asks for of the groups of which there is one.
    set: Vec<(&'a OptionGroup, &'a OptionValue)>,
}

impl<'a> Choosing<'a> {
    fn take(&mut self, phrase: &OptionPhrase, after: &[OptionPhrase]) -> Result<(), Trouble> {
        let (group, value) = meant(self.menu, self.offer, phrase)?;
        let value = there(group, phrase, &self.chosen).unwrap_or(value);
        let no_less = phrase.lessens() && value.id == value.base;
        // "No less milk" leaves the milk as it is, or was a "no" before "less milk": not to be heard.
        let no_no = phrase.no && (value.id != value.base || phrase.of_what() != phrase.words);
        if no_less || no_no {
            return Err(Trouble::NoLess(phrase.of_what().to_owned()));
        }
        if phrase.no {
            self.leave_out(phrase, after, (group, value))
        } else {
            self.put_in(phrase, (group, value))
        }
    }

    fn leave_out(
        &mut self,
        phrase: &OptionPhrase,
        after: &[OptionPhrase],
        (group, value): (&OptionGroup, &OptionValue),
    ) -> Result<(), Trouble> {
        let replaced = asked_of(self.menu, self.offer, group, after);
        refuse(group, value, (phrase, replaced), &mut self.chosen)?;
        let chosen = &self.chosen;
        self.set.retain(|(other, wanted)| {
            other.id != group.id || wanted.base != value.base && chosen.count(&group.id, &wanted.id) > 0
        });
        Ok(())
    }

    fn put_in(
        &mut self,
        phrase: &OptionPhrase,
        (group, value): (&'a OptionGroup, &'a OptionValue),
    ) -> Result<(), Trouble> {
        let count = counted(group, value, phrase, &self.chosen)?;
        match group.choose {
            Choose::One | Choose::AtMostOne => self.make_room(count, (group, value))?,
            // Lots of it take the place of one.
            Choose::Several { .. } => {
                group.alike(value).for_each(|amount| self.chosen.set(&group.id, &amount.id, 0));
            }
        }
        if group.default.as_ref() != Some(&value.id) {
            self.chosen.set(&group.id, &value.id, count);
            if self.chosen.count(&group.id, &value.id) != count {
                return Err(Trouble::TooMany(u32::try_from(Chosen::MAX).unwrap_or(u32::MAX)));
            }
        }
        Ok(())
    }

    /// Of a group of which there is one the one before goes; two at once are too many.
    fn make_room(
        &mut self,
        count: u32,
        (group, value): (&'a OptionGroup, &'a OptionValue),
    ) -> Result<(), Trouble> {
        if count > 1 {
            return Err(Trouble::TooMany(1));
        }
        // "Oat milk, but just a little" is one of it, and not two.
        let more_of_it = |wanted: &OptionValue| wanted.id == value.base;
        let other = self
            .set
            .iter()
            .find(|(other, wanted)| other.id == group.id && wanted.id != value.id && !more_of_it(wanted));
        if let Some((_, other)) = other {
            return Err(Trouble::OnlyOne(other.name.clone(), value.name.clone()));
        }
        if count > 0 || self.chosen.count(&group.id, &value.id) > 0 {
            self.chosen.clear(&group.id);
        }
        self.set.extend((count > 0).then_some((group, value)));
        Ok(())
    }
}

/// How many a phrase wants of a value, where there are some already: "two sugars" two, "another" one more.
fn counted(
    group: &OptionGroup,
    value: &OptionValue,
    phrase: &OptionPhrase,
    chosen: &Chosen,
) -> Result<u32, Trouble> {
    let count = phrase.count.unwrap_or(1);
    let Some(step) = phrase.step else { return Ok(count) };
    // One more than lots is no number.
    let amount =
        group.alike(value).find(|other| other.id != value.id && chosen.count(&group.id, &other.id) > 0);
    if let Some(amount) = amount {
        return Err(Trouble::OnlyOne(amount.name.clone(), value.name.clone()));
    }
    let now = chosen.count(&group.id, &value.id);
    Ok(match step {
        Step::More => now.saturating_add(count),
        Step::Fewer => now.saturating_sub(count),
    })
}

/// Whether any of these asks for something of the group.
fn asked_of(menu: &OptionMenu, offer: &Offer, group: &OptionGroup, asked: &[OptionPhrase]) -> bool {
    let wants = |phrase: &&OptionPhrase| !phrase.takes_away();
    asked.iter().filter(wants).any(|p| meant(menu, offer, p).is_ok_and(|(other, _)| other.id == group.id))
}

/// "No sugar", and "no milk" where oat milk was chosen: all that is called so goes, or it cannot be left out.
/// `replaced` tells whether something of the group is asked for after it.
fn refuse(
    group: &OptionGroup,
    value: &OptionValue,
    (phrase, replaced): (&OptionPhrase, bool),
    chosen: &mut Chosen,
) -> Result<(), Trouble> {
    if group.alike(value).any(|amount| chosen.count(&group.id, &amount.id) > 0) {
        group.alike(value).for_each(|amount| chosen.set(&group.id, &amount.id, 0));
        return Ok(());
    }
    let called = |name: &str| phrase.words.split(' ').all(|word| name.split(' ').any(|part| part == word));
    let meant_too: Vec<_> = group
        .values
        .iter()
        .filter(|value| chosen.count(&group.id, &value.id) > 0 && called(&value.name))
        .map(|value| value.id.clone())
        .collect();
    if group.choose == Choose::One && !meant_too.is_empty() && !replaced {
        return Err(Trouble::Needed(phrase.words.clone()));
    }
    meant_too.iter().for_each(|value| chosen.set(&group.id, value, 0));
    Ok(())
}

/// The value that a phrase means for this product.
pub(super) fn meant<'a>(
    menu: &'a OptionMenu,
    offer: &Offer,
    phrase: &OptionPhrase,
) -> Result<(&'a OptionGroup, &'a OptionValue), Trouble> {
    let has = |(group, value): &(GroupId, _)| {
        let group = menu.group(group).filter(|group| offer.options.contains(&group.id))?;
        Some((group, group.value(value)?))
    };
    phrase.meant.iter().find_map(has).ok_or_else(|| Trouble::Refused(phrase.words.clone()))
}

/// Of what a phrase can mean in a group, that of which there is some: "less milk" of a latte with oat milk is less oat
/// milk.
pub(super) fn there<'a>(
    group: &'a OptionGroup,
    phrase: &OptionPhrase,
    chosen: &Chosen,
) -> Option<&'a OptionValue> {
    let can = phrase.meant.iter().filter(|(id, _)| id == &group.id);
    let some = |value: &&OptionValue| group.alike(value).any(|v| chosen.count(&group.id, &v.id) > 0);
    can.filter_map(|(_, id)| group.value(id)).find(some)
}

/// Whether every pick is one that the product has, in counts that it can be had in.
fn whole(menu: &OptionMenu, offer: &Offer, chosen: &Chosen) -> Result<(), Trouble> {
    for pick in chosen.picks() {
        let group = menu.group(pick.group()).filter(|group| offer.options.contains(&group.id));
        if group.and_then(|group| group.value(pick.value())).is_none() {
            let name = menu.group(pick.group()).and_then(|g| g.value(pick.value())).map(|v| v.name.clone());
            let name = name.unwrap_or_else(|| pick.value().as_str().replace(['-', '.'], " "));
            return Err(Trouble::Refused(name));
        }
    }
    for group in menu.groups().iter().filter(|group| offer.options.contains(&group.id)) {
        let picks = chosen.picks().iter().filter(|pick| pick.group() == &group.id);
        let count = picks.map(|pick| pick.count()).fold(0, u32::saturating_add);
        match group.choose {
            Choose::Several { most } if count > most => return Err(Trouble::TooMany(most)),
            Choose::One | Choose::AtMostOne if count > 1 => return Err(Trouble::TooMany(1)),
            Choose::One if count == 0 && group.default.is_none() => {
                return Err(Trouble::Missing(group.id.clone()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether nothing is in it that was refused: a latte has some milk whatever is said.
fn still_there(
    menu: &OptionMenu,
    offer: &Offer,
    chosen: &Chosen,
    asked: &[OptionPhrase],
) -> Result<(), Trouble> {
    for (at, phrase) in asked.iter().enumerate().filter(|(_, phrase)| phrase.no) {
        let (group, value) = meant(menu, offer, phrase)?;
        if asked_of(menu, offer, group, &asked[at + 1..]) {
            continue;
        }
        let picked = chosen.picks().iter().any(|pick| pick.group() == &group.id);
        if !picked && group.default.as_ref() == Some(&value.id) {
            return Err(Trouble::Needed(value.name.clone()));
        }
    }
    Ok(())
}
