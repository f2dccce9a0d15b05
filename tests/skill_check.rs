//! The author of a skill is told every mistake at once, with its place and what to do about it.

use std::{fs, path::Path};

use sayso::skill::check::{Kind, Mistake, check};
use tempfile::TempDir;

use crate::support::process::Sayso;

fn sample(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("skills").join(name)
}

/// A copy of the household shop to be spoilt.
fn copy() -> TempDir {
    let copy = tempfile::tempdir().expect("a folder");
    for folder in ["replies", "sentences"] {
        fs::create_dir(copy.path().join(folder)).expect("a folder");
    }
    for file in
        ["catalog.csv", "history.csv", "households.toml", "skill.toml", "replies/en.ftl", "sentences/en.toml"]
    {
        fs::copy(sample("household").join(file), copy.path().join(file)).expect("a copy");
    }
    copy
}

fn spoil(copy: &TempDir, file: &str, from: &str, to: &str) {
    let path = copy.path().join(file);
    let text = fs::read_to_string(&path).expect("a file");
    assert!(text.contains(from), "{file} has no {from:?}");
    fs::write(&path, text.replacen(from, to, 1)).expect("a file");
}

fn add(copy: &TempDir, file: &str, text: &str) {
    let path = copy.path().join(file);
    let before = fs::read_to_string(&path).expect("a file");
    fs::write(&path, before + text).expect("a file");
}

/// The mistakes of a kind.
fn of(mistakes: &[Mistake], kind: Kind) -> Vec<&Mistake> {
    mistakes.iter().filter(|mistake| mistake.kind == kind).collect()
}

/// Whether a mistake of a kind is on the line that has these words.
fn at(copy: &TempDir, mistakes: &[Mistake], kind: Kind, words: &str) -> bool {
    of(mistakes, kind).iter().any(|mistake| {
        let text = fs::read_to_string(copy.path().join(&mistake.file)).unwrap_or_default();
        let line = mistake.line.and_then(|line| text.lines().nth(usize::try_from(line).ok()? - 1));
        line.is_some_and(|line| line.contains(words))
    })
}

#[test]
fn the_sample_shops_have_no_mistake() {
    for name in ["household", "coffee-bar"] {
        assert_eq!(check(&sample(name)), Vec::new(), "{name}");
    }
}

#[test]
fn mistakes_in_every_file_are_told_at_once_each_at_its_line() {
    let copy = copy();
    spoil(&copy, "skill.toml", "America/New_York", "Mars/Olympus");
    spoil(&copy, "skill.toml", "shipping = \"4.99\"", "shipping = \"-4.99\"");
    spoil(&copy, "skill.toml", "invocation = \"corner shelf\"", "invocation = \"ask Shelf 24\"");
    spoil(&copy, "catalog.csv", ",in_stock,48,8.99 USD", ",in_stock,48,8.99 EUR");
    spoil(&copy, "catalog.csv", ",in_stock,24,15.99 USD", ",maybe,24,15.99 USD");
    spoil(&copy, "history.csv", "oak-street,", "elm-street,");
    spoil(&copy, "sentences/en.toml", "find|find me|search|search for", "find|find 1 me|search|search for");
    spoil(&copy, "sentences/en.toml", "<buy_verb> {named}", "<buy_verb> {nmed}");
    spoil(&copy, "replies/en.ftl", "{ $first }, or { $second }", "{ $fist }, or { $second }");
    spoil(&copy, "replies/en.ftl", "\ngoodbye = ", "\ngood-bye = ");
    let mistakes = check(copy.path());
    let told = |kind, words| assert!(at(&copy, &mistakes, kind, words), "{words}: {mistakes:#?}");
    told(Kind::Setting, "Mars/Olympus");
    told(Kind::Setting, "-4.99");
    told(Kind::Alexa, "ask Shelf 24");
    told(Kind::Alexa, "find 1 me");
    told(Kind::Catalogue, "8.99 EUR");
    told(Kind::Catalogue, ",maybe,");
    told(Kind::Sample, "elm-street,");
    told(Kind::Template, "{nmed}");
    told(Kind::Reply, "$fist");
    assert!(of(&mistakes, Kind::Reply).iter().any(|m| m.what == "missing: goodbye"), "{mistakes:#?}");
    assert!(mistakes.iter().all(|m| !m.what.is_empty() && !m.mend.is_empty()));
}

