//! An SQLite database moves to PostgreSQL: all tables, all rows, in one transaction that is
//! committed only once counts and hashes are the same on both sides.
//!
//! The tables and their columns are read off PostgreSQL's own catalogue, so that a new table cannot
//! be forgotten here.

use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Postgres, QueryBuilder, Row, Sqlite, Transaction};

use super::backend::{Pool, Tx};
use super::{Store, StoreError};
use crate::conversation::needs::hex;

/// Tables that are about programs at work, or about the schema itself.
const LEFT_OUT: &str =
    "('_sqlx_migrations', 'migration_turn', 'plan_turn', 'chat_turn', 'replica')";

/// Rows read and written at a time.
const PAGE: usize = 500;

/// Why nothing was copied, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// It goes from SQLite to PostgreSQL only.
    #[error(
        "copy-to 只能从 SQLite（--database sqlite:PATH）复制到 PostgreSQL（postgres://USER@HOST/NAME）/ copy-to goes from SQLite (--database sqlite:PATH) to PostgreSQL (postgres://USER@HOST/NAME)"
    )]
    Direction,
    /// Nothing is ever overwritten.
    #[error(
        "目标数据库的表 {0} 里已有数据，不会覆盖；请换一个空的数据库 / table {0} of the target has rows already and is not overwritten; take an empty database"
    )]
    NotEmpty(String),
    /// What arrived is not what was sent; nothing of it stays.
    #[error(
        "表 {0} 复制后与原库不一致，已全部撤销；请重试并报告此问题 / table {0} differs after copying; all of it was undone; try again and report this"
    )]
    Differs(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for CopyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// A table that was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Its name.
    pub table: String,
    /// How many rows it has.
    pub rows: u64,
    /// What is in it, in hex: a sum over the hashes of its rows, whatever their order.
    pub hash: String,
}

/// One value, of whatever column.
enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    Bool(Option<bool>),
    /// In microseconds, the finest that both keep.
    Time(Option<chrono::DateTime<chrono::Utc>>),
}

/// A table and its columns with PostgreSQL's types.
struct Table {
    name: String,
    columns: Vec<(String, String)>,
    /// Whether it numbers its rows itself.
    numbered: bool,
}

/// The values of a row of either database; the first column is not one of them.
macro_rules! values {
    ($row:expr, $table:expr) => {{
        let mut values = Vec::with_capacity($table.columns.len());
        for (place, (name, kind)) in $table.columns.iter().enumerate() {
            let place = place + 1;
            values.push(match kind.as_str() {
                "bigint" => Value::Int($row.try_get(place)?),
                "text" => Value::Text($row.try_get(place)?),
                "bytea" => Value::Bytes($row.try_get(place)?),
                "boolean" => Value::Bool($row.try_get(place)?),
                "timestamp with time zone" => Value::Time($row.try_get(place)?),
                other => {
                    let what = format!("{}.{name} is of unknown type {other}", $table.name);
                    return Err(StoreError::Content(what).into());
                }
            });
        }
        values
    }};
}

/// A count and a sum of hashes.
#[derive(Default, PartialEq, Eq)]
struct Sum {
    rows: u64,
    parts: [u64; 4],
}

impl Sum {
    fn add(&mut self, values: &[Value]) {
        let mut hash = Sha256::new();
        for value in values {
            let bytes = match value {
                Value::Int(value) => value.map(|value| value.to_be_bytes().to_vec()),
                Value::Text(value) => value.as_ref().map(|value| value.as_bytes().to_vec()),
                Value::Bytes(value) => value.clone(),
                Value::Bool(value) => value.map(|value| vec![u8::from(value)]),
                Value::Time(value) => {
                    value.map(|value| value.timestamp_micros().to_be_bytes().to_vec())
                }
            };
            // Where one ends and the next begins, and what is absent, is part of it.
            match bytes {
                None => hash.update([0]),
                Some(bytes) => {
                    hash.update([1]);
                    hash.update(bytes.len().to_be_bytes());
                    hash.update(bytes);
                }
            }
        }
        let digest = hash.finalize();
        for (part, bytes) in self.parts.iter_mut().zip(digest.chunks_exact(8)) {
            let bytes = bytes.try_into().map_or(0, u64::from_be_bytes);
            *part = part.wrapping_add(bytes);
        }
        self.rows += 1;
    }
}

impl Store {
    /// Copies everything into an empty PostgreSQL database. Nothing is written to this one, and
    /// nobody else can write to it meanwhile. `told` hears now and then how many rows of all were
    /// written or checked.
    ///
    /// # Errors
    /// See [`CopyError`]; then the target is as it was.
    pub async fn copy_to(
        &self,
        target: &Self,
        mut told: impl FnMut(u64, u64),
    ) -> Result<Vec<Copied>, CopyError> {
        let (Pool::Sqlite(_), Pool::Postgres(_)) = (&self.pool, &target.pool) else {
            return Err(CopyError::Direction);
        };
        let (mut source, mut target) = (self.begin().await?, target.begin().await?);
        let (Tx::Sqlite(from), Tx::Postgres(to)) = (&mut source.tx, &mut target.tx) else {
            return Err(CopyError::Direction);
        };
        let tables = tables(to).await?;
        // Each row is written once and checked once.
        let all = 2 * count(&tables, from).await?;
        let mut done = 0;
        let mut on = |rows: usize| {
            done += rows as u64;
            told(done, all);
        };
        let mut copied = Vec::new();
        for table in tables {
            let sent = copy(&table, from, to, &mut on).await?;
            if sent != sum(&table, to, &mut on).await? {
                return Err(CopyError::Differs(table.name));
            }
            let bytes: Vec<u8> = sent.parts.iter().flat_map(|part| part.to_be_bytes()).collect();
            let hash = hex(&bytes);
            copied.push(Copied { table: table.name, rows: sent.rows, hash });
        }
        target.commit().await?;
        Ok(copied)
    }
}

