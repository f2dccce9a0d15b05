//! What is said: typed values in the brand's words, rendered for a voice and for a screen.

mod complete;

use std::time::Duration;

use jiff::civil::date;
use proptest::prelude::*;
use sayso::{
    commerce::{Money, money::Currency},
    dialogue::{Arg, Prompt},
    reply::Phrasebook,
    turn::{MAX_CHARS, Segment, Speech},
};

const ENGLISH: &str = include_str!("../skills/household/replies/en.ftl");

/// The sample skill's English with one message put in the place of `speechless`, which is given
/// no places, and of `list-pair`, which is given two.
fn book(message: &str) -> Phrasebook {
    let ftl = ENGLISH.replace("list-pair = { $first }, and { $second }", message);
    assert_ne!(ftl, ENGLISH, "the head of en.ftl has changed");
    Phrasebook::new("en", &ftl, &[("shop", "the Corner Shelf"), ("support", "call us"), ("privacy", "yes")])
        .expect("the replies are fine")
}

fn english() -> Phrasebook {
    Phrasebook::new(
        "en",
        ENGLISH,
        &[("shop", "the Corner Shelf"), ("support", "call us"), ("privacy", "yes")],
    )
    .expect("the replies are fine")
}

fn pair(first: Arg, second: Arg) -> Prompt {
    Prompt::new("list-pair").with("first", first).with("second", second)
}

fn name(text: &str) -> Arg {
    Arg::Name(text.to_owned())
}

fn dollars(cents: i64) -> Money {
    Money::new(cents, Currency::USD)
}

#[test]
fn values_keep_their_type_between_the_words() {
    let said = english().say(&[pair(Arg::Money(dollars(1299)), Arg::Date(date(2026, 11, 24)))]);
    let expected =
        [Segment::Money(dollars(1299)), Segment::Text(", and ".into()), Segment::Date(date(2026, 11, 24))];
    assert_eq!(said, Speech(expected.to_vec()));
}

#[test]
fn a_screen_a_voice_and_a_platform_get_the_same_answer_in_their_own_form() {
    let said = Speech(vec![
        Segment::Name("Northwind Paper Towels, Twelve Pack".into()),
        Segment::Text(": 2 for ".into()),
        Segment::Money(dollars(3198)),
        Segment::Text(".".into()),
        Segment::Pause(Duration::from_millis(300)),
        Segment::Text("It comes on ".into()),
        Segment::Date(date(2026, 11, 24)),
        Segment::Text(". The order is ".into()),
        Segment::Digits("4217".into()),
        Segment::Text(".".into()),
    ]);
    assert_eq!(
        said.to_text("en-US"),
        "Northwind Paper Towels, Twelve Pack: 2 for $31.98. It comes on Tuesday, November 24. \
         The order is 4217."
    );
    assert_eq!(
        said.to_words("en-US"),
        "Northwind Paper Towels, Twelve Pack: two for thirty one dollars and ninety eight cents. \
         It comes on Tuesday, November twenty fourth. The order is four, two, one, seven."
    );
    assert_eq!(
        said.to_ssml("en-US"),
        "<speak>Northwind Paper Towels, Twelve Pack: 2 for thirty one dollars and ninety eight cents.\
         <break time=\"300ms\"/>It comes on Tuesday, November twenty fourth. The order is \
         <say-as interpret-as=\"digits\">4217</say-as>.</speak>"
    );
}

#[test]
fn a_pause_without_a_mark_is_read_as_a_comma() {
    let said = Speech(vec![
        Segment::Text("Coffee".into()),
        Segment::Pause(Duration::from_millis(200)),
        Segment::Text("milk 2.5 and B12.".into()),
    ]);
    assert_eq!(said.to_words("en"), "Coffee, milk two point five and B twelve.");
    assert_eq!(said.to_text("en"), "Coffee milk 2.5 and B12.");
}

