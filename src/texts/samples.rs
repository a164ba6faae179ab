//! Every template with made-up samples: rendered in both languages, read as a person would. An
//! office's own templates are looked through with them too.

mod all;
mod desk;
mod office;
mod values;

pub(super) use all::all;

#[cfg(test)]
use {
    super::{Language, NAMES, contexts::*},
    values::*,
};

/// Every sample in words.
#[cfg(test)]
fn spoken(language: Language) -> Vec<(&'static str, String)> {
    all(language).into_iter().map(|(name, value)| (name, said(language, name, &value))).collect()
}

#[cfg(test)]
fn said(language: Language, name: &str, value: &serde_json::Value) -> String {
    let environment = &super::ENVIRONMENTS[&language];
    let template = environment.get_template(&format!("{name}.html")).unwrap();
    let text = template.render(minijinja::value::Serde(value));
    super::tidy(&text.unwrap_or_else(|error| panic!("{name}: {error:#}")))
}

#[test]
fn every_question_is_put_into_words_of_its_own() {
    let reasons = [
        "missing_name",
        "missing_value",
        "conflict",
        "ambiguous",
        "unknown_name",
        "negative",
        "not_whole",
        "part_exceeds_whole",
        "other_unit",
        "no_total",
        "repeated",
        "other_lead",
        "fell",
        "jumped",
        "over_cap",
        "doubtful",
        "rest",
    ];
    for language in Language::ALL {
        let mut texts: Vec<String> = reasons
            .iter()
            .map(|reason| super::try_render(language, &asking(reason)).unwrap())
            .collect();
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), reasons.len(), "{texts:#?}");
    }
}

#[test]
fn every_template_says_something_in_both_languages() {
    for language in Language::ALL {
        let samples = spoken(language);
        let mut names: Vec<&str> = samples.iter().map(|(name, _)| *name).collect();
        names.dedup();
        assert_eq!(
            [&["_remark", "_review", "_words"], &names[..]].concat(),
            NAMES,
            "a sample for each, in order"
        );
        for (name, text) in samples {
            assert!(!text.is_empty() && !text.contains("{{"), "{name}: {text}");
            for tag in ["b", "i", "code"] {
                let count = |mark: &str| text.matches(&format!("<{mark}{tag}>")).count();
                assert_eq!(count(""), count("/"), "{name}: <{tag}> opens and closes");
            }
        }
    }
}

#[test]
fn what_people_wrote_is_never_markup() {
    let text =
        InviteUsage { command: "invite", unknown: Some("<b>&".into()), units: vec!["x".into()] };
    assert!(super::render(Language::Chinese, &text).contains("&lt;b&gt;&amp;"));
}

#[test]
fn chinese_texts_use_chinese_punctuation() {
    for (name, text) in spoken(Language::Chinese) {
        for pair in text.chars().collect::<Vec<_>>().windows(2) {
            let chinese = ('\u{4e00}'..='\u{9fff}').contains(&pair[0]);
            assert!(!(chinese && ",:;?!(".contains(pair[1])), "{name}: {}{}", pair[0], pair[1]);
        }
    }
}

