//! A new plan folder: what is known of a county, written as the five files that `check-plan` reads.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context;
use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;

/// Names, time and zone of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The plan's id in the database.
    pub id: String,
    /// Its full name.
    pub name: String,
    /// Its name in English.
    pub name_en: String,
    /// The county.
    pub county: String,
    /// The document that announces it.
    pub document: String,
    /// First and last day.
    pub time: (NaiveDate, NaiveDate),
    /// The zone of all local reckoning.
    pub zone: Tz,
}

/// A row of `units.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UnitDraft {
    /// The code.
    pub code: String,
    /// The full name, and the one people use.
    pub names: (String, String),
    /// 街道, 镇, 部门 …
    pub kind: String,
}

/// A row of `indicators.csv` and, if units carry it, one of `targets.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IndicatorDraft {
    /// `3`, `3.1`.
    pub no: String,
    /// The name, and the one people use.
    pub names: (String, String),
    /// 家, 万平方米, %.
    pub measure: String,
    /// The county's target, as the measure writes it; empty if there is none.
    pub target: String,
    /// Whether units carry it, or its leads.
    pub by_units: bool,
    /// The leads, with their shares if they have such.
    pub leads: Vec<(String, Option<String>)>,
    /// Of a part: the number of its whole.
    pub whole: Option<String>,
    /// Of a part: at least this much of its whole, as `80%`.
    pub min_share: Option<String>,
    /// Whether only units with a target of their own report it.
    pub own: bool,
    /// The units' targets, in the order of the units that report; empty if they carry none.
    pub targets: Vec<String>,
    /// The remark in the annex.
    pub remark: String,
    /// Where it comes from.
    pub source: String,
}

/// Everything that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Names and time.
    pub frame: Frame,
    /// Units that report, then departments.
    pub units: Vec<UnitDraft>,
    /// Indicators, parts behind their wholes.
    pub indicators: Vec<IndicatorDraft>,
}

/// The kind of a department, which leads and is not ranked.
pub const DEPARTMENT: &str = "部门";

const PLAN_TOML: &str = include_str!("plan_folder/plan.toml");

const UNITS_HEAD: &str = "\
# 每个单位一行：code 为代码（小写字母、数字，定下后不改），kind 为类别（部门不参加排名），aliases 为别称，用分号隔开。
# One unit a line: a code that never changes, its kind (部门 leads and is not ranked), other names divided by semicolons.
";

const INDICATORS_HEAD: &str = "\
# 每个指标一行。carried：units 分解到各单位，leads 由牵头部门承担；expected：yes 每期都报，own 有目标的单位才报，no 不报。
# aliases 写上联络员常用的说法，用分号隔开，机器人才认得。whole、min_share 只用于其中项（3.1）。
# One indicator a line. Put the words people use into aliases, so that the bot knows them.
";

const HOLIDAYS_HEAD: &str = "\
# 国务院办公厅关于节假日安排的通知：off 为放假，work 为调休上班。目前只有首年日期固定的假日：
# 请按通知补上春节、清明、端午、中秋和调休，以后各年公布后照此补充。
# From the State Council's notice on holidays: off is a rest day, work a weekend that is worked. So far only days
# of the first year that never move: add the others, and each later year once its notice is out.
date,kind,name
";

impl Draft {
    /// Writes the folder; nothing is overwritten.
    ///
    /// # Errors
    /// If the folder holds anything, or cannot be written.
    pub fn write(&self, dir: &Path) -> anyhow::Result<()> {
        let shown = dir.display();
        let unwritable = || {
            format!(
                "文件夹 {shown} 写不进去，请检查权限 / cannot write to {shown}; check its permissions"
            )
        };
        std::fs::create_dir_all(dir).with_context(unwritable)?;
        let holds = std::fs::read_dir(dir).with_context(unwritable)?.next().is_some();
        anyhow::ensure!(
            !holds,
            "文件夹 {shown} 里已有文件，不会覆盖，请另选一个 / {shown} is not empty and nothing is overwritten; choose another folder"
        );
        for (file, text) in [
            ("plan.toml", self.plan_toml()),
            ("units.csv", self.units_csv()?),
            ("indicators.csv", self.indicators_csv()?),
            ("targets.csv", self.targets_csv()?),
            ("holidays.csv", self.holidays_csv()),
        ] {
            std::fs::write(dir.join(file), text).with_context(unwritable)?;
        }
        Ok(())
    }

