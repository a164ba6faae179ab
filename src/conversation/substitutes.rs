//! Substitutes (AB 角): a liaison who is away says until when and who stands in; reminders follow.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde_json::json;

use super::binding::{invite_link, new_invite};
use super::effects::{Button, What};
use super::event::{Pressed, Said, UserId};
use super::journal::{Deed, SubstituteDeed, substitutions};
use super::permissions::{Act, may};
use super::snapshot::{Account, Role, Snapshot};
use super::{Invite, Turn, when};
use crate::plan::period::local_instant;
use crate::plan::{Plan, UnitId};
use crate::texts::contexts::{Moment, SubstituteText};
use crate::texts::{self, Label};

/// The longest time, in days.
const LONGEST: i64 = 180;

impl Snapshot {
    /// Those of a unit who are reminded: its liaisons, but not whoever has a substitute today.
    pub fn reminded(&self, plan: &Plan, unit: UnitId, now: DateTime<Utc>) -> Vec<&Account> {
        let today = plan.local_day(now);
        let liaisons = self.liaisons(unit);
        let there =
            |user: UserId| liaisons.iter().any(|one| one.user == user && one.blocked_at.is_none());
        let away: Vec<UserId> = substitutions(&self.journal)
            .into_iter()
            .filter(|one| (one.from..=one.until).contains(&today) && one.by.is_some_and(there))
            .map(|one| one.of)
            .collect();
        liaisons.iter().copied().filter(|one| !away.contains(&one.user)).collect()
    }

    /// The leaders of a unit.
    pub fn heads(&self, unit: UnitId) -> Vec<&Account> {
        self.with_role(Role::Head).into_iter().filter(|one| one.unit == Some(unit)).collect()
    }
}

/// A day in words.
fn at_noon(plan: &Plan, day: NaiveDate) -> Moment {
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    Moment::of(plan, local_instant(day.and_time(noon), plan.zone))
}

/// `/substitute 7月1日 7月10日`: asks who stands in; `/substitute 结束`: back again.
pub(super) fn substitute(turn: &mut Turn<'_>, said: &Said, account: &Account, rest: &str) {
    let unit = account.unit.filter(|_| may(account.role, Act::NameSubstitute));
    let Some(unit) = unit else { return turn.not_allowed(said, "liaison", "/substitute") };
    let plan = turn.plan;
    let today = plan.local_day(turn.moment.now);
    let mine = substitutions(&turn.snapshot.journal);
    let mine = mine.iter().find(|one| one.of == account.user && one.until >= today);
    if ["结束", "取消", "回来了", "end"].contains(&rest) {
        if mine.is_none() {
            return turn.reply(&said.place, None, &SubstituteText::None {}, &[]);
        }
        turn.enter(account.user, Deed::Substitute(SubstituteDeed::Ended { of: account.user }));
        turn.audit(account.user, "substitute-end", account.user.0.to_string(), json!({}));
        return turn.reply(&said.place, None, &SubstituteText::Back {}, &[]);
    }
    let days = when::date(today, rest).map(|(first, rest)| match when::date(today, rest) {
        Some((last, _)) => (first, last),
        None => (today, first),
    });
    let fits = |(from, until): &(NaiveDate, NaiveDate)| {
        *until >= today && from <= until && (*until - *from).num_days() <= LONGEST
    };
    let Some((from, until)) = days.filter(fits) else {
        let now = mine.map(|one| {
            let by = one.by.and_then(|by| turn.snapshot.accounts.get(&by));
            (by.map(|by| by.name.clone()), at_noon(plan, one.until))
        });
        return turn.reply(&said.place, None, &SubstituteText::Usage { now }, &[]);
    };
    let others = turn.snapshot.liaisons(unit).into_iter();
    let others = others.filter(|one| one.user != account.user && one.blocked_at.is_none());
    let mut buttons: Vec<Vec<Button>> = others
        .take(8)
        .map(|one| {
            let data = format!("substitute:{}:{from}:{until}", one.user.0);
            vec![Button { label: one.name.clone(), data }]
        })
        .collect();
    let label = Label::SubstituteInvite.text(turn.language).to_owned();
    buttons.push(vec![Button { label, data: format!("substitute:new:{from}:{until}") }]);
    let text = SubstituteText::Ask {
        unit: plan.unit(unit).name.clone(),
        from: at_noon(plan, from),
        until: at_noon(plan, until),
    };
    turn.reply(&said.place, None, &text, &buttons);
}

