//! npm's virtual-alexa loads the interaction model that `sayso skill build` writes and holds whole
//! conversations with a running server; every response is an `ask-sdk-model` response by the compiler's word.
//!
//! The server demands signatures, here as everywhere. virtual-alexa makes none, so its requests
//! pass a stand-in for Amazon that signs them with the tests' own authority.

use std::{
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
    sync::{Arc, OnceLock},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path as InPath, State},
    http::StatusCode,
    routing::post as on_post,
};
use sayso::{
    app::App,
    channels::{
        alexa::{Verifier, read_roots},
        http::{HttpState, serve},
    },
    commerce::{HouseholdId, system::SystemClock},
    config::{Settings, Sources},
    skill::build::{self, Target},
    speech::synth::{self, SynthSettings},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::npm_packages;
use crate::{
    http::client::post,
    support::{
        Sample,
        amazon::{APPLICATION, Amazon, URL},
    },
};

struct World {
    app: App,
    amazon: SocketAddr,
    folder: TempDir,
}

/// Both sample shops behind the stand-in for Amazon.
async fn world() -> World {
    let (amazon, folder) = (Arc::new(Amazon::new()), tempfile::tempdir().unwrap());
    let root = folder.path().join("root.pem");
    std::fs::write(&root, amazon.root()).unwrap();
    let coffee = Path::new(env!("CARGO_MANIFEST_DIR")).join("skills/coffee-bar");
    let of = |skill: &str| {
        format!(
            "[skill.{skill}]\nalexa_application_id = \"{APPLICATION}\"\nalexa_household = \"oak-street\"\n"
        )
    };
    let (household, bar) = (of("household"), of("coffee-bar"));
    let settings =
        format!("skills = [\"household\", {coffee:?}]\n[alexa]\nroots = {root:?}\n{household}{bar}");
    std::fs::write(folder.path().join("sayso.toml"), settings).unwrap();
    let sources = Sources { data: Some(folder.path().to_owned()), ..Sources::default() };
    let app = App::open_all(Settings::load(&sources).unwrap()).await.unwrap();
    let mut options = app.http_options().unwrap();
    let roots = read_roots(Some(&root)).unwrap();
    options.alexa = Some(Arc::new(Verifier::new(roots, amazon.clone(), Arc::new(SystemClock))));
    let tones = SynthSettings { engine: synth::Engine::Tones, ..SynthSettings::default() };
    let state =
        HttpState::new(options, app.engine(), Arc::new(OnceLock::new()), synth::choose(&tones).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = listener.local_addr().unwrap();
    tokio::spawn(serve(state, listener, std::future::pending()));
    World { app, amazon: stand_in(amazon, server).await, folder }
}

/// Signs what comes and hands it on.
async fn stand_in(amazon: Arc<Amazon>, server: SocketAddr) -> SocketAddr {
    let pass = |State((amazon, server)): State<(Arc<Amazon>, SocketAddr)>,
                InPath(skill): InPath<String>,
                body: Bytes| async move {
        let signed = post(&format!("/alexa/{skill}"), "application/json", body.to_vec())
            .header("SignatureCertChainUrl", URL)
            .header("Signature-256", &amazon.sign(&body));
        let answer = signed.send(server).await;
        (StatusCode::from_u16(answer.status).unwrap(), answer.body)
    };
    let router = Router::new().route("/{skill}", on_post(pass)).with_state((amazon, server));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

impl World {
    /// Holds a conversation; the turns with their requests and responses.
    async fn converse(&self, packages: &Path, shop: Sample, steps: Value) -> Vec<Value> {
        let skill = shop.skill();
        let package = build::build(&skill, Target::Alexa, Some("https://voice.example.com")).unwrap();
        let folder = self.folder.path().join(format!("package-{}", skill.id));
        if !folder.exists() {
            build::write(&package, &folder).unwrap();
        }
        let task = json!({
            "url": format!("http://{}/{}", self.amazon, skill.id),
            "model": folder.join("skill-package/interactionModels/custom/en-US.json"),
            "application": APPLICATION, "locale": "en-US", "steps": steps,
        });
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/virtual-alexa/converse.js");
        let mut node = tokio::process::Command::new("node");
        node.arg(script).arg(packages).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut node = node.spawn().expect("node is there");
        let mut input = node.stdin.take().unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut input, task.to_string().as_bytes()).await.unwrap();
        drop(input);
        let ended = node.wait_with_output().await.unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        serde_json::from_slice(&ended.stdout).unwrap()
    }

    async fn orders(&self, shop: Sample) -> usize {
        let skill = shop.skill();
        let household = HouseholdId::new("oak-street").unwrap();
        self.app.desk().orders(&skill.id, &household, 1_000).await.unwrap().len()
    }
}

fn said(turn: &Value) -> &str {
    turn["envelope"]["response"]["outputSpeech"]["ssml"].as_str().unwrap_or_else(|| panic!("{turn}"))
}

fn intent(turn: &Value) -> &str {
    turn["request"]["intent"]["name"].as_str().unwrap_or_default()
}

/// The responses as constants of the types that Amazon publishes. The last one is wrong, and the compiler
/// must say so: else it would prove nothing.
fn compile(packages: &Path, turns: &[Value]) {
    let folder = tempfile::tempdir_in(packages).unwrap();
    let mut source = "import { ResponseEnvelope } from \"ask-sdk-model\";\n".to_owned();
    for (number, turn) in turns.iter().enumerate() {
        source += &format!("export const turn{number}: ResponseEnvelope = {};\n", turn["envelope"]);
    }
    source += "// @ts-expect-error\nexport const wrong: ResponseEnvelope = { version: \"1.0\", response: { \
               outputSpeech: { type: \"SSML\", text: \"no\" } } };\n";
    let file = folder.path().join("responses.ts");
    std::fs::write(&file, source).unwrap();
    let compiler = packages.join("node_modules/typescript/bin/tsc");
    let options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "commonjs"];
    let ended = Command::new("node").arg(compiler).args(options).arg(&file).output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stdout));
}

