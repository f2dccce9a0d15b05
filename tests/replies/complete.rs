//! A file of replies has every message that is said and no other, or is refused with the place.

use std::{fs, path::Path};

use sayso::reply::{self, PhraseError, Phrasebook};

use super::ENGLISH;

#[test]
fn replies_without_a_message_of_the_dialogue_are_refused() {
    let without = ENGLISH.replace("\nspeechless = ", "\nother-name = ");
    let error = Phrasebook::new("en", &without, &[]).expect_err("a message is missing");
    assert_eq!(error, PhraseError::Missing(vec!["speechless".into()]));
}

#[test]
fn replies_with_mistakes_are_refused_with_the_place() {
    let error = |ftl: &str| Phrasebook::new("en", ftl, &[]).expect_err("a mistake").to_string();
    let with = |message: &str| error(&ENGLISH.replace("list-pair = { $first }, and { $second }", message));
    assert_eq!(with("list-pair = { $fist }"), "`list-pair`: it is never given `$fist`");
    assert_eq!(with("list-pair = { LOUD($first) }"), "`list-pair`: there is no function LOUD");
    assert_eq!(with("list-pair = { -brand }"), "`list-pair`: there is no term `-brand`");
    assert_eq!(with("list-pair = { other }"), "`list-pair`: there is no message `other`");
    assert_eq!(with("list-pair = { \"\\uE000\" }"), "`list-pair`: it has a private-use character");
    assert_eq!(with("list-pair = { list-pair }"), "`list-pair`: it is a part of itself");
    assert_eq!(with("list-pair =\n    .title = x"), "`list-pair`: it has no text");
    assert!(with(&format!("list-pair = {}", "long ".repeat(400))).contains("longer than"));
    assert!(error(&format!("{ENGLISH}\nbroken = {{ $x\n")).starts_with("line "));
    assert!(error(&format!("{ENGLISH}\nsorry = Twice.\n")).contains("sorry"));
    assert!(error(&"#".repeat(300 << 10)).contains("256 KiB"));
    assert!(Phrasebook::new("not a locale", ENGLISH, &[]).is_err());
}

#[test]
fn the_replies_have_every_message_that_is_said_and_no_other() {
    let code = code(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")));
    let known = reply::messages();
    let unknown: Vec<_> =
        code.iter().flat_map(|file| keys_in(file)).filter(|key| !known.contains_key(key)).collect();
    assert!(unknown.is_empty(), "en.ftl misses {unknown:?}");
    let named = |key: &&String| {
        ENGLISH.contains(&format!("{{ {key} }}"))
            || code.iter().any(|file| file.contains(&format!("\"{key}\"")))
    };
    let dead: Vec<_> = known.keys().filter(|key| !named(key)).collect();
    assert!(dead.is_empty(), "nothing says {dead:?}");
}

/// The sources below a folder, their unit tests left out.
fn code(folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("src can be read") {
        let path = entry.expect("src can be read").path();
        if path.is_dir() {
            files.extend(code(&path));
        } else {
            let text = fs::read_to_string(path).expect("sources are text");
            files.push(text.split("#[cfg(test)]").next().unwrap_or_default().to_owned());
        }
    }
    files
}

/// The keys in `Prompt::new("key")` of a source file; those that are worked out elsewhere are
/// said in the conversations.
fn keys_in(source: &str) -> Vec<String> {
    let key = |after: &str| Some(after.trim_start().strip_prefix('"')?.split_once('"')?.0.to_owned());
    source.split("Prompt::new(").skip(1).filter_map(key).collect()
}
