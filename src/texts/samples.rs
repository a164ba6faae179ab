//! Every template with made-up samples: rendered in both languages, read as a person would.

use serde_json::json;

use super::{Language, NAMES, Text, contexts::*, try_render};

fn period() -> PeriodWords {
    plan_words().0
}

fn moment() -> Moment {
    plan_words().1
}

fn plan_words() -> (PeriodWords, Moment) {
    let plan = crate::plan::load::lanxi();
    let at = "2019-06-21T01:00:00Z".parse().unwrap();
    (PeriodWords::of(&plan, "2019-W25".parse().unwrap()), Moment::of(&plan, at))
}

fn named(no: &str, name: &str) -> Named {
    Named { no: no.into(), name: name.into() }
}

fn place(unit: &str, rank: u32, light: &'static str, change: Option<i64>) -> Place {
    Place {
        unit: unit.into(),
        group: "街道".into(),
        rank,
        group_rank: rank,
        score: "48.3".into(),
        light,
        change,
        missing: 2,
        tied: false,
    }
}

fn late() -> Vec<MissingUnit> {
    let unit = |unit: &str, count, nothing, liaisons| MissingUnit {
        unit: unit.into(),
        count,
        nothing,
        liaisons,
    };
    vec![unit("云山街道", 12, true, 1), unit("黄店镇", 2, false, 0)]
}

fn question(reason: &'static str) -> Question {
    Question {
        reason,
        said: "<企业>120".into(),
        indicator: Some(named("6", "小升规")),
        choices: vec![named("1", "小微企业"), named("2", "八大产业")],
        more: true,
        values: vec!["2家".into(), "3家".into()],
        unit: Some("云山街道".into()),
        period: Some(period()),
        example: "小升规 2".into(),
    }
}

fn asking(reason: &str) -> Asking {
    Asking {
        unit: "兰江街道".into(),
        period: period(),
        reason: reason.into(),
        said: "<企业>120".into(),
        about: Some(named("6", "小升规")),
        values: vec!["2家".into(), "3家".into(), "1家".into()],
        several: true,
        figures: vec![named("6", "小升规"), named("7", "科技型企业")],
    }
}

/// One rendered sample: the template's name and its text.
fn sample<T: Text>(language: Language, context: &T) -> (&'static str, String) {
    let text = try_render(language, context).unwrap_or_else(|e| panic!("{}: {e:#}", T::NAME));
    (T::NAME, text)
}

