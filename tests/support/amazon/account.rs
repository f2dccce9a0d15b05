//! Accounts at Amazon that are linked to a household.

use jiff::SignedDuration;
use sayso::commerce::{
    ClientId, HouseholdId, Linker, ShopId,
    linking::{Asking, Exchanged},
};

/// Where Amazon's part of linking comes back to.
const BACK: &str = "https://pitangui.amazon.com/api/skill/link/M1";
/// How long a linking code is good.
const GOOD_FOR: SignedDuration = SignedDuration::from_mins(5);

/// The settings of a shop whose accounts are linked.
pub fn settings(shop: &str) -> String {
    format!(
        "[http]\npublic_url = \"https://shop.example\"\n[skill.{shop}.linking.clients.alexa]\n\
         secret = \"a-secret-of-thirty-two-letters-1\"\nredirect_uris = [{BACK:?}]\n"
    )
}

/// The access token of an account that was linked to a household, as Amazon holds it for an hour.
pub async fn token(linker: &Linker, shop: &str, household: &str) -> String {
    let (shop, client) = (ShopId::new(shop).unwrap(), ClientId::new("alexa").unwrap());
    let home = HouseholdId::new(household).unwrap();
    let code = linker.make_code(&shop, &home, GOOD_FOR).await.unwrap().unwrap();
    let asking = Asking { client: &client, redirect_uri: BACK, challenge: None };
    let grant = linker.grant(&shop, &code.expose(), asking).await.unwrap().unwrap();
    match linker.exchange(&shop, &client, grant.expose(), BACK, None).await.unwrap() {
        Exchanged::Tokens(tokens) => tokens.access.expose().to_owned(),
        other => panic!("{other:?}"),
    }
}