#[test]
fn a_sentence_with_two_meanings_is_shown_until_an_example_says_which_is_meant() {
    let copy = copy();
    let table = |examples: &str| {
        format!(
            "\n[[intents.gift_wrap]]\ntemplates = [\"wrap the [nice] {{product}}\"]\nexamples = [{examples}]\n\
                 [[intents.food_wrap]]\ntemplates = [\"wrap (the|some) {{thing}}\"]\nexamples = [{{ say = \"wrap some ice\", item = \"ice\" }}]\n"
        )
    };
    let file = "sentences/en.toml";
    add(&copy, file, &table("{ say = \"wrap the nice ice\", item = \"ice\" }"));
    add(&copy, "replies/en.ftl", "\ncustom-gift-wrap = We wrap.\ncustom-food-wrap = We do not.\n");
    let mistakes = check(copy.path());
    let found = of(&mistakes, Kind::Collision);
    assert_eq!(found.len(), 1, "{mistakes:#?}");
    assert!(found[0].what.starts_with("\"wrap the "), "{}", found[0].what);
    assert!(at(&copy, &mistakes, Kind::Collision, "wrap (the|some)"));
    spoil(
        &copy,
        file,
        "{ say = \"wrap some ice\"",
        "{ say = \"wrap the ice\", item = \"ice\" }, { say = \"wrap some ice\"",
    );
    let mistakes = check(copy.path());
    assert_eq!(of(&mistakes, Kind::Collision), Vec::<&Mistake>::new());
}

#[test]
fn an_intent_that_no_sentence_reaches_and_one_without_an_answer_are_named() {
    let copy = copy();
    let table = "\n[[intents.zebra]]\ntemplates = [\"check out\"]\nexamples = [{ say = \"check out\" }]\n";
    add(&copy, "sentences/en.toml", table);
    add(&copy, "replies/en.ftl", "\ncustom-lion = Nobody asks.\n");
    let mistakes = check(copy.path());
    assert!(of(&mistakes, Kind::Unreachable).iter().any(|m| m.what.contains("zebra")), "{mistakes:#?}");
    assert!(at(&copy, &mistakes, Kind::Example, "check out"), "{mistakes:#?}");
    assert!(at(&copy, &mistakes, Kind::Reply, "custom-lion"), "{mistakes:#?}");
    assert!(of(&mistakes, Kind::Reply).iter().any(|m| m.what.contains("custom-zebra")), "{mistakes:#?}");
}

#[test]
fn what_one_locale_has_and_another_has_not_is_named() {
    let copy = copy();
    let english = fs::read_to_string(copy.path().join("sentences/en.toml")).expect("sentences");
    fs::write(copy.path().join("sentences/en-GB.toml"), english).expect("a file");
    fs::copy(copy.path().join("replies/en.ftl"), copy.path().join("replies/fr.ftl")).expect("a copy");
    spoil(&copy, "skill.toml", "locales = [\"en\"]", "locales = [\"en\", \"en-GB\"]");
    spoil(&copy, "sentences/en-GB.toml", "[[intents.thanks]]", "[[intents.praise]]");
    let mistakes = check(copy.path());
    let gaps: Vec<String> =
        of(&mistakes, Kind::LocaleGap).iter().map(|m| format!("{}: {}", m.file.display(), m.what)).collect();
    assert!(
        gaps.iter().any(|gap| gap.starts_with("sentences/en-GB.toml") && gap.contains("thanks")),
        "{gaps:?}"
    );
    assert!(
        gaps.iter().any(|gap| gap.starts_with("sentences/en.toml") && gap.contains("praise")),
        "{gaps:?}"
    );
    assert!(gaps.iter().any(|gap| gap.starts_with("replies/fr.ftl")), "{gaps:?}");
    assert!(of(&mistakes, Kind::Setting).iter().any(|m| m.what.contains("[spoken.en-GB]")), "{mistakes:#?}");
    assert!(mistakes.iter().any(|m| m.file == Path::new("replies/en-GB.ftl")), "{mistakes:#?}");
}

