//! One made-up sample a template, in the order of their names.

#![cfg_attr(
    not(test),
    expect(clippy::wildcard_imports, reason = "every context has a sample, made of these values")
)]

use serde_json::{Value, json};

use super::super::{Language, Text, contexts::*};
use super::values::*;
use super::{desk, office};

/// One sample: the template's name and what it is given.
pub(super) fn sample<T: Text>(_: Language, context: &T) -> (&'static str, Value) {
    (T::NAME, serde_json::to_value(context).unwrap_or_default())
}

#[expect(clippy::too_many_lines, reason = "one sample a template")]
pub(in super::super) fn all(l: Language) -> Vec<(&'static str, Value)> {
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
        "no_last",
        "twice",
        "overtaken",
        "rolled_up",
    ];
    let line = FigureLine {
        flags: flags(),
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
    let mut all = vec![
        sample(
            l,
            &Answered {
                unit: s("兰江街道"), period: period(), said: s("企业120"), dropped: true
            },
        ),
        sample(l, &Apology {}),
        sample(l, &asking("missing_name")),
        sample(l, &assess()),
        sample(l, &assess_unit()),
        sample(
            l,
            &Bulletin {
                correction: Some(correction()),
                issued: moment(),
                added: vec![s("请各单位<对照>补报。")],
                returned: vec![late().remove(1)],
                overdue_tasks: vec![s("云山街道 园区选址")],
                groups: ends(),
                improved: Some((vec![s("兰江街道")], 2)),
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
                rolled: vec![s("甲江县")],
            },
        ),
        sample(
            l,
            &BulletinCaption {
                correction: Some(1),
                overdue_tasks: 2,
                period: period(),
                at: moment(),
                pace: s("49.0%"),
                mean: s("51.4%"),
                gap: s("2.4"),
                ahead: true,
                groups: ends(),
                improved: Some((vec![s("香溪镇")], 3)),
                red: Names { count: 3, names: vec![s("柏社乡"), s("梅江镇")] },
                missing: Names { count: 10, names: Vec::new() },
            },
        ),
        sample(
            l,
            &Correcting { step: "coming", words: s("24"), period: Some(period()), correction: 1 },
        ),
        sample(l, &draft()),
        sample(l, &DraftLine { step: "ask", most: 120, line: s("") }),
        sample(l, &EditTooLate { period: period() }),
        sample(l, &file_refused()),
        sample(l, &Flooded { until: moment() }),
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
            &GuideStep {
                unit: s("兰江街道"),
                period: period(),
                named: named("6", "小升规"),
                full: s("小升规企业"),
                measure: s("家"),
                at: 7,
                of: 13,
                in_already: 6,
                target: Some(s("5家")),
                last: Some(s("2家")),
                now: None,
                words: s("<b>✅</b>"),
            },
        ),
        sample(
            l,
            &GuideDone {
                unit: s("兰江街道"), period: period(), of: 13, missing: missing.clone()
            },
        ),
        sample(l, &GuideStored { named: named("6", "小升规"), total: s("2家") }),
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
        sample(l, &InviteProblem { why: "too_often", office: s("办公室"), until: Some(moment()) }),
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
                lines: vec![my_line()],
            },
        ),
        sample(l, &Missing { period: period(), passed: true, of: 25, units: late() }),
        sample(l, &NoBulletin { asked: true, words: s("60") }),
        sample(l, &NoGroup { period: period() }),
        sample(l, &NotAllowed { who: "office", command: s("/invite") }),
        sample(l, &NotText { example: s("小升规 2") }),
        sample(l, &Noted { text: s("补录<上月>2家") }),
        sample(
            l,
            &OutOfReach::Person {
                role: "liaison", unit: Some(s("云山街道")), name: s("<王芳>")
            },
        ),
        sample(l, &OutsidePlan { plan: s("计划"), start: moment(), end: moment() }),
        sample(
            l,
            &OverdueNotice {
                period: period(),
                at: moment(),
                of: 25,
                units: late(),
                late: vec![s("灵洞乡")],
                returned: vec![late().remove(1)],
                longer: vec![(s("黄店镇"), moment())],
            },
        ),
        sample(l, &SeveralPeriods { labels: vec!["第24周".into(), "第25周".into()] }),
        sample(l, &PeriodClosed { number: Some(20), open: vec![period(), period()] }),
        sample(
            l,
            &Rank {
                at: moment(),
                pace: s("49.0%"),
                own: true,
                group: None,
                of: 17,
                places: vec![place("兰江街道", 1, "yellow", Some(0))],
            },
        ),
        sample(
            l,
            &RankByIndicator {
                at: moment(),
                pace: s("49.0%"),
                indicator: named("6", "小升规"),
                lines: vec![RankLine {
                    flags: flags(),
                    off: true,
                    rank: 1,
                    unit: s("兰江街道"),
                    total: Some(s("3家")),
                    target: s("5家"),
                    completion: s("60.0%"),
                    light: "green",
                }],
                of: 17,
            },
        ),
        sample(l, &RankChoose {}),
        sample(l, &Remark { question: question("newer"), unit: s("兰江街道") }),
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
                elsewhere: vec![s("限上<2>家")],
                example: s("小升规 2"),
                rolled: vec![],
                below: 0,
            },
        ),
        sample(
            l,
            &Reported {
                unit: s("兰江街道"),
                period: period(),
                late: true,
                how: "on_behalf",
                on_behalf: true,
                withdrawn: vec![named("7", "科技型企业")],
                kept: vec![(named("6", "小升规"), s("2家"))],
                figures: vec![line.clone()],
                questions: reasons.map(question).into(),
                missing: missing.clone(),
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
        sample(l, &Revoke { step: "ask", name: s("王芳"), of: s("兰江街道") }),
        sample(l, &Revoked { of: s("兰江街道"), office: s("市领导小组办公室") }),
        sample(l, &Stranger { office: s("办公室"), plan: s("计划"), several: true }),
        sample(l, &Talk { reports: true, example: s("小升规 2") }),
        sample(l, &TrendCaption { unit: s("兰江街道"), of: 3 }),
        sample(
            l,
            &UnitCard {
                unit: s("兰江街道"),
                at: moment(),
                place: Some(place("兰江街道", 1, "yellow", None)),
                pace: s("49.0%"),
                gap: Some(s("3.8")),
                ahead: false,
                lines: vec![my_line()],
                missing: 2,
                period: Some(period()),
                weekly: true,
            },
        ),
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
            &Upload {
                unit: s("兰江街道"),
                period: period(),
                name: s("<报表>.xlsx"),
                figures: vec![UploadLine {
                    named: named("6", "小升规"),
                    total: s("2家"),
                    target: Some(s("5家")),
                    completion: Some(s("40.0%")),
                    doubt: Some("fell"),
                    last: Some(s("3家")),
                    formula: Some(s("F7")),
                }],
                same: 1,
                problems: [
                    "no_value",
                    "not_a_number",
                    "negative",
                    "not_whole",
                    "too_large",
                    "unclear_measure",
                    "unknown_indicator",
                    "not_carried",
                    "conflict",
                ]
                .map(|why| UploadProblem {
                    cell: s("F7"),
                    why,
                    said: s("<两家>"),
                    named: Some(named("6", "小升规")),
                })
                .into(),
                more: 3,
                remarks: vec![question("part_exceeds_whole")],
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
        sample(l, &WhatIsRight { figures: vec![named("6", "小升规")], example: s("小升规 2") }),
        sample(
            l,
            &Who {
                of: vec![(
                    s("兰江街道"),
                    vec![PersonLine { name: s("王芳"), since: moment(), blocked: true }],
                )],
                unbound: vec![s("柏社乡")],
                groups: vec![(s("领导小组"), "leadership")],
            },
        ),
        sample(
            l,
            &Why {
                unit: s("兰江街道"),
                at: moment(),
                place: Some(place("兰江街道", 1, "yellow", None)),
                of: 17,
                lines: vec![ScoreLine {
                    in_force: Some(s("9家")),
                    flags: flags(),
                    named: named("6", "小升规"),
                    figure: Some(s("7家")),
                    target: s("5家"),
                    completion: s("140.0%"),
                    capped: true,
                    short: None,
                    weight: 2,
                    points: s("17.14"),
                }],
                mean: s("45.2%"),
                pace: s("49.0%"),
                cap: s("120%"),
                green: s("100%"),
                yellow: s("80%"),
                excluded: vec![(named("14", "小微企业园"), s("无用地指标"))],
                weighted: true,
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
    ];
    all.extend([desk::all(l), office::all(l)].concat());
    all.sort_by_key(|(name, _)| *name);
    all
}
