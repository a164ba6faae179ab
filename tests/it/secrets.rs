//! The program's secrets: not in its log at the finest level, whatever fails, not on its command line,
//! and not in a rehearsal.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;
use std::time::Duration;

use liaison_bot::clock::Clock;
use liaison_bot::rehearsal::{Fault, Faults, Options, Server};

use crate::command_line::{errors, program};
use crate::databases;

const PASSWORD: &str = "s3cr3t-passw0rd";
const LIVE: &str = "123456:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc";

#[test]
fn the_token_is_in_no_log_and_on_no_command_line() {
    databases::run(async {
        let folder = tempfile::tempdir().unwrap();
        let address = "127.0.0.1:0".parse().unwrap();
        let server = Server::start(address, Clock::system(), Options::default()).await.unwrap();
        let chats = server.world();
        let mut bot = program(&["serve", "--backup-keep", "0"])
            .env("DATABASE_URL", format!("sqlite:{}", folder.path().join("bot.db").display()))
            .env("TELOXIDE_TOKEN", server.token())
            .env("TELOXIDE_API_URL", server.api_url())
            .env("RUST_LOG", "trace")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = bot.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            log.read_to_end(&mut bytes).unwrap();
            String::from_utf8_lossy(&bytes).into_owned()
        });
        let user = chats.add_user("王芳\n2019-06-17 ERROR forged\u{1b}[31m");
        for fault in [
            Fault::ServerError,
            Fault::ConnectionLost,
            Fault::Malformed,
            Fault::AnswerLost,
            Fault::Refused(401, "Unauthorized"),
        ] {
            chats.set_faults(Faults::next(2, "getUpdates", fault));
            let said = chats.says(user, user, "小升规 2\n2019-06-17 ERROR forged").unwrap();
            let taken = |chats: &liaison_bot::rehearsal::World| {
                said.update.is_none_or(|update| chats.confirmed_through() >= update)
            };
            assert!(chats.wait_until(taken, Duration::from_mins(1)).await);
        }
        let secret = server.token().split_once(':').unwrap().1.to_owned();
        let shown = std::fs::read(format!("/proc/{}/cmdline", bot.id()));
        // Where there is no such list, there is nothing to see in it.
        let shown = shown.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        assert!(
            shown.is_err()
                || shown.is_ok_and(|line| line.contains("serve") && !line.contains(&secret))
        );
        bot.kill().unwrap();
        bot.wait().unwrap();
        let log = log.join().unwrap();
        assert!(log.lines().count() > 20, "there is a log:\n{log}");
        assert!(!log.contains(&secret), "the token is in the log");
        assert!(log.lines().all(|line| !line.starts_with("2019-06-17 ERROR")), "a forged line");
        assert!(!log.contains('\u{1b}'), "a terminal's command");
        server.stop().await;
    });
}

#[test]
fn the_databases_password_is_in_no_log_and_on_no_command_line() {
    let url = format!("postgres://bot:{PASSWORD}@127.0.0.1:1/lanxi");
    let serve = |arguments: &[&str]| {
        let mut program = program(arguments);
        program.env("RUST_LOG", "trace").env("TELOXIDE_TOKEN", LIVE).stdin(Stdio::null());
        program
    };
    let output = serve(&["serve"]).env("DATABASE_URL", &url).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        !errors(&output).is_empty() && !errors(&output).contains(PASSWORD),
        "{}",
        errors(&output)
    );
    let output = serve(&["serve", "--database", &url]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).contains("PGPASSWORD"), "{}", errors(&output));
    assert!(!errors(&output).contains(PASSWORD), "{}", errors(&output));
}

#[test]
fn a_rehearsal_never_uses_a_live_token() {
    databases::run(async {
        let folder = tempfile::tempdir().unwrap();
        let mut rehearsal = program(&["rehearse", "--port", "0", "--data"])
            .arg(folder.path())
            .env("TELOXIDE_TOKEN", LIVE)
            .env("TELOXIDE_API_URL", "http://127.0.0.1:1")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(rehearsal.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let start = first.find("http://").expect("it says where");
        let url = first[start..].split_whitespace().next().unwrap();
        assert!(url.starts_with("http://127.0.0.1:"), "{url}");
        let client = reqwest::Client::new();
        let status = async |url: String| client.get(url).send().await.unwrap().status().as_u16();
        assert_eq!(status(format!("{url}/bot{LIVE}/getMe")).await, 401);
        assert_eq!(status(url.to_owned()).await, 200);
        let foreign = client.get(url).header("host", "evil.example").send().await.unwrap();
        assert_eq!(foreign.status().as_u16(), 403);
        // A body of 100 MB is refused; the server may hang up before it has all of it.
        let body = vec![b'x'; 100 * 1024 * 1024];
        let sent = client.post(format!("{url}/rehearsal/say")).body(body);
        let sent = sent.header("content-type", "application/json").send().await;
        assert!(sent.is_err() || sent.is_ok_and(|answer| answer.status().as_u16() == 413));
        assert_eq!(status(url.to_owned()).await, 200, "and goes on");
        rehearsal.kill().unwrap();
        rehearsal.wait().unwrap();
    });
}