#[expect(clippy::too_many_lines, reason = "one sample a template")]
fn all(l: Language) -> Vec<(&'static str, String)> {
    let s = |text: &str| text.to_owned();
    let reasons = [
        "ambiguous",
        "unknown_name",
        "unknown_value",
        "missing_name",
        "missing_value",
        "conflict",
        "negative",
        "not_whole",
        "too_large",
        "part_exceeds_whole",
        "other_unit",
        "not_yours",
        "newer",
    ];
    let line = FigureLine {
        named: named("6", "小升规"),
        total: s("2家"),
        increment: Some(s("1家")),
        target: Some(s("5家")),
        completion: Some(s("40.0%")),
        written: Some(s("小升轨")),
        unchanged: false,
        short_share: Some((s("70.0%"), s("80%"))),
    };
    let missing = vec![named("1", "小微企业"), named("3.1", "公司制")];
    vec![
        sample(
            l,
            &Answered {
                unit: s("兰江街道"), period: period(), said: s("企业120"), dropped: true
            },
        ),
        sample(l, &Apology {}),
        sample(l, &asking("missing_name")),
        sample(
            l,
            &Bulletin {
                period: period(),
                plan: s("小微企业三年成长计划"),
                office: s("市领导小组办公室"),
                leadership: s("市领导小组"),
                whole: s("全市"),
                at: moment(),
                pace: s("49.0%"),
                mean: s("45.2%"),
                gap: s("3.8"),
                ahead: false,
                totals: vec![TotalLine {
                    named: named("1", "小微企业"),
                    figure: Some(s("2744家")),
                    target: Some(s("5600家")),
                    completion: Some(s("49.0%")),
                    against: "ahead",
                }],
                at_pace: (1, 18),
                places: vec![
                    place("兰江街道", 1, "green", Some(2)),
                    place("云山街道", 2, "red", Some(-1)),
                ],
                red: vec![s("云山街道")],
                missing: late(),
                next: Some(period()),
                cap: s("120%"),
                yellow: s("80%"),
            },
        ),
        sample(l, &EditTooLate { period: period() }),
        sample(
            l,
            &FormText {
                plan: s("小微企业三年成长计划"), unit: s("兰江街道"), period: period()
            },
        ),
        sample(l, &FormSent { unit: s("兰江街道"), period: period() }),
        sample(l, &GroupAsk { title: s("领导小组") }),
        sample(l, &GroupBound { kind: "leadership", title: s("领导小组") }),
        sample(l, &GroupUnbound {}),
        sample(
            l,
            &Help {
                role: "liaison",
                unit: Some(s("兰江街道")),
                example: s("小升规 2"),
                period: Some(period()),
                commands: vec![(s("/my"), "本单位指标和缺项")],
            },
        ),
        sample(l, &InviteProblem { why: "used", office: s("办公室") }),
        sample(
            l,
            &InviteUsage {
                command: "invite", unknown: Some(s("<b>")), units: vec![s("兰江街道")]
            },
        ),
        sample(
            l,
            &Invited {
                role: "liaison",
                unit: Some(s("兰江街道")),
                link: s("https://t.me/bot?start=x"),
                expires: moment(),
                bound: 1,
            },
        ),
        sample(
            l,
            &Mine {
                unit: s("兰江街道"),
                period: period(),
                missing: missing.clone(),
                pace: s("49.0%"),
                place: Some(place("兰江街道", 1, "green", None)),
                lines: vec![MyLine {
                    named: named("1", "小微企业"),
                    total: None,
                    target: Some(s("1647家")),
                    completion: None,
                    reported: false,
                    expected: true,
                }],
            },
        ),
        sample(l, &Missing { period: period(), passed: true, of: 25, units: late() }),
        sample(l, &NoGroup { period: period() }),
        sample(l, &NotAllowed { who: "office", command: s("/invite") }),
        sample(l, &NotText { example: s("小升规 2") }),
        sample(l, &Noted { text: s("补录<上月>2家") }),
        sample(l, &OutsidePlan { plan: s("计划"), start: moment(), end: moment() }),
        sample(
            l,
            &OverdueNotice {
                period: period(),
                at: moment(),
                of: 25,
                units: late(),
                late: vec![s("灵洞乡")],
            },
        ),
        sample(l, &PeriodClosed { number: Some(20), open: vec![period(), period()] }),
        sample(
            l,
            &Rank {
                at: moment(),
                pace: s("49.0%"),
                own: true,
                of: 17,
                places: vec![place("兰江街道", 1, "yellow", Some(0))],
            },
        ),
        sample(
            l,
            &Reminder {
                stage: "early",
                unit: s("兰江街道"),
                at: moment(),
                period: period(),
                missing: missing.clone(),
                of: 12,
                questions: vec![s("企业<120>")],
                example: s("小升规 2"),
            },
        ),
        sample(
            l,
            &Reported {
                unit: s("兰江街道"),
                period: period(),
                late: true,
                edited: false,
                withdrawn: vec![named("7", "科技型企业")],
                figures: vec![line.clone()],
                questions: reasons.map(question).into(),
                missing: missing.clone(),
                on_behalf: true,
                noting: true,
            },
        ),
        sample(
            l,
            &ReportedFor {
                unit: s("兰江街道"),
                period: period(),
                office: s("办公室"),
                figures: vec![line],
            },
        ),
        sample(l, &Stranger { office: s("办公室"), plan: s("计划") }),
        sample(l, &Talk { reports: true, example: s("小升规 2") }),
        sample(l, &UnknownCommand { command: s("/<x>") }),
        sample(
            l,
            &Unreachable {
                period: period(),
                at: moment(),
                unbound: vec![s("云山街道")],
                blocked: vec![s("黄店镇")],
            },
        ),
        sample(
            l,
            &Welcome {
                role: "liaison",
                unit: Some(s("兰江街道")),
                plan: s("计划"),
                expected: missing.clone(),
                period: Some(period()),
                example: s("小升规 2"),
            },
        ),
        sample(
            l,
            &WhyReminded {
                unit: s("兰江街道"),
                runs: vec![(
                    s("催报"),
                    moment(),
                    json!({ "did": "sent", "missing": 3, "liaisons": 2 }),
                )],
            },
        ),
        sample(
            l,
            &Withdrawn {
                unit: s("兰江街道"),
                period: period(),
                missing,
                figures: vec![
                    (named("6", "小升规"), Some(s("2家"))),
                    (named("7", "科技型企业"), None),
                ],
            },
        ),
    ]
}

#[test]
fn every_question_is_put_into_words_of_its_own() {
    let reasons = [
        "missing_name",
        "missing_value",
        "conflict",
        "ambiguous",
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
        let mut texts: Vec<String> =
            reasons.iter().map(|reason| sample(language, &asking(reason)).1).collect();
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), reasons.len(), "{texts:#?}");
    }
}

