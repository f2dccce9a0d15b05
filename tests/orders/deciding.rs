//! One order on its own: given these events, when that command comes, then these events follow.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use sayso::commerce::{
    Money, OrderId, OrderNumber, SessionId,
    order::{Capture, Command, Draft, Due, Event, Order, OrderState, Refusal, Step, apply, decide, replay},
};

use crate::support::shop::{day, household, quote, shop, sku, usd};

const PLACED_AT: &str = "2026-03-02T09:00:00Z";

fn at(hours: i64) -> Timestamp {
    PLACED_AT.parse::<Timestamp>().expect("a moment") + SignedDuration::from_hours(hours)
}

fn draft(lines: &[(&str, u32)]) -> Box<Draft> {
    Box::new(Draft {
        id: OrderId::new("o1").expect("an id"),
        number: OrderNumber(4217),
        shop: shop(),
        household: household("oak-street"),
        session: SessionId::new("kitchen").expect("an id"),
        quote: quote(lines),
    })
}

/// An order to which these events happened, the first at hour 0, and so on.
struct Given(Option<Order>);

fn given(events: &[Event]) -> Given {
    Given(replay(events.iter().zip(0..).map(|(event, hour)| (event, at(hour)))))
}

impl Given {
    fn when(&self, command: Command, hour: i64) -> Result<Vec<Event>, Refusal> {
        decide(self.0.as_ref(), command, at(hour))
    }
}

fn placed() -> Event {
    Event::Placed(draft(&[("coffee", 2), ("soap", 1)]))
}

fn authorised() -> Event {
    Event::PaymentAuthorised { reference: "r1".into() }
}

fn delivered() -> Event {
    Event::Delivered { on: day("2026-03-04") }
}

fn captured() -> Event {
    Event::PaymentCaptured { amount: quote(&[("coffee", 2), ("soap", 1)]).total() }
}

fn to(state: OrderState) -> Command {
    Command::Advance { to: state, today: day("2026-03-04") }
}

fn give_back(name: &str) -> Command {
    Command::ReturnItem { sku: sku(name), days: 30 }
}

#[test]
fn a_confirmed_purchase_becomes_an_order() {
    let draft = draft(&[("coffee", 2)]);
    let events = given(&[]).when(Command::Place(draft.clone()), 0);
    assert_eq!(events, Ok(vec![Event::Placed(draft)]));
}

#[test]
fn nothing_cannot_be_ordered() {
    assert_eq!(given(&[]).when(Command::Place(draft(&[])), 0), Err(Refusal::Quantities));
}

#[test]
fn two_lines_of_one_product_cannot_pass_the_largest_quantity() {
    let command = Command::Place(draft(&[("coffee", 60), ("coffee", 60)]));
    assert_eq!(given(&[]).when(command, 0), Err(Refusal::Quantities));
}

#[test]
fn an_order_cannot_be_placed_twice() {
    let command = Command::Place(draft(&[("coffee", 2)]));
    assert_eq!(given(&[placed()]).when(command, 1), Err(Refusal::Exists));
}

#[test]
fn nothing_happens_to_an_order_that_does_not_exist() {
    assert_eq!(given(&[]).when(Command::Cancel, 0), Err(Refusal::Missing));
}

#[test]
fn an_authorised_payment_makes_the_order_paid() {
    let order = given(&[placed(), authorised()]).0.expect("an order");
    assert_eq!(order.state, OrderState::Paid);
    assert_eq!(order.due(), None);
}

#[test]
fn a_declined_payment_cancels_the_order() {
    let events = given(&[placed()]).when(Command::PaymentDeclined { reason: "no".into() }, 1);
    assert_eq!(events, Ok(vec![Event::PaymentDeclined { reason: "no".into() }, Event::Cancelled]));
}

#[test]
fn the_same_answer_of_the_provider_twice_changes_nothing() {
    let command = Command::PaymentAuthorised { reference: "r1".into() };
    assert_eq!(given(&[placed(), authorised()]).when(command, 2), Ok(vec![]));
}

#[test]
fn another_answer_of_the_provider_is_refused() {
    let order = given(&[placed(), authorised()]);
    assert_eq!(order.when(Command::PaymentDeclined { reason: "no".into() }, 2), Err(Refusal::PaymentSettled));
    let other = Command::PaymentAuthorised { reference: "r2".into() };
    assert_eq!(order.when(other, 2), Err(Refusal::PaymentSettled));
}

