//! Several plans in one bot: where people, groups, invitations and messages belong, and which plan was
//! chosen in a chat. A bot with one plan asks none of it.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{FromRow, QueryBuilder};

use super::backend::on_tx;
use super::load::LONGEST_LIST;
use super::rows::AccountRow;
use super::{StoreError, Work};
use crate::conversation::plans::{Chosen, Kept, Known, Seeking};
use crate::conversation::{ChatId, Contents, DraftWords, MessageId, PlanNo, UserId, What};
use crate::plan::Plan;

/// How long a draft or a reason that somebody has begun is what their next text is about.
const LIVELY: TimeDelta = TimeDelta::minutes(30);

/// `select … where plan in (…)`, and, if given, by a list of numbers in a column.
macro_rules! over_plans {
    ($work:expr, $row:ty, $plans:expr, $sql:expr, $column:expr, $list:expr, $end:expr) => {{
        let list: Vec<_> = $list.into_iter().take(LONGEST_LIST).collect();
        on_tx!(&mut $work.tx, db => {
            let mut query = QueryBuilder::new($sql);
            query.push(" plan in (");
            let mut separated = query.separated(", ");
            for plan in $plans {
                separated.push_bind(plan.id.clone());
            }
            separated.push_unseparated(")");
            if !list.is_empty() {
                query.push(concat!(" and ", $column, " in ("));
                let mut separated = query.separated(", ");
                for value in &list {
                    separated.push_bind(value.clone());
                }
                separated.push_unseparated(")");
            }
            query.push($end);
            query.build_query_as::<$row>().fetch_all(db).await?
        })
    }};
}

/// The place of a plan among those of the bot.
pub(super) fn place(plans: &[&Plan], id: &str) -> Option<PlanNo> {
    plans.iter().position(|plan| plan.id == id).map(PlanNo)
}

#[derive(FromRow)]
struct MemberRow {
    plan: String,
    #[sqlx(flatten)]
    account: AccountRow,
}

#[derive(FromRow)]
struct MessageRow {
    plan: String,
    chat_id: i64,
    message_id: i64,
}

#[derive(FromRow)]
struct ChatPlanRow {
    plan: String,
    chat_id: i64,
    chosen_at: Option<DateTime<Utc>>,
    waiting: String,
}