async fn tables(to: &mut Transaction<'static, Postgres>) -> Result<Vec<Table>, CopyError> {
    let sql = format!(
        "select c.table_name::text, c.column_name::text, c.data_type::text, c.is_identity = 'YES' \
         from information_schema.columns c join information_schema.tables t \
         on t.table_schema = c.table_schema and t.table_name = c.table_name \
         where c.table_schema = current_schema() and t.table_type = 'BASE TABLE' \
         and c.table_name not in {LEFT_OUT} order by c.table_name, c.ordinal_position"
    );
    let rows: Vec<(String, String, String, bool)> =
        sqlx::query_as(AssertSqlSafe(sql)).fetch_all(&mut **to).await?;
    let mut tables: Vec<Table> = Vec::new();
    for (name, column, kind, numbered) in rows {
        if tables.last().is_none_or(|table| table.name != name) {
            tables.push(Table { name, columns: Vec::new(), numbered: false });
        }
        if let Some(table) = tables.last_mut() {
            table.columns.push((column, kind));
            table.numbered |= numbered;
        }
    }
    Ok(tables)
}

async fn count(
    tables: &[Table],
    from: &mut Transaction<'static, Sqlite>,
) -> Result<u64, CopyError> {
    let mut all = 0;
    for table in tables {
        let sql = format!("select count(*) from \"{}\"", table.name);
        let (rows,): (i64,) = sqlx::query_as(AssertSqlSafe(sql)).fetch_one(&mut **from).await?;
        all += rows.unsigned_abs();
    }
    Ok(all)
}

fn columns(table: &Table) -> String {
    let names: Vec<String> = table.columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    names.join(", ")
}

async fn copy(
    table: &Table,
    from: &mut Transaction<'static, Sqlite>,
    to: &mut Transaction<'static, Postgres>,
    on: &mut impl FnMut(usize),
) -> Result<Sum, CopyError> {
    let (name, columns) = (&table.name, columns(table));
    let there = format!("select exists (select 1 from \"{name}\")");
    let (there,): (bool,) = sqlx::query_as(AssertSqlSafe(there)).fetch_one(&mut **to).await?;
    if there {
        return Err(CopyError::NotEmpty(name.clone()));
    }
    let page = format!(
        "select rowid, {columns} from \"{name}\" where rowid > $1 order by rowid limit {PAGE}"
    );
    let mut sum = Sum::default();
    let mut last = i64::MIN;
    loop {
        let rows =
            sqlx::query(AssertSqlSafe(page.clone())).bind(last).fetch_all(&mut **from).await?;
        let Some(end) = rows.last() else { break };
        last = end.try_get(0)?;
        let mut all = Vec::with_capacity(rows.len());
        for row in &rows {
            let values = values!(row, table);
            sum.add(&values);
            all.push(values);
        }
        let head = format!("insert into \"{name}\" ({columns}) overriding system value ");
        let mut insert = QueryBuilder::<Postgres>::new(head);
        insert.push_values(all, |mut row, values| {
            for value in values {
                match value {
                    Value::Int(value) => row.push_bind(value),
                    Value::Text(value) => row.push_bind(value),
                    Value::Bytes(value) => row.push_bind(value),
                    Value::Bool(value) => row.push_bind(value),
                    Value::Time(value) => row.push_bind(value),
                };
            }
        });
        insert.build().persistent(false).execute(&mut **to).await?;
        on(rows.len());
    }
    if table.numbered {
        // The next number follows the last one.
        let next = format!(
            "select setval(pg_get_serial_sequence('{name}', 'id'), coalesce(max(id), 0) + 1, false) \
             from \"{name}\""
        );
        sqlx::query(AssertSqlSafe(next)).execute(&mut **to).await?;
    }
    Ok(sum)
}

/// What stands in a table of PostgreSQL now.
async fn sum(
    table: &Table,
    to: &mut Transaction<'static, Postgres>,
    on: &mut impl FnMut(usize),
) -> Result<Sum, CopyError> {
    let (name, columns) = (&table.name, columns(table));
    let all = format!("declare copied cursor for select 0, {columns} from \"{name}\"");
    sqlx::query(AssertSqlSafe(all)).execute(&mut **to).await?;
    let page = format!("fetch {PAGE} from copied");
    let mut sum = Sum::default();
    loop {
        let fetch = sqlx::query(AssertSqlSafe(page.clone())).persistent(false);
        let rows = fetch.fetch_all(&mut **to).await?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            sum.add(&values!(row, table));
        }
        on(rows.len());
    }
    sqlx::query("close copied").execute(&mut **to).await?;
    Ok(sum)
}