    fn plan_toml(&self) -> String {
        let frame = &self.frame;
        let short = match (frame.name.find('“'), frame.name.find('”')) {
            (Some(from), Some(to)) if from < to => &frame.name[from + '“'.len_utf8()..to],
            _ => frame.name.as_str(),
        };
        let level = frame.county.chars().last().filter(|last| "市县区".contains(*last));
        let level = level.unwrap_or('县');
        let office = format!("{level}“{short}”领导小组");
        let values = [
            ("ID", frame.id.clone()),
            ("NAME_EN", frame.name_en.clone()),
            ("NAME", frame.name.clone()),
            ("SHORT", short.to_owned()),
            ("DOCUMENT", frame.document.clone()),
            ("COUNTY", frame.county.clone()),
            ("WHOLE", format!("全{level}")),
            ("OFFICE", format!("{office}办公室")),
            ("LEADERSHIP", office),
            ("ZONE", frame.zone.name().to_owned()),
        ];
        let mut text = PLAN_TOML.to_owned();
        for (hole, value) in values {
            let value = value.replace('\\', "\\\\").replace('"', "\\\"");
            text = text.replace(&format!("\"<{hole}>\""), &format!("\"{value}\""));
        }
        text = text.replace("<START>", &frame.time.0.to_string());
        text = text.replace("<END>", &frame.time.1.to_string());
        for (name, kinds) in self.groups() {
            let kinds: Vec<String> = kinds.iter().map(|kind| format!("\"{kind}\"")).collect();
            let kinds = kinds.join(", ");
            let _ = write!(text, "\n[[groups]]\nname = \"{name}\"\nkinds = [{kinds}]\n");
        }
        text
    }

    /// Towns and townships are ranked together, every other kind by itself.
    fn groups(&self) -> Vec<(String, Vec<String>)> {
        let mut groups: Vec<(String, Vec<String>)> = Vec::new();
        for unit in self.units.iter().filter(|unit| unit.kind != DEPARTMENT) {
            let name = if ["镇", "乡"].contains(&&*unit.kind) { "乡镇" } else { &unit.kind };
            match groups.iter_mut().find(|(group, _)| group == name) {
                Some((_, kinds)) if kinds.contains(&unit.kind) => {}
                Some((_, kinds)) => kinds.push(unit.kind.clone()),
                None => groups.push((name.to_owned(), vec![unit.kind.clone()])),
            }
        }
        groups
    }

    fn units_csv(&self) -> anyhow::Result<String> {
        let rows = self.units.iter().map(|unit| {
            let (name, short) = &unit.names;
            vec![&*unit.code, name, short, &unit.kind, ""]
        });
        let head = ["code", "name", "short", "kind", "aliases"];
        Ok(UNITS_HEAD.to_owned() + &csv_text(&head, rows)?)
    }

    fn indicators_csv(&self) -> anyhow::Result<String> {
        let leads = |row: &IndicatorDraft| {
            let leads = row.leads.iter().map(|(name, share)| match share {
                Some(share) => format!("{name}={share}"),
                None => name.clone(),
            });
            leads.collect::<Vec<_>>().join(";")
        };
        let leads: Vec<String> = self.indicators.iter().map(leads).collect();
        let yes = |yes: bool| if yes { "yes" } else { "no" };
        let rows = self.indicators.iter().zip(&leads).map(|(row, leads)| {
            vec![
                &*row.no,
                &row.names.0,
                &row.names.1,
                "",
                &row.measure,
                &row.target,
                if row.by_units { "units" } else { "leads" },
                leads,
                yes(row.by_units && row.whole.is_none()),
                if row.own { "own" } else { "yes" },
                row.whole.as_deref().unwrap_or_default(),
                row.min_share.as_deref().unwrap_or_default(),
                &row.source,
            ]
        });
        let head = [
            "no",
            "name",
            "short",
            "aliases",
            "measure",
            "target",
            "carried",
            "leads",
            "ranked",
            "expected",
            "whole",
            "min_share",
            "source",
        ];
        Ok(INDICATORS_HEAD.to_owned() + &csv_text(&head, rows)?)
    }

    fn targets_csv(&self) -> anyhow::Result<String> {
        let reporting: Vec<&UnitDraft> =
            self.units.iter().filter(|unit| unit.kind != DEPARTMENT).collect();
        let mut head = vec!["目标任务"];
        head.extend(reporting.iter().map(|unit| &*unit.names.1));
        head.push("备注");
        let listed = self.indicators.iter().filter(|row| row.min_share.is_none());
        let labels: Vec<(String, &IndicatorDraft)> = listed
            .map(|row| (format!("{}.{}{}{}", row.no, row.names.0, row.target, row.measure), row))
            .collect();
        let rows = labels.iter().map(|(label, row)| {
            let mut cells = vec![&**label];
            let target = |at: usize| row.targets.get(at).map_or("", String::as_str);
            cells.extend((0..reporting.len()).map(target));
            cells.push(&row.remark);
            cells
        });
        csv_text(&head, rows)
    }

    fn holidays_csv(&self) -> String {
        let year = self.frame.time.0.year();
        let fixed = [
            ("01-01", "元旦"),
            ("05-01", "劳动节"),
            ("10-01", "国庆节"),
            ("10-02", "国庆节"),
            ("10-03", "国庆节"),
        ];
        let mut text = HOLIDAYS_HEAD.to_owned();
        for (day, name) in fixed {
            let _ = writeln!(text, "{year}-{day},off,{name}");
        }
        text
    }
}

fn csv_text<'a>(head: &[&str], rows: impl Iterator<Item = Vec<&'a str>>) -> anyhow::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(head)?;
    for row in rows {
        writer.write_record(row)?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}
