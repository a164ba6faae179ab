//! Whether the history is as it was written: the audit log's chain, and the figures made anew.

use std::io::Write;

use super::findings::Findings;
use crate::plan::{IndicatorId, Plan, UnitId};
use crate::store::Store;
use crate::store::audit::verify;

/// The most figures that are named one by one.
const MOST_NAMED: usize = 10;

/// Looks through the chain; with `rebuild` also through all figures.
pub(super) async fn look(
    found: &mut Findings<'_, impl Write>,
    store: &Store,
    plan: &Plan,
    rebuild: bool,
) -> anyhow::Result<()> {
    let rows = store.audit_log(plan).await?;
    match verify(&plan.id, &rows) {
        Ok(head) => {
            let (count, head) = (rows.len(), head.get(..16).unwrap_or_default());
            found.good(
                "审计记录",
                "audit log",
                &format!("{count} 行，逐行相扣，末行 {head} / rows, an unbroken chain; its head"),
            )?;
        }
        Err(broken) => found.todo("审计记录", "audit log", &broken.to_string())?,
    }
    if !rebuild {
        return Ok(());
    }
    let (count, differ) = store.rebuild(plan).await?;
    if differ.is_empty() {
        let what =
            format!("由报送记录重算 {count} 个当前数，全部相符 / figures made anew, all alike");
        return Ok(found.good("当前数", "figures", &what)?);
    }
    let name = |unit: UnitId, id: IndicatorId| {
        format!("{}{}", plan.unit(unit).name, plan.indicator(id).short)
    };
    let named = differ.iter().take(MOST_NAMED).map(|one| {
        let total = |side: (Option<crate::conversation::InForce>, u32)| {
            side.0.map_or_else(|| "-".to_owned(), |figure| figure.total.0.to_string())
        };
        let (table, history) = (total(one.table), total(one.history));
        format!("{} {table} ≠ {history}", name(one.unit, one.indicator))
    });
    let named: Vec<String> = named.collect();
    let what = format!(
        "{} 个当前数与报送记录不符（{}），有人动过数据库；请停用机器人并从备份恢复 / figures differ from their history: somebody changed the database; stop the bot and restore a backup",
        differ.len(),
        named.join("；"),
    );
    Ok(found.todo("当前数", "figures", &what)?)
}