/// Who stands in was chosen.
pub(super) fn pressed(
    turn: &mut Turn<'_>,
    pressed: &Pressed,
    account: Option<&Account>,
    data: &str,
) {
    let own = |account: &&Account| account.unit.is_some() && may(account.role, Act::NameSubstitute);
    let Some(account) = account.filter(own) else {
        return turn.answer(pressed, Label::NotForYou);
    };
    let mut parts = data.split(':');
    let (who, from, until) = (parts.next(), parts.next(), parts.next());
    let day = |text: Option<&str>| text.and_then(|text| text.parse::<NaiveDate>().ok());
    let (Some(who), Some(from), Some(until), Some(unit)) =
        (who, day(from), day(until), account.unit)
    else {
        return turn.answer(pressed, Label::DeadButton);
    };
    let plan = turn.plan;
    if until < plan.local_day(turn.moment.now) {
        return turn.answer(pressed, Label::DeadButton);
    }
    let name = plan.unit(unit).name.clone();
    let times = (at_noon(plan, from), at_noon(plan, until));
    let (by, invite, link) = if who == "new" {
        let code = (turn.moment.fresh_code)();
        let end = local_instant((until + TimeDelta::days(1)).and_time(NaiveTime::MIN), plan.zone);
        let invite = new_invite(&code, Role::Liaison, Some(unit), turn.moment.now);
        let invite = Invite { expires_at: invite.expires_at.min(end), ..invite };
        let hash = invite.hash.clone();
        turn.effects.invites.push(invite);
        (None, Some(hash), Some(invite_link(&turn.desk.bot_name, &code)))
    } else {
        let liaisons = turn.snapshot.liaisons(unit);
        let other =
            who.parse().ok().and_then(|user| liaisons.iter().find(|one| one.user == UserId(user)));
        let Some(other) = other.filter(|one| one.user != account.user) else {
            return turn.answer(pressed, Label::DeadButton);
        };
        (Some((*other).clone()), None, None)
    };
    let deed = SubstituteDeed::Named {
        of: account.user,
        by: by.as_ref().map(|one| one.user),
        invite,
        from,
        until,
    };
    turn.enter(account.user, Deed::Substitute(deed));
    let code = plan.unit(unit).code.to_string();
    turn.audit(account.user, "substitute", code, json!({ "from": from, "until": until }));
    let (from, until) = times;
    let done = SubstituteText::Done {
        by: by.as_ref().map(|one| one.name.clone()),
        link,
        from: from.clone(),
        until: until.clone(),
    };
    let html = texts::render(turn.language, &done);
    turn.send(pressed.place.chat, What::Edit { message: pressed.message, html, buttons: vec![] });
    turn.answer(pressed, Label::Done);
    let told = SubstituteText::Told { unit: name, of: account.name.clone(), from, until };
    if let Some(by) = by {
        turn.tell(&by, "substitute", &told, &[], None);
    }
}

/// Somebody used the invitation of a substitute.
pub(super) fn bound(turn: &mut Turn<'_>, hash: &str, by: UserId) {
    let named = turn.snapshot.journal.iter().any(|entry| {
        matches!(&entry.deed, Deed::Substitute(SubstituteDeed::Named { invite: Some(invite), .. }) if invite == hash)
    });
    if named {
        let deed = SubstituteDeed::Bound { invite: hash.to_owned(), by };
        turn.enter(by, Deed::Substitute(deed));
    }
}
