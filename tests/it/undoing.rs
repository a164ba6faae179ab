//! 撤回: what it means, what it undoes, and what it says where nothing can be undone.

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::{World, now};

/// An answer without what is missing still.
fn brief(text: &str) -> String {
    let kept = text.lines().filter(|line| !line.starts_with("本期还缺") && !line.is_empty());
    kept.collect::<Vec<_>>().join("\n")
}

on_both! {
    async fn an_indicator_is_undone_by_its_name(db: Database) {
        let world = World::open(&db.url).await;
        let (liaison, other) = (world.liaison("兰江街道").await, world.liaison("兰江街道").await);
        liaison.says("小升规1，科技型企业2").await;
        other.says("小升规3").await;
        assert_snapshot!(brief(&liaison.says("撤回小升规").await), @"
        已撤回 兰江街道 2019年第25周
        6 小升规：恢复为1家
        ");
        assert_snapshot!(brief(&liaison.says("小升规的数据撤回。").await), @"
        已撤回 兰江街道 2019年第25周
        6 小升规：恢复为未报
        ");
        assert_snapshot!(brief(&liaison.says("小升规作废").await), @"没有可以撤回的报送。如要更正，请直接报正确的累计数");
        assert_eq!(now(&liaison, "7 科技型").await, "2家");
        // While something is asked, too; and only in its own week.
        liaison.says("5").await;
        assert_snapshot!(brief(&liaison.says("撤回科技型企业").await), @"
        已撤回 兰江街道 2019年第25周
        7 科技型企业：恢复为未报
        ");
        liaison.says("低散乱5").await;
        world.at("2019-06-24 10:00").await;
        assert_snapshot!(brief(&liaison.says("撤回低散乱").await), @"这一期已经结束，不能撤回，请联系领导小组办公室");
        world.close().await;
    }
}

on_both! {
    async fn an_old_button_says_what_stands_now(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小升规1").await;
        let (first, undo) = liaison.press_of("撤回");
        liaison.changes_to("小升规2").await;
        let (second, newer) = liaison.press_of("撤回");
        assert_snapshot!(brief(&liaison.presses_data(liaison.user.into(), first, &undo).await), @"
        (这条数后来改过，现在是：小升规 2家。要撤回，请按最近一次回执下的“撤回”，或直接报正确的数)
        已收到 兰江街道 2019年第25周
        6 小升规：1家 / 5家 20.0%
        [撤回]
        ");
        liaison.replies(second, "小升规3").await;
        assert_snapshot!(brief(&liaison.presses_data(liaison.user.into(), second, &newer).await), @"
        (这条数后来改过，现在是：小升规 3家。要撤回，请按最近一次回执下的“撤回”，或直接报正确的数)
        已按修改后的消息更新 兰江街道 2019年第25周
        6 小升规：2家 / 5家 40.0%
        [撤回]
        ");
        assert_eq!(now(&liaison, "6 小升规").await, "3家");
        liaison.presses("撤回").await;
        liaison.presses("撤回").await;
        assert_eq!(now(&liaison, "6 小升规").await, "未报");
        assert_snapshot!(brief(&liaison.presses_data(liaison.user.into(), first, &undo).await), @"
        (这次报送已经撤回过了)
        已收到 兰江街道 2019年第25周
        6 小升规：1家 / 5家 20.0%
        [撤回]
        ");
        world.close().await;
    }
}

on_both! {
    async fn the_word_drops_a_question_that_came_last(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小升规2").await;
        liaison.says("小微企业9999").await;
        assert_snapshot!(brief(&liaison.says("撤回").await), @"兰江街道 2019年第25周：“小微企业”没有存入。");
        assert_eq!(now(&liaison, "6 小升规").await, "2家");
        // In reply to a question that one; a figure that came since stands.
        liaison.says("小微企业9999").await;
        let question = world.chats.messages(liaison.user).last().unwrap().id;
        liaison.says("科技型企业3").await;
        assert_snapshot!(brief(&liaison.replies(question, "撤回").await), @"兰江街道 2019年第25周：“小微企业”没有存入。");
        assert_eq!(now(&liaison, "7 科技型").await, "3家");
        assert_snapshot!(brief(&liaison.says("撤回").await), @"
        已撤回 兰江街道 2019年第25周
        7 科技型企业：恢复为未报
        ");
        world.close().await;
    }
}

on_both! {
    async fn the_word_undoes_what_was_stored_last(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小微企业9999，低散乱5").await;
        world.set("2019-06-17 12:01");
        liaison.says("科技型企业3").await;
        world.set("2019-06-17 12:02");
        liaison.presses("确认9999家").await;
        // The answer came last, though its report is the older one.
        assert_snapshot!(brief(&liaison.says("撤回").await), @"
        已撤回 兰江街道 2019年第25周
        1 小微企业：恢复为未报
        ");
        assert_snapshot!(brief(&liaison.says("撤回").await), @"
        已撤回 兰江街道 2019年第25周
        7 科技型企业：恢复为未报
        ");
        assert_eq!(now(&liaison, "5 低散乱").await, "5家");
        // In reply to a question that was answered: the answer.
        liaison.says("小微企业9998，个转企9").await;
        let (question, _) = liaison.press_of("确认9998家");
        world.set("2019-06-17 12:03");
        liaison.presses("确认9998家").await;
        world.set("2019-06-17 12:04");
        liaison.says("科技型企业3").await;
        assert_snapshot!(brief(&liaison.replies(question, "撤回").await), @"
        已撤回 兰江街道 2019年第25周
        1 小微企业：恢复为未报
        ");
        assert_eq!(now(&liaison, "7 科技型").await, "3家");
        // In reply to what is no report: nothing.
        let mine = world.chats.messages(liaison.user).last().unwrap().id;
        assert_snapshot!(brief(&liaison.replies(mine, "撤回").await), @"没有可以撤回的报送。如要更正，请直接报正确的累计数");
        world.close().await;
    }
}

on_both! {
    async fn what_was_changed_often_does_not_hide_what_stands(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小升规2").await;
        for value in 1..=4 {
            liaison.says(&format!("科技型企业{value}")).await;
            liaison.changes_to(&format!("科技型企业{}", value + 1)).await;
            liaison.says("撤回").await;
        }
        assert_eq!(now(&liaison, "7 科技型").await, "未报");
        assert_snapshot!(brief(&liaison.says("撤回").await), @"
        已撤回 兰江街道 2019年第25周
        6 小升规：恢复为未报
        ");
        assert_snapshot!(brief(&liaison.says("撤回").await), @"没有可以撤回的报送。如要更正，请直接报正确的累计数");
        world.close().await;
    }
}
