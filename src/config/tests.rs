//! What the settings promise.

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

#[test]
fn the_wyoming_protocol_is_not_listened_for_unless_an_address_is_set() {
    assert!(load("", &[]).unwrap().wyoming().is_none());
    let settings = load("", &[("SAYSO_WYOMING_LISTEN", "[::1]:10710")]).unwrap();
    let wyoming = settings.wyoming().unwrap();
    assert_eq!((wyoming.listen.port(), wyoming.max_connections), (10710, 32));
    assert!(load("[wyoming]\nlisten = \"kitchen\"\n", &[]).unwrap_err().contains("`wyoming.listen`"));
}

#[test]
fn wyoming_beyond_loopback_must_be_wanted_in_so_many_words() {
    let open = [("SAYSO_WYOMING_LISTEN", "0.0.0.0:10710")];
    let error = load("", &open).unwrap_err();
    assert!(
        error.contains("`wyoming.listen`") && error.contains("anyone_on_the_network_may_shop"),
        "{error}"
    );
    assert!(error.contains("SAYSO_WYOMING_LISTEN"), "{error}");
    let wanted = "[wyoming]\nanyone_on_the_network_may_shop = true\n";
    assert!(!load(wanted, &open).unwrap().wyoming().unwrap().listen.ip().is_loopback());
    let never = [open[0], ("SAYSO_WYOMING_ANYONE_ON_THE_NETWORK_MAY_SHOP", "false")];
    assert!(load(wanted, &never).is_err());
    let unclear = [open[0], ("SAYSO_WYOMING_ANYONE_ON_THE_NETWORK_MAY_SHOP", "maybe")];
    assert!(load("", &unclear).unwrap_err().contains("true or false"));
    let wrong = load("[wyoming]\nanyone_on_the_network_may_shop = 1\n", &[]).unwrap_err();
    assert!(wrong.contains("true or false is needed"), "{wrong}");
}

#[test]
fn a_skill_on_dialogflow_needs_somebody_who_speaks_and_a_proof_of_who_asks() {
    let table = |lines: &str| load(&format!("[skill.tea.dialogflow]\n{lines}\n"), &[]);
    let secret = "header = \"X-Agent-Secret\"\nsecret = \"0123456789abcdef\"";
    let fine = table(&format!("household = \"oak-street\"\n{secret}")).unwrap();
    let on = fine.of_skill()["tea"].dialogflow.as_ref().unwrap();
    assert_eq!(on.header.as_ref().unwrap().0, "x-agent-secret");
    assert!(!format!("{fine:?}").contains("0123456789abcdef"));
    let audience = "household = \"oak-street\"\naudience = \"https://shop.example/tea\"";
    assert!(table(audience).unwrap().of_skill()["tea"].actions.is_none());
    for (lines, key) in [
        (secret, "household"),
        ("household = \"oak-street\"", "audience"),
        ("household = \"oak-street\"\nheader = \"X-Agent-Secret\"", "header"),
        ("household = \"oak-street\"\nheader = \"Authorization\"\nsecret = \"0123456789abcdef\"", "header"),
        ("household = \"oak-street\"\nheader = \"X-Agent-Secret\"\nsecret = \"short\"", "secret"),
        ("household = \"oak-street\"\nuser = \"agent\"", "user"),
        ("household = \"oak-street\"\nuser = \"agent\"\npassword = \"short\"", "password"),
        ("household = \"oak-street\"\nemail = \"a@b.example\"", "email"),
        ("household = \"oak-street\"\naudience = \"x\"\nlink_scene = \"Link\"", "link_scene"),
        ("household = \"oak-street\"\naudiense = \"x\"", "audiense"),
    ] {
        let error = table(lines).unwrap_err();
        assert!(error.contains(&format!("`skill.tea.dialogflow.{key}`")), "{lines}: {error}");
        assert!(!error.contains("\"short\""), "{error}");
    }
}

const CLIENT: &str = "secret = \"a-secret-of-thirty-two-letters-1\"\n\
                      redirect_uris = [\"https://pitangui.amazon.com/api/skill/link/M1\"]";

