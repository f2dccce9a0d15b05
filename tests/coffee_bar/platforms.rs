//! A platform's words for a drink, and what it may not stand in for.

use super::*;

#[test]
fn a_platforms_words_for_a_drink_have_their_options_too() {
    let (bar, _) = shop_of(Sample::CoffeeBar);
    let item = ItemPhrase { words: "large latte with oat milk".into(), ..ItemPhrase::default() };
    let intent = Intent { name: IntentName::Buy, slots: Slots { items: vec![item], ..Slots::default() } };
    let understood = bar.with_options(&intent).expect("words that can be read");
    assert_eq!(understood.slots.items[0].words, "large latte");
    assert_eq!(values(&understood.slots), ["oat"]);
    // Where the platform only tells of a latte, the words still say that there was more.
    assert!(bar.mentions_options("gimme one of them lattes, oat milk and all"));
    assert!(!bar.mentions_options("a vanilla latte and a decaf coffee"));
    for unclear in
        ["latte with more than two sugars", "latte with pistachio milk", "latte with two or three shots"]
    {
        let item = ItemPhrase { words: unclear.into(), ..ItemPhrase::default() };
        let slots = Slots { items: vec![item], ..Slots::default() };
        assert_eq!(bar.with_options(&Intent { name: IntentName::Buy, slots }), None, "{unclear}");
    }
}

#[test]
fn a_platform_does_not_stand_in_where_words_are_left_over_that_could_be_an_option() {
    let (bar, _) = shop_of(Sample::CoffeeBar);
    let item = ItemPhrase { words: "latte".into(), ..ItemPhrase::default() };
    let intent = Intent { name: IntentName::Buy, slots: Slots { items: vec![item], ..Slots::default() } };
    let accounts = |said: &str, placed: &[&str]| bar.accounts_for(said, &intent, &strings(placed));
    assert!(accounts("please get me the hot stuff", &["hot stuff"]));
    assert!(accounts("I would like some lattes", &[]));
    for (said, placed) in [
        ("hot stuff with almond", &["hot stuff"][..]),
        ("hot stuff with almond", &[]),
        ("get me the hot stuff", &[]),
        ("two of the hot stuff", &["hot stuff"]),
        ("the hot stuff without foam", &["hot stuff"]),
        ("the hot stuff extra hot", &["hot stuff"]),
    ] {
        assert!(!accounts(said, placed), "{said}");
    }
    let order = Intent::bare(IntentName::OrderStatus);
    assert!(bar.accounts_for("whatever about almond", &order, &[]), "nothing would be wanted");
}

#[test]
fn a_platform_does_not_stand_in_for_words_that_refuse_its_wish_in_any_shop() {
    let item = ItemPhrase { words: "latte".into(), ..ItemPhrase::default() };
    let with = |name| Intent { name, slots: Slots { items: vec![item.clone()], ..Slots::default() } };
    for sample in Sample::ALL {
        let (shop, _) = shop_of(sample);
        for said in [
            "don't get me a latte",
            "do not order lattes",
            "never a latte",
            "nah, the latte",
            "I changed my mind about the latte",
            "I won't have a latte",
            "nothing, no latte",
        ] {
            for name in [IntentName::Buy, IntentName::Reorder, IntentName::AddToCart, IntentName::Correct] {
                assert!(!shop.accounts_for(said, &with(name.clone()), &[]), "{said} is no {name:?}");
            }
            assert!(!shop.accounts_for(said, &Intent::bare(IntentName::CheckOut), &[]), "{said}");
            assert!(shop.accounts_for(said, &Intent::bare(IntentName::Help), &[]), "nothing would be wanted");
        }
        assert!(shop.accounts_for("I would like a latte", &with(IntentName::Buy), &[]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_before_a_drink_orders_none_where_nothing_was_asked() {
    let stage = Stage::set(Arc::new(Sample::CoffeeBar.skill())).await.expect("a stage");
    for words in ["no small latte", "no small latte please", "no small latte with oat milk"] {
        let shop = stage.rehearse().await.expect("a shop");
        let answer = shop.turn(Input::Text(words.into())).await.expect("a reply");
        assert_ne!(answer.decision, "confirming", "{words}: {}", answer.speech.to_text("en"));
        shop.turn(Input::Text("yes".into())).await.expect("a reply");
        assert_eq!(shop.placed().await.expect("orders").len(), 0, "{words}");
    }
}
