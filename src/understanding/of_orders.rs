//! What is said of orders that are placed, as the words around it tell: "yes and order bagels", "keep it", "the one
//! with the bagels"; and of an order together with something else: "cancel that and order bagels".

use super::{
    Said, Understander,
    answered::answered,
    around::{has, is},
    intent::{Choice, Expect, Intent, IntentName, OrderRef, Slots, Understood},
    on_top::comes_on_top,
    words::{Token, digits},
};

/// With one of these a thing is named of an order.
const OF_IT: &[&str] = &["from", "in", "out", "off", "just", "only"];

/// What is left of several.
pub(super) const REST: &[&str] = &["rest", "others", "other"];

/// What an order is called.
const ORDERS: &[&str] =
    &["order", "orders", "delivery", "package", "packages", "parcel", "shipment", "purchase"];

/// Words of a question for an order, where without them one is only named.
const ASKS: &[&str] = &[
    "where", "when", "what", "how", "has", "have", "did", "is", "was", "are", "track", "check", "status",
    "show", "find", "look", "follow", "tell", "read", "list", "update", "any", "state", "progress", "never",
    "still", "locate", "problem",
];

/// Words with which something is bought.
const BUYS: &[&str] =
    &["order", "buy", "purchase", "place", "submit", "send", "take", "want", "like", "get", "complete"];

/// Words that point at what is spoken of.
pub(super) const IT: &[&str] = &["it", "that", "this", "them", "those"];

/// Fills in what the words around say of an order.
pub(super) fn tell(intent: &mut Intent, tokens: &[Token], expect: Expect) {
    use IntentName as N;
    let awaited = expect == Expect::YesNo;
    if let Some(number) = order_number(intent, tokens) {
        let slots = Slots { order: Some(OrderRef::Number(number)), ..Slots::default() };
        *intent = Intent { name: N::OrderStatus, slots };
    }
    let slots = &mut intent.slots;
    match intent.name {
        N::OrderStatus => {
            if slots.order == Some(OrderRef::Last) && has(tokens, &["orders"]) {
                slots.order = Some(OrderRef::All);
            }
            slots.pointed = awaited && !has(tokens, ASKS);
            slots.also = slots.pointed && comes_on_top(tokens);
        }
        N::Cancel => {
            let named = awaited && has(tokens, ORDERS);
            slots.pointed |= has(tokens, &["cancel"]) && (named || has(tokens, &IT[..3]));
        }
        // "Cancel the bagels", where "cancel the bagel order" is all of it.
        N::CancelOrder => slots.pointed = !has(tokens, ORDERS) || has(tokens, OF_IT),
        N::Back => slots.also = comes_on_top(tokens),
        // "That's all", "no, that's enough".
        N::CheckOut | N::No => {
            let more = ["not", "check", "cart", "order", "buy", "place"];
            slots.pointed = awaited && has(tokens, &["all", "enough"]) && !has(tokens, &more);
        }
        // "Yes, order it" agrees to a purchase, and to nothing that is asked about an order that is placed.
        N::Yes => slots.pointed |= has(tokens, BUYS),
        N::Choose | N::Correct if slots.choice == Some(Choice::Other) => slots.also = comes_on_top(tokens),
        _ => {}
    }
    if matches!(intent.name, N::CancelOrder | N::ReturnItem) {
        slots.also = comes_on_top(tokens);
    }
    let undoes = matches!(intent.name, N::Cancel | N::CancelOrder | N::ReturnItem);
    slots.stays |= undoes && refuses_to_undo(tokens);
    if slots.stays && has(tokens, REST) {
        slots.choice = Some(Choice::Other);
    } else if slots.stays && has(tokens, &["all", "both", "everything", "orders", "them", "those"]) {
        slots.choice = Some(Choice::All);
    }
    let counts = slots.quantity.is_some() || slots.items.iter().any(|item| item.quantity.is_some());
    slots.answered = answered(&intent.name, counts, tokens).filter(|_| awaited);
}

