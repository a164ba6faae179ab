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
        let finance = world.liaison("市金融办").await.user;
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
        world.at("2019-06-21 09:00").await;
        world.at("2019-06-21 16:30").await;
        for chat in [user, second, head, office_user] {
            world.read(chat);
        }
        world.read(leadership);

        // Two working days after Thursday: Monday.
        world.at("2019-06-24 09:30").await;
        assert_snapshot!(world.read(second), @"
        【逾期未报】黄店镇：2019年第25周数据已逾期2个工作日，还缺12项。请本单位各位联络员相互衔接，今日内报齐。
        未报：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、6 小升规、7 科技型企业、11 限上企业、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        市“小微企业三年成长计划”领导小组办公室
        ");
        assert_eq!(world.read(head), "", "not yet");
        world.read(user);
        world.restart().await;
        world.at("2019-06-25 09:30").await;
        assert_snapshot!(world.read(head), @"
        【逾期提醒】黄店镇负责同志：
        2019年第25周数据已于6月20日17:00截止，你单位至今缺12项，经多次提醒仍未报齐，请督促尽快报送。
        未报：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、6 小升规、7 科技型企业、11 限上企业、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        市“小微企业三年成长计划”领导小组办公室
        ");
        assert!(!world.read(second).contains("【逾期未报】"), "each step once");
        let told = world.read(office_user);
        assert!(told.contains("已提醒单位负责人：黄店镇\n"), "{told}");
        assert!(told.contains("领导 邀请：兰溪经济开发区、兰江街道、"), "{told}");
        // Whoever reports meanwhile is left alone.
        let said = world.person(finance).says("上周 股份公司3").await;
        assert!(said.starts_with("已收到 市金融办 2019年第25周（逾期）"), "{said}");
        world.at("2019-06-26 09:30").await;
        let line = world.read(leadership);
        assert!(line.starts_with("【逾期未报】2019年第25周") && !line.contains("市金融办"), "{line}");
        assert!(line.contains("黄店镇（全部12项）"), "{line}");
        assert_snapshot!(world.person(office_user).says("/why_reminded 兰江").await.lines().nth(1).unwrap(), @"6月26日09:30 每日催办：缺13项，已逐级提醒领导小组群");
        world.close().await;
    }
}

on_both! {
    async fn what_was_sent_back_is_not_overdue_before_its_new_deadline(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let lead = world.liaison("市经信局").await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says(
            "1 160，2 45，3 15，公司制15，4 4，5 50，6 2，7 3，11 2，餐饮住宿1，12 6，13 10，14 1",
        ).await;
        world.set("2019-06-20 16:00");
        lead.says("/review 小升规 兰江").await;
        lead.presses("退回").await;
        lead.presses("口径有误").await;
        let notice = world.read(liaison.user);
        assert!(notice.contains("请于6月21日17:00前重报"), "{notice}");
        // Its new deadline is still to come: no reminder, and it is said why.
        world.at("2019-06-21 09:00").await;
        assert_eq!(world.read(liaison.user), "");
        assert_snapshot!(office.says("/why_reminded 兰江").await, @"
        兰江街道催报记录
        6月21日09:00 逾期催报及未报通报：缺1项，已延期，未提醒
        ");
        // Two working days after the old deadline, one after the new: nobody is told yet.
        world.at("2019-06-24 09:30").await;
        assert_eq!(world.read(liaison.user), "");
        world.at("2019-06-25 09:30").await;
        assert_snapshot!(world.read(liaison.user).split("――――").last().unwrap().trim(), @"
        【逾期未报】兰江街道：2019年第25周数据已逾期2个工作日，还缺1项。请本单位各位联络员相互衔接，今日内报齐。
        未报：6 小升规
        市“小微企业三年成长计划”领导小组办公室
        ");
        world.close().await;
    }
}
