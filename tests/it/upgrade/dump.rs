//! A database as SQL text, and back. Values are compared and written as the database itself writes
//! them, so nothing here knows what is in a table.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::Command;

use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

/// Tables and their columns.
pub type Columns = BTreeMap<String, Vec<String>>;

/// Tables about the schema itself.
const LEFT_OUT: [&str; 2] = ["_sqlx_migrations", "migration_turn"];

pub fn is_sqlite(url: &str) -> bool {
    url.starts_with("sqlite:")
}

/// What a query gives whose rows are one text each.
pub async fn texts(url: &str, sql: &str) -> Vec<String> {
    let query = sqlx::query_as(AssertSqlSafe(sql.to_owned()));
    let rows: Vec<(String,)> = if is_sqlite(url) {
        let mut db = SqliteConnection::connect(url).await.unwrap();
        let rows = query.fetch_all(&mut db).await.unwrap();
        db.close().await.unwrap();
        rows
    } else {
        let query = sqlx::query_as(AssertSqlSafe(sql.to_owned()));
        let mut db = PgConnection::connect(url).await.unwrap();
        let rows = query.fetch_all(&mut db).await.unwrap();
        db.close().await.unwrap();
        rows
    };
    rows.into_iter().map(|row| row.0).collect()
}

/// Runs statements one after the other; an SQLite file is made if there is none.
pub async fn execute(url: &str, sql: &str) {
    let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
    if is_sqlite(url) {
        let mut db = SqliteConnection::connect(&format!("{url}?mode=rwc")).await.unwrap();
        sql.execute(&mut db).await.unwrap();
        db.close().await.unwrap();
    } else {
        let mut db = PgConnection::connect(url).await.unwrap();
        sql.execute(&mut db).await.unwrap();
        db.close().await.unwrap();
    }
}

/// The tables that a database has, but for those about the schema.
pub async fn columns(url: &str) -> Columns {
    let sql = if is_sqlite(url) {
        "select m.name || '.' || c.name from sqlite_schema m, pragma_table_info(m.name) c
         where m.type = 'table' and m.name not like 'sqlite_%' order by m.name, c.cid"
    } else {
        "select table_name || '.' || column_name from information_schema.columns
         where table_schema = 'public' order by table_name, ordinal_position"
    };
    let mut all = Columns::new();
    for name in texts(url, sql).await {
        let (table, column) = name.split_once('.').unwrap();
        if !LEFT_OUT.contains(&table) {
            all.entry(table.to_owned()).or_default().push(column.to_owned());
        }
    }
    all
}

/// The rows of a table, each as a list of literals.
async fn rows(url: &str, table: &str, columns: &[String]) -> Vec<String> {
    let literal = |name: &String| {
        if is_sqlite(url) {
            format!("quote({name})")
        } else {
            format!("quote_nullable({name}::text)")
        }
    };
    let row = columns.iter().map(literal).collect::<Vec<_>>().join(" || ', ' || ");
    texts(url, &format!("select {row} from {table} order by 1")).await
}

/// What is in these columns.
pub async fn contents(url: &str, columns: &Columns) -> BTreeMap<String, Vec<String>> {
    let mut all = BTreeMap::new();
    for (table, columns) in columns {
        all.insert(table.clone(), rows(url, table, columns).await);
    }
    all
}

/// Statements that put into these columns what another database has there.
pub async fn inserts(url: &str, columns: &Columns) -> String {
    // PostgreSQL numbers some rows itself, and is told not to.
    let given = if is_sqlite(url) { "" } else { " overriding system value" };
    let mut sql = String::new();
    for (table, columns) in columns {
        for row in rows(url, table, columns).await {
            let columns = columns.join(", ");
            writeln!(sql, "insert into {table} ({columns}){given} values ({row});").unwrap();
        }
    }
    sql
}

/// A picture of one pixel.
const PIXEL: &str = "89504e470d0a1a0a0000000d4948445200000001000000010806000000\
                     1f15c4890000000b49444154789c63f80f040009fb03fdfb5e6b2b0000000049454e44ae426082";

/// Everything: schema, rows, guards. Only pictures are made small, since they are most of it.
pub async fn whole(url: &str) -> String {
    let pixel = if is_sqlite(url) { format!("x'{PIXEL}'") } else { format!("'\\x{PIXEL}'") };
    execute(url, &format!("update blob set bytes = {pixel} where media_type = 'image/png'")).await;
    let mut sql =
        format!("-- What liaison-bot {} left (just release-dump).\n", env!("CARGO_PKG_VERSION"));
    if !is_sqlite(url) {
        return sql + &pg_dump(url);
    }
    let made = |what: &str| {
        format!(
            "select sql || ';' from sqlite_schema where type {what}
             and name not like 'sqlite_%' and sql is not null order by rowid"
        )
    };
    for statement in texts(url, &made("= 'table'")).await {
        sql += &(statement + "\n");
    }
    let mut all = columns(url).await;
    let of_schema =
        ["version", "description", "installed_on", "success", "checksum", "execution_time"];
    all.insert(LEFT_OUT[0].to_owned(), of_schema.map(str::to_owned).to_vec());
    sql += &inserts(url, &all).await;
    // The numbers that rows have had: none is given twice.
    sql += "delete from sqlite_sequence;\n";
    let numbers = ("sqlite_sequence".to_owned(), vec!["name".to_owned(), "seq".to_owned()]);
    sql += &inserts(url, &[numbers].into()).await;
    for statement in texts(url, &made("<> 'table'")).await {
        sql += &(statement + "\n");
    }
    sql
}

/// What PostgreSQL's own program writes, without what only `psql` or a newer server understands.
fn pg_dump(url: &str) -> String {
    let output = Command::new("pg_dump")
        .args(["--no-owner", "--no-privileges", "--rows-per-insert=1", "--column-inserts", url])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let needed = |line: &&str| {
        !line.is_empty() && !["--", "SET ", "\\"].iter().any(|start| line.starts_with(start))
    };
    text.lines().filter(needed).map(|line| line.to_owned() + "\n").collect()
}
