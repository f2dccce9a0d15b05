//! What a thing keeps of what was chosen for another one, whose place it takes.

use super::{
    super::Offer,
    apply::{Trouble, apply},
};
use crate::commerce::{Chosen, OptionMenu};

/// The same options, or those that are called so: oat milk is one in a latte and another in a coffee. Those that it does
/// not have are given back by their names.
pub(in crate::dialogue) fn carried(
    menu: &OptionMenu,
    offer: &Offer,
    before: &Chosen,
) -> (Chosen, Vec<String>) {
    let (mut kept, mut gone) = (Chosen::default(), Vec::new());
    for pick in menu.without_defaults(before).picks() {
        let group = menu.group(pick.group());
        let Some((group, value)) = group.and_then(|group| Some((group, group.value(pick.value())?))) else {
            continue;
        };
        let own = offer.options.iter().filter(|id| **id == group.id);
        let others = offer.options.iter().filter(|id| **id != group.id);
        let found = own
            .chain(others)
            .filter_map(|id| menu.group(id))
            .find_map(|group| Some((group, group.values.iter().find(|other| other.name == value.name)?)));
        match found {
            Some((group, same)) if group.default.as_ref() != Some(&same.id) => {
                let mut with = kept.clone();
                with.set(&group.id, &same.id, pick.count());
                match apply(menu, offer, &with, &[]) {
                    Ok(_) | Err(Trouble::Missing(_)) => kept = with,
                    Err(_) => gone.push(value.name.clone()),
                }
            }
            Some(_) => {}
            None => gone.push(value.name.clone()),
        }
    }
    (kept, gone)
}
