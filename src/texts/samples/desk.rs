//! Samples of the desk's texts: each form of each.

#![cfg_attr(
    not(test),
    expect(clippy::wildcard_imports, reason = "every context has a sample, made of these values")
)]

use serde_json::Value;

use super::super::{Language, contexts::*};
use super::all::sample;
use super::values::*;
use crate::plan::Term;

fn s(text: &str) -> String {
    text.to_owned()
}

fn term(text: &str) -> TermWords {
    TermWords::of(text.parse::<Term>().unwrap())
}

pub(super) fn all(l: Language) -> Vec<(&'static str, Value)> {
    [calendar(l), tasks(l), notices(l), materials(l), people(l)].concat()
}

fn calendar(l: Language) -> Vec<(&'static str, Value)> {
    let row = |to: &'static str, reached| EscalationUnit {
        unit: s("黄店镇"),
        missing: 12,
        nothing: true,
        days: 3,
        to,
        reached,
    };
    let unit = |to| EscalationText::Unit {
        row: row(to, 1),
        period: period(),
        missing: vec![named("1", "小微企业")],
        below: if to == "head" { 2 } else { 0 },
        office: s("办公室"),
    };
    let refused = |locked| DeadlineText::Refused { period: period(), to: moment(), locked };
    let longer = |people| ExtensionText::Done {
        unit: s("黄店镇"),
        period: period(),
        to: moment(),
        days: 2,
        people,
    };
    vec![
        sample(l, &DeadlineText::Usage { number: 26 }),
        sample(l, &refused(true)),
        sample(l, &refused(false)),
        sample(
            l,
            &DeadlineText::Preview {
                period: period(),
                from: moment(),
                to: moment(),
                works: false,
                reason: s("<台风>"),
                people: 30,
            },
        ),
        sample(l, &DeadlineText::Done { period: period(), to: moment(), people: 30, groups: 2 }),
        sample(
            l,
            &DeadlineText::Told {
                period: period(),
                from: moment(),
                to: moment(),
                reason: s("<台风>"),
                office: s("办公室"),
            },
        ),
        sample(l, &DialogueDropped {}),
        sample(
            l,
            &OutOfReach::Member {
                kind: "work",
                title: s("<工作群>"),
                role: "liaison",
                unit: Some(s("云山街道")),
                name: s("<王芳>"),
            },
        ),
        sample(l, &unit("liaisons")),
        sample(l, &unit("head")),
        sample(
            l,
            &EscalationText::Leadership { period: period(), units: vec![row("leadership", 0)] },
        ),
        sample(
            l,
            &EscalationText::Office {
                period: period(),
                liaisons: vec![s("兰江街道")],
                heads: vec![s("黄店镇")],
                no_liaisons: vec![s("柏社乡")],
                no_heads: vec![s("云山街道")],
            },
        ),
        sample(l, &ExtensionText::Usage {}),
        sample(l, &longer(1)),
        sample(l, &longer(0)),
        sample(
            l,
            &ExtensionText::Told {
                unit: s("黄店镇"),
                period: period(),
                to: moment(),
                office: s("办公室"),
            },
        ),
        sample(l, &LockText::Usage {}),
        sample(l, &LockText::Ask { period: period(), of: 24, units: late(), early: true }),
        sample(l, &LockText::Done { period: period() }),
        sample(l, &LockText::Already { period: period() }),
        sample(l, &LockText::Left {}),
        sample(l, &LockText::Opened { period: period() }),
    ]
}

fn tasks(l: Language) -> Vec<(&'static str, Value)> {
    let card = |at| TaskCard {
        number: 3,
        unit: s("兰江街道"),
        text: s("<报送>名单"),
        due: moment(),
        office: s("办公室"),
        file: Some(s("表.xlsx")),
        at,
    };
    let dialogue = |asks, problem| TaskDraftText {
        asks,
        text: Some(s("<报送>名单")),
        units: vec![s("街道（6）")],
        nobody: vec![s("柏社乡")],
        due: Some(moment()),
        file: Some(s("表.xlsx")),
        problem,
    };
    let due =
        |late, units| TaskDue { number: 3, text: s("<报送>名单"), due: moment(), late, units };
    let told = |step| TaskStepText::Told {
        number: 3,
        unit: s("兰江街道"),
        by: s("王芳"),
        step,
        late: true,
        words: s("<已完成>"),
        task: s("报送名单"),
    };
    let noted = |step| TaskStepText::Noted {
        number: 3,
        unit: s("兰江街道"),
        step,
        file: Some(s("表.xlsx")),
    };
    let line = TaskLine {
        number: 3,
        text: s("报送名单"),
        due: moment(),
        overdue: 1,
        units: ["given", "received", "progress", "returned", "done", "accepted"]
            .map(|step| (step, vec![s("兰江街道")]))
            .into(),
        done: 1,
        of: 6,
    };
    let mut all = vec![
        sample(l, &card("given")),
        sample(l, &card("received")),
        sample(l, &TaskBoard { own: None, number: None, tasks: vec![line] }),
        sample(l, &TaskBoard { own: Some(s("兰江街道")), number: None, tasks: vec![] }),
        sample(l, &TaskBoard { own: None, number: Some(9), tasks: vec![] }),
        sample(l, &dialogue("units", Some(("units", s("<天王>"))))),
        sample(l, &dialogue("due", Some(("due", s("昨天"))))),
        sample(l, &due(false, vec![])),
        sample(l, &due(true, vec![])),
        sample(l, &due(true, vec![s("兰江街道")])),
        sample(
            l,
            &TaskGiven {
                number: 3, due: moment(), units: 6, people: 5, nobody: vec![s("柏社乡")]
            },
        ),
        sample(l, &TaskStepText::Ask { number: 3, step: "done" }),
        sample(l, &TaskStepText::Ask { number: 3, step: "returned" }),
        sample(l, &TaskStepText::Which { step: "done", tasks: vec![(3, s("<a>")), (4, s("b"))] }),
        sample(l, &TaskStepText::Unknown { number: 9 }),
        sample(l, &TaskStepText::Stands { number: 3, at: "accepted" }),
        sample(l, &TaskStepText::PressInstead { number: 3 }),
    ];
    all.extend(["text", "file", "confirm"].map(|asks| sample(l, &dialogue(asks, None))));
    for step in ["received", "progress", "done", "accepted", "returned"] {
        all.push(sample(l, &noted(step)));
        all.push(sample(l, &told(step)));
    }
    all
}

