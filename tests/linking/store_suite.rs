//! What every store has to do for account linking, whichever it is: one suite, run for each adapter.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sayso::{
    commerce::{
        ClientId, LinkId, ShopId,
        linking::{Secret, SecretHash},
        ports::{
            FreshTokens, Grant, HouseholdStore, LinkStore, MAX_LIVE, MAX_SUCCESSORS, NewHousehold, Redeemed,
            Redemption, Rotated, Rotation, Unlinked,
        },
    },
    store::{MemoryStore, SqliteStore},
};

use crate::support::{
    clock::SeededEntropy,
    shop::{household, shop, usd},
};

/// What the suite needs: links belong to households.
trait Both: LinkStore + HouseholdStore {}
impl<T: LinkStore + HouseholdStore> Both for T {}

macro_rules! suite {
    ($($rule:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                let folder = tempfile::tempdir().expect("a folder");
                let store = super::SqliteStore::open(&folder.path().join("sayso.db")).await.expect("a store");
                super::$rule(std::sync::Arc::new(store)).await;
            })*
        }
        mod memory {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                super::$rule(std::sync::Arc::new(super::MemoryStore::default())).await;
            })*
        }
    };
}

suite!(
    a_linking_code_is_for_a_household_that_there_is_and_works_once,
    an_authorization_code_is_redeemed_by_what_it_is_bound_to,
    of_two_redemptions_at_once_one_wins,
    a_refresh_token_is_replaced_once,
    a_replaced_token_comes_again_only_while_nothing_of_it_was_used,
    a_replaced_token_that_comes_too_often_is_refused_and_the_link_stays,
    who_refreshes_over_and_over_is_refused_until_older_tokens_are_over,
    an_access_token_says_its_household_until_its_time_is_over,
    a_link_is_taken_back_with_all_its_tokens,
    what_can_be_used_no_more_is_forgotten,
);

fn at(seconds: i64) -> Timestamp {
    "2026-03-02T09:00:00Z".parse::<Timestamp>().expect("a moment") + SignedDuration::from_secs(seconds)
}

/// A hash of its own for each number.
fn hash(n: u64) -> SecretHash {
    Secret::fresh(&SeededEntropy::new(n)).hash()
}

fn client(name: &str) -> ClientId {
    ClientId::new(name).expect("an id")
}

fn fresh(n: u64, now: i64) -> FreshTokens {
    FreshTokens {
        access: hash(n),
        access_until: at(now + 60),
        refresh: hash(n + 1),
        refresh_until: at(now + 600),
    }
}

async fn granted(store: &dyn Both, link_code: u64, code: u64, now: i64) -> bool {
    let (shop, client) = (shop(), client("alexa"));
    let (link_code, code) = (hash(link_code), hash(code));
    let (redirect_uri, challenge) = ("https://a.example/", Some("challenge"));
    let until = at(now + 60);
    let grant =
        Grant { shop: &shop, link_code, client: &client, redirect_uri, challenge, code, now: at(now), until };
    store.grant(&grant).await.expect("an answer")
}

async fn redeemed(store: &dyn Both, code: u64, link: &str, tokens: u64, now: i64) -> Redeemed {
    let (shop, client, link) = (shop(), client("alexa"), LinkId::new(link).expect("an id"));
    let redemption = Redemption {
        shop: &shop,
        client: &client,
        code: hash(code),
        redirect_uri: "https://a.example/",
        challenge: Some("challenge"),
        link: &link,
        fresh: fresh(tokens, now),
        now: at(now),
    };
    store.redeem(&redemption).await.expect("an answer")
}

async fn rotated(store: &dyn Both, refresh: u64, tokens: u64, overlap: i64, now: i64) -> Rotated {
    let (shop, client) = (shop(), client("alexa"));
    let overlap = SignedDuration::from_secs(overlap);
    let (refresh, fresh, now) = (hash(refresh), fresh(tokens, now), at(now));
    store
        .rotate(&Rotation { shop: &shop, client: &client, refresh, fresh, overlap, now })
        .await
        .expect("an answer")
}

/// The household at Oak Street, and a link `link` with the tokens 10 (access) and 11 (refresh).
async fn linked(store: &dyn Both) {
    fill(store).await;
    let home = household("oak-street");
    assert!(store.add_link_code(&shop(), &home, hash(1), at(60)).await.expect("an answer"));
    assert!(granted(store, 1, 2, 0).await);
    assert_eq!(redeemed(store, 2, "link", 10, 0).await, Redeemed::Linked);
}

