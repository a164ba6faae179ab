//! Materials (工作总结等材料): what a unit sends is taken for its open item; the office lists, reads, returns.
//!
//! - [`state`]: what is due from whom, and what has come, read off the journal
//! - `handing`: `/materials`, one to read, all of a term as a ZIP

mod handing;
pub mod state;

use serde_json::json;

use super::dialogue::{self, Dialogue, Subject, button};
use super::effects::{Blob, FileOut};
use super::event::{MessageId, Place, Said, SentFile};
use super::journal::{Deed, MaterialDeed};
use super::permissions::{Act, may};
use super::snapshot::{Account, ReportKey};
use super::{Turn, evidence};
use crate::plan::{Material, Term, UnitCode, UnitId};
use crate::texts::Label;
use crate::texts::contexts::{MaterialText, TermWords};

pub(super) use handing::{list, pressed, returned};
use state::{Item, items};

/// As people count the size of files.
pub(super) const MEGABYTE: usize = 1024 * 1024;

/// The largest file that is fetched and kept. A spreadsheet is read up to a smaller bound of its own,
/// [`crate::sheet::MOST_BYTES`].
pub const MOST_BYTES: usize = 10 * MEGABYTE;

/// The shortest text that may be a material, in characters.
const SHORTEST_TEXT: usize = 60;

/// The kinds of file that are taken, by the end of the name. No archive and no program is.
const DOCUMENTS: [&str; 9] = ["doc", "docx", "wps", "pdf", "ofd", "ppt", "pptx", "rtf", "txt"];
const PICTURES: [&str; 5] = ["jpg", "jpeg", "png", "bmp", "webp"];
const TABLES: [&str; 5] = ["xls", "xlsx", "et", "ods", "csv"];

/// What kind of file a name says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Document,
    Picture,
    Table,
    Other,
}

/// The kind by the end of a name; what is in the file is never looked at.
pub(super) fn kind(name: &str) -> Kind {
    let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).unwrap_or_default();
    let is = |ends: &[&str]| ends.contains(&end.as_str());
    if is(&DOCUMENTS) {
        Kind::Document
    } else if is(&PICTURES) {
        Kind::Picture
    } else if is(&TABLES) {
        Kind::Table
    } else {
        Kind::Other
    }
}

/// A file that came in as one to keep: known by what is in it. `None` if it cannot be kept.
pub(super) fn kept(sent: &SentFile) -> Option<(FileOut, Blob)> {
    let contents = sent.file.contents.as_ref().ok()?;
    if kind(&sent.file.name) == Kind::Other {
        return None;
    }
    let bytes = contents.bytes().to_vec();
    Some(FileOut::new(sent.file.name.clone(), "application/octet-stream", bytes))
}

/// Whether a text is long enough to be a material, so that these must be loaded.
pub(super) fn may_be_one(text: &str) -> bool {
    text.chars().count() >= SHORTEST_TEXT && !text.starts_with('/')
}

/// The items that words name, by the material's own title, else by its words; and whether it may be
/// another one all the same.
fn named<'a>(
    turn: &Turn<'a>,
    unit: UnitId,
    items: &[Item<'a>],
    words: &str,
) -> (Vec<Item<'a>>, bool) {
    let titled = |material: &Material| words.contains(material.title.as_str());
    let mut found: Vec<Item> = items.iter().filter(|item| titled(item.material)).cloned().collect();
    let mut doubtful = false;
    if found.is_empty() {
        let of = items.iter().filter(|item| item.material.is_named_in(words));
        found = of.cloned().collect();
        // It bears the title of what this unit does not owe.
        doubtful = turn.plan.materials.iter().any(titled);
    }
    // 一季度工作总结 in July is late, and not the second quarter's.
    let mut others: Vec<Item> = Vec::new();
    for item in &found {
        let other = Term::named_in(words, item.term).filter(|term| *term != item.term);
        if let Some(term) = other.filter(|_| found.iter().all(|one| other != Some(one.term))) {
            doubtful = true;
            let is_over = item.material.due(turn.plan, term) < turn.moment.now;
            if is_over && term.is_in(turn.plan) {
                let key = (item.material, term, unit);
                others.push(state::item(turn.plan, &turn.snapshot.journal, key));
            }
        }
    }
    others.append(&mut found);
    (others, doubtful)
}

/// Takes a text that is a unit's material; false if it is none.
pub(super) fn said(turn: &mut Turn<'_>, said: &Said, account: &Account) -> bool {
    let unit = account.unit.filter(|_| may(account.role, Act::SendMaterials));
    let Some(unit) = unit.filter(|_| said.place.group.is_none() && may_be_one(&said.text)) else {
        return false;
    };
    let plan = turn.plan;
    // A text names its material in its head, a report its figures: 工作总结 far down is no title.
    let head: String = said.text.chars().take(SHORTEST_TEXT).collect();
    let items = items(plan, &turn.snapshot.journal, unit, turn.moment.now);
    let (found, other) = named(turn, unit, &items, &head);
    let Some(first) = found.first() else { return false };
    let name = format!("{}.txt", first.material.title);
    let (file, blob) = FileOut::new(name, "text/plain", said.text.clone().into_bytes());
    let figures = !turn.desk.lexicon.read(plan, unit, &said.text).figures.is_empty();
    take(turn, (&said.place, account, unit), (file, blob), &found, (figures || other, None));
    true
}

