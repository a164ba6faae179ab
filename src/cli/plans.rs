//! Several plan folders, or the one that a command is about.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::plan::Plan;

/// The one folder; a command that is about one plan needs no guess which.
///
/// # Errors
/// If there are several.
pub(super) fn only(dirs: &[PathBuf]) -> anyhow::Result<&Path> {
    match dirs {
        [dir] => Ok(dir),
        _ => anyhow::bail!(
            "有{count}个计划文件夹（{list}），这个命令只用于一个，请用 --plan 指明 / there are {count} plan folders ({list}) and this command is about one; name it with --plan",
            count = dirs.len(),
            list = dirs.iter().map(|dir| dir.display().to_string()).collect::<Vec<_>>().join("、"),
        ),
    }
}

/// All plans, each loaded from its folder.
///
/// # Errors
/// What is wrong with a folder, or two plans that cannot be told apart.
pub(super) fn all(
    dirs: &[PathBuf],
    load: impl Fn(&Path) -> anyhow::Result<Plan>,
) -> anyhow::Result<Vec<Arc<Plan>>> {
    let plans = dirs.iter().map(|dir| load(dir).map(Arc::new));
    let plans: Vec<Arc<Plan>> = plans.collect::<anyhow::Result<_>>()?;
    check(&plans, dirs)?;
    Ok(plans)
}

/// Whether these plans can be told apart.
///
/// # Errors
/// If two of them have one id: what is stored of one would be the other's.
fn check(plans: &[Arc<Plan>], dirs: &[PathBuf]) -> anyhow::Result<()> {
    let mut seen: HashMap<&str, &PathBuf> = HashMap::new();
    for (plan, dir) in plans.iter().zip(dirs) {
        if let Some(other) = seen.insert(&plan.id, dir) {
            anyhow::bail!(
                "{0} 和 {1} 的 id 都是“{2}”，请改其中一个 plan.toml / {0} and {1} both have the id {2}; change it in one plan.toml",
                other.display(),
                dir.display(),
                plan.id
            );
        }
    }
    Ok(())
}