#[test]
fn amounts_in_every_currency_can_be_shown() {
    let shown = |minor, currency| Speech(vec![Segment::Money(Money::new(minor, currency))]).to_text("en");
    assert_eq!(shown(1299, Currency::EUR), "€12.99");
    assert_eq!(shown(-1299, Currency::USD), "-$12.99");
    assert_eq!(shown(1299, Currency::RON), "12.99 RON");
    assert_eq!(shown(1299, Currency::JPY), "1299 JPY");
}

#[test]
fn a_name_cannot_open_a_tag_a_placeable_or_a_mark() {
    for wicked in [
        "<audio src=\"https://example.com/x.mp3\"/>",
        "{ $first } { PAUSE(9000) }",
        "a & b's \"best\" </speak>",
        "\u{E000}_9000\u{E001}\u{E000}10\u{E001}",
        "bell\u{7} and \u{FFFE} null\0",
    ] {
        let said = english().say(&[pair(name(wicked), name("tea"))]);
        assert_eq!(said.0.len(), 3, "{wicked:?} stayed one segment");
        let ssml = said.to_ssml("en");
        let inside =
            ssml.strip_prefix("<speak>").and_then(|s| s.strip_suffix("</speak>")).expect("a speak tag");
        assert!(!inside.contains(['<', '>', '"', '\'', '\u{7}', '\0', '\u{E000}', '\u{FFFE}']), "{ssml}");
        assert!(!said.to_text("en").contains(char::is_control));
    }
}

#[test]
fn a_word_to_select_on_cannot_smuggle_in_a_value() {
    let book = book("list-pair = { $first } { $second }");
    let said = book.say(&[pair(Arg::Kind("\u{E000}10\u{E001}".into()), Arg::Digits("4217".into()))]);
    assert_eq!(said, Speech(vec![Segment::Text("10 ".into()), Segment::Digits("4217".into())]));
}

#[test]
fn the_number_of_things_decides_the_plural() {
    let book =
        book("list-pair = { $first ->\n    [one] one pack\n   *[other] { $first } packs\n } of { $second }");
    let said = |n| book.say(&[pair(Arg::Count(n), name("tea"))]).to_text("en");
    assert_eq!(said(1), "One pack of tea");
    assert_eq!(said(2), "2 packs of tea");
    assert_eq!(said(0), "0 packs of tea");
}

#[test]
fn a_state_selects_its_own_words() {
    let book = book(
        "list-pair = { $first ->\n    [shipped] It is on its way\n   *[other] It is here\n } { $second }",
    );
    let said = |state: &str| book.say(&[pair(Arg::Kind(state.into()), name("now"))]).to_text("en");
    assert_eq!(said("shipped"), "It is on its way now");
    assert_eq!(said("delivered"), "It is here now");
}

#[test]
fn a_message_can_be_a_part_of_another() {
    let said = book("list-pair = Both: { list-pair-or }").say(&[pair(name("tea"), name("milk"))]);
    assert_eq!(said.to_text("en"), "Both: tea, or milk");
}

#[test]
fn a_list_is_joined_as_the_language_joins_it() {
    let items = |n: usize| {
        let all = ["tea", "milk", "bread", "eggs"]
            .map(|item| Prompt::new("list-more").with("first", name("one")).with("second", name(item)));
        Arg::List(all[..n].to_vec())
    };
    let book = book("list-pair = { $first }{ $second }");
    let said = |n| book.say(&[pair(items(n), name("."))]).to_text("en");
    assert_eq!(said(0), ".");
    assert_eq!(said(1), "One; tea.");
    assert_eq!(said(3), "One; tea; one; milk; and one; bread.");
    let said = english().say(&[pair(name("x"), items(2))]).to_text("en");
    assert_eq!(said, "X, and one; tea, and one; milk");
}

#[test]
fn a_writer_chooses_or_and_sentences_for_a_list() {
    let items = || {
        let item = |text: &str| Prompt::new("list-more").with("first", name(text)).with("second", name("."));
        Arg::List(vec![item("tea"), item("milk"), item("bread")])
    };
    let or = book("list-pair = { OR($first) }{ $second }");
    assert_eq!(or.say(&[pair(items(), name("?"))]).to_text("en"), "Tea;.; milk;.; or bread;.?");
    let each = book("list-pair = { ONE-BY-ONE($first) } { $second }");
    assert_eq!(each.say(&[pair(items(), name("?"))]).to_text("en"), "Tea;. Milk;. Bread;.?");
}

