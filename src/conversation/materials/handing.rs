//! Materials on the office's side: the list, one to read, one to return, all of a term as a ZIP.

use std::io::{Cursor, Write};

use serde_json::json;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::Key;
use super::state::{Item, items, of_all};
use crate::conversation::Turn;
use crate::conversation::dialogue::{self, Subject};
use crate::conversation::effects::{Blob, Button, FileOut, What};
use crate::conversation::event::{Place, Pressed, Said};
use crate::conversation::journal::{Deed, MaterialDeed};
use crate::conversation::permissions::{Act, may};
use crate::conversation::snapshot::Account;
use crate::plan::{Material, Term, UnitCode};
use crate::texts::Label;
use crate::texts::contexts::{
    MaterialLine, MaterialList, MaterialPart, MaterialText, Moment, TermWords,
};

/// The most bytes of one ZIP: a bot may send 50 MB (Bot API, `sendDocument`).
const MOST_IN_ZIP: usize = 45 * 1024 * 1024;

/// The most buttons under a list.
const MOST_BUTTONS: usize = 30;

/// `/materials`: what is being collected; `/materials 2019Q2`: that term, and all of it as a ZIP. A liaison
/// sees its own unit's.
pub(in crate::conversation) fn list(
    turn: &mut Turn<'_>,
    said: &Said,
    account: &Account,
    rest: &str,
) {
    let plan = turn.plan;
    let now = turn.moment.now;
    let term = rest.parse::<Term>().ok();
    let own = account.unit.filter(|_| may(account.role, Act::SendMaterials));
    if let Some(unit) = own {
        let items = items(plan, &turn.snapshot.journal, unit, now);
        let parts = items
            .iter()
            .map(|item| part(turn, item.material, item.term, std::slice::from_ref(item)));
        let text = MaterialList {
            own: Some(plan.unit(unit).name.clone()),
            asked: None,
            parts: parts.collect(),
        };
        return turn.reply(&said.place, None, &text, &[]);
    }
    if !may(account.role, Act::HandleMaterials) {
        return turn.not_allowed(said, "office", "/materials");
    }
    let mut parts = Vec::new();
    let mut buttons: Vec<Button> = Vec::new();
    let mut files: Vec<(String, FileOut)> = Vec::new();
    for (at, material) in plan.materials.iter().enumerate() {
        let terms = match term {
            Some(term) if term.every == material.every && term.is_in(plan) => vec![term],
            Some(_) => Vec::new(),
            None => material.open_terms(plan, now),
        };
        for of in terms {
            let all = of_all(plan, &turn.snapshot.journal, material, of);
            parts.push(part(turn, material, of, &all));
            for item in all.iter().filter(|_| term.is_some()) {
                let Some(sent) = &item.sent else { continue };
                let unit = plan.unit(item.unit);
                files.push((format!("{}_{}_{of}", unit.name, material.title), sent.file.clone()));
                let data = format!("material:see:{at}:{of}:{}", unit.code);
                buttons.push(Button { label: unit.short.clone(), data });
            }
        }
    }
    buttons.truncate(MOST_BUTTONS);
    let rows: Vec<Vec<Button>> = buttons.chunks(4).map(<[Button]>::to_vec).collect();
    let asked = Some(rest.to_owned()).filter(|rest| !rest.is_empty());
    turn.reply(&said.place, None, &MaterialList { own: None, asked, parts }, &rows);
    let Some(term) = term else { return };
    let name = Label::MaterialZip.with(turn.language, &[&term.to_string()]);
    for (file, blob) in zips(turn, &name, &files) {
        turn.effects.blobs.push(blob);
        turn.send(said.place.chat, What::Document { file, html: String::new(), buttons: vec![] });
    }
}

fn part(turn: &Turn<'_>, material: &Material, term: Term, items: &[Item<'_>]) -> MaterialPart {
    let plan = turn.plan;
    let due = material.due(plan, term);
    let lines = items.iter().map(|item| MaterialLine {
        unit: plan.unit(item.unit).name.clone(),
        sent: item.sent.as_ref().map(|sent| (sent.file.name.clone(), Moment::of(plan, sent.at))),
        late: item.sent.as_ref().is_some_and(|sent| sent.at > due),
        returned: item.returned.clone(),
    });
    MaterialPart {
        title: material.title.clone(),
        term: TermWords::of(term),
        due: Moment::of(plan, due),
        passed: turn.moment.now > due,
        of: items.len(),
        lines: lines.collect(),
    }
}

/// All files as ZIPs, as few as fit. Names are made anew: what people called their files names no path.
fn zips(turn: &Turn<'_>, name: &str, files: &[(String, FileOut)]) -> Vec<(FileOut, Blob)> {
    let mut parts: Vec<Vec<(String, &[u8])>> = Vec::new();
    let mut size = usize::MAX;
    for (at, (stem, file)) in files.iter().enumerate() {
        let Some(contents) = turn.snapshot.kept.get(&file.hash) else { continue };
        let bytes = contents.bytes();
        if size.saturating_add(bytes.len()) > MOST_IN_ZIP {
            parts.push(Vec::new());
            size = 0;
        }
        size += bytes.len();
        if let Some(part) = parts.last_mut() {
            part.push((safe_name(at + 1, stem, &file.name), bytes));
        }
    }
    let several = parts.len() > 1;
    let zips = parts.iter().enumerate().filter_map(|(at, files)| {
        let bytes = zip(files).ok()?;
        let name = if several { format!("{name}-{}.zip", at + 1) } else { format!("{name}.zip") };
        Some(FileOut::new(name, "application/zip", bytes))
    });
    zips.collect()
}

