//! "Make the latte a mocha and the mocha a latte": two lines that change places. Each is replaced by itself, so that none is
//! taken for what the other has become.

use super::{
    Draft, DraftLine, Facts, Focus, Prompt, State, Step, basket, in_cart,
    in_turn::{Deed, but_the_question},
    one,
    quantity::{described, names},
    read_back,
    scene::Scene,
};
use crate::understanding::{Intent, IntentName};

/// The step for two changes that put each of two lines in the place of the other. `None` where they do not.
pub(super) fn places(state: &State, deeds: &[Deed], facts: &Facts) -> Option<Step> {
    let [first, second] = deeds else { return None };
    let (words, back) = (replaced(&first.intent)?, replaced(&second.intent)?);
    let mut scene = Scene::new(state, &first.intent, facts);
    let draft = scene.draft().cloned().or_else(|| in_cart::draft(&scene))?;
    let only = |words: &str| match described(&scene, &draft.lines, words).as_slice() {
        [one] => Some(*one),
        _ => None,
    };
    let (here, there) = (only(words)?, only(back)?);
    let becomes = |deed: &Deed, at: usize| {
        let item = deed.intent.slots.items.first();
        item.is_some_and(|item| names(&scene, &draft.lines[at].sku, &item.words))
    };
    if here == there || !becomes(first, there) || !becomes(second, here) {
        return None;
    }
    let mut lines = draft.lines.clone();
    let mut say: Vec<Prompt> = Vec::new();
    for (deed, at) in [(first, here), (second, there)] {
        let (line, said) = alone(state, &draft, at, deed, facts)?;
        lines[at] = line;
        say.extend(said);
    }
    scene.say = say;
    if draft.from_cart {
        scene.state.cart.hold(lines.clone());
    }
    match scene.draft() {
        Some(_) => read_back::propose(&mut scene, lines, draft.from_cart),
        None => basket::told(&mut scene),
    }
    Some(scene.finish())
}

/// The words for what another thing is put in the place of.
fn replaced(intent: &Intent) -> Option<&str> {
    let words = intent.slots.instead_of.as_deref().filter(|words| *words != "it")?;
    let one = intent.name == IntentName::Correct && intent.slots.items.len() == 1;
    one.then_some(words)
}

/// What becomes of a line, as if there were no other, and what is said of that.
fn alone(
    state: &State,
    draft: &Draft,
    at: usize,
    deed: &Deed,
    facts: &Facts,
) -> Option<(DraftLine, Vec<Prompt>)> {
    let only = Draft { lines: vec![draft.lines[at].clone()], from_cart: false, ..draft.clone() };
    let open = State { focus: Focus::Confirming(only), ..state.clone() };
    let own = facts.after(deed.before);
    let step = one(&open, &deed.intent, Some(0), &own);
    let said = but_the_question(&step, &own);
    match step.state.focus {
        Focus::Confirming(Draft { mut lines, .. }) if lines.len() == 1 => Some((lines.pop()?, said)),
        _ => None,
    }
}
