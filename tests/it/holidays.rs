//! Deadlines that holidays move: what is asked for, and what a report then belongs to.

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::World;

on_both! {
    async fn what_a_moved_deadline_asks_for_is_what_a_report_answers(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        world.liaison("市金融办").await;
        let office = world.office().await;
        let work = world.group("工作群", "工作群", &office).await;
        // Week 40 of 2019 is a holiday; its Thursday moves to Tuesday, 8 October.
        world.at("2019-09-30 09:00").await;
        assert_snapshot!(world.read(liaison.user).lines().take(2).collect::<Vec<_>>().join("\n"), @"
        【报送提醒】9月30日
        兰江街道：2019年第40周数据10月8日17:00（周二）截止，还缺13项（共13项）。
        ");
        world.at("2019-10-09 09:00").await;
        assert!(world.read(liaison.user).contains("【逾期催报】"));
        world.read(work);
        assert_snapshot!(liaison.says("小升规2").await.lines().next().unwrap(), @"已收到 兰江街道 2019年第40周（逾期）");
        // Once nothing of it is missing, a report belongs to the week it is written in.
        let all = "1 160，2 45，3 15，公司制15，4 4，5 50，7 3，11 2，餐饮住宿1，12 6，13 10，14 1";
        assert_snapshot!(liaison.says(all).await.lines().next().unwrap(), @"已收到 兰江街道 2019年第40周（逾期）");
        assert_snapshot!(liaison.says("小升规3").await.lines().next().unwrap(), @"已收到 兰江街道 2019年第41周");
        world.at("2019-10-10 12:00").await;
        assert_snapshot!(liaison.says("小升规4").await.lines().next().unwrap(), @"已收到 兰江街道 2019年第41周");
        world.close().await;
    }
}

on_both! {
    async fn the_last_week_can_be_reported_when_it_is_asked_for(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        world.clock.set("2021-01-04T00:30:00Z".parse().unwrap());
        world.at("2021-01-04 09:00").await;
        assert!(world.read(liaison.user).contains("【逾期催报】"));
        assert_snapshot!(liaison.says("小升规2").await.lines().next().unwrap(), @"已收到 兰江街道 2020年第53周（逾期）");
        world.close().await;
    }
}

on_both! {
    async fn who_reported_late_is_named_even_if_all_is_in_by_then(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let work = world.group("工作群", "工作群", &office).await;
        let in_time = world.liaison("市金融办").await;
        let late = world.liaison("市税务局").await;
        assert!(in_time.says("股份公司3").await.contains("已报齐"));
        world.at("2019-06-20 17:30").await;
        assert!(late.says("受惠面98%").await.contains("（逾期）"));
        // A correction after the deadline does not make a unit late that had reported in time.
        assert!(in_time.says("股份公司4").await.contains("已报齐"));
        world.at("2019-06-21 09:00").await;
        let notice = world.read(work);
        assert!(notice.contains("逾期报齐1个：市税务局。"), "{notice}");
        world.close().await;
    }
}
