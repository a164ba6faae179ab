//! Notices: shown first, sent, read; who has not read one is told to the office a day later.

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::World;

on_both! {
    async fn a_notice_to_a_group_of_units(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let (lan, yun) = (world.liaison("兰江街道").await, world.liaison("云山街道").await);
        let town = world.liaison("游埠镇").await;
        assert_snapshot!(office.says("/notice").await, @"发通知：/notice 内容 发给全部联络员；/notice 街道：内容 发给一组单位；/notice 3 查看3号通知的已读情况。");
        assert_snapshot!(office.says("/notice 街道：明天10点在<3号>会议室开会").await, @"
        通知预览（发给街道（6），联络员2人）

        明天10点在<3号>会议室开会

        可点分组更换范围，或直接发送新的内容。
        [确定发送] [取消]
        [全部单位]
        [开发区] [街道] [乡镇] [部门]
        ");
        // Other words, other people, and back.
        office.says("明天10点在<4号>会议室开会").await;
        assert!(office.presses("全部单位").await.contains("联络员3人"));
        office.presses("街道").await;
        assert_snapshot!(office.presses("确定发送").await, @"
        (已完成)
        ✅ 通知1号已发出，共2人。查看已读情况：/notice 1
        ");
        assert_snapshot!(world.read(lan.user), @"
        【通知1号】

        明天10点在<4号>会议室开会

        市“小微企业三年成长计划”领导小组办公室
        [已读（通知1号）]
        ");
        assert_eq!(world.read(town.user), "", "only the streets");
        assert_snapshot!(lan.presses("已读（通知1号）").await, @"
        (已完成)
        【通知1号】

        明天10点在<4号>会议室开会

        市“小微企业三年成长计划”领导小组办公室
        ✅ 已读
        ");
        let read = world.chats.messages(lan.user).into_iter().rfind(|m| m.from_bot).unwrap();
        assert_snapshot!(lan.presses_data(lan.user.into(), read.id, "notice:1").await.lines().next().unwrap(), @"(您已经点过已读)");
        let own = world.chats.messages(town.user).into_iter().rfind(|m| m.from_bot).unwrap();
        let forged = town.presses_data(town.user.into(), own.id, "notice:1").await;
        assert!(forged.starts_with("(这个按钮不是给您的)"), "{forged}");
        world.at("2019-06-18 08:31").await;
        world.read(office.user);
        world.at("2019-06-18 09:00").await;
        world.read(office.user);
        world.at("2019-06-18 09:30").await;
        assert_snapshot!(world.read(office.user), @"
        通知1号已读情况（6月17日08:30发出）：1/2人已读
        未读1人：云山街道 云山街道
        内容：明天10点在<4号>会议室开会
        ");
        world.at("2019-06-19 09:30").await;
        assert!(!world.read(office.user).contains("已读情况"), "once");
        yun.presses("已读（通知1号）").await;
        assert_snapshot!(office.says("/notice 1").await, @"
        通知1号已读情况（6月17日08:30发出）：2/2人已读
        内容：明天10点在<4号>会议室开会
        ");
        assert!(lan.says("/notice x").await.contains("只有领导小组办公室"));
        world.close().await;
    }
}
