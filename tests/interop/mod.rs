//! Programs that others wrote, as clients and servers of ours. Each has a folder here with its pinned
//! packages; with `CI` set they are installed into target/interop, else a test that lacks them says so.

mod ask_sdk_verifier;
mod dialogflow;
mod python;
mod satellite;
mod schemathesis;
mod stream;
mod virtual_alexa;
mod wyoming;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// The folder into which the npm packages of `tests/interop/<name>` are installed. `None`: they are not
/// there, and nobody asked for them.
fn npm_packages(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("target/interop").join(name);
    let files =
        ["package.json", "package-lock.json"].map(|file| root.join("tests/interop").join(name).join(file));
    let read = |file: &PathBuf| std::fs::read(file).expect("the packages are pinned");
    let same =
        |file: &PathBuf| std::fs::read(folder.join(file.file_name().unwrap())).ok() == Some(read(file));
    if folder.join("node_modules/.package-lock.json").is_file() && files.iter().all(same) {
        return Some(folder);
    }
    if std::env::var_os("CI").is_none() {
        eprintln!(
            "SKIPPED: the packages of tests/interop/{name} are not in {}; CI=1 installs them",
            folder.display()
        );
        return None;
    }
    std::fs::create_dir_all(&folder).expect("a folder");
    // Each test is a process of its own: one installs, the others wait for it.
    let lock = std::fs::File::create(folder.with_extension("lock")).expect("a lock");
    lock.lock().expect("a lock");
    if folder.join("node_modules/.package-lock.json").is_file() && files.iter().all(same) {
        return Some(folder);
    }
    for file in &files {
        std::fs::copy(file, folder.join(file.file_name().unwrap())).expect("a copy");
    }
    let install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    let status = Command::new("npm").args(install).current_dir(&folder).status().expect("npm is there");
    assert!(status.success(), "npm could not install the packages of {name}");
    Some(folder)
}
