//! What is read back is exactly what was ordered: drinks, how many, each with its options and how many of these.
//! Random orders and changes of mind are said to the coffee bar in many ways; each turn ends with that read-back,
//! or with a question. Never with another number.

mod bar;

use std::sync::Arc;

use rand::{RngExt, SeedableRng, rngs::StdRng};
use sayso::{
    app::rehearsal::{Rehearsal, Stage},
    turn::Input,
};

use crate::support::Sample;
use bar::{
    Change, Chosen, Had, KNOWN, Line, NUMBERS, WITH_IT, WITHOUT_IT, Wish, after, all, lines_of, read_back,
};

/// How many conversations are held.
const CONVERSATIONS: usize = 150;

struct Said(StdRng);

impl Said {
    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.0.random_range(0..of.len())]
    }

    fn one_in(&mut self, n: u32) -> bool {
        self.0.random_range(0..n) == 0
    }

    /// Words for an option, and what they ask for.
    fn option(&mut self, at: usize) -> (String, Wish) {
        let known = &KNOWN[at];
        let one = self.pick(known.one);
        if known.many.is_empty() {
            return match self.0.random_range(0..8) {
                0 => (format!("two {one}"), None),
                1 if ["cream", "decaf"].contains(&one) => (format!("no {one}"), Some((at, Change::To(0)))),
                _ => (one.to_owned(), Some((at, Change::To(1)))),
            };
        }
        let n = self.0.random_range(1..=5_u32);
        let number = if self.one_in(3) { n.to_string() } else { NUMBERS[n as usize].to_owned() };
        let several = if n == 1 { one } else { self.pick(known.several) };
        let more = self.0.random_range(2..=3_u32);
        match self.0.random_range(0..12) {
            0..=2 => (format!("{number} {several}"), Some((at, Change::To(n)))),
            3 => (format!("{} {number} {several}", self.pick(&WITH_IT)), Some((at, Change::To(n)))),
            4 => (format!("{} {number} {several}", self.pick(&WITHOUT_IT)), None),
            5 => (format!("{number} or {} {}", NUMBERS[n as usize + 1], known.several[0]), None),
            6 => {
                let word = self.pick(&["another", "one more", "an additional"]);
                (format!("{word} {one}"), Some((at, Change::More(1))))
            }
            7 => (
                format!("{} more {}", NUMBERS[more as usize], known.several[0]),
                Some((at, Change::More(more))),
            ),
            8 => (format!("{} {one}", self.pick(&["one less", "one fewer"])), Some((at, Change::Less(1)))),
            9 => {
                let word = self.pick(&["no", "without", "zero", "without any"]);
                (format!("{word} {one}"), Some((at, Change::To(0))))
            }
            _ => (one.to_owned(), Some((at, Change::To(1)))),
        }
    }

    /// Some options, at most one of each group that has but one.
    fn options(&mut self, count: usize) -> (String, Vec<Wish>) {
        let (mut texts, mut wishes, mut groups) = (Vec::new(), Vec::new(), Vec::new());
        while texts.len() < count {
            let at = self.0.random_range(0..KNOWN.len());
            if KNOWN[at].many.is_empty() && groups.contains(&KNOWN[at].group) {
                continue;
            }
            groups.push(KNOWN[at].group);
            let (text, wish) = self.option(at);
            texts.push(text);
            wishes.push(wish);
        }
        let joint = if self.one_in(2) { " and " } else { ", " };
        (texts.join(joint), wishes)
    }

    /// A drink, and the line that it is.
    fn drink(&mut self) -> (String, Had<Line>) {
        let (kind, title) =
            [("latte", "Latte"), ("mocha", "Mocha"), ("cappuccino", "Cappuccino")][self.0.random_range(0..3)];
        let (size, big) =
            [("small", "Small"), ("medium", "Medium"), ("large", "Large")][self.0.random_range(0..3)];
        let quantity = if self.one_in(2) { self.0.random_range(2..=3_u32) } else { 1 };
        let bound = if quantity > 1 && self.one_in(5) {
            self.pick(&["at least ", "more than ", "up to "])
        } else {
            ""
        };
        let number = if quantity == 1 { "a" } else { NUMBERS[quantity as usize] };
        let name = if quantity == 1 { kind.to_owned() } else { format!("{kind}s") };
        let count = self.0.random_range(0..=3);
        let (options, wishes) = self.options(count);
        let with = if options.is_empty() { "" } else { self.pick(&[" with ", " with ", " "]) };
        let text = format!("{bound}{number} {size} {name}{with}{options}");
        let had = match all(&Chosen::new(), &wishes) {
            _ if bound == "more than " => Had::Unclear,
            Had::So(chosen) => Had::So(Line { drink: format!("{title}, {big}"), quantity, chosen }),
            Had::Unclear => Had::Unclear,
            Had::Not => Had::Not,
        };
        (text, had)
    }

    /// A change of mind about the only line, or about one that is named; `None` where names do not tell.
    fn change_one(&mut self, lines: &[Line]) -> Option<(String, Option<Vec<Line>>)> {
        if let [line] = lines {
            let (text, changed) = self.change(line);
            return Some((text, changed.map(|line| vec![line])));
        }
        let at = self.0.random_range(0..lines.len());
        let (name, line) = (lines[at].name(), &lines[at]);
        if lines.iter().filter(|other| other.name() == name).count() > 1 {
            return None;
        }
        let (option, wishes) = self.options(1);
        let text = match self.0.random_range(0..3) {
            0 => format!("put {option} in the {name}"),
            1 => format!("add {option} to the {name}"),
            _ => format!("make the {name} with {option}"),
        };
        let changed = match all(&line.chosen, &wishes) {
            Had::So(chosen) => {
                let mut lines = lines.to_vec();
                lines[at].chosen = chosen;
                Some(lines)
            }
            Had::Unclear | Had::Not => None,
        };
        Some((text, changed))
    }

    /// A change of mind about the only line.
    fn change(&mut self, line: &Line) -> (String, Option<Line>) {
        if self.one_in(5) {
            let n = self.0.random_range(1..=4_u32);
            let bound = self.pick(&["", "", "at least ", "just ", "more than ", "less than "]);
            let text = format!("make it {bound}{}", NUMBERS[n as usize]);
            let fine = !bound.ends_with("than ");
            return (text, fine.then(|| Line { quantity: n, ..line.clone() }));
        }
        if self.one_in(5) {
            let at = [3, 5, 6, 8, 9][self.0.random_range(0..5)];
            let text = format!(
                "{} {}",
                self.pick(&["take out the", "leave out the", "remove the"]),
                KNOWN[at].one[0]
            );
            let chosen = after(&line.chosen, (at, Change::To(0))).filter(|_| line.chosen.contains_key(&at));
            let chosen = chosen.unwrap_or_else(|| line.chosen.clone());
            return (text, Some(Line { chosen, ..line.clone() }));
        }
        let count = self.0.random_range(1..=2);
        let (options, wishes) = self.options(count);
        let lead = self.pick(&["", "with ", "make it ", "and ", "yes but ", "can I get it with "]);
        let changed = match all(&line.chosen, &wishes) {
            Had::So(chosen) => Some(Line { chosen, ..line.clone() }),
            Had::Unclear | Had::Not => None,
        };
        (format!("{lead}{options}"), changed)
    }
}