fn zip(files: &[(String, &[u8])]) -> zip::result::ZipResult<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in files {
        writer.start_file(name.as_str(), options)?;
        writer.write_all(bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}

/// A name in a ZIP: number, unit, title, term, and the end of the sender's name if it is a plain one.
fn safe_name(number: usize, stem: &str, given: &str) -> String {
    let plain: String = stem.chars().filter(|c| c.is_alphanumeric() || "_-".contains(*c)).collect();
    let end = given.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    let fits = |end: &String| {
        (1..=5).contains(&end.len()) && end.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    let end = end.filter(fits).unwrap_or_else(|| "bin".to_owned());
    format!("{number:02}_{plain}.{end}")
}

/// A button of the list, or under one material.
pub(in crate::conversation) fn pressed(
    turn: &mut Turn<'_>,
    pressed: &Pressed,
    account: Option<&Account>,
    data: &str,
) {
    let Some(account) = account.filter(|one| may(one.role, Act::HandleMaterials)) else {
        return turn.answer(pressed, Label::OfficeOnly);
    };
    let plan = turn.plan;
    let parts: Vec<&str> = data.split(':').collect();
    let found = match parts[..] {
        [word, at, term, code] => {
            let at: Option<usize> = at.parse().ok();
            let material = at.and_then(|at| plan.materials.get(at).map(|one| (at, one)));
            let unit = plan.unit_coded(&UnitCode::new(code));
            material.zip(term.parse::<Term>().ok()).zip(unit).map(|found| (word, found))
        }
        _ => None,
    };
    let Some((word, (((at, material), term), unit))) = found else {
        return turn.answer(pressed, Label::DeadButton);
    };
    let item = super::state::item(plan, &turn.snapshot.journal, (material, term, unit));
    let Some(sent) = item.sent else { return turn.answer(pressed, Label::AlreadyAnswered) };
    let code = plan.unit(unit).code.clone();
    let chat = pressed.place.chat;
    if word == "see" {
        let by = sent.by.and_then(|by| turn.snapshot.accounts.get(&by));
        let text = MaterialText::Shown {
            unit: plan.unit(unit).name.clone(),
            title: material.title.clone(),
            term: TermWords::of(term),
            by: by.map(|by| by.name.clone()),
            at: Moment::of(plan, sent.at),
        };
        let html = crate::texts::render(turn.language, &text);
        let label = Label::MaterialReturn.text(turn.language).to_owned();
        let back = Button { label, data: format!("material:back:{at}:{term}:{code}") };
        turn.send(chat, What::Document { file: sent.file, html, buttons: vec![vec![back]] });
    } else {
        let text =
            MaterialText::Why { unit: plan.unit(unit).name.clone(), title: material.title.clone() };
        let drop = dialogue::button(Label::DialogueDrop.text(turn.language).to_owned(), "drop");
        let drafted = Subject::Return { material: material.name.clone(), term, unit: code };
        let _ = account;
        dialogue::begin(turn, chat, drafted, &text, vec![vec![drop]]);
    }
    turn.answer(pressed, Label::Done);
}

/// A material goes back, with the reason.
pub(in crate::conversation) fn returned(
    turn: &mut Turn<'_>,
    account: &Account,
    (name, term, code): Key<'_>,
    reason: &str,
) {
    let plan = turn.plan;
    let place = Place { chat: account.user.into(), group: None };
    let material = plan.materials.iter().find(|one| one.name == name);
    let found = material.zip(plan.unit_coded(code)).filter(|(material, unit)| {
        !super::state::item(plan, &turn.snapshot.journal, (material, term, *unit)).is_missing()
    });
    let Some((material, unit)) = found else {
        return turn.reply(&place, None, &MaterialText::Gone {}, &[]);
    };
    let reason: String = reason.trim().chars().take(500).collect();
    let deed = MaterialDeed::Returned {
        material: name.to_owned(),
        term,
        unit: code.clone(),
        reason: reason.clone(),
    };
    turn.enter(account.user, Deed::Material(deed));
    let detail = json!({ "material": name, "term": term, "reason": reason });
    turn.audit(account.user, "material-return", code.to_string(), detail);
    let text = |done| MaterialText::Returned {
        unit: plan.unit(unit).name.clone(),
        title: material.title.clone(),
        term: TermWords::of(term),
        reason: reason.clone(),
        done,
    };
    for liaison in turn.snapshot.reminded(plan, unit, turn.moment.now) {
        turn.tell(liaison, "material-return", &text(false), &[], None);
    }
    turn.reply(&place, None, &text(true), &[]);
}

#[cfg(test)]
mod tests {
    use super::safe_name;

    #[test]
    fn a_name_in_a_zip_is_no_path() {
        assert_eq!(
            safe_name(1, "兰江街道_季度工作总结_2019Q2", "总结.docx"),
            "01_兰江街道_季度工作总结_2019Q2.docx"
        );
        assert_eq!(safe_name(2, "../..\\x_2019", "a.p/../f"), "02_x_2019.bin");
        assert_eq!(safe_name(3, "x", "noend"), "03_x.bin");
    }
}
