//! What is wanted in the place of a line. The line stays where it is until the new thing is settled: whoever says no to
//! that, or asks for what is not there, has lost nothing.

use serde::{Deserialize, Serialize};

use super::{
    Arg, DraftLine, Errand, Focus, Prompt, Purpose, apart, basket, draft::add_line, left, quantity, room,
    scene::Scene,
};
use crate::commerce::{Chosen, Quantity, Sku};

/// A line of a read-back, or of the cart, in whose place something else is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instead {
    /// Its product.
    pub sku: Sku,
    /// With what.
    #[serde(default, skip_serializing_if = "Chosen::is_empty")]
    pub options: Chosen,
    /// How many packs of it go; all of them where that was not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packs: Option<Quantity>,
}

impl Instead {
    /// In the place of this line, or of so many packs of it.
    pub(super) fn of(line: &DraftLine, packs: Option<Quantity>) -> Self {
        Self { sku: line.sku.clone(), options: line.options.clone(), packs }
    }

    /// Takes it out of some lines, or as many packs as go, and tells where what comes instead belongs.
    fn leave(&self, lines: &mut Vec<DraftLine>) -> Option<usize> {
        let at = lines.iter().position(|line| line.is(&self.sku, &self.options))?;
        let left = self.packs.and_then(|packs| lines[at].quantity.get().checked_sub(packs.get()));
        match left.and_then(Quantity::new) {
            Some(left) => {
                lines[at].count(left);
                Some(at + 1)
            }
            None => {
                lines.remove(at);
                Some(at)
            }
        }
    }
}

impl Errand {
    /// Whether something stays where its first wish is left: what is settled, or the cart.
    pub(super) fn stays(&self) -> bool {
        !self.lines.is_empty() || self.purpose.changes_the_cart()
    }

    /// The same wish in other words takes the place of the same line.
    pub(super) fn hand_on(&self, next: &mut Errand) {
        let Some(first) = self.wanted.first() else { return };
        for wanted in &mut next.wanted {
            (wanted.instead, wanted.place) = (first.instead.clone(), first.place);
        }
    }
}

/// "Swap the eggs for bread" while it is asked which diapers shall come instead of the batteries: those are left, and what
/// was read back before is open again. Nothing changes where no other line is named.
pub(super) fn leave_for_another(scene: &mut Scene<'_>) {
    let Some(words) = scene.intent.slots.instead_of.clone() else { return };
    let Some(errand) = scene.state.focus.errand().cloned() else { return };
    let Some(first) = errand.wanted.first().filter(|first| first.instead.is_some()) else { return };
    let back = scene.state.back.iter().rposition(|focus| matches!(focus, Focus::Confirming(_)));
    let of_cart = errand.purpose.changes_the_cart();
    let lines = if of_cart { scene.state.cart.lines() } else { &errand.lines };
    let named = lines.iter().any(|line| quantity::names(scene, &line.sku, &words));
    let idle = errand.purpose == Purpose::ChangeCart;
    if !named || !idle && back.is_none() {
        return;
    }
    left::say_left(scene, vec![Arg::Name(first.words.clone())]);
    scene.state.focus = match back.filter(|_| !idle) {
        Some(at) => {
            let before = scene.state.back.remove(at);
            scene.state.back.truncate(at);
            before
        }
        None => Focus::Idle,
    };
}

/// The first wish of an errand is a line now: of the cart that is changed, or of what is to be read back.
pub(super) fn settle(scene: &mut Scene<'_>, errand: &mut Errand, line: DraftLine) {
    let wanted = errand.wanted.remove(0);
    // "A mocha and a bagel instead of the latte": it goes once.
    errand.wanted.iter_mut().filter(|other| other.instead == wanted.instead).for_each(|w| w.instead = None);
    let of_cart = errand.purpose.changes_the_cart();
    let mut lines = match of_cart {
        true => scene.state.cart.lines().to_vec(),
        false => std::mem::take(&mut errand.lines),
    };
    let place = wanted.instead.as_ref().and_then(|old| old.leave(&mut lines)).or(wanted.place);
    if wanted.instead.is_some() {
        let already = there_already(scene, &lines, &line);
        scene.say.extend(already);
    }
    match of_cart {
        true if apart::comes_along(scene, &line) => {}
        true => _ = room::put(scene, lines, line, place),
        false => {
            add_line(&mut lines, line, place);
            errand.lines = lines;
        }
    }
}

/// A line of the cart in the place of another, or of so many packs of it.
pub(super) fn put_in_cart(scene: &mut Scene<'_>, old: &Instead, line: DraftLine) {
    let mut lines = scene.state.cart.lines().to_vec();
    let place = old.leave(&mut lines);
    room::put(scene, lines, line, place);
}

/// That what comes instead is there already, so that there are more of it now.
fn there_already(scene: &Scene<'_>, lines: &[DraftLine], line: &DraftLine) -> Option<Prompt> {
    let same = lines.iter().find(|other| other.is(&line.sku, &line.options))?;
    let sum = same.quantity.get() + line.quantity.get();
    let name = basket::with_options(scene, scene.offer(&line.sku)?, line);
    Some(Prompt::new("there-already").with("name", name).with("quantity", Arg::Count(sum)))
}
