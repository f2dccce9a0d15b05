//! Several changes in one sentence: "make it two and add matches", "one more bagel and a cookie", "two more, and a
//! muffin, yes". Each is understood by itself, and none is lost for the sake of another.

mod join;

use join::{
    adds_to_all_but, changes, changes_how, changes_some_of_several, counts_things, distributed, joined,
    loses_some, stands_apart, swaps_several, taken_out, wants,
};

use super::{
    Said, Understander, around, doubt,
    intent::{Choice, Expect, Intent, IntentName, ItemPhrase, OrderRef, Slots, Understood},
    lines, short,
    words::{Token, cardinal, tokenise},
};

/// Words between two changes.
const JOINTS: &[&str] = &["and", "plus", "then", "but"];

/// At no more places than this a sentence is tried to be parted.
pub(super) const MOST_JOINTS: usize = 4;

impl Understander {
    /// What a sentence means that says several changes, or a change and a yes, which is none to what the change makes
    /// of the order. `whole` is what it means as one.
    pub(super) fn in_parts(&self, said: &Said<'_>, whole: Option<&Understood>) -> Option<Understood> {
        if said.within >= super::MOST_WITHIN {
            return None;
        }
        if let Some(both) = self.with_an_order(said, whole) {
            return Some(both);
        }
        if !matches!(said.expect, Expect::YesNo | Expect::Choice | Expect::Anything | Expect::Product) {
            return None;
        }
        let loses = whole.is_none_or(|whole| {
            // "A bagel and cancel the croissant" leaves the rest.
            let hasty = whole.intent.name == IntentName::Cancel && whole.confidence < 1.0;
            // "I want the latte large and two muffins."
            let restates = said.expect == Expect::YesNo
                && whole.intent.name == IntentName::Buy
                && around::has(said.tokens, &["the"])
                && around::has(said.tokens, &["and"]);
            hasty
                || restates
                || around::does_two_things(&whole.intent.name, said.tokens)
                || loses_some(&whole.intent, said.tokens)
                || around::has(said.tokens, &["and"])
                    && (self.names_a_size(&whole.intent)
                        || self.has_a_size_behind(&whole.intent, said.tokens))
                || adds_to_all_but(&whole.intent, said.tokens)
        });
        let some_of_several = whole.is_some_and(|whole| changes_some_of_several(&whole.intent));
        let counted = whole.filter(|whole| !some_of_several && counts_things(&whole.intent));
        let swaps = whole.is_some_and(|whole| swaps_several(&whole.intent, said.tokens));
        if !loses && counted.is_none() && !swaps && !some_of_several {
            return None;
        }
        let parted = || {
            let mut joints = self.joints(said.tokens).into_iter().take(MOST_JOINTS);
            joints.find_map(|joint| self.parted(said, joint, counted))
        };
        let before_a_yes = || if whole.is_none() { self.before_a_yes(said) } else { None };
        let parts = before_a_yes().or_else(parted).or_else(|| distributed(counted?));
        match some_of_several {
            // "Make one of the lattes and one of the mochas large."
            true => parts
                .filter(|parts| parts.intent.in_turn().all(changes_how))
                .or_else(|| Some(super::nothing())),
            false => parts,
        }
    }

    /// The changes before and after a joint, where both are some.
    fn parted(
        &self,
        said: &Said<'_>,
        (end, next): (usize, usize),
        counted: Option<&Understood>,
    ) -> Option<Understood> {
        let (before, after) = (said.tokens.get(..end)?, said.tokens.get(next..)?);
        if short::is_number(after) {
            // "Make it 2,5."
            return None;
        }
        if let Some(only) =
            self.but_the_rest(before, after, said).or_else(|| self.only_that(before, after, said))
        {
            return Some(only);
        }
        let first = self.part(before, said)?;
        let but = said.tokens[end].text == "but";
        if but && first.intent.name == IntentName::RemoveFromCart {
            // "Remove the lattes but the small one" removes less than what is before it.
            return None;
        }
        if changes(&first.intent)
            && let Some(same) =
                self.likewise(before, after, said).or_else(|| self.of_it_too(&first, after, said))
        {
            return joined(first, same, said.expect);
        }
        if counted.is_some_and(|whole| !stands_apart(whole, &first, after)) {
            return None;
        }
        let rest = Said { tokens: after, within: said.within + 1, ..*said };
        let whole = self.sure(&rest);
        let then = self.in_parts(&rest, whole.as_ref()).or_else(|| self.part(after, said))?;
        let then = taken_out(then, after);
        joined(first, then, said.expect)
    }

