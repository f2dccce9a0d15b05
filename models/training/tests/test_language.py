"""What is said in training: templates, written forms, the sentences of the shops and what is none of them."""

import random
from pathlib import Path

import pytest

from sayso_training import foreign
from sayso_training.grammar import Grammar, TemplateError, parse
from sayso_training.sentences import Sentences, Utterance
from sayso_training.skill import Skill, SkillError
from sayso_training.written import held_out, key, written


def expanded(template: str, lists: dict[str, list[str]] | None = None, maybe: float = 0.5) -> set[str]:
    grammar, node, rng = Grammar(lists or {}, maybe), parse(template), random.Random(1)
    return {grammar.expand(node, lambda name: f"<{name}>", rng) for _ in range(200)}


def test_a_template_says_all_that_fits_it_and_nothing_else():
    said = expanded("(add|put) [more] {product} to <cart>", {"cart": ["[my] cart", "the list"]})
    carts = ["my cart", "cart", "the list"]
    verbs = [f"{verb}{more} <product> to" for verb in ("add", "put") for more in ("", " more")]
    assert said == {f"{verb} {cart}" for verb in verbs for cart in carts}


@pytest.mark.parametrize("broken", ["(one|two", "one]", "a <none>", "[[a]"])
def test_a_template_that_cannot_be_read_is_named(broken):
    with pytest.raises(TemplateError):
        expanded(broken)


def test_a_list_that_names_itself_is_an_error_and_no_endless_loop():
    with pytest.raises(TemplateError):
        expanded("<a>", {"a": ["x <a>"]})


def test_every_template_of_both_shops_can_be_said(skills):
    rng = random.Random(2)
    for folder in skills:
        skill = Skill(folder)
        for table in skill.tables:
            for _ in range(len(table.templates) * 3):
                assert skill.from_template(table, rng).strip()


def test_the_options_of_a_shop_are_said_and_those_of_a_shop_without_are_not(skills):
    rng = random.Random(3)
    household, bar = (Skill(folder) for folder in skills)
    assert not household.options and bar.options
    said = {bar.place("options", rng) for _ in range(4_000)}
    assert "" not in said and "oat milk" in said and any(text.startswith("no ") for text in said)
    assert any("two sugars" in text for text in said) and any("a little " in text for text in said)
    drinks = [bar.place("product", rng) for _ in range(8_000)]
    assert any(" with oat milk" in text for text in drinks) and any("oat" not in text for text in drinks)
    assert not any("{" in text or "<" in text for text in [*said, *drinks])


@pytest.mark.parametrize(
    ("spoken", "text"),
    [
        ("where is my order", "Where's my order?"),
        ("i am out of milk", "I'm out of milk."),
        ("let us do that", "Let's do that."),
        ("my pin is 4217", "My PIN is four two one seven."),
        ("four, two, one, seven", "Four two one seven."),
        ("order 12 eggs on monday", "Order twelve eggs on Monday."),
        ("re-order tea", "Reorder tea."),
        ("coffee, milk and bread", "Coffee, milk and bread."),
    ],
)
def test_a_sentence_is_written_as_the_recogniser_shall_write_it(spoken, text):
    assert written(spoken, random.Random(3), short=1.0) == text


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        ("make the a cortado hot", "Make the cortado hot."),
        ("my usual a latte", "My usual latte."),
        ("do you have any my razor blades", "Do you have any razor blades?"),
        ("a iced tea and a usb cable", "An iced tea and a usb cable."),
        ("two a few jars", "Two a few jars."),
        ("no my dear", "No my dear."),
        ("can i have iced tea", "Can I have iced tea?"),
        ("in an hour", "In an hour."),
        ("ready by on friday", "Ready by Friday."),
        ("is that the latte", "Is that the latte?"),
        ("what do i have in the cart", "What do I have in the cart?"),
        ("i have run out of milk", "I've run out of milk."),
    ],
)
def test_words_that_meet_by_chance_are_written_as_people_say_them(drawn, said):
    assert written(drawn, random.Random(3), short=1.0) == said


def test_no_sentence_of_the_shops_has_two_articles_for_one_thing(skills):
    sentences = Sentences(skills, 11)
    doubled = {"a", "an", "the"}
    for _ in range(400):
        words = sentences.training().label.lower().split()
        assert not any({one, two} <= doubled for one, two in zip(words, words[1:])), words


