//! The office's desk: its journal, dialogues, files kept for good, and what waits for the morning.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use sqlx::{FromRow, QueryBuilder};

use super::backend::{on_pool, on_tx};
use super::load::padded;
use super::rows::{about, parse, parse_about, word};
use super::{Store, StoreError, Work};
use crate::conversation::journal::{self, MaterialDeed};
use crate::conversation::{
    ChatId, Contents, Deed, Dialogue, Effects, Entry, Needs, Outgoing, Priority, Topic, UserId,
};
use crate::plan::Plan;

#[derive(FromRow)]
struct EntryRow {
    topic: String,
    at: DateTime<Utc>,
    actor: Option<i64>,
    deed: String,
}

impl EntryRow {
    /// A deed that cannot be read is told to the operator and passed over: everybody else's work
    /// must not wait for it.
    fn value(self) -> Option<Entry> {
        let deed = serde_json::from_str::<Deed>(&self.deed);
        match deed {
            Ok(deed) if parse::<Topic>(&self.topic) == Some(deed.topic()) => {
                Some(Entry { at: self.at, by: self.actor.map(UserId), deed })
            }
            _ => {
                tracing::error!(topic = self.topic, at = %self.at, "a row of the journal cannot be read");
                None
            }
        }
    }
}

#[derive(FromRow)]
struct DialogueRow {
    chat_id: i64,
    body: String,
    message: String,
    at: DateTime<Utc>,
    done: bool,
}

impl DialogueRow {
    /// A dialogue of an older form is passed over: whoever made it begins anew.
    fn value(self) -> Option<Dialogue> {
        let about = serde_json::from_str(&self.body).ok()?;
        let chat = ChatId(self.chat_id);
        Some(Dialogue { chat, about, message: self.message, at: self.at, done: self.done })
    }
}

#[derive(FromRow)]
struct HeldRow {
    key: String,
    chat_id: i64,
    body: String,
    about: Option<String>,
}

impl Store {
    /// The plan as it stands under the office's orders.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn ruled(&self, plan: &Plan) -> Result<Plan, StoreError> {
        let journal = self.begin().await?.journal(plan, &BTreeSet::from([Topic::Calendar])).await?;
        Ok(plan.under(journal::orders(plan, &journal)))
    }

    /// The contents of a file that is kept, by its hash.
    pub(super) async fn kept_file(
        &self,
        plan: &Plan,
        hash: &str,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "select bytes from kept_file where plan = $1 and hash = $2";
        let found: Option<(Vec<u8>,)> = on_pool!(&self.pool, db => {
            sqlx::query_as(sql).bind(plan.id.clone()).bind(hash).fetch_optional(db).await?
        });
        Ok(found.map(|row| row.0))
    }
}

impl Work {
    /// The journal's entries about some topics, in order.
    pub(super) async fn journal(
        &mut self,
        plan: &Plan,
        topics: &BTreeSet<Topic>,
    ) -> Result<Vec<Entry>, StoreError> {
        let rows: Vec<EntryRow> = on_tx!(&mut self.tx, db => {
            let mut query = QueryBuilder::new("select topic, at, actor, deed from journal where plan = ");
            query.push_bind(plan.id.clone()).push(" and topic in (");
            let mut separated = query.separated(", ");
            for topic in topics {
                separated.push_bind(word(*topic));
            }
            query.push(") order by id");
            query.build_query_as().fetch_all(db).await?
        });
        Ok(rows.into_iter().filter_map(EntryRow::value).collect())
    }

    /// The dialogues of the chats that a batch touches.
    pub(super) async fn dialogues(
        &mut self,
        plan: &Plan,
        needs: &Needs,
    ) -> Result<HashMap<ChatId, Dialogue>, StoreError> {
        if needs.chats.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<DialogueRow> = on_tx!(&mut self.tx, db => {
            let sql = "select chat_id, body, message, at, done from dialogue where plan = ";
            let mut query = QueryBuilder::new(sql);
            query.push_bind(plan.id.clone()).push(" and chat_id in (");
            let mut separated = query.separated(", ");
            for chat in padded(&needs.chats) {
                separated.push_bind(chat.0);
            }
            query.push(")");
            query.build_query_as().fetch_all(db).await?
        });
        let dialogues = rows.into_iter().filter_map(DialogueRow::value);
        Ok(dialogues.map(|dialogue| (dialogue.chat, dialogue)).collect())
    }

