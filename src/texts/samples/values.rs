//! Made-up values that samples are put together from.

#![cfg_attr(
    not(test),
    expect(clippy::wildcard_imports, reason = "every context has a sample, made of these values")
)]

use super::super::contexts::*;

pub(super) fn period() -> PeriodWords {
    PeriodWords::example().0
}

pub(super) fn moment() -> Moment {
    PeriodWords::example().1
}

pub(super) fn named(no: &str, name: &str) -> Named {
    Named { no: no.into(), name: name.into() }
}

pub(super) fn my_line() -> MyLine {
    MyLine {
        flags: flags(),
        counted: Some(Counted { total: Some("6家".into()) }),
        named: named("1", "小微企业"),
        total: None,
        target: Some("1647家".into()),
        completion: None,
        reported: false,
        expected: true,
        light: Some("red"),
        need: Some("21家".into()),
        weekly: true,
        below: Some(1),
    }
}

pub(super) fn ends() -> Vec<GroupEnds> {
    vec![GroupEnds {
        group: "乡镇".into(),
        first: vec!["游埠镇".into(), "香溪镇".into()],
        last: vec!["柏社乡".into()],
    }]
}

pub(super) fn place(unit: &str, rank: u32, light: &'static str, change: Option<i64>) -> Place {
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

pub(super) fn late() -> Vec<MissingUnit> {
    let unit = |unit: &str, count, nothing, liaisons| MissingUnit {
        unit: unit.into(),
        count,
        nothing,
        liaisons,
        below: 0,
    };
    vec![unit("云山街道", 12, true, 1), unit("黄店镇", 2, false, 0)]
}

pub(super) fn question(reason: &'static str) -> Question {
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

pub(super) fn file_refused() -> FileRefused {
    FileRefused {
        most: 5,
        name: "<报表>.xlsx".into(),
        why: "several_sheets",
        detail: "<表一>、表二".into(),
    }
}

pub(super) fn asking(reason: &str) -> Asking {
    Asking {
        unit: "兰江街道".into(),
        period: period(),
        reason: reason.into(),
        said: "<企业>120".into(),
        about: Some(named("6", "小升规")),
        values: vec!["2家".into(), "3家".into(), "1家".into()],
        several: true,
        figures: vec![named("6", "小升规"), named("7", "科技型企业")],
        beside: vec!["科技型企业<1>家".into()],
        on_behalf: false,
    }
}

pub(super) fn correction() -> Correction {
    let change = |figure, before: Option<&str>, after: &str| Change {
        unit: "兰江街道".into(),
        figure,
        before: before.map(Into::into),
        after: Some(after.into()),
    };
    Correction {
        number: 1,
        reason: "兰江街道小升规<漏计>1家".into(),
        changes: vec![
            change(Some(named("6", "小升规")), None, "3家"),
            change(None, Some("5"), "3"),
        ],
        count: 4,
    }
}

pub(super) fn assess() -> Assess {
    Assess {
        year: Some(2019),
        at: Some(moment()),
        over: true,
        groups: vec![("街道".into(), vec![(1, "兰江街道".into(), "98.20".into())])],
    }
}

pub(super) fn assess_unit() -> AssessUnit {
    AssessUnit {
        year: 2019,
        at: moment(),
        unit: "兰江街道".into(),
        group: "街道".into(),
        rank: 1,
        total: Some("98.20".into()),
        lines: vec![AssessLine {
            item: "6 小升规".into(),
            rule: "应完成".into(),
            points: "9.09".into(),
        }],
    }
}

pub(super) fn draft() -> DraftText {
    DraftText {
        period: period(),
        correction: None,
        state: "open",
        due: moment(),
        silence: "publish",
        who: Some("王芳".into()),
        lines: vec!["请各单位<对照>补报。".into()],
    }
}

pub(super) fn flags() -> Vec<FlagWords> {
    let flag = |label: &str, number: &str| FlagWords { label: label.into(), number: number.into() };
    vec![flag("注销", "3家"), flag("异常", "1家")]
}
