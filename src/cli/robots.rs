//! Group robots (`[[robots]]` of `liaison-bot.toml`): their secrets from the environment, and their
//! groups bound as the settings say.

use anyhow::Context;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::conversation::{Audit, Effects, GroupKind, Needs};
use crate::plan::Plan;
use crate::robots::{Platform, Robot, Robots, Secret};
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

/// Binds the groups of these robots, and unbinds those of robots that are gone.
///
/// # Errors
/// If the database fails.
pub async fn bind(
    plan: &Plan,
    store: &Store,
    robots: &Robots,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut work = store.begin().await?;
    let snapshot = work.snapshot(plan, &Needs::everything()).await?;
    let wanted = robots.groups();
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
