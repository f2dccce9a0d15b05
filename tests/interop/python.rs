//! Packages of PyPI in a virtual environment of their own.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// The Python that has the packages of `tests/interop/<name>/requirements.txt`; `None`, said loudly,
/// where they are not installed and `CI` is not set.
pub fn python(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = root.join("tests/interop").join(name).join("requirements.txt");
    let folder = root.join("target/interop").join(name);
    let (python, installed) = (folder.join("bin/python"), folder.join("installed"));
    let wanted = std::fs::read_to_string(&list).expect("the packages are listed");
    if std::fs::read_to_string(&installed).is_ok_and(|have| have == wanted) {
        return Some(python);
    }
    if std::env::var_os("CI").is_none() {
        eprintln!("SKIPPED: the packages of {} are not installed; CI=1 installs them", list.display());
        return None;
    }
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder));
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    run(Command::new(&python).args(pip).arg(&list));
    std::fs::write(installed, wanted).expect("a note of what is installed");
    Some(python)
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