#[test]
fn accounts_are_linked_by_clients_with_a_secret_and_exact_addresses() {
    let public = [("SAYSO_HTTP_PUBLIC_URL", "https://shop.example/")];
    let table = |lines: &str| load(&format!("[skill.tea.linking.clients.alexa]\n{lines}\n"), &public);
    let fine = table(&format!("{CLIENT}\nname = \"Alexa\"\nrefresh_overlap_seconds = 600")).unwrap();
    assert_eq!(fine.http().public_url.as_deref(), Some("https://shop.example"));
    let client = &fine.of_skill()["tea"].linking[0];
    assert_eq!((client.id.as_str(), client.name.as_str()), ("alexa", "Alexa"));
    assert!(!format!("{fine:?}").contains("thirty-two"), "no log shows a secret");
    let uris = |uri: &str| format!("redirect_uris = [\"{uri}\"]");
    for (lines, key) in [
        ("secret = \"a-secret-of-thirty-two-letters-1\"".to_owned(), "redirect_uris"),
        (format!("{CLIENT}\nsecret_file = \"x\""), "secret"),
        (CLIENT.replace("a-secret-of-thirty-two-letters-1", "short"), "secret"),
        (CLIENT.replace("thirty-two", "thirty+two"), "secret"),
        ("secret_file = \"/nowhere/at/all\"".to_owned(), "secret_file"),
        (uris("http://shop.example/back"), "redirect_uris"),
        (uris("https://shop.example/back#part"), "redirect_uris"),
        (uris("javascript:alert(1)"), "redirect_uris"),
        (uris("https://user@shop.example/"), "redirect_uris"),
        (format!("{CLIENT}\nrefresh_overlap_seconds = 999999"), "refresh_overlap_seconds"),
    ] {
        let error = table(&lines).unwrap_err();
        assert!(error.contains(&format!("`skill.tea.linking.clients.alexa.{key}`")), "{lines}: {error}");
        assert!(!error.contains("thirty"), "{error}");
    }
}

#[test]
fn a_secret_may_lie_in_a_file_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("alexa");
    std::fs::write(&file, "a-secret-of-thirty-two-letters-1\n").unwrap();
    let uris = "redirect_uris = [\"http://127.0.0.1:9/back\"]";
    let toml = format!("[skill.tea.linking.clients.alexa]\nsecret_file = {file:?}\n{uris}\n");
    let settings = load(&toml, &[("SAYSO_HTTP_PUBLIC_URL", "http://127.0.0.1:8")]).unwrap();
    let secret = settings.of_skill()["tea"].linking[0].secret.as_ref().unwrap();
    assert_eq!(secret.expose_secret(), "a-secret-of-thirty-two-letters-1");
}

#[test]
fn linking_needs_an_address_that_browsers_reach_and_says_who_speaks_on_alexa() {
    let linking = format!("[skill.tea.linking.clients.alexa]\n{CLIENT}\n");
    let error = load(&linking, &[]).unwrap_err();
    assert!(error.contains("`http.public_url`"), "{error}");
    for wrong in ["http://shop.example", "https://shop.example/path", "shop.example", "https://a@b.example"] {
        let error = load("", &[("SAYSO_HTTP_PUBLIC_URL", wrong)]).unwrap_err();
        assert!(error.contains("`http.public_url`"), "{wrong}: {error}");
    }
    let public = [("SAYSO_HTTP_PUBLIC_URL", "https://shop.example")];
    let alexa = "[skill.tea]\nalexa_application_id = \"amzn1.ask.skill.1\"\n";
    assert!(load(alexa, &public).unwrap_err().contains("`skill.tea.alexa_household`"));
    assert!(load(&format!("{alexa}{linking}"), &public).unwrap().of_skill()["tea"].alexa.is_some());
    let both = format!("{alexa}alexa_household = \"oak-street\"\n{linking}");
    assert!(load(&both, &public).unwrap_err().contains("`skill.tea.alexa_household`"));
    assert!(load("[skill.tea.linking]\n", &public).unwrap_err().contains("`skill.tea.linking`"));
}

#[test]
fn a_sentence_for_those_who_wait_comes_after_a_second_or_when_set_or_never() {
    let progress = |lines: &str| load(lines, &[]).map(|settings| settings.alexa().progress);
    let ms = std::time::Duration::from_millis;
    assert_eq!(progress("").unwrap(), Some(ms(1_000)));
    assert_eq!(progress("[alexa]\nprogress_ms = 2500\n").unwrap(), Some(ms(2_500)));
    assert_eq!(progress("[alexa]\nprogress_ms = 0\n").unwrap(), None);
    assert!(progress("[alexa]\nprogress_ms = 8001\n").unwrap_err().contains("`alexa.progress_ms`"));
}

#[test]
fn where_accounts_are_linked_an_agent_needs_no_household() {
    let public = [("SAYSO_HTTP_PUBLIC_URL", "https://shop.example")];
    let linking = format!("[skill.tea.linking.clients.google]\n{CLIENT}\n");
    let agents = "[skill.tea.dialogflow]\naudience = \"x\"\n\
                  [skill.tea.actions]\naudience = \"y\"\nlink_scene = \"Link_Account\"\n";
    let fine = load(&format!("{linking}{agents}"), &public).unwrap();
    let tea = &fine.of_skill()["tea"];
    assert!(tea.dialogflow.as_ref().is_some_and(|on| on.household.is_none()));
    assert_eq!(tea.actions.as_ref().unwrap().link_scene.as_deref(), Some("Link_Account"));
    let wrong = agents.replace("Link_Account", "a scene");
    assert!(
        load(&format!("{linking}{wrong}"), &public).unwrap_err().contains("`skill.tea.actions.link_scene`")
    );
}
