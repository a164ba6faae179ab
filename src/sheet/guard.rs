//! What must be true of a file before a reader may unpack it.
//!
//! A workbook is a zip archive (xlsx, ods) or a small file system (xls), and either can claim to
//! hold far more than its bytes: an archive that unpacks to gigabytes, one cell in the last row
//! and column, a list of four thousand million texts, a chain of blocks that never ends. The readers
//! believe such claims and ask for the memory. Here each is checked against a bound first.

use std::io::{Cursor, Read};

use super::{MOST_BYTES, SheetError};

/// The most bytes of all unpacked parts together: what a reader gets through in a fraction of a second.
const MOST_UNPACKED: usize = 16 * 1024 * 1024;

/// The most parts of an archive.
const MOST_PARTS: usize = 2000;

/// The most cells a reader may have to hold at a time, empty ones between others counted.
const MOST_CELLS: usize = 1_000_000;

/// How much of a range's name is looked at.
const LONGEST_NAME: usize = 64;

/// The last row of a sheet (ECMA-376 allows no more), with room.
const LAST_ROW: u64 = 9_999_999;

/// The most sheets of an xls.
const MOST_SHEETS: usize = 64;

/// What an archive holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packed {
    Xlsx,
    Ods,
}

fn broken(error: impl std::fmt::Display) -> SheetError {
    SheetError::Unreadable(error.to_string())
}

/// Unpacks every part of an archive, to see how large it really is and what it claims.
pub(super) fn zip(bytes: &[u8]) -> Result<Packed, SheetError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > MOST_PARTS {
        return Err(SheetError::TooLarge);
    }
    let (mut left, mut packed) = (MOST_UNPACKED, None);
    for index in 0..archive.len() {
        let part = match archive.by_index(index) {
            Ok(part) => part,
            Err(zip::result::ZipError::InvalidPassword) => return Err(SheetError::Locked),
            Err(zip::result::ZipError::UnsupportedArchive(why)) if why.contains("assword") => {
                return Err(SheetError::Locked);
            }
            Err(error) => return Err(broken(error)),
        };
        match part.name().map_err(broken)?.as_ref() {
            "content.xml" => packed = packed.or(Some(Packed::Ods)),
            "[Content_Types].xml" => packed = Some(Packed::Xlsx),
            _ => {}
        }
        let mut text = Vec::new();
        part.take(left as u64 + 1).read_to_end(&mut text).map_err(broken)?;
        left = left.checked_sub(text.len()).ok_or(SheetError::TooLarge)?;
        if !reads_as_it_stands(&text) {
            return Err(broken("a part in an unusual encoding"));
        }
        if claims_many_strings(&text) {
            return Err(SheetError::TooLarge);
        }
        if names_no_cell(&text) {
            return Err(broken("a cell that no sheet has"));
        }
    }
    packed.ok_or_else(|| broken("an archive that is no workbook"))
}

/// Whether the bytes mean what they say: the checks below look at bytes, and a part in UTF-16 or
/// in a shifting encoding would say something else to the reader.
fn reads_as_it_stands(part: &[u8]) -> bool {
    let head = &part[..part.len().min(256)];
    let wide = [&b"\xff\xfe"[..], b"\xfe\xff", b"<\0", b"\0<"];
    if wide.iter().any(|mark| head.starts_with(mark)) {
        return false;
    }
    let Some(at) = find(head, b"encoding") else { return true };
    let named = head[at + 8..].iter().filter(|b| !b" =\"'".contains(b)).take(5);
    let named: Vec<u8> = named.map(u8::to_ascii_lowercase).collect();
    !head.starts_with(b"<?xml") && !head.starts_with(b"\xef\xbb\xbf<?xml") || named == b"utf-8"
}

/// Whether a part announces more shared strings than a file of our size can use.
fn claims_many_strings(part: &[u8]) -> bool {
    numbers_behind(part, b"uniqueCount").any(|count| count.is_none_or(|count| count > 500_000))
}

/// Whether a part has a cell like `AAAAAAAF11` or `A99999999`, or a range like `B9:A1`: no sheet has columns of
/// more than three letters or so many rows, and the reader reckons with as many as there are; and it takes
/// the first from the last.
fn names_no_cell(part: &[u8]) -> bool {
    [&b"r"[..], b"ref"].into_iter().any(|word| {
        let mut from = 0;
        std::iter::from_fn(|| {
            let at = from + find(&part[from..], word)?;
            from = at + word.len();
            Some(at)
        })
        .filter(|at| at.checked_sub(1).is_some_and(|before| part[before].is_ascii_whitespace()))
        .any(|at| {
            let behind = &part[at + word.len()..];
            let open = behind.iter().take(16).take_while(|b| b" \t\r\n=\"'".contains(b)).count();
            if !behind[..open].contains(&b'=') {
                return false;
            }
            let value = &behind[open..behind.len().min(open + LONGEST_NAME)];
            let value = value.split(|b| b"\"'".contains(b)).next().unwrap_or_default();
            let cells: Vec<_> = value.split(|b| *b == b':').take(2).map(Cell::named).collect();
            let turned = matches!(cells[..], [first, last]
                if last.column < first.column || last.row < first.row);
            let far = cells.iter().any(|cell| cell.letters > 3 || cell.row > LAST_ROW);
            far || turned
        })
    })
}

/// A cell's name, as far as it is one.
#[derive(Clone, Copy)]
struct Cell {
    letters: usize,
    column: u64,
    row: u64,
}