impl Work {
    /// Where what happens in a batch belongs.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn known(
        &mut self,
        plans: &[&Plan],
        seeking: &Seeking,
        now: DateTime<Utc>,
    ) -> Result<Known, StoreError> {
        let mut known = Known { shared: self.shared(plans).await?, ..Known::default() };
        let users: Vec<i64> = seeking.users.iter().map(|user| user.0).collect();
        if !users.is_empty() {
            let rows = over_plans!(
                self,
                MemberRow,
                plans,
                "select * from account where role <> 'former' and",
                "user_id",
                users,
                ""
            );
            for row in rows {
                let Some(no) = place(plans, &row.plan) else { continue };
                let Some(account) = row.account.value(plans[no.0]) else { continue };
                known.people.entry(account.user).or_default().insert(no, account);
            }
        }
        let chats: Vec<i64> = seeking.chats.iter().map(|chat| chat.0).collect();
        if !chats.is_empty() {
            let rows: Vec<(String, i64)> = over_plans!(
                self,
                (String, i64),
                plans,
                "select plan, chat_id from chat_group where",
                "chat_id",
                chats.clone(),
                ""
            );
            let rows = rows.into_iter().filter_map(|(id, chat)| Some((chat, place(plans, &id)?)));
            known.groups = rows.map(|(chat, no)| (ChatId(chat), no)).collect();
            self.chat_plans(plans, chats, &mut known).await?;
            self.contents(plans, &seeking.choosing, &mut known).await?;
        }
        let invites: Vec<String> = seeking.invites.iter().cloned().collect();
        if !invites.is_empty() {
            let rows: Vec<(String, String)> = over_plans!(
                self,
                (String, String),
                plans,
                "select plan, hash from invite where",
                "hash",
                invites,
                ""
            );
            let rows = rows.into_iter().filter_map(|(id, hash)| Some((hash, place(plans, &id)?)));
            known.invites = rows.collect();
        }
        // Who is in one plan only needs no more than that.
        let several = known.people.iter().filter(|(_, accounts)| accounts.len() > 1);
        let several: Vec<i64> = several.map(|(user, _)| user.0).collect();
        if !several.is_empty() {
            self.messages(plans, &seeking.messages, &mut known).await?;
            self.sending(plans, seeking, &mut known).await?;
            self.open(plans, &several, now, &mut known).await?;
        }
        Ok(known)
    }

    /// Everybody who is bound in several of these plans.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn shared(&mut self, plans: &[&Plan]) -> Result<HashSet<UserId>, StoreError> {
        if plans.len() < 2 {
            return Ok(HashSet::new());
        }
        let rows: Vec<(i64,)> = over_plans!(
            self,
            (i64,),
            plans,
            "select user_id from account where role <> 'former' and",
            "user_id",
            Vec::<i64>::new(),
            " group by user_id having count(*) > 1"
        );
        Ok(rows.into_iter().map(|row| UserId(row.0)).collect())
    }

    /// Which plan was chosen in chats, and what waits there for a choice.
    async fn chat_plans(
        &mut self,
        plans: &[&Plan],
        chats: Vec<i64>,
        known: &mut Known,
    ) -> Result<(), StoreError> {
        let mut rows = over_plans!(
            self,
            ChatPlanRow,
            plans,
            "select plan, chat_id, chosen_at, waiting from chat_plan where",
            "chat_id",
            chats,
            ""
        );
        rows.sort_by_key(|row| row.chosen_at);
        for row in rows {
            let (Some(no), chat) = (place(plans, &row.plan), ChatId(row.chat_id)) else { continue };
            if row.chosen_at.is_some() {
                known.chosen.insert(chat, no);
            }
            let kept: Vec<Kept> = serde_json::from_str(&row.waiting)
                .map_err(|error| StoreError::Content(error.to_string()))?;
            let waiting = known.waiting.entry(chat).or_default();
            waiting.extend(kept);
            waiting.sort_by_key(|one| one.update);
        }
        Ok(())
    }

    /// What is in the files that wait in chats where a plan is being chosen.
    async fn contents(
        &mut self,
        plans: &[&Plan],
        chats: &BTreeSet<ChatId>,
        known: &mut Known,
    ) -> Result<(), StoreError> {
        let waiting = chats.iter().filter_map(|chat| known.waiting.get(chat)).flatten();
        let files = waiting.filter_map(|kept| kept.file.as_ref()?.contents.clone().ok());
        let hashes: BTreeSet<String> = files.collect();
        if hashes.is_empty() {
            return Ok(());
        }
        let rows: Vec<(String, Vec<u8>)> = over_plans!(
            self,
            (String, Vec<u8>),
            plans,
            "select hash, bytes from blob where",
            "hash",
            hashes,
            ""
        );
        known.contents = rows.into_iter().map(|(hash, all)| (hash, Contents::new(all))).collect();
        Ok(())
    }

    /// Which plan is about to send a button that was pressed: its message is there before it is written
    /// down that it is.
    async fn sending(
        &mut self,
        plans: &[&Plan],
        seeking: &Seeking,
        known: &mut Known,
    ) -> Result<(), StoreError> {
        let unknown = |chat: &ChatId| {
            let mut there = seeking.messages.iter().filter(|(of, _)| of == chat);
            there.any(|key| !known.messages.contains_key(key))
        };
        let pressed: Vec<&(ChatId, String)> =
            seeking.pressed.iter().filter(|(chat, _)| unknown(chat)).collect();
        if pressed.is_empty() {
            return Ok(());
        }
        let rows: Vec<(String, i64, String)> = over_plans!(
            self,
            (String, i64, String),
            plans,
            "select plan, chat_id, body from outbox where state = 'queued' and",
            "chat_id",
            pressed.iter().map(|(chat, _)| chat.0),
            ""
        );
        let mut found: HashMap<&(ChatId, String), BTreeSet<PlanNo>> = HashMap::new();
        for (id, chat, body) in rows {
            let (Some(no), Ok(what)) = (place(plans, &id), serde_json::from_str::<What>(&body))
            else {
                continue;
            };
            let has = |data: &str| what.buttons().iter().flatten().any(|one| one.data == data);
            for key in pressed.iter().filter(|(of, data)| of.0 == chat && has(data)) {
                found.entry(*key).or_default().insert(no);
            }
        }
        // A button that several plans are sending is nobody's: it must act in no other plan.
        let alone = |plans: BTreeSet<PlanNo>| plans.first().copied().filter(|_| plans.len() == 1);
        let found = found.into_iter().filter_map(|(key, of)| Some((key.clone(), alone(of)?)));
        known.sending = found.collect();
        Ok(())
    }

    /// Which plans sent these messages, or took them as reports.
    async fn messages(
        &mut self,
        plans: &[&Plan],
        messages: &BTreeSet<(ChatId, MessageId)>,
        known: &mut Known,
    ) -> Result<(), StoreError> {
        if messages.is_empty() {
            return Ok(());
        }
        for sql in [
            "select plan, chat_id, message_id from outbox where message_id is not null and",
            "select distinct plan, chat_id, message_id from report where",
        ] {
            let numbers: Vec<i64> = messages.iter().map(|(_, message)| message.0).collect();
            let rows = over_plans!(self, MessageRow, plans, sql, "message_id", numbers, "");
            for row in rows {
                let key = (ChatId(row.chat_id), MessageId(row.message_id));
                if let Some(no) = place(plans, &row.plan).filter(|_| messages.contains(&key)) {
                    known.messages.insert(key, no);
                }
            }
        }
        Ok(())
    }

    /// In which plan somebody is putting something together: a text that follows belongs to that.
    async fn open(
        &mut self,
        plans: &[&Plan],
        users: &[i64],
        now: DateTime<Utc>,
        known: &mut Known,
    ) -> Result<(), StoreError> {
        let mut latest: HashMap<ChatId, (DateTime<Utc>, PlanNo)> = HashMap::new();
        let mut note = |id: &str, chat: i64, at: DateTime<Utc>| {
            let Some(no) = place(plans, id).filter(|_| now - at <= LIVELY) else { return };
            let newest = latest.entry(ChatId(chat)).or_insert((at, no));
            *newest = (*newest).max((at, no));
        };
        for (sql, column) in [
            ("select plan, chat_id, at from dialogue where not done and", true),
            ("select plan, chat_id, at from guide where not done and", true),
            ("select plan, user_id, at from review_ask where revision > 0 and", false),
        ] {
            let rows: Vec<(String, i64, DateTime<Utc>)> = if column {
                let row = users.to_vec();
                over_plans!(self, (String, i64, DateTime<Utc>), plans, sql, "chat_id", row, "")
            } else {
                let row = users.to_vec();
                over_plans!(self, (String, i64, DateTime<Utc>), plans, sql, "user_id", row, "")
            };
            for (id, chat, at) in rows {
                note(&id, chat, at);
            }
        }
        let drafts: Vec<(String, String)> = over_plans!(
            self,
            (String, String),
            plans,
            "select plan, words from draft where state not in ('issued', 'dropped') and",
            "period",
            Vec::<String>::new(),
            ""
        );
        for (id, words) in drafts {
            let words: DraftWords = serde_json::from_str(&words).unwrap_or_default();
            for (user, since) in words.writing.iter().filter(|(user, _)| users.contains(&user.0)) {
                note(&id, user.0, *since);
            }
        }
        known.open = latest.into_iter().map(|(chat, (_, no))| (chat, no)).collect();
        Ok(())
    }

    /// Keeps what is to be remembered of a chat.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn keep_chosen(
        &mut self,
        plans: &[&Plan],
        chosen: &Chosen,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if let (Some(blob), Some(plan)) = (&chosen.contents, plans.get(chosen.plan.0)) {
            self.keep(plan, std::slice::from_ref(blob), now).await?;
        }
        let waiting = serde_json::to_string(&chosen.waiting)
            .map_err(|error| StoreError::Content(error.to_string()))?;
        for (at, plan) in plans.iter().enumerate() {
            let is_it = PlanNo(at) == chosen.plan;
            // What waits stands once, and so does what was chosen: instants may be the same.
            let sql = if is_it {
                "insert into chat_plan (plan, chat_id, chosen_at, waiting) values ($1, $2, $3, $4) \
                 on conflict (plan, chat_id) do update set waiting = excluded.waiting, \
                 chosen_at = coalesce(excluded.chosen_at, chat_plan.chosen_at)"
            } else {
                "update chat_plan set waiting = '[]', \
                 chosen_at = case when $3 then null else chosen_at end \
                 where plan = $1 and chat_id = $2"
            };
            on_tx!(&mut self.tx, db => {
                let mut query = sqlx::query(sql).bind(plan.id.clone()).bind(chosen.chat.0);
                query = if is_it {
                    query.bind(chosen.now.then_some(now)).bind(waiting.clone())
                } else {
                    query.bind(chosen.now)
                };
                query.execute(db).await?;
            });
        }
        Ok(())
    }
}
