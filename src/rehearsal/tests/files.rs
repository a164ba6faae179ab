//! Files that people send reach the desk with their contents, or with the reason why not.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::Room;
use crate::clock::Clock;
use crate::conversation::flood::Crowd;
use crate::conversation::materials::MOST_BYTES;
use crate::conversation::{Contents, Desk, Effects, Event, FileProblem, Role};
use crate::rehearsal::{Fault, Faults, UserId};
use crate::store::Store;
use crate::telegram::intake::Intake;
use crate::texts::Language;

/// A room with an intake that knows 王芳.
struct Desked {
    room: Room,
    intake: Intake,
    _folder: tempfile::TempDir,
}

impl Desked {
    async fn open() -> Self {
        let room = Room::started().await;
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("db").display());
        let store = Store::open(&url).await.unwrap();
        let plan = Arc::new(crate::plan::load::lanxi());
        let now = "2019-06-17T01:00:00Z".parse().unwrap();
        let account = crate::conversation::Account {
            user: crate::conversation::UserId(room.wang.0),
            name: "王芳".to_owned(),
            role: Role::Liaison,
            unit: plan.unit_named("兰江街道"),
            language: Language::default(),
            bound_at: now,
            blocked_at: None,
        };
        let effects = Effects { accounts: vec![account], ..Effects::default() };
        let mut work = store.begin().await.unwrap();
        work.save(&plan, &effects, &[], &[], now).await.unwrap();
        work.commit().await.unwrap();
        let intake = Intake {
            drafts: vec![Arc::default()],
            bot: room.bot.clone(),
            desks: Desk::new(plan, "liaison_bot".to_owned()).into(),
            store,
            clock: Clock::stopped_at(now),
            outbox: Arc::new(Notify::new()),
            crowd: Mutex::new(Crowd::new(Duration::ZERO)),
            watch: Arc::default(),
        };
        Self { room, intake, _folder: folder }
    }

    /// What the intake hands over once these people have sent a file each.
    async fn sent(
        &self,
        files: &[(UserId, &str, &[u8])],
    ) -> Vec<(String, Result<Contents, FileProblem>)> {
        let mut offset = 0;
        for (user, name, bytes) in files {
            let said = self.room.world.sends_document(*user, *user, name, bytes.to_vec(), "");
            let update = said.unwrap().update.unwrap();
            if offset == 0 {
                offset = i32::try_from(update.0).unwrap();
            }
        }
        let (_tell, mut stop) = watch::channel(false);
        let mut batch = self.intake.fetch(offset).await.unwrap();
        assert!(self.intake.fetch_files(&mut batch, &mut stop).await);
        let file = |one: &crate::telegram::reading::Fetched| match &one.incoming.event {
            Event::SentFile(sent) => (sent.file.name.clone(), sent.file.contents.clone()),
            other => panic!("{other:?}"),
        };
        batch.iter().map(file).collect()
    }
}

fn contents(bytes: &[u8]) -> Contents {
    Contents::new(bytes.to_vec())
}

#[tokio::test]
async fn a_file_arrives_with_its_bytes_if_its_sender_is_known() {
    let desk = Desked::open().await;
    let wang = desk.room.wang;
    let stranger = desk.room.world.add_user("李强");
    let large = vec![7; MOST_BYTES];
    let larger = vec![7; MOST_BYTES + 1];
    let sent = desk
        .sent(&[
            (wang, "报送表.xlsx", b"PK figures"),
            (stranger, "病毒.exe", b"MZ"),
            (wang, "大表.csv", &large),
            (wang, "太大.csv", &larger),
        ])
        .await;
    let wanted = [
        ("报送表.xlsx", Ok(contents(b"PK figures"))),
        ("病毒.exe", Err(FileProblem::NotFetched)),
        ("大表.csv", Ok(contents(&large))),
        ("太大.csv", Err(FileProblem::TooBig)),
    ];
    assert!(sent == wanted.map(|(name, file)| (name.to_owned(), file)), "{sent:?}");
    assert_eq!(desk.room.world.count("getFile"), 2, "neither a stranger's nor one too big");
}

#[tokio::test]
async fn a_file_that_cannot_be_had_at_first_is_asked_for_again() {
    let desk = Desked::open().await;
    desk.room.world.set_faults(Faults::next(2, "getFile", Fault::ConnectionLost));
    let sent = desk.sent(&[(desk.room.wang, "a.csv", b"1")]).await;
    assert_eq!(sent, [("a.csv".to_owned(), Ok(contents(b"1")))]);
    desk.room.world.set_faults(Faults::next(9, "getFile", Fault::ConnectionLost));
    let sent = desk.sent(&[(desk.room.wang, "b.csv", b"2")]).await;
    assert_eq!(sent, [("b.csv".to_owned(), Err(FileProblem::Unavailable))]);
}
