//! Reporting by message: read back, undo, change, ask back.

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::World;

on_both! {
    async fn a_report_is_stored_and_read_back(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        assert_snapshot!(liaison.says("新增小微企业120,八大产业45").await, @"");
        assert_snapshot!(liaison.says("/my").await, @"");
        world.close().await;
    }
}

on_both! {
    async fn what_is_not_clear_is_asked_and_the_rest_is_kept(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        assert_snapshot!(liaison.says("小升规2,企业120,贷款1.2亿元,招商引资3个").await, @"");
        assert_snapshot!(liaison.says("云山街道 小升规2").await, @"");
        assert_snapshot!(liaison.says("收到，谢谢").await, @"");
        world.close().await;
    }
}

on_both! {
    async fn an_increment_is_added_once(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        assert_snapshot!(liaison.says("小升规+1").await, @"");
        liaison.says("小升规2").await;
        assert_snapshot!(liaison.says("小升规+1").await, @"");
        assert_snapshot!(liaison.says("小升规+1").await, @"");
        assert_snapshot!(liaison.says("科技型企业3，小升规本周无变化").await, @"");
        world.close().await;
    }
}

on_both! {
    async fn undo_restores_the_former_figure(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小升规2").await;
        liaison.says("小升规3，科技型企业1").await;
        assert_snapshot!(liaison.presses("撤回").await, @"");
        // The first read-back still has its button: what it reported is in force again.
        assert_snapshot!(liaison.presses("撤回").await, @"");
        assert!(liaison.says("/my").await.contains("6 小升规：未报"));
        world.close().await;
    }
}

on_both! {
    async fn an_old_button_does_not_undo_what_came_later(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        let other = world.liaison("云山街道").await;
        liaison.says("小升规2").await;
        let chat = liaison.user.into();
        let bots = world.chats.messages(liaison.user);
        let read_back = bots.iter().rev().find(|message| message.button("撤回").is_some()).unwrap();
        let data = read_back.button("撤回").unwrap().data().unwrap().to_owned();
        liaison.says("小升规3").await;
        assert_snapshot!(liaison.presses_data(chat, read_back.id, &data).await.lines().next().unwrap(), @"");
        assert_snapshot!(liaison.presses_data(chat, read_back.id, "undo:x:y").await.lines().next().unwrap(), @"");
        // Another unit's liaison cannot press it, even by forging the press in a chat of its own.
        other.says("小升规1").await;
        let forged = world.chats.messages(other.user).last().unwrap().id;
        let answer = other.presses_data(other.user.into(), forged, &data).await;
        assert_snapshot!(answer.lines().next().unwrap(), @"");
        assert!(liaison.says("/my").await.contains("6 小升规：3家"));
        world.close().await;
    }
}

on_both! {
    async fn changing_the_message_changes_the_report(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小升规2").await;
        liaison.says("小升规+1，科技型企业4").await;
        // Not 2 + 1 + 2: the changed increment stands in place of the one it changes.
        assert_snapshot!(liaison.changes_to("小升规+2").await, @"");
        assert!(liaison.says("/my").await.contains("7 科技型企业：未报"));
        world.close().await;
    }
}

on_both! {
    async fn a_report_after_the_deadline_is_late(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        world.at("2019-06-20 17:01").await;
        assert!(liaison.says("小升规2").await.starts_with("已收到 兰江街道 2019年第25周（逾期）"));
        world.at("2019-06-24 08:00").await;
        assert!(liaison.says("小升规2").await.starts_with("已收到 兰江街道 2019年第26周\n"));
        world.close().await;
    }
}

on_both! {
    async fn departments_that_carry_a_figure_together_report_it_once(db: Database) {
        let world = World::open(&db.url).await;
        let science = world.liaison("市科技局").await;
        let quality = world.liaison("市质监局").await;
        assert_snapshot!(science.says("开放仪器320台次").await, @"");
        assert_snapshot!(quality.says("/my").await, @"");
        world.close().await;
    }
}

on_both! {
    async fn a_part_may_not_be_more_than_its_whole(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("个转企10").await;
        assert_snapshot!(liaison.says("公司制12，小升规1").await, @"");
        assert_snapshot!(liaison.says("公司制7").await, @"");
        world.close().await;
    }
}

on_both! {
    async fn outside_the_plan_nothing_is_stored(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        world.clock.set("2021-02-01T01:00:00Z".parse().unwrap());
        assert_snapshot!(liaison.says("小升规2").await, @"");
        world.close().await;
    }
}

on_both! {
    async fn english_on_request(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("/language en").await;
        assert_snapshot!(liaison.says("小升规2").await, @"");
        world.close().await;
    }
}
