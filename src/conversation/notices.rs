//! Notices (通知): `/notice` to all liaisons or a group of units, shown first, with 已读 under it.

use serde_json::json;

use super::dialogue::{self, Dialogue, Subject};
use super::effects::{Button, What};
use super::event::{MessageId, Pressed, Said, UserId};
use super::journal::{Deed, Entry, NoticeDeed, units};
use super::permissions::{Act, may};
use super::snapshot::{Account, Snapshot};
use super::{Turn, audience};
use crate::plan::{Plan, UnitCode, UnitId};
use crate::texts::contexts::{Moment, NoticeStanding, NoticeText};
use crate::texts::{self, Label};

/// The longest notice, in characters: it must fit one message with what stands around it.
const LONGEST: usize = 3000;

/// A notice and who has read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its number.
    pub number: u32,
    /// The text.
    pub text: String,
    /// When it was sent.
    pub at: chrono::DateTime<chrono::Utc>,
    /// To whom.
    pub to: Vec<UserId>,
    /// Who has read it.
    pub read: Vec<UserId>,
}

/// All notices, by number.
pub fn notices(journal: &[Entry]) -> Vec<Notice> {
    let mut all: Vec<Notice> = Vec::new();
    for entry in journal {
        match (&entry.deed, entry.by) {
            (Deed::Notice(NoticeDeed::Sent { number, text, to }), _) => all.push(Notice {
                number: *number,
                text: text.clone(),
                at: entry.at,
                to: to.clone(),
                read: Vec::new(),
            }),
            (Deed::Notice(NoticeDeed::Read { number }), Some(user)) => {
                if let Some(one) = all.iter_mut().find(|one| one.number == *number) {
                    one.read.push(user);
                }
            }
            _ => {}
        }
    }
    all
}

/// Who has read a notice, and who has not, by unit.
pub fn standing(plan: &Plan, snapshot: &Snapshot, notice: &Notice) -> NoticeStanding {
    let name = |user: &UserId| {
        let account = snapshot.accounts.get(user)?;
        let unit = account.unit.map(|unit| plan.unit(unit).name.clone()).unwrap_or_default();
        Some((unit, account.name.clone()))
    };
    let unread = notice.to.iter().filter(|user| !notice.read.contains(user));
    NoticeStanding {
        number: notice.number,
        text: notice.text.clone(),
        at: Moment::of(plan, notice.at),
        of: notice.to.len(),
        read: notice.read.len(),
        unread: unread.filter_map(name).collect(),
    }
}

/// `/notice 文字`, `/notice 街道：文字`: shows it first. `/notice 3`: who has read number 3.
pub(super) fn notice(turn: &mut Turn<'_>, said: &Said, account: &Account, rest: &str) {
    if !may(account.role, Act::SendNotices) {
        return turn.not_allowed(said, "office", "/notice");
    }
    let plan = turn.plan;
    if let Ok(number) = rest.trim_end_matches('号').parse::<u32>() {
        let all = notices(&turn.snapshot.journal);
        let found = all.iter().find(|one| one.number == number);
        return match found.map(|one| standing(plan, turn.snapshot, one)) {
            Some(text) => turn.reply(&said.place, None, &text, &[]),
            None => turn.reply(&said.place, None, &NoticeText::Usage {}, &[]),
        };
    }
    if rest.is_empty() {
        return turn.reply(&said.place, None, &NoticeText::Usage {}, &[]);
    }
    let addressed = rest.split_once(['：', ':']).and_then(|(whom, text)| {
        let units = audience::named(plan, whom).ok()?;
        Some((units, text.trim())).filter(|(_, text)| !text.is_empty())
    });
    let everybody = || (plan.units().map(|(id, _)| id).collect(), rest);
    let (units, text) = addressed.unwrap_or_else(everybody);
    let codes = units.iter().map(|unit| plan.unit(*unit).code.clone()).collect();
    let text: String = text.chars().take(LONGEST).collect();
    let (shown, buttons) = preview(turn, &text, &units);
    let drafted = Subject::Notice { text, units: codes };
    dialogue::begin(turn, said.place.chat, drafted, &shown, buttons);
}

