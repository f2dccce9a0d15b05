//! Short answers: numbers and things alone, refusals, and what an awaited answer makes of them.

use super::{
    MOST_WITHIN, Said, Understander, fill,
    intent::{
        Choice, Constraints, Digits, Expect, Intent, IntentName, ItemPhrase, OrderRef, Slots, Understood,
    },
    phrases,
    products::Vocabulary,
    words::{Token, cardinal, digits, tokenise},
};
use crate::commerce::{Currency, Quantity};

/// How sure a thing alone is: it may have been meant as a question.
const BARE_THING: f32 = 0.9;

/// More offers than this are never read out.
const MAX_CHOICE: u32 = 12;

/// A number alone: "three", "four two one seven", "two packs". After "just" it counts, also where it would pick one of
/// the offers.
pub(super) fn number(tokens: &[Token], just: bool, expect: Expect) -> Option<Intent> {
    let whole = tokens.len();
    let counted = phrases::quantity(tokens, 0).filter(|(said, used)| said.count > 0 && *used == whole);
    let counted = counted.map(|(said, _)| said);
    let single = cardinal(tokens, 0).filter(|(_, used)| *used == whole).map(|(n, _)| n);
    // "Oh" is a sound before it is a digit.
    let sounds = whole < 4 && tokens.iter().all(|t| is(t, &["oh", "o"]));
    let said = digits(tokens, 0).filter(|(_, used)| *used == whole && !sounds);
    let said = said.and_then(|(text, _)| Digits::new(&text));
    if said.is_none() && counted.is_none() {
        return None;
    }
    let quantity = counted
        .and_then(|said| Quantity::new(said.count))
        .filter(|_| single.is_none_or(|n| n <= Quantity::MAX));
    let unit = counted.and_then(|said| said.unit).map(str::to_owned);
    let mut slots = Slots { quantity, unit, ..Slots::default() };
    if let (Some(quantity), Some(pack_of)) = (quantity, counted.and_then(|said| said.pack_of)) {
        slots.items.push(ItemPhrase { quantity: Some(quantity), ..fill::packs(pack_of) });
    }
    let name = match expect {
        Expect::Choice if just && quantity.is_some() => IntentName::Correct,
        // "A dozen" counts, and is no twelfth one.
        Expect::Choice if slots.unit.is_none() && single.is_some_and(|n| (1..=MAX_CHOICE).contains(&n)) => {
            slots = Slots { choice: single.map(Choice::Ordinal), bare_number: true, ..Slots::default() };
            IntentName::Choose
        }
        Expect::YesNo if quantity.is_some() => IntentName::Correct,
        _ => {
            // Only where an order is asked for: anywhere else the digits may be a PIN.
            let order = said.as_ref().filter(|d| expect == Expect::Order && d.expose().len() >= 3);
            slots.order = order.and_then(|d| d.expose().parse().ok()).map(OrderRef::Number);
            slots.digits = said;
            IntentName::Digits
        }
    };
    Some(Intent { name, slots })
}

pub(super) fn is(token: &Token, words: &[&str]) -> bool {
    words.contains(&token.text.as_str())
}

pub(super) const NO: &[&str] = &["no", "nope", "nah", "non"];
pub(super) const YES: &[&str] = &["yes", "yeah", "yep", "yup", "sure", "okay", "right", "correct"];

/// Whether a word agrees.
pub(super) fn agrees(token: &Token) -> bool {
    is(token, YES)
}

/// Whether nothing but a number was said.
pub(super) fn is_number(tokens: &[Token]) -> bool {
    let whole = tokens.len();
    digits(tokens, 0).is_some_and(|(_, used)| used == whole)
        || cardinal(tokens, 0).is_some_and(|(_, used)| used == whole)
}

/// Whether the utterance starts with an answer and goes on; whether that was a no; what follows.
pub(super) fn answer_first(tokens: &[Token]) -> Option<(bool, &[Token])> {
    // "Okay but": the agreement is dropped as a filler before.
    let first = tokens.first().filter(|t| is(t, NO) || is(t, YES) || is(t, &["but"]))?;
    let no = is(first, NO);
    let mut rest = &tokens[1..];
    while rest.first().is_some_and(|t| is(t, &["but", "and", "please", "wait", "actually"])) {
        rest = &rest[1..];
    }
    (!rest.is_empty()).then_some((no, rest))
}

