//! Accounts, invitations and groups: who the bot listens to.

use chrono::TimeDelta;
use serde_json::json;

use super::effects::{Button, What};
use super::event::{Person, Place, Pressed, Said};
use super::needs::hash;
use super::permissions::{Act, may};
use super::snapshot::{Account, BoundGroup, GroupKind, Invite, Role};
use super::{Turn, flood, lost, substitutes, views};
use crate::plan::UnitId;
use crate::texts::contexts::{self, Moment, Named};
use crate::texts::{self, Label, Language};

/// How long an invitation holds.
const INVITE_DAYS: i64 = 7;

impl Role {
    /// The role's word in templates and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Leader => "leader",
            Self::Office => "office",
            Self::Liaison => "liaison",
            Self::Head => "head",
            Self::Former => "former",
        }
    }
}

impl GroupKind {
    /// The kind's word in templates and buttons.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Leadership => "leadership",
            Self::Work => "work",
        }
    }
}

/// A new invitation with the hash of its code.
#[must_use]
pub fn new_invite(
    code: &str,
    role: Role,
    unit: Option<UnitId>,
    now: chrono::DateTime<chrono::Utc>,
) -> Invite {
    let expires_at = now + TimeDelta::days(INVITE_DAYS);
    Invite { hash: hash(code), role, unit, expires_at, used_by: None }
}

/// The link that opens a chat with the bot and shows a code (Bot API, deep linking).
#[must_use]
pub fn invite_link(bot_name: &str, code: &str) -> String {
    format!("https://t.me/{bot_name}?start={code}")
}

/// `/start CODE`: binds the account; `/start` alone: who are you, and what can you do.
pub(super) fn start(turn: &mut Turn<'_>, said: &Said, account: Option<&Account>, code: &str) {
    if code.is_empty() {
        return match account {
            Some(account) => welcome(turn, said, account),
            None => turn.stranger(&said.place, said.message),
        };
    }
    let problem = |why| {
        let office = turn.plan.titles.office.clone();
        contexts::InviteProblem { why, office, until: None }
    };
    let user = said.person.user;
    if let Some(until) = flood::guessed_too_often(turn, user) {
        let until = Some(Moment::of(turn.plan, until));
        let text = contexts::InviteProblem { until, ..problem("too_often") };
        return turn.reply(&said.place, None, &text, &[]);
    }
    let invite = turn.snapshot.invites.get(&hash(code)).cloned();
    if invite.is_none() {
        turn.audit(user, flood::WRONG_CODE, user.0.to_string(), json!({}));
    }
    let invite = match invite {
        None => Err(problem("unknown")),
        Some(invite) if invite.used_by == Some(user) && account.is_some() => Ok(None),
        Some(invite) if invite.used_by.is_some() => Err(problem("used")),
        Some(invite) if invite.expires_at < turn.moment.now => Err(problem("expired")),
        // The office tries a link it is to pass on: it must not lose its own role by that.
        Some(invite) if account.is_some_and(|account| keeps_its_role(account, &invite)) => {
            Err(problem("for_another"))
        }
        Some(invite) => Ok(Some(invite)),
    };
    match (invite, account) {
        (Err(text), _) => turn.reply(&said.place, None, &text, &[]),
        (Ok(None), Some(account)) => welcome(turn, said, account),
        (Ok(None), None) => turn.stranger(&said.place, said.message),
        (Ok(Some(invite)), before) => {
            let bound = Account {
                user,
                name: said.person.name.clone(),
                role: invite.role,
                unit: invite.unit,
                language: before.map_or(Language::default(), |account| account.language),
                bound_at: turn.moment.now,
                blocked_at: None,
            };
            let unit = invite.unit.map(|unit| turn.plan.unit(unit).code.to_string());
            let was = before.map(|account| account.role.word());
            let detail = json!({ "role": invite.role.word(), "unit": unit, "was": was });
            turn.audit(user, "bind", user.0.to_string(), detail);
            substitutes::bound(turn, &invite.hash, user);
            turn.effects.invites_used.push(Invite { used_by: Some(user), ..invite });
            turn.effects.accounts.push(bound.clone());
            welcome(turn, said, &bound);
            turn.menu(&bound);
        }
    }
}

