//! The page: who is let in, who is sent where, and what somebody who means harm cannot do with it.

use jiff::SignedDuration;

use super::shop::{BACK, Page, Shop, asking, asking_with_pkce, challenge, form, parameter};
use crate::http::client::{Answer, get, post};

const LINK: (&str, &str) = ("decision", "link");

/// A request for the page that is expected to be refused.
async fn refused(shop: &Shop, query: &str) -> Answer {
    let answer = get(&format!("/link/household/authorize?{query}")).send(shop.address()).await;
    assert_ne!(answer.status, 200, "{query}");
    answer
}

#[tokio::test]
async fn state_comes_back_as_it_was_and_the_server_names_itself() {
    let shop = Shop::open().await;
    let (page, code) = (shop.page(&asking("alexa")).await, shop.link_code().await);
    let answer = shop.decide(&page, &[LINK, ("code", &code)]).await;
    let location = &answer.headers["location"];
    assert!(answer.status == 303 && location.starts_with(&format!("{BACK}&code=")), "{location}");
    assert_eq!(parameter(location, "state").as_deref(), Some("s&1=ü"));
    assert_eq!(parameter(location, "iss").as_deref(), Some("https://shop.example/link/household"));
    assert_eq!(parameter(location, "code").unwrap().len(), 43);
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_is_not_in_the_settings() {
    let shop = Shop::open().await;
    let with = |uri: &str| form(&[("response_type", "code"), ("client_id", "alexa"), ("redirect_uri", uri)]);
    let twice = format!("{}&{}", with(BACK), form(&[("redirect_uri", "https://evil.example/")]));
    let no_client = form(&[("response_type", "code"), ("client_id", "evil"), ("redirect_uri", BACK)]);
    let queries = [
        with("https://evil.example/"),
        with(&format!("{BACK}/")),
        with(&BACK.to_uppercase()),
        with(&BACK.replace("https", "http")),
        with(&format!("{BACK}#x")),
        with("//evil.example"),
        with("javascript:alert(1)"),
        with(""),
        twice,
        no_client,
        form(&[("response_type", "code")]),
        format!("{}&state={}", with(BACK), "s".repeat(5_000)),
        "%zz".into(),
        String::new(),
    ];
    for query in queries {
        let answer = refused(&shop, &query).await;
        assert_eq!(answer.status, 400, "{query}");
        assert!(!answer.headers.contains_key("location"), "{query}");
        assert!(!answer.text().contains("evil"), "what was sent is not shown");
    }
}

#[tokio::test]
async fn what_the_client_may_know_is_sent_to_it_by_its_name() {
    let (shop, challenge) = (Shop::open().await, challenge());
    let with = |client: &'static str, more: &[(&str, &str)]| {
        let all = [&[("client_id", client), ("redirect_uri", BACK), ("state", "x")], more].concat();
        form(&all)
    };
    let code = ("response_type", "code");
    let challenge = ("code_challenge", challenge.as_str());
    for (query, error) in [
        (with("alexa", &[]), "invalid_request"),
        (with("alexa", &[("response_type", "token")]), "unsupported_response_type"),
        (with("alexa", &[code, ("scope", "household admin")]), "invalid_scope"),
        (with("alexa", &[code, ("scope", "household"), ("scope", "household")]), "invalid_request"),
        (with("alexa", &[code, ("response_mode", "fragment")]), "invalid_request"),
        (with("phone", &[code]), "invalid_request"),
        (with("phone", &[code, challenge]), "invalid_request"),
        (with("phone", &[code, challenge, ("code_challenge_method", "plain")]), "invalid_request"),
        (
            with("phone", &[code, ("code_challenge", "x"), ("code_challenge_method", "S256")]),
            "invalid_request",
        ),
        (with("alexa", &[code, ("code_challenge_method", "S256")]), "invalid_request"),
    ] {
        let answer = refused(&shop, &query).await;
        let location = &answer.headers["location"];
        assert!(answer.status == 303 && location.starts_with(BACK), "{query}: {location}");
        assert_eq!(parameter(location, "error").as_deref(), Some(error), "{query}");
        assert_eq!(parameter(location, "state").as_deref(), Some("x"));
        assert_eq!(parameter(location, "iss").as_deref(), Some("https://shop.example/link/household"));
    }
}

