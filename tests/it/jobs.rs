//! Jobs when something is wrong: one that fails is tried again and holds up no other one.

use sqlx::{AssertSqlSafe, Executor};

use crate::databases::{Database, on_both};
use crate::world::World;

/// Has the database refuse a job's firings, or take them again.
async fn refuse(db: &Database, job: &str, refused: bool) {
    let sqlite = if refused {
        format!(
            "create trigger refused before insert on job_run when new.job = '{job}' \
             begin select raise(abort, 'refused by the test'); end"
        )
    } else {
        "drop trigger refused".to_owned()
    };
    let postgres = if refused {
        format!(
            "create function refused() returns trigger language plpgsql as $$ begin \
             if new.job = '{job}' then raise exception 'refused by the test'; end if; return new; \
             end $$; create trigger refused before insert on job_run \
             for each row execute function refused()"
        )
    } else {
        "drop trigger refused on job_run".to_owned()
    };
    if db.url.starts_with("sqlite:") {
        let pool = sqlx::SqlitePool::connect(&db.url).await.unwrap();
        pool.execute(AssertSqlSafe(sqlite)).await.unwrap();
    } else {
        let pool = sqlx::PgPool::connect(&db.url).await.unwrap();
        pool.execute(AssertSqlSafe(postgres)).await.unwrap();
    }
}

on_both! {
    async fn a_job_that_fails_holds_up_no_other_one(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await.user;
        // The first reminder of the week cannot be noted; the one on the deadline's day can.
        refuse(&db, "early-reminder", true).await;
        let heard = |chats: &liaison_bot::rehearsal::World| {
            chats.messages(liaison).iter().any(|one| one.text.contains("今日截止"))
        };
        world.set("2019-06-20 09:00");
        let soon = std::time::Duration::from_secs(20);
        assert!(world.chats.wait_until(heard, soon).await, "the other job is carried out");
        // Once it can be noted it is made up for: it was missed by less than its grace, or skipped.
        refuse(&db, "early-reminder", false).await;
        world.at("2019-06-20 09:01").await;
        let runs = world.store.latest_runs(&world.plan, 10).await.unwrap();
        let early = runs.iter().find(|run| run.job == "early-reminder").expect("it is noted");
        assert!(!early.made, "two days late is too late");
        world.close().await;
    }
}
