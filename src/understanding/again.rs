//! "The usual, but large", "a latte, but make it two": something is wanted, and at once changed.

use super::{
    Said, Understander, around,
    intent::{Expect, Intent, IntentName, Understood},
    short,
    words::Token,
};

/// Words with which a change begins.
const BEGINS: &[&str] = &["and", "but", "except", "in", "just", "make", "not", "only", "with", "without"];

/// As sure as a thing alone is.
const SURE: f32 = 0.9;

/// Whether something is bought again, or a thing is wanted where one may be named.
fn wants(understood: &Understood, may_be_named: bool) -> bool {
    let Intent { name, slots } = &understood.intent;
    match name {
        IntentName::Reorder if slots.past.is_some() && slots.items.is_empty() => true,
        IntentName::Reorder | IntentName::Buy | IntentName::AddToCart => {
            let named = slots.items.len() == 1 && slots.items.iter().all(|item| !item.it);
            may_be_named && named && understood.confidence >= SURE
        }
        _ => false,
    }
}

/// "… and make it large."
fn makes_it(tokens: &[Token]) -> bool {
    around::is(tokens.first(), &["and"])
        && around::is(tokens.get(1), &["make"])
        && around::is(tokens.get(2), &["it", "that", "them"])
}

impl Understander {
    /// What is bought again, with the change that is said in the same breath. `None` where not both are understood.
    pub(super) fn again_but(&self, tokens: &[Token], said: &Said<'_>) -> Option<Understood> {
        let free = matches!(said.expect, Expect::Anything | Expect::Product | Expect::YesNo);
        if !free || said.within > 0 {
            return None;
        }
        let begins = |at: &usize| BEGINS.contains(&tokens[*at].text.as_str());
        (1..tokens.len()).filter(begins).find_map(|at| {
            let mut before = self.sure(&Said { tokens: &tokens[..at], within: 1, ..*said })?;
            let joins = tokens[at].text == "but" || makes_it(&tokens[at..]);
            if !wants(&before, joins && said.expect != Expect::YesNo) {
                return None;
            }
            let change = self.change(&tokens[at..], said)?;
            // What is wanted and what is changed are looked up by the things of one of them.
            if !before.intent.slots.items.is_empty() && change.slots.items.iter().any(|item| !item.it) {
                return None;
            }
            before.intent.slots.then = Some(Box::new(change));
            Some(before)
        })
    }

    /// The change, as it would be understood once that is read back.
    fn change(&self, tokens: &[Token], said: &Said<'_>) -> Option<Intent> {
        let mut tokens = match tokens {
            [first, rest @ ..] if first.text == "but" => rest.to_vec(),
            all => all.to_vec(),
        };
        if let Some(first) = tokens.first_mut().filter(|first| first.text == "except") {
            first.text = "without".to_owned();
        }
        let expect = Expect::YesNo;
        let understood = self.sure(&Said { tokens: &tokens, expect, within: 1, ..*said })?;
        let understood = around::read(short::in_context(understood, &tokens, expect), &tokens, expect);
        use IntentName as N;
        let slots = &understood.intent.slots;
        let changes = match understood.intent.name {
            N::Correct | N::Choose | N::RemoveFromCart | N::ChangeCart => true,
            N::Buy | N::AddToCart => slots.also,
            _ => false,
        };
        changes.then_some(understood.intent)
    }
}
