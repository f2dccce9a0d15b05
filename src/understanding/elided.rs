//! Changes in which something is left out that a template would have: the verb ("one of the lattes decaf"), the thing ("two,
//! not three", "not large, small"), or what the others are called ("the other two").

use super::{
    MOST_WITHIN, Said, Understander,
    around::{has, is},
    intent::{Choice, Expect, Intent, IntentName, ItemPhrase, Slots, Understood},
    options, phrases, short,
    words::{Token, cardinal, tokenise},
};

/// Words for wanting it so, before a change without its verb.
const LEADS: &[&str] = &[
    "i", "we", "want", "would", "like", "need", "have", "will", "take", "give", "get", "me", "us", "and",
    "but", "can", "could", "please", "just",
];

/// What is open, and how it shall be.
const IT: &[&str] = &["it", "that", "them", "those"];
const BE: &[&str] = &["should", "shall", "needs", "need", "has", "have", "to", "be"];

/// What one word is told from another by: "two, not three".
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Count,
    Size,
    Option,
}

impl Understander {
    /// What a change means of which something is left out.
    pub(super) fn elided(&self, tokens: &[Token], said: &Said<'_>) -> Option<Understood> {
        if said.within >= MOST_WITHIN {
            return None;
        }
        self.contrasted(tokens, said).or_else(|| self.without_verb(tokens, said))
    }

    /// "Two lattes, not three", "not large, small", "oat, not soy": what is wanted, where what is not is of its kind.
    fn contrasted(&self, tokens: &[Token], said: &Said<'_>) -> Option<Understood> {
        let not = tokens.iter().position(|token| is(Some(token), &["not"]))?;
        let (wanted, other) = match not {
            0 => {
                let rest = &tokens[1..];
                let but = |at: &usize| rest[*at].gap || is(rest.get(*at), &["but"]);
                let end = (1..rest.len()).find(but)?;
                let from = end + usize::from(is(rest.get(end), &["but"]));
                (rest.get(from..)?, &rest[..end])
            }
            _ => (without_joint(&tokens[..not]), &tokens[not + 1..]),
        };
        let told = self.told_by(other)?;
        let understood = self.sure(&Said { tokens: wanted, within: said.within + 1, ..*said })?;
        let fits = match said.expect {
            Expect::YesNo => matches!(
                understood.intent.name,
                IntentName::Correct | IntentName::Buy | IntentName::ChangeCart
            ),
            Expect::Anything => {
                matches!(understood.intent.name, IntentName::Correct | IntentName::ChangeCart)
            }
            _ => false,
        };
        let slots = &understood.intent.slots;
        let of_one = slots.items.len() < 2 && !slots.refused && slots.then.is_none();
        if !fits || !of_one || !has_such(slots, told) {
            return None;
        }
        Some(of_what_is_open(understood, said.expect))
    }

    /// Whether some words are nothing but a count, a size or an option.
    fn told_by(&self, tokens: &[Token]) -> Option<Told> {
        if tokens.is_empty() {
            return None;
        }
        if short::is_number(tokens) {
            return Some(Told::Count);
        }
        if self.is_an_option(tokens) {
            return Some(Told::Option);
        }
        self.is_a_size(tokens).then_some(Told::Size)
    }

    /// Whether some words are nothing but a size, and no thing that is called so.
    fn is_a_size(&self, tokens: &[Token]) -> bool {
        phrases::is_size(tokens, &self.vocabulary) && self.vocabulary.kind(tokens, 0).is_none()
    }

    fn is_an_option(&self, tokens: &[Token]) -> bool {
        let taken = self.vocabulary.options().take(tokens, &self.vocabulary);
        taken.is_some_and(|(rest, found)| !found.is_empty() && options::is_nothing(&rest))
    }

    /// "One of the lattes decaf", "the latte large", "I want it large": what is open shall be so.
    fn without_verb(&self, tokens: &[Token], said: &Said<'_>) -> Option<Understood> {
        if said.expect != Expect::YesNo {
            return None;
        }
        let lead = tokens.iter().take_while(|token| is(Some(token), LEADS)).count();
        let heart = &tokens[lead..];
        if is(heart.first(), IT) && has(&tokens[..lead], &["take"]) {
            // "I'll take it decaf" is said of what was asked about, too.
            return None;
        }
        let (thing, way, may_be_option) = self.way_of(heart)?;
        let told = self.told_by(way)?;
        // "The mocha decaf" may be one that is called so.
        let so = told == Told::Size || told == Told::Option && may_be_option;
        let make = Token { text: "make".to_owned(), gap: false };
        let tokens: Vec<Token> = std::iter::once(&make).chain(thing).chain(way).cloned().collect();
        let said = Said { tokens: &tokens, within: said.within + 1, ..*said };
        self.sure(&said).filter(|u| so && u.intent.name == IntentName::Correct)
    }

