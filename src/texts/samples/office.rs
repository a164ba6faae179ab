//! Samples of what the office and the lead departments do with figures.

#![cfg_attr(
    not(test),
    expect(clippy::wildcard_imports, reason = "every context has a sample, made of these values")
)]

use serde_json::Value;

use super::super::{Language, contexts::*};
use super::all::sample;
use super::values::*;

fn line() -> ReviewLine {
    let says = |why, values: &[&str]| Suspect {
        why,
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    ReviewLine {
        unit: "游埠镇".into(),
        total: "9家".into(),
        last: Some("1家".into()),
        growth: Some("+8家".into()),
        period: Some(period()),
        late: true,
        why: vec![
            says("fell", &["10家"]),
            says("jumped", &["1家"]),
            says("over_cap", &["4家"]),
            says("share", &["70.0%", "80%"]),
            says("outlier", &["200%", "5%"]),
            says("repeated", &[]),
        ],
        notes: vec!["补录<上月>2家".into()],
        evidence: vec![
            EvidenceLine { name: Some("营业执照<1>.jpg".into()), text: Some("3家".into()) },
            EvidenceLine { name: None, text: Some("见批复".into()) },
        ],
        flags: flags(),
    }
}

pub(super) fn all(l: Language) -> Vec<(&'static str, Value)> {
    [reviews(l), others(l), plans(l), evidence(l), flagged(l)].concat()
}

fn evidence(l: Language) -> Vec<(&'static str, Value)> {
    let s = |text: &str| text.to_owned();
    let taken = |figures, names: &[&str], words: &str| EvidenceText::Taken {
        unit: s("游埠镇"),
        period: Some(period()),
        figures,
        names: names.iter().map(|name| s(name)).collect(),
        words: s(words),
        beside: names.len() == 1,
    };
    let figures = || vec![named("6", "小升规")];
    let came = |name: Option<&str>, words: &str| EvidenceText::Came {
        unit: s("游埠镇"),
        indicator: named("6", "小升规"),
        period: period(),
        who: s("王<芳>"),
        name: name.map(s),
        words: s(words),
    };
    let refused = |why| EvidenceText::Refused { name: s("a<b>.exe"), why, most: 10 };
    let ask = |names: &[&str], of: &[&str]| EvidenceText::Ask {
        names: names.iter().map(|name| s(name)).collect(),
        of: of.iter().map(|name| s(name)).collect(),
    };
    let shown = EvidenceText::Shown {
        unit: s("游埠镇"),
        indicator: named("6", "小升规"),
        period: period(),
        who: s("王<芳>（游埠镇）"),
        at: moment(),
        words: s("营业<执照>"),
    };
    vec![
        sample(l, &EvidenceText::Usage { on_behalf: false, below: None }),
        sample(l, &EvidenceText::Usage { on_behalf: true, below: None }),
        sample(l, &EvidenceText::Usage { on_behalf: true, below: Some(s("甲江县")) }),
        sample(l, &ask(&["<1>.jpg"], &["小升规"])),
        sample(l, &ask(&["1.jpg", "2.jpg"], &[])),
        sample(l, &taken(figures(), &["<1>.jpg"], "")),
        sample(l, &taken(figures(), &["1.jpg", "2.jpg"], "")),
        sample(l, &taken(Vec::new(), &[], "见<批复>")),
        sample(l, &refused("too_big")),
        sample(l, &refused("unavailable")),
        sample(l, &refused("kind")),
        sample(l, &shown),
        sample(l, &came(Some("<1>.jpg"), "")),
        sample(l, &came(None, "确<已>注销")),
    ]
}

fn flagged(l: Language) -> Vec<(&'static str, Value)> {
    let s = |text: &str| text.to_owned();
    let line = || FlaggedLine {
        unit: s("游埠镇"),
        indicator: named("6", "小升规"),
        total: s("9家"),
        flags: flags(),
    };
    let flag = || flags().remove(0);
    let refused = |why| FlagText::Refused {
        why,
        unit: s("游埠镇"),
        indicator: named("6", "小升规"),
        total: Some(s("9家")),
        label: s("注销"),
    };
    let done = |lifted, counts: Option<&str>| FlagText::Done {
        line: line(),
        flag: flag(),
        lifted,
        reason: s("<证照>已注销"),
        counts: counts.map(s),
    };
    let told = |lifted, counts: Option<&str>| FlagText::Told {
        line: line(),
        period: period(),
        flag: flag(),
        lifted,
        reason: s("<证照>已注销"),
        counts: counts.map(s),
        by: s("市经信局"),
    };
    let whys = ["number", "none", "rate", "too_many", "same", "not_flagged"];
    let usage = |labels: &[&str], lines| FlagText::Usage {
        labels: labels.iter().map(|label| s(label)).collect(),
        lines,
    };
    let mut all = vec![
        sample(l, &usage(&["注销", "异常"], vec![line()])),
        sample(l, &usage(&["注销", "异常"], vec![])),
        sample(l, &usage(&[], vec![])),
        sample(l, &FlagText::Choose { line: line() }),
        sample(l, &FlagText::Ask { line: line(), label: s("注销"), example: s("2家") }),
        sample(l, &done(false, Some("6家"))),
        sample(l, &done(true, None)),
        sample(l, &told(false, Some("6家"))),
        sample(l, &told(true, None)),
        sample(l, &FlagText::Fell { line: line(), before: s("12家") }),
    ];
    all.extend(whys.map(|why| sample(l, &refused(why))));
    all
}

fn plans(l: Language) -> Vec<(&'static str, Value)> {
    let plan = || "兰溪市·<三年>成长计划".to_owned();
    let plans = vec![plan(), "金华市·三年成长计划".to_owned()];
    vec![
        sample(
            l,
            &ChoosePlan { plans, current: Some(plan()), waiting: 2, file: false, is_group: false },
        ),
        sample(l, &PlanChosen { plan: plan(), waiting: 2, expired: 1, is_group: false }),
        sample(l, &PlanMark { plan: plan() }),
    ]
}

fn reviews(l: Language) -> Vec<(&'static str, Value)> {
    let s = |text: &str| text.to_owned();
    let plain = ReviewLine {
        why: vec![],
        notes: vec![],
        last: None,
        growth: None,
        evidence: vec![],
        flags: vec![],
        ..line()
    };
    let returned =
        ReturnedLine { unit: s("黄店镇"), reason: s("口径<有误>"), until: Some(moment()) };
    let count = ReviewCount {
        indicator: named("6", "小升规"),
        open: 15,
        suspicious: 2,
        earlier: 1,
        returned: 1,
        missing: 1,
    };
    vec![
        sample(
            l,
            &Returned {
                unit: s("游埠镇"),
                indicator: named("6", "小升规"),
                period: period(),
                total: s("9家"),
                in_force: Some(s("1家")),
                reason: s("与部门<掌握>的数不一致"),
                by: s("市经信局"),
                until: moment(),
                example: s("小升规 9"),
            },
        ),
        sample(
            l,
            &ReturnedAgain {
                unit: s("游埠镇"),
                indicator: named("6", "小升规"),
                period: period(),
                before: s("9家"),
                total: s("2家"),
            },
        ),
        sample(
            l,
            &ReviewCard {
                period: period(),
                indicator: named("6", "小升规"),
                suspicious: vec![line()],
                others: vec![plain],
                accepted: 3,
                returned: vec![returned],
                missing: vec![s("柏社乡"), s("灵洞乡")],
            },
        ),
        sample(
            l,
            &ReviewList {
                period: period(),
                lines: vec![count],
                done: 4,
                instead: true,
                silence: Some(3),
            },
        ),
        sample(
            l,
            &ReviewOne {
                step: "returned",
                indicator: named("6", "小升规"),
                period: period(),
                line: line(),
                at: Some((1, 2)),
                holding: vec![s("市旅游局")],
                reason: s("口径有误"),
                until: Some(moment()),
            },
        ),
    ]
}

fn others(l: Language) -> Vec<(&'static str, Value)> {
    let s = |text: &str| text.to_owned();
    let entry = |what, place, reason: &str| TrailLine {
        what,
        number: 3,
        at: moment(),
        who: s("王<芳>（游埠镇）"),
        period: period(),
        value: s("9家"),
        in_force: Some(s("1家")),
        before: None,
        place,
        late: true,
        message: 42,
        said: Some(s("小升规<9>")),
        reason: s(reason),
        label: s("注销"),
        file: Some(s("执照<1>.jpg")),
    };
    vec![
        sample(
            l,
            &WithdrawnFor {
                unit: s("兰江街道"),
                period: period(),
                office: s("办公室"),
                figures: vec![(named("6", "小升规"), Some(s("2家")))],
            },
        ),
        sample(l, &TargetText::Usage {}),
        sample(l, &TargetText::None { unit: s("柏社乡"), indicator: named("6", "小升规") }),
        sample(
            l,
            &TargetText::Preview {
                unit: s("游埠镇"),
                indicator: named("6", "小升规"),
                before: s("8家"),
                after: s("9家"),
                from: moment(),
                basis: s("兰政办发〔2019〕<8>号"),
                county: Some(s("100家")),
                split: s("101家"),
                differs: true,
                gap: s("+1家"),
            },
        ),
        sample(
            l,
            &TargetText::Done {
                unit: s("游埠镇"),
                indicator: named("6", "小升规"),
                before: s("8家"),
                after: s("9家"),
                county: Some(s("101家")),
                from: moment(),
                basis: s("兰政办发〔2019〕8号"),
                office: s("市领导小组办公室"),
                told: true,
            },
        ),
        sample(
            l,
            &Trail {
                unit: s("游埠镇"),
                indicator: named("6", "小升规"),
                in_force: Some(s("9家")),
                flags: flags(),
                lines: vec![
                    entry("total", Some(2), ""),
                    entry("returned", None, "口径<有误>"),
                    entry("evidence", None, ""),
                    entry("flagged", None, "证照<已>注销"),
                    entry("unflagged", None, ""),
                ],
                page: (1, 2),
                of: 8,
            },
        ),
    ]
}
