//! Forms with wrong cells, and files that are not the unit's form.

use super::*;

/// 兰江街道's form with one row's figure typed by hand: 小微企业 in row 5, 小升规 further below.
fn typed(unit_name: &str, name: &str, cell: &Typed) -> Vec<u8> {
    let id = unit(unit_name);
    let form = form(id, |_| None);
    let at = form.lines.iter().position(|line| line.indicator == indicator(name)).unwrap();
    let row = u32::try_from(at).unwrap() + 4;
    // The same sheets again, with one cell more.
    let sheets = open::open(&form.xlsx().unwrap()).unwrap();
    let mut book = Workbook::new();
    for (index, from) in sheets.iter().enumerate() {
        let sheet = book.add_worksheet();
        sheet.set_name(&from.name).unwrap();
        for (at, cell) in &from.cells {
            sheet.write_string(at.row, u16::try_from(at.column).unwrap(), cell.text()).unwrap();
        }
        if index == 0 {
            put(sheet, row, 5, cell);
            sheet.write_string(row, 6, "备注一句").unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

fn answer(unit_name: &str, name: &str, cell: &Typed) -> String {
    let bytes = typed(unit_name, name, cell);
    let reading = read_for(unit_name, &bytes).unwrap();
    assert!(reading.form);
    told(&reading).trim_end().to_owned()
}

#[test]
fn each_cell_is_answered_for_itself() {
    let lanjiang = |cell: Typed| answer("兰江街道", "小升规", &cell);
    for (cell, wanted) in [
        (Number(2.0), "F11 小升规 2家 (备注一句)"),
        (Text("2"), "F11 小升规 2家 (备注一句)"),
        (Text(" 2家 "), "F11 小升规 2家 (备注一句)"),
        (Text("1,647"), "F11 小升规 1647家 (备注一句)"),
        (Text("无"), "F11 小升规 0家 (备注一句)"),
        (Typed::Formula("=1+1", "2"), "F11 小升规 2家 (备注一句) = formula"),
        (Nothing, ""),
        (Text("—"), ""),
        (Text("/"), ""),
        (Text("两三家"), "F11 小升规 ! not_a_number \"两三家\""),
        (Text("正在核实"), "F11 小升规 ! not_a_number \"正在核实\""),
        (Text("+1"), "F11 小升规 ! not_a_number \"+1\""),
        (Text("2家左右"), "F11 小升规 ! not_a_number \"2家左右\""),
        (Typed::Formula("=1/0", "#DIV/0!"), "F11 小升规 ! not_a_number \"#DIV/0!\""),
        (Number(-2.0), "F11 小升规 ! negative \"-2\""),
        (Text("-2"), "F11 小升规 ! negative \"-2\""),
        (Number(2.5), "F11 小升规 ! not_whole \"2.5\""),
        (Text("2.5"), "F11 小升规 ! not_whole \"2.5\""),
        (Number(1e19), "F11 小升规 ! too_large \"10000000000000000000\""),
        (Percent(0.12), "F11 小升规 ! not_a_number \"0.12\""),
    ] {
        assert_eq!(lanjiang(cell), wanted);
    }
}

#[test]
fn money_areas_and_shares_keep_every_digit() {
    for (unit_name, name, cell, wanted) in [
        ("人行兰溪市支行", "小微贷款", Number(12.3), "F5 小微贷款 12.3亿元 (备注一句)"),
        ("人行兰溪市支行", "小微贷款", Number(0.1 + 0.2), "F5 小微贷款 0.3亿元 (备注一句)"),
        ("人行兰溪市支行", "小微贷款", Text("1,234.5"), "F5 小微贷款 1234.5亿元 (备注一句)"),
        ("人行兰溪市支行", "小微贷款", Text("12300万元"), "F5 小微贷款 1.23亿元 (备注一句)"),
        ("人行兰溪市支行", "小微贷款", Text("36亿"), "F5 小微贷款 36亿元 (备注一句)"),
        (
            "人行兰溪市支行",
            "小微贷款",
            Number(0.000_000_001),
            "F5 小微贷款 ! not_whole \"0.000000001\"",
        ),
        ("市经信局", "标准厂房", Number(12.5), "F5 标准厂房 12.5万平方米 (备注一句)"),
        ("市税务局", "税收优惠受惠面", Number(98.5), "F5 税收优惠受惠面 98.5% (备注一句)"),
        ("市税务局", "税收优惠受惠面", Percent(0.985), "F5 税收优惠受惠面 98.5% (备注一句)"),
        (
            "市税务局",
            "税收优惠受惠面",
            Percent(0.98555),
            "F5 税收优惠受惠面 ! not_whole \"0.98555\"",
        ),
        ("市税务局", "税收优惠受惠面", Number(0.5), "F5 税收优惠受惠面 0.5% (备注一句)"),
        ("市税务局", "税收优惠受惠面", Text("98.5%"), "F5 税收优惠受惠面 98.5% (备注一句)"),
        ("市税务局", "税收优惠受惠面", Text("98.5"), "F5 税收优惠受惠面 98.5% (备注一句)"),
    ] {
        assert_eq!(answer(unit_name, name, &cell), wanted);
    }
}

#[test]
fn a_form_of_another_unit_period_or_plan_is_refused() {
    let bytes = form(unit("云山街道"), |_| Some(1)).xlsx().unwrap();
    assert_eq!(read_for("兰江街道", &bytes), Err(SheetError::OtherUnit(unit("云山街道"))));
    let late =
        Form { period: "2019-W24".parse().unwrap(), ..form(unit("兰江街道"), |_| Some(1)) };
    let bytes = late.xlsx().unwrap();
    let other = SheetError::OtherPeriod("2019-W24".parse().unwrap());
    assert_eq!(read_for("兰江街道", &bytes), Err(other));
    let any = read(&LEXICON, &PLAN, unit("兰江街道"), None, &bytes).unwrap();
    assert_eq!(any.period, Some("2019-W24".parse().unwrap()));
    let mut plan = (**PLAN).clone();
    plan.id = "other".to_owned();
    let form = Form { plan: Arc::new(plan), ..form(unit("兰江街道"), |_| Some(1)) };
    let read = read_for("兰江街道", &form.xlsx().unwrap());
    assert_eq!(read, Err(SheetError::OtherPlan("other".to_owned())));
}

#[test]
fn rows_that_are_strange_or_not_the_units_are_named() {
    let form = form(unit("兰江街道"), |_| Some(2)).xlsx().unwrap();
    let sheets = open::open(&form).unwrap();
    let mut book = Workbook::new();
    for from in &sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(&from.name).unwrap();
        for (at, cell) in &from.cells {
            // Row 5 is given a number that the plan lacks, row 6 one that others carry, row 7
            // another row's.
            let text = match (from.hidden, at.to_string().as_str()) {
                (false, "A5") => "99",
                (false, "A6") => "16",
                (false, "A7") => "6",
                (false, "F7") => "3",
                _ => cell.text(),
            };
            sheet.write_string(at.row, u16::try_from(at.column).unwrap(), text).unwrap();
        }
    }
    let reading = read_for("兰江街道", &book.save_to_buffer().unwrap()).unwrap();
    let told = told(&reading);
    for wanted in [
        "A5 ? ! unknown_indicator \"99\"",
        "F6 小微贷款 ! not_carried \"16\"",
        "F7 小升规 ! conflict \"3\"",
        "F11 小升规 ! conflict \"2\"",
        "F8 公司制 2户",
    ] {
        assert!(told.contains(wanted), "{wanted} in\n{told}");
    }
}
