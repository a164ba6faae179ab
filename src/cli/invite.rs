//! `invite`: a one-time link, for the first office account, or whoever the office cannot invite.

use anyhow::Context;

use super::{RoleArg, app, serve};
use crate::clock::Clock;
use crate::conversation::binding::{invite_link, new_invite};
use crate::conversation::{Audit, Effects, Role};
use crate::plan::{Plan, UnitId};
use crate::store::Store;
use crate::telegram::connect::{self, ConnectError};
use crate::telegram::intake::fresh_code;

/// Makes an invitation and gives what to pass on: a link, or without a token the words to send.
///
/// # Errors
/// A liaison without a unit, a unit nobody knows, or the database.
pub async fn run(
    plan: &Plan,
    role: RoleArg,
    unit: Option<&str>,
    database: &str,
) -> anyhow::Result<String> {
    let role = match role {
        RoleArg::Office => Role::Office,
        RoleArg::Leader => Role::Leader,
        RoleArg::Liaison => Role::Liaison,
        RoleArg::Head => Role::Head,
    };
    let unit = match (role, unit) {
        (Role::Liaison | Role::Head, None) => {
            anyhow::bail!(
                "联络员、单位负责人须用 --unit 写明单位 / a liaison, or a unit's head, needs --unit"
            )
        }
        (Role::Liaison | Role::Head, Some(name)) => {
            Some(plan.unit_named(name).with_context(|| {
                format!("没有“{name}”这个单位，单位名称见 check-plan / there is no unit {name:?}")
            })?)
        }
        _ => None,
    };
    let store = app::open_beside(database).await?;
    // Asked before there is a code: one that nobody gets to see would be lost.
    let name = match serve::token() {
        Ok(token) => Some(connect::user_name(&serve::bot(&token)?).await.map_err(no_name)?),
        Err(_) => None,
    };
    let words = make(plan, &store, (role, unit), name.as_deref()).await;
    app::close(&store).await;
    words
}

/// Keeps an invitation and gives what to pass on: a link, or the words to send where the bot's name
/// is not known.
///
/// # Errors
/// The database.
pub(super) async fn make(
    plan: &Plan,
    store: &Store,
    (role, unit): (Role, Option<UnitId>),
    name: Option<&str>,
) -> anyhow::Result<String> {
    let code = fresh_code();
    let now = Clock::system().now();
    let invite = new_invite(&code, role, unit, now);
    let subject = unit.map_or(role.word().to_owned(), |unit| plan.unit(unit).code.to_string());
    let audit = Audit {
        at: now,
        actor: None,
        act: "invite",
        subject,
        detail: serde_json::json!({ "invite": invite.hash[..8], "from": "command line" }),
    };
    let effects = Effects { invites: vec![invite], audit: vec![audit], ..Effects::default() };
    let mut work = store.begin().await?;
    work.save(plan, &effects, &[], &[], now).await?;
    work.commit().await?;
    Ok(match name {
        Some(name) => invite_link(name, &code),
        None => format!(
            "把下面这行发给机器人（7天内有效，只能用一次）/ send this to the bot (once, within 7 days):\n/start {code}"
        ),
    })
}

/// Why there is no link, and what to do instead.
fn no_name(error: ConnectError) -> anyhow::Error {
    match error {
        ConnectError::Unreachable(cause) => anyhow::anyhow!(
            "连不上 Telegram（{cause}），查不到机器人的名称，没有生成邀请；请检查网络后重试，或先取消环境变量 TELOXIDE_TOKEN 再运行，直接得到 /start 口令 / Telegram cannot be reached ({cause}), so the bot's name for the link is unknown and no invitation was made; check the network and try again, or unset TELOXIDE_TOKEN to get the words to send to the bot instead"
        ),
        other => other.into(),
    }
}