/// Whether an invitation would take from an account more than it gives.
fn keeps_its_role(account: &Account, invite: &Invite) -> bool {
    matches!(account.role, Role::Office | Role::Leader) && invite.role == Role::Liaison
}

fn welcome(turn: &mut Turn<'_>, said: &Said, account: &Account) {
    let plan = turn.plan;
    let expected = account.unit.map_or(&[][..], |unit| plan.expected(unit));
    let period = turn.period_words(account);
    let text = contexts::Welcome {
        role: account.role.word(),
        unit: account.unit.map(|unit| plan.unit(unit).name.clone()),
        plan: plan.titles.name.clone(),
        expected: Named::all(plan, expected),
        period,
        example: account
            .unit
            .map(|unit| turn.desk.example(unit, expected, turn.snapshot))
            .unwrap_or_default(),
    };
    turn.reply(&said.place, None, &text, &[]);
}

/// `/invite 兰江街道`: a one-time link for a liaison, a leader, or another office account.
pub(super) fn invite(turn: &mut Turn<'_>, said: &Said, account: &Account, name: &str) {
    if !may(account.role, Act::Invite) {
        return turn.not_allowed(said, "office", "/invite");
    }
    let plan = turn.plan;
    let (role, unit) = match name {
        "领导小组" | "领导" | "leader" => (Role::Leader, None),
        "办公室" | "领导小组办公室" | "office" => (Role::Office, None),
        name => {
            // 兰江街道 领导: the unit's own leader.
            let head = name.strip_suffix("负责人").or(name.strip_suffix("领导"));
            let head = head.and_then(|unit| plan.unit_named(unit));
            match head.or_else(|| plan.unit_named(name)) {
                Some(unit) if head.is_some() => (Role::Head, Some(unit)),
                Some(unit) => (Role::Liaison, Some(unit)),
                None => return turn.no_such_unit(said, "invite", name),
            }
        }
    };
    let code = (turn.moment.fresh_code)();
    let invite = new_invite(&code, role, unit, turn.moment.now);
    let text = contexts::Invited {
        role: role.word(),
        unit: unit.map(|unit| plan.unit(unit).name.clone()),
        link: invite_link(&turn.desk.bot_name, &code),
        expires: Moment::of(plan, invite.expires_at),
        bound: unit.map_or(0, |unit| match role {
            Role::Head => turn.snapshot.heads(unit).len(),
            _ => turn.snapshot.liaisons(unit).len(),
        }),
    };
    let code = unit.map(|unit| plan.unit(unit).code.to_string());
    let subject = code.unwrap_or_else(|| role.word().to_owned());
    turn.audit(account.user, "invite", subject, json!({ "invite": invite.hash[..8] }));
    turn.effects.invites.push(invite);
    turn.reply(&said.place, None, &text, &[]);
}

/// `/bind` in a group: asks what it is for, or takes the word that follows.
pub(super) fn bind_group(turn: &mut Turn<'_>, said: &Said, account: &Account, kind: &str) {
    if !may(account.role, Act::BindGroup) {
        return turn.not_allowed(said, "office", "/bind");
    }
    let Some(title) = &said.place.group else {
        return turn.not_allowed(said, "group", "/bind");
    };
    match kind {
        "领导小组" | "领导小组群" | "leadership" => {
            bind(turn, account, &said.place, title, GroupKind::Leadership);
        }
        "工作群" | "工作组" | "work" => {
            bind(turn, account, &said.place, title, GroupKind::Work);
        }
        _ => ask_kind(turn, &said.place, title),
    }
}

fn ask_kind(turn: &mut Turn<'_>, place: &Place, title: &str) {
    let buttons =
        [(Label::BindLeadership, GroupKind::Leadership), (Label::BindWork, GroupKind::Work)].map(
            |(label, kind)| Button {
                label: label.text(turn.language).to_owned(),
                data: format!("bind:{}", kind.word()),
            },
        );
    let text = contexts::GroupAsk { title: title.to_owned() };
    turn.reply(place, None, &text, &[buttons.to_vec()]);
}

