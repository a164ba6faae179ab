//! The store's promises, on both databases.

use chrono::{DateTime, TimeDelta, Utc};
use liaison_bot::conversation::{
    ChatId, Effects, FileOut, InForce, MessageId, Needs, Origin, Outgoing, Priority, Report,
    ReportKey, Source, Submission, UserId, What,
};
use liaison_bot::plan::{Plan, Quantity};
use liaison_bot::store::{Store, StoreError};

use crate::databases::{Database, on_both};
use crate::world::plan;

fn now() -> DateTime<Utc> {
    "2019-06-17T00:30:00.123456Z".parse().unwrap()
}

fn say(key: &str, chat: i64) -> Outgoing {
    Outgoing {
        about: None,
        key: key.to_owned(),
        chat: ChatId(chat),
        what: What::Send { html: "<b>您好</b>".to_owned(), buttons: vec![], reply_to: None },
        priority: Priority::Reply,
    }
}

/// A report of one figure, as the conversation would make it.
pub fn report(plan: &Plan, message: i64, revision: u32, total: i64) -> Effects {
    let unit = plan.unit_named("兰江街道").unwrap();
    let indicator = plan.indicator_named("6").unwrap();
    let period = "2019-W25".parse().unwrap();
    let key = ReportKey { chat: ChatId(1), message: MessageId(message), edition: 0 };
    let in_force = InForce { total: Quantity(total), period, revision };
    Effects {
        reports: vec![Report {
            key,
            unit,
            period,
            by: UserId(1),
            source: Source::Words,
            text: "'; drop table".into(),
            at: now(),
        }],
        submissions: vec![Submission {
            unit,
            indicator,
            revision,
            period,
            origin: Origin::Total,
            value: Quantity(total),
            place: revision,
            in_force: Some(in_force),
            before: None,
            late: false,
            report: key,
            by: UserId(1),
            at: now(),
        }],
        ..Effects::default()
    }
}

async fn save(
    store: &Store,
    plan: &Plan,
    effects: &Effects,
    updates: &[i64],
) -> Result<(), StoreError> {
    let mut work = store.begin().await?;
    work.save(plan, effects, updates, &[], now()).await?;
    work.commit().await
}

on_both! {
    async fn what_is_saved_is_loaded(db: Database) {
        let (plan, store) = (plan(), Store::open(&db.url).await.unwrap());
        let effects = report(&plan, 7, 1, 2);
        save(&store, &plan, &effects, &[5]).await.unwrap();
        let mut work = store.begin().await.unwrap();
        assert_eq!(work.unseen(&[&plan], &[4, 5, 6]).await.unwrap(), [4, 6].into());
        let needs = Needs { messages: [(ChatId(1), MessageId(7))].into(), ..Needs::default() };
        let snapshot = work.snapshot(&plan, &needs).await.unwrap();
        let reported = &snapshot.reports[&(ChatId(1), MessageId(7))];
        assert_eq!(reported[0].report, effects.reports[0], "also the microseconds");
        assert_eq!(reported[0].submissions, effects.submissions);
        let row = &effects.submissions[0];
        assert_eq!(snapshot.figures[&(row.unit, row.indicator)], row.current());
    }
}

on_both! {
    async fn what_is_not_committed_never_was(db: Database) {
        let (plan, store) = (plan(), Store::open(&db.url).await.unwrap());
        let mut work = store.begin().await.unwrap();
        work.save(&plan, &report(&plan, 7, 1, 2), &[5], &[], now()).await.unwrap();
        drop(work);
        let mut work = store.begin().await.unwrap();
        assert_eq!(work.unseen(&[&plan], &[5]).await.unwrap().len(), 1);
        let whole = work.snapshot(&plan, &Needs::everything()).await.unwrap();
        assert!(whole.figures.is_empty());
    }
}

