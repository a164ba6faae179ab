//! Drafts: what the office is shown before a bulletin or a correction goes out, and what becomes of
//! them. What is issued is exactly what was shown last.
//!
//! The office decides in [`approval`](crate::conversation::approval); here is what follows.

use chrono::{DateTime, Utc};

use super::weekly::{Composed, send};
use super::{Made, Run, office, queue_as};
use crate::conversation::approval::under;
use crate::conversation::effects::BulletinRow;
use crate::conversation::{
    Audit, Desk, Draft, DraftState, Outgoing, Priority, Snapshot, UserId, What,
};
use crate::plan::Silence;
use crate::texts;
use crate::texts::contexts::{Correcting, PeriodWords};

/// A draft is due: it will be made at once. Where it comes late, the office has its time all the same.
pub fn begin(run: &Run<'_>) -> Made {
    let before = run.plan.bulletin.draft_before;
    let mut draft = Draft::wanted(run.period, 0, run.due + run.job.ahead);
    draft.words.read_until = Some(run.now + before);
    let mut made = Made::default();
    made.effects.drafts.push(draft);
    made
}

/// Shows a draft that was made to everybody of the office, with the buttons that decide on it.
pub fn show(
    desk: &Desk,
    snapshot: &Snapshot,
    draft: &Draft,
    composed: Composed,
) -> (Draft, BulletinRow, Made) {
    let Composed { row, mut made, .. } = composed;
    let mut next = draft.changed(DraftState::Open);
    next.shown += 1;
    for (chat, language) in office(snapshot) {
        queue_as(&mut made, (&next.key_of(chat), chat), &row.messages);
        let (html, buttons) = under(&desk.plan, language, &next, (None, false));
        made.effects.outbox.push(Outgoing {
            key: next.key(chat),
            chat,
            what: What::Send { html, buttons, reply_to: None },
            priority: Priority::Broadcast,
            about: None,
        });
    }
    made.effects.drafts.push(next.clone());
    (next, row, made)
}

/// There is nothing to correct: whoever asked is told.
pub fn drop(desk: &Desk, snapshot: &Snapshot, draft: &Draft) -> Made {
    let mut made = Made::default();
    let next = draft.changed(DraftState::Dropped);
    let account = draft.words.by.and_then(|user| snapshot.accounts.get(&user));
    if let Some(account) = account {
        let text = Correcting {
            step: "nothing",
            words: String::new(),
            period: Some(PeriodWords::of(&desk.plan, draft.period)),
            correction: draft.edition,
        };
        let html = texts::render(account.language, &text);
        let told = [What::Send { html, buttons: Vec::new(), reply_to: None }];
        let key = format!("nothing:{}:{}:{}", draft.period, draft.edition, draft.revision);
        queue_as(&mut made, (&key, account.user.into()), &told);
    }
    made.effects.drafts.push(next);
    made
}

/// What becomes of a draft whose time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Nothing yet.
    Waits,
    /// It goes out.
    Issue,
    /// Nobody has decided, and silence holds it.
    Hold,
}

/// What becomes of a draft now. A correction goes out only when somebody says so.
#[must_use]
pub fn fate(draft: &Draft, silence: Silence, now: DateTime<Utc>) -> Fate {
    let due = draft.due <= now;
    let unanswered = draft.silence_from() <= now && draft.edition == 0;
    match (draft.state, silence) {
        (DraftState::Approved, _) if due => Fate::Issue,
        (DraftState::Open, Silence::Publish) if unanswered => Fate::Issue,
        (DraftState::Open, Silence::Hold) if unanswered => Fate::Hold,
        _ => Fate::Waits,
    }
}

/// Sends a draft out as it was shown, and says so under it.
pub fn issue(
    desk: &Desk,
    snapshot: &Snapshot,
    draft: &Draft,
    row: BulletinRow,
    now: DateTime<Utc>,
) -> Made {
    let mut made = Made::default();
    let next = draft.changed(DraftState::Issued);
    send(desk, snapshot, &mut made, row);
    tell(desk, snapshot, &mut made, &next);
    // Silence has no name.
    let by = draft.words.by.filter(|_| draft.state == DraftState::Approved);
    note(&mut made, &next, "draft-issued", (by, now));
    made
}

/// Nobody has decided in time, and the plan says to wait: the office is told so.
pub fn hold(desk: &Desk, snapshot: &Snapshot, draft: &Draft, now: DateTime<Utc>) -> Made {
    let mut made = Made::default();
    let next = draft.changed(DraftState::Held);
    tell(desk, snapshot, &mut made, &next);
    note(&mut made, &next, "draft-unanswered", (None, now));
    made
}

/// Changes what stands under the draft, for everybody of the office.
fn tell(desk: &Desk, snapshot: &Snapshot, made: &mut Made, draft: &Draft) {
    for (chat, language) in office(snapshot) {
        let (html, buttons) = under(&desk.plan, language, draft, (None, true));
        made.effects.outbox.push(Outgoing {
            key: format!("{}:{}", draft.key(chat), draft.revision),
            chat,
            what: What::EditSent { of: draft.key(chat), html, buttons },
            priority: Priority::Broadcast,
            about: None,
        });
    }
}

fn note(
    made: &mut Made,
    draft: &Draft,
    act: &'static str,
    (actor, at): (Option<UserId>, DateTime<Utc>),
) {
    let subject = format!("{} {}", draft.period, draft.edition);
    let detail = serde_json::json!({});
    made.effects.audit.push(Audit { at, actor, act, subject, detail });
    made.effects.drafts.push(draft.clone());
}

#[cfg(test)]
mod tests {
    use DraftState::{Approved, Dropped, Held, Issued, Open, Wanted};
    use Silence::{Hold, Publish};

    use super::*;
    use crate::conversation::draft::TIME_TO_READ;

    #[test]
    fn silence_means_what_the_plan_says_and_never_lets_a_correction_go() {
        let due = "2019-06-21T08:00:00Z".parse().unwrap();
        let before = "2019-06-21T07:59:59Z".parse().unwrap();
        let of = |edition, state, silence, now| {
            let draft = Draft { state, ..Draft::wanted("2019-W25".parse().unwrap(), edition, due) };
            fate(&draft, silence, now)
        };
        for silence in [Publish, Hold] {
            for state in [Open, Approved, Held, Wanted, Issued, Dropped] {
                assert_eq!(of(0, state, silence, before), Fate::Waits, "{state:?}");
            }
            assert_eq!(of(0, Approved, silence, due), Fate::Issue);
            assert_eq!(of(1, Approved, silence, due), Fate::Issue);
            assert_eq!(of(1, Open, silence, due), Fate::Waits);
            assert_eq!(of(0, Held, silence, due), Fate::Waits);
            assert_eq!(of(0, Wanted, silence, due), Fate::Waits, "nobody has seen it");
            assert_eq!(of(0, Issued, silence, due), Fate::Waits);
        }
        assert_eq!(of(0, Open, Publish, due), Fate::Issue);
        // There is time to read what was changed a minute before; who has read it need not wait.
        let mut changed = Draft::wanted("2019-W25".parse().unwrap(), 0, due).renewed(before);
        changed.state = Open;
        assert_eq!(fate(&changed, Publish, due), Fate::Waits);
        assert_eq!(fate(&changed, Publish, due + TIME_TO_READ), Fate::Issue);
        changed.state = Approved;
        assert_eq!(fate(&changed, Publish, due), Fate::Issue);
        assert_eq!(of(0, Open, Hold, due), Fate::Hold);
    }
}
