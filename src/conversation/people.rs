//! Who is bound: `/who`, and unbinding (`/revoke`) whoever has moved on.
//!
//! A former account keeps its row, so that the history still has a name; it may do nothing.

use serde_json::json;

use super::Turn;
use super::effects::{Button, Outgoing, Priority, What};
use super::event::{Pressed, Said, UserId};
use super::permissions::{Act, may};
use super::snapshot::{Account, Role};
use crate::plan::UnitId;
use crate::texts::contexts::{Moment, PersonLine, Revoke, Revoked, Who};
use crate::texts::{self, Label};

/// The most people that one message has buttons for.
const MOST_BUTTONS: usize = 20;

/// `/who`: everybody; `/who 兰江街道`, `/revoke 兰江街道`: those of one unit, with a button each.
pub(super) fn who(turn: &mut Turn<'_>, said: &Said, account: &Account, name: &str, revoke: bool) {
    if !may(account.role, Act::ManageAccounts) {
        return turn.not_allowed(said, "office", if revoke { "/revoke" } else { "/who" });
    }
    let (roles, unit): (&[Role], _) = match name {
        "" if revoke => return turn.no_such_unit(said, "revoke", ""),
        "" => return everybody(turn, said),
        "领导小组" | "领导" | "leader" => (&[Role::Leader], None),
        "办公室" | "领导小组办公室" | "office" => (&[Role::Office], None),
        name => match unit_or_head(turn, name) {
            Some((unit, false)) => (&[Role::Liaison, Role::Head], Some(unit)),
            Some((unit, true)) => (&[Role::Head], Some(unit)),
            None => return turn.no_such_unit(said, "who", name),
        },
    };
    let of_role = |role: &Role| turn.snapshot.with_role(*role).into_iter();
    let people: Vec<Account> =
        roles.iter().flat_map(of_role).filter(|one| one.unit == unit).cloned().collect();
    let button = |one: &Account| Button {
        label: Label::Revoke.with(turn.language, &[&one.name]),
        data: format!("revoke:ask:{}", one.user.0),
    };
    let buttons = people.iter().take(MOST_BUTTONS).map(|one| vec![button(one)]).collect::<Vec<_>>();
    let mut of = Vec::new();
    for role in roles {
        let people: Vec<&Account> = people.iter().filter(|one| one.role == *role).collect();
        // Most units have no leader bound: that is worth no line.
        if roles.len() == 1 || *role != Role::Head || !people.is_empty() {
            of.push((place(turn, *role, unit), lines(turn, people.into_iter())));
        }
    }
    let text = Who { of, unbound: vec![], groups: vec![] };
    turn.reply(&said.place, None, &text, &buttons);
}

/// The unit that a name means, and whether its leader is meant: 兰江街道, 兰江街道负责人.
fn unit_or_head(turn: &Turn<'_>, name: &str) -> Option<(UnitId, bool)> {
    let head = name.strip_suffix("负责人").or(name.strip_suffix("领导"));
    let head = head.and_then(|unit| turn.plan.unit_named(unit.trim()));
    let unit = || turn.plan.unit_named(name).map(|unit| (unit, false));
    head.map(|unit| (unit, true)).or_else(unit)
}

fn everybody(turn: &mut Turn<'_>, said: &Said) {
    let (plan, snapshot) = (turn.plan, turn.snapshot);
    let mut of = Vec::new();
    for role in [Role::Office, Role::Leader] {
        let people = snapshot.with_role(role);
        of.push((place(turn, role, None), lines(turn, people.into_iter())));
    }
    let mut unbound = Vec::new();
    for (unit, row) in plan.units() {
        let people = snapshot.liaisons(unit);
        if people.is_empty() && !plan.expected(unit).is_empty() {
            unbound.push(row.name.clone());
        } else if !people.is_empty() {
            of.push((row.name.clone(), lines(turn, people.into_iter())));
        }
        let heads = snapshot.heads(unit);
        if !heads.is_empty() {
            of.push((place(turn, Role::Head, Some(unit)), lines(turn, heads.into_iter())));
        }
    }
    let mut groups: Vec<_> = snapshot.groups.values().collect();
    groups.sort_by_key(|group| group.chat);
    let groups = groups.into_iter().map(|group| (group.title.clone(), group.kind.word())).collect();
    turn.reply(&said.place, None, &Who { of, unbound, groups }, &[]);
}

