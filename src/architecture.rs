//! The rules of the house, read off the sources themselves.
//!
//! A room imports only from rooms below it; pure rooms touch no chat, database, network, disk or
//! clock; one file knows the time; and a file is no longer than a head can hold.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms, ground floor first.
const FLOORS: [&str; 15] = [
    "plan",
    "message",
    "sheet",
    "progress",
    "texts",
    "picture",
    "workbook",
    "conversation",
    "bulletin",
    "store",
    "robots",
    "telegram",
    "schedule",
    "rehearsal",
    "cli",
];

/// The lowest room that may ask the clock.
const CLOCK_FROM: &str = "store";

/// What is no room: the crate's own files, and clock and counters beside the house.
const OUTSIDE: [&str; 5] = ["lib", "main", "clock", "watch", "architecture"];

/// Rooms whose code is pure, but for its tests.
const PURE: [&str; 9] = [
    "plan",
    "message",
    "sheet",
    "progress",
    "texts",
    "picture",
    "workbook",
    "conversation",
    "bulletin",
];

/// What pure code never names.
const IMPURE: [&str; 14] = [
    "teloxide",
    "teloxide_core",
    "sqlx",
    "tokio",
    "axum",
    "reqwest",
    "tracing",
    "std::fs",
    "std::net",
    "std::env",
    "Instant",
    "SystemTime",
    "Utc::now",
    "Local::now",
];

/// How long a file may be.
const MAX_LINES: usize = 450;

/// One source file, without its comments.
struct Source {
    /// Its path below `src/`.
    path: PathBuf,
    /// The room it belongs to: the first part of its path.
    room: String,
    code: String,
    lines: usize,
}

impl Source {
    fn new(path: &Path, text: &str) -> Self {
        let first = path.iter().next().unwrap_or_default().to_string_lossy();
        let code: Vec<&str> = text.lines().map(without_comment).collect();
        Self {
            path: path.to_owned(),
            room: first.trim_end_matches(".rs").to_owned(),
            code: code.join("\n"),
            lines: text.lines().count(),
        }
    }

    /// The code that is shipped: nothing of a test file, and nothing behind `#[cfg(test)] mod … {`.
    fn shipped(&self) -> &str {
        let name = self.path.file_stem().unwrap_or_default();
        let in_tests = self.path.iter().any(|part| part == "tests");
        if in_tests || name == "tests" || name == "synthetic" {
            return "";
        }
        self.code.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default()
    }

    fn floor(&self) -> Option<usize> {
        FLOORS.iter().position(|room| *room == self.room)
    }
}

fn without_comment(line: &str) -> &str {
    line.split_once("//").map_or(line, |(code, _)| code)
}

/// Every source file of the project.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                sources.push(Source::new(path.strip_prefix(&root).unwrap(), &text));
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(sources.len() > 10, "the sources were found");
    sources
}

/// Whether a path (`std::fs`) stands in code as whole words.
fn names(code: &str, path: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(path).any(|(at, _)| {
        !code[..at].ends_with(is_word) && !code[at + path.len()..].starts_with(is_word)
    })
}

