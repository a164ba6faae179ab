//! Group robots (`[[robots]]` of `liaison-bot.toml`): their secrets from the environment, and their
//! groups bound as the settings say.

use std::sync::Arc;

use anyhow::Context;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::conversation::{Audit, BoundGroup, Effects, GroupKind, Needs, PlanNo};
use crate::plan::Plan;
use crate::robots::{Platform, Robot, Secret};
use crate::store::{Store, StoreError};

/// One robot as the settings name it. Address and secret are secrets both: only where they are found
/// stands in the file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RobotSettings {
    name: String,
    platform: Platform,
    #[serde(rename = "for")]
    group: For,
    url_env: String,
    secret_env: Option<String>,
    /// The id of the plan whose group it is; the first one's if left out.
    plan: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum For {
    Leadership,
    Work,
}

impl RobotSettings {
    /// What the office calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The plan whose group it is; `None` for the first one.
    pub fn plan(&self) -> Option<&str> {
        self.plan.as_deref()
    }

    /// The robot, with what the environment holds.
    ///
    /// # Errors
    /// A variable that is not set, or an address that is none; what it holds is not repeated.
    pub fn robot(&self) -> anyhow::Result<Robot> {
        let name = &self.name;
        let secret = |variable: &String| {
            let text = std::env::var(variable).ok().filter(|text| !text.trim().is_empty());
            text.map(|text| text.trim().to_owned()).with_context(|| {
                format!("群机器人“{name}”：没有设置环境变量 {variable} / the robot {name} needs {variable} in the environment")
            })
        };
        let url = secret(&self.url_env)?;
        let local = url.starts_with("http://127.0.0.1:");
        anyhow::ensure!(
            url.starts_with("https://") || local,
            "群机器人“{name}”：{variable} 应为 https:// 开头的地址 / {variable} should hold an https:// address",
            variable = self.url_env
        );
        Ok(Robot {
            name: name.clone(),
            platform: self.platform,
            kind: match self.group {
                For::Leadership => GroupKind::Leadership,
                For::Work => GroupKind::Work,
            },
            url: Secret::new(url),
            secret: self.secret_env.as_ref().map(secret).transpose()?.map(Secret::new),
        })
    }
}

/// The robots as the settings name them, and which plan each is for.
///
/// # Errors
/// See [`RobotSettings::robot`]; or a plan that is not there.
pub fn all(
    settings: &[RobotSettings],
    plans: &[Arc<Plan>],
) -> anyhow::Result<(Vec<Robot>, Vec<PlanNo>)> {
    let mut robots = Vec::new();
    let mut of = Vec::new();
    for one in settings {
        let place = match one.plan() {
            None => Some(0),
            Some(id) => plans.iter().position(|plan| plan.id == id),
        };
        let (name, id) = (one.name(), one.plan().unwrap_or_default());
        of.push(PlanNo(place.with_context(|| {
            format!("群机器人“{name}”：没有计划“{id}”，请写计划的 id / the robot {name} is for the plan {id}, which is not there; write a plan's id")
        })?));
        robots.push(one.robot()?);
    }
    Ok((robots, of))
}

/// Binds a plan's groups of robots, and unbinds those of robots that are gone.
///
/// # Errors
/// If the database fails.
pub async fn bind(
    plan: &Plan,
    store: &Store,
    wanted: Vec<BoundGroup>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut work = store.begin().await?;
    let snapshot = work.snapshot(plan, &Needs::everything()).await?;
    let mut effects = Effects::default();
    let audit = |act, subject: &str| Audit {
        at: now,
        actor: None,
        act,
        subject: subject.to_owned(),
        detail: serde_json::json!({ "from": "settings" }),
    };
    let bound = snapshot.groups.values().filter(|group| group.chat.is_robot());
    for gone in bound.filter(|group| !wanted.iter().any(|one| one.chat == group.chat)) {
        effects.groups_left.push(gone.chat);
        effects.audit.push(audit("robot-unbound", &gone.title));
    }
    for group in wanted.into_iter().filter(|one| snapshot.groups.get(&one.chat) != Some(one)) {
        effects.audit.push(audit("robot-bound", &group.title));
        effects.groups.push(group);
    }
    if effects == Effects::default() {
        return Ok(());
    }
    work.save(plan, &effects, &[], &[], now).await?;
    work.commit().await
}
