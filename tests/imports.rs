//! docs/architecture.md is true: the imports between rooms, and the paths that it names.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

const ARCHITECTURE: &str = include_str!("../docs/architecture.md");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The rows of the import table: room → the rooms that it may import.
fn allowed() -> BTreeMap<String, BTreeSet<String>> {
    let table = ARCHITECTURE.split("<!-- imports -->").nth(1).expect("the table is between two marks");
    let names =
        |cell: &str| -> BTreeSet<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    let mut rows = BTreeMap::new();
    for row in table.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        for room in names(cells[0]) {
            rows.insert(room, names(cells[1]));
        }
    }
    rows
}

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("src can be read") {
        let path = entry.expect("src can be read").path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

/// The room of a source file: the first folder or file under src.
fn room(path: &Path) -> String {
    let inside = path.strip_prefix(root().join("src")).expect("a file of src");
    let first = inside.components().next().expect("a name").as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The rooms that a source names with `crate::`, its comments left out.
fn imported(source: &str) -> BTreeSet<String> {
    let code: String =
        source.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut rooms = BTreeSet::new();
    for after in code.split("crate::").skip(1) {
        match after.strip_prefix('{') {
            Some(group) => rooms.extend(first_names(group)),
            None => {
                rooms.insert(name(after));
            }
        }
    }
    rooms
}

fn name(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

/// The first names inside `{ a::b, c::{d, e} }`.
fn first_names(group: &str) -> Vec<String> {
    let (mut names, mut depth, mut start) = (vec![name(group)], 1, false);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => start = true,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if start && c == ',' {
            names.push(name(&group[at + 1..]));
            start = false;
        }
    }
    names.retain(|n| !n.is_empty());
    names
}

#[test]
fn no_room_imports_what_the_architecture_does_not_list() {
    let allowed = allowed();
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    let mut wrong = Vec::new();
    for path in files {
        let room = room(&path);
        if ["main", "lib"].contains(&room.as_str()) {
            continue;
        }
        let Some(may) = allowed.get(&room) else {
            wrong.push(format!("{} is in no row of the table", path.display()));
            continue;
        };
        if may.contains("everything") {
            continue;
        }
        let source = fs::read_to_string(&path).expect("sources are text");
        for other in imported(&source) {
            if other != room && !may.contains(&other) && allowed.contains_key(&other) {
                wrong.push(format!("{}: `{room}` may not import `{other}`", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_path_that_the_architecture_and_the_readme_name_exists() {
    let readme = fs::read_to_string(root().join("README.md")).expect("there is a README");
    let mut gone = Vec::new();
    for text in [ARCHITECTURE, &readme] {
        for path in text.split('`').skip(1).step_by(2) {
            let first = path.split('/').next().unwrap_or_default();
            let rooms =
                ["src", "audio", "models", "skills", "tests", "script", "docs", "benches", "migrations"];
            let plain = path.chars().all(|c| c.is_ascii_alphanumeric() || "._/-".contains(c));
            if path.contains('/') && plain && rooms.contains(&first) && !root().join(path).exists() {
                gone.push(path.to_owned());
            }
        }
    }
    assert!(gone.is_empty(), "named, but not there: {gone:?}");
}