/// Those who would get it.
fn people<'a>(turn: &Turn<'a>, units: &[UnitId]) -> Vec<&'a Account> {
    let (plan, now) = (turn.plan, turn.moment.now);
    let snapshot = turn.snapshot;
    let all = units.iter().flat_map(|unit| snapshot.reminded(plan, *unit, now));
    all.filter(|one| one.blocked_at.is_none()).collect()
}

fn preview(turn: &Turn<'_>, text: &str, units: &[UnitId]) -> (NoticeText, Vec<Vec<Button>>) {
    let shown = NoticeText::Preview {
        text: text.to_owned(),
        units: audience::names(turn.plan, units),
        people: people(turn, units).len(),
    };
    let mut buttons = vec![dialogue::yes_or_drop(turn, Label::NoticeSend)];
    buttons.extend(audience::buttons(turn));
    (shown, buttons)
}

/// Shows a dialogue as it is now.
pub(super) fn show(
    turn: &mut Turn<'_>,
    dialogue: &Dialogue,
    drafted: Subject,
    at: Option<MessageId>,
) {
    let Subject::Notice { text, units: codes } = &drafted else { return };
    let shown = preview(turn, text, &units(turn.plan, codes));
    dialogue::update(turn, dialogue, drafted, (&shown.0, shown.1), at);
}

/// A button of the dialogue; false if it does nothing now.
pub(super) fn pressed(
    turn: &mut Turn<'_>,
    account: &Account,
    (dialogue, text, codes): (&Dialogue, String, Vec<UnitCode>),
    data: &str,
    at: Option<MessageId>,
) -> bool {
    let plan = turn.plan;
    if let Some(chosen) = audience::pressed(plan, data) {
        let units = chosen.iter().map(|unit| plan.unit(*unit).code.clone()).collect();
        show(turn, dialogue, Subject::Notice { text, units }, at);
        return true;
    }
    let to: Vec<Account> = people(turn, &units(plan, &codes)).into_iter().cloned().collect();
    if data != "yes" || to.is_empty() {
        return false;
    }
    let number = notices(&turn.snapshot.journal).last().map_or(1, |one| one.number + 1);
    let users = to.iter().map(|one| one.user).collect();
    turn.enter(
        account.user,
        Deed::Notice(NoticeDeed::Sent { number, text: text.clone(), to: users }),
    );
    turn.audit(
        account.user,
        "notice",
        number.to_string(),
        json!({ "units": codes, "people": to.len() }),
    );
    let told = NoticeText::Told { number, text, office: plan.titles.office.clone(), read: false };
    for one in &to {
        let label = Label::NoticeRead.with(one.language, &[&number.to_string()]);
        let button = Button { label, data: format!("notice:{number}") };
        turn.tell(one, &format!("notice:{number}"), &told, &[vec![button]], None);
    }
    let text = NoticeText::Done { number, people: to.len() };
    dialogue::finish(turn, dialogue, &text, at);
    true
}

/// 已读.
pub(super) fn read(turn: &mut Turn<'_>, pressed: &Pressed, account: Option<&Account>, data: &str) {
    let all = notices(&turn.snapshot.journal);
    let found =
        data.parse::<u32>().ok().and_then(|number| all.iter().find(|one| one.number == number));
    let (Some(account), Some(notice)) = (account, found) else {
        return turn.answer(pressed, Label::DeadButton);
    };
    if !notice.to.contains(&account.user) {
        return turn.answer(pressed, Label::NotForYou);
    }
    if notice.read.contains(&account.user) {
        return turn.answer(pressed, Label::AlreadyRead);
    }
    let number = notice.number;
    turn.enter(account.user, Deed::Notice(NoticeDeed::Read { number }));
    let office = turn.plan.titles.office.clone();
    let text = NoticeText::Told { number, text: notice.text.clone(), office, read: true };
    let html = texts::render(turn.language, &text);
    turn.send(pressed.place.chat, What::Edit { message: pressed.message, html, buttons: vec![] });
    turn.answer(pressed, Label::Done);
}
