//! What goes with the weekly bulletin: the heat map and the workbook.

use std::collections::BTreeSet;

use super::{Made, Run};
use crate::conversation::effects::{BulletinRow, FileOut};
use crate::conversation::{Evidence, Origin, Submission, What};
use crate::picture::{Fonts, HeatMap, Previous};
use crate::plan::{IndicatorId, UnitId};
use crate::progress::{Figures, Ranking};
use crate::texts::contexts::{Bulletin, BulletinCaption, Names};
use crate::texts::{self, Label, Language};
use crate::workbook::{FlaggedFigure, Sent, SentKind, Workbook};

/// The media type of an xlsx.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The most units that the picture's caption names for one thing.
const MOST_NAMED: usize = 8;

/// The most characters under a picture (Bot API, `sendPhoto`).
const LONGEST_CAPTION: usize = 1024;

/// What the pictures and sheets are made of.
pub(super) struct Material<'a> {
    pub figures: &'a Figures,
    pub ranking: &'a Ranking,
    pub last: Option<&'a BulletinRow>,
    pub text: &'a Bulletin,
    /// The number of the correction; 0 for the bulletin itself.
    pub edition: u32,
}

/// Draws and writes what goes with the bulletin. What cannot be made is left out and told to the
/// operator: the text must not wait for it.
pub(super) fn attachments(run: &Run<'_>, made: &mut Made, of: &Material<'_>) -> Vec<What> {
    let Some(fonts) = &run.desk.fonts else { return Vec::new() };
    let (year, number) = (run.period.year.to_string(), run.period.number.to_string());
    let edition = of.edition.to_string();
    let holes = [&*run.plan.titles.short, &year, &number, &edition];
    let label = if of.edition == 0 { Label::BulletinFile } else { Label::CorrectionFile };
    let name = label.with(Language::default(), &holes);
    let caption = caption(of.text);
    let picture = picture(run, fonts, of).map(|bytes| {
        let (file, blob) = FileOut::new(format!("{name}.png"), "image/png", bytes);
        (blob, What::Photo { file, html: caption, buttons: Vec::new() })
    });
    let workbook = workbook(run, of).map(|bytes| {
        let (file, blob) = FileOut::new(format!("{name}.xlsx"), XLSX, bytes);
        (blob, What::Document { file, html: String::new(), buttons: Vec::new() })
    });
    let mut files = Vec::new();
    for one in [picture, workbook] {
        match one {
            Ok((blob, file)) => {
                made.effects.blobs.push(blob);
                files.push(file);
            }
            Err(fault) => made.faults.push(fault),
        }
    }
    files
}

/// The ranks of the bulletin before, by unit.
fn previous(run: &Run<'_>, last: Option<&BulletinRow>) -> Option<Previous> {
    let units = last?.numbers.get("units")?;
    let plan = run.plan;
    let rank = |unit: UnitId| {
        let rank = units.get(plan.unit(unit).code.as_str())?.get("rank")?.as_u64()?;
        u32::try_from(rank).ok()
    };
    Some(plan.units().filter_map(|(id, _)| Some((id, rank(id)?))).collect())
}

fn missing(run: &Run<'_>) -> BTreeSet<(UnitId, IndicatorId)> {
    let plan = run.plan;
    let of =
        |unit| run.snapshot.missing(plan, unit, run.period).into_iter().map(move |id| (unit, id));
    let back = |cell: &(UnitId, IndicatorId)| run.besides.returned.contains(cell);
    plan.units().flat_map(|(unit, _)| of(unit)).filter(|cell| !back(cell)).collect()
}

fn picture(run: &Run<'_>, fonts: &Fonts, of: &Material<'_>) -> Result<Vec<u8>, String> {
    let (previous, missing) = (previous(run, of.last), missing(run));
    let heat = HeatMap {
        plan: run.plan,
        period: run.period,
        edition: of.edition,
        ranking: of.ranking,
        figures: of.figures,
        previous: previous.as_ref(),
        missing: &missing,
        made_up: run.desk.made_up,
        language: Language::default(),
    };
    let picture = heat.draw().map_err(|error| error.to_string())?;
    picture.photo(fonts).map_err(|error| error.to_string())
}