async fn fill(store: &dyn Both) {
    let id = household("oak-street");
    let new = NewHousehold { id, name: "Oak Street".into(), members: vec![], limit: usd(1) };
    assert!(store.add_household(&shop(), &new).await.expect("an answer"));
}

async fn opens(store: &dyn Both, access: u64, now: i64) -> bool {
    store.household_of(&shop(), hash(access), at(now)).await.expect("an answer").is_some()
}

async fn a_linking_code_is_for_a_household_that_there_is_and_works_once(store: Arc<dyn Both>) {
    fill(&*store).await;
    let add = async |home: &str, code| {
        store.add_link_code(&shop(), &household(home), hash(code), at(60)).await.expect("an answer")
    };
    assert!(!add("stranger", 1).await);
    assert!(add("oak-street", 1).await && add("oak-street", 2).await);
    assert!(!granted(&*store, 3, 20, 0).await, "unknown");
    assert!(!granted(&*store, 2, 20, 60).await, "too old");
    assert!(granted(&*store, 1, 20, 59).await);
    assert!(!granted(&*store, 1, 21, 59).await, "used");
}

async fn an_authorization_code_is_redeemed_by_what_it_is_bound_to(store: Arc<dyn Both>) {
    fill(&*store).await;
    store.add_link_code(&shop(), &household("oak-street"), hash(1), at(60)).await.expect("an answer");
    assert!(granted(&*store, 1, 2, 0).await);
    let (link, other_shop) = (LinkId::new("link").expect("an id"), ShopId::new("tea").expect("an id"));
    let (mine, alexa, google) = (shop(), client("alexa"), client("google"));
    let uri = "https://a.example/";
    for (shop, client, redirect_uri, challenge) in [
        (&other_shop, &alexa, uri, Some("challenge")),
        (&mine, &google, uri, Some("challenge")),
        (&mine, &alexa, "https://b.example/", Some("challenge")),
        (&mine, &alexa, uri, Some("another")),
        (&mine, &alexa, uri, None),
    ] {
        let (link, fresh, now) = (&link, fresh(10, 0), at(0));
        let asked = Redemption { shop, client, code: hash(2), redirect_uri, challenge, link, fresh, now };
        assert_eq!(store.redeem(&asked).await.expect("an answer"), Redeemed::Refused);
    }
    assert_eq!(redeemed(&*store, 2, "link", 10, 60).await, Redeemed::Refused, "too old");
    assert_eq!(redeemed(&*store, 2, "link", 10, 59).await, Redeemed::Linked);
    assert_eq!(redeemed(&*store, 2, "again", 20, 59).await, Redeemed::Reused);
    assert!(!opens(&*store, 10, 59).await, "the link is gone");
    assert_eq!(redeemed(&*store, 2, "again", 20, 59).await, Redeemed::Refused);
}

async fn of_two_redemptions_at_once_one_wins(store: Arc<dyn Both>) {
    fill(&*store).await;
    store.add_link_code(&shop(), &household("oak-street"), hash(1), at(60)).await.expect("an answer");
    assert!(granted(&*store, 1, 2, 0).await);
    let tasks: Vec<_> = (0..6)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move { redeemed(&*store, 2, &format!("link-{n}"), 10 + 2 * n, 0).await })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        won += usize::from(task.await.expect("no panic") == Redeemed::Linked);
    }
    assert_eq!(won, 1);
}

async fn a_refresh_token_is_replaced_once(store: Arc<dyn Both>) {
    linked(&*store).await;
    assert_eq!(rotated(&*store, 10, 20, 0, 1).await, Rotated::Refused, "an access token brings nothing");
    assert_eq!(rotated(&*store, 99, 20, 0, 1).await, Rotated::Refused);
    assert_eq!(rotated(&*store, 11, 20, 0, 600).await, Rotated::Refused, "too old");
    assert_eq!(rotated(&*store, 11, 20, 0, 1).await, Rotated::Fresh);
    assert!(opens(&*store, 20, 1).await);
    assert_eq!(rotated(&*store, 21, 30, 0, 2).await, Rotated::Fresh);
    assert_eq!(rotated(&*store, 11, 40, 0, 3).await, Rotated::Reused);
    assert!(!opens(&*store, 30, 3).await);
    assert_eq!(rotated(&*store, 31, 50, 0, 3).await, Rotated::Refused);
}

