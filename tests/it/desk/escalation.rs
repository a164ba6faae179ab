//! A unit that stays overdue: its liaisons, its leader, the leadership group; each step once.

use insta::assert_snapshot;
use liaison_bot::conversation::Role;

use crate::databases::{Database, on_both};
use crate::world::World;

on_both! {
    async fn step_by_step_and_each_step_once(db: Database) {
        let mut world = World::open(&db.url).await;
        let office_user = world.office().await.user;
        let leadership = {
            let office = world.person(office_user);
            world.group("领导小组", "领导小组", &office).await
        };
        let user = world.liaison("黄店镇").await.user;
        let second = world.liaison("黄店镇").await.user;
        let invited = world.person(office_user).says("/invite 黄店镇 领导").await;
        assert_snapshot!(invited.lines().next().unwrap(), @"黄店镇负责人的邀请链接：");
        let code = world.invitation(Role::Head, Some("黄店镇")).await;
        let head = world.stranger("镇长").user;
        assert_snapshot!(world.person(head).starts(Some(&code)).await, @"
        绑定成功：黄店镇负责人
        兰溪市“小微企业三年成长计划”（2018—2020年）
        本单位逾期未报时会提醒您；随时可用 /my 查看本单位完成情况和缺项。
        使用说明：/help
        ");
        assert!(world.person(head).says("/my").await.contains("黄店镇"));
        assert!(!world.person(head).says("小升规 2").await.starts_with("已收到"), "a leader reports nothing");
        world.at("2019-06-21 16:30").await;
        for chat in [user, second, head, office_user] {
            world.read(chat);
        }
        world.read(leadership);

        // Two working days after Thursday: Monday.
        world.at("2019-06-24 09:30").await;
        assert_snapshot!(world.read(second), @"");
        assert_eq!(world.read(head), "", "not yet");
        world.read(user);
        world.restart().await;
        world.at("2019-06-25 09:30").await;
        assert_snapshot!(world.read(head), @"");
        assert!(!world.read(second).contains("【逾期未报】"), "each step once");
        let told = world.read(office_user);
        assert!(told.contains("已提醒单位负责人：黄店镇\n"), "{told}");
        assert!(told.contains("领导 邀请：兰溪经济开发区、兰江街道、"), "{told}");
        // Whoever reports meanwhile is left alone.
        let all = "第25周 1 10，2 3，3 3，公司制3，4 1，5 3，6 1，7 1，11 1，12 1，13 1，14 无";
        let said = world.person(user).says(all).await;
        assert!(said.starts_with("已收到"), "{said}");
        world.at("2019-06-26 09:30").await;
        let line = world.read(leadership);
        assert!(line.starts_with("【逾期未报】2019年第25周") && !line.contains("黄店镇"), "{line}");
        assert!(line.contains("兰江街道（全部13项）"), "{line}");
        assert_snapshot!(world.person(office_user).says("/why_reminded 兰江").await.lines().nth(1).unwrap(), @"");
        world.close().await;
    }
}
