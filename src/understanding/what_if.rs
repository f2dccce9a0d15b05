//! "How much would it be with oat milk?", "what about two?": the price of a change is asked, and nothing is changed yet.

use super::{
    MOST_WITHIN, Said, Understander,
    around::is,
    intent::{Expect, Intent, IntentName, Slots, Understood},
    words::Token,
};

/// Words between "how much" and the change.
const IS: &[&str] = &["is", "are", "was", "would", "will", "does", "do", "for", "more", "extra"];

/// Words for what it comes to, which stand before the change or behind it.
const WORTH: &[&str] = &["be", "cost", "costs", "come"];

/// What is spoken of, before what would be changed of it.
const IT: &[&str] = &["it", "that", "this", "they", "them", "those"];

/// Words for having it so.
const TAKES: &[&str] = &["take", "took", "have", "had", "get", "got", "want", "wanted"];

/// Who would change it.
const IF: &[&str] = &["if", "i", "we"];

/// What somebody would do, and how it is said where it shall be done.
const DONE: &[(&str, &str)] =
    &[("made", "make"), ("changed", "change"), ("added", "add"), ("was", "make it"), ("were", "make it")];

impl Understander {
    /// A question for the price of a change of what is open: the price, with all that tells the change.
    pub(super) fn price_of_change(&self, tokens: &[Token], said: &Said<'_>) -> Option<Understood> {
        if !matches!(said.expect, Expect::YesNo | Expect::Pin) || said.within >= MOST_WITHIN {
            return None;
        }
        let change = asked_about(tokens)?;
        let made: Vec<Token> = words("make it", change.first()?).chain(change.iter().cloned()).collect();
        let open = Said { expect: Expect::YesNo, ..*said };
        let understood = [change, made].iter().find_map(|tokens| {
            let understood = self.part(tokens, &open)?;
            is_a_change(&understood.intent).then_some(understood)
        })?;
        let mut slots = understood.intent.slots;
        if slots.items.iter().any(|item| !item.it) {
            // What it is called is told by the thing.
            slots.choice = None;
        }
        let intent = Intent { name: IntentName::Price, slots };
        Some(Understood { intent, ..understood })
    }
}

/// Whether it is a change of one thing that is open, or may be another thing.
fn is_a_change(intent: &Intent) -> bool {
    let Slots { items, then, .. } = &intent.slots;
    intent.name == IntentName::Correct && then.is_none() && items.len() < 2
}

/// The words for the change whose price is asked.
fn asked_about(tokens: &[Token]) -> Option<Vec<Token>> {
    let at = |at: usize, words: &[&str]| is(tokens.get(at), words);
    let from = if at(0, &["how"]) && at(1, &["much"]) {
        2 + tokens[2..].iter().take_while(|token| is(Some(token), IS)).count()
    } else if at(0, &["what"]) && at(1, &["would", "will", "does", "do"]) {
        tokens.iter().any(|token| is(Some(token), WORTH)).then_some(2)?
    } else if at(0, &["would", "will", "does"])
        && tokens.iter().any(|token| is(Some(token), &["more", "extra"]))
    {
        tokens.iter().any(|token| is(Some(token), WORTH)).then_some(1)?
    } else if at(0, &["what", "how"]) && at(1, &["about"]) || at(0, &["what"]) && at(1, &["if"]) {
        2
    } else {
        return None;
    };
    let mut rest: Vec<Token> = tokens[from..].to_vec();
    if let Some(worth) = rest.iter().position(|token| is(Some(token), WORTH)) {
        let further =
            rest[worth + 1..].iter().take_while(|token| is(Some(token), &["to", "more", "extra"])).count();
        rest.drain(worth..=worth + further);
    }
    Some(as_done(&without_it(&rest))).filter(|rest| !rest.is_empty())
}

/// The words behind "it".
fn without_it(tokens: &[Token]) -> Vec<Token> {
    let about = tokens.iter().take_while(|token| is(Some(token), IT)).count();
    tokens[about.min(tokens.len().saturating_sub(1))..].to_vec()
}

/// "If I made it large" as it is said to have it done.
fn as_done(tokens: &[Token]) -> Vec<Token> {
    let mut lead = tokens.iter().take_while(|token| is(Some(token), IF)).count();
    if let Some(was) = tokens
        .iter()
        .position(|token| is(Some(token), &["was", "were"]))
        .filter(|was| lead > 0 && *was > lead + 1)
    {
        // "If one of them was large."
        return tokens[lead..was].iter().chain(&tokens[was + 1..]).cloned().collect();
    }
    let done =
        |at: usize| DONE.iter().find(|(said, _)| tokens.get(at).is_some_and(|token| token.text == *said));
    if lead > 0 && is(tokens.get(lead), IT) && done(lead + 1).is_some() {
        // "If it was large."
        lead += 1;
    }
    match (done(lead).filter(|_| lead > 0), tokens.get(lead)) {
        (None, Some(first)) if lead > 0 && is(Some(first), TAKES) => without_it(&tokens[lead + 1..]),
        (Some((_, do_it)), Some(first)) => {
            words(do_it, first).chain(tokens[lead + 1..].iter().cloned()).collect()
        }
        _ => tokens[lead..].to_vec(),
    }
}

/// Words in the place of a token.
fn words(text: &'static str, like: &Token) -> impl Iterator<Item = Token> {
    let gap = like.gap;
    text.split(' ').map(move |word| Token { text: word.to_owned(), gap })
}