#[tokio::test]
async fn a_form_that_this_browser_was_not_shown_links_nothing() {
    let shop = Shop::open().await;
    let (mine, other) = (shop.page(&asking("alexa")).await, shop.page(&asking("alexa")).await);
    assert_ne!(mine.cookie, other.cookie);
    let code = shop.link_code().await;
    let fields = [LINK, ("code", code.as_str())];
    let with = |more: (&'static str, &'static str)| mine.request(&[&fields[..], &[more]].concat());
    let site = Some("https://shop.example");
    let forged = [
        mine.request_by(&fields, site, None),
        mine.request_by(&fields, site, Some(&other.cookie)),
        mine.request_by(&fields, Some("https://evil.example"), Some(&mine.cookie)),
        mine.request_by(&fields, Some("null"), Some(&mine.cookie)),
        mine.request(&fields).header("Sec-Fetch-Site", "cross-site"),
        with(("csrf", "")),
        with(("csrf", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
        with(("state", "another")),
        with(("client_id", "google")),
        with(("redirect_uri", "https://layla.amazon.com/second")),
    ];
    for request in forged {
        let answer = request.send(shop.address()).await;
        assert_eq!(answer.status, 403, "{}", answer.text());
        assert!(!answer.headers.contains_key("location"));
    }
    let own = shop.decide(&mine, &fields).await;
    assert_eq!(own.status, 303, "the code was not used up by what was forged");
}

#[tokio::test]
async fn the_page_has_no_script_and_is_in_no_frame_and_no_cache() {
    let shop = Shop::open().await;
    let hostile = "\"><script>alert(1)</script>'&";
    let query = [&asking("alexa")[..3], &[("state", hostile)]].concat();
    let page = shop.page(&query).await;
    let (html, headers) = (page.answer.text(), &page.answer.headers);
    assert!(!html.contains("<script") && html.contains("Corner &lt;Shelf&gt;"), "{html}");
    assert_eq!(page.hidden["state"], hostile);
    let policy = &headers["content-security-policy"];
    for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "style-src 'sha256-"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(headers["cache-control"], "no-store");
    assert_eq!(
        (headers["x-frame-options"].as_str(), headers["x-content-type-options"].as_str()),
        ("DENY", "nosniff")
    );
    let cookie = &headers["set-cookie"];
    for part in ["__Host-sayso-link=", "Path=/", "HttpOnly", "SameSite=Strict", "Secure"] {
        assert!(cookie.contains(part), "{cookie}");
    }
}

#[tokio::test]
async fn a_linking_code_that_is_wrong_used_or_too_old_links_nothing() {
    let shop = Shop::open().await;
    let (page, code) = (shop.page(&asking("alexa")).await, shop.link_code().await);
    for wrong in ["", "0000-0000-0000", "not a code at all", &"7".repeat(200)] {
        let answer = shop.decide(&page, &[LINK, ("code", wrong)]).await;
        assert_eq!(answer.status, 400, "{wrong}");
        assert!(answer.text().contains("role=\"alert\""));
    }
    let small = code.to_lowercase().replace('-', " ");
    assert_eq!(shop.decide(&page, &[LINK, ("code", &small)]).await.status, 303);
    assert_eq!(shop.decide(&page, &[LINK, ("code", &code)]).await.status, 400, "it works once");
    let late = shop.link_code().await;
    shop.clock.travel(SignedDuration::from_mins(30));
    assert_eq!(shop.decide(&page, &[LINK, ("code", &late)]).await.status, 400, "it is too old");
}

#[tokio::test]
async fn a_linking_code_of_one_skill_is_none_at_another() {
    let shop = Shop::open().await;
    let code = shop.link_code().await;
    let path = format!("/link/coffee-bar/authorize?{}", form(&asking("alexa")));
    let page = Page::of(get(&path).send(shop.address()).await);
    let fields: Vec<_> = page.hidden.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let fields = [fields, vec![LINK, ("code", &code)]].concat();
    let send =
        post("/link/coffee-bar/authorize", super::shop::FORM, form(&fields)).header("Cookie", &page.cookie);
    assert_eq!(send.send(shop.address()).await.status, 400);
}

#[tokio::test]
async fn too_many_wrong_codes_from_one_place_end_in_a_pause() {
    let shop = Shop::open().await;
    let (page, code) = (shop.page(&asking("alexa")).await, shop.link_code().await);
    let from = async |code: &str, forwarded: &str| {
        let request = page.request(&[LINK, ("code", code)]).header("X-Forwarded-For", forwarded);
        request.send(shop.address()).await
    };
    for _ in 0..10 {
        assert_eq!(from("0000-0000-0000", "203.0.113.1, 192.0.2.1").await.status, 400);
    }
    let locked = from(&code, "203.0.113.2, 192.0.2.1").await;
    assert_eq!((locked.status, locked.headers["retry-after"].as_str()), (429, "900"));
    assert!(locked.text().contains("15 minutes"), "{}", locked.text());
    assert_eq!(from("0000-0000-0000", "192.0.2.2").await.status, 400, "another place is not locked");
    shop.clock.travel(SignedDuration::from_mins(15));
    assert_eq!(from(&code, "192.0.2.1").await.status, 303);
}

#[tokio::test]
async fn who_does_not_want_it_is_sent_back_without_a_link() {
    let shop = Shop::open().await;
    let (page, code) = (shop.page(&asking("alexa")).await, shop.link_code().await);
    for decision in ["deny", "", "other"] {
        let answer = shop.decide(&page, &[("decision", decision), ("code", &code)]).await;
        let error = parameter(&answer.headers["location"], "error");
        assert_eq!((answer.status, error.as_deref()), (303, Some("access_denied")));
    }
    let fields = [LINK, ("code", code.as_str())];
    assert_eq!(shop.decide(&page, &fields).await.status, 303, "the code was not used up");
}

#[tokio::test]
async fn a_skill_without_linking_has_no_page_and_a_large_form_is_not_read() {
    let shop = Shop::open().await;
    for skill in ["tea", "unknown", "%ff"] {
        let path = format!("/link/{skill}/authorize?{}", form(&asking("alexa")));
        assert_eq!(get(&path).send(shop.address()).await.status, 404, "{skill}");
        let answer = shop.token_at(skill, &[("grant_type", "refresh_token")]).await;
        assert_eq!(answer.status, 404, "{skill}");
        let about = format!("/.well-known/oauth-authorization-server/link/{skill}");
        assert_eq!(get(&about).send(shop.address()).await.status, 404, "{skill}");
    }
    for path in ["authorize", "token", "revoke"] {
        let large = post(&format!("/link/household/{path}"), super::shop::FORM, "a".repeat(17 * 1024));
        assert_eq!(large.send(shop.address()).await.status, 413, "{path}");
    }
    assert_eq!(get("/link/household/token").send(shop.address()).await.status, 405);
}

#[tokio::test]
async fn the_server_describes_itself() {
    let shop = Shop::open().await;
    let path = "/.well-known/oauth-authorization-server/link/household";
    let about = get(path).send(shop.address()).await.json();
    let at = "https://shop.example/link/household";
    assert_eq!(about["issuer"], at);
    assert_eq!(about["authorization_endpoint"], format!("{at}/authorize"));
    assert_eq!(about["token_endpoint"], format!("{at}/token"));
    assert_eq!(about["revocation_endpoint"], format!("{at}/revoke"));
    assert_eq!(about["code_challenge_methods_supported"], serde_json::json!(["S256"]));
    assert_eq!(about["authorization_response_iss_parameter_supported"], true);
    let challenge = challenge();
    let code = shop.code(&asking_with_pkce("alexa", &challenge)).await;
    assert_eq!(code.len(), 43);
}
