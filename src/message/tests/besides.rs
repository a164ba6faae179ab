//! What a reading says besides figures and questions: the rest, the period, doubts, and places.

use super::*;

fn read(text: &str) -> Reading {
    let (plan, lexicon) = county();
    lexicon.read(plan, plan.unit_named("兰江街道").unwrap(), text)
}

fn number(id: crate::plan::IndicatorId) -> String {
    county().0.indicator(id).no.to_string()
}

/// The rest in short: `unchanged others 其余无变化`.
fn rest(text: &str) -> Option<String> {
    let rest = read(text).rest?;
    let what = match rest.what {
        RestIs::Unchanged => "unchanged",
        RestIs::Nothing => "nothing",
    };
    let scope = match rest.scope {
        Scope::All => "all".to_owned(),
        Scope::Others => "others".to_owned(),
        Scope::Only(list) => list.into_iter().map(number).collect::<Vec<_>>().join(" "),
    };
    Some(format!("{what} {scope}: {}", &text[rest.span]))
}

#[test]
fn the_rest_is_told_with_its_place() {
    for (text, wanted) in [
        ("小升规2,其余无变化", "unchanged others: 其余无变化"),
        ("小升规2,其他同上周", "unchanged others: 其他同上周"),
        ("小升规2,其余暂无", "nothing others: 其余暂无"),
        ("小升规2家 其余无变化", "unchanged others: 其余无变化"),
        ("小升规2家其余均为0", "nothing others: 其余均为0"),
        ("小升规2\n其他没有", "nothing others: 其他没有"),
        ("小升规2家。其他指标本周无变化。", "unchanged others: 其他指标本周无变化"),
        ("其余各项指标与上周持平", "unchanged others: 其余各项指标与上周持平"),
        ("其余按上周数报", "unchanged others: 其余按上周数报"),
        ("除小升规+1外其他无变化", "unchanged others: 其他无变化"),
        ("其余无变化,小升规+1", "unchanged others: 其余无变化"),
        ("无", "nothing all: 无"),
        ("无变化", "unchanged all: 无变化"),
        ("無變化", "unchanged all: 無變化"),
        ("同上周", "unchanged all: 同上周"),
        ("零报告", "nothing all: 零报告"),
        ("本周零报告", "nothing all: 本周零报告"),
        ("全部无", "nothing all: 全部无"),
        ("全部为0", "nothing all: 全部为0"),
        ("本周无", "nothing all: 本周无"),
        ("收到,我街道本周无变化,谢谢", "unchanged all: 我街道本周无变化"),
        ("兰江街道第25周:无变化", "unchanged all: 兰江街道第25周:无变化"),
        ("各项指标均无变化", "unchanged all: 各项指标均无变化"),
        ("按上期数报", "unchanged all: 按上期数报"),
        ("本周没有新增,累计小升规2家", "unchanged others: 本周没有新增"),
        ("1:120 2:45 其他都是0", "nothing others: 其他都是0"),
        ("1-5项无变化", "unchanged 1 2 3 4 5: 1-5项无变化"),
        ("第6至8项同上周,小升规2", "unchanged 6 7: 第6至8项同上周"),
        ("3-6无变化", "unchanged 3 4 5 6: 3-6无变化"),
    ] {
        assert_eq!(rest(text).as_deref(), Some(wanted), "{text:?}");
    }
}

#[test]
fn talk_is_no_rest() {
    for text in [
        "其他事项无",
        "其他情况无",
        "无其他问题",
        "无异常",
        "没有问题",
        "有无变化",
        "有无问题?",
        "本周没有变化吗?",
        "本周工作无",
        "无数据",
        "无特殊情况",
        "小升规2家,其他单位无",
        "小升规2家,其他人员无变化",
        "小升规2家,无变化",
        "小升规无变化",
        "低散乱无",
        "云山街道本周无变化",
        "1、2、3项无变化",
        "0",
        "收到",
        "",
    ] {
        assert_eq!(rest(text), None, "{text:?}");
    }
}

/// The period in short: `last 上周` or `24 第24周`.
fn period(text: &str) -> Option<String> {
    let label = read(text).period?;
    let which = match label.period {
        PeriodWord::Last => "last".to_owned(),
        PeriodWord::Number(number) => number.to_string(),
    };
    Some(format!("{which} {}", &text[label.span]))
}

#[test]
fn the_period_is_what_labels_the_report() {
    for (text, wanted) in [
        ("上周小升规2", "last 上周"),
        ("上周:小升规2,个转企10", "last 上周"),
        ("上周数据:小升规2", "last 上周数据"),
        ("补报上周:小升规2", "last 上周"),
        ("兰江街道上周小升规2", "last 上周"),
        ("上期小升规2", "last 上期"),
        ("第24周 小升规 2", "24 第24周"),
        ("第24期:小升规2", "24 第24期"),
        ("24周小升规2", "24 24周"),
        ("第二十四周 小升规2", "24 第二十四周"),
        ("兰江街道\n第24周\n小升规2", "24 第24周"),
        ("2019年第24周 小升规2", "24 第24周"),
        ("【兰江街道】第24周报\n小升规2", "24 第24周报"),
        ("你好,这是第24周小升规2", "24 第24周"),
    ] {
        assert_eq!(period(text).as_deref(), Some(wanted), "{text:?}");
    }
    for text in [
        "小升规2",
        "小升规2,同上周",
        "小升规3,比上周多1",
        "较上周小升规增加1家",
        "与上周数据相比,小升规增加1家",
        "上周小升规2,本周小升规3",
        "小升规上周2",
        "3周新增小升规2家",
        "连续3周小升规2",
        "6月第3周 小升规2",
        "一周小升规2",
        "第54周 小升规2",
        "第24项 小升规2",
        "上个月 小升规2",
        "上上周小升规2",
    ] {
        assert_eq!(period(text), None, "{text:?}");
    }
}