#[test]
fn one_unreadable_file_does_not_hide_the_mistakes_of_the_others() {
    let copy = copy();
    fs::write(copy.path().join("sentences/en.toml"), "today = [").expect("a file");
    spoil(&copy, "catalog.csv", ",in_stock,48,8.99 USD", ",in_stock,48,free");
    spoil(&copy, "replies/en.ftl", "{ $first }, or { $second }", "{ $fist }, or { $second }");
    let mistakes = check(copy.path());
    let kinds: Vec<Kind> = mistakes.iter().map(|m| m.kind).collect();
    for kind in [Kind::Template, Kind::Catalogue, Kind::Reply] {
        assert!(kinds.contains(&kind), "{mistakes:#?}");
    }
    assert!(!check(tempfile::tempdir().expect("a folder").path()).is_empty(), "an empty folder is no skill");
}

#[test]
fn a_catalogue_of_nothing_but_mistakes_is_given_up_after_two_hundred() {
    let copy = copy();
    let rows: String = (0..5_000).map(|n| format!("a{n},,,,,\n")).collect();
    let head = "id,title,availability,price,brand,product_type\n";
    fs::write(copy.path().join("catalog.csv"), format!("{head}{rows}")).expect("a file");
    assert_eq!(of(&check(copy.path()), Kind::Catalogue).len(), 200);
}

#[test]
fn the_command_prints_each_mistake_with_its_place_and_fails() {
    let (sayso, copy) = (Sayso::new(), copy());
    let folder = copy.path().to_str().expect("a path");
    let fine = sayso.run(&["skill", "check", folder]);
    assert_eq!(fine.code, Some(0), "{fine:?}");
    assert_eq!(sayso.run(&["skill", "check", folder, "--json"]).out.trim(), "[]");
    spoil(&copy, "skill.toml", "America/New_York", "Mars/Olympus");
    let told = sayso.run(&["skill", "check", folder]);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.out.contains("skill.toml:") && told.out.contains("    → "), "{}", told.out);
    let json = sayso.run(&["skill", "check", folder, "--json"]);
    let mistakes: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!((json.code, &mistakes[0]["kind"]), (Some(1), &"setting".into()), "{mistakes}");
    assert!(mistakes[0]["line"].is_u64() && mistakes[0]["mend"].is_string(), "{mistakes}");
    assert_eq!(sayso.run(&["skill", "check", "no-such-folder"]).code, Some(1));
}

/// Options for the household shop, whole and right.
const OPTIONS: &str = r#"
[[group]]
id = "wrap"
choose = "one"
for = ["paper towels"]
default = "plain"
values = [
  { id = "plain", words = { en = ["plain wrap"] } },
  { id = "gift", price = "1.50", words = { en = ["gift wrap", "wrapping"] } },
]

[[group]]
id = "cards"
choose = "several"
most = 3
for = ["paper towels"]
values = [{ id = "card", price = "0.50", words = { en = ["greeting card"] }, many = { en = "greeting cards" } }]
"#;