async fn a_replaced_token_comes_again_only_while_nothing_of_it_was_used(store: Arc<dyn Both>) {
    linked(&*store).await;
    assert_eq!(rotated(&*store, 11, 20, 100, 1).await, Rotated::Fresh);
    assert_eq!(rotated(&*store, 11, 30, 100, 100).await, Rotated::Fresh, "the answer was lost");
    assert_eq!(rotated(&*store, 31, 40, 100, 100).await, Rotated::Fresh);
    assert!(opens(&*store, 40, 100).await);
    assert_eq!(rotated(&*store, 21, 50, 100, 100).await, Rotated::Reused, "its sibling was used");
    assert!(!opens(&*store, 40, 100).await);
}

async fn a_replaced_token_that_comes_too_often_is_refused_and_the_link_stays(store: Arc<dyn Both>) {
    linked(&*store).await;
    assert_eq!(rotated(&*store, 11, 20, 100, 1).await, Rotated::Fresh);
    for again in 1..MAX_SUCCESSORS as u64 {
        assert_eq!(rotated(&*store, 11, 20 + 10 * again, 100, 2).await, Rotated::Fresh, "{again}");
    }
    assert_eq!(rotated(&*store, 11, 200, 100, 2).await, Rotated::Refused);
    assert!(opens(&*store, 20, 2).await && !opens(&*store, 200, 2).await);
    assert_eq!(rotated(&*store, 21, 210, 100, 3).await, Rotated::Fresh, "what came of it can be used");
}

async fn who_refreshes_over_and_over_is_refused_until_older_tokens_are_over(store: Arc<dyn Both>) {
    linked(&*store).await;
    let mut last = 11;
    for n in 1..MAX_LIVE as u64 {
        assert_eq!(rotated(&*store, last, 1_000 + 10 * n, 100, 1).await, Rotated::Fresh, "{n}");
        last = 1_001 + 10 * n;
    }
    assert_eq!(rotated(&*store, last, 5_000, 100, 2).await, Rotated::Refused);
    assert!(opens(&*store, last - 1, 2).await, "the link stays as it was");
    assert_eq!(rotated(&*store, last, 5_000, 100, 62).await, Rotated::Fresh);
}

async fn an_access_token_says_its_household_until_its_time_is_over(store: Arc<dyn Both>) {
    linked(&*store).await;
    let of =
        async |shop: &ShopId, token| store.household_of(shop, hash(token), at(59)).await.expect("an answer");
    assert_eq!(of(&shop(), 10).await, Some(household("oak-street")));
    assert_eq!(of(&ShopId::new("tea").expect("an id"), 10).await, None);
    assert_eq!(of(&shop(), 11).await, None, "a refresh token opens nothing");
    assert!(!opens(&*store, 10, 60).await);
}

async fn a_link_is_taken_back_with_all_its_tokens(store: Arc<dyn Both>) {
    linked(&*store).await;
    let unlink =
        async |name: &str, token| store.unlink(&shop(), &client(name), hash(token)).await.expect("an answer");
    let all = store.links(&shop(), Some(&household("oak-street")), 10).await.expect("links");
    assert_eq!((all.len(), all[0].id.as_str(), all[0].client.as_str()), (1, "link", "alexa"));
    assert!(store.links(&shop(), Some(&household("river-house")), 10).await.expect("links").is_empty());
    assert_eq!(unlink("google", 10).await, Unlinked::NotTheirs);
    assert_eq!(unlink("alexa", 99).await, Unlinked::Unknown);
    assert_eq!(unlink("alexa", 11).await, Unlinked::Gone);
    assert!(!opens(&*store, 10, 1).await);
    assert!(!store.remove_link(&shop(), &all[0].id).await.expect("an answer"), "it is gone already");
    assert!(store.links(&shop(), None, 10).await.expect("links").is_empty());
}

async fn what_can_be_used_no_more_is_forgotten(store: Arc<dyn Both>) {
    linked(&*store).await;
    store.add_link_code(&shop(), &household("oak-street"), hash(3), at(60)).await.expect("an answer");
    assert_eq!(store.forget_expired_links(at(59)).await.expect("an answer"), 0);
    assert_eq!(store.forget_expired_links(at(60)).await.expect("an answer"), 2, "a code, an access token");
    assert_eq!(store.links(&shop(), None, 10).await.expect("links").len(), 1);
    assert_eq!(store.forget_expired_links(at(600)).await.expect("an answer"), 2, "a refresh token, its link");
    assert!(store.links(&shop(), None, 10).await.expect("links").is_empty());
}