#[test]
fn a_second_label_is_told_where_it_says_something_else() {
    for (text, wanted) in [
        ("第24周:小升规2\n第25周:小升规3", Some("第25周")),
        ("第24周小升规2,第25周小升规3", Some("第25周")),
        ("上周小升规2\n第25周小升规3", Some("第25周")),
        ("第24周:小升规2\n第24周:八大产业3", None),
        ("第25周小升规3,较第24周增加1家", None),
        ("第25周小升规3,比上周多1家", None),
        ("上周小升规2", None),
    ] {
        let reading = read(text);
        let other = reading.other_period.map(|label| &text[label.span]);
        assert_eq!(other, wanted, "{text:?}");
    }
}

#[test]
fn without_its_label_a_report_for_the_last_period_reads_as_one_for_this() {
    for text in ["上周小升规2,个转企10", "上周:小升规2,个转企10", "第24周 小升规2 个转企10"]
    {
        let bare = read(text).unlabelled(text);
        assert_eq!(bare.len(), text.len(), "{text:?}");
        let reading = read(&bare);
        let figures: Vec<_> = reading
            .figures
            .iter()
            .map(|figure| (number(figure.indicator), figure.value.0))
            .collect();
        assert_eq!(figures, [("6".to_owned(), 2), ("3".to_owned(), 10)], "{text:?}");
        assert_eq!((reading.asks, reading.period), (vec![], None), "{text:?}");
    }
    assert_eq!(read("小升规2").unlabelled("小升规2"), "小升规2");
}

#[test]
fn doubts_are_told_beside_the_totals_they_are_about() {
    for (text, wanted) in [
        ("小微企业本周3家", "1 Period"),
        ("本周:小微企业3,八大2", "1 Period, 2 Period"),
        ("本周个转企3户、小升规1家", "3 Period, 6 Period"),
        ("小微企业 新增 0", "1 New"),
        ("小升规新增2家", "6 New"),
        ("5月份小升规2家", "6 Stretch"),
        ("今年小升规完成2家", "6 Stretch"),
        ("小升规1家(新增)", "6 New"),
        ("小微企业5,八大产业2,本周新增", "1 Period, 2 Period"),
        ("今年小升规任务5家,已完成2家", ""),
        ("小升规指标5家,完成2家", ""),
        ("小微企业120", ""),
        ("新增小微企业120", ""),
        ("本周新增小微企业5", ""),
        ("截至本周小微企业120", ""),
        ("本周小微企业累计120", ""),
        ("小升规新增2家,累计5家", ""),
        ("本周数据如下:小升规2家", ""),
        ("现将本周情况上报如下:小升规2家", ""),
        ("本周小升规2家,小升规3家", ""),
    ] {
        let reading = read(text);
        let doubts: Vec<_> = reading
            .doubts
            .iter()
            .map(|doubt| format!("{} {:?}", number(doubt.indicator), doubt.why))
            .collect();
        assert_eq!(doubts.join(", "), wanted, "{text:?}");
    }
}

#[test]
fn a_figure_and_a_question_show_what_they_were_read_from() {
    for (text, places) in [
        ("新增小微企业120,八大产业45", &["新增小微企业120", "八大产业45"][..]),
        (
            "大家好\u{ff0c}小\u{3000}升\u{3000}规\u{ff1a}２ 家!",
            &["小\u{3000}升\u{3000}规\u{ff1a}２ 家"],
        ),
        ("🔹小升规 2 家🔹個轉企 10戶", &["小升规 2 家", "個轉企 10戶"]),
        ("20家小升规,谢谢", &["20家小升规"]),
        ("1️⃣小微企业120 2️⃣八大产业45", &["小微企业120", "八大产业45"]),
        ("小升规\t2\n个转企\t10", &["小升规\t2", "个转企\t10"]),
        ("小升轨2家", &["小升轨2家"]),
        ("1、2项都是0", &["1、2项都是0", "1、2项都是0"]),
        ("个转企10户(其中公司制8户)", &["个转企10户", "公司制8户"]),
    ] {
        let reading = read(text);
        let said: Vec<&str> =
            reading.figures.iter().map(|figure| &text[figure.span.clone()]).collect();
        assert_eq!(said, places, "{text:?}");
        assert_eq!(reading.asks, [], "{text:?}");
    }
    let reading = read("大家好,小升规约2家");
    assert_eq!(reading.asks[0].said, "小升规约2家");
    assert_eq!(read("小升轨2家").figures[0].written, "小升轨");
}