def test_the_same_seed_says_the_same(skills):
    one, other = Sentences(skills, 7), Sentences(skills, 7)
    assert [one.training() for _ in range(200)] == [other.training() for _ in range(200)]
    assert [one.foreign() for _ in range(50)] == [other.foreign() for _ in range(50)]


def test_nothing_that_a_model_is_judged_by_is_trained_with(skills):
    sentences = Sentences(skills, 8)
    trained = {key(sentences.training().label) for _ in range(3000)}
    judged = {key(sentences.test().label) for _ in range(300)}
    assert not trained & judged
    assert all(held_out(text) and sentences.held_out(text) for text in judged)
    foreign_trained = {key(sentences.foreign().say) for _ in range(500)}
    assert not foreign_trained & {key(sentences.foreign(test=True).say) for _ in range(500)}


def test_a_fixed_sentence_of_the_shop_is_always_trained_with(skills):
    sentences = Sentences(skills, 8)
    phrases = {key(sentences.phrase().label) for _ in range(4000)}
    assert "what are your opening hours" in phrases and held_out("what are your opening hours")
    assert not any(sentences.held_out(text) for text in phrases)
    assert not phrases & {key(sentences.test().label) for _ in range(300)}
    assert sentences.held_out("four packs of sourdough bread") or not held_out("four packs of sourdough bread")


def test_what_is_seldom_said_is_trained_with_more_often_than_it_is_said(skills):
    sentences = Sentences(skills, 8)
    seldom = {word for word, count in sentences.often.items() if count <= 6}
    as_said = [sentences._trainable() for _ in range(2000)]
    trained = [sentences.training() for _ in range(2000)]
    with_one = lambda some: sum(not seldom.isdisjoint(key(u.label).split()) for u in some)  # noqa: E731
    assert with_one(trained) > 1.8 * with_one(as_said) > 0


def test_could_you_stands_before_something_that_can_be_done(skills):
    sentences = Sentences(skills, 8)
    asked = [u.label for u in (sentences.training() for _ in range(14000)) if u.label.startswith("Could you ")]
    assert len(asked) >= 8
    assert not [text for text in asked if text.split()[2].rstrip(".?") in ("two", "the", "yes", "where", "thanks")]


def test_what_is_foreign_is_never_what_a_shopper_says(skills):
    sentences = Sentences(skills, 9)
    shop = {key(sentences.training().label) for _ in range(5000)}
    heard = {key(sentences.foreign().say) for _ in range(2000)}
    assert not shop & heard
    assert all(sentences.foreign().label == "[INAUDIBLE]" for _ in range(20))


def test_the_deciding_words_and_the_numbers_are_said_often(skills):
    sentences = Sentences(skills, 10)
    said = [sentences.training() for _ in range(4000)]
    assert sum(u.label in ("Yes.", "No.", "Stop.", "Cancel.") for u in said) > 60
    assert sum(u.kind == "number" for u in said) > 250


def test_languages_are_there_that_the_shops_do_not_speak():
    assert {"ro", "ru", "pt", "de", "fr", "es"} <= set(foreign.texts()["languages"])
    assert foreign.other("ro", random.Random(1))


def test_a_skill_that_nothing_can_be_learned_from_says_why(tmp_path: Path, skills):
    with pytest.raises(SkillError, match=r"en\.toml"):
        Skill(tmp_path)
    (tmp_path / "sentences").mkdir()
    sentences = tmp_path / "sentences/en.toml"
    sentences.write_text('[[intents.buy]]\ntemplates = ["buy (a|b"]\n')
    with pytest.raises(SkillError, match="not closed"):
        Skill(tmp_path)
    sentences.write_text('[[intents.buy]]\ntemplates = ["buy {product}"]\n')
    (tmp_path / "catalog.csv").write_text("id,title,product_type\n")
    with pytest.raises(SkillError, match="empty"):
        Skill(tmp_path)
    (tmp_path / "catalog.csv").write_text("id,title,product_type\n1,Milk,Milk\n")
    few = Sentences([tmp_path], 1)
    few._any = lambda: Utterance("Buy milk.", "Buy milk.", "sentence")
    assert few.phrase().label == "Buy milk."
    with pytest.raises(SkillError, match="too few"):
        few.test()
    with pytest.raises(SkillError, match="no skill"):
        Sentences([], 1)