    /// The contents of the files that a batch hands out.
    pub(super) async fn kept(
        &mut self,
        plan: &Plan,
        journal: &[Entry],
        needs: &Needs,
    ) -> Result<HashMap<String, Contents>, StoreError> {
        let of_term = |entry: &Entry| match &entry.deed {
            Deed::Material(MaterialDeed::Sent { term, file, .. })
                if needs.materials_of == Some(*term) =>
            {
                Some(file.hash.clone())
            }
            _ => None,
        };
        let hashes: BTreeSet<String> = journal.iter().filter_map(of_term).collect();
        let mut kept = HashMap::new();
        for hash in hashes {
            let sql = "select bytes from kept_file where plan = $1 and hash = $2";
            let found: Option<(Vec<u8>,)> = on_tx!(&mut self.tx, db => {
                sqlx::query_as(sql)
                    .bind(plan.id.clone())
                    .bind(hash.clone())
                    .fetch_optional(db)
                    .await?
            });
            if let Some((bytes,)) = found {
                kept.insert(hash, Contents::new(bytes));
            }
        }
        Ok(kept)
    }

    /// Takes out everything that waits for the morning.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn take_held(&mut self, plan: &Plan) -> Result<Vec<Outgoing>, StoreError> {
        self.take_turn(plan).await?;
        let sql = "select key, chat_id, body, about from held where plan = $1 order by id";
        let rows: Vec<HeldRow> = on_tx!(&mut self.tx, db => {
            sqlx::query_as(sql).bind(plan.id.clone()).fetch_all(db).await?
        });
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        on_tx!(&mut self.tx, db => {
            sqlx::query("delete from held where plan = $1").bind(plan.id.clone()).execute(db).await?;
        });
        let value = |row: HeldRow| {
            let chat = ChatId(row.chat_id);
            let Ok(what) = serde_json::from_str(&row.body) else {
                tracing::error!(key = row.key, "a held message cannot be read");
                return None;
            };
            let about = row.about.and_then(|about| parse_about(plan, chat, &about));
            Some(Outgoing { key: row.key, chat, what, priority: Priority::Broadcast, about })
        };
        Ok(rows.into_iter().filter_map(value).collect())
    }

    /// Keeps what was done at the desk.
    pub(super) async fn save_desk(
        &mut self,
        plan: &Plan,
        effects: &Effects,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        for entry in &effects.journal {
            let sql =
                "insert into journal (plan, topic, at, actor, deed) values ($1, $2, $3, $4, $5)";
            on_tx!(&mut self.tx, db => {
                sqlx::query(sql)
                    .bind(plan.id.clone())
                    .bind(word(entry.deed.topic()))
                    .bind(entry.at)
                    .bind(entry.by.map(|user| user.0))
                    .bind(json(&entry.deed)?)
                    .execute(db).await?;
            });
        }
        for dialogue in &effects.dialogues {
            let sql = "insert into dialogue (chat_id, plan, body, message, at, done) \
                       values ($1, $2, $3, $4, $5, $6) on conflict (plan, chat_id) do update set \
                       body = excluded.body, message = excluded.message, at = excluded.at, \
                       done = excluded.done";
            on_tx!(&mut self.tx, db => {
                sqlx::query(sql)
                    .bind(dialogue.chat.0)
                    .bind(plan.id.clone())
                    .bind(json(&dialogue.about)?)
                    .bind(dialogue.message.clone())
                    .bind(dialogue.at)
                    .bind(dialogue.done)
                    .execute(db).await?;
            });
        }
        for file in &effects.kept {
            let sql = "insert into kept_file (plan, hash, bytes, at) values ($1, $2, $3, $4) \
                       on conflict (plan, hash) do nothing";
            on_tx!(&mut self.tx, db => {
                sqlx::query(sql)
                    .bind(plan.id.clone())
                    .bind(file.hash.clone())
                    .bind(file.contents.bytes().to_vec())
                    .bind(now)
                    .execute(db).await?;
            });
        }
        for row in &effects.held {
            let sql = "insert into held (key, plan, chat_id, body, about, at) \
                       values ($1, $2, $3, $4, $5, $6) on conflict (plan, key) do nothing";
            on_tx!(&mut self.tx, db => {
                sqlx::query(sql)
                    .bind(row.key.clone())
                    .bind(plan.id.clone())
                    .bind(row.chat.0)
                    .bind(json(&row.what)?)
                    .bind(row.about.map(|what| about(plan, what)))
                    .bind(now)
                    .execute(db).await?;
            });
        }
        Ok(())
    }
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Content(error.to_string()))
}
