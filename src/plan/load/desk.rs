//! The parts of `plan.toml` that the office's desk goes by: quiet hours, escalation, materials.

use std::collections::{HashMap, HashSet};

use chrono::NaiveTime;
use serde::Deserialize;

use super::settings::GroupToml;
use crate::plan::{Escalate, Escalation, Every, Material, QuietHours, UnitId};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct QuietToml {
    from: String,
    until: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EscalationToml {
    after_working_days: u32,
    to: Escalate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MaterialToml {
    name: String,
    title: String,
    every: Every,
    cron: String,
    words: Vec<String>,
    from: Vec<String>,
    #[serde(default)]
    remind_working_days: Vec<i32>,
}

pub(super) fn quiet(
    file: &QuietToml,
    wrong: &mut impl FnMut(&str, &str, String),
) -> Option<QuietHours> {
    let mut time = |text: &str| {
        let time = NaiveTime::parse_from_str(text, "%H:%M").ok();
        if time.is_none() {
            wrong("[quiet]", "from、until 应如 \"21:00\"", format!("{text:?} is no time"));
        }
        time
    };
    let (from, until) = (time(&file.from), time(&file.until));
    Some(QuietHours { from: from?, until: until? })
}

pub(super) fn escalation(
    files: Vec<EscalationToml>,
    wrong: &mut impl FnMut(&str, &str, String),
) -> Vec<Escalation> {
    let steps: Vec<Escalation> = files
        .into_iter()
        .map(|file| Escalation { after: file.after_working_days, to: file.to })
        .collect();
    if !steps.is_sorted_by_key(|step| step.after) || steps.iter().any(|step| step.after == 0) {
        wrong(
            "[[escalation]]",
            "after_working_days 应从 1 起，逐级不减",
            "escalation: after_working_days starts from 1 and never goes down".into(),
        );
    }
    steps
}

pub(super) fn materials(
    files: Vec<MaterialToml>,
    groups: &[GroupToml],
    unit_names: &HashMap<String, UnitId>,
    wrong: &mut impl FnMut(&str, &str, String),
) -> Vec<Material> {
    let mut names = HashSet::new();
    let mut materials = Vec::new();
    for file in files {
        let at = format!("\"{}\"", file.name);
        if !names.insert(file.name.clone()) {
            wrong(&at, "材料名重复", format!("material {:?} is there twice", file.name));
        }
        for from in &file.from {
            let group = groups.iter().any(|group| group.name == *from);
            if !group && !unit_names.contains_key(from) {
                wrong(&at, "from 应为分组名或单位名", format!("{from:?} is no group and no unit"));
            }
        }
        if file.words.iter().all(|word| word.chars().count() < 2) {
            wrong(&at, "words 至少写一个两字以上的词", format!("{at}: no word to know it by"));
        }
        let cron = file.cron.clone();
        let Some(due) = Material::due_by(&file.cron) else {
            wrong(&cron, "cron 表达式无法读取（六段，秒在最前）", format!("cron {cron:?}"));
            continue;
        };
        materials.push(Material {
            name: file.name,
            title: file.title,
            every: file.every,
            words: file.words,
            from: file.from,
            remind: file.remind_working_days,
            due,
        });
    }
    materials
}
