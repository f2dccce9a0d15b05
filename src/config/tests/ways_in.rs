//! What the settings promise of the ways in: Wyoming, platforms, linked accounts.

use super::*;

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
