//! `sayso models train`, with a package that trains nothing in the place of models/training.

use crate::support::process::{Ended, Sayso};
use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A data folder, and what the package of the tests needs; `None`, said loudly, without Python.
fn prepared() -> Option<Sayso> {
    if let Err(error) = Command::new("python3").args(["-c", "import venv"]).output() {
        eprintln!("SKIPPED: python3 cannot be run ({error}); no training was tested");
        return None;
    }
    let sayso = Sayso::new();
    assert_eq!(sayso.run(&["models", "list"]).code, Some(0), "unpacks the bundled model");
    Some(sayso)
}

/// `sayso models train` on the household, with more arguments.
fn command(sayso: &Sayso, fault: &str, more: &[&str]) -> Command {
    let mut command = sayso.command(&["models", "train", "--skill"]);
    command.arg(root().join("skills/household")).args(more);
    command.arg("--training").arg(root().join("tests/support/training"));
    command.env("FAKE_MODEL", sayso.data().join("models/shop-en.bin")).env("FAKE_FAULT", fault);
    // No leavings in the source tree.
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

fn train(sayso: &Sayso, fault: &str, more: &[&str]) -> Ended {
    Ended::of(command(sayso, fault, more).output().unwrap())
}

/// The name of the model that is in use.
fn in_use(sayso: &Sayso) -> String {
    let listed = sayso.run(&["models", "list"]).out;
    let row = listed.lines().find(|line| line.contains("in use")).unwrap();
    row.split_whitespace().next().unwrap().to_owned()
}

/// Everything in the folder of models but the bundled one, by name.
fn files(sayso: &Sayso) -> Vec<String> {
    let entries = fs::read_dir(sayso.data().join("models")).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| !name.starts_with("shop-en"));
    names.sort();
    names
}

/// The household's skill under another identifier, in a folder of its own.
fn another_shop(folder: &Path) -> PathBuf {
    fn copy(from: &Path, to: &Path) {
        fs::create_dir(to).unwrap();
        for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
            let to = to.join(entry.file_name());
            if entry.path().is_dir() {
                copy(&entry.path(), &to);
            } else {
                fs::copy(entry.path(), to).unwrap();
            }
        }
    }
    let shop = folder.join("another-shop");
    copy(&root().join("skills/household"), &shop);
    let manifest = fs::read_to_string(shop.join("skill.toml")).unwrap();
    let renamed = manifest.replacen("id = \"household\"", "id = \"another\"", 1);
    assert_ne!(renamed, manifest);
    fs::write(shop.join("skill.toml"), renamed).unwrap();
    shop
}

#[test]
fn a_trained_model_is_installed_and_used_for_its_skill_alone() {
    let Some(sayso) = prepared() else { return };
    let ended = train(&sayso, "", &["--minutes", "3"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.out.contains("household is trained and installed"), "{}", ended.out);
    assert!(ended.out.contains("used from now on where household is served"), "{}", ended.out);
    assert_eq!(in_use(&sayso), "household");
    let heard = sayso.run(&["ask", "--audio", root().join("audio/samples/hello.wav").to_str().unwrap()]);
    assert!(heard.out.contains("heard: Hello."), "{heard:?}");
    assert!(sayso.run(&["doctor"]).out.contains("synthetic voices and the language of household"));
    assert_eq!(sayso.run(&["models", "verify"]).code, Some(0));

    let shop = another_shop(sayso.data());
    let other = sayso.command(&["models", "list"]).env("SAYSO_SHOP", shop).output();
    let other = String::from_utf8(other.unwrap().stdout).unwrap();
    let used = other.lines().find(|line| line.contains("in use")).unwrap();
    assert!(used.starts_with("shop-en"), "{other}");
}

#[test]
fn a_training_starts_from_the_packages_model_unless_nothing_is_asked_for() {
    let Some(sayso) = prepared() else { return };
    assert!(train(&sayso, "", &[]).err.contains("from a model"));
    let ended = train(&sayso, "", &["--from-nothing"]);
    assert!(ended.code == Some(0) && ended.err.contains("from nothing"), "{ended:?}");
}

#[test]
fn a_second_training_replaces_the_first_and_leaves_nothing_of_it() {
    let Some(sayso) = prepared() else { return };
    assert_eq!(train(&sayso, "", &["--name", "mine"]).code, Some(0));
    let first = files(&sayso);
    let mut command = command(&sayso, "", &["--name", "mine"]);
    let another = sayso.data().join("another.bin");
    let mut bytes = fs::read(sayso.data().join("models/shop-en.bin")).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&another, bytes).unwrap();
    let ended = Ended::of(command.env("FAKE_MODEL", another).output().unwrap());
    assert!(ended.code == Some(0) && ended.err.contains("going on with what was kept"), "{ended:?}");
    let second = files(&sayso);
    assert_eq!((first.len(), second.len()), (3, 3), "{first:?} {second:?}");
    assert_ne!(first, second);
    assert_eq!(in_use(&sayso), "mine");
}