/// Words with which somebody takes back what was just said, longest first.
const TAKES_BACK: &[&[&str]] = &[
    &["scratch", "that"],
    &["or", "rather"],
    &["i", "mean"],
    &["i", "meant"],
    &["actually"],
    &["rather"],
    &["sorry"],
    &["wait"],
    &["no"],
];

/// What was said before and after the last change of mind within an answer: "the first, no, the second".
pub(super) fn changed(tokens: &[Token]) -> Option<(&[Token], &[Token])> {
    let said = |at: usize| {
        let here = |words: &&&[&str]| {
            let part = tokens.get(at..at + words.len());
            part.is_some_and(|part| part.iter().zip(words.iter()).all(|(t, word)| t.text == *word))
        };
        TAKES_BACK.iter().find(here).map(|words| words.len())
    };
    let last = (1..tokens.len()).rev().find(|&at| said(at).is_some())?;
    let mut from = last;
    // "No wait, I mean" is one change of mind.
    while let Some(len) = (1..=2).find(|&len| from > len && said(from - len) == Some(len)) {
        from -= len;
    }
    let rest = &tokens[last + said(last)?..];
    (!rest.is_empty()).then_some((&tokens[..from], rest))
}

impl Understander {
    /// "The first, no, the second", "two, I mean three": what was said last counts, where both are answers to what is
    /// asked.
    pub(super) fn changed_mind(&self, tokens: &[Token], said: &Said<'_>) -> Option<Understood> {
        let awaited = matches!(said.expect, Expect::Choice | Expect::Quantity | Expect::YesNo);
        if !awaited || said.within >= MOST_WITHIN {
            return None;
        }
        let (before, after) = changed(tokens)?;
        let answer = |u: &Understood| is_an_answer(u, said.expect);
        let meant = |tokens| self.sure(&Said { tokens, within: said.within + 1, ..*said }).filter(answer);
        meant(before)?;
        meant(after)
    }
}

/// Whether an understanding is nothing but an answer to the question: which one, how many. It names no thing, which a
/// "no" before it may refuse; and where a yes is awaited it is a count, or another one of the same.
pub(super) fn is_an_answer(understood: &Understood, expect: Expect) -> bool {
    let Intent { name, slots } = &understood.intent;
    match name {
        // A pack is no thing: "a six pack, no, a twelve pack".
        _ if slots.items.iter().any(|item| !item.it) => false,
        _ if expect == Expect::YesNo => {
            let sized = slots.constraints.size.is_some();
            let described = sized || matches!(slots.choice, Some(Choice::Described(_)));
            *name == IntentName::Correct && (slots.quantity.is_some() || described)
        }
        IntentName::Choose => !matches!(slots.choice, Some(Choice::None | Choice::More)),
        IntentName::Correct | IntentName::Digits => slots.quantity.is_some() || slots.choice.is_some(),
        _ => false,
    }
}

/// Whether a wish follows the "no", and not what it refuses: "no, tea", "no a tea", "no wait, tea".
pub(super) fn stands_apart(tokens: &[Token], rest: &[Token]) -> bool {
    let between = tokens.len() - rest.len() > 1;
    let wish = |t: &Token| t.gap || is(t, &["a", "an", "some", "my", "another", "one"]);
    between || rest.first().is_some_and(wish)
}

/// What follows a "no" takes the place of what was pending, or is what is refused of it; `apart` if the first is
/// to be heard.
pub(super) fn correction(understood: Understood, expect: Expect, apart: bool) -> Understood {
    let Understood { mut intent, confidence } = understood;
    let plain_thing = intent.name == IntentName::Buy && confidence < 1.0;
    let bare_count =
        intent.name == IntentName::Digits && intent.slots.quantity.is_some() && expect != Expect::Pin;
    let choice = intent.name == IntentName::Choose && expect != Expect::Choice;
    let described = matches!(intent.name, IntentName::Correct | IntentName::Choose)
        && confidence < 1.0
        && matches!(intent.slots.choice, Some(Choice::Described(_)))
        && !intent.slots.items.is_empty();
    intent.slots.refused |= plain_thing || described;
    intent.slots.anew = intent.slots.step.is_some();
    intent.slots.instead |= intent.slots.refused && apart;
    let refused_offer = described && intent.name == IntentName::Choose && !apart;
    if plain_thing || bare_count || choice || refused_offer {
        intent.name = IntentName::Correct;
        (intent.slots.digits, intent.slots.order) = (None, None);
    }
    Understood { intent, confidence }
}