#[tokio::test(flavor = "multi_thread")]
async fn virtual_alexa_buys_what_it_heard_read_back_and_every_response_has_amazons_types() {
    let Some(packages) = npm_packages("virtual-alexa") else { return };
    let world = world().await;
    let before = world.orders(Sample::Household).await;
    let steps = json!([
        "launch",
        "reorder paper towels",
        "what is the price",
        "make it two",
        "yes",
        "yes",
        "where is my order",
        ["BuyIntent", { "quantity": "2", "unit": "packs", "item": "batteries" }],
        "no",
        "the usual",
        "never mind",
        "can you find olive oil",
        "stop"
    ]);
    let turns = world.converse(&packages, Sample::Household, steps).await;
    for (turn, meant) in turns.iter().zip([
        "",
        "ReorderIntent",
        "PriceIntent",
        "CorrectIntent",
        "AMAZON.YesIntent",
        "AMAZON.YesIntent",
        "OrderStatusWithLastOrderIntent",
        "BuyIntent",
        "AMAZON.NoIntent",
        "ReorderWithUsualIntent",
        "AMAZON.CancelIntent",
        "UtteranceIntent",
        "AMAZON.StopIntent",
    ]) {
        assert_eq!(intent(turn), meant, "{turn}");
    }
    assert!(said(&turns[1]).contains("aper Towels"), "{}", said(&turns[1]));
    assert!(turns[4]["envelope"]["response"]["card"]["content"].is_string(), "{}", turns[4]);
    assert!(said(&turns[7]).contains("atteries"), "{}", said(&turns[7]));
    assert!(said(&turns[11]).to_lowercase().contains("olive oil"), "{}", said(&turns[11]));
    assert_eq!(turns[12]["envelope"]["response"]["shouldEndSession"], true);
    assert_eq!(world.orders(Sample::Household).await, before + 1, "one yes, one order");
    compile(&packages, &turns);
}