    /// "One with oat milk and one without": what is left as it is is not changed.
    fn but_the_rest(&self, before: &[Token], after: &[Token], said: &Said<'_>) -> Option<Understood> {
        let (change, rest) = match (lines::stays_as_it_is(before), lines::stays_as_it_is(after)) {
            (false, true) => (before, after),
            (true, false) => (after, before),
            _ => return None,
        };
        let only = self.part(change, said)?;
        let slots = &only.intent.slots;
        if around::has(rest, &["others", "rest", "everything"]) && changes(&only.intent) {
            // "Make the latte large and leave the others as they are."
            return Some(only);
        }
        let so = slots.constraints.size.is_some() || slots.choice.is_some() || !slots.options.is_empty();
        let of_some = slots.part || slots.quantity.is_some() && slots.items.iter().all(|item| item.it);
        (only.intent.name == IntentName::Correct && of_some && so).then_some(only)
    }

    /// "Keep the latte and forget the rest": just the latte.
    fn only_that(&self, before: &[Token], after: &[Token], said: &Said<'_>) -> Option<Understood> {
        if !lines::drops_the_rest(after) {
            return None;
        }
        let leads = |token: &&Token| around::is(Some(token), &["keep", "just", "only", "order"]);
        let kept = before.iter().skip_while(leads).cloned();
        let tokens: Vec<Token> = tokenise("just")?.into_iter().chain(kept).collect();
        self.part(&tokens, said).filter(|only| only.intent.slots.only)
    }

    /// "Make the latte large and the mocha small", "change the milk to two and the bread to three": the verb is said once.
    fn likewise(&self, before: &[Token], after: &[Token], said: &Said<'_>) -> Option<Understood> {
        let verb = before.iter().find(|token| around::is(Some(token), around::PUTS))?;
        let tokens: Vec<Token> = std::iter::once(verb).chain(after).cloned().collect();
        let change = self.part(&tokens, said)?;
        let slots = &change.intent.slots;
        let told = slots.line.is_some() || slots.part || slots.items.iter().any(|item| !item.it);
        let counted = slots.quantity.is_some() || slots.items.iter().any(|item| item.quantity.is_some());
        let so = counted
            || slots.constraints.size.is_some()
            || !slots.options.is_empty()
            || slots.instead_of.is_some();
        (changes(&change.intent) && told && so).then_some(change)
    }

    /// "Make the latte large and decaf": the size was taken for a part of the name.
    fn names_a_size(&self, intent: &Intent) -> bool {
        let slots = &intent.slots;
        let size = |item: &ItemPhrase| item.words.split(' ').any(|word| self.vocabulary.is_modifier(word));
        intent.name == IntentName::Correct && !slots.options.is_empty() && slots.items.iter().any(size)
    }

    /// "Hold the muffin and the latte large": of one of them how it shall be was taken for its name.
    fn has_a_size_behind(&self, intent: &Intent, tokens: &[Token]) -> bool {
        let behind = |item: &ItemPhrase| self.size_behind(&item.words).is_some();
        let of_the = tokens.windows(2).any(|pair| pair[0].text == "of" && pair[1].text == "the");
        let name = &intent.name;
        let changes = *name == IntentName::Correct || *name == IntentName::Buy && of_the;
        changes && intent.slots.items.len() > 1 && intent.slots.items.iter().any(behind)
    }