/// What was understood, unless it leaves something out in words that no template has a place for.
pub(super) fn unless_left_out(understood: Understood, tokens: &[Token]) -> Understood {
    match leaves_out(&understood.intent, tokens) {
        true => Understood { intent: Intent::bare(IntentName::NotUnderstood), confidence: 0.0 },
        false => understood,
    }
}

/// Whether an order, or a thing of one, is left out of what shall be cancelled or sent back: "cancel all my orders but not
/// the latte". Nothing of it is guessed.
fn leaves_out(intent: &Intent, tokens: &[Token]) -> bool {
    use IntentName as N;
    let undoes = |part: &Intent| {
        let order = part.name == N::Cancel && has(tokens, ORDERS);
        order || matches!(part.name, N::CancelOrder | N::ReturnItem)
    };
    let told = |part: &Intent| {
        let slots = &part.slots;
        slots.instead_of.is_some() || slots.stays || slots.refused || slots.only
    };
    let helps = ["do", "does", "did", "can", "could", "would", "will", "is", "was", "has", "have"];
    let not = |at: usize| {
        let helped = at.checked_sub(1).is_some_and(|before| is(tokens.get(before), &helps));
        is(tokens.get(at), &["not"]) && !helped
    };
    let all_but = |at: usize| {
        is(tokens.get(at), &["all", "everything", "orders", "both"])
            && is(tokens.get(at + 1), &["but", "besides", "apart", "without"])
    };
    let left_out = (1..tokens.len()).any(not)
        || (0..tokens.len()).any(all_but)
        || has(tokens, &["except"]) && intent.in_turn().all(|part| part.slots.instead_of.is_none());
    left_out && intent.in_turn().any(undoes) && !intent.in_turn().any(told)
}

/// "Order 4217" is none of so many pieces.
fn order_number(intent: &Intent, tokens: &[Token]) -> Option<u32> {
    let at = tokens.iter().position(|token| is(Some(token), &["order"]))?;
    let (said, used) = digits(tokens, at + 1).filter(|(_, used)| at + 1 + used == tokens.len())?;
    let buys = intent.name == IntentName::Buy && intent.slots.items.is_empty() && used > 0;
    said.parse().ok().filter(|_| buys && said.len() >= 4)
}

/// "To that", "to my order": what is spoken of, and no cart.
pub(super) fn to_an_order(tokens: &[Token]) -> bool {
    let to = |at: usize| is(tokens.get(at), &["to", "onto", "on", "in"]);
    let end = |at: usize| {
        let rest = &tokens[at + 1..];
        let order = rest.len() <= 4 && rest.iter().any(|token| is(Some(token), ORDERS));
        order || is(rest.first(), IT) && rest.len() <= 2
    };
    (1..tokens.len()).any(|at| to(at) && end(at))
}

/// "Don't cancel it", "I never said to cancel my order": of what follows without a pause nothing is to be done.
fn refuses_to_undo(tokens: &[Token]) -> bool {
    let undoes = |token: &Token| is(Some(token), &["cancel", "abort", "return", "send", "give", "drop"]);
    let nots = tokens.iter().enumerate().filter(|(_, token)| is(Some(token), &["not", "never"]));
    nots.map(|(at, _)| &tokens[at + 1..]).any(|rest| rest.iter().take_while(|token| !token.gap).any(undoes))
}