fn notices(l: Language) -> Vec<(&'static str, Value)> {
    let preview =
        |people| NoticeText::Preview {
            text: s("<会议>"), units: vec![s("街道（6）")], people
        };
    let told =
        |read| NoticeText::Told { number: 2, text: s("<会议>"), office: s("办公室"), read };
    vec![
        sample(l, &Morning { count: 3 }),
        sample(l, &NoticeText::Usage {}),
        sample(l, &preview(6)),
        sample(l, &preview(0)),
        sample(l, &NoticeText::Done { number: 2, people: 6 }),
        sample(l, &told(false)),
        sample(l, &told(true)),
        sample(
            l,
            &NoticeStanding {
                number: 2,
                text: s("<会议>"),
                at: moment(),
                of: 6,
                read: 5,
                unread: vec![(s("兰江街道"), s("<王芳>"))],
            },
        ),
    ]
}

fn materials(l: Language) -> Vec<(&'static str, Value)> {
    let title = || s("季度工作总结");
    let unit = || s("兰江街道");
    let due = |late, returned| MaterialText::Due {
        unit: unit(),
        title: title(),
        term: term("2019Q2"),
        due: moment(),
        late,
        returned,
    };
    let returned = |done| MaterialText::Returned {
        unit: unit(),
        title: title(),
        term: term("2019Q2"),
        reason: s("<缺数据>"),
        done,
    };
    let line = |sent, returned| MaterialLine { unit: unit(), sent, late: true, returned };
    let part = |of: &str| MaterialPart {
        title: title(),
        term: term(of),
        due: moment(),
        passed: true,
        of: 3,
        lines: vec![
            line(Some((s("<总结>.docx"), moment())), None),
            line(None, Some(s("<缺数据>"))),
            line(None, None),
        ],
    };
    let list = |own, asked| MaterialList {
        own,
        asked,
        parts: vec![part("2019-05"), part("2019Q2"), part("2019")],
    };
    vec![
        sample(l, &MaterialText::Ask { name: s("<总结>.docx"), count: 1 }),
        sample(l, &MaterialText::Ask { name: s("<总结>.docx"), count: 2 }),
        sample(l, &MaterialText::NotOne {}),
        sample(
            l,
            &MaterialText::Taken {
                unit: unit(),
                title: title(),
                term: term("2019"),
                name: s("<总结>.docx"),
                late: true,
            },
        ),
        sample(l, &due(false, None)),
        sample(l, &due(true, Some(s("<缺数据>")))),
        sample(
            l,
            &MaterialText::Missing {
                title: title(),
                term: term("2019-05"),
                due: moment(),
                of: 17,
                units: vec![unit()],
            },
        ),
        sample(
            l,
            &MaterialText::Shown {
                unit: unit(),
                title: title(),
                term: term("2019Q2"),
                by: Some(s("<王芳>")),
                at: moment(),
            },
        ),
        sample(l, &MaterialText::Why { unit: unit(), title: title() }),
        sample(l, &returned(false)),
        sample(l, &returned(true)),
        sample(l, &MaterialText::Gone {}),
        sample(l, &list(None, None)),
        sample(l, &list(None, Some(s("2019Q2")))),
        sample(l, &list(Some(unit()), None)),
        sample(l, &MaterialList { own: None, asked: None, parts: vec![] }),
        sample(l, &MaterialList { own: None, asked: Some(s("<x>")), parts: vec![] }),
    ]
}

fn people(l: Language) -> Vec<(&'static str, Value)> {
    let (from, until) = (moment, moment);
    let done = |by, link| SubstituteText::Done { by, link, from: from(), until: until() };
    vec![
        sample(l, &SubstituteText::Usage { now: None }),
        sample(l, &SubstituteText::Usage { now: Some((Some(s("<李四>")), moment())) }),
        sample(l, &SubstituteText::Usage { now: Some((None, moment())) }),
        sample(l, &SubstituteText::Ask { unit: s("兰江街道"), from: from(), until: until() }),
        sample(l, &done(Some(s("<李四>")), None)),
        sample(l, &done(None, Some(s("https://t.me/x?start=y")))),
        sample(
            l,
            &SubstituteText::Told {
                unit: s("兰江街道"),
                of: s("<王芳>"),
                from: from(),
                until: until(),
            },
        ),
        sample(l, &SubstituteText::None {}),
        sample(l, &SubstituteText::Back {}),
        sample(l, &SubstituteText::Over {}),
    ]
}
