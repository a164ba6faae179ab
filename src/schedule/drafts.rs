//! Drafts of bulletins: made when they are wanted, sent out when their time has come.
//!
//! Each step is one transaction that also moves the draft's row on; of two that start from the same
//! row, a press and the hour, only one is committed and the other is decided anew.

use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{DateTime, Utc};

use super::Schedule;
use crate::bulletin::drafts::{Fate, drop, fate, hold, issue, show};
use crate::bulletin::weekly::{Issue, compose};
use crate::bulletin::{Besides, Made, Run};
use crate::conversation::{Draft, DraftState, Needs, Snapshot, journal};
use crate::plan::{JobKind, Period};
use crate::store::{StoreError, Work};

/// What became of a draft.
enum Moved {
    /// It is a step further.
    On,
    /// It waits until then, or for somebody.
    Waits(Option<DateTime<Utc>>),
}

impl Schedule {
    /// Makes what is wanted and sends what is due. Gives whether all of it could be done, and the next
    /// time something will be due. A draft that fails does not hold up the others.
    pub(super) async fn tend_drafts(&self, now: DateTime<Utc>) -> (bool, Option<DateTime<Utc>>) {
        let (mut done, mut next) = (true, None);
        let keys = match self.unfinished().await {
            Ok(keys) => keys,
            Err(error) => {
                tracing::error!(%error, "drafts cannot be looked up; trying again");
                return (false, None);
            }
        };
        for (period, edition) in keys {
            // Once to make it, once to see whether it goes out.
            for _ in 0..2 {
                match self.move_on((period, edition), now).await {
                    Ok(Moved::On) => {
                        self.outbox.notify_one();
                        tracing::info!(%period, edition, "a draft was moved on");
                    }
                    Ok(Moved::Waits(until)) => {
                        next = [next, until].into_iter().flatten().min();
                        break;
                    }
                    Err(error) => {
                        tracing::error!(%error, %period, edition, "a draft cannot be moved on; trying again");
                        done = false;
                        break;
                    }
                }
            }
        }
        (done, next)
    }

    async fn unfinished(&self) -> Result<Vec<(Period, u32)>, StoreError> {
        let mut work = self.store.begin().await?;
        Ok(work.drafts(&self.desk().plan, false).await?.into_keys().collect())
    }

    /// One step of one draft, in one transaction.
    async fn move_on(&self, key: (Period, u32), now: DateTime<Utc>) -> Result<Moved, StoreError> {
        let plan = &self.desk().plan;
        let mut work = self.store.begin().await?;
        let drafts = work.drafts(plan, false).await?;
        let Some(draft) = drafts.get(&key) else { return Ok(Moved::Waits(None)) };
        let mut made = match (draft.state, fate(draft, plan.bulletin.silence, now)) {
            (DraftState::Wanted, _) => self.make_draft(&mut work, draft, now).await?,
            (_, Fate::Issue) => self.issue_draft(&mut work, draft, now).await?,
            (_, Fate::Hold) => {
                let snapshot = work.snapshot(plan, &Needs::everything()).await?;
                hold(self.desk(), &snapshot, draft, now)
            }
            (_, Fate::Waits) => {
                let waits = matches!(draft.state, DraftState::Open | DraftState::Approved);
                let hours = [draft.due, draft.silence_from()];
                let to_come = hours.into_iter().filter(|hour| waits && *hour > now);
                return Ok(Moved::Waits(to_come.min()));
            }
        };
        for fault in &made.faults {
            tracing::error!(fault, "a part of the bulletin could not be made");
        }
        self.mark(&mut work, &mut made.effects).await?;
        work.save(plan, &made.effects, &[], &[], now).await?;
        work.commit().await?;
        Ok(Moved::On)
    }

    async fn make_draft(
        &self,
        work: &mut Work,
        draft: &Draft,
        now: DateTime<Utc>,
    ) -> Result<Made, StoreError> {
        let (plan, period) = (&self.desk().plan, draft.period);
        let last = work.last_bulletin(plan, period).await?;
        // A correction is made of what is known now of that period, on that day.
        let former = match draft.edition {
            0 => None,
            _ => work.latest_edition(plan, period).await?,
        };
        let mut needs = Needs::for_job(period);
        needs.as_of = former.as_ref().map(|_| period);
        let snapshot: Snapshot = work.snapshot(plan, &needs).await?;
        let Some(job) = plan.jobs.iter().find(|job| job.kind == JobKind::Bulletin) else {
            return Ok(drop(self.desk(), &snapshot, draft));
        };
        let then = former.as_ref().map(|row| row.figures_of().unwrap_or(row.at));
        let at = then.unwrap_or(now);
        let ruled = plan.under(journal::orders(plan, &snapshot.journal)).as_of(plan.local_day(at));
        let run = Run {
            desk: self.desk(),
            plan: &ruled,
            snapshot: &snapshot,
            job,
            due: draft.due,
            period,
            now: at,
            besides: Besides::known(&ruled, &snapshot, period, at),
        };
        let reason = draft.words.reason.as_str();
        let corrects = former.as_ref().map(|former| (former, reason));
        let issue = Issue { at: now, added: &draft.words.lines, corrects };
        let work_out = || compose(&run, last.as_ref(), &issue);
        let composed = catch_unwind(AssertUnwindSafe(work_out))
            .map_err(|_| StoreError::Content(format!("draft of {period}: it panicked")))?;
        let nothing = composed.changes == 0 && reason.is_empty() && draft.words.lines.is_empty();
        if draft.edition > 0 && nothing {
            return Ok(drop(self.desk(), &snapshot, draft));
        }
        let (_, row, made) = show(self.desk(), &snapshot, draft, composed);
        work.keep_shown(plan, &row).await?;
        Ok(made)
    }

    async fn issue_draft(
        &self,
        work: &mut Work,
        draft: &Draft,
        now: DateTime<Utc>,
    ) -> Result<Made, StoreError> {
        let plan = &self.desk().plan;
        let snapshot = work.snapshot(plan, &Needs::everything()).await?;
        if let Some(row) = work.shown(plan, draft, now).await? {
            return Ok(issue(self.desk(), &snapshot, draft, row, now));
        }
        // What was never shown cannot go out: it is made first.
        let mut made = Made::default();
        made.effects.drafts.push(draft.renewed(now));
        Ok(made)
    }
}