/// The rooms that code names as `crate::room` or `crate::{room…, room…}`.
fn imported(code: &str) -> BTreeSet<String> {
    let word = |text: &str| -> String {
        text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let mut rooms = BTreeSet::new();
    for (_, rest) in code.match_indices("crate::").map(|(at, path)| (at, &code[at + path.len()..]))
    {
        let Some(group) = rest.strip_prefix('{') else {
            rooms.insert(word(rest));
            continue;
        };
        let mut depth = 1;
        let mut starts = true;
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => starts = true,
                c if starts && !c.is_whitespace() => {
                    rooms.insert(word(&group[at..]));
                    starts = false;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    rooms
}

/// Fails with all that was found.
fn none(found: &[String]) {
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn every_room_has_a_floor() {
    let rooms: BTreeSet<String> = sources().into_iter().map(|source| source.room).collect();
    let known = |room: &str| FLOORS.contains(&room) || OUTSIDE.contains(&room);
    let strange: Vec<String> = rooms.into_iter().filter(|room| !known(room)).collect();
    none(&strange);
}

#[test]
fn a_room_imports_only_from_rooms_below() {
    let clock_from = FLOORS.iter().position(|room| *room == CLOCK_FROM).unwrap();
    let mut found = Vec::new();
    for source in sources() {
        let Some(floor) = source.floor() else { continue };
        for room in imported(&source.code) {
            let above = FLOORS.iter().position(|name| *name == room).is_some_and(|at| at > floor);
            if above || (room == "clock" && floor < clock_from) {
                found.push(format!("{} imports {room}", source.path.display()));
            }
        }
        // In a room's own file `super` is the crate: only `crate::` is read above.
        let top = source.path.iter().count() == 1
            || source.path.ends_with("mod.rs") && source.path.iter().count() == 2;
        if top && source.code.lines().any(|line| line.starts_with("use super::")) {
            found.push(format!("{}: write crate:: for super::", source.path.display()));
        }
    }
    none(&found);
}

#[test]
fn pure_rooms_touch_nothing_outside() {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| PURE.contains(&source.room.as_str())) {
        for path in IMPURE.iter().filter(|path| names(source.shipped(), path)) {
            found.push(format!("{} names {path}", source.path.display()));
        }
    }
    none(&found);
}

#[test]
fn only_the_clock_knows_the_time() {
    let mut found = Vec::new();
    for source in sources() {
        let may = ["clock", "architecture"].contains(&source.room.as_str());
        for path in ["Utc::now", "SystemTime::now", "Local::now"] {
            if !may && names(&source.code, path) {
                found.push(format!("{} asks {path}", source.path.display()));
            }
        }
    }
    none(&found);
}

#[test]
fn no_file_is_too_long() {
    let long = sources().into_iter().filter(|source| source.lines > MAX_LINES);
    let found: Vec<String> =
        long.map(|source| format!("{}: {} lines", source.path.display(), source.lines)).collect();
    none(&found);
}

#[test]
fn every_dependency_says_why_it_is_there() {
    let manifest: toml::Table = include_str!("../Cargo.toml").parse().unwrap();
    let wanted: BTreeSet<&str> = ["dependencies", "dev-dependencies"]
        .into_iter()
        .flat_map(|section| manifest[section].as_table().unwrap().keys().map(String::as_str))
        .collect();
    let page = include_str!("../docs/dependencies.md");
    let cells = page.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    let told: BTreeSet<&str> = cells.filter(|name| *name != "crate").collect();
    let found: Vec<String> = wanted
        .symmetric_difference(&told)
        .map(|name| format!("{name}: in only one of Cargo.toml and docs/dependencies.md"))
        .collect();
    none(&found);
}

/// sqlx takes only texts that stand in the program, unless told that another one is safe; a builder
/// takes any.
#[test]
fn no_statement_is_put_together_from_values() {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| source.room != "architecture") {
        let path = source.path.display();
        // Moving a database copies every table there is: names come from the schema, never from people.
        let by_schema = source.path.ends_with("store/copy.rs");
        if names(&source.code, "AssertSqlSafe") && !by_schema {
            found.push(format!("{path}: a statement that is no plain text"));
        }
        let pieces = source.shipped().lines().filter(|line| line.contains(".push(format!("));
        let in_store = source.room == "store";
        // A column's name is always a literal.
        let odd = pieces.filter(|line| in_store && !line.contains("{column}"));
        found.extend(odd.map(|line| format!("{path}: {}", line.trim())));
    }
    none(&found);
}

#[test]
fn every_test_that_the_security_page_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("src"), root.join("tests")];
    let mut code = String::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                code += &fs::read_to_string(path).unwrap();
            }
        }
    }
    let page = include_str!("../docs/security.md");
    let mut told = 0;
    let mut found = Vec::new();
    for row in
        page.lines().filter(|line| line.starts_with("| ") && *line != "| threat | defence | test |")
    {
        let cells: Vec<&str> = row.split(" | ").collect();
        let tests = cells.last().map_or("", |cell| cell.trim_end_matches(" |"));
        let tests: Vec<&str> = tests.split(", ").map(|name| name.trim_matches('`')).collect();
        told += tests.len();
        let missing = tests.into_iter().filter(|name| !code.contains(&format!("fn {name}(")));
        found.extend(missing.map(|name| format!("no test {name}: {row}")));
    }
    none(&found);
    assert!(told > 30, "the tables were read");
}

#[test]
fn the_reader_of_imports_sees_what_is_there() {
    let list = |code: &str| imported(code).into_iter().collect::<Vec<_>>().join(" ");
    assert_eq!(list("use crate::plan::{Plan, UnitId};"), "plan");
    assert_eq!(
        list("use crate::{plan::{Plan, Unit}, store::Store,\n    clock};"),
        "clock plan store"
    );
    assert_eq!(list("let x: crate::telegram::Chat = y;"), "telegram");
    assert_eq!(without_comment("code; // crate::store"), "code; ");
    assert!(names("use std::fs;", "std::fs") && !names("use std::fsx;", "std::fs"));
    assert!(!names("my_tokio::x", "tokio"));
    let inline = Source::new(Path::new("plan/x.rs"), "a\n#[cfg(test)]\nmod tests {\n    tokio\n}");
    assert!(names(&inline.code, "tokio") && !names(inline.shipped(), "tokio"));
    assert_eq!(inline.floor(), Some(0));
}