    /// "Make the latte decaf and large": both of the same line.
    fn of_it_too(&self, first: &Understood, after: &[Token], said: &Said<'_>) -> Option<Understood> {
        let slots = &first.intent.slots;
        let so = slots.constraints.size.is_some() || slots.choice.is_some() || !slots.options.is_empty();
        let line = match slots.items.as_slice() {
            [item] if !item.it => format!("make the {}", item.words),
            [_] | [] if slots.line.is_none() && !slots.part => "make it".to_owned(),
            _ => return None,
        };
        let tokens: Vec<Token> = tokenise(&line)?.into_iter().chain(after.iter().cloned()).collect();
        let change = self.part(&tokens, said).filter(|_| so && slots.quantity.is_none())?;
        let other = &change.intent.slots;
        let way = other.constraints.size.is_some() || matches!(other.choice, Some(Choice::Described(_)));
        let same = other.instead_of.is_none() && other.quantity.is_none();
        let names_none =
            other.items.iter().all(|item| item.it || slots.items.iter().any(|i| i.words == item.words));
        (changes(&change.intent) && same && names_none && (way || !other.options.is_empty()))
            .then_some(change)
    }

    /// One of the parts, as it would be understood alone.
    pub(super) fn part(&self, tokens: &[Token], said: &Said<'_>) -> Option<Understood> {
        let understood = self.sure(&Said { tokens, within: said.within + 1, ..*said })?;
        let mut read = around::read(short::in_context(understood, tokens, said.expect), tokens, said.expect);
        if let (Expect::YesNo, IntentName::CancelOrder, Some(OrderRef::Product(words))) =
            (said.expect, &read.intent.name, &read.intent.slots.order)
        {
            // "Cancel the croissant" beside another change is one of what is open.
            let item = ItemPhrase { words: words.clone(), ..ItemPhrase::default() };
            let slots = Slots { items: vec![item], ..Slots::default() };
            read.intent = Intent { name: IntentName::RemoveFromCart, slots };
        }
        (!doubt::doubtful(tokens, &read.intent.slots, self.currency)).then_some(read)
    }

    /// "And a muffin, yes": the muffin was not in what the yes could be to.
    fn before_a_yes(&self, said: &Said<'_>) -> Option<Understood> {
        let courtesy = |token: &&Token| ["please", "thanks", "thank", "you"].contains(&token.text.as_str());
        let polite = said.tokens.iter().rev().take_while(courtesy).count();
        let heart = &said.tokens[..said.tokens.len() - polite];
        let (_, tokens) = heart.split_last().filter(|(last, _)| short::agrees(last))?;
        let said = Said { tokens, within: said.within + 1, ..*said };
        let whole = self.sure(&said);
        let understood = self.in_parts(&said, whole.as_ref()).or_else(|| self.part(tokens, &said))?;
        (changes(&understood.intent) || wants(&understood.intent)).then_some(understood)
    }

    /// A change of what is open instead of the PIN, as it would be understood at the read-back. A number or a name alone
    /// is none: it may be a PIN that was misheard.
    pub(super) fn change_at_pin(&self, said: &Said<'_>) -> Option<Understood> {
        if said.expect != Expect::Pin || short::is_number(said.tokens) {
            return None;
        }
        let open = Said { expect: Expect::YesNo, ..*said };
        let whole = self.sure(&open);
        let parts = self.in_parts(&open, whole.as_ref());
        parts.or_else(|| self.part(said.tokens, &open)).filter(|change| changes(&change.intent))
    }

    /// Where a sentence could be parted: the end of what is before, and where it goes on. "Mac and cheese" is one thing.
    pub(super) fn joints(&self, tokens: &[Token]) -> Vec<(usize, usize)> {
        let (mut joints, mut at) = (Vec::new(), 0);
        let joint = |at: usize| tokens.get(at).is_some_and(|token| JOINTS.contains(&token.text.as_str()));
        while at < tokens.len() {
            if at > 0 && (tokens[at].gap || joint(at)) {
                let next = (at..).find(|next| !joint(*next)).unwrap_or(at);
                joints.extend((next < tokens.len()).then_some((at, next)));
                at = next.max(at + 1);
                continue;
            }
            let inside = |len: &usize| tokens[at + 1..at + len].iter().all(|token| !token.gap);
            let name = self.vocabulary.kind(tokens, at).filter(inside);
            let option = self.vocabulary.options().words_at(tokens, at, &self.vocabulary);
            at += name.or(option).or(cardinal(tokens, at).map(|(_, used)| used)).unwrap_or(1);
        }
        joints
    }
}