impl Understander {
    /// What a sentence means that wants something of an order and something else: "cancel that and order bagels", "where
    /// is my order and cancel it". Each part must be understood as surely as if it were said alone; of what is joined to
    /// an order's part and is not, it is noted that it is still to be said.
    pub(super) fn with_an_order(&self, said: &Said<'_>, whole: Option<&Understood>) -> Option<Understood> {
        if said.expect == Expect::Pin || whole.is_some_and(sure) {
            return None;
        }
        let both = |(end, next): (usize, usize)| {
            let (before, after) = (said.tokens.get(..end)?, said.tokens.get(next..)?);
            let first = self.part(before, said).filter(sure)?;
            let then = match of_an_order(&first.intent) {
                true => self.beside_an_order(&first, before, after, said).or_else(|| {
                    let but = is(said.tokens.get(end), &["but"]);
                    let joined =
                        is(said.tokens.get(end), &["and", "then", "plus"]) || whole.is_none() && !but;
                    let lost =
                        || Understood { intent: Intent::bare(IntentName::NotUnderstood), confidence: 1.0 };
                    (joined && !self.is_courtesy(after, said)).then(lost)
                })?,
                false => self
                    .rest(after, said)
                    .filter(|then| wanted(&first.intent) && of_an_order(&then.intent))?,
            };
            let confidence = first.confidence.min(then.confidence);
            Some(Understood { intent: first.intent.and_then(then.intent), confidence })
        };
        self.joints(said.tokens).into_iter().take(super::parts::MOST_JOINTS).find_map(both)
    }

    /// What is wanted beside an order, also where the verb is said once: "cancel my last order and the one before".
    fn beside_an_order(
        &self,
        first: &Understood,
        before: &[Token],
        after: &[Token],
        said: &Said<'_>,
    ) -> Option<Understood> {
        use IntentName as N;
        let asks = |name: &N| matches!(name, N::Price | N::Search | N::Stock | N::Purchases | N::ListCart);
        let fits =
            |then: &Understood| of_an_order(&then.intent) || wanted(&then.intent) || asks(&then.intent.name);
        let likewise = |with: &[&str]| {
            let verb = before.iter().position(|token| is(Some(token), with))?;
            let tokens: Vec<Token> = before[verb..].iter().take(with.len()).chain(after).cloned().collect();
            let same = |then: &Understood| sure(then) && then.intent.name == first.intent.name;
            self.part(&tokens, said).filter(same)
        };
        let named_only = |then: &Understood| then.intent.name == N::OrderStatus && !has(after, ASKS);
        let rest = self.rest(after, said).filter(|then| fits(then) && !named_only(then));
        rest.or_else(|| likewise(&["cancel"]))
            .or_else(|| likewise(&["return"]))
            .or_else(|| likewise(&["cancel", "order"]))
    }

    /// What follows, which may be several things itself, where it is sure.
    fn rest(&self, tokens: &[Token], said: &Said<'_>) -> Option<Understood> {
        let rest = Said { tokens, within: said.within + 1, ..*said };
        let whole = self.sure(&rest);
        self.in_parts(&rest, whole.as_ref()).or_else(|| self.part(tokens, said)).filter(sure)
    }

    /// "And thank you" wants nothing, and whoever says no or goes is heard by that alone.
    fn is_courtesy(&self, tokens: &[Token], said: &Said<'_>) -> bool {
        use IntentName as N;
        let wants_nothing =
            |name: &N| matches!(name, N::Thanks | N::Stop | N::No | N::Yes | N::Wait | N::Cancel | N::Human);
        self.part(tokens, said).is_some_and(|rest| wants_nothing(&rest.intent.name))
    }
}

/// Whether nothing is guessed. Of "reorder it" it is told elsewhere what that is.
fn sure(understood: &Understood) -> bool {
    let items = &understood.intent.slots.items;
    understood.confidence >= 1.0 || !items.is_empty() && items.iter().all(|item| item.it)
}

/// Whether an intent wants something of an order that is placed.
pub(super) fn of_an_order(intent: &Intent) -> bool {
    use IntentName as N;
    let slots = &intent.slots;
    match intent.name {
        N::OrderStatus | N::DeliveryDate | N::CancelOrder | N::ReturnItem | N::Undo => !slots.stays,
        N::Cancel => slots.pointed && !slots.stays,
        _ => false,
    }
}

/// Whether an intent wants something to be bought.
fn wanted(intent: &Intent) -> bool {
    use IntentName as N;
    matches!(intent.name, N::Buy | N::AddToCart | N::Reorder | N::CheckOut)
}
