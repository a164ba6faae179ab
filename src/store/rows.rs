//! Rows as the tables have them, and how they become values. What names a unit or indicator that
//! the plan folder no longer has is passed over with a warning.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use crate::conversation::guide::Guide;
use crate::conversation::{
    About, Account, BoundGroup, ChatId, Current, GroupKind, InForce, Invite, MessageId, Origin,
    Pending, PendingKey, Report, ReportKey, Role, Submission, UserId,
};
use crate::plan::{IndicatorId, Period, Plan, Quantity, UnitCode, UnitId};
use crate::texts::Language;

/// A word of an enum as the database keeps it (`serde`'s name for it).
pub(super) fn word<T: serde::Serialize>(value: T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// The value a word stands for.
pub(super) fn parse<T: serde::de::DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

pub(super) fn unit(plan: &Plan, code: &str) -> Option<UnitId> {
    let found = plan.unit_coded(&UnitCode::new(code));
    if found.is_none() {
        tracing::warn!(unit = code, "the database names a unit that the plan does not have");
    }
    found
}

/// A unit where one may be named: `None` if the plan does not know the one that is.
#[expect(clippy::option_option, reason = "nobody named is no unknown unit")]
pub(super) fn unit_if_any(plan: &Plan, code: Option<&str>) -> Option<Option<UnitId>> {
    code.map_or(Some(None), |code| unit(plan, code).map(Some))
}

pub(super) fn indicator(plan: &Plan, no: &str) -> Option<IndicatorId> {
    let found = no.parse().ok().and_then(|no| plan.indicator_numbered(no));
    if found.is_none() {
        tracing::warn!(
            indicator = no,
            "the database names an indicator that the plan does not have"
        );
    }
    found
}

pub(super) fn code(plan: &Plan, unit: UnitId) -> String {
    plan.unit(unit).code.to_string()
}

pub(super) fn number(plan: &Plan, indicator: IndicatorId) -> String {
    plan.indicator(indicator).no.to_string()
}

/// What a message is about, as the outbox keeps it. A report's chat is the message's own, but of what
/// was sent back.
pub(super) fn about(plan: &Plan, about: About) -> String {
    match about {
        About::Report(report) => format!("report:{}:{}", report.message.0, report.edition),
        About::Question(PendingKey { report, number }) => {
            format!("ask:{}:{}:{number}", report.message.0, report.edition)
        }
        About::Task(number) => format!("task:{number}"),
        About::Returned { unit, indicator, period, report } => {
            format!("returned:{}", of_figure(plan, (unit, indicator), period, report))
        }
        About::Flagged { unit, indicator, period, report } => {
            format!("flagged:{}", of_figure(plan, (unit, indicator), period, report))
        }
    }
}

fn of_figure(
    plan: &Plan,
    (unit, indicator): (UnitId, IndicatorId),
    period: Period,
    report: ReportKey,
) -> String {
    let (unit, no) = (code(plan, unit), number(plan, indicator));
    let ReportKey { chat, message, edition } = report;
    format!("{}:{}:{edition}:{unit}:{no}:{period}", chat.0, message.0)
}

/// The reverse, for a message in a chat.
pub(super) fn parse_about(plan: &Plan, chat: ChatId, text: &str) -> Option<About> {
    let mut parts = text.split(':');
    let word = parts.next()?;
    let mut number = || parts.next()?.parse::<i64>().ok();
    match word {
        "task" => Some(About::Task(u32::try_from(number()?).ok()?)),
        "report" => {
            let report = ReportKey { chat, message: MessageId(number()?), edition: number()? };
            Some(About::Report(report))
        }
        "returned" | "flagged" => {
            let (chat, message) = (ChatId(number()?), MessageId(number()?));
            let report = ReportKey { chat, message, edition: number()? };
            let unit = unit(plan, parts.next()?)?;
            let indicator = indicator(plan, parts.next()?)?;
            let period = parts.next()?.parse().ok()?;
            Some(match word {
                "returned" => About::Returned { unit, indicator, period, report },
                _ => About::Flagged { unit, indicator, period, report },
            })
        }
        _ => {
            let report = ReportKey { chat, message: MessageId(number()?), edition: number()? };
            Some(About::Question(PendingKey { report, number: number()? }))
        }
    }
}

#[derive(FromRow)]
pub(super) struct QuestionRow {
    chat_id: i64,
    message_id: i64,
    edition: i64,
    number: i64,
    unit: String,
    period: String,
    user_id: i64,
    at: DateTime<Utc>,
    asked: String,
    state: String,
}

impl QuestionRow {
    pub(super) fn value(self, plan: &Plan) -> Option<Pending> {
        let report = ReportKey {
            chat: ChatId(self.chat_id),
            message: MessageId(self.message_id),
            edition: self.edition,
        };
        Some(Pending {
            key: PendingKey { report, number: self.number },
            unit: unit(plan, &self.unit)?,
            period: self.period.parse().ok()?,
            by: UserId(self.user_id),
            at: self.at,
            asked: serde_json::from_str(&self.asked).ok()?,
            state: parse(&self.state)?,
        })
    }
}

#[derive(FromRow)]
pub(super) struct GuideRow {
    chat_id: i64,
    unit: String,
    period: String,
    asks: String,
    confirming: Option<String>,
    message: String,
    at: DateTime<Utc>,
    done: bool,
}

impl GuideRow {
    pub(super) fn value(self, plan: &Plan) -> Option<Guide> {
        Some(Guide {
            chat: ChatId(self.chat_id),
            unit: unit(plan, &self.unit)?,
            period: self.period.parse().ok()?,
            asks: self.asks.parse().ok()?,
            confirming: self.confirming.and_then(|json| serde_json::from_str(&json).ok()),
            message: self.message,
            at: self.at,
            done: self.done,
        })
    }
}

#[derive(FromRow)]
pub(super) struct AccountRow {
    user_id: i64,
    name: String,
    role: String,
    unit: Option<String>,
    language: String,
    bound_at: DateTime<Utc>,
    blocked_at: Option<DateTime<Utc>>,
}

impl AccountRow {
    pub(super) fn value(self, plan: &Plan) -> Option<Account> {
        let role: Role = parse(&self.role)?;
        let found = self.unit.as_deref().map(|code| unit(plan, code));
        // A liaison whose unit is gone may not report for another: it is nobody until invited anew.
        let unit = match found {
            Some(found) => Some(found?),
            None => None,
        };
        Some(Account {
            user: UserId(self.user_id),
            name: self.name,
            role,
            unit,
            language: Language::coded(&self.language),
            bound_at: self.bound_at,
            blocked_at: self.blocked_at,
        })
    }
}

#[derive(FromRow)]
pub(super) struct GroupRow {
    chat_id: i64,
    title: String,
    kind: String,
}

impl GroupRow {
    pub(super) fn value(self) -> Option<BoundGroup> {
        let kind: GroupKind = parse(&self.kind)?;
        Some(BoundGroup { chat: ChatId(self.chat_id), title: self.title, kind })
    }
}

#[derive(FromRow)]
pub(super) struct InviteRow {
    hash: String,
    role: String,
    unit: Option<String>,
    expires_at: DateTime<Utc>,
    used_by: Option<i64>,
}

impl InviteRow {
    pub(super) fn value(self, plan: &Plan) -> Option<Invite> {
        let unit = match self.unit.as_deref().map(|code| unit(plan, code)) {
            Some(found) => Some(found?),
            None => None,
        };
        Some(Invite {
            hash: self.hash,
            role: parse(&self.role)?,
            unit,
            expires_at: self.expires_at,
            used_by: self.used_by.map(UserId),
        })
    }
}

#[derive(FromRow)]
pub(super) struct FigureRow {
    unit: String,
    indicator: String,
    total: Option<i64>,
    period: Option<String>,
    in_force_revision: Option<i64>,
    latest: i64,
    user_id: i64,
    origin: String,
    value: i64,
}

impl FigureRow {
    pub(super) fn value(self, plan: &Plan) -> Option<((UnitId, IndicatorId), Current)> {
        let key = (unit(plan, &self.unit)?, indicator(plan, &self.indicator)?);
        let current = Current {
            in_force: in_force(self.total, self.period.as_deref(), self.in_force_revision),
            latest: u32::try_from(self.latest).ok()?,
            by: UserId(self.user_id),
            origin: parse(&self.origin)?,
            value: Quantity(self.value),
        };
        Some((key, current))
    }
}

/// All figures of a unit in one row: a batch reads the figures of up to 100 units, and handing a row
/// over costs more than reading it.
#[derive(FromRow)]
pub(super) struct UnitFigures {
    unit: String,
    figures: String,
}

impl UnitFigures {
    /// Selects such rows. No value has a comma or a semicolon in it; null is written as nothing.
    pub(super) const SQL: &str = "select unit, string_agg(format('%s,%s,%s,%s,%s,%s,%s,%s', \
        indicator, total, period, in_force_revision, latest, user_id, origin, value), ';') as figures \
        from figure where plan = ";

    pub(super) fn values(&self, plan: &Plan) -> Vec<((UnitId, IndicatorId), Current)> {
        let one = |text: &str| {
            let mut parts = text.split(',');
            let mut next = || parts.next();
            let row = FigureRow {
                unit: self.unit.clone(),
                indicator: next()?.to_owned(),
                total: next()?.parse().ok(),
                period: next().filter(|period| !period.is_empty()).map(str::to_owned),
                in_force_revision: next()?.parse().ok(),
                latest: next()?.parse().ok()?,
                user_id: next()?.parse().ok()?,
                origin: next()?.to_owned(),
                value: next()?.parse().ok()?,
            };
            row.value(plan)
        };
        self.figures.split(';').filter_map(one).collect()
    }
}

/// Three columns that are null together.
pub(super) fn in_force(
    total: Option<i64>,
    period: Option<&str>,
    revision: Option<i64>,
) -> Option<InForce> {
    Some(InForce {
        total: Quantity(total?),
        period: period?.parse().ok()?,
        revision: u32::try_from(revision?).ok()?,
    })
}

#[derive(FromRow)]
pub(super) struct ReportRow {
    chat_id: i64,
    message_id: i64,
    edition: i64,
    unit: String,
    period: String,
    user_id: i64,
    source: String,
    text: String,
    at: DateTime<Utc>,
}

impl ReportRow {
    pub(super) fn value(self, plan: &Plan) -> Option<Report> {
        Some(Report {
            key: ReportKey {
                chat: ChatId(self.chat_id),
                message: MessageId(self.message_id),
                edition: self.edition,
            },
            unit: unit(plan, &self.unit)?,
            period: self.period.parse().ok()?,
            by: UserId(self.user_id),
            source: parse(&self.source)?,
            text: self.text,
            at: self.at,
        })
    }
}

#[derive(FromRow)]
pub(super) struct SubmissionRow {
    pub(super) unit: String,
    pub(super) indicator: String,
    pub(super) revision: i64,
    pub(super) period: String,
    pub(super) origin: String,
    pub(super) value: i64,
    pub(super) place: i64,
    pub(super) total: Option<i64>,
    pub(super) in_force_period: Option<String>,
    pub(super) in_force_revision: Option<i64>,
    pub(super) before_total: Option<i64>,
    pub(super) before_period: Option<String>,
    pub(super) before_revision: Option<i64>,
    pub(super) late: bool,
    pub(super) chat_id: i64,
    pub(super) message_id: i64,
    pub(super) edition: i64,
    pub(super) user_id: i64,
    pub(super) at: DateTime<Utc>,
}

impl SubmissionRow {
    pub(super) fn value(self, plan: &Plan) -> Option<Submission> {
        let period: Period = self.period.parse().ok()?;
        let origin: Origin = parse(&self.origin)?;
        Some(Submission {
            unit: unit(plan, &self.unit)?,
            indicator: indicator(plan, &self.indicator)?,
            revision: u32::try_from(self.revision).ok()?,
            period,
            origin,
            value: Quantity(self.value),
            place: u32::try_from(self.place).ok()?,
            in_force: in_force(self.total, self.in_force_period.as_deref(), self.in_force_revision),
            before: in_force(
                self.before_total,
                self.before_period.as_deref(),
                self.before_revision,
            ),
            late: self.late,
            report: ReportKey {
                chat: ChatId(self.chat_id),
                message: MessageId(self.message_id),
                edition: self.edition,
            },
            by: UserId(self.user_id),
            at: self.at,
        })
    }
}
