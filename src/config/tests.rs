//! What the settings promise.

mod ways_in;

use secrecy::ExposeSecret;

use super::*;

fn load(toml: &str, environment: &[(&str, &str)]) -> Result<Settings, String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(FILE), toml).unwrap();
    let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let sources = Sources { data: Some(folder.path().to_owned()), environment, ..Sources::default() };
    Settings::load(&sources).map_err(|error| error.to_string())
}

#[test]
fn without_any_settings_the_defaults_hold_and_nothing_is_open_to_the_network() {
    let settings = load("", &[]).unwrap();
    assert!(settings.http().listen.ip().is_loopback());
    assert!(settings.http().token.is_none());
    assert_eq!(settings.shop(), "household");
}

#[test]
fn the_environment_goes_before_the_file_and_a_flag_before_both() {
    let file = "[http]\nlisten = \"127.0.0.1:1\"\n";
    assert_eq!(load(file, &[]).unwrap().http().listen.port(), 1);
    let environment = [("SAYSO_HTTP_LISTEN", "127.0.0.1:2")];
    assert_eq!(load(file, &environment).unwrap().http().listen.port(), 2);
    let folder = tempfile::tempdir().unwrap();
    let sources = Sources {
        data: Some(folder.path().to_owned()),
        environment: vec![("SAYSO_HTTP_LISTEN".into(), "127.0.0.1:2".into())],
        flags: vec![("http.listen", "127.0.0.1:3".into(), "--listen")],
        ..Sources::default()
    };
    assert_eq!(Settings::load(&sources).unwrap().http().listen.port(), 3);
}

#[test]
fn an_unknown_key_is_an_error_that_names_it_and_lists_its_neighbours() {
    let error = load("[http]\nlisen = \"127.0.0.1:1\"\n", &[]).unwrap_err();
    assert!(error.contains("`http.lisen`") && error.contains("listen") && error.contains(FILE), "{error}");
    let error = load("", &[("SAYSO_HTTP_LISEN", "x")]).unwrap_err();
    assert!(error.contains("SAYSO_HTTP_LISEN") && error.contains("SAYSO_HTTP_LISTEN"), "{error}");
}

#[test]
fn a_value_of_the_wrong_type_is_an_error_that_names_the_key_and_the_file() {
    let error = load("[http]\nmax_in_flight = \"many\"\n", &[]).unwrap_err();
    assert!(error.contains("`http.max_in_flight`") && error.contains("whole number"), "{error}");
    assert!(error.contains(FILE), "{error}");
    let error = load("", &[("SAYSO_HTTP_DRAIN_SECONDS", "soon")]).unwrap_err();
    assert!(error.contains("`http.drain_seconds`"), "{error}");
}

#[test]
fn a_file_that_is_no_toml_is_an_error_that_names_the_file() {
    let error = load("[http\n", &[]).unwrap_err();
    assert!(error.contains(FILE), "{error}");
}

#[test]
fn an_address_beyond_loopback_needs_a_token() {
    let open = [("SAYSO_HTTP_LISTEN", "0.0.0.0:7390")];
    let error = load("", &open).unwrap_err();
    assert!(error.contains("`http.listen`") && error.contains("http.token"), "{error}");
    let token = [open[0], ("SAYSO_HTTP_TOKEN", "0123456789abcdef")];
    let settings = load("", &token).unwrap();
    assert_eq!(settings.http().token.as_ref().unwrap().expose_secret(), "0123456789abcdef");
}

#[test]
fn a_token_of_digits_keeps_its_leading_zeros() {
    let settings = load("", &[("SAYSO_HTTP_TOKEN", "0000000000000007")]).unwrap();
    assert_eq!(settings.http().token.as_ref().unwrap().expose_secret(), "0000000000000007");
}

#[test]
fn a_weak_token_is_refused_and_no_error_shows_it() {
    let error = load("[http]\ntoken = \"short\"\n", &[]).unwrap_err();
    assert!(error.contains("`http.token`") && !error.contains("short"), "{error}");
    let settings = load("", &[("SAYSO_HTTP_TOKEN", "0123456789abcdef")]).unwrap();
    assert!(!format!("{settings:?}").contains("0123456789abcdef"));
}

