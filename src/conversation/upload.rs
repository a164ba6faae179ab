//! Reports by file: the unit's form (`/template`) filled in, or any table that names indicators.
//!
//! The good rows are shown and stored once they are confirmed; every other cell is answered for
//! itself.

use super::ask::{OF_FILE, ask_as};
use super::checks::{Doubt, doubt};
use super::effects::{Report, Source};
use super::event::{FileProblem, Said, SentFile};
use super::pending::{Asked, Choice, Pick};
use super::permissions::{Act, may};
use super::report::settle::settle;
use super::report::{self, How, Slip, named_period, outside};
use super::snapshot::{Account, ReportKey};
use super::{Turn, dialogue, evidence, materials, tasks};
use crate::message::{Ask, Kind, Labelled, ReadFigure, Reason};
use crate::plan::{Quantity, UnitId};
use crate::progress::{Ratio, completion};
use crate::sheet::{MOST_BYTES as MOST_IN_TABLE, SheetError, SheetFigure, SheetReading, read};
use crate::texts;
use crate::texts::contexts::{self, Named, PeriodWords, UploadLine, UploadProblem};

/// The most cells that are answered one by one; the rest is counted.
const MOST_PROBLEMS: usize = 20;

/// What may stand before the period that a file is for, and behind it: 补上周报送, 上周报表.
const BEFORE: &[&str] = &["补交", "补发", "补传", "补报", "补", "交", "发", "传"];
const BEHIND: &[&str] = &["报送表", "报送", "报表", "上报", "周报", "月报", "数据", "的", "表"];

/// Takes a file.
pub(super) fn sent(turn: &mut Turn<'_>, sent: &SentFile, account: Option<&Account>) {
    let Some(account) = account else { return turn.stranger(&sent.place, sent.message) };
    if evidence::replied(turn, sent, account) || taken_at_desk(turn, sent, account) {
        return;
    }
    let kind = materials::kind(&sent.file.name);
    if kind == materials::Kind::Picture {
        // A picture with words is those words, and bears them out; without, it is nothing that can be
        // read.
        if sent.caption.trim().is_empty() {
            if sent.file.contents.is_err() {
                return evidence::refuse(turn, sent);
            }
            return turn.sent_other(&sent.place, sent.message, Some(account));
        }
        turn.said(&said(turn, sent), Some(account));
        evidence::beside(turn, sent, account);
        return;
    }
    let Some(unit) = account.unit.filter(|_| may(account.role, Act::Report)) else {
        let text = contexts::Talk { reports: false, example: String::new() };
        return turn.reply(&sent.place, None, &text, &[]);
    };
    let plan = turn.plan;
    let Some(mut period) = turn.snapshot.period_for(plan, unit, turn.moment.now) else {
        return turn.reply(&sent.place, None, &outside(plan), &[]);
    };
    // The words beside a file say for which period it is, or are a report of their own.
    let words = Words::read(turn, unit, &sent.caption);
    if words.report {
        let said = said(turn, sent);
        report::said(turn, &said, account);
        // A document beside a report is no second one.
        if kind == materials::Kind::Document {
            evidence::beside(turn, sent, account);
            return;
        }
    }
    if let Some(other) = words.other {
        return refuse(turn, sent, ("named_unit", plan.unit(other).name.clone()));
    }
    if let Some(label) = &words.period {
        match named_period(turn, label) {
            Ok(named) => period = named,
            Err(_) if words.report => return,
            Err(problem) => return turn.reply(&sent.place, Some(sent.message), &problem, &[]),
        }
    }
    let contents = match &sent.file.contents {
        Ok(contents) => contents,
        Err(problem) => {
            let why = match problem {
                FileProblem::TooBig => "too_big",
                FileProblem::Unavailable | FileProblem::NotFetched => "unavailable",
            };
            return refuse(turn, sent, (why, String::new()));
        }
    };
    match read(&turn.desk.lexicon, plan, unit, Some(period), contents.bytes()) {
        Err(error) => {
            let why = refusal(turn, &error);
            refuse(turn, sent, why);
        }
        Ok(reading) => {
            // A report of its own beside that of the words: a change of the words leaves it alone.
            let (chat, message) = (sent.place.chat, sent.message);
            let key = ReportKey { chat, message, edition: turn.update };
            let (confirmed, how, corrects) = (true, How::Sent, None);
            let slip = Slip { key, unit, period, account, confirmed, how, corrects };
            offer(turn, sent, &slip, reading);
        }
    }
}

