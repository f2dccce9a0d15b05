//! Programs that others wrote, against the real thing. Each folder beside this file pins the packages of
//! one; `CI=1` installs them, and without it a test whose packages are missing says so and is skipped.

mod dialogflow;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// The Python that has the packages of `tests/interop/<name>`. `None`: they are not installed, and nobody asked for
/// them.
fn python_packages(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("target/interop").join(name);
    let pinned = root.join("tests/interop").join(name).join("requirements.txt");
    let (installed, python) = (folder.join("requirements.txt"), folder.join("bin/python"));
    let wanted = std::fs::read(&pinned).expect("the packages are pinned");
    if python.exists() && std::fs::read(&installed).ok().as_ref() == Some(&wanted) {
        return Some(python);
    }
    if std::env::var_os("CI").is_none() {
        eprintln!(
            "SKIPPED: the packages of tests/interop/{name} are not in {}; CI=1 installs them",
            folder.display()
        );
        return None;
    }
    let run = |program: &Path, arguments: &[&std::ffi::OsStr]| {
        let status = Command::new(program).args(arguments).status().expect("Python is there");
        assert!(status.success(), "Python could not install the packages of {name}");
    };
    run(Path::new("python3"), &["-m".as_ref(), "venv".as_ref(), folder.as_os_str()]);
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r"];
    let mut arguments: Vec<_> = install.iter().map(std::ffi::OsStr::new).collect();
    arguments.push(pinned.as_os_str());
    run(&python, &arguments);
    std::fs::write(installed, wanted).expect("a note of what is installed");
    Some(python)
}