/// The type of a dialog's directive in a turn, if there is one.
fn asks(turn: &Value) -> &str {
    let directives = turn["envelope"]["response"]["directives"].as_array();
    directives.and_then(|all| all.iter().find_map(|one| one["type"].as_str())).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn virtual_alexa_orders_a_latte_with_the_milk_and_the_sugar_that_were_asked_for() {
    let Some(packages) = npm_packages("virtual-alexa") else { return };
    let world = world().await;
    let mut before = world.orders(Sample::CoffeeBar).await;
    for (words, meant) in [
        ("a latte with oat milk and two sugars", "AnswerIntent"),
        ("i'd like a latte with oat milk and two sugars", "BuyIntent"),
    ] {
        let steps = json!(["launch", words, "large", "yes", "stop"]);
        let turns = world.converse(&packages, Sample::CoffeeBar, steps).await;
        assert_eq!(intent(&turns[1]), meant, "{}", turns[1]["request"]);
        let read = said(&turns[2]);
        assert!(read.contains("Latte, Large") && read.contains("oat milk and 2 sugars"), "{read}");
        assert_eq!(world.orders(Sample::CoffeeBar).await, before + 1, "{turns:?}");
        before += 1;
        compile(&packages, &turns);
    }
    let (skill, household) = (Sample::CoffeeBar.skill(), HouseholdId::new("oak-street").unwrap());
    let order = &world.app.desk().orders(&skill.id, &household, 1).await.unwrap()[0];
    let chosen = format!("{:?}", order.quote.lines()[0].options);
    assert!(chosen.contains("oat") && chosen.contains("sugar"), "{chosen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn virtual_alexa_is_led_through_the_dialog_of_its_own_model() {
    let Some(packages) = npm_packages("virtual-alexa") else { return };
    let world = world().await;
    let before = world.orders(Sample::Household).await;
    let steps = json!([
        ["ReorderIntent", {}],
        ["ReorderIntent", { "item": "paper towels" }],
        ["ReorderIntent", { "item": "paper towels" }, "CONFIRMED"],
        ["BuyIntent", { "item": "beer" }],
        "stop"
    ]);
    let turns = world.converse(&packages, Sample::Household, steps).await;
    assert_eq!(turns[0]["request"]["dialogState"], "STARTED");
    assert_eq!(asks(&turns[0]), "Dialog.Delegate", "{}", turns[0]);
    assert_eq!(asks(&turns[1]), "Dialog.ConfirmIntent", "{}", turns[1]);
    assert!(said(&turns[1]).contains("aper Towels"));
    assert!(turns[2]["envelope"]["response"]["card"].is_object(), "{}", turns[2]);
    assert_eq!(asks(&turns[3]), "Dialog.ElicitSlot", "{}", turns[3]);
    assert_eq!(world.orders(Sample::Household).await, before + 1);
    compile(&packages, &turns);
}

#[tokio::test(flavor = "multi_thread")]
async fn virtual_alexa_orders_a_coffee_of_the_size_that_it_was_asked_for() {
    let Some(packages) = npm_packages("virtual-alexa") else { return };
    let world = world().await;
    let before = world.orders(Sample::CoffeeBar).await;
    let steps = json!(["launch", "i'd like a latte", "large", "yes", "what are your hours", "goodbye"]);
    let turns = world.converse(&packages, Sample::CoffeeBar, steps).await;
    let asked: Vec<_> = turns.iter().map(|turn| (intent(turn), said(turn))).collect();
    assert!(asked[1].1.contains("atte"), "{asked:?}");
    assert!(asked[2].1.contains("Large"), "{asked:?}");
    assert_eq!(world.orders(Sample::CoffeeBar).await, before + 1, "{asked:?}");
    assert_eq!(turns[5]["envelope"]["response"]["shouldEndSession"], true);
    compile(&packages, &turns);
}
