//! A whole reporting week of all 17 units over HTTP: bind, remind, report, overdue, rank.

use std::collections::BTreeMap;

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::World;

/// What a unit reports in a week, as its own people would write it; made-up figures.
fn message(targets: &[(String, i64)], at: usize) -> String {
    let value = |target: i64, share: i64| (target * share + 99) / 100;
    let share = 40 + (at as i64 * 7) % 25;
    let lines: Vec<String> = targets
        .iter()
        .map(|(name, target)| match at % 3 {
            0 => format!("{name} {}", value(*target, share)),
            1 => format!("{name}：{}家", value(*target, share)),
            _ => format!("{name}累计{}", value(*target, share)),
        })
        .collect();
    let part = value(targets[2].1, share);
    match at % 2 {
        0 => format!("{}\n公司制 {part}", lines.join("\n")),
        _ => format!("{}，公司制{part}", lines.join("，")),
    }
}

on_both! {
    async fn a_week_in_lanxi(db: Database) {
        let world = World::open(&db.url).await;
        let plan = world.plan.clone();
        let office = world.office().await;
        let leadership = world.group("领导小组", "领导小组", &office).await;
        let work = world.group("联络员工作群", "工作群", &office).await;
        let units: Vec<_> = plan.units().filter(|(_, unit)| !unit.is_department()).collect();
        let mut liaisons = BTreeMap::new();
        // 柏社乡 has nobody: the office must be told.
        for (id, unit) in units.iter().take(16) {
            liaisons.insert(*id, world.liaison(&unit.name).await);
        }
        let lanjiang = &liaisons[&plan.unit_named("兰江街道").unwrap()];
        let yunshan = &liaisons[&plan.unit_named("云山街道").unwrap()];

        world.at("2019-06-18 09:00").await;
        assert_snapshot!(world.read(lanjiang.user), @"");
        assert_snapshot!(world.read(office.user), @"");
        assert_eq!(world.read(leadership), "", "nothing public before the deadline");

        for (at, (id, _)) in units.iter().take(14).enumerate() {
            let ranked = plan.ranked(*id).iter().map(|indicator| {
                let target = plan.target(*id, *indicator).unwrap().0;
                (plan.indicator(*indicator).short.clone(), target)
            });
            let text = message(&ranked.collect::<Vec<_>>(), at);
            let answer = liaisons[id].says(&text).await;
            assert!(answer.starts_with("已收到"), "{text}\n{answer}");
        }
        assert_snapshot!(yunshan.says("/my").await, @"");
        assert_snapshot!(lanjiang.says("餐饮住宿 1").await, @"");
        yunshan.says("餐饮住宿 0").await;

        world.at("2019-06-20 09:00").await;
        assert_eq!(world.read(lanjiang.user), "", "nothing to those who are done");
        let late = &liaisons[&plan.unit_named("灵洞乡").unwrap()];
        assert_snapshot!(world.read(late.user), @"");
        assert_snapshot!(office.says("/missing").await, @"");

        world.at("2019-06-21 09:00").await;
        assert_snapshot!(world.read(late.user), @"");
        assert_snapshot!(world.read(work), @"");
        assert_eq!(world.read(leadership).lines().count(), 4, "the same list");
        assert_snapshot!(office.says("/why_reminded 灵洞乡").await, @"");
        assert_snapshot!(late.says("1 60\n2 20").await, @"");

        world.at("2019-06-21 16:00").await;
        assert_snapshot!(world.read(leadership), @"");
        assert_eq!(world.read(work), "", "the ranking is for the leadership group");
        assert_snapshot!(office.says("/rank").await.lines().take(4).collect::<Vec<_>>().join("\n"), @"");
        assert_snapshot!(lanjiang.says("/rank").await, @"");

        // The next week: a unit that catches up moves up.
        late.says("1 160，2 45，个转企15，公司制15，淘汰落后产能4，低散乱50，小升规5，科技型企业3，限上2，出口实绩6，进出口备案10，小微园1").await;
        world.at("2019-06-28 16:00").await;
        let bulletin = world.read(leadership);
        let moved = bulletin.lines().find(|line| line.contains("灵洞乡") && line.contains('↑'));
        assert!(moved.is_some(), "{bulletin}");
        assert!(bulletin.contains("2019年第26期"));
        world.close().await;
    }
}

on_both! {
    async fn a_job_is_done_once_also_over_a_restart(db: Database) {
        let mut world = World::open(&db.url).await;
        let user = world.liaison("兰江街道").await.user;
        world.at("2019-06-18 09:00").await;
        let first = world.read(user);
        assert!(first.contains("报送提醒"), "{first}");
        world.restart().await;
        world.at("2019-06-18 09:30").await;
        assert_eq!(world.read(user), "");

        // Down over the morning of the deadline: made up once, within its grace.
        world.halt().await;
        world.clock.set("2019-06-20T05:00:00Z".parse().unwrap());
        world.restart().await;
        world.at("2019-06-20 13:05").await;
        assert!(world.read(user).contains("今日截止"));

        // Down for weeks: what is older than its grace is noted and skipped.
        world.halt().await;
        world.clock.set("2019-07-12T14:00:00Z".parse().unwrap());
        world.restart().await;
        world.at("2019-07-12 22:01").await;
        let said = world.read(user);
        assert!(!said.contains("报送提醒") && !said.contains("今日截止"), "{said}");
        world.close().await;
    }
}
