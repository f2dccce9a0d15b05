//! A merchant's feed is taken whole or refused with its line.

use std::fs;

use sayso::{
    commerce::money::Currency,
    skill::{catalog_file, import_catalog, read_feed},
};

use super::bundled;

fn feed(text: &str) -> Result<usize, String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("feed.csv");
    fs::write(&file, text).expect("a file");
    let read = read_feed(&file, Currency::USD).map(|catalog| catalog.products().len());
    read.map_err(|error| error.to_string().replace(&format!("{}/", folder.path().display()), ""))
}

const HEAD: &str = "id,title,availability,price,brand,product_type\n";

#[test]
fn a_feed_from_a_merchant_is_read_with_tabs_spaces_and_extra_columns() {
    let text = "\u{FEFF}id\ttitle\tavailability\tprice\tbrand\tproduct type\tship_weight\n\
                a1\tOak Table\tin stock\t99.00 USD\tOakhill\tHome > Tables\t20 lb\n";
    assert_eq!(feed(text), Ok(1));
}

#[test]
fn a_feed_that_could_not_be_sold_from_is_refused_with_its_line() {
    let row = |row: &str| feed(&format!("{HEAD}{row}\n")).expect_err("a bad row");
    let good = "a1,Tea,in_stock,3.99 USD,Harborside,Drinks > Tea";
    assert_eq!(feed(&format!("{HEAD}{good}\n")), Ok(1));
    assert_eq!(row(&format!("{good}\n{good}")), "feed.csv, line 3: the id `a1` is there twice");
    assert_eq!(row(&good.replace("USD", "EUR")), "feed.csv, line 2: `price`: the shop's currency is USD");
    assert_eq!(
        row(&good.replace("3.99", "free")),
        "feed.csv, line 2: `price`: an amount is written like 12.99 or 12.99 USD"
    );
    assert_eq!(row(&good.replace("3.99", "0.00")), "feed.csv, line 2: `price` is zero");
    assert!(row(&good.replace("in_stock", "maybe")).contains("not `maybe`"));
    assert!(row(&good.replace("Tea,", ",")).contains("`title` is empty"));
    assert!(row(&good.replace("a1", "a 1")).contains("`id`"));
    assert!(row(&good.replace("Tea,", &format!("{},", "t".repeat(151)))).contains("longer than 150"));
    assert!(row("a1,Tea").contains("2 fields"));
    assert_eq!(feed("id,title\n"), Err("feed.csv, line 1: the column `availability` is missing".into()));
    assert_eq!(feed(HEAD), Err("feed.csv: there is no product".into()));
    assert!(feed("").is_err());
}

#[test]
fn a_sale_must_be_lower_and_hold_now() {
    let with = |head: &str, row: &str| {
        feed(&format!(
            "id,title,availability,price,brand,product_type,{head}\na1,Tea,in_stock,3.99 USD,B,Tea,{row}\n"
        ))
    };
    assert_eq!(with("sale_price", "2.99 USD"), Ok(1));
    assert!(with("sale_price", "3.99 USD").is_err());
    let dated = with("sale_price,sale_price_effective_date", "2.99 USD,2026-12-01/2026-12-24");
    assert!(dated.expect_err("a sale with dates").contains("not supported"));
}

#[test]
fn a_feed_that_is_not_text_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("feed.csv");
    fs::write(&file, [HEAD.as_bytes(), b"a1,T\xFFa,in_stock,1 USD,B,Tea\n"].concat()).expect("a file");
    let error = read_feed(&file, Currency::USD).expect_err("not UTF-8").to_string();
    assert!(error.ends_with("feed.csv, line 2: it is not UTF-8"), "{error}");
}

#[test]
fn an_imported_catalogue_takes_the_place_of_the_bundled_one() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let source = data.path().join("mine.csv");
    fs::write(&source, format!("{HEAD}a1,Tea,in_stock,3.99 USD,Harborside,Tea\n")).expect("a file");
    let skill = bundled();
    let (shop, currency) = (skill.id.clone(), skill.terms.currency);
    let imported = import_catalog(&source, data.path(), &shop, currency).expect("a good feed");
    let skill = skill.with_imported_catalog(data.path()).expect("what was imported can be loaded");
    assert!(skill.catalog.products().eq(imported.products()));
    assert_eq!(skill.catalog.products().len(), 1);
}

#[test]
fn a_bad_feed_leaves_the_catalogue_as_it_was() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let source = data.path().join("mine.csv");
    let skill = bundled();
    fs::write(&source, format!("{HEAD}a1,Tea,in_stock,3.99 USD,Harborside,Tea\n")).expect("a file");
    import_catalog(&source, data.path(), &skill.id, skill.terms.currency).expect("a good feed");
    let before = fs::read(catalog_file(data.path(), &skill.id)).expect("it was imported");
    fs::write(&source, format!("{HEAD}a1,Tea,in_stock,-3 USD,Harborside,Tea\n")).expect("a file");
    import_catalog(&source, data.path(), &skill.id, skill.terms.currency).expect_err("a bad feed");
    assert_eq!(fs::read(catalog_file(data.path(), &skill.id)).expect("still there"), before);
    let left = fs::read_dir(data.path().join("catalogs")).expect("a folder").count();
    assert_eq!(left, 1, "no half-written file is left");
}

#[test]
fn without_an_import_the_shop_keeps_its_own_catalogue() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let skill = bundled().with_imported_catalog(data.path()).expect("nothing to load");
    assert!(skill.catalog.products().len() > 200);
}
