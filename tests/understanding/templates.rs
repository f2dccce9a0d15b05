//! The sentences of a skill are checked by their own examples.

use super::*;

#[test]
fn every_template_has_an_example_and_every_example_is_understood() {
    for sample in Sample::ALL {
        let (understander, _) = shop_of(sample);
        let problems = sentences::check(&understander);
        let text: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(problems.is_empty(), "{sample:?}: {} problems\n{}", text.len(), text.join("\n"));
    }
}

/// The problems of sentences that a skill could have.
fn problems(toml: &str) -> String {
    let (_, products) = shop();
    let sentences = Sentences::parse("mine/en.toml", toml).unwrap();
    let understander = Understander::new(&sentences, products.vocabulary(), Currency::USD);
    sentences::check(&understander).iter().map(|p| format!("{p}\n")).collect()
}

#[test]
fn a_template_without_an_example_is_named_with_its_line() {
    let found = problems(
        "[[intents.opening_hours]]\ntemplates = [\n\"when are you open\",\n\"opening hours\"]\nexamples = [{ say = \"When are you open?\" }]",
    );
    assert!(found.contains("mine/en.toml:4: no example for template \"opening hours\""), "{found}");
    assert!(!found.contains("when are you open"), "{found}");
}

#[test]
fn an_example_that_means_something_else_is_named_with_its_line() {
    let found = problems(
        "[[intents.buy]]\ntemplates = [\"buy {product}\"]\nexamples = [\n{ say = \"buy milk\", item = \"bread\" },\n{ say = \"sell milk\" }]",
    );
    assert!(found.contains("mine/en.toml:4: \"buy milk\" fills"), "{found}");
    assert!(found.contains("mine/en.toml:5: \"sell milk\" is NotUnderstood, not Buy"), "{found}");
    assert!(found.contains("Buy has 2 examples; 15 are needed"), "{found}");
}

#[test]
fn a_broken_template_is_named_with_file_line_and_text() {
    let fault = |toml: &str| Sentences::parse("mine/en.toml", toml).unwrap_err().to_string();
    assert_eq!(
        fault("[[intents.buy]]\ntemplates = [\n\"buy {prodct}\"]"),
        "mine/en.toml:3: template \"buy {prodct}\": there is no slot {prodct}"
    );
    assert!(fault("[[intents.\"Buy It\"]]\ntemplates = []").contains("lower-case letters"));
    assert!(fault("[[intents.buy]]\ntemplate = []").contains("line 2"));
}

#[test]
fn an_intent_of_the_skills_own_is_understood_by_its_name() {
    let (_, products) = shop();
    let toml = "[[intents.opening_hours]]\ntemplates = [\"when are you open\"]";
    let sentences = Sentences::parse("mine/en.toml", toml).unwrap();
    let understander = Understander::new(&sentences, products.vocabulary(), Currency::USD);
    let understood = understander.understand("When are you open?", Expect::Anything, TODAY);
    assert_eq!(understood.intent.name, IntentName::Custom("opening_hours".into()));
}