#[test]
fn a_shop_with_options_checks_clean_and_their_mistakes_are_told_at_once_each_at_its_line() {
    let copy = copy();
    fs::write(copy.path().join("options.toml"), OPTIONS).expect("a file");
    assert_eq!(check(copy.path()), Vec::new());
    spoil(&copy, "options.toml", "[\"paper towels\"]", "[\"unicorns\"]");
    spoil(&copy, "options.toml", "price = \"1.50\"", "price = \"-1.50\"");
    spoil(&copy, "options.toml", ", many = { en = \"greeting cards\" }", "");
    let mistakes = check(copy.path());
    for words in ["id = \"wrap\"", "-1.50", "id = \"card\""] {
        assert!(at(&copy, &mistakes, Kind::Option, words), "{words}: {mistakes:#?}");
    }
}

#[test]
fn a_default_that_costs_something_is_refused_at_its_line_as_nobody_would_pay_it() {
    let copy = copy();
    fs::write(copy.path().join("options.toml"), OPTIONS).expect("a file");
    spoil(&copy, "options.toml", "default = \"plain\"", "default = \"gift\"");
    let mistakes = check(copy.path());
    assert!(at(&copy, &mistakes, Kind::Option, "default = \"gift\""), "{mistakes:#?}");
    let folder = copy.path().to_str().expect("a path");
    let told = Sayso::new().run(&["skill", "check", folder]);
    assert!(told.code == Some(1) && told.out.contains("options.toml:6"), "{told:?}");
}

#[test]
fn each_mistake_of_options_keeps_a_skill_from_being_loaded_and_names_its_line() {
    let copy = copy();
    for (from, to, words, what) in [
        ("[\"paper towels\"]", "[\"unicorns\"]", "id = \"wrap\"", "`unicorns`"),
        ("[\"paper towels\"]", "[]", "id = \"wrap\"", "nobody can choose"),
        ("\"wrapping\"", "\"plain wrap\"", "id = \"gift\"", "`plain` of `wrap` too"),
        ("\"greeting card\"", "\"gift wrap\"", "gift wrap", "`gift` of `wrap` too"),
        ("\"wrapping\"", "\"batteries\"", "batteries", "is a product"),
        ("default = \"plain\"\n", "", "id = \"wrap\"", "one has to be chosen"),
        ("default = \"plain\"", "default = \"purple\"", "purple", "no value `purple`"),
        ("default = \"plain\"", "default = \"gift\"", "default", "would never be charged"),
        ("price = \"1.50\"", "price = \"-1.50\"", "-1.50", "negative"),
        ("price = \"1.50\"", "price = \"1.50 EUR\"", "1.50 EUR", "currency"),
        ("choose = \"one\"", "choose = \"some\"", "\"some\"", "`choose` is"),
        ("most = 3", "most = 300", "several", "`most` of 1 to"),
        (", many = { en = \"greeting cards\" }", "", "id = \"card\"", "`many.en` is missing"),
        (
            "{ en = [\"gift wrap\", \"wrapping\"] }",
            "{ fr = [\"papier\"] }",
            "papier",
            "`words.en` is missing",
        ),
        ("id = \"gift\"", "id = \"plain\"", "id = \"plain\"", "is there twice"),
        ("id = \"cards\"", "id = \"wrap\"", "id = \"wrap\"", "is there twice"),
        (
            "values = [{ id = \"card\"",
            "like = \"bags\"\nvalues = [{ id = \"card\"",
            "like",
            "no group `bags`",
        ),
        ("choose = \"one\"", "chose = \"one\"", "chose", "chose"),
    ] {
        assert!(OPTIONS.contains(from), "{from}");
        let text = OPTIONS.replacen(from, to, 1);
        fs::write(copy.path().join("options.toml"), &text).expect("a file");
        let error = sayso::skill::Skill::load(copy.path()).expect_err(to);
        let sayso::skill::SkillError::Line { file, line, what: told } = error else {
            panic!("{to}: {error}")
        };
        assert!(file.ends_with("options.toml") && told.contains(what), "{to}: {told}");
        let at = text.lines().nth(usize::try_from(line).expect("a line") - 1).expect("a line");
        assert!(at.contains(words), "{to}: line {line} is {at}");
    }
}
