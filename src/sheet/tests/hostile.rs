//! Files that mean harm, or that broke on the way: an error, never a panic, never a full memory.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

use super::*;

/// An archive of parts.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A good xlsx with one part changed.
fn with_part(name: &str, change: impl Fn(String) -> Vec<u8>) -> Vec<u8> {
    let good = form(unit("兰江街道"), |_| Some(2)).xlsx().unwrap();
    let mut from = zip::ZipArchive::new(Cursor::new(&good)).unwrap();
    let mut parts = Vec::new();
    for index in 0..from.len() {
        let part = from.by_index(index).unwrap();
        let part_name = part.name().unwrap().into_owned();
        let text = std::io::read_to_string(part).unwrap();
        let bytes = if part_name == name { change(text) } else { text.into_bytes() };
        parts.push((part_name, bytes));
    }
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
    archive(&parts)
}

fn error_of(bytes: &[u8]) -> SheetError {
    read_for("兰江街道", bytes).expect_err("this cannot be read")
}

const SHEET: &str = "xl/worksheets/sheet1.xml";

#[test]
fn what_is_too_big_is_not_looked_at() {
    assert_eq!(error_of(&vec![b'1'; MOST_BYTES + 1]), SheetError::TooBig(MOST_BYTES + 1));
    let mut text = b"a,b\n".repeat(MOST_BYTES / 4 + 1);
    text.truncate(MOST_BYTES);
    assert_eq!(error_of(&text), SheetError::TooLarge);
}

#[test]
fn bombs_do_not_go_off() {
    let zeros = vec![b' '; 60 * 1024 * 1024];
    let bomb = archive(&[("[Content_Types].xml", b"<x/>"), ("xl/workbook.xml", &zeros)]);
    assert!(bomb.len() < MOST_BYTES);
    assert_eq!(error_of(&bomb), SheetError::TooLarge);
    let many: Vec<String> = (0..2100).map(|n| format!("x{n}.xml")).collect();
    let parts: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b"<x/>"[..])).collect();
    assert_eq!(error_of(&archive(&parts)), SheetError::TooLarge);
    // Four thousand million shared strings, and a cell in the last row and column.
    let claim = |text: String| {
        let at = text.find("uniqueCount=\"").unwrap() + "uniqueCount=\"".len();
        format!("{}429496729{}", &text[..at], &text[at..]).into_bytes()
    };
    assert_eq!(error_of(&with_part("xl/sharedStrings.xml", claim)), SheetError::TooLarge);
    let far = |text: String| {
        text.replace(
            "</sheetData>",
            "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>",
        )
        .into_bytes()
    };
    assert_eq!(error_of(&with_part(SHEET, far)), SheetError::TooLarge);
    // A size that is only claimed does no harm.
    let claimed = |text: String| {
        let dimension = text.split("<dimension ref=\"").nth(1).unwrap().split('"').next().unwrap();
        text.replace(dimension, "A1:XFD1048576").into_bytes()
    };
    assert!(read_for("兰江街道", &with_part(SHEET, claimed)).is_ok());
    let shared = |text: String| {
        let cell = "<c r=\"I9\"><f t=\"shared\" si=\"4000000000\" ref=\"I9:I9\">1</f><v>1</v></c></row></sheetData>";
        text.replace("</row></sheetData>", cell).into_bytes()
    };
    assert!(read_for("兰江街道", &with_part(SHEET, shared)).is_ok());
    let wide = |text: String| {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        b"\xff\xfe".iter().copied().chain(units).collect()
    };
    assert!(matches!(error_of(&with_part(SHEET, wide)), SheetError::Unreadable(_)));
}

#[test]
fn a_cell_beyond_the_last_column_or_row_is_refused() {
    for (cell, place) in [
        ("r=\"F11\"", "r=\"AAAAAAAAF11\""),
        ("r=\"F11\"", "r = 'ABCD11'"),
        ("r=\"F11\"", "r=\"F55555555555\""),
    ] {
        let bytes = with_part(SHEET, |text| {
            assert!(text.contains(cell));
            text.replacen(cell, place, 1).into_bytes()
        });
        assert!(matches!(error_of(&bytes), SheetError::Unreadable(_)), "{place}");
    }
}

#[test]
fn a_range_that_ends_before_it_begins_is_refused() {
    for range in ["ref=\"G18:A1\"", "ref=\"A18:G1\"", "ref = 'B1:A1'"] {
        let bytes = with_part(SHEET, |text| {
            let at = text.find("ref=\"A1:").unwrap();
            let end = at + 5 + text[at + 5..].find('"').unwrap() + 1;
            [&text[..at], range, &text[end..]].concat().into_bytes()
        });
        assert!(matches!(error_of(&bytes), SheetError::Unreadable(_)), "{range}");
    }
}

