//! Text → [`Intent`]. Pure: no clock, no store, no network.
//!
//! Understanding tries, in this order, what is surest first: a template that fits the whole
//! utterance; a word that always wins in a short one ("no", "stop", "cancel"); what follows a
//! "yes, but …" or a "no, …"; a number or a thing alone; a guess by likeness to the examples.
//!
//! Invariant: `yes` comes from a template that matches the whole utterance but for courtesy around
//! it, never from the classifier; and of what was heard, never from one weak word alone.

mod again;
mod answered;
mod around;
mod choice;
mod classify;
mod doubt;
mod elided;
mod fill;
pub mod intent;
mod lines;
mod normal;
mod of_orders;
mod on_top;
pub mod options;
mod parts;
mod phrases;
mod pin;
mod placed;
pub mod platform;
pub mod products;
mod refusals;
pub mod sentences;
mod short;
mod what_if;
pub mod words;

use std::sync::Arc;

use jiff::civil::Date;

pub use intent::{
    Choice, Constraints, Digits, Expect, Intent, IntentName, ItemPhrase, OptionPhrase, OrderRef, Past,
    Period, Picked, Slots, Step, Understood,
};
pub use options::OptionWords;
pub use products::{Hit, Matches, Products, Vocabulary};
pub use sentences::{Sentences, SentencesError};

use self::{
    classify::Classifier,
    normal::Variant,
    sentences::{Found, Sights, Table, Value, best},
    words::{Token, tokenise},
};
use crate::commerce::Currency;

/// How sure a template is whose things the shop does not know.
const UNKNOWN_THING: f32 = 0.7;

/// Understands one locale of one shop.
pub struct Understander {
    sentences: Sentences,
    vocabulary: Arc<Vocabulary>,
    currency: Currency,
    classifier: Arc<Classifier>,
}

/// How a text came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Somebody wrote it.
    Typed,
    /// A recogniser made it of sound, and may have made one short word of another.
    Heard,
}

/// One utterance on its way.
struct Said<'a> {
    source: Source,
    expect: Expect,
    today: Date,
    tokens: &'a [Token],
    /// Of how many it is a part: what follows an answer, or a change of mind.
    within: usize,
}

/// So many answers and changes of mind are followed: every one doubles what there is to read.
const MOST_WITHIN: usize = 3;

impl Understander {
    /// An understander of these sentences, for the words of a catalogue and amounts in its currency.
    pub fn new(sentences: &Sentences, vocabulary: Arc<Vocabulary>, currency: Currency) -> Self {
        let classifier = Classifier::shared(sentences, &vocabulary);
        Self { sentences: sentences.clone(), vocabulary, currency, classifier }
    }

    /// The sentences.
    pub fn sentences(&self) -> &Sentences {
        &self.sentences
    }

    fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    fn currency(&self) -> Currency {
        self.currency
    }

    /// What a written text means. `expect` only settles what short answers mean; `today` what
    /// "last Tuesday" is.
    pub fn understand(&self, text: &str, expect: Expect, today: Date) -> Understood {
        self.understand_from(Source::Typed, text, expect, today)
    }

    /// What a text means that came in this way: what was heard must say more to be a yes.
    pub fn understand_from(&self, source: Source, text: &str, expect: Expect, today: Date) -> Understood {
        let Some(tokens) = tokenise(text) else { return nothing() };
        let tokens = self.with_the_others(tokens, expect);
        let asked = text.contains(['?', '\u{ff1f}', '\u{61f}']);
        if expect == Expect::Pin
            && let Some(intent) = pin::pin(&tokens, asked)
        {
            return Understood { intent, confidence: 1.0 };
        }
        let said = Said { source, expect, today, tokens: &tokens, within: 0 };
        let whole = self.sure(&said);
        let orders = |parts: &Understood| parts.intent.in_turn().any(of_orders::of_an_order);
        if let Some(parts) = self.in_parts(&said, whole.as_ref()).filter(|parts| !asked || orders(parts)) {
            return of_orders::unless_left_out(parts, &tokens);
        }
        if let Some(change) = self.change_at_pin(&said).filter(|_| !asked) {
            return change;
        }
        let understood = whole.or_else(|| self.guess(&said)).unwrap_or_else(nothing);
        if doubt::doubtful(&tokens, &understood.intent.slots, self.currency)
            || asked && understood.intent.name == IntentName::Yes
        {
            nothing()
        } else {
            let mut read = around::read(short::in_context(understood, &tokens, expect), &tokens, expect);
            if (asked || source == Source::Heard) && read.intent.name == IntentName::Wait {
                // One weak word is soon heard of a noise, and asks as often as it agrees.
                read.intent.slots.answered = None;
            }
            of_orders::unless_left_out(read, &tokens)
        }
    }

    /// The same without the guess: an example is like itself, so that its check must not guess.
    fn understand_surely(&self, text: &str, expect: Expect, today: Date) -> Understood {
        let Some(tokens) = tokenise(text) else { return nothing() };
        let tokens = self.with_the_others(tokens, expect);
        let said = Said { source: Source::Typed, expect, today, tokens: &tokens, within: 0 };
        let whole = self.sure(&said);
        if let Some(parts) = self.in_parts(&said, whole.as_ref()) {
            return parts;
        }
        let understood = whole.unwrap_or_else(nothing);
        around::read(short::in_context(understood, &tokens, expect), &tokens, expect)
    }