impl Cell {
    fn named(name: &[u8]) -> Self {
        let letters = name.iter().take_while(|b| b.is_ascii_alphabetic()).count();
        let (column, row) = name.split_at(letters);
        let digits = row.iter().take(10).take_while(|b| b.is_ascii_digit());
        let letter = |b: &u8| u64::from(b.to_ascii_uppercase() - b'A') + 1;
        Self {
            letters,
            column: column.iter().take(4).fold(0, |number, b| number * 26 + letter(b)),
            row: digits.fold(0, |number, b| number * 10 + u64::from(b - b'0')),
        }
    }
}

/// The numbers that follow a word; `None` where no number of a likely length does.
fn numbers_behind<'a>(part: &'a [u8], word: &'a [u8]) -> impl Iterator<Item = Option<u64>> + 'a {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + find(&part[from..], word)? + word.len();
        from = at;
        let quoted = part[at..].iter().take(16).skip_while(|b| b" \t\r\n=\"'".contains(b));
        let digits: Vec<u8> = quoted.take_while(|b| b.is_ascii_digit()).copied().collect();
        Some(std::str::from_utf8(&digits).ok().and_then(|digits| digits.parse().ok()))
    })
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    let first = *word.first()?;
    let mut from = 0;
    loop {
        let at = from + bytes[from..].iter().position(|b| *b == first)?;
        if bytes[at..].starts_with(word) {
            return Some(at);
        }
        from = at + 1;
    }
}

/// Takes the records out of an xls, checks what they claim, and packs them anew, so that the
/// reader sees what was checked and nothing else.
pub(super) fn xls(bytes: &[u8]) -> Result<Vec<u8>, SheetError> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(broken)?;
    if file.exists("EncryptedPackage") {
        return Err(SheetError::Locked);
    }
    let name = ["Workbook", "Book"].into_iter().find(|name| file.is_stream(name));
    let name = name.ok_or_else(|| broken("no workbook inside"))?;
    let mut records = Vec::new();
    let stream = file.open_stream(name).map_err(broken)?;
    stream.take(MOST_BYTES as u64 + 1).read_to_end(&mut records).map_err(broken)?;
    check_records(&records)?;
    // Version 3, which spreadsheets write: of later ones the reader wants more.
    let empty = Cursor::new(Vec::new());
    let mut anew =
        cfb::CompoundFile::create_with_version(cfb::Version::V3, empty).map_err(broken)?;
    let mut stream = anew.create_stream(name).map_err(broken)?;
    std::io::Write::write_all(&mut stream, &records).map_err(broken)?;
    drop(stream);
    anew.flush().map_err(broken)?;
    Ok(anew.into_inner().into_inner())
}

/// Walks the records as the reader does: from the start for the list of sheets, then each sheet.
fn check_records(stream: &[u8]) -> Result<(), SheetError> {
    let mut sheets = Vec::new();
    for (kind, data) in Records(stream) {
        match kind {
            0x002f => return Err(SheetError::Locked),
            // BoundSheet8 (MS-XLS 2.4.28): where the sheet's records start.
            0x0085 => sheets.push(long(data, 0).ok_or_else(|| broken("a sheet without a place"))?),
            _ => {}
        }
    }
    if sheets.len() > MOST_SHEETS {
        return Err(SheetError::TooLarge);
    }
    let mut cells = 0_usize;
    for start in sheets {
        let records =
            stream.get(start as usize..).ok_or_else(|| broken("a sheet beyond the end"))?;
        let (mut rows, mut columns, mut count) = (0_usize, 0_usize, 0_usize);
        // Also beyond the sheet's end, where the reader stops: that only makes the bound safer.
        for (kind, data) in Records(records) {
            let (Some(row), Some(column)) = (short(data, 0), short(data, 2)) else { continue };
            let last = match kind {
                // Number, Label, RString, BoolErr, Rk, LabelSst, Formula.
                0x0203 | 0x0204 | 0x00d6 | 0x0205 | 0x027e | 0x00fd | 0x0006 => column,
                // MulRk: several cells of a row, the last column at the end.
                0x00bd => short(data, data.len().saturating_sub(2)).unwrap_or(0).max(column),
                // Dimensions: rows and columns, for which the reader makes room.
                0x0200 => {
                    if room(data).is_none_or(|room| room > MOST_CELLS) {
                        return Err(SheetError::TooLarge);
                    }
                    continue;
                }
                _ => continue,
            };
            count += usize::from(last - column.min(last)) + 1;
            rows = rows.max(usize::from(row) + 1);
            columns = columns.max(usize::from(last) + 1);
        }
        cells = cells.saturating_add(rows.saturating_mul(columns)).saturating_add(count);
        if cells > MOST_CELLS {
            return Err(SheetError::TooLarge);
        }
    }
    Ok(())
}

/// How many cells a record of dimensions announces; `None` if it ends before it begins, which the
/// reader would take for thousands of millions.
fn room(data: &[u8]) -> Option<usize> {
    let (first, last, columns) = if data.len() == 10 {
        (u32::from(short(data, 0)?), u32::from(short(data, 2)?), short(data, 6)?)
    } else {
        (long(data, 0)?, long(data, 4)?, short(data, 10)?)
    };
    if last == 0 || columns == 0 {
        return Some(1);
    }
    let rows = usize::try_from(last.checked_sub(first)?).ok()?;
    Some(rows.saturating_mul(columns.into()))
}

/// The records of an xls: two bytes of kind, two of length, the data.
struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (kind, length) = (short(self.0, 0)?, usize::from(short(self.0, 2)?));
        let data = self.0.get(4..4 + length)?;
        self.0 = &self.0[4 + length..];
        Some((kind, data))
    }
}

fn short(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(data.get(at..at + 2)?.try_into().ok()?))
}

fn long(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(data.get(at..at + 4)?.try_into().ok()?))
}
