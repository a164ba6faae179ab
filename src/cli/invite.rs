//! `invite`: a one-time link, for the first office account, or whoever the office cannot invite.

use anyhow::Context;

use super::{RoleArg, serve};
use crate::clock::Clock;
use crate::conversation::binding::{invite_link, new_invite};
use crate::conversation::{Audit, Effects, Role};
use crate::plan::Plan;
use crate::store::Store;
use crate::telegram::{connect, intake::fresh_code};

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
    };
    let unit = match (role, unit) {
        (Role::Liaison, None) => {
            anyhow::bail!("联络员须用 --unit 写明单位 / a liaison needs --unit")
        }
        (Role::Liaison, Some(name)) => Some(plan.unit_named(name).with_context(|| {
            format!("没有“{name}”这个单位，单位名称见 check-plan / there is no unit {name:?}")
        })?),
        _ => None,
    };
    let store = Store::open_beside(database).await?;
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
    let Ok(token) = serve::token() else {
        return Ok(format!(
            "把下面这行发给机器人（7天内有效，只能用一次）/ send this to the bot (once, within 7 days):\n/start {code}"
        ));
    };
    let name = connect::user_name(&serve::bot(&token)?).await?;
    Ok(invite_link(&name, &code))
}