/// What the words beside a file say.
struct Words {
    /// They report something themselves, or try to.
    report: bool,
    /// For which period the file is.
    period: Option<Labelled>,
    /// Another unit for which it seems to be.
    other: Option<UnitId>,
}

impl Words {
    fn read(turn: &Turn<'_>, unit: UnitId, caption: &str) -> Self {
        let plan = turn.plan;
        let read = |text: &str| turn.desk.lexicon.read(plan, unit, text);
        let mut reading = read(caption);
        let period = reading.period.take().or_else(|| read(named_alone(caption)).period);
        if let Some(period) = &period {
            reading.period = Some(period.clone());
            reading = read(&reading.unlabelled(caption));
        }
        // Whom they speak for shows as soon as figures follow.
        let own = plan.carried(unit).first().map_or("", |id| &plan.indicator(*id).short);
        let followed = read(&format!("{caption} {own} 1"));
        let other = reading.asks.iter().chain(&followed.asks);
        let other = other.filter(|ask| ask.reason == Reason::OtherUnit).find_map(|ask| ask.unit);
        let number = |ask: &Ask| {
            ask.said.chars().any(|c| c.is_numeric() || "零一二两三四五六七八九十百千万".contains(c))
        };
        let asks = reading
            .asks
            .iter()
            .any(|ask| ask.indicator.is_some() || ask.reason == Reason::OtherUnit || number(ask));
        let report = !reading.figures.is_empty() || reading.rest.is_some() || asks;
        Self { report, period, other }
    }
}

/// The words beside a file without what may stand around a period.
fn named_alone(caption: &str) -> &str {
    let words = caption.trim();
    let words = BEFORE.iter().find_map(|word| words.strip_prefix(word)).unwrap_or(words);
    BEHIND.iter().find_map(|word| words.strip_suffix(word)).unwrap_or(words)
}

/// Takes a file that goes with a task, or is a material; false if it does neither.
fn taken_at_desk(turn: &mut Turn<'_>, sent: &SentFile, account: &Account) -> bool {
    if let Some((file, blob)) = materials::kept(sent) {
        let with = (&file, sent.caption.as_str());
        let reply = (&sent.place, sent.reply_to);
        if tasks::filed(turn, reply, account, with)
            || dialogue::filed(turn, sent.place.chat, account, with)
        {
            turn.effects.kept.push(blob);
            return true;
        }
    }
    evidence::worded(turn, sent, account)
        || materials::filed(turn, sent, account)
        || evidence::offered(turn, sent, account)
}

/// The words beside a file as a message; what they say behind 佐证, if they begin with that.
fn said(turn: &Turn<'_>, sent: &SentFile) -> Said {
    // A file may reply to one's own message, a text only to the bot's.
    let to = sent.reply_to.filter(|to| turn.snapshot.replied.contains_key(&(sent.place.chat, *to)));
    Said {
        person: sent.person.clone(),
        place: sent.place.clone(),
        message: sent.message,
        text: evidence::announced(&sent.caption).unwrap_or(&sent.caption).to_owned(),
        reply_to: to,
        addressed: true,
    }
}

fn refuse(turn: &mut Turn<'_>, sent: &SentFile, (why, detail): (&'static str, String)) {
    let table = matches!(materials::kind(&sent.file.name), materials::Kind::Table);
    let most = if table { MOST_IN_TABLE } else { materials::MOST_BYTES } / materials::MEGABYTE;
    let text = contexts::FileRefused { name: sent.file.name.clone(), why, detail, most };
    turn.reply(&sent.place, Some(sent.message), &text, &[]);
}

/// The word for why a file was not read, and what belongs to it.
fn refusal(turn: &Turn<'_>, error: &SheetError) -> (&'static str, String) {
    let plan = turn.plan;
    match error {
        SheetError::TooBig(_) => ("too_big", String::new()),
        SheetError::TooLarge => ("too_large", String::new()),
        SheetError::Locked => ("locked", String::new()),
        SheetError::Unreadable(_) => ("unreadable", String::new()),
        SheetError::OtherPlan(_) => ("other_plan", String::new()),
        SheetError::OtherUnit(unit) => ("other_unit", plan.unit(*unit).name.clone()),
        SheetError::OtherPeriod(period) => ("other_period", period.number.to_string()),
        SheetError::NoTable => ("no_table", String::new()),
        SheetError::OnlyIncrements => ("only_increments", String::new()),
        SheetError::SeveralColumns(names) => ("several_columns", names.join("、")),
        SheetError::SeveralSheets(names) => ("several_sheets", names.join("、")),
    }
}

