//! Substitutes: reminders follow, for as long as it was said.

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::World;

on_both! {
    async fn reminders_follow_the_substitute_and_come_back(db: Database) {
        let world = World::open(&db.url).await;
        let (wang, li) = (world.liaison("兰江街道").await, world.liaison("兰江街道").await);
        assert_snapshot!(wang.says("/substitute").await, @"请写明起止日期，例如：/substitute 7月1日 7月10日（只写一个日期为从今天到那天）。提前结束：/substitute 结束");
        assert_snapshot!(wang.says("/substitute 6月18日 6月20日").await, @"
        兰江街道6月18日至6月20日由谁代办？期间提醒发给代办同志，不再发给您。
        [兰江街道]
        [邀请其他同志（发链接）]
        ");
        assert_snapshot!(wang.presses("兰江街道").await, @"
        (已完成)
        ✅ 6月18日至6月20日由兰江街道代办，提醒期间不发给您。提前结束：/substitute 结束
        ");
        assert_snapshot!(world.read(li.user), @"【AB角】6月18日至6月20日由您代兰江街道办理兰江街道的报送，提醒将发给您。");
        world.at("2019-06-18 09:00").await;
        assert_eq!(world.read(wang.user), "", "away");
        assert!(world.read(li.user).contains("【报送提醒】"));
        world.at("2019-06-21 09:00").await;
        assert!(world.read(wang.user).contains("【逾期催报】"), "back");
        world.at("2019-06-21 09:30").await;
        assert!(world.read(wang.user).contains("代办已结束"));
        wang.says("/substitute 6月30日").await;
        wang.presses("兰江街道").await;
        assert_snapshot!(wang.says("/substitute 结束").await, @"代办已结束，提醒恢复发给您。");
        world.at("2019-06-25 09:00").await;
        assert!(world.read(wang.user).contains("【报送提醒】"), "ended early");
        world.close().await;
    }
}

on_both! {
    async fn somebody_new_stands_in_by_a_link_that_ends_by_itself(db: Database) {
        let world = World::open(&db.url).await;
        let wang = world.liaison("兰江街道").await;
        wang.says("/substitute 6月20日").await;
        let done = wang.presses("邀请其他同志（发链接）").await;
        let code = done.split("start=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
        world.at("2019-06-18 09:00").await;
        assert!(world.read(wang.user).contains("【报送提醒】"), "until the link is used");
        let zhao = world.stranger("赵敏");
        assert!(zhao.starts(Some(&code)).await.starts_with("绑定成功：兰江街道联络员"));
        assert!(zhao.says("小升规2").await.starts_with("已收到 兰江街道"));
        world.at("2019-06-20 09:00").await;
        assert_eq!(world.read(wang.user), "");
        assert!(world.read(zhao.user).contains("【今日截止】"));
        world.at("2019-06-21 09:30").await;
        assert!(world.read(zhao.user).contains("代办期已满"));
        assert!(!zhao.says("小升规3").await.starts_with("已收到"), "a stranger again");
        world.close().await;
    }
}
