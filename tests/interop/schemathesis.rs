//! PyPI's schemathesis asks a real `sayso serve` what its own `/openapi.json` describes, and what it rules out: no
//! server errors, no status, header, media type or body that the document does not have, no wrong data that is
//! accepted. schemathesis.toml says what it is told, and which check is left out where, and why.

use std::{path::Path, process::Command};

use super::python::python;
use crate::{
    http::client::until_ready,
    support::process::{Ended, Sayso},
};

/// A skill that can be reached in every way.
const SETTINGS: &str = r#"
[speech]
synthesizer = "tones"
[http]
public_url = "https://shop.example"
[skill.household]
alexa_application_id = "amzn1.ask.skill.1"
[skill.household.dialogflow]
household = "oak-street"
header = "X-Agent-Secret"
secret = "0123456789abcdef-agent"
[skill.household.actions]
household = "oak-street"
header = "X-Agent-Secret"
secret = "0123456789abcdef-agent"
[skill.household.linking.clients.alexa]
name = "Alexa"
secret = "0123456789abcdef-client-secret-01"
redirect_uris = ["https://pitangui.amazon.com/api/skill/link/M1"]
"#;

#[tokio::test]
async fn schemathesis_finds_nothing_that_the_document_does_not_say() {
    let Some(python) = python("schemathesis") else { return };
    let (sayso, root) = (Sayso::new(), Path::new(env!("CARGO_MANIFEST_DIR")));
    std::fs::write(sayso.data().join("sayso.toml"), SETTINGS).unwrap();
    let serving = sayso.serve();
    until_ready(serving.address).await;
    let mut command = Command::new(python.with_file_name("st"));
    command.arg("--config-file").arg(root.join("tests/interop/schemathesis/schemathesis.toml"));
    command.arg("--no-color").arg("run").arg(format!("http://{}/openapi.json", serving.address));
    command.args(["--phases", "examples,coverage,fuzzing", "--max-examples", "20", "--seed", "4"]);
    command.args(["--generation-database", "none", "--continue-on-failure", "--request-timeout", "10"]);
    command.args(["--warnings", "off"]);
    // It leaves files where it runs.
    command.current_dir(sayso.data());
    let ended = Ended::of(command.output().expect("schemathesis runs"));
    assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
    let generated = ended.out.lines().find_map(|line| line.trim().split_once(" generated,")?.0.parse().ok());
    assert!(generated.is_some_and(|generated: u32| generated > 300), "{}", ended.out);
}