/// Says something; the drinks that were read back, if any.
async fn say(shop: &Rehearsal, text: &str) -> (Option<String>, String) {
    let reply = shop.turn(Input::Heard { text: text.to_owned(), confidence: 0.96 }).await.expect("a reply");
    let told = reply.speech.to_text("en");
    let lines = told.split_once(", for $").and_then(|(before, _)| before.rsplit_once("That's "));
    (lines.map(|(_, lines)| lines.to_owned()), told)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_back_is_what_was_ordered_however_it_was_said() {
    let stage = Stage::set(Arc::new(Sample::CoffeeBar.skill())).await.expect("a stage");
    let (mut right, mut asked) = (0, 0);
    let shop = stage.rehearse().await.expect("a shop");
    for seed in 0..CONVERSATIONS {
        let mut said = Said(StdRng::seed_from_u64(seed as u64));
        let drinks: Vec<_> = (0..[1, 1, 1, 2, 3][seed % 5]).map(|_| said.drink()).collect();
        let text = drinks.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>();
        let lead = said.pick(&["", "I would like ", "can I get ", "give me ", "order ", "I'll have "]);
        let text = format!("{lead}{}", text.join(if said.one_in(2) { " and " } else { ", " }));
        let mut wanted = lines_of(drinks.into_iter().map(|(_, drink)| drink).collect());
        let (mut text, mut told_before) = (text, String::new());
        for _ in 0..4 {
            let (lines, told) = say(&shop, &text).await;
            match (&lines, &wanted) {
                (Some(lines), Some(wanted)) if *lines == read_back(wanted) => right += 1,
                // What was open is asked again as it was; or nothing was read back at all.
                (Some(lines), None) if *lines == told_before => asked += 1,
                (Some(_), _) => {
                    let wanted = wanted.as_deref().map(read_back);
                    panic!(
                        "{seed}: \"{text}\" was answered \"{told}\", wanted {wanted:?}, before \"{told_before}\""
                    )
                }
                (None, _) => asked += 1,
            }
            let Some(before) = wanted.take().filter(|_| lines.is_some()) else { break };
            told_before = read_back(&before);
            let Some((next, changed)) = said.change_one(&before) else { break };
            (text, wanted) = (next, changed);
        }
        shop.turn(Input::Text("cancel".to_owned())).await.expect("a reply");
    }
    assert!(
        right > asked && asked > 20,
        "{right} read-backs and {asked} questions: the rule was hardly tried"
    );
}