    /// The utterance as it is, and without its fillers.
    fn variants(&self, tokens: Vec<Token>) -> Vec<Variant> {
        self.sentences.trimmer().variants(tokens)
    }

    fn sure(&self, said: &Said<'_>) -> Option<Understood> {
        let variants = self.variants(said.tokens.to_vec());
        let bare = &variants.last()?.tokens;
        let just = said.tokens.iter().any(|t| t.text == "just");
        if let Some(intent) = short::number(bare, just, said.expect) {
            return Some(Understood { intent, confidence: 1.0 });
        }
        if let Some(change) = self.elided(bare, said) {
            return Some(change);
        }
        let with_the_thing = |u| short::with_the_thing(u, said.expect, &self.vocabulary, self.currency);
        if again::is_last_order_but(bare)
            && let Some(again) = self.again_but(bare, said)
        {
            return Some(again);
        }
        let template = self.template(&variants, said).map(with_the_thing);
        let template =
            template.filter(|wish| !self.has_bare_sizes(wish)).map(|u| self.with_the_size_apart(u));
        if template.as_ref().is_some_and(|u| u.confidence >= 1.0) {
            return template;
        }
        self.cancels_a_line(bare, said)
            .or_else(|| refusals::refusal(bare, &self.vocabulary, self.currency))
            .or(template)
            .or_else(|| self.price_of_change(bare, said))
            .or_else(|| self.again_but(bare, said))
            .or_else(|| self.after_an_answer(bare, said))
            .or_else(|| short::thing(bare, said.expect, &self.vocabulary, self.currency))
            .or_else(|| self.changed_mind(bare, said))
    }

    fn guess(&self, said: &Said<'_>) -> Option<Understood> {
        let variants = self.variants(said.tokens.to_vec());
        let tokens = &variants.last()?.tokens;
        self.classifier.guess(tokens, &self.vocabulary, self.currency, said.today)
    }

    /// The best template over the whole of a variant. A yes must be one as it was said, with
    /// nothing but courtesy around it.
    fn template(&self, variants: &[Variant], said: &Said<'_>) -> Option<Understood> {
        let mut best_so_far: Option<Understood> = None;
        for variant in variants {
            let sights = Sights::new(&variant.tokens, &self.vocabulary, self.currency, said.today);
            let out = |table: &Table| {
                !variant.may_be_yes && table.name == IntentName::Yes
                    || !table.by_ear && said.source == Source::Heard
            };
            let Some(found) = best(&self.sentences, &sights, said.expect, out) else { continue };
            let understood = match &found.table.says {
                Some(says) => self.stands_for(says, said)?,
                None => Understood { intent: fill::intent(&found), confidence: confidence(&found) },
            };
            if understood.confidence >= 1.0 {
                return Some(understood);
            }
            best_so_far = best_so_far.or(Some(understood));
        }
        best_so_far
    }

    /// What the sentence means for which others stand.
    fn stands_for(&self, says: &str, said: &Said<'_>) -> Option<Understood> {
        let tokens = tokenise(says).filter(|_| said.within < MOST_WITHIN)?;
        self.sure(&Said { tokens: &tokens, within: said.within + 1, ..*said })
    }

    /// "Yes, but make it three", "no, two": what follows the answer counts, and is never a yes.
    fn after_an_answer(&self, tokens: &[Token], said: &Said<'_>) -> Option<Understood> {
        let (no, rest) = short::answer_first(tokens).filter(|_| said.within < MOST_WITHIN)?;
        let refused = self.vocabulary.options().mention(tokens, 0, &self.vocabulary);
        let by = |t: &Token| ["more", "less", "fewer"].contains(&t.text.as_str()) && !t.gap;
        let no_more = no && rest.first().is_some_and(by);
        if no_more || refused.is_some_and(|(option, _)| option.no) {
            // "No sugar" is no answer that sugar follows, nor is "no more sugar" one for more of it, nor "no less eggs".
            return None;
        }
        let understood = self.sure(&Said { tokens: rest, within: said.within + 1, ..*said })?;
        match understood.intent.name {
            IntentName::Yes | IntentName::CheckOut => None,
            _ if no => {
                let apart = short::stands_apart(tokens, rest);
                Some(short::correction(understood, said.expect, apart))
            }
            _ => Some(understood),
        }
    }
}

fn confidence(found: &Found<'_>) -> f32 {
    let unknown = |value: &Value| matches!(value, Value::Phrase(phrase) if !phrase.known);
    if found.captures.iter().any(|c| unknown(&c.value)) { UNKNOWN_THING } else { 1.0 }
}

/// Whether a text holds as many digits in a row, written or spoken, as a PIN has: it may have to
/// be masked.
pub fn holds_pin(text: &str) -> bool {
    tokenise(text).is_none_or(|tokens| pin::holds_pin(&tokens))
}

fn nothing() -> Understood {
    Understood { intent: Intent::bare(IntentName::NotUnderstood), confidence: 0.0 }
}
