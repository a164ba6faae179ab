//! The `[bulletin]` table: who lets a bulletin go.

use chrono::Duration;
use serde::Deserialize;

use super::settings::duration;
use crate::plan::{Approval, BulletinRules, Job, JobKind, Silence};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct BulletinToml {
    approval: Approval,
    draft_before: String,
    draft_title: String,
    silence: Silence,
}

impl Default for BulletinToml {
    fn default() -> Self {
        Self {
            approval: Approval::default(),
            draft_before: "1h".to_owned(),
            draft_title: String::new(),
            silence: Silence::default(),
        }
    }
}

impl BulletinToml {
    /// The rules; where the office is asked, each bulletin's job has one for its draft before it.
    pub(super) fn read(
        self,
        jobs: &mut Vec<Job>,
        wrong: &mut impl FnMut(&str, &str, String),
    ) -> BulletinRules {
        let day = Duration::days(1);
        let before = duration(&self.draft_before).filter(|long| !long.is_zero() && *long <= day);
        let draft_before = before.unwrap_or_else(|| {
            wrong(
                "draft_before",
                "draft_before 应如 \"1h\"、\"90m\"，最长一天",
                format!("draft_before {:?} is no duration of a day at most", self.draft_before),
            );
            Duration::hours(1)
        });
        if self.approval == Approval::Office {
            let bulletins = jobs.iter().filter(|job| job.kind == JobKind::Bulletin);
            let title = |job: &Job| match self.draft_title.as_str() {
                "" => job.title.clone(),
                title => title.to_owned(),
            };
            let drafts: Vec<Job> =
                bulletins.map(|job| job.draft(title(job), draft_before)).collect();
            jobs.extend(drafts);
        }
        BulletinRules { approval: self.approval, draft_before, silence: self.silence }
    }
}
