//! "Undo that", "go back", "put it back" of the cart: it is as it was before it was changed last, one step after the other.
//! What was ordered is no step of the cart any more.

use serde::{Deserialize, Serialize};

use super::{Cart, DraftLine, Focus, Prompt, State, apart, back_in, basket, in_cart, scene::Scene};

/// How many changes of the cart can be taken back.
const MOST: usize = 8;

/// The cart before it was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartBefore {
    /// As it was.
    pub cart: Cart,
    /// What of it was not to be ordered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub apart: Vec<DraftLine>,
    /// Whether what the change made of it was read back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub read_back: bool,
}

/// Keeps the cart as it was before a step that changed it.
pub(super) fn note(before: &State, after: &mut State) {
    let stepped_back = after.carts.len() < before.carts.len();
    let read_back = is_read_back(&after.focus);
    let changed = before.cart != after.cart || read_back && before.apart != after.apart;
    if changed && !stepped_back {
        let (cart, apart) = (before.cart.clone(), before.apart.clone());
        after.carts.push(CartBefore { cart, apart, read_back });
        let extra = after.carts.len().saturating_sub(MOST);
        after.carts.drain(..extra);
    }
}

/// Takes the last change of the cart back, where the cart is all there is, or is being read back as the change has left it.
/// `false`, and no change, where nothing of it was changed.
pub(super) fn undo(scene: &mut Scene<'_>) -> bool {
    let Some(before) = scene.state.carts.last() else { return false };
    let checking_out = is_read_back(&scene.state.focus);
    if !(checking_out && before.read_back || in_cart::is_all_there_is(&scene.state.focus)) {
        return false;
    }
    let before = before.clone();
    scene.state.carts.pop();
    step_back(scene, before, checking_out);
    true
}

/// Puts back what was taken out last, where that was the last change: nothing else is changed since, so that all comes
/// back as it was, and at its place. `false`, and no change, where the last change took nothing out.
pub(super) fn put(scene: &mut Scene<'_>) -> bool {
    let took = scene.state.carts.last().is_some_and(|before| took_only(&before.cart, &scene.state.cart));
    took && undo(scene)
}

/// The line that was taken out of the cart some changes ago, as it was then.
pub(super) fn taken_before(scene: &Scene<'_>, meant: impl Fn(&DraftLine) -> bool) -> Option<DraftLine> {
    let there =
        |line: &DraftLine| scene.state.cart.lines().iter().any(|now| now.is(&line.sku, &line.options));
    let carts = scene.state.carts.iter().rev();
    carts.flat_map(|before| before.cart.lines()).find(|line| !there(line) && meant(line)).cloned()
}

fn step_back(scene: &mut Scene<'_>, before: CartBefore, checking_out: bool) {
    let now = std::mem::replace(&mut scene.state.cart, before.cart);
    // What comes out by this can be put back, and what comes in is not to be put back once more.
    scene.state.taken_out = back_in::missing(now.lines(), scene.state.cart.lines());
    scene.state.spoken = back_in::missing(scene.state.cart.lines(), now.lines());
    scene.say(Prompt::new("cart-undone"));
    if !checking_out {
        return basket::told(scene);
    }
    scene.state.apart = before.apart;
    // What was read back before is no question to go back to.
    scene.state.focus = Focus::Idle;
    apart::propose(scene);
}

fn is_read_back(focus: &Focus) -> bool {
    let idle = matches!(focus, Focus::WhichLine { idle: true, .. });
    !idle && focus.draft().is_some_and(|draft| draft.from_cart)
}

/// Whether the one is the other with something taken out, and nothing else changed.
fn took_only(before: &Cart, now: &Cart) -> bool {
    let (out, into) =
        (back_in::missing(before.lines(), now.lines()), back_in::missing(now.lines(), before.lines()));
    !out.is_empty() && into.is_empty()
}