#[test]
fn the_read_back_in_full() {
    let texts = spoken(Language::Chinese);
    let of = |name: &str| texts.iter().find(|(other, _)| *other == name).unwrap().1.clone();
    insta::assert_snapshot!(of("reported"), @"
    <b>已代报</b> 兰江街道 2019年第25周（逾期）
    6 小升规：<b>2家</b>〔注销3家、异常1家〕（本期新增1家） / 5家 40.0%（按“小升轨”理解）
    ⚠️ 占比70.0%，低于要求的80%
    修改后不再报送，已撤回：7 科技型企业
    6 小升规：暂按原数2家

    ❓ “&lt;企业&gt;120”可能是1 小微企业、2 八大产业等，请写明，如：<code>小升规 2</code>

    ❓ “&lt;企业&gt;120”等不是本计划的指标，请用指标简称，如：<code>小升规 2</code>

    ❓ “&lt;企业&gt;120”里的数没有看懂，请写数字，如：<code>小升规 2</code>

    ❓ “&lt;企业&gt;120”是哪一项？请连同指标名称一起发，如：<code>小升规 2</code>

    ❓ “&lt;企业&gt;120”没有写数，请补上，如：<code>小升规 2</code>

    ❓ 6 小升规有不同的数（2家、3家），请发正确的一个，如：<code>小升规 2</code>

    ❓ “&lt;企业&gt;120”是负数。如需调减，请直接报新的累计数，如：<code>小升规 2</code>

    ❓ “&lt;企业&gt;120”不是整数，请核对后重发，如：<code>小升规 2</code>

    ❓ “&lt;企业&gt;120”数值过大，请核对后重发

    ❓ “&lt;企业&gt;120”：其中项大于总数，没有存入，请核对后一起重发

    ❓ 消息里还写了云山街道。代报一条消息只报一个单位，整条没有存入，请分开发

    ❓ 6 小升规不是兰江街道承担的指标，没有存入

    ❓ 6 小升规已有2019年第25周的数2家，没有改动；如要更正，请直接报现在的累计数

    ❓ “&lt;企业&gt;120”：还没有上期的累计数，请先报累计数，如：<code>小升规 2</code>

    ❓ “&lt;企业&gt;120”里6 小升规写了不止一次，请写合计数，如：<code>小升规 2</code>

    ❓ 6 小升规后来已报2家，仍以后报的为准，没有改动；如要更正，请直接报现在的累计数

    ❓ 6 小升规由“2家”的数据汇总得出，不用填报，没有存入；如有不符，请在该计划中更正

    本期还缺2项：1 小微企业、3.1 公司制

    请直接回复一句话，说明原因。
    ");
    insta::assert_snapshot!(of("bulletin"), @"
    <b>小微企业三年成长计划工作通报</b>
    <b>2019年第25期（更正1）</b>
    市领导小组办公室 2019年6月21日
    主送：市领导小组各成员

    <b>更正说明</b>
    兰江街道小升规&lt;漏计&gt;1家
    兰江街道 6 小升规：未报 更正为 3家
    兰江街道名次：第5 更正为 第3
    等4处。
    以下为更正后的全文，原通报仍留存备查。

    <b>一、总体情况</b>
    截至6月21日，序时进度49.0%。各单位平均完成45.2%，比序时进度慢3.8个百分点。全市18项指标中，达到序时进度1项。
    1 小微企业：2744家 / 5600家，49.0% 达进度

    <b>二、单位排名</b>（名次 单位 得分 较上期）
    1. 🟢 兰江街道 48.3 ↑2（街道第1） 未报2项
    2. 🔴 云山街道 48.3 ↓1（街道第2） 未报2项

    乡镇：前2位游埠镇、香溪镇；后1位柏社乡。
    较上期进步最快：兰江街道（上升2位）。

    <b>三、存在问题</b>
    未按时报齐的单位：云山街道（全部12项）、黄店镇（2项）。
    红灯单位：云山街道。
    退回修改中、不计未报的单位：黄店镇（2项）。
    逾期任务：云山街道 园区选址。

    <b>四、下步要求</b>
    请未报单位尽快补报。
    请红灯单位分析原因，加快进度。
    下期（2019年第25周）数据请于6月20日17:00前报送。

    <b>五、补充说明</b>
    请各单位&lt;对照&gt;补报。

    <i>得分为各指标完成率（单项最高计120%）的平均值；🟢达到序时进度 🟡达到其80% 🔴不足其80%。未报按0计。甲江县的数据由下级汇总。</i>
    ");
    insta::assert_snapshot!(of("reminder"), @"
    <b>【报送提醒】</b>6月21日
    兰江街道：2019年第25周数据6月20日17:00（周四）截止，还缺2项（共12项）。
    未报：1 小微企业、3.1 公司制
    有1个问题待您回答（“企业&lt;120&gt;”），请点上面的按钮或直接回复。
    另有1个问题已问同事或在群里（“限上&lt;2&gt;家”），在那里回答，或直接报正确的数。
    一条消息即可，如：<code>小升规 2</code>
    ");
}
