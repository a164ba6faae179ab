//! Fonts for the pictures: the shipped one, and what this machine has for rare characters.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::picture::Fonts;
use crate::plan::Plan;

/// Where systems keep Chinese fonts; the first that is there is enough.
const SYSTEM: [&str; 8] = [
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "C:/Windows/Fonts/msyh.ttc",
    "C:/Windows/Fonts/simsun.ttc",
];

/// The fonts for a plan's pictures, and the characters of its names that none of them has.
///
/// The shipped font comes first, then the files named, then, only if a name still needs it, a font
/// of the system.
///
/// # Errors
/// If a file that was named cannot be read.
pub fn load(plan: &Plan, files: &[PathBuf]) -> anyhow::Result<(Fonts, Vec<char>)> {
    let read = |file: &PathBuf| {
        std::fs::read(file).with_context(|| {
            let file = file.display();
            format!("读不了字体文件 {file} / cannot read the font {file}")
        })
    };
    let mut bytes = files.iter().map(read).collect::<anyhow::Result<Vec<_>>>()?;
    let names = names(plan);
    let shipped = Fonts::shipped();
    let fonts = if bytes.is_empty() { shipped } else { Fonts::with(bytes.clone()) };
    let lacking = fonts.lacking(&names);
    if lacking.is_empty() {
        return Ok((fonts, lacking));
    }
    let Some(system) = SYSTEM.iter().find_map(|path| std::fs::read(Path::new(path)).ok()) else {
        return Ok((fonts, lacking));
    };
    bytes.push(system);
    let fonts = Fonts::with(bytes);
    let lacking = fonts.lacking(&names);
    Ok((fonts, lacking))
}

/// The fonts for a running bot. A character that no font has is a line in the log: the picture
/// shows a box there, and the rest of the bulletin is as it should be.
#[must_use]
pub fn for_bot(plan: &Plan) -> Fonts {
    for note in &plan.notes {
        tracing::warn!("{note}");
    }
    match load(plan, &[]) {
        Ok((fonts, lacking)) => {
            if !lacking.is_empty() {
                let lacking: String = lacking.into_iter().collect();
                tracing::warn!(lacking, "no font has these characters; install Noto Sans CJK");
            }
            fonts
        }
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "only the shipped font is used");
            Fonts::shipped()
        }
    }
}

/// Every name of a plan that a picture may show.
fn names(plan: &Plan) -> String {
    let titles = &plan.titles;
    let mut names =
        [&*titles.short, &titles.name_en, &titles.whole, &titles.office, &titles.county].concat();
    for (_, unit) in plan.units() {
        names.push_str(&unit.name);
        names.push_str(&unit.short);
    }
    for (_, indicator) in plan.indicators() {
        names.push_str(&indicator.short);
        names.push_str(&indicator.measure.shown);
    }
    for group in &plan.groups {
        names.push_str(&group.name);
    }
    names
}