on_both! {
    async fn a_key_is_queued_once(db: Database) {
        let (plan, store) = (plan(), Store::open(&db.url).await.unwrap());
        let effects = Effects { outbox: vec![say("a", 1), say("b", 1), say("a", 1)], ..Effects::default() };
        save(&store, &plan, &effects, &[]).await.unwrap();
        save(&store, &plan, &effects, &[]).await.unwrap();
        let rows = store.queued(&[&plan], 10, 10, &[].into(), 0).await.unwrap().rows;
        assert_eq!(rows.iter().map(|row| row.key.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        store.mark_sent(&[(rows[0].id, Some(70)), (rows[1].id, None)], now()).await.unwrap();
        assert_eq!(store.queued_count(&plan).await.unwrap(), 0);
        store.tidy(now() + TimeDelta::days(91)).await.unwrap();
    }
}

on_both! {
    async fn what_was_read_of_the_outbox_is_not_read_again(db: Database) {
        let (plan, store) = (plan(), Store::open(&db.url).await.unwrap());
        let queue = async |keys: [&str; 2]| {
            let outbox = keys.iter().zip(1..).map(|(key, chat)| say(key, chat)).collect();
            save(&store, &plan, &Effects { outbox, ..Effects::default() }, &[]).await.unwrap();
        };
        queue(["a", "b"]).await;
        let first = store.queued(&[&plan], 10, 10, &[].into(), 0).await.unwrap().rows;
        queue(["c", "d"]).await;
        let after = async |number: i64| {
            let rows = store.queued(&[&plan], 10, 10, &[].into(), number).await.unwrap().rows;
            rows.into_iter().map(|row| row.key).collect::<Vec<_>>()
        };
        assert_eq!(after(first[1].id).await, ["c", "d"]);
        assert_eq!(after(0).await, ["a", "b", "c", "d"]);
    }
}

on_both! {
    async fn replies_go_before_broadcasts(db: Database) {
        let (plan, store) = (plan(), Store::open(&db.url).await.unwrap());
        let broadcast = Outgoing { priority: Priority::Broadcast, ..say("broadcast", 1) };
        let effects = Effects { outbox: vec![broadcast, say("reply", 2)], ..Effects::default() };
        save(&store, &plan, &effects, &[]).await.unwrap();
        let rows = store.queued(&[&plan], 10, 10, &[].into(), 0).await.unwrap().rows;
        assert_eq!(rows[0].key, "reply");
    }
}

on_both! {
    async fn history_cannot_be_changed(db: Database) {
        use sqlx::Executor;
        let (plan, store) = (plan(), Store::open(&db.url).await.unwrap());
        save(&store, &plan, &report(&plan, 7, 1, 2), &[]).await.unwrap();
        for statement in ["update submission set value = 3", "delete from report"] {
            let refused = if let Some(path) = db.url.strip_prefix("sqlite:") {
                let pool = sqlx::SqlitePool::connect(path).await.unwrap();
                pool.execute(statement).await.map(|_| ()).unwrap_err()
            } else {
                let pool = sqlx::PgPool::connect(&db.url).await.unwrap();
                pool.execute(statement).await.map(|_| ()).unwrap_err()
            };
            assert!(refused.to_string().contains("append-only"), "{refused}");
        }
    }
}

on_both! {
    async fn two_submissions_cannot_have_one_number(db: Database) {
        let (plan, store) = (plan(), Store::open(&db.url).await.unwrap());
        save(&store, &plan, &report(&plan, 7, 1, 2), &[]).await.unwrap();
        let error = save(&store, &plan, &report(&plan, 8, 1, 3), &[]).await.unwrap_err();
        assert!(!error.is_passing(), "{error}");
        let mut work = store.begin().await.unwrap();
        let whole = work.snapshot(&plan, &Needs::everything()).await.unwrap();
        assert_eq!(whole.figures.values().next().unwrap().value, Quantity(2));
    }
}

on_both! {
    async fn a_newer_schema_is_refused(db: Database) {
        use sqlx::Executor;
        drop(Store::open(&db.url).await.unwrap());
        let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
                     values (9999, 'from the future', true, 'x', 0)";
        if let Some(path) = db.url.strip_prefix("sqlite:") {
            let pool = sqlx::SqlitePool::connect(path).await.unwrap();
            pool.execute(newer).await.unwrap();
            pool.close().await;
        } else {
            let pool = sqlx::PgPool::connect(&db.url).await.unwrap();
            pool.execute(newer).await.unwrap();
        }
        let error = Store::open(&db.url).await.unwrap_err();
        assert!(matches!(error, StoreError::Newer(9999)), "{error}");
    }
}

#[tokio::test]
async fn a_second_bot_on_one_file_is_refused() {
    let db = crate::databases::sqlite();
    let first = Store::open(&db.url).await.unwrap();
    let error = Store::open(&db.url).await.unwrap_err();
    assert!(matches!(error, StoreError::InUse(_)), "{error}");
    // A command beside it is not.
    Store::open_beside(&db.url).await.unwrap();
    drop(first);
    Store::open(&db.url).await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_opened_is_said_without_the_password() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let error = Store::open(&format!("sqlite:{}/x.db", file.display())).await.unwrap_err();
    assert!(matches!(error, StoreError::Unwritable(..)), "{error}");
    let error = Store::open("postgres://bot:s3cret@127.0.0.1:1/lanxi").await.unwrap_err();
    assert!(matches!(error, StoreError::Unreachable(..)), "{error}");
    assert!(!format!("{error} {error:?}").contains("s3cret"));
    assert!(matches!(Store::open("mysql://x").await.unwrap_err(), StoreError::Scheme));
}

on_both! {
    async fn a_file_is_kept_once_and_until_it_is_sent(db: Database) {
        let store = Store::open(&db.url).await.unwrap();
        let plan = plan();
        let (file, blob) = FileOut::new("a.xlsx".to_owned(), "text/plain", b"figures \0".to_vec());
        let what = What::Document { file: file.clone(), html: String::new(), buttons: vec![] };
        let row = Outgoing { what, ..say("file", 1) };
        let blobs = vec![blob.clone(), blob];
        let effects = Effects { blobs, outbox: vec![row], ..Effects::default() };
        for _ in 0..2 {
            let mut work = store.begin().await.unwrap();
            work.save(&plan, &effects, &[], &[], now()).await.unwrap();
            work.commit().await.unwrap();
        }
        assert_eq!(store.blob(&plan, &file.hash).await.unwrap().as_deref(), Some(&b"figures \0"[..]));
        assert_eq!(store.blob(&plan, "other").await.unwrap(), None);
        let queued = store.queued(&[&plan], 10, 10, &std::collections::HashSet::new(), 0).await.unwrap().rows;
        assert_eq!(queued[0].what.file(), Some(&file));
        let later = now() + TimeDelta::days(100);
        store.tidy(later).await.unwrap();
        assert!(store.blob(&plan, &file.hash).await.unwrap().is_some(), "it still waits to be sent");
        store.mark_sent(&[(queued[0].id, Some(1))], now()).await.unwrap();
        store.tidy(later).await.unwrap();
        assert_eq!(store.blob(&plan, &file.hash).await.unwrap(), None);
    }
}
