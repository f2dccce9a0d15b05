//! A new skill works from its first moment.

use sayso::skill::Skill;

use crate::support::process::Sayso;

#[test]
fn a_new_shop_checks_clean_and_sells_at_once_under_its_own_name() {
    let sayso = Sayso::new();
    let folder = sayso.data().join("shops/tea");
    let path = folder.to_str().expect("a path");
    let made = sayso.run(&["skill", "new", "Harbor-Side  Tea", "--dir", path]);
    assert_eq!(made.code, Some(0), "{made:?}");
    assert_eq!(sayso.run(&["skill", "check", path]).code, Some(0));
    let skill = Skill::load(&folder).expect("it can be loaded");
    assert_eq!((skill.id.as_str(), skill.name.as_str()), ("harbor-side-tea", "Harbor-Side Tea"));
    assert_eq!(skill.languages[0].invocation, "harbor side tea");
    let ask = |words: &str| {
        let mut command = sayso.command(&["ask", "--json", "--session", "first", words]);
        let ended = command.env("SAYSO_SHOP", path).output().expect("the program runs");
        serde_json::from_slice::<serde_json::Value>(&ended.stdout).expect("JSON")
    };
    let hello = ask("hello").to_string();
    assert!(hello.contains("Harbor-Side Tea") && !hello.contains("Corner Shelf"), "{hello}");
    ask("buy olive oil");
    ask("the first one");
    assert_eq!(ask("yes")["order"]["state"], "paid");
}

#[test]
fn a_folder_that_is_there_is_left_alone() {
    let sayso = Sayso::new();
    let folder = sayso.data().join("mine");
    std::fs::create_dir(&folder).expect("a folder");
    let refused = sayso.run(&["skill", "new", "Harbor Tea", "--dir", folder.to_str().expect("a path")]);
    assert!(refused.code == Some(1) && refused.err.contains("--dir"), "{refused:?}");
    assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 0);
    assert_eq!(std::fs::read_dir(sayso.data()).expect("a folder").count(), 1, "no draft is left");
}

#[test]
fn a_name_that_no_one_could_open_the_shop_by_is_refused() {
    let sayso = Sayso::new();
    for name in ["", "  ", "Shop 24", "ask tea", "the tea", "tea\" = 1", "../tea/..\\", &"tea ".repeat(30)] {
        let folder = sayso.data().join("refused");
        let refused = sayso.run(&["skill", "new", name, "--dir", folder.to_str().expect("a path")]);
        assert_eq!(refused.code, Some(1), "{name:?}: {refused:?}");
        assert!(!folder.exists(), "{name:?}");
    }
}