#[test]
fn an_order_cancelled_before_the_providers_answer_sets_the_money_free_when_it_comes() {
    let waiting = given(&[placed(), Event::Cancelled]);
    assert_eq!(waiting.0.as_ref().and_then(Order::due), Some(Due::Authorise));
    let answer = Command::PaymentAuthorised { reference: "r1".into() };
    assert_eq!(waiting.when(answer, 2), Ok(vec![authorised()]));
    let order = given(&[placed(), Event::Cancelled, authorised()]).0.expect("an order");
    assert_eq!((order.state, order.due()), (OrderState::Cancelled, Some(Due::Release)));
}

#[test]
fn money_is_taken_when_the_goods_leave() {
    let order = given(&[placed(), authorised(), Event::Packed]);
    assert_eq!(order.0.as_ref().and_then(Order::due), None);
    let order = given(&[placed(), authorised(), Event::Packed, Event::Shipped]);
    assert_eq!(order.0.as_ref().and_then(Order::due), Some(Due::Capture));
    assert_eq!(order.when(Command::Settled(Due::Capture), 4), Ok(vec![captured()]));
}

#[test]
fn an_unpaid_order_is_not_packed() {
    let refusal = Refusal::Step { from: OrderState::Placed, to: OrderState::Packed };
    assert_eq!(given(&[placed()]).when(to(OrderState::Packed), 1), Err(refusal));
}

#[test]
fn a_shipped_order_cannot_be_cancelled() {
    let order = given(&[placed(), authorised(), Event::Packed, Event::Shipped]);
    let refusal = Refusal::Step { from: OrderState::Shipped, to: OrderState::Cancelled };
    assert_eq!(order.when(Command::Cancel, 4), Err(refusal));
}

#[test]
fn undoing_works_within_its_window_only() {
    let order = given(&[placed(), authorised()]);
    let undo = Command::Undo { window: SignedDuration::from_hours(2) };
    assert_eq!(order.when(undo.clone(), 2), Ok(vec![Event::Cancelled]));
    assert_eq!(order.when(undo, 3), Err(Refusal::WindowClosed));
}

#[test]
fn a_returned_item_gives_back_its_price_and_its_share_of_the_tax_but_no_shipping() {
    let order = given(&[placed(), authorised(), Event::Packed, Event::Shipped, delivered(), captured()]);
    // Two coffees at 12.99, a soap at 3.50 and shipping at 4.99 make 34.47; 8 % of it is 2.76.
    // The coffees' share: 2.76 × 25.98 / 34.47 = 2.08.
    let back = usd(2598 + 208);
    let events = order.when(give_back("coffee"), 24);
    assert_eq!(events, Ok(vec![Event::ItemReturned { sku: sku("coffee"), refund: back }]));
}

#[test]
fn an_item_comes_back_once_and_the_last_one_returns_the_order() {
    let coffee_back = Event::ItemReturned { sku: sku("coffee"), refund: usd(2806) };
    let order =
        given(&[placed(), authorised(), Event::Packed, Event::Shipped, delivered(), captured(), coffee_back]);
    assert_eq!(order.when(give_back("coffee"), 24), Err(Refusal::NoSuchItem));
    let events = order.when(give_back("soap"), 24).expect("events");
    assert_eq!(events.last(), Some(&Event::Returned));
}

#[test]
fn an_item_cannot_come_back_before_it_was_delivered_or_too_long_after() {
    let shipped = given(&[placed(), authorised(), Event::Packed, Event::Shipped]);
    let refusal = Refusal::Step { from: OrderState::Shipped, to: OrderState::Returned };
    assert_eq!(shipped.when(give_back("coffee"), 5), Err(refusal));
    let order = given(&[placed(), authorised(), Event::Packed, Event::Shipped, delivered()]);
    assert!(order.when(give_back("coffee"), 4 + 30 * 24).is_ok());
    assert_eq!(order.when(give_back("coffee"), 5 + 30 * 24), Err(Refusal::WindowClosed));
}

