//! Google's own classes make the requests and read the responses, without passing over a field that they do not know:
//! PyPI's google-cloud-dialogflow-cx and google-cloud-dialogflow.

use std::{path::Path, process::Command};

use super::python::python;
use crate::support::process::{Ended, Sayso};

const SECRET: &str = "0123456789abcdef-agent";

#[test]
fn googles_own_classes_make_our_requests_and_read_our_responses() {
    let Some(python) = python("dialogflow") else { return };
    let sayso = Sayso::new();
    let settings = format!(
        "[skill.household.dialogflow]\nhousehold = \"oak-street\"\nheader = \"X-Agent-Secret\"\nsecret = \"{SECRET}\"\n"
    );
    std::fs::write(sayso.data().join("sayso.toml"), settings).unwrap();
    let serving = sayso.serve();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/dialogflow/converse.py");
    let mut client = Command::new(python);
    client.arg(script).arg(format!("http://{}", serving.address)).arg(SECRET);
    let ended = Ended::of(client.output().expect("Python runs"));
    assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
    assert!(ended.out.contains("cx: 10 requests") && ended.out.contains("es: 8 requests"), "{}", ended.out);
}