fn workbook(run: &Run<'_>, of: &Material<'_>) -> Result<Vec<u8>, String> {
    let (previous, missing) = (previous(run, of.last), missing(run));
    let by = |user| {
        let account = run.snapshot.accounts.get(&user);
        account.map_or_else(String::new, |account| account.name.clone())
    };
    let sent = run.snapshot.sent.iter().map(|row| Sent {
        unit: row.unit,
        indicator: row.indicator,
        value: Some(row.value).filter(|_| row.origin != Origin::Withdrawal),
        kind: match row.origin {
            Origin::Total => SentKind::Total,
            Origin::Increment => SentKind::Increment,
            Origin::Withdrawal => SentKind::Withdrawal,
        },
        by: by(row.by),
        at: row.at,
        late: row.late,
        evidence: borne_out(run, row),
    });
    let sent: Vec<Sent> = sent.collect();
    let flagged = flagged(run);
    let workbook = Workbook {
        flagged: &flagged,
        plan: run.plan,
        period: run.period,
        edition: of.edition,
        ranking: of.ranking,
        figures: of.figures,
        previous: previous.as_ref(),
        sent: &sent,
        missing: &missing,
        made_up: run.desk.made_up,
        language: Language::default(),
    };
    workbook.write().map_err(|error| error.to_string())
}

/// What bears a submission out.
fn borne_out(run: &Run<'_>, row: &Submission) -> Vec<String> {
    let all = run.snapshot.book.evidence.get(&(row.unit, row.indicator)).into_iter().flatten();
    let message = (row.report.chat, row.report.message);
    let own = all.filter(|one| one.report == message && row.origin != Origin::Withdrawal);
    let words = |one: &Evidence| one.file.as_ref().map_or(&one.text, |file| &file.name).clone();
    own.map(words).collect()
}

/// The figures in which something was flagged, in the annex's order.
fn flagged(run: &Run<'_>) -> Vec<FlaggedFigure> {
    let book = &run.snapshot.book;
    let standing = book.flags.iter().filter(|(_, flags)| !flags.is_empty());
    let mut all: Vec<FlaggedFigure> = standing
        .filter_map(|((unit, indicator), flags)| {
            Some(FlaggedFigure {
                unit: *unit,
                indicator: *indicator,
                total: run.snapshot.total(*unit, *indicator)?,
                flags: flags.iter().map(|flag| (flag.label.clone(), flag.number)).collect(),
            })
        })
        .collect();
    all.sort_by_key(|one| (one.indicator, one.unit));
    all
}

/// The few lines under the picture: what a reader should see who reads nothing else. Where they are
/// more than a caption takes, names are left out before numbers are.
fn caption(text: &Bulletin) -> String {
    let names = |most: usize, all: &mut dyn ExactSizeIterator<Item = &String>| Names {
        count: all.len(),
        names: all.take(most).cloned().collect(),
    };
    let with = |most: usize| {
        let caption = BulletinCaption {
            correction: text.correction.as_ref().map(|correction| correction.number),
            overdue_tasks: text.overdue_tasks.len(),
            period: text.period.clone(),
            at: text.at.clone(),
            pace: text.pace.clone(),
            mean: text.mean.clone(),
            gap: text.gap.clone(),
            ahead: text.ahead,
            groups: if most == 0 { Vec::new() } else { text.groups.clone() },
            improved: text.improved.clone(),
            red: names(most, &mut text.red.iter()),
            missing: names(most, &mut text.missing.iter().map(|unit| &unit.unit)),
        };
        texts::render(Language::default(), &caption)
    };
    let mut captions = [MOST_NAMED, 3, 0].map(with).into_iter();
    captions.find(|html| texts::length(html) <= LONGEST_CAPTION).unwrap_or_default()
}