#[test]
fn a_pause_is_written_where_it_is_heard_and_is_never_long() {
    let book = book("list-pair = { $first }{ PAUSE(300) }{ $second }{ PAUSE(999999) }");
    let said = book.say(&[pair(name("a"), name("b"))]);
    assert_eq!(said.0[1], Segment::Pause(Duration::from_millis(300)));
    assert_eq!(said.0[3], Segment::Pause(Duration::from_secs(10)));
}

#[test]
fn every_reply_knows_the_shop_and_how_to_reach_a_person() {
    let book = book("list-pair = { $shop }, { $support }: { $first }{ $second }");
    assert_eq!(book.say(&[pair(name("a"), name("b"))]).to_text("en"), "The Corner Shelf, call us: ab");
}

#[test]
fn a_reply_that_cannot_be_said_becomes_a_plain_sentence_without_a_claim() {
    let book = english();
    let unknown = book.say(&[Prompt::new("no-such-message")]).to_text("en");
    let without_a_place = book.say(&[Prompt::new("list-pair").with("first", name("a"))]).to_text("en");
    assert_eq!(unknown, without_a_place);
    assert!(unknown.starts_with("Sorry"), "{unknown}");
    assert!(!unknown.contains("order"), "it must not claim anything: {unknown}");
}

#[test]
fn a_long_description_ends_with_a_sentence() {
    let long = "It is soft. ".repeat(40);
    let said = english().say(&[pair(name(&long), name("tea"))]).to_text("en");
    assert!(said.len() < 320 && said.contains("It is soft., and tea"), "{said}");
    let endless = english().say(&[pair(name(&"x".repeat(5000)), name("tea"))]).to_text("en");
    assert_eq!(endless.len(), 300 + ", and tea".len());
}

#[test]
fn two_prompts_are_two_sentences() {
    let said = english().say(&[Prompt::new("speechless"), Prompt::new("speechless")]).to_text("en");
    assert!(said.contains("else. Sorry"), "{said}");
}

#[test]
fn a_phrasebook_can_be_used_by_many_threads() {
    let book = english();
    std::thread::scope(|scope| {
        for n in 0..4_i64 {
            let book = &book;
            scope.spawn(move || {
                let said = book.say(&[pair(Arg::Money(dollars(n)), name("tea"))]);
                assert_eq!(said.0[0], Segment::Money(dollars(n)));
            });
        }
    });
}

#[test]
fn no_answer_is_longer_than_a_platform_takes() {
    let long = Speech(vec![Segment::Name("<&>\"'".repeat(30)); 500]);
    for rendered in [long.to_ssml("en"), long.to_text("en"), long.to_words("en")] {
        let length = rendered.chars().count();
        assert!(length > MAX_CHARS / 2 && length <= MAX_CHARS, "{length} characters");
    }
    assert!(long.to_ssml("en").ends_with("</speak>"));
}

proptest! {
    #[test]
    fn ssml_is_well_formed_whatever_is_said(texts in prop::collection::vec(any::<String>(), 0..6), minor: i64, day in 0..3000_i64) {
        let mut all: Vec<_> = texts.iter().map(|t| Segment::Name(t.clone())).collect();
        all.extend(texts.into_iter().map(Segment::Digits));
        all.push(Segment::Money(dollars(minor)));
        all.push(Segment::Date(date(2026, 1, 1).saturating_add(jiff::Span::new().days(day))));
        let speech = Speech(all);
        let ssml = speech.to_ssml("en");
        let tags = ["<speak>", "</speak>", "<say-as interpret-as=\"digits\">", "</say-as>"];
        let bare = tags.iter().fold(ssml, |text, tag| text.replace(tag, ""));
        prop_assert!(!bare.contains(['<', '>']));
        prop_assert!(!speech.to_words("en").contains(|c: char| c.is_ascii_digit()));
    }
}