#[test]
fn every_template_says_something_in_both_languages() {
    for language in Language::ALL {
        let samples = all(language);
        let names: Vec<&str> = samples.iter().map(|(name, _)| *name).collect();
        assert_eq!([&["_words"], &names[..]].concat(), NAMES, "a sample for each, in order");
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
    for (name, text) in all(Language::Chinese) {
        for pair in text.chars().collect::<Vec<_>>().windows(2) {
            let chinese = ('\u{4e00}'..='\u{9fff}').contains(&pair[0]);
            assert!(!(chinese && ",:;?!(".contains(pair[1])), "{name}: {}{}", pair[0], pair[1]);
        }
    }
}

#[test]
fn the_read_back_in_full() {
    let texts = all(Language::Chinese);
    let of = |name: &str| texts.iter().find(|(other, _)| *other == name).unwrap().1.clone();
    insta::assert_snapshot!(of("reported"), @"
    <b>已代报</b> 兰江街道 2019年第25周（逾期）
    6 小升规：<b>2家</b>（本期新增1家） / 5家 40.0%（按“小升轨”理解）
    ⚠️ 占比70.0%，低于要求的80%
    修改后不再报送，已撤回：7 科技型企业

    ❓ “&lt;企业&gt;120”可能是1 小微企业、2 八大产业等，请写明，如：<code>小升规 2</code>
    ❓ “&lt;企业&gt;120”不是本计划的指标，请用指标简称，如：<code>小升规 2</code>
    ❓ “&lt;企业&gt;120”里的数没有看懂，请写数字，如：<code>小升规 2</code>
    ❓ “&lt;企业&gt;120”是哪一项？请连同指标名称一起发，如：<code>小升规 2</code>
    ❓ “&lt;企业&gt;120”没有写数，请补上，如：<code>小升规 2</code>
    ❓ 6 小升规有不同的数（2家、3家），请发正确的一个，如：<code>小升规 2</code>
    ❓ “&lt;企业&gt;120”是负数。如需调减，请直接报新的累计数，如：<code>小升规 2</code>
    ❓ “&lt;企业&gt;120”不是整数，请核对后重发，如：<code>小升规 2</code>
    ❓ “&lt;企业&gt;120”数值过大，请核对后重发
    ❓ “&lt;企业&gt;120”：其中项大于总数，两个数都没有存，请核对后一起重发
    ❓ 消息里写的是云山街道，您只能报兰江街道的数，整条没有存入
    ❓ 6 小升规不是兰江街道承担的指标，没有存入
    ❓ 6 小升规已有2019年第25周的数2家，没有改动；如要更正，请直接报现在的累计数

    本期还缺2项：1 小微企业、3.1 公司制

    请直接回复一句话，说明原因。
    ");
    insta::assert_snapshot!(of("bulletin"), @"
    <b>小微企业三年成长计划工作通报</b>
    <b>2019年第25期</b>
    市领导小组办公室 2019年6月21日
    主送：市领导小组各成员

    <b>一、总体情况</b>
    截至6月21日，序时进度49.0%。各单位平均完成45.2%，比序时进度慢3.8个百分点。全市18项指标中，达到序时进度1项。
    1 小微企业：2744家 / 5600家，49.0% 达进度

    <b>二、单位排名</b>（名次 单位 得分 较上期）
    1. 🟢 兰江街道 48.3 ↑2（街道第1） 未报2项
    2. 🔴 云山街道 48.3 ↓1（街道第2） 未报2项

    <b>三、存在问题</b>
    未按时报齐的单位：云山街道（全部12项）、黄店镇（2项）。
    红灯单位：云山街道。

    <b>四、下步要求</b>
    请未报单位尽快补报。
    请红灯单位分析原因，加快进度。
    下期（2019年第25周）数据请于6月20日17:00前报送。

    <i>得分为各指标完成率（单项最高计120%）的平均值；🟢达到序时进度 🟡达到其80% 🔴不足其80%。未报按0计。</i>
    ");
    insta::assert_snapshot!(of("reminder"), @"
    <b>【报送提醒】</b>6月21日
    兰江街道：2019年第25周数据6月20日17:00（周四）截止，还缺2项（共12项）。
    未报：1 小微企业、3.1 公司制
    有1个问题待您回答（“企业&lt;120&gt;”），请点上面的按钮或直接回复。
    一条消息即可，如：<code>小升规 2</code>
    ");
}
