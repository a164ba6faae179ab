//! Deadlines that the office moves, extends, locks and opens again.

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::World;

on_both! {
    async fn a_deadline_is_moved_after_a_preview_and_everybody_is_told(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let liaison = world.liaison("兰江街道").await;
        world.liaison("市金融办").await;
        let work = world.group("工作群", "工作群", &office).await;
        assert_snapshot!(office.says("/deadline").await, @"
        请写明报送期、新的截止时间和原因，例如：
        /deadline 第25周 周五12:00 台风影响
        ");
        world.at("2019-06-19 10:00").await;
        world.read(liaison.user);
        assert_snapshot!(office.says("/deadline 第25周 周三8:00 提前").await, @"2019年第25周的截止时间不能调到6月19日08:00：须晚于现在，并在本期开始之后。没有改动。");
        assert_snapshot!(office.says("/deadline 第25周 周五18:00 台风影响 <停电>").await, @"
        调整2019年第25周截止时间
        原截止：6月20日17:00（周四）
        新截止：6月21日18:00（周五）
        原因：台风影响 <停电>
        确定后通知联络员2人和已绑定的群。
        [确定调整并通知] [取消]
        ");
        assert_eq!(world.read(liaison.user), "", "nothing before it is confirmed");
        assert_snapshot!(office.presses("确定调整并通知").await, @"
        (已完成)
        ✅ 2019年第25周截止时间已调整为6月21日18:00（周五），已通知联络员2人、群1个。
        ");
        assert_snapshot!(world.read(liaison.user), @"
        【截止时间调整】2019年第25周数据截止时间由6月20日17:00调整为6月21日18:00（周五）。
        原因：台风影响 <停电>
        市“小微企业三年成长计划”领导小组办公室
        ");
        assert_eq!(world.read(work).lines().count(), 3);
        // A second press changes nothing; jobs follow the new deadline.
        world.at("2019-06-20 09:00").await;
        assert_eq!(world.read(liaison.user), "", "not due today");
        world.at("2019-06-21 09:00").await;
        assert_snapshot!(world.read(liaison.user).lines().take(2).collect::<Vec<_>>().join("\n"), @"
        【今日截止】6月21日
        兰江街道：2019年第25周数据今天18:00截止，还缺13项（共13项）。
        ");
        world.at("2019-06-21 17:30").await;
        assert_snapshot!(liaison.says("小升规2").await.lines().next().unwrap(), @"已收到 兰江街道 2019年第25周");
        world.at("2019-06-21 18:30").await;
        assert_snapshot!(liaison.says("小升规3").await.lines().next().unwrap(), @"已收到 兰江街道 2019年第25周（逾期）");
        // Monday belongs to the week before, whose deadline was moved, no more than it did.
        world.at("2019-06-24 09:00").await;
        assert!(world.read(liaison.user).contains("【逾期催报】6月24日"));
        world.close().await;
    }
}

on_both! {
    async fn what_is_moved_can_be_left_and_only_the_office_moves(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let liaison = world.liaison("兰江街道").await;
        assert_snapshot!(liaison.says("/deadline 25 周五 x").await, @"/deadline 只有领导小组办公室可以使用。");
        office.says("/deadline 本周 周五12:00 停电").await;
        assert_snapshot!(office.presses("取消").await, @"
        (已完成)
        已取消，没有改动。
        ");
        assert_eq!(world.read(liaison.user), "");
        assert!(liaison.says("/my").await.contains("6月20日17:00截止"));
        world.close().await;
    }
}

on_both! {
    async fn one_unit_is_given_longer_and_is_not_late_meanwhile(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let liaison = world.liaison("黄店镇").await;
        world.liaison("市金融办").await;
        let work = world.group("工作群", "工作群", &office).await;
        assert_snapshot!(office.says("/extend 黄店镇").await, @"请写明单位和天数（工作日），例如：/extend 黄店镇 2天，或指明报送期：/extend 黄店镇 第26周 2天。已锁定的报送期不能延期。");
        assert_snapshot!(office.says("/extend 黄店镇 2天 人员培训").await, @"✅ 黄店镇2019年第25周数据延期2个工作日，至6月24日17:00（周一）。已通知联络员1人。");
        assert_snapshot!(world.read(liaison.user), @"
        【延期通知】黄店镇：2019年第25周数据截止时间延至6月24日17:00（周一）。
        市“小微企业三年成长计划”领导小组办公室
        ");
        // Every text names the deadline that holds for it.
        for command in ["/my", "/help", "/template", "/start"] {
            let said = liaison.says(command).await;
            let line = said.lines().find(|line| line.contains("截止")).unwrap_or_default();
            assert!(line.contains("6月24日17:00截止"), "{command}: {said}");
        }
        world.at("2019-06-21 09:00").await;
        let reminded = world.read(liaison.user);
        assert!(!reminded.contains("逾期"), "{reminded}");
        assert!(world.read(work).contains("经批准延期1个：黄店镇（至6月24日17:00）。"));
        assert_snapshot!(office.says("/why_reminded 黄店镇").await.lines().nth(1).unwrap(), @"6月21日09:00 逾期催报及未报通报：缺12项，已延期，未提醒");
        // Over the weekend the report still belongs to the week that was extended.
        world.at("2019-06-24 10:00").await;
        assert_snapshot!(liaison.says("/my").await.lines().next().unwrap(), @"黄店镇 2019年第25周（6月24日17:00截止）");
        assert_snapshot!(liaison.says("小升规1").await.lines().next().unwrap(), @"已收到 黄店镇 2019年第25周");
        world.at("2019-06-24 17:01").await;
        assert_snapshot!(liaison.says("上周 小升规2").await.lines().next().unwrap(), @"已收到 黄店镇 2019年第25周（逾期）");
        world.close().await;
    }
}

on_both! {
    async fn a_locked_period_takes_nothing_until_it_is_opened_again(db: Database) {
        let mut world = World::open(&db.url).await;
        let office_user = world.office().await.user;
        let user = world.liaison("兰江街道").await.user;
        world.at("2019-06-21 10:00").await;
        assert_snapshot!(world.person(user).says("小升规2").await.lines().next().unwrap(), @"已收到 兰江街道 2019年第25周（逾期）");
        assert_snapshot!(world.person(office_user).says("/lock").await, @"
        锁定2019年第25周？锁定后不再接受补报、更正和撤回。
        应报24个单位，已报齐0个，未报齐24个：兰溪经济开发区（全部12项）、兰江街道（12项）、云山街道（全部13项）、上华街道（全部12项）、永昌街道（全部12项）、赤溪街道（全部12项）、女埠街道（全部12项）、游埠镇（全部12项）、诸葛镇（全部12项）、黄店镇（全部12项）、香溪镇（全部12项）、马涧镇（全部12项）、梅江镇（全部12项）、横溪镇（全部12项）、灵洞乡（全部12项）、水亭畲族乡（全部12项）、柏社乡（全部12项）、市经信局（全部2项）、市科技局（全部2项）、市质监局（全部2项）、市金融办（全部1项）、人行兰溪市支行（全部1项）、市银监办（全部1项）、市税务局（全部1项）。
        [锁定] [取消]
        ");
        assert_snapshot!(world.person(office_user).presses("锁定").await, @"
        (已完成)
        🔒 2019年第25周已锁定。重新开放：/unlock 第25周
        ");
        assert_snapshot!(world.person(user).says("小升规3，1 5").await, @"
        没有存入数据 兰江街道 2019年第25周

        ❓ 2019年第25周已锁定，没有存入；确需补报请联系领导小组办公室

        本期还缺12项，详见 /my
        ");
        assert_snapshot!(world.person(user).presses("撤回").await.lines().next().unwrap(), @"(这一期已经结束，不能撤回，请联系领导小组办公室)");
        world.restart().await;
        assert!(world.person(user).says("小升规3").await.contains("已锁定"));
        assert_snapshot!(world.person(office_user).says("/lock 第25周").await, @"2019年第25周已经锁定。");
        assert_snapshot!(world.person(office_user).says("/unlock 第25周").await, @"🔓 2019年第25周已重新开放。补报请在消息开头写明“第25周”，按逾期记录。");
        // Opened again, it takes reports however long ago it was, marked late.
        world.at("2019-07-08 10:00").await;
        assert_snapshot!(world.person(user).says("第25周 小升规3").await.lines().next().unwrap(), @"已收到 兰江街道 2019年第25周（逾期）");
        let why = world.person(user).says("第24周 小升规3").await;
        assert!(!why.starts_with("已收到"), "{why}");
        world.close().await;
    }
}
