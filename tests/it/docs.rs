//! Every command line in the documents: it parses, and what ends by itself is run.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use liaison_bot::cli;
use liaison_bot::message::Lexicon;
use liaison_bot::store::Store;

use crate::command_line::{errors, program};
use crate::rehearsal::Rehearsal;
use crate::world::plan;

/// Commands that end by themselves without a network; each is run as it is written.
const ENDING: [&str; 7] =
    ["check-plan", "rank", "bulletin", "export", "backup", "restore", "invite"];

/// What cargo is asked for besides `run`.
const CARGO: [&str; 11] =
    ["build", "test", "insta", "fuzz", "install", "bench", "clippy", "fmt", "doc", "deny", "audit"];

/// A command line of a document.
struct Line {
    /// The document and the line in it.
    place: String,
    /// As it is written.
    text: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The documents that people read.
fn documents() -> Vec<PathBuf> {
    let in_docs = std::fs::read_dir(root().join("docs")).unwrap();
    let mut all: Vec<PathBuf> = in_docs
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .collect();
    all.extend(["README.md", "README.zh-CN.md"].map(|name| root().join(name)));
    all.sort();
    all
}

/// The lines of fenced blocks and the code inside lines that call the program or cargo, and the
/// commands that a table lists first.
fn command_lines() -> Vec<Line> {
    let commands = cli::command();
    let is_listed = |text: &str| {
        let first = text.split_whitespace().next().unwrap_or_default();
        commands.get_subcommands().any(|command| command.get_name() == first)
    };
    let mut found = Vec::new();
    for document in documents() {
        let text = std::fs::read_to_string(&document).unwrap();
        let name = document.file_name().unwrap().to_string_lossy().into_owned();
        let mut fenced = false;
        for (number, line) in text.lines().enumerate() {
            let place = format!("{name}:{}", number + 1);
            let mut add = |text: &str| {
                let text = text.split("  #").next().unwrap_or(text).trim();
                let text = text.trim_start_matches("TELOXIDE_TOKEN=… ").to_owned();
                if text.starts_with("liaison-bot") || text.starts_with("cargo ") {
                    found.push(Line { place: place.clone(), text });
                }
            };
            if line.starts_with("```") {
                fenced = !fenced;
            } else if fenced {
                add(line);
            } else {
                let code: Vec<&str> = line.split('`').skip(1).step_by(2).collect();
                // A command's bare name is no command line.
                let is_name = |code: &str| code.split_whitespace().count() < 3;
                for code in code.iter().filter(|code| !is_name(code)) {
                    add(code);
                }
                let cell = line.strip_prefix("| `").and(code.first());
                if let Some(listed) = cell.filter(|code| is_listed(code)) {
                    add(&format!("liaison-bot {listed}"));
                }
            }
        }
    }
    found
}

/// The program's arguments, what stands for something replaced by it; `None` if it is cargo's own.
fn arguments(line: &Line) -> Option<Vec<String>> {
    let text = line.text.replace(['[', ']', '\''], "").replace('…', "x");
    let mut words: Vec<&str> = text.split_whitespace().collect();
    if words[0] == "cargo" {
        let asked = words.iter().skip(1).find(|word| !word.starts_with('+')).unwrap();
        if *asked != "run" {
            assert!(CARGO.contains(asked), "{}: cargo {asked}?", line.place);
            if let Some(at) = words.iter().position(|word| *word == "fuzz") {
                let target = format!("fuzz/fuzz_targets/{}.rs", words[at + 2]);
                assert!(root().join(&target).exists(), "{}: there is no {target}", line.place);
            }
            return None;
        }
        let after = words.iter().position(|word| *word == "--").map(|at| words.split_off(at + 1));
        words = after.unwrap_or_default();
    } else {
        words.remove(0);
    }
    // What is piped on is another program's.
    words.truncate(words.iter().position(|word| *word == "|").unwrap_or(words.len()));
    let is_check = words.first() == Some(&"check-plan");
    let stand_in = |word: &str| match word {
        "FILE.csv" | "figures.csv" => "docs/demo/figures.csv".to_owned(),
        "SHELL" => "bash".to_owned(),
        "DATE" => "2019-06-21".to_owned(),
        "DIR" | "文件夹" if is_check => "seeds/lanxi-2018-2020".to_owned(),
        "FILE" => "copy.db".to_owned(),
        other => other.split(['\\', '|']).next().unwrap_or(other).replace("/safe/place/", "safe/"),
    };
    Some(words.into_iter().map(stand_in).collect())
}

#[test]
fn every_command_line_parses() {
    let lines = command_lines();
    assert!(lines.len() > 20, "the documents were read");
    for line in &lines {
        let Some(arguments) = arguments(line) else { continue };
        let all = std::iter::once("liaison-bot".to_owned()).chain(arguments);
        if let Err(error) = cli::command().try_get_matches_from(all) {
            panic!("{}: {}\n{error}", line.place, line.text);
        }
    }
}

/// A folder as an operator has it: the plan and the demo, a database that serves, a backup of it.
async fn desk(folder: &Path, with_database: bool) {
    for name in ["seeds", "docs", "templates"] {
        std::os::unix::fs::symlink(root().join(name), folder.join(name)).unwrap();
    }
    for name in ["safe", "liaison-data/backups"] {
        std::fs::create_dir_all(folder.join(name)).unwrap();
    }
    let database = folder.join("liaison-data/liaison.db");
    let store = Store::open(&format!("sqlite:{}", database.display())).await.unwrap();
    for copy in ["liaison-data/backups/liaison-2019-06-17.db", "copy-to-restore.db"] {
        store.back_up(&folder.join(copy)).await.unwrap();
    }
    store.close().await;
    if !with_database {
        std::fs::remove_file(&database).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_by_itself_is_run() {
    let mut ran = Vec::new();
    for line in command_lines() {
        let Some(mut arguments) = arguments(&line) else { continue };
        let Some(command) = arguments.first().cloned() else { continue };
        if !ENDING.contains(&command.as_str()) || ran.contains(&arguments) {
            continue;
        }
        ran.push(arguments.clone());
        let folder = tempfile::tempdir().unwrap();
        desk(folder.path(), command != "restore").await;
        if command == "restore" && arguments[1] == "copy.db" {
            arguments[1] = "copy-to-restore.db".to_owned();
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut run = program(&arguments);
        let output = run.current_dir(folder.path()).stdin(Stdio::null()).output().unwrap();
        let said = errors(&output);
        assert!(output.status.success(), "{}: {}\n{said}", line.place, line.text);
    }
    let commands: Vec<&String> = ran.iter().map(|arguments| &arguments[0]).collect();
    for command in ["check-plan", "rank", "bulletin", "export", "backup", "restore", "invite"] {
        assert!(commands.iter().any(|ran| *ran == command), "{command} stands in no document");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_rehearsal_starts() {
    let mut ran = Vec::new();
    for line in command_lines() {
        let Some(arguments) = arguments(&line).filter(|all| {
            // Without a command it rehearses too.
            all.first().is_some_and(|command| command == "rehearse")
        }) else {
            continue;
        };
        if ran.contains(&arguments) {
            continue;
        }
        ran.push(arguments.clone());
        let folder = tempfile::tempdir().unwrap();
        let mut more = Vec::new();
        let mut words = arguments.iter().skip(1).map(String::as_str);
        while let Some(word) = words.next() {
            match word {
                // Each has a folder of its own here.
                "--data" | "--port" => drop(words.next()),
                // Somebody must be in what is copied: see `next_week_is_rehearsed_…`.
                "--from" => more.clear(),
                "--filled" => more.extend(["--filled", "--weeks", "1"]),
                other => more.push(other),
            }
        }
        if arguments.iter().any(|word| word == "--from") {
            continue;
        }
        Rehearsal::start_with(folder.path(), &more).kill();
    }
    assert!(ran.len() >= 3, "{ran:?}");
}

/// The messages that liaisons are told to write are read without a question.
#[test]
fn the_liaisons_page_tells_what_the_reader_reads() {
    let plan = plan();
    let lexicon = Lexicon::new(&plan);
    let unit = plan.unit_named("兰江街道").unwrap();
    let page = std::fs::read_to_string(root().join("docs/liaison.md")).unwrap();
    let quoted = page.lines().filter_map(|line| line.strip_prefix("> ")).map(str::to_owned);
    let rows = page.lines().filter(|line| line.starts_with("| 只报") || line.starts_with("| 某项"));
    let in_rows = rows.flat_map(|row| row.split('`').skip(1).step_by(2).map(str::to_owned));
    let messages: Vec<String> = quoted.chain(in_rows).collect();
    assert!(messages.len() >= 5, "{messages:?}");
    for message in messages {
        let reading = lexicon.read(&plan, unit, &message);
        assert!(!reading.figures.is_empty() && reading.asks.is_empty(), "{message}: {reading:?}");
    }
}