/// A thing alone: "paper towels".
pub(super) fn thing(
    tokens: &[Token],
    expect: Expect,
    vocabulary: &Vocabulary,
    currency: Currency,
) -> Option<Understood> {
    let phrase = phrases::phrase(tokens, vocabulary, currency);
    let phrase = phrase.filter(|p| p.clear && p.items.iter().all(|i| !i.it));
    let described = || phrases::describes(tokens, vocabulary).then(|| phrases::text(tokens));
    let mut slots = Slots::default();
    if let Some(phrase) = phrase {
        (slots.items, slots.constraints) = (phrase.items, phrase.constraints);
    } else if !matches!(expect, Expect::Choice | Expect::YesNo | Expect::Quantity) {
        return None;
    }
    let words = slots.items.first().map(|i: &ItemPhrase| i.words.clone()).or_else(described)?;
    let name = match expect {
        // Options belong to a thing, and to no count of it.
        Expect::Quantity if slots.have_options() => IntentName::Buy,
        Expect::Choice | Expect::YesNo | Expect::Quantity => {
            slots.choice = Some(Choice::Described(words));
            if expect == Expect::YesNo { IntentName::Correct } else { IntentName::Choose }
        }
        Expect::Order => {
            // "The milk and the bread": the first is the order, and all are what is named.
            let several = if slots.items.len() > 1 { slots.items } else { Vec::new() };
            slots = Slots { order: Some(OrderRef::Product(words)), items: several, ..Slots::default() };
            IntentName::OrderStatus
        }
        _ => IntentName::Buy,
    };
    Some(Understood { intent: Intent { name, slots }, confidence: BARE_THING })
}

/// "A bagel" while drinks are offered describes none of them, but may be a new wish, and "make that a mocha" wants
/// another thing: the one that the words name.
pub(super) fn with_the_thing(
    mut understood: Understood,
    expect: Expect,
    vocabulary: &Vocabulary,
    currency: Currency,
) -> Understood {
    let slots = &mut understood.intent.slots;
    let chosen = understood.intent.name == IntentName::Choose && expect == Expect::Choice
        || understood.intent.name == IntentName::Correct
            && expect == Expect::YesNo
            && slots.options.is_empty();
    let (true, [], Some(Choice::Described(words))) = (chosen, slots.items.as_slice(), &slots.choice) else {
        return understood;
    };
    let tokens = tokenise(words).unwrap_or_default();
    let phrase = phrases::phrase(&tokens, vocabulary, currency).filter(|phrase| phrase.clear);
    let bare = phrase.filter(|phrase| phrase.constraints == Constraints::default());
    if let Some([thing]) = bare.as_ref().map(|phrase| phrase.items.as_slice())
        && !thing.it
        && thing.options.is_empty()
    {
        slots.items = vec![thing.clone()];
    }
    understood
}

/// Words with which an order was placed before.
const PLACED: &[&str] = &[
    "last", "latest", "previous", "recent", "newest", "other", "earlier", "placed", "made", "ordered",
    "bought",
];

/// What is pending decides between two meanings of the same words: "order it" is a yes to a
/// question, and "cancel my order" then means the one that is not placed yet. "My last order"
/// was placed.
pub(super) fn in_context(understood: Understood, tokens: &[Token], expect: Expect) -> Understood {
    let Intent { name, slots } = &understood.intent;
    let pending = matches!(expect, Expect::YesNo | Expect::Pin | Expect::Choice | Expect::Quantity);
    let placed = tokens.iter().any(|t| is(t, PLACED));
    let name = match name {
        IntentName::CancelOrder
            if pending
                && !placed
                && slots.instead_of.is_none()
                && matches!(slots.order, Some(OrderRef::Last | OrderRef::It)) =>
        {
            IntentName::Cancel
        }
        _ => return understood,
    };
    Understood { intent: Intent::bare(name), ..understood }
}
