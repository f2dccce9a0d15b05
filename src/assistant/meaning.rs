//! What an input means to a shop, whichever way it came, and what of it may leave the engine.

use super::{MAX_TEXT, Shop};
use crate::{
    dialogue::{Focus, State},
    turn::{Input, Interpreted},
    understanding::{Digits, Expect, Intent, IntentName, Source, Understood, holds_pin},
};

/// What was said or chosen, as the open question has it understood.
pub(super) fn understand(shop: &Shop, input: &Input, expect: Expect, today: jiff::civil::Date) -> Understood {
    let sure = |name| Understood { intent: Intent::bare(name), confidence: 1.0 };
    match input {
        Input::Silence => sure(IntentName::Silence),
        Input::Unclear => Understood { intent: Intent::bare(IntentName::NotUnderstood), confidence: 0.0 },
        Input::Intent(intent) => platforms(shop, intent, 1.0),
        Input::InDialog(said) => platforms(shop, &said.intent, 1.0),
        Input::Interpreted(said) => interpreted(shop, said, expect, today),
        Input::Text(text) | Input::Heard { text, .. } if text.trim().is_empty() => sure(IntentName::Silence),
        Input::Text(text) | Input::Heard { text, .. } if text.len() > MAX_TEXT => {
            Understood { intent: Intent::bare(IntentName::NotUnderstood), confidence: 0.0 }
        }
        Input::Text(text) => shop.understander.understand(text, expect, today),
        Input::Heard { text, confidence } => {
            let understood = shop.understander.understand_from(Source::Heard, text, expect, today);
            Understood { confidence: understood.confidence * confidence, ..understood }
        }
    }
}

/// A platform's intent. One that the skill has no words for means nothing here, nor one with options that cannot
/// be read.
fn platforms(shop: &Shop, intent: &Intent, confidence: f32) -> Understood {
    match &intent.name {
        IntentName::Custom(name) if !shop.has_custom(name) => {
            Understood { intent: Intent::bare(IntentName::NotUnderstood), confidence: 0.0 }
        }
        _ => match shop.understander.with_options(intent) {
            Some(intent) => Understood { intent, confidence },
            None => Understood { intent: Intent::bare(IntentName::NotUnderstood), confidence: 0.0 },
        },
    }
}

/// The words as the engine understands them; where it does not, what the platform took them for. A yes
/// and a PIN are the shopper's own words or nothing.
fn interpreted(shop: &Shop, said: &Interpreted, expect: Expect, today: jiff::civil::Date) -> Understood {
    let words = match said.spoken {
        true => Input::Heard { text: said.words.clone(), confidence: 1.0 },
        false => Input::Text(said.words.clone()),
    };
    let own = understand(shop, &words, expect, today);
    let stands_in = |intent: &&Intent| !matches!(intent.name, IntentName::Yes | IntentName::Digits);
    // A platform knows nothing of options: its "latte" may leave the oat milk out, or whatever else was said.
    let whole = |intent: &&Intent| {
        !shop.understander.mentions_options(&said.words)
            && shop.understander.accounts_for(&said.words, intent, &said.placed)
    };
    let theirs = said.intent.as_ref().filter(|_| own.intent.name == IntentName::NotUnderstood);
    match theirs.filter(stands_in).filter(whole) {
        Some(intent) => platforms(shop, intent, said.confidence),
        None => own,
    }
}

/// What was heard, for the reply. Digits that are, or could be, a PIN are masked.
pub(super) fn heard(input: &Input, intent: &Intent, expect: Expect) -> Option<String> {
    let text = input.words()?;
    let run = holds_pin(text);
    let lower = text.to_lowercase();
    let spoken_of = ["pin", "code", "secret", "password"].iter().any(|word| lower.contains(word));
    let harmless = matches!(
        intent.name,
        IntentName::Yes
            | IntentName::No
            | IntentName::Cancel
            | IntentName::Stop
            | IntentName::Help
            | IntentName::Repeat
    );
    let secret = match expect {
        // Whatever is said instead of a PIN may hold one.
        Expect::Pin => run || !harmless,
        Expect::Order => false,
        Expect::YesNo => run,
        _ => run && (spoken_of || intent.name == IntentName::Digits),
    };
    let cut: String = text.chars().take(MAX_TEXT).collect();
    Some(if secret { "••••".to_owned() } else { cut })
}

/// The understanding as it may leave the engine: without digits that were a PIN.
pub(super) fn without_pin(mut understood: Understood, before: &State) -> Understood {
    let long = |digits: &Digits| digits.expose().len() >= 4;
    let pin_open = matches!(before.focus, Focus::AskPin(_));
    let order_open = matches!(before.focus, Focus::AskOrder(_));
    let slots = &mut understood.intent.slots;
    if understood.intent.name == IntentName::Digits
        && (pin_open || !order_open && slots.digits.as_ref().is_some_and(long))
    {
        slots.digits = None;
        slots.order = None;
        slots.quantity = None;
    }
    understood
}
