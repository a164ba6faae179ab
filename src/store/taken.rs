//! What Telegram has taken and the database does not say yet.
//!
//! On SQLite a mark waits for its turn to write, behind a batch that is being decided. A program killed
//! in that while would send the message again. So each is noted first in a file beside the database:
//! a line, with no turn to wait for and nothing to sync. The line outlives the program, if not a power
//! cut. What is noted there at the next start is marked before anything is sent; a row is the one that
//! was noted only if its number and its key are.

use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::backend::on_tx;
use super::{OutboxRow, Store, StoreError};

/// A message that was taken: its row, and the number Telegram gave it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    id: i64,
    key: String,
    message: Option<i64>,
    at: DateTime<Utc>,
}

/// The file beside an SQLite database.
pub(super) struct Taken(Mutex<Notes>);

struct Notes {
    file: File,
    /// Rows that are noted there and not marked yet.
    open: HashSet<i64>,
}

impl Taken {
    /// Opens the file beside a database.
    pub fn open(database: &Path) -> std::io::Result<Self> {
        let mut name = database.as_os_str().to_owned();
        name.push(".sent");
        let file = File::options().create(true).read(true).append(true).open(name)?;
        Ok(Self(Mutex::new(Notes { file, open: HashSet::new() })))
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What an earlier program noted. A line that was cut short counts for nothing.
    fn left(&self) -> std::io::Result<Vec<Note>> {
        let mut bytes = Vec::new();
        self.notes().file.read_to_end(&mut bytes)?;
        let lines = bytes.split(|byte| *byte == b'\n');
        Ok(lines.filter_map(|line| serde_json::from_slice(line).ok()).collect())
    }

    fn note(&self, note: &Note) -> std::io::Result<()> {
        // The break first: what was cut short before it spoils nothing behind it.
        let mut line = vec![b'\n'];
        serde_json::to_writer(&mut line, note)?;
        let mut notes = self.notes();
        notes.file.write_all(&line)?;
        notes.open.insert(note.id);
        Ok(())
    }

    /// Marks stand: once all do, the file is emptied.
    pub fn marked(&self, rows: impl Iterator<Item = i64>) -> std::io::Result<()> {
        let mut notes = self.notes();
        let before = notes.open.len();
        for id in rows {
            notes.open.remove(&id);
        }
        if before > 0 && notes.open.is_empty() { notes.file.set_len(0) } else { Ok(()) }
    }
}

impl Store {
    /// Notes that Telegram has taken a message, before its mark has its turn. On PostgreSQL marks wait
    /// for nobody, and nothing is noted.
    pub fn note_taken(&self, row: &OutboxRow, message: Option<i64>, now: DateTime<Utc>) {
        let Some(taken) = &self.taken else { return };
        let note = Note { id: row.id, key: row.key.clone(), message, at: now };
        if let Err(error) = taken.note(&note) {
            tracing::warn!(%error, "cannot note what was sent beside the database; its mark follows");
        }
    }

    /// Marks what an earlier program had noted when it was killed.
    pub(super) async fn mark_taken(&self) -> Result<(), StoreError> {
        let Some(taken) = &self.taken else { return Ok(()) };
        let left = match taken.left() {
            Ok(left) => left,
            Err(error) => {
                tracing::warn!(%error, "cannot read the database's .sent file; some messages may go out twice");
                return Ok(());
            }
        };
        if !left.is_empty() {
            let mut work = self.begin().await?;
            for Note { id, key, message, at } in &left {
                let sql = "update outbox set state = 'sent', sent_at = $1, message_id = $2 \
                           where id = $3 and key = $4 and state = 'queued'";
                on_tx!(&mut work.tx, db => {
                    sqlx::query(sql).bind(at).bind(message).bind(id).bind(key).execute(db).await?;
                });
            }
            work.commit().await?;
        }
        let emptied = taken.notes().file.set_len(0);
        if let Err(error) = emptied {
            tracing::warn!(%error, "the database's .sent file was not emptied");
        }
        Ok(())
    }
}
