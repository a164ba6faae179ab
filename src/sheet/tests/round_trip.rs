//! A form goes out, is filled in, and the same figures come back.

use super::*;

/// Awkward values within each measure.
fn value(id: IndicatorId, seed: i64) -> i64 {
    let scale = PLAN.indicator(id).measure.scale;
    let parts = [0, 1, 7, 123, scale / 10, scale / 2, scale - 1];
    let at = usize::try_from(seed).unwrap() % parts.len();
    (seed * 37 % 5000) * scale + parts[at] % scale
}

#[test]
fn every_unit_gets_back_what_it_filled_in() {
    for (id, row) in PLAN.units() {
        for round in 0..8 {
            let filled = |indicator: IndicatorId| {
                let seed = i64::from(id.0) * 31 + i64::from(indicator.0) * 7 + round;
                (seed % 5 != 0).then(|| value(indicator, seed))
            };
            let bytes = form(id, filled).xlsx().unwrap();
            let reading = read(&LEXICON, &PLAN, id, Some(week()), &bytes);
            let reading = reading.unwrap_or_else(|error| panic!("{}: {error}", row.name));
            assert!(reading.form && reading.problems.is_empty(), "{}", told(&reading));
            let back: Vec<(IndicatorId, i64)> =
                reading.figures.iter().map(|f| (f.indicator, f.value.0)).collect();
            let wanted: Vec<(IndicatorId, i64)> = PLAN
                .carried(id)
                .iter()
                .filter_map(|indicator| Some((*indicator, filled(*indicator)?)))
                .collect();
            assert_eq!(back, wanted, "{}", row.name);
            assert_eq!(reading.period, Some(week()));
        }
    }
}

#[test]
fn the_same_form_is_the_same_bytes() {
    let make = || form(unit("兰江街道"), |_| Some(3)).xlsx().unwrap();
    assert_eq!(make(), make());
}

#[test]
fn a_form_shows_names_measures_targets_and_last_totals() {
    let bytes = form(unit("人行兰溪市支行"), |_| None).xlsx().unwrap();
    let sheets = open::open(&bytes).unwrap();
    let line = |row: u32| (0..7).map(|column| sheets[0].text(row, column)).collect::<Vec<_>>();
    assert_eq!(line(3), words().columns);
    assert_eq!(line(4), ["16", "新增小微企业贷款", "亿元", "36", "0.00000007", "", ""]);
    assert!(!sheets[0].hidden && sheets[1].hidden);
    let lanjiang = form(unit("兰江街道"), |_| None).xlsx().unwrap();
    let sheets = open::open(&lanjiang).unwrap();
    let names: Vec<&str> = (4..8).map(|row| sheets[0].text(row, 1)).collect();
    assert_eq!(names[3], "其中新转公司制企业");
}

/// The parts of an xlsx, by name.
fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    std::io::read_to_string(archive.by_name(name).unwrap()).unwrap()
}

#[test]
fn only_figures_and_remarks_can_be_filled_in() {
    let bytes = form(unit("市经信局"), |_| None).xlsx().unwrap();
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("<sheetProtection sheet=\"1\""), "{sheet}");
    assert!(!sheet.contains("password"), "{sheet}");
    // 9 is A4.
    assert!(sheet.contains("<pageSetup paperSize=\"9\""), "{sheet}");
    for rule in ["type=\"whole\"", "type=\"decimal\""] {
        let all =
            form(unit(if rule.contains("whole") { "兰江街道" } else { "市经信局" }), |_| None);
        let sheet = part(&all.xlsx().unwrap(), "xl/worksheets/sheet1.xml");
        assert!(sheet.contains(rule), "{rule}: {sheet}");
    }
    // The styles of a row's cells: only F and G are unlocked.
    let styles = part(&bytes, "xl/styles.xml");
    let cells = styles.split("<cellXfs").nth(1).unwrap().split("</cellXfs>").next().unwrap();
    let unlocked: Vec<bool> =
        cells.split("<xf ").skip(1).map(|xf| xf.contains("locked=\"0\"")).collect();
    let row = sheet.split("<row r=\"5\"").nth(1).unwrap().split("</row>").next().unwrap();
    let open: Vec<String> = row
        .split("<c r=\"")
        .skip(1)
        .filter_map(|cell| {
            let (at, rest) = cell.split_once('"')?;
            let style = rest.split_once("s=\"")?.1.split('"').next()?;
            unlocked[style.parse::<usize>().ok()?].then(|| at.to_owned())
        })
        .collect();
    assert_eq!(open, ["F5", "G5"]);
}

#[test]
fn a_form_saved_as_csv_is_read_as_any_table() {
    let text = "小微企业三年成长计划报送表,,,,,,\n单位:兰江街道,,,2019年第25周,,,\n只填两列,,,,,,\n\
                序号,指标,计量单位,目标任务,上期累计,本期累计,说明\n\
                1,新增小微企业,家,1647,7,120,\n\
                3,引导和支持个体工商户转型升级为企业,户,112,7,5,\n\
                3.1,其中新转公司制企业,户,,7,4,有2户在办\n\
                G5,“规下”工业小微企业增加值年均增长,%,7,,7.5%,\n";
    let gb = encoding_rs::GB18030.encode(text).0;
    let reading = read_for("兰江街道", text.as_bytes()).unwrap();
    assert_eq!(read_for("兰江街道", &gb).unwrap(), reading);
    assert_eq!(reading.period, Some(week()));
    insta::assert_snapshot!(told(&reading), @"
    F5 小微企业 120家
    F6 个转企 5户
    F7 公司制 4户 (有2户在办)
    F8 规下工业增加值增长 7.5%
    ");
}

#[test]
fn a_form_that_another_program_saved_is_still_the_form() {
    // Forms of week 26 as LibreOffice 7 saves them.
    let saved: [(&str, &[u8], &str); 2] = [
        ("兰江街道", include_bytes!("../../../tests/sheets/lanjiang.xls"), "F10 低散乱 60家\n"),
        ("市税务局", include_bytes!("../../../tests/sheets/tax.ods"), "F5 税收优惠受惠面 98.5%\n"),
    ];
    for (name, bytes, wanted) in saved {
        let reading = read(&LEXICON, &PLAN, unit(name), None, bytes).unwrap();
        assert!(reading.form);
        assert_eq!(reading.period, Some("2019-W26".parse().unwrap()));
        assert_eq!(told(&reading), wanted);
    }
}