#[test]
fn a_training_that_fails_leaves_its_work_and_no_model() {
    let Some(sayso) = prepared() else { return };
    for (fault, wanted) in [
        ("dies", "the voices are gone"),
        ("damaged", "cannot be loaded"),
        ("wrong sha", "checksum is not the one in its description"),
        ("no description", "ended without"),
    ] {
        let ended = train(&sayso, fault, &["--work", sayso.data().join(fault).to_str().unwrap()]);
        assert!(ended.code == Some(1) && ended.err.contains(wanted), "{fault}: {ended:?}");
        assert!(sayso.data().join(fault).join("kept").exists(), "{fault}");
        assert_eq!(files(&sayso), [""; 0], "{fault}");
        assert_eq!(in_use(&sayso), "shop-en", "{fault}");
    }
}

#[test]
fn a_failure_after_a_success_leaves_the_model_that_was_there() {
    let Some(sayso) = prepared() else { return };
    assert_eq!(train(&sayso, "", &[]).code, Some(0));
    let before = files(&sayso);
    assert_eq!(train(&sayso, "wrong sha", &[]).code, Some(1));
    assert_eq!((files(&sayso), in_use(&sayso).as_str()), (before, "household"));
}

#[cfg(unix)]
#[test]
fn a_disk_that_is_full_at_the_installation_leaves_what_was_there() {
    let Some(sayso) = prepared() else { return };
    assert_eq!(train(&sayso, "", &[]).code, Some(0));
    let before = files(&sayso);
    // No file may grow beyond a megabyte: a write fails as it does on a full disk.
    let ended = {
        let train = command(&sayso, "is done", &[]);
        let mut limited = Command::new("bash");
        limited.args(["-c", "trap '' XFSZ; ulimit -f 1024; exec \"$0\" \"$@\""]);
        limited.arg(train.get_program()).args(train.get_args());
        for (name, value) in train.get_envs() {
            match value {
                Some(value) => limited.env(name, value),
                None => limited.env_remove(name),
            };
        }
        Ended::of(limited.stdin(Stdio::null()).output().unwrap())
    };
    assert!(ended.code == Some(1) && ended.err.contains("File too large"), "{ended:?}");
    assert_eq!((files(&sayso), in_use(&sayso).as_str()), (before, "household"));
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_the_training_which_puts_its_work_away_and_a_second_one_waits_for_it() {
    let Some(sayso) = prepared() else { return };
    let mut child =
        command(&sayso, "waits", &[]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("waiting") {
        line.clear();
        assert!(told.read_line(&mut line).unwrap() > 0, "the training has ended");
    }
    let second = train(&sayso, "", &[]);
    assert!(second.code == Some(1) && second.err.contains("another training works in"), "{second:?}");
    let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupt.unwrap().success());
    let mut rest = String::new();
    told.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{rest}");
    assert!(rest.contains("the same command goes on with it"), "{rest}");
    assert_eq!(fs::read_to_string(sayso.data().join("training/household/kept")).unwrap(), "put away");
    assert_eq!(in_use(&sayso), "shop-en");
    assert_eq!(train(&sayso, "", &[]).code, Some(0));
}

#[test]
fn libraries_that_cannot_be_had_are_told_with_their_list() {
    let Some(sayso) = prepared() else { return };
    let training = sayso.data().join("package");
    fs::create_dir_all(training.join("sayso_training")).unwrap();
    fs::write(training.join("sayso_training/__init__.py"), "").unwrap();
    fs::write(training.join("requirements.txt"), "numpy==0.0.0\n").unwrap();
    let mut command = sayso.command(&["models", "train", "--skill"]);
    command.arg(root().join("skills/household")).arg("--training").arg(&training);
    command.env("PIP_NO_INDEX", "1").env("UV_OFFLINE", "1");
    let ended = Ended::of(command.output().unwrap());
    assert!(ended.code == Some(1) && ended.err.contains("needs a network"), "{ended:?}");
    assert!(ended.err.contains("package/requirements.txt could not be installed"), "{ended:?}");
}

#[test]
fn what_is_wrong_is_told_before_anything_is_made() {
    let sayso = Sayso::new();
    let broken = sayso.data().join("broken");
    fs::create_dir(&broken).unwrap();
    fs::write(broken.join("skill.toml"), "id = 7").unwrap();
    let household = root().join("skills/household");
    let (household, broken) = (household.to_str().unwrap(), broken.to_str().unwrap());
    let training = root().join("tests/support/training");
    let training = training.to_str().unwrap();
    for (arguments, wanted) in [
        (&["--skill", "nowhere"][..], "the skill nowhere"),
        (&["--skill", broken], "skill.toml"),
        (&["--skill", household, "--skill", household], "named twice"),
        (&["--skill", household, "--name", "tiny.en"], "another model has it"),
        (&["--skill", household, "--name", "../up"], "letters, digits"),
        (&["--skill", household, "--training", broken], "it is not the training package"),
    ] {
        let ended = sayso.run(&[&["models", "train"], arguments].concat());
        assert!(ended.code == Some(1) && ended.err.contains(wanted), "{arguments:?}: {ended:?}");
    }
    let mut command = sayso.command(&["models", "train", "--skill", household, "--training", training]);
    let ended = Ended::of(command.env("PATH", broken).output().unwrap());
    assert!(ended.code == Some(1) && ended.err.contains("neither uv nor python3"), "{ended:?}");
    assert!(!Path::new(&sayso.data().join("models")).exists());
}