#[test]
fn a_number_out_of_range_is_refused() {
    for line in ["max_in_flight = 0", "drain_seconds = 9999", "max_connections = 0"] {
        let error = load(&format!("[http]\n{line}\n"), &[]).unwrap_err();
        assert!(error.contains("a number from 1 to"), "{line}: {error}");
    }
}

#[test]
fn an_idle_conversation_is_kept_for_a_day_or_as_long_as_is_set() {
    assert_eq!(load("", &[]).unwrap().session_keep(), SignedDuration::from_hours(24));
    let settings = load("session_hours = 1\n", &[]).unwrap();
    assert_eq!(settings.session_keep(), SignedDuration::from_hours(1));
    for never in ["session_hours = 0\n", "session_hours = 100000\n"] {
        assert!(load(never, &[]).unwrap_err().contains("`session_hours`"));
    }
}

#[test]
fn a_settings_file_that_was_named_must_be_there() {
    let folder = tempfile::tempdir().unwrap();
    let sources = Sources {
        data: Some(folder.path().to_owned()),
        config: Some(folder.path().join("absent.toml")),
        ..Sources::default()
    };
    assert!(Settings::load(&sources).unwrap_err().to_string().contains("absent.toml"));
}

#[test]
fn every_key_is_in_the_list_and_nothing_else_is() {
    let raw = figment::value::Value::serialize(Raw::default()).unwrap();
    let mut names = Vec::new();
    for (name, value) in raw.as_dict().unwrap() {
        match value.as_dict() {
            Some(section) => names.extend(section.keys().map(|key| format!("{name}.{key}"))),
            None => names.push(name.clone()),
        }
    }
    let mut listed: Vec<_> = KEYS.iter().map(|key| key.name.to_owned()).collect();
    names.sort();
    listed.sort();
    assert_eq!(names, listed);
}

#[test]
fn older_settings_serve_the_one_shop_that_they_name() {
    assert_eq!(load("", &[]).unwrap().skills(), ["household"]);
    let settings = load("shop = \"brands/tea\"\n", &[]).unwrap();
    assert_eq!((settings.shop(), settings.skills()), ("brands/tea", &["brands/tea".to_owned()][..]));
}

#[test]
fn a_list_of_skills_is_served_with_the_shop_that_is_named_beside_it() {
    let settings = load("skills = [\"a\", \"b\"]\n", &[]).unwrap();
    assert_eq!((settings.shop(), settings.skills().len()), ("a", 2));
    let settings = load("shop = \"b\"\nskills = [\"a\", \"b\"]\n", &[]).unwrap();
    assert_eq!((settings.shop(), settings.skills().len()), ("b", 2));
    let settings = load("shop = \"c\"\n", &[("SAYSO_SKILLS", "a, b")]).unwrap();
    assert_eq!((settings.shop(), settings.skills().len()), ("c", 3));
}

#[test]
fn a_skill_that_is_named_twice_is_refused() {
    let error = load("skills = [\"a\", \"a\"]\n", &[]).unwrap_err();
    assert!(error.contains("`skills`") && error.contains("twice"), "{error}");
    assert!(load("skills = [\" \"]\n", &[]).unwrap_err().contains("`skills`"));
}

#[test]
fn what_is_set_for_a_skill_is_checked_as_what_is_set_for_all() {
    let table = |line: &str| load(&format!("[skill.tea]\n{line}\n"), &[]);
    let fine = table("token = \"0123456789abcdef\"\nmax_in_flight = 4").unwrap();
    assert_eq!(fine.of_skill()["tea"].max_in_flight, Some(4));
    assert!(!format!("{fine:?}").contains("0123456789abcdef"));
    assert!(table("token = \"short\"").unwrap_err().contains("`skill.tea.token`"));
    assert!(table("max_in_flight = 0").unwrap_err().contains("`skill.tea.max_in_flight`"));
    assert!(table("tokn = \"x\"").unwrap_err().contains("token"));
}

#[test]
fn two_skills_cannot_have_the_same_token() {
    let both = "[skill.a]\ntoken = \"0123456789abcdef\"\n[skill.b]\ntoken = \"0123456789abcdef\"\n";
    let error = load(both, &[]).unwrap_err();
    assert!(error.contains("`skill.b.token`") && !error.contains("0123456789abcdef"), "{error}");
}