#[test]
fn a_refused_capture_leaves_nothing_to_give_back() {
    let refused = Event::PaymentStepRefused { step: Due::Capture, reason: "gone".into() };
    let order = given(&[placed(), authorised(), Event::Packed, Event::Shipped, refused, delivered()]);
    let events = order.when(give_back("coffee"), 6).expect("events");
    assert_eq!(events[0], Event::ItemReturned { sku: sku("coffee"), refund: usd(0) });
}

#[test]
fn exactly_the_documented_steps_are_allowed() {
    let allowed: Vec<String> = OrderState::ALL
        .iter()
        .flat_map(|from| OrderState::ALL.iter().map(move |to| (from, to)))
        .filter(|(from, to)| from.may_become(**to))
        .map(|(from, to)| format!("{from} {to}"))
        .collect();
    let documented = [
        "placed paid",
        "placed cancelled",
        "paid packed",
        "paid cancelled",
        "packed shipped",
        "packed cancelled",
        "shipped delivered",
        "delivered returned",
    ];
    assert_eq!(allowed, documented);
}

/// Any command that anybody could send, sensible or not.
fn any_command() -> impl Strategy<Value = Command> {
    let product = prop_oneof![Just("coffee"), Just("soap"), Just("tv")];
    let state = proptest::sample::select(OrderState::ALL.to_vec());
    let due = prop_oneof![
        Just(Due::Authorise),
        Just(Due::Capture),
        Just(Due::Release),
        (0_usize..3).prop_map(Due::Refund)
    ];
    prop_oneof![
        1 => Just(Command::Place(draft(&[("coffee", 1)]))),
        3 => "r[12]".prop_map(|reference| Command::PaymentAuthorised { reference }),
        1 => Just(Command::PaymentDeclined { reason: "no".into() }),
        1 => Just(Command::PaidElsewhere),
        8 => state.prop_map(to),
        1 => Just(Command::Cancel),
        1 => (0_i64..9).prop_map(|h| Command::Undo { window: SignedDuration::from_hours(h) }),
        4 => product.prop_map(give_back),
        6 => due.clone().prop_map(Command::Settled),
        1 => due.prop_map(|step| Command::Refused { step, reason: "no".into() }),
    ]
}

fn sum(amounts: impl Iterator<Item = Money>) -> i64 {
    amounts.map(Money::minor).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_sequence_of_commands_takes_a_forbidden_step_or_refunds_more_than_was_taken(
        commands in proptest::collection::vec(any_command(), 1..60)
    ) {
        let mut order = apply(None, &placed(), at(0)).expect("an order");
        let mut log = vec![(placed(), at(0))];
        for (command, hour) in commands.into_iter().zip(1..) {
            for event in decide(Some(&order), command, at(hour)).unwrap_or_default() {
                let before = order.state;
                order = apply(Some(order), &event, at(hour)).expect("an order");
                prop_assert!(before == order.state || before.may_become(order.state));
                log.push((event, at(hour)));
            }
            let taken = match order.funds.capture {
                Capture::Taken(amount) => amount.minor(),
                _ => 0,
            };
            let back = sum(order.funds.refunds.iter().filter(|r| r.step == Step::Done).map(|r| r.amount));
            prop_assert!(back <= taken);
            prop_assert!(sum(order.funds.refunds.iter().map(|r| r.amount)) <= order.quote.total().minor());
        }
        let replayed = replay(log.iter().map(|(event, at)| (event, *at)));
        prop_assert_eq!(replayed, Some(order));
    }

    #[test]
    fn all_refunds_together_are_the_total_without_shipping_and_its_tax(
        coffee in 1_u32..99, towels in 1_u32..99, soap in 1_u32..99
    ) {
        let lines = [("coffee", coffee), ("towels", towels), ("soap", soap)];
        let order = apply(None, &Event::Placed(draft(&lines)), at(0)).expect("an order");
        let back = sum(lines.iter().map(|(name, _)| order.refund_for(&sku(name)).expect("an amount")));
        let quote = &order.quote;
        let kept = quote.total().minor() - back;
        let shipping_with_tax = quote.shipping().share(10_800).expect("an amount").minor();
        prop_assert!((kept - shipping_with_tax).abs() <= 1, "kept {kept} of {shipping_with_tax}");
        prop_assert!(kept >= quote.shipping().minor());
    }
}
