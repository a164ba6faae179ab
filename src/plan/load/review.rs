//! The `[review]` table: whose figures count, and what a reviewer's silence means.

use serde::Deserialize;

use crate::plan::{Counts, Flagged, Job, JobKind, ReviewRules};

/// The longest reason for sending back, in characters: it stands on a button.
const LONGEST_REASON: usize = 20;

/// The most reasons that buttons give.
const MOST_REASONS: usize = 6;

/// The longest word for what is flagged, in characters, and the most of them: each is a button.
const LONGEST_FLAG: usize = 8;
const MOST_FLAGS: usize = 4;

/// The most working days that a rule gives anybody.
const MOST_DAYS: i32 = 60;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ReviewToml {
    counts: Counts,
    silence: i32,
    silence_title: String,
    again: i32,
    reasons: Vec<String>,
    flags: Vec<String>,
    flagged: Flagged,
}

impl Default for ReviewToml {
    fn default() -> Self {
        Self {
            counts: Counts::default(),
            silence: 0,
            silence_title: String::new(),
            again: 1,
            reasons: Vec::new(),
            flags: Vec::new(),
            flagged: Flagged::default(),
        }
    }
}

impl ReviewToml {
    /// The rules; where silence means something, each review has a job that takes it for a word.
    pub(super) fn read(
        self,
        jobs: &mut Vec<Job>,
        wrong: &mut impl FnMut(&str, &str, String),
    ) -> ReviewRules {
        let mut days = |key: &str, days: i32, least: i32| {
            if !(least..=MOST_DAYS).contains(&days) {
                wrong(
                    key,
                    "应为工作日数，最多60",
                    format!(
                        "{key} {days} is no number of working days from {least} to {MOST_DAYS}"
                    ),
                );
            }
            days.clamp(least, MOST_DAYS)
        };
        let silence = Some(days("silence", self.silence, 0)).filter(|days| *days > 0);
        let again = days("again", self.again, 1);
        let long = |reason: &String| reason.is_empty() || reason.chars().count() > LONGEST_REASON;
        if self.reasons.len() > MOST_REASONS || self.reasons.iter().any(long) {
            wrong(
                "reasons",
                "退回原因最多6条，每条不超过20字",
                format!("reasons: {MOST_REASONS} at most, of {LONGEST_REASON} characters each"),
            );
        }
        // A flag's word stands before its number (注销3家), so it has no digit and no gap itself.
        let plain = |flag: &String| {
            (1..=LONGEST_FLAG).contains(&flag.chars().count())
                && flag.chars().all(char::is_alphabetic)
        };
        let mut words = self.flags.clone();
        words.sort();
        words.dedup();
        if words.len() != self.flags.len()
            || words.len() > MOST_FLAGS
            || !self.flags.iter().all(plain)
        {
            wrong(
                "flags",
                "标注词最多4个，每个不超过8字，不重复，不含数字、空格和标点",
                format!(
                    "flags: {MOST_FLAGS} different words at most, of {LONGEST_FLAG} letters each"
                ),
            );
        }
        if self.flagged == Flagged::TakenOff && self.flags.is_empty() {
            wrong(
                "flagged",
                "扣除标注数时，须用 flags 写明有哪些标注",
                "where flagged numbers are taken off, flags must name what can be flagged".into(),
            );
        }
        let reviews: Vec<Job> =
            jobs.iter().filter(|job| job.kind == JobKind::Review).cloned().collect();
        if self.counts == Counts::Reviewed && reviews.is_empty() {
            wrong(
                "counts",
                "只计已审核的数时，须有 kind = \"review\" 的定时任务",
                "where only reviewed figures count, there must be a job of kind review".into(),
            );
        }
        if let Some(days) = silence {
            let title = |job: &Job| match self.silence_title.as_str() {
                "" => job.title.clone(),
                title => title.to_owned(),
            };
            jobs.extend(reviews.iter().map(|job| job.silence(title(job), days)));
        }
        ReviewRules {
            counts: self.counts,
            silence,
            again,
            reasons: self.reasons,
            flags: self.flags,
            flagged: self.flagged,
        }
    }
}