/// A button of the question what a group is for. Anybody in the group can press it.
pub(super) fn group_chosen(
    turn: &mut Turn<'_>,
    pressed: &Pressed,
    account: Option<&Account>,
    kind: &str,
) {
    let Some(account) = account.filter(|account| may(account.role, Act::BindGroup)) else {
        return turn.answer(pressed, Label::OfficeOnly);
    };
    let kind = [GroupKind::Leadership, GroupKind::Work].into_iter().find(|k| k.word() == kind);
    let (Some(kind), Some(title)) = (kind, &pressed.place.group) else {
        return turn.answer(pressed, Label::DeadButton);
    };
    let html = texts::render(
        turn.language,
        &contexts::GroupBound { kind: kind.word(), title: title.clone() },
    );
    record(turn, account, &pressed.place, title, kind);
    turn.send(pressed.place.chat, What::Edit { message: pressed.message, html, buttons: vec![] });
    turn.answer(pressed, Label::Done);
}

fn bind(turn: &mut Turn<'_>, account: &Account, place: &Place, title: &str, kind: GroupKind) {
    record(turn, account, place, title, kind);
    let text = contexts::GroupBound { kind: kind.word(), title: title.to_owned() };
    turn.reply(place, None, &text, &[]);
}

fn record(turn: &mut Turn<'_>, account: &Account, place: &Place, title: &str, kind: GroupKind) {
    let group = BoundGroup { chat: place.chat, title: title.to_owned(), kind };
    turn.effects.groups.push(group);
    let detail = json!({ "kind": kind.word(), "title": title });
    turn.audit(account.user, "bind-group", place.chat.0.to_string(), detail);
}

/// The bot was put into a group or taken out of it.
pub(super) fn moved(turn: &mut Turn<'_>, person: &Person, place: &Place, inside: bool) {
    let account = turn.snapshot.accounts.get(&person.user);
    if inside {
        let office = account.is_some_and(|account| may(account.role, Act::BindGroup));
        if let (true, Some(title)) = (office, &place.group) {
            ask_kind(turn, place, title);
        }
    } else if let Some(group) = turn.snapshot.groups.get(&place.chat) {
        lost::group_lost(turn, group, Some(person.user));
    }
}

/// A person blocked the bot, or started it again.
pub(super) fn blocked(turn: &mut Turn<'_>, person: &Person, blocked: bool) {
    let Some(account) = turn.snapshot.accounts.get(&person.user) else { return };
    if blocked {
        return lost::person_lost(turn, account);
    }
    if account.blocked_at.is_some() {
        turn.effects.accounts.push(Account { blocked_at: None, ..account.clone() });
        turn.audit(person.user, "unblocked", person.user.0.to_string(), json!({}));
    }
}

/// `/language`: the other language; `/language en`: that one.
pub(super) fn language(turn: &mut Turn<'_>, said: &Said, account: &Account, wanted: &str) {
    let language = match (wanted.to_ascii_lowercase().as_str(), account.language) {
        ("en" | "english", _) | ("", Language::Chinese) => Language::English,
        _ => Language::Chinese,
    };
    let account = Account { language, ..account.clone() };
    turn.effects.accounts.push(account.clone());
    turn.language = language;
    let html = Label::LanguageChanged.text(language).to_owned();
    turn.send(said.place.chat, What::Send { html, buttons: vec![], reply_to: None });
    turn.menu(&account);
}

impl Turn<'_> {
    /// Gives an account the command menu of its role, in its language.
    fn menu(&mut self, account: &Account) {
        let menu = views::menu(self.plan, account, self.desk.several);
        let commands = menu.into_iter().map(|(name, what)| (name.to_owned(), what.to_owned()));
        self.send(account.user.into(), What::Menu { commands: commands.collect() });
    }

    /// Says which units there are, and that `name` is none of them if it is not empty.
    pub(super) fn no_such_unit(&mut self, said: &Said, command: &'static str, name: &str) {
        let text = contexts::InviteUsage {
            command,
            unknown: Some(name.to_owned()).filter(|name| !name.is_empty()),
            units: self.plan.units().map(|(_, unit)| unit.name.clone()).collect(),
        };
        self.reply(&said.place, None, &text, &[]);
    }

    pub(super) fn not_allowed(&mut self, said: &Said, who: &'static str, command: &str) {
        let text = contexts::NotAllowed { who, command: command.to_owned() };
        self.reply(&said.place, Some(said.message), &text, &[]);
    }
}
