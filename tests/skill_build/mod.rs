//! What `sayso skill build` writes holds the platforms' own rules.

mod alexa;
mod dialogflow;

use sayso::skill::{
    Skill,
    build::{BuildError, Package, Target, build, write},
};

use crate::support::{Sample, process::Sayso};

const SERVER: &str = "https://voice.example.com";

fn package(skill: &Skill, target: Target) -> Package {
    build(skill, target, Some(SERVER)).expect("a package")
}

#[test]
fn the_same_skill_gives_the_same_bytes() {
    for shop in Sample::ALL {
        for target in Target::ALL {
            let (first, second) = (package(&shop.skill(), target), package(&shop.skill(), target));
            assert!(first == second && !first.files.is_empty(), "{shop:?} {target:?}");
        }
    }
}

#[test]
fn a_platform_is_told_where_to_ask_and_over_https_only() {
    let mut skill = Sample::Household.skill();
    for target in Target::ALL {
        assert!(matches!(build(&skill, target, None), Err(BuildError::NoEndpoint)));
        for wrong in ["http://voice.example.com", "voice.example.com", "https://", ""] {
            assert!(matches!(build(&skill, target, Some(wrong)), Err(BuildError::Endpoint(_))), "{wrong}");
        }
    }
    skill.publish.server = Some(SERVER.to_owned());
    for target in Target::ALL {
        assert_eq!(build(&skill, target, None).expect("a package"), package(&skill, target));
    }
}

#[test]
fn a_package_is_written_whole_and_never_over_something() {
    let sayso = Sayso::new();
    let out = sayso.data().join("packages/alexa");
    let path = out.to_str().expect("a path");
    let run = |endpoint| {
        let words = ["skill", "build", "skills/coffee-bar", "--target", "alexa", "--out", path];
        sayso.run(&[&words[..], &["--endpoint", endpoint]].concat())
    };
    let refused = run("http://voice.example.com");
    assert!(refused.code == Some(1) && refused.err.contains("https://") && !out.exists(), "{refused:?}");
    let built = run(SERVER);
    assert!(built.code == Some(0) && built.out.contains("skill-package/skill.json"), "{built:?}");
    for (name, bytes) in &package(&Sample::CoffeeBar.skill(), Target::Alexa).files {
        assert_eq!(&std::fs::read(out.join(name)).expect("a file"), bytes, "{name}");
    }
    let again = run(SERVER);
    assert!(again.code == Some(1) && again.err.contains("is there already"), "{again:?}");
    let beside = std::fs::read_dir(out.parent().expect("a folder")).expect("a folder").count();
    assert_eq!(beside, 1, "no draft is left");
    let package = package(&Sample::CoffeeBar.skill(), Target::Alexa);
    assert!(matches!(write(&package, &out), Err(BuildError::There(_))));
}