/// Takes a file that is a unit's material; false if it is none.
pub(super) fn filed(turn: &mut Turn<'_>, sent: &SentFile, account: &Account) -> bool {
    let unit = account.unit.filter(|_| may(account.role, Act::SendMaterials));
    let Some(unit) = unit else { return false };
    let plan = turn.plan;
    let kind = kind(&sent.file.name);
    let words = format!("{} {}", sent.file.name, sent.caption);
    let items = items(plan, &turn.snapshot.journal, unit, turn.moment.now);
    let (found, other) = named(turn, unit, &items, &words);
    let (found, doubtful) = match kind {
        _ if !found.is_empty() => (found, (kind == Kind::Table || other, None)),
        // Without a word it may bear out what was reported just before.
        Kind::Document | Kind::Picture if sent.caption.trim().is_empty() => {
            let open = items.into_iter().filter(Item::is_missing).collect();
            (open, (true, evidence::last_report(turn, account)))
        }
        _ => return false,
    };
    let Some((file, blob)) = kept(sent).filter(|_| !found.is_empty()) else { return false };
    take(turn, (&sent.place, account, unit), (file, blob), &found, doubtful);
    // Figures beside it are no report, and that must not go unsaid.
    if evidence::speaks_of_others(turn, account, unit, &sent.caption) {
        let html = Label::EvidenceIsNoReport.text(turn.language);
        turn.say((&sent.place, MessageId(0)), html, &[], None);
    }
    true
}

/// Takes it for the one item that is meant, or asks.
fn take(
    turn: &mut Turn<'_>,
    (place, account, unit): (&Place, &Account, UnitId),
    (file, blob): (FileOut, Blob),
    found: &[Item<'_>],
    (doubtful, report): (bool, Option<ReportKey>),
) {
    turn.effects.kept.push(blob);
    if let ([one], false) = (found, doubtful) {
        let text = keep(turn, account, unit, (one.material, one.term), file);
        return turn.reply(place, None, &text, &[]);
    }
    let choices: Vec<(String, Term)> =
        found.iter().map(|item| (item.material.name.clone(), item.term)).collect();
    let mut buttons: Vec<_> = found
        .iter()
        .enumerate()
        .map(|(at, item)| {
            let term = TermWords::of(item.term).say(turn.language);
            vec![button(format!("{term} {}", item.material.title), &format!("is:{at}"))]
        })
        .collect();
    buttons.extend(report.map(|_| vec![evidence::is_evidence(turn)]));
    buttons.push(vec![button(Label::MaterialNot.text(turn.language).to_owned(), "not")]);
    // Files without words that come one after the other are asked about together.
    let before = dialogue::open(turn, place.chat, account);
    let before = before.filter(|one| dialogue::is_lively(turn, one));
    let before = before.and_then(|one| match &one.about {
        Subject::Material { files, choices: same, report: of }
            if (same, *of) == (&choices, report) =>
        {
            Some((files.clone(), one.clone()))
        }
        _ => None,
    });
    let mut files = before.as_ref().map(|(files, _)| files.clone()).unwrap_or_default();
    files.push(file);
    let text = MaterialText::Ask {
        name: files.last().map(|file| file.name.clone()).unwrap_or_default(),
        count: files.len(),
    };
    let about = Subject::Material { files, choices, report };
    match before {
        Some((_, dialogue)) => dialogue::update(turn, &dialogue, about, (&text, buttons), None),
        None => dialogue::begin(turn, place.chat, about, &text, buttons),
    }
}

/// Enters it, and says so.
fn keep(
    turn: &mut Turn<'_>,
    account: &Account,
    unit: UnitId,
    (material, term): (&Material, Term),
    file: FileOut,
) -> MaterialText {
    let plan = turn.plan;
    let code = plan.unit(unit).code.clone();
    let name = file.name.clone();
    turn.audit(
        account.user,
        "material",
        code.to_string(),
        json!({ "material": material.name, "term": term, "file": file.hash[..8] }),
    );
    let deed = MaterialDeed::Sent { material: material.name.clone(), term, unit: code, file };
    turn.enter(account.user, Deed::Material(deed));
    MaterialText::Taken {
        unit: plan.unit(unit).name.clone(),
        title: material.title.clone(),
        term: TermWords::of(term),
        name,
        late: turn.moment.now > material.due(plan, term),
    }
}

/// The answer what a file is; false if there is no such choice.
pub(super) fn chosen(
    turn: &mut Turn<'_>,
    account: &Account,
    dialogue: &Dialogue,
    (files, choices): (Vec<FileOut>, Vec<(String, Term)>),
    data: &str,
    at: Option<MessageId>,
) -> bool {
    if data == "not" {
        dialogue::finish(turn, dialogue, &MaterialText::NotOne {}, at);
        return true;
    }
    let plan = turn.plan;
    let number = data.strip_prefix("is:").and_then(|at| at.parse::<usize>().ok());
    let choice = number.and_then(|at| choices.get(at));
    let found = choice.and_then(|(name, term)| {
        let material = plan.materials.iter().find(|one| one.name == *name)?;
        Some((material, *term, account.unit?))
    });
    let Some((material, term, unit)) = found else { return false };
    // Of several the last one stands; the others stay in the journal.
    let kept = files.into_iter().map(|file| keep(turn, account, unit, (material, term), file));
    let Some(text) = kept.last() else { return false };
    dialogue::finish(turn, dialogue, &text, at);
    true
}

/// A unit by code, a material by name: the key of one item in a journal.
pub(super) type Key<'a> = (&'a str, Term, &'a UnitCode);
