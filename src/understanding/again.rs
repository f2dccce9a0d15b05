//! "The usual, but large", "a latte, but make it two": something is wanted, and at once changed. "Order it without the
//! bagel" is a change too, and no yes.

use super::{
    Said, Understander, around,
    intent::{Expect, Intent, IntentName, ItemPhrase, Past, Slots, Understood},
    short,
    words::Token,
};

/// Words with which a change begins.
const BEGINS: &[&str] = &["and", "but", "except", "in", "just", "make", "not", "only", "with", "without"];

/// Words for so many of what is wanted: "two lattes, one of them decaf".
const SOME: &[&str] = &["both", "each", "half", "one", "two", "three", "four", "five"];

/// Whether a word goes on after so many: "one of them", "both with".
fn of_some(token: &Token) -> bool {
    ["of", "with", "without"].contains(&token.text.as_str())
}

/// As sure as a thing alone is.
const SURE: f32 = 0.9;

/// Whether something is bought again, or a thing is wanted where one may be named.
fn wants(understood: &Understood, may_be_named: bool) -> bool {
    let Intent { name, slots } = &understood.intent;
    match name {
        IntentName::Reorder if slots.past.is_some() && slots.items.is_empty() => true,
        // "Reorder it with oat milk."
        IntentName::Reorder | IntentName::Buy if matches!(slots.items.as_slice(), [item] if item.it && item.own) => {
            true
        }
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

/// "My last order", "that again" before a change of it.
fn had_before(tokens: &[Token]) -> Option<Intent> {
    let words: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
    let slots = match words.as_slice() {
        ["my" | "our" | "the", "last" | "latest" | "previous", "order"] => {
            Slots { past: Some(Past::LastOrder), ..Slots::default() }
        }
        ["that" | "it", "again"] => Slots {
            items: vec![ItemPhrase { it: true, own: true, ..ItemPhrase::default() }],
            ..Slots::default()
        },
        _ => return None,
    };
    Some(Intent { name: IntentName::Reorder, slots })
}

/// Whether a sentence begins with the last order, and goes on with a change of it: "my last order without the milk" names no
/// order with milk.
pub(super) fn is_last_order_but(tokens: &[Token]) -> bool {
    let at = tokens.iter().position(|token| ["but", "without", "except"].contains(&token.text.as_str()));
    at.is_some_and(|at| at >= 3 && had_before(&tokens[..3]).is_some() && tokens[2].text == "order")
}

impl Understander {
    /// What is bought again, with the change that is said in the same breath. `None` where not both are understood.
    pub(super) fn again_but(&self, tokens: &[Token], said: &Said<'_>) -> Option<Understood> {
        let free = matches!(said.expect, Expect::Anything | Expect::Product | Expect::YesNo);
        if !free || said.within > 1 {
            return None;
        }
        let some = |at: usize| {
            let so = || tokens.get(at + 1).is_some_and(of_some) || self.counts_a_way(tokens, at);
            SOME.contains(&tokens[at].text.as_str()) && so()
        };
        let begins = |at: &usize| BEGINS.contains(&tokens[*at].text.as_str()) || some(*at);
        (1..tokens.len()).filter(begins).find_map(|at| {
            let mut before = match had_before(&tokens[..at]) {
                Some(intent) => Understood { intent, confidence: 1.0 },
                None => self.sure(&Said { tokens: &tokens[..at], within: said.within + 1, ..*said })?,
            };
            if before.intent.name == IntentName::Yes && said.expect == Expect::YesNo {
                return self.agreed_but(&before, &tokens[at..], said);
            }
            let told = tokens[at].text == "but"
                || SOME.contains(&tokens[at].text.as_str())
                || makes_it(&tokens[at..]);
            if !wants(&before, told && said.expect != Expect::YesNo) {
                return None;
            }
            let change = self.change(&tokens[at..], said)?;
            // What is wanted and what is changed are looked up by the things of one of them.
            if before.intent.slots.items.iter().any(|item| !item.it)
                && change.slots.items.iter().any(|item| !item.it)
            {
                return None;
            }
            before.intent.slots.then = Some(Box::new(change));
            Some(before)
        })
    }

    /// What is agreed to is not what is read back, but what the change makes of it.
    fn agreed_but(&self, agreed: &Understood, tokens: &[Token], said: &Said<'_>) -> Option<Understood> {
        let mut change = self.change(tokens, said)?;
        if change.slots.items.is_empty() && change.slots.have_options() {
            // "I'll take it with oat milk" is said of what "it" is.
            change.slots.items.clone_from(&agreed.intent.slots.items);
        }
        Some(Understood { intent: change, confidence: agreed.confidence })
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
        let open = Said { tokens: &tokens, expect, within: 1, ..*said };
        let whole = self.sure(&open);
        if let Some(parts) = self.in_parts(&open, whole.as_ref()) {
            // "One with oat milk and one with soy milk."
            return Some(parts.intent);
        }
        let understood = around::read(short::in_context(whole?, &tokens, expect), &tokens, expect);
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