#[test]
fn a_formula_that_was_never_worked_out_is_told() {
    let bytes = with_part(SHEET, |text| {
        let cell = text.split("<c r=\"F11\"").nth(1).unwrap().split("</c>").next().unwrap();
        let cell = ["<c r=\"F11\"", cell].concat();
        text.replace(&cell, &cell.replace("<v>2</v>", "<f>1+1</f>")).into_bytes()
    });
    let told = told(&read_for("兰江街道", &bytes).unwrap());
    assert!(
        told.contains("F11 小升规 ! no_value \"\"") && told.contains("F10 低散乱 2家"),
        "{told}"
    );
}

/// An ods around the rows of one table.
fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content><office:body>\
         <office:spreadsheet><table:table table:name=\"表\">{rows}</table:table>\
         </office:spreadsheet></office:body></office:document-content>"
    );
    archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content.as_bytes()),
        ("META-INF/manifest.xml", b"<manifest:manifest/>"),
    ])
}

fn ods_cell(kind: &str, value: &str, shown: &str) -> String {
    format!(
        "<table:table-cell office:value-type=\"{kind}\" office:value=\"{value}\"><text:p>{shown}</text:p></table:table-cell>"
    )
}

fn ods_text(text: &str) -> String {
    format!(
        "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
    )
}

const ODS_END: &str = "<table:table-row table:number-rows-repeated=\"1048570\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>";

#[test]
fn an_ods_is_read_and_its_repeats_do_no_harm() {
    let row = |cells: &str| {
        let rest = "<table:table-cell table:number-columns-repeated=\"16380\"/>";
        format!("<table:table-row>{cells}{rest}</table:table-row>")
    };
    let head = row(&[ods_text("指标"), ods_text("累计")].concat());
    let share = row(&[ods_text("受惠面"), ods_cell("percentage", "0.985", "98.50%")].concat());
    let good = ods(&[&head, &share, ODS_END].concat());
    let reading = read_for("市税务局", &good).unwrap();
    assert_eq!(told(&reading), "B2 税收优惠受惠面 98.5%\n");
    let formula = "<table:table-cell table:formula=\"of:=[.C9]\"/>";
    let open = row(&[&ods_text("受惠面"), formula].concat());
    let reading = read_for("市税务局", &ods(&[&head, &open, ODS_END].concat())).unwrap();
    assert_eq!(told(&reading), "B2 税收优惠受惠面 ! no_value \"\"\n");
    let bomb = "<table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell \
                table:number-columns-repeated=\"16384\" office:value-type=\"float\" office:value=\"1\"/>\
                </table:table-row>";
    assert_eq!(error_of(&ods(bomb)), SheetError::TooLarge);
    let locked = archive(&[
        ("content.xml", b"<x/>"),
        ("META-INF/manifest.xml", b"<manifest:encryption-data/>"),
    ]);
    assert_eq!(error_of(&locked), SheetError::Locked);
}

/// A record of an xls.
fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap();
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
}

/// An xls of one sheet with these records.
fn xls(cells: &[u8]) -> Vec<u8> {
    let bof = |kind: u16| {
        let words = [0x0600_u16, kind, 0, 0, 0, 0, 0, 0];
        record(0x0809, &words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>())
    };
    let end = record(0x000a, &[]);
    let sheet_name = [&[2_u8, 1][..], &utf16("表一")].concat();
    let bound =
        |place: u32| record(0x0085, &[&place.to_le_bytes()[..], &[0, 0], &sheet_name].concat());
    let head = [bof(5), record(0x0042, &1200_u16.to_le_bytes())].concat();
    let place = u32::try_from(head.len() + bound(0).len() + end.len()).unwrap();
    let stream = [head, bound(place), end.clone(), bof(0x10), cells.to_vec(), end].concat();
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    file.create_stream("Workbook").unwrap().write_all(&stream).unwrap();
    file.flush().unwrap();
    file.into_inner().into_inner()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn xls_place(row: u16, column: u16) -> Vec<u8> {
    [row, column, 0].iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn xls_label(row: u16, column: u16, text: &str) -> Vec<u8> {
    let length = u16::try_from(text.encode_utf16().count()).unwrap().to_le_bytes();
    record(0x0204, &[&xls_place(row, column)[..], &length, &[1], &utf16(text)].concat())
}

fn xls_number(row: u16, column: u16, number: f64) -> Vec<u8> {
    record(0x0203, &[&xls_place(row, column)[..], &number.to_le_bytes()].concat())
}

#[test]
fn an_xls_is_read_and_what_it_claims_is_checked() {
    let head = [xls_label(0, 0, "指标"), xls_label(0, 1, "累计完成")].concat();
    let rows = [xls_label(1, 0, "小升规"), xls_number(1, 1, 2.0)].concat();
    let good = xls(&[head.clone(), rows.clone()].concat());
    assert_eq!(told(&read_for("兰江街道", &good).unwrap()), "B2 小升规 2家\n");
    let share = [xls_label(1, 0, "受惠面"), xls_number(1, 1, 0.985)].concat();
    let share = xls(&[head.clone(), share].concat());
    let told_of = told(&read_for("市税务局", &share).unwrap());
    assert_eq!(told_of, "B2 税收优惠受惠面 ! unclear_measure \"0.985\"\n");
    let far = xls(&[head.clone(), rows.clone(), xls_number(65535, 65535, 1.0)].concat());
    assert_eq!(error_of(&far), SheetError::TooLarge);
    // Room for thousands of millions of cells, and a table that ends before it begins.
    for (rows, last_column) in [([0, u32::MAX], 4_u16), ([9, 8], 4), ([0, 60_000], 256)] {
        let rows = rows.iter().flat_map(|n| n.to_le_bytes());
        let columns = [0, last_column, 0].into_iter().flat_map(u16::to_le_bytes);
        let room: Vec<u8> = rows.chain(columns).collect();
        let claim = xls(&[record(0x0200, &room), head.clone()].concat());
        assert_eq!(error_of(&claim), SheetError::TooLarge);
    }
    let mut locked = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    locked.create_stream("EncryptedPackage").unwrap().write_all(b"x").unwrap();
    locked.flush().unwrap();
    assert_eq!(error_of(&locked.into_inner().into_inner()), SheetError::Locked);
}

/// A small generator, so that a failure can be repeated by its seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or(0)
    }
}

