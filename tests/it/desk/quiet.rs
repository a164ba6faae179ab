//! Quiet hours: nothing to a person by itself from 21:00 to 08:00; the morning brings one message.

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::World;

on_both! {
    async fn what_comes_at_night_waits_for_the_morning_and_comes_as_one(db: Database) {
        let mut world = World::open(&db.url).await;
        let office_user = world.office().await.user;
        let user = world.liaison("兰江街道").await.user;
        world.at("2019-06-18 21:30").await;
        world.read(user);
        let office = world.person(office_user);
        office.says("/deadline 本周 周五12:00 停电").await;
        assert!(office.presses("确定调整并通知").await.contains("已通知联络员1人"), "answered at once");
        office.says("/notice 明天10点开会").await;
        office.presses("确定发送").await;
        assert!(office.says("代报 兰江 小升规2").await.starts_with("已代报"));
        assert_eq!(world.read(user), "", "asleep");
        assert!(world.person(user).says("/my").await.contains("小升规：2家"), "who writes is answered");
        // Over a restart, and over midnight.
        world.restart().await;
        world.at("2019-06-19 07:59").await;
        assert_eq!(world.read(user), "");
        world.at("2019-06-19 08:00").await;
        assert_snapshot!(world.read(user), @"
        共3条消息

        【截止时间调整】2019年第25周数据截止时间由6月20日17:00调整为6月21日12:00（周五）。
        原因：停电
        市“小微企业三年成长计划”领导小组办公室

        【通知1号】

        明天10点开会

        市“小微企业三年成长计划”领导小组办公室

        市“小微企业三年成长计划”领导小组办公室代报 兰江街道 2019年第25周

        6 小升规：2家

        如有出入，请直接报正确的数。
        [已读（通知1号）]
        ");
        world.at("2019-06-19 08:30").await;
        assert_eq!(world.read(user), "", "once");
        assert!(world.person(user).presses("已读（通知1号）").await.starts_with("(已完成)"));
        world.close().await;
    }
}

on_both! {
    async fn one_message_alone_comes_as_it_is(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let liaison = world.liaison("兰江街道").await;
        world.at("2019-06-18 22:00").await;
        world.read(liaison.user);
        office.says("代报 兰江 小升规2").await;
        world.at("2019-06-19 08:00").await;
        let morning = world.read(liaison.user);
        assert!(morning.contains("小升规") && !morning.contains("条消息"), "{morning}");
        world.close().await;
    }
}

on_both! {
    async fn what_can_be_replied_to_stays_a_message_of_its_own(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let (lead, youbu) = (world.liaison("市经信局").await, world.liaison("游埠镇").await);
        youbu.says("小升规2").await;
        world.at("2019-06-18 21:30").await;
        world.read(youbu.user);
        lead.says("/review 小升规 游埠").await;
        lead.presses("退回").await;
        lead.presses("口径有误").await;
        office.says("/extend 游埠镇 1天").await;
        office.says("/target 小升规 游埠镇 9 兰政办〔2019〕8号").await;
        office.presses("确定，全市目标不变").await;
        assert_eq!(world.read(youbu.user), "", "asleep");
        world.at("2019-06-19 08:00").await;
        assert_snapshot!(world.read(youbu.user), @"
        共2条消息

        【延期通知】游埠镇：2019年第25周数据截止时间延至6月21日17:00（周五）。
        市“小微企业三年成长计划”领导小组办公室

        【目标调整】游埠镇 6 小升规目标由8家调整为9家，自2019年6月18日起。
        依据：兰政办〔2019〕8号
        市“小微企业三年成长计划”领导小组办公室
        ――――
        【退回重报】6 小升规 游埠镇 2019年第25周
        所报2家已由市经信局退回，原因：口径有误
        请于6月19日17:00前重报：直接回复本条消息，如：小升规 2
        如原数无误，请重报原数，并回复本条消息说明情况。
        ");
        let notice = youbu.heard("退回重报");
        assert_snapshot!(youbu.replies(notice, "3").await.lines().take(2).collect::<Vec<_>>().join("\n"), @"
        已按您的回复更正 游埠镇 2019年第25周
        6 小升规：3家 / 9家 33.3%
        ");
        world.close().await;
    }
}
