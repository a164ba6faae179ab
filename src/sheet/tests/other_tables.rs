//! Tables of a liaison's own.

use insta::assert_snapshot;

use super::*;

fn told_of(name: &str, rows: &[&[Typed]]) -> String {
    match read_for(name, &table(rows)) {
        Ok(reading) => {
            assert!(!reading.form);
            told(&reading)
        }
        Err(error) => format!("{error:?}"),
    }
}

#[test]
fn a_table_with_a_clear_heading_is_read() {
    let rows: &[&[Typed]] = &[
        &[Text("兰江街道小微企业三年成长计划进度表")],
        &[
            Text("序号"),
            Text("指标名称"),
            Text("目标任务"),
            Text("本周新增"),
            Text("累计完成"),
            Text("完成率"),
            Text("备注"),
        ],
        &[
            Number(1.0),
            Text("新增小微企业（家）"),
            Number(1647.0),
            Number(3.0),
            Number(120.0),
            Percent(0.073),
            Text("有3家在办"),
        ],
        &[Number(2.0), Text("八大产业"), Number(571.0), Nothing, Text("45家")],
        &[
            Number(3.0),
            Text("3.引导和支持112户个体工商户转型升级为企业（市市场监管局）"),
            Nothing,
            Nothing,
            Number(5.0),
        ],
        &[Nothing, Text("其中：新转公司制"), Nothing, Nothing, Number(4.5)],
        &[Number(4.0), Text("招商引资"), Nothing, Nothing, Number(3.0)],
        &[Number(5.0), Text("小微企业贷款"), Nothing, Nothing, Number(3.0)],
        &[Text("合计"), Text("合计"), Nothing, Nothing, Number(180.0)],
        &[Nothing, Text("填表人：王芳"), Nothing, Nothing, Text("联系电话：88901234")],
    ];
    assert_snapshot!(told_of("兰江街道", rows), @r#"
    E3 小微企业 120家 (有3家在办)
    E4 八大产业 45家
    E5 个转企 5户
    E6 公司制 ! not_whole "4.5"
    B7 ? ! unknown_indicator "招商引资"
    E8 小微贷款 ! not_carried "小微企业贷款"
    "#);
}

#[test]
fn money_and_areas_need_their_unit() {
    let head: &[Typed] = &[Text("指标"), Text("计量单位"), Text("完成数（累计）")];
    let rows: &[&[Typed]] = &[head, &[Text("小微贷款"), Text("万元"), Number(12300.5)]];
    assert_snapshot!(told_of("人行兰溪市支行", rows), @"C2 小微贷款 1.23005亿元");
    let rows: &[&[Typed]] = &[head, &[Text("小微贷款（亿元）"), Nothing, Number(1.23)]];
    assert_snapshot!(told_of("人行兰溪市支行", rows), @"C2 小微贷款 1.23亿元");
    let rows: &[&[Typed]] = &[head, &[Text("小微贷款"), Nothing, Number(36.0)]];
    assert_snapshot!(told_of("人行兰溪市支行", rows), @r#"C2 小微贷款 ! unclear_measure "36""#);
    let rows: &[&[Typed]] = &[head, &[Text("受惠面"), Nothing, Number(0.985)]];
    assert_snapshot!(told_of("市税务局", rows), @r#"C2 税收优惠受惠面 ! unclear_measure "0.985""#);
    let rows: &[&[Typed]] = &[head, &[Text("受惠面"), Nothing, Percent(0.985)]];
    assert_snapshot!(told_of("市税务局", rows), @"C2 税收优惠受惠面 98.5%");
    let rows: &[&[Typed]] = &[head, &[Text("受惠面"), Nothing, Number(98.5)]];
    assert_snapshot!(told_of("市税务局", rows), @"C2 税收优惠受惠面 98.5%");
}

#[test]
fn what_leaves_a_choice_is_refused() {
    let rows: &[&[Typed]] = &[
        &[Text("指标"), Text("累计上报"), Text("累计完成")],
        &[Text("小升规"), Number(2.0), Number(3.0)],
    ];
    assert_snapshot!(told_of("兰江街道", rows), @r#"SeveralColumns(["累计上报", "累计完成"])"#);
    let rows: &[&[Typed]] = &[&[Text("指标"), Text("本周新增")], &[Text("小升规"), Number(2.0)]];
    assert_snapshot!(told_of("兰江街道", rows), @"OnlyIncrements");
    let rows: &[&[Typed]] = &[&[Text("姓名"), Text("累计")], &[Text("王芳"), Number(2.0)]];
    assert_snapshot!(told_of("兰江街道", rows), @"NoTable");
    let rows: &[&[Typed]] = &[
        &[Text("填报单位：云山街道")],
        &[Text("指标"), Text("累计")],
        &[Text("小升规"), Number(2.0)],
    ];
    assert_eq!(told_of("兰江街道", rows), format!("{:?}", SheetError::OtherUnit(unit("云山街道"))));
    let rows: &[&[Typed]] = &[
        &[Text("2019年第24周进度表")],
        &[Text("指标"), Text("累计")],
        &[Text("小升规"), Number(2.0)],
    ];
    let other = SheetError::OtherPeriod("2019-W24".parse().unwrap());
    assert_eq!(told_of("兰江街道", rows), format!("{other:?}"));
}

#[test]
fn of_several_sheets_one_may_hold_the_table() {
    let mut book = Workbook::new();
    for name in ["说明", "兰江", "旧表"] {
        let sheet = book.add_worksheet();
        sheet.set_name(name).unwrap();
        if name == "说明" {
            sheet.write_string(0, 0, "填表说明").unwrap();
            continue;
        }
        sheet.set_hidden(name == "旧表");
        for (row, (name, value)) in [("指标", "累计"), ("小升规", "2")].iter().enumerate() {
            sheet.write_string(u32::try_from(row).unwrap(), 0, *name).unwrap();
            sheet.write_string(u32::try_from(row).unwrap(), 1, *value).unwrap();
        }
    }
    let reading = read_for("兰江街道", &book.save_to_buffer().unwrap()).unwrap();
    assert_eq!((reading.sheet.as_str(), told(&reading).as_str()), ("兰江", "B2 小升规 2家\n"));
    book.worksheet_from_name("旧表").unwrap().set_hidden(false);
    let both = read_for("兰江街道", &book.save_to_buffer().unwrap());
    assert_eq!(both, Err(SheetError::SeveralSheets(vec!["兰江".to_owned(), "旧表".to_owned()])));
}