fn lines<'a>(turn: &Turn<'_>, people: impl Iterator<Item = &'a Account>) -> Vec<PersonLine> {
    let line = |one: &Account| PersonLine {
        name: one.name.clone(),
        since: Moment::of(turn.plan, one.bound_at),
        blocked: one.blocked_at.is_some(),
    };
    people.map(line).collect()
}

/// Whom a role stands for: a unit, or the body itself.
fn place(turn: &Turn<'_>, role: Role, unit: Option<UnitId>) -> String {
    match (unit, role) {
        (Some(unit), Role::Head) => {
            Label::HeadOf.with(turn.language, &[&turn.plan.unit(unit).name])
        }
        (Some(unit), _) => turn.plan.unit(unit).name.clone(),
        (None, Role::Leader) => turn.plan.titles.leadership.clone(),
        (None, _) => turn.plan.titles.office.clone(),
    }
}

/// A button of `/who 兰江街道`: asks first, then unbinds.
pub(super) fn pressed(
    turn: &mut Turn<'_>,
    pressed: &Pressed,
    account: Option<&Account>,
    data: &str,
) {
    let Some(account) = account.filter(|account| may(account.role, Act::ManageAccounts)) else {
        return turn.answer(pressed, Label::OfficeOnly);
    };
    let (step, user) = data.split_once(':').unwrap_or((data, ""));
    let user = user.parse().ok().map(UserId);
    let found = user.and_then(|user| turn.snapshot.accounts.get(&user)).cloned();
    let Some(one) = found.filter(|one| one.role != Role::Former) else {
        return turn.answer(pressed, Label::AlreadyRevoked);
    };
    if one.role == Role::Office && turn.snapshot.with_role(Role::Office).len() == 1 {
        // Nobody could invite anybody any more.
        return turn.answer(pressed, Label::LastOffice);
    }
    let text = Revoke {
        step: match step {
            "ask" => "ask",
            "do" => "done",
            "no" => "kept",
            _ => return turn.answer(pressed, Label::DeadButton),
        },
        name: one.name.clone(),
        of: place(turn, one.role, one.unit),
    };
    let html = texts::render(turn.language, &text);
    let mut buttons = Vec::new();
    if step == "ask" {
        let button = |label: Label, step: &str| Button {
            label: label.text(turn.language).to_owned(),
            data: format!("revoke:{step}:{}", one.user.0),
        };
        buttons.push(vec![button(Label::RevokeNow, "do"), button(Label::RevokeNot, "no")]);
    }
    if step == "do" {
        let unit = one.unit.map(|unit| turn.plan.unit(unit).code.to_string());
        let detail = json!({ "role": one.role.word(), "unit": unit });
        turn.audit(account.user, "revoke", one.user.0.to_string(), detail);
        let text = Revoked { of: text.of, office: turn.plan.titles.office.clone() };
        let html = texts::render(one.language, &text);
        turn.effects.outbox.push(Outgoing {
            key: format!("revoked:{}:{}", turn.update, one.user.0),
            chat: one.user.into(),
            what: What::Send { html, buttons: Vec::new(), reply_to: None },
            priority: Priority::Reply,
            about: None,
        });
        turn.effects.accounts.push(Account { role: Role::Former, ..one });
    }
    turn.send(pressed.place.chat, What::Edit { message: pressed.message, html, buttons });
    turn.answer(pressed, Label::Done);
}
