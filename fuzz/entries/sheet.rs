//! A file that somebody sends: an error or figures, never a panic.

use std::io::{Cursor, Read, Write};
use std::sync::LazyLock;

use liaison_bot::sheet::read;
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

use super::county::{COUNTY, LIAISON};

type Part = (String, Vec<u8>);

/// The form that the bot sends, unpacked.
static PARTS: LazyLock<Vec<Part>> = LazyLock::new(|| {
    let form = COUNTY.effects.blobs.first().expect("a form was sent");
    let mut archive = zip::ZipArchive::new(Cursor::new(form.contents.bytes())).expect("a zip");
    let each = (0..archive.len()).map(|at| {
        let mut part = archive.by_index(at).expect("a part");
        let name = part.name().expect("a name").into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).expect("its bytes");
        (name, bytes)
    });
    each.collect()
});

/// The first byte picks: the others are a file, or one part of the form that the bot sends, so that
/// no checksum stands before the reader.
pub fn entry(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let unit = COUNTY.snapshot.accounts[&LIAISON].unit.expect("a liaison has a unit");
    let at = usize::from(*first) % (PARTS.len() + 1);
    let file = if at == 0 { rest.to_vec() } else { with(at - 1, rest) };
    let desk = &COUNTY.desk;
    let Ok(reading) = read(&desk.lexicon, &desk.plan, unit, None, &file) else { return };
    let carried = desk.plan.carried(unit);
    let mut seen = Vec::new();
    for figure in &reading.figures {
        assert!(carried.contains(&figure.indicator), "only its own");
        assert!(figure.value.0 >= 0, "no less than nothing");
        assert!(!seen.contains(&figure.indicator), "one figure an indicator");
        seen.push(figure.indicator);
    }
}

fn with(at: usize, changed: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (index, (name, bytes)) in PARTS.iter().enumerate() {
        archive.start_file(name.as_str(), stored).expect("a part");
        archive.write_all(if index == at { changed } else { bytes }).expect("its bytes");
    }
    archive.finish().expect("an archive").into_inner()
}

/// The form, whole and in parts, and tables of other kinds.
pub fn seeds() -> Vec<Vec<u8>> {
    let form = COUNTY.effects.blobs[0].contents.bytes();
    let files = [
        form,
        include_bytes!("../../tests/sheets/lanjiang.xls"),
        include_bytes!("../../tests/sheets/tax.ods"),
        "指标,累计\n小升规,2\n".as_bytes(),
    ];
    let files = files.iter().map(|file| [&[0][..], file].concat());
    let parts = (1..).zip(PARTS.iter()).map(|(at, (_, bytes))| [&[at][..], bytes].concat());
    files.chain(parts).collect()
}