/// Shows what was read, and asks whether to store it.
fn offer(turn: &mut Turn<'_>, sent: &SentFile, slip: &Slip<'_>, reading: SheetReading) {
    let plan = turn.plan;
    let stored = |figure: &SheetFigure| {
        let holder = plan.holder(slip.unit, figure.indicator);
        let before = turn.snapshot.in_force(holder, figure.indicator);
        before.is_some_and(|now| (now.total, now.period) == (figure.value, slip.period))
    };
    let (same, new): (Vec<_>, Vec<_>) = reading.figures.into_iter().partition(stored);
    // What a confirmation could not store either is told now, and not offered.
    let read = new.iter().map(|figure| ReadFigure {
        indicator: figure.indicator,
        value: figure.value,
        kind: Kind::Total,
        span: 0..0,
        written: String::new(),
    });
    let settled = settle(turn, slip, read.collect());
    let stands = |figure: &SheetFigure| {
        settled.accepted.iter().any(|one| one.figure.indicator == figure.indicator)
    };
    let new: Vec<SheetFigure> = new.into_iter().filter(stands).collect();
    let problems = reading.problems.iter().take(MOST_PROBLEMS).map(|problem| UploadProblem {
        cell: problem.cell.to_string(),
        why: problem.why.key(),
        said: problem.said.clone(),
        named: problem.indicator.map(|id| Named::of(plan, id)),
    });
    let text = contexts::Upload {
        unit: plan.unit(slip.unit).name.clone(),
        period: PeriodWords::of(plan, slip.period),
        name: sent.file.name.clone(),
        figures: new.iter().map(|figure| line(turn, slip, figure)).collect(),
        same: same.len(),
        problems: problems.collect(),
        more: reading.problems.len().saturating_sub(MOST_PROBLEMS),
        remarks: settled.remarks,
    };
    if new.is_empty() {
        return turn.reply(&sent.place, Some(sent.message), &text, &[]);
    }
    turn.effects.reports.push(Report {
        key: slip.key,
        unit: slip.unit,
        period: slip.period,
        by: slip.account.user,
        source: Source::File,
        text: sent.file.name.clone(),
        at: turn.moment.now,
    });
    let note = |figure: &SheetFigure| {
        let words = figure.note.as_ref()?;
        Some(format!("{}：{words}", plan.indicator(figure.indicator).short))
    };
    let notes: Vec<String> = new.iter().filter_map(note).collect();
    let picks =
        new.iter().map(|figure| Pick::new(plan, figure.indicator, figure.value, Kind::Total));
    let asked = Asked {
        reason: "file".to_owned(),
        said: sent.file.name.clone(),
        about: None,
        values: Vec::new(),
        choices: vec![Choice { figures: picks.collect() }],
        confirms: true,
        note: Some(notes.join("；")).filter(|notes| !notes.is_empty()),
        ..Asked::default()
    };
    let html = texts::render(turn.language, &text);
    ask_as(turn, (&sent.place, sent.message), slip, (OF_FILE, asked), &html);
}

fn line(turn: &Turn<'_>, slip: &Slip<'_>, figure: &SheetFigure) -> UploadLine {
    let (plan, unit): (_, UnitId) = (turn.plan, slip.unit);
    let (id, total) = (figure.indicator, figure.value);
    let measure = &plan.indicator(id).measure;
    let before = turn.snapshot.in_force(plan.holder(unit, id), id);
    let doubt = doubt(plan, unit, id, before, total, slip.period);
    let show = |quantity: Quantity| measure.show(quantity);
    UploadLine {
        named: Named::of(plan, id),
        total: show(total),
        target: plan.target(unit, id).map(show),
        completion: completion(total, plan.target(unit, id)).map(Ratio::percent),
        doubt: doubt.map(Doubt::word),
        last: before.map(|before| show(before.total)),
        formula: figure.formula.then(|| figure.cell.to_string()),
    }
}