    /// The words for what is open, those for how it shall be, and whether these may be an option of it.
    fn way_of<'a>(&self, heart: &'a [Token]) -> Option<(&'a [Token], &'a [Token], bool)> {
        let it = is(heart.first(), IT);
        let some = cardinal(heart, 0).map_or(0, |(_, used)| used);
        let the = if some > 0 && is(heart.get(some), &["of"]) { some + 1 } else { 0 };
        if !it && (!is(heart.get(the), &["the"]) || some > 0 && the == 0) {
            return None;
        }
        let end = if it { 1 } else { the + 1 + self.vocabulary.kind(heart, the + 1)? };
        let (thing, behind) = heart.split_at_checked(end)?;
        let be = behind.iter().take_while(|token| is(Some(token), BE)).count();
        let way = &behind[be..];
        // "With oat milk" has its verb, whatever that is.
        let has_verb = it && is(way.first(), &["with", "without", "in"]);
        Some((thing, way, it || the > 0 || be > 0)).filter(|_| !has_verb)
    }

    /// Whether a count of what is wanted goes on here with how these shall be: "one large", but not "two sugars".
    pub(super) fn counts_a_way(&self, tokens: &[Token], at: usize) -> bool {
        let counted = self.vocabulary.options().mention(tokens, at, &self.vocabulary).is_some();
        let way = tokens.get(at + 1..at + 2).and_then(|way| self.told_by(way));
        !counted && matches!(way, Some(Told::Size | Told::Option))
    }

    /// "Make the latte large with oat milk": its name is the latte, and both are changed of it.
    pub(super) fn with_the_size_apart(&self, understood: Understood) -> Understood {
        let Intent { name: IntentName::Correct, slots } = &understood.intent else { return understood };
        let [item] = slots.items.as_slice() else { return understood };
        let (Some((name, last)), true) = (self.size_behind(&item.words), slots.have_options()) else {
            return understood;
        };
        let plain = *slots
            == Slots { items: slots.items.clone(), options: slots.options.clone(), ..Slots::default() };
        if !plain {
            return understood;
        }
        let named = ItemPhrase { words: name.to_owned(), options: Vec::new(), ..item.clone() };
        let mut sized = Slots { items: vec![named.clone()], ..Slots::default() };
        sized.constraints.size = Some(last.to_owned());
        let options = item.options.iter().chain(&slots.options).cloned().collect();
        let with = Slots { items: vec![named], options, ..Slots::default() };
        let change = |slots| Intent { name: IntentName::Correct, slots };
        Understood { intent: change(sized).and_then(change(with)), ..understood }
    }

    /// The name and the size that was taken for its last word: "latte large".
    pub(super) fn size_behind<'a>(&self, words: &'a str) -> Option<(&'a str, &'a str)> {
        let size = |word: &str| self.vocabulary.is_modifier(word);
        words.rsplit_once(' ').filter(|(name, last)| size(last) && !name.split(' ').any(size))
    }

    /// "Two lattes, one large and one small": the sizes are no things that are wanted beside them.
    pub(super) fn has_bare_sizes(&self, wish: &Understood) -> bool {
        let size = |words: &str| tokenise(words).is_some_and(|words| self.is_a_size(&words));
        let wants = matches!(wish.intent.name, IntentName::Buy | IntentName::AddToCart);
        wants && wish.intent.slots.items.iter().skip(1).any(|item| !item.it && size(&item.words))
    }

    /// "The other two" and "the remaining ones" are the others, and "the other two lattes" the other lattes.
    pub(super) fn with_the_others(&self, tokens: Vec<Token>, expect: Expect) -> Vec<Token> {
        let other = |at: &usize| is(tokens.get(*at), &["other", "remaining"]);
        let Some(at) = (1..tokens.len()).find(other).filter(|at| is(tokens.get(at - 1), &["the"])) else {
            return tokens;
        };
        if !matches!(expect, Expect::YesNo | Expect::Anything) {
            return tokens;
        }
        let count = cardinal(&tokens, at + 1).filter(|(n, _)| *n > 1).map_or(0, |(_, used)| used);
        let next = at + 1 + count;
        let ones = usize::from(is(tokens.get(next), &["ones"]));
        if count + ones == 0 {
            return tokens;
        }
        let named = self.vocabulary.kind(&tokens, next).is_some()
            && self.vocabulary.options().mention(&tokens, next, &self.vocabulary).is_none();
        let text = if named { "other" } else { "others" };
        let others = Token { text: text.to_owned(), gap: false };
        let (before, after) = (&tokens[..at], &tokens[next + ones..]);
        before.iter().cloned().chain([others]).chain(after.iter().cloned()).collect()
    }
}

/// "Two lattes, not three" are the lattes that are there.
fn of_what_is_open(mut understood: Understood, expect: Expect) -> Understood {
    let Intent { name, slots } = &mut understood.intent;
    if expect == Expect::YesNo && !slots.items.is_empty() {
        *name = IntentName::Correct;
        slots.choice = None;
    }
    understood
}

/// The words without an "and" or "but" behind them.
fn without_joint(tokens: &[Token]) -> &[Token] {
    match tokens.split_last() {
        Some((last, rest)) if is(Some(last), &["and", "but"]) => rest,
        _ => tokens,
    }
}

/// Whether what is wanted says so much, too.
fn has_such(slots: &Slots, told: Told) -> bool {
    match told {
        Told::Count => slots.quantity.is_some() || slots.items.iter().any(|item| item.quantity.is_some()),
        Told::Size => slots.constraints.size.is_some() || matches!(slots.choice, Some(Choice::Described(_))),
        Told::Option => slots.have_options(),
    }
}
