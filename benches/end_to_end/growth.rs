//! What years of reports cost: the same liaisons, with so many submissions stored before.

use std::path::Path;

use chrono::{Days, Utc};
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection, Row};

use super::server::{FIRST_CHAT, NAMES, PAIRS};

/// Puts a history behind the current week: each unit has reported each figure again and again.
pub async fn fill(database: &Path, units: usize, submissions: usize) {
    let url = format!("sqlite:{}", database.display());
    let mut db = SqliteConnection::connect(&url).await.expect("the database opens");
    let revisions = submissions / (units * NAMES.len());
    let groups = NAMES.len() / usize::from(PAIRS);
    // Nobody needs what is half done.
    run(
        &mut db,
        "pragma synchronous = off; pragma journal_mode = memory; pragma cache_size = -400000",
    )
    .await;
    let indexes: Vec<(String, String)> = sqlx::query(
        "select name, sql from sqlite_master where type = 'index' and sql is not null \
         and tbl_name in ('submission', 'report')",
    )
    .fetch_all(&mut db)
    .await
    .expect("the schema can be read")
    .iter()
    .map(|row| (row.get(0), row.get(1)))
    .collect();
    run(&mut db, "begin; create temp table week (place integer primary key, period text, at text)")
        .await;
    for (name, _) in &indexes {
        run(&mut db, &format!("drop index {name}")).await;
    }
    let today = Utc::now().date_naive();
    for place in 0..52 {
        let day = today - Days::new(7 * (52 - place));
        let values =
            format!("{place}, '{}', '{}'", day.format("%G-W%V"), day.format("%F 08:00:00+00:00"));
        run(&mut db, &format!("insert into week values ({values})")).await;
    }
    let revisions = revisions.max(1);
    for (table, count) in [("unit", units), ("indicator", NAMES.len()), ("revision", revisions)] {
        run(
            &mut db,
            &format!(
                "create temp table {table} (place integer primary key, n integer, code text); \
             insert into {table} (n, code) with recursive all_of(n) as \
             (select 1 union all select n + 1 from all_of where n < {count}) \
             select n, cast(n as text) from all_of order by 2"
            ),
        )
        .await;
    }
    // In the order of the keys, so that nothing need be sorted.
    let all = format!(
        "from unit as u cross join indicator as i cross join revision as r cross join week as w \
         where w.place = (r.place - 1) * 52 / {revisions}"
    );
    let message = format!("r.place * {groups} + (i.n - 1) / {PAIRS}");
    run(&mut db, &format!(
        "insert into submission select 'bench', 'u' || u.code, i.code, r.place, period, 'total', \
         r.place, r.place, r.place, period, r.place, nullif(r.place - 1, 0), period, \
         nullif(r.place - 1, 0), false, {FIRST_CHAT} + u.n, {message}, 0, {FIRST_CHAT} + u.n, at {all}"
    ))
    .await;
    run(
        &mut db,
        &format!(
            "insert into report select {FIRST_CHAT} + u.n, {message}, 0, 'bench', 'u' || u.code, \
         period, {FIRST_CHAT} + u.n, 'words', '新增小微企业1，八大产业1，个转企1', at \
         {all} and i.n % {PAIRS} = 1"
        ),
    )
    .await;
    run(
        &mut db,
        &format!(
            "insert into figure select 'bench', 'u' || u.code, i.code, r.place, period, r.place, \
         r.place, {FIRST_CHAT} + u.n, 'total', r.place {all} and r.place = {revisions}"
        ),
    )
    .await;
    for (_, sql) in &indexes {
        run(&mut db, sql).await;
    }
    run(&mut db, "commit").await;
    let count: (i64,) = sqlx::query_as("select count(*) from submission")
        .fetch_one(&mut db)
        .await
        .expect("they can be counted");
    assert!(usize::try_from(count.0).is_ok_and(|count| count * 10 > submissions * 9), "{count:?}");
}

async fn run(db: &mut SqliteConnection, sql: &str) {
    let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(db).await;
    done.unwrap_or_else(|error| panic!("{sql}: {error}"));
}
