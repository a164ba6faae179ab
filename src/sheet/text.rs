//! Comma-separated files: which encoding they are in, what divides their cells.

use encoding_rs::GB18030;

use super::open::{Cell, Sheet, Value};
use super::{At, MOST_COLUMNS, MOST_ROWS, SheetError};

/// Reads a text file as one sheet; every cell is text, as it was written.
pub(super) fn sheet(bytes: &[u8]) -> Result<Sheet, SheetError> {
    let text = decode(bytes)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(divider(&text))
        .from_reader(text.as_bytes());
    let mut sheet = Sheet::default();
    for (row, record) in (0..).zip(reader.records()) {
        let record = record.map_err(|error| SheetError::Unreadable(error.to_string()))?;
        for (column, text) in (0..).zip(&record) {
            if text.trim().is_empty() {
                continue;
            }
            if row >= MOST_ROWS || column >= MOST_COLUMNS {
                return Err(SheetError::TooLarge);
            }
            let cell = Cell { value: Value::Text(text.trim().to_owned()), formula: false };
            sheet.cells.insert(At { row, column }, cell);
        }
    }
    Ok(sheet)
}

/// UTF-8 with or without its mark, UTF-16 with it ("Unicode text" of spreadsheets), else GB 18030,
/// which Chinese spreadsheets write.
fn decode(bytes: &[u8]) -> Result<String, SheetError> {
    let no_text = || SheetError::Unreadable("neither a workbook nor a text".to_owned());
    if [&b"%PDF"[..], b"{\\rtf"].iter().any(|start| bytes.starts_with(start)) {
        return Err(no_text()); // documents that begin like a text
    }
    let little =
        bytes.strip_prefix(b"\xff\xfe").map(|rest| (rest, u16::from_le_bytes as fn(_) -> _));
    let big = bytes.strip_prefix(b"\xfe\xff").map(|rest| (rest, u16::from_be_bytes as fn(_) -> _));
    let text = if let Some((rest, unit)) = little.or(big) {
        let units: Vec<u16> = rest.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16(&units).map_err(|_| no_text())?
    } else {
        let plain = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if let Ok(text) = std::str::from_utf8(plain) {
            text.to_owned()
        } else {
            let (text, broken) = GB18030.decode_without_bom_handling(plain);
            if broken {
                return Err(no_text());
            }
            text.into_owned()
        }
    };
    // Bytes that mean nothing as text are some other kind of file.
    let strange = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{b}' | '\u{c}');
    if text.contains(strange) { Err(no_text()) } else { Ok(text) }
}

/// What stands most often in the first lines: a tab, a semicolon, or a comma.
fn divider(text: &str) -> u8 {
    let head: Vec<&str> = text.lines().take(20).collect();
    let count = |mark: char| head.iter().map(|line| line.matches(mark).count()).sum::<usize>();
    let (tabs, semicolons, commas) = (count('\t'), count(';'), count(','));
    if tabs > 0 && tabs >= commas {
        b'\t'
    } else if semicolons > commas {
        b';'
    } else {
        b','
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(bytes: &[u8]) -> Vec<String> {
        let cell = |cell: &Cell| match &cell.value {
            Value::Text(text) => text.clone(),
            other => format!("{other:?}"),
        };
        sheet(bytes).unwrap().cells.values().map(cell).collect()
    }

    #[test]
    fn every_encoding_a_spreadsheet_writes_is_read() {
        let text = "指标,累计\r\n小升规,\"1,002\"\r\n";
        let wanted = ["指标", "累计", "小升规", "1,002"];
        let utf16: Vec<u8> =
            text.replace(',', "\t").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(cells(text.as_bytes()), wanted);
        assert_eq!(cells(&[b"\xef\xbb\xbf", text.as_bytes()].concat()), wanted);
        assert_eq!(cells(&GB18030.encode(text).0), wanted);
        let tabs = [&b"\xff\xfe"[..], &utf16].concat();
        assert_eq!(cells(&tabs), ["指标", "累计", "小升规", "1\t002"]);
        assert_eq!(cells("指标;累计\n小升规;2".as_bytes()), ["指标", "累计", "小升规", "2"]);
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for bytes in [&b"\x00\x01\x02"[..], b"\xff\xff\xff\xff", b"%PDF\x00"] {
            assert!(matches!(sheet(bytes), Err(SheetError::Unreadable(_))), "{bytes:?}");
        }
    }
}