/// Good files of every kind.
fn good_files() -> Vec<Vec<u8>> {
    let row = format!(
        "<table:table-row>{}{}</table:table-row>",
        ods_text("小升规"),
        ods_cell("float", "2", "2")
    );
    let head =
        format!("<table:table-row>{}{}</table:table-row>", ods_text("指标"), ods_text("累计"));
    let cells = [
        xls_label(0, 0, "指标"),
        xls_label(0, 1, "累计完成"),
        xls_label(1, 0, "小升规"),
        xls_number(1, 1, 2.0),
    ];
    vec![
        form(unit("兰江街道"), |_| Some(2)).xlsx().unwrap(),
        ods(&[&head, &row, ODS_END].concat()),
        xls(&cells.concat()),
        include_bytes!("../../../tests/sheets/lanjiang.xls").to_vec(),
        include_bytes!("../../../tests/sheets/tax.ods").to_vec(),
        "指标,累计\n小升规,2\n".as_bytes().to_vec(),
    ]
}

#[test]
fn a_file_cut_short_is_an_error_or_less() {
    for good in good_files() {
        for part in 0..40 {
            let cut = &good[..good.len() * part / 40];
            // A text cut short may still be a table; nothing else is.
            let read = read_for("兰江街道", cut);
            assert!(read.is_err() || !good.starts_with(b"PK"), "{part}/40");
        }
    }
}

#[test]
fn random_and_changed_bytes_never_panic() {
    let seed = std::env::var("SHEET_SEED").ok().and_then(|text| text.parse().ok());
    let seed = seed.unwrap_or(0x5eed_2019_u64);
    println!("SHEET_SEED={seed}");
    let mut random = Random(seed);
    let starts = [&b""[..], b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe"];
    for start in starts {
        for _ in 0..60 {
            let length = random.next() % 3000;
            let noise = (0..length).map(|_| random.next().to_le_bytes()[0]);
            let bytes: Vec<u8> = start.iter().copied().chain(noise).collect();
            let _ = read_for("兰江街道", &bytes);
        }
    }
    for good in good_files() {
        for _ in 0..120 {
            let mut bytes = good.clone();
            for _ in 0..=random.next() % 8 {
                let at = random.next() % bytes.len();
                bytes[at] = random.next().to_le_bytes()[0];
            }
            let _ = read_for("兰江街道", &bytes);
        }
    }
    // Records of an xls that is packed well, with a length or two that lie.
    for _ in 0..300 {
        let head = [xls_label(0, 0, "指标"), xls_label(0, 1, "累计完成")].concat();
        let room = record(0x0200, &[0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 2, 0, 0, 0]);
        let rows = [xls_label(1, 0, "小升规"), xls_number(1, 1, 2.0)].concat();
        let mut records = [room, head, rows].concat();
        for _ in 0..=random.next() % 5 {
            let at = random.next() % records.len();
            records[at] = random.next().to_le_bytes()[0];
        }
        let _ = read_for("兰江街道", &xls(&records));
    }
    // Inside a workbook that unpacks well: changed text of its parts.
    for name in [SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"] {
        for _ in 0..60 {
            let (from, to) = (random.next(), random.next());
            let bytes = with_part(name, |text| {
                let mut bytes = text.into_bytes();
                let (at, end) = (from % bytes.len(), bytes.len());
                match to % 3 {
                    0 => bytes[at] = b"0<>\"/9&"[to % 7],
                    1 => drop(bytes.drain(at..(at + to % 40).min(end))),
                    _ => {
                        let piece = bytes[at..(at + to % 40).min(end)].to_vec();
                        bytes.splice(at..at, piece);
                    }
                }
                bytes
            });
            let _ = read_for("兰江街道", &bytes);
        }
    }
}
