//! What counts as an answer to a question, or as an explanation, and what is a message of its own.

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::{Person, World};

/// An answer without what is missing still.
fn brief(text: &str) -> String {
    let kept = text.lines().filter(|line| !line.starts_with("本期还缺") && !line.is_empty());
    kept.collect::<Vec<_>>().join("\n")
}

/// What is in force of indicators, as `/my` shows it.
async fn now(liaison: &Person<'_>, names: &[&str]) -> Vec<String> {
    let my = liaison.says("/my").await;
    let total = |name: &&str| {
        let line = my.lines().find(|line| line.contains(name)).unwrap_or_default();
        line.split('：').nth(1).unwrap_or_default().split(' ').next().unwrap_or_default().to_owned()
    };
    names.iter().map(total).collect()
}

on_both! {
    async fn a_report_is_no_answer_to_whether_a_figure_is_a_total(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("八大产业40").await;
        liaison.says("八大产业本周1家").await;
        liaison.says("新增小微企业120").await;
        assert_eq!(now(&liaison, &["2 八大产业", "1 小微企业"]).await, ["40家", "120家"]);
        liaison.says("累计科技型企业3，外贸4").await;
        assert_eq!(now(&liaison, &["2 八大产业", "7 科技型"]).await, ["40家", "3家"]);
        assert_snapshot!(brief(&liaison.says("累计还是新增有什么区别？").await), @"
        这条消息里没有读到数据，未存入。报数请写“指标 数”，例如：
        小微企业 120，八大产业 40
        查看本单位情况 /my，使用说明 /help
        ");
        assert_eq!(now(&liaison, &["2 八大产业"]).await, ["40家"]);
        assert_snapshot!(brief(&liaison.says("是本期新增数。").await), @"
        已收到 兰江街道 2019年第25周
        2 八大产业：41家（本期新增1家） / 571家 7.2%
        [撤回]
        ");
        liaison.says("八大产业本周45家").await;
        assert_snapshot!(brief(&liaison.says("是累计").await), @"
        已收到 兰江街道 2019年第25周
        2 八大产业：45家 / 571家 7.9%
        [撤回]
        ");
        world.close().await;
    }
}

on_both! {
    async fn a_reply_answers_only_what_it_replies_to(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("科技型企业3").await;
        let read_back = world.chats.messages(liaison.user).last().unwrap().id;
        liaison.says("小微企业9999").await;
        let question = world.chats.messages(liaison.user).last().unwrap().id;
        assert_snapshot!(liaison.replies(read_back, "对").await, @"不客气。数据以上面的回执为准，不用再回复。");
        world.at("2019-06-20 09:00").await;
        let reminder = world.chats.messages(liaison.user).last().unwrap().id;
        assert_snapshot!(brief(&liaison.replies(reminder, "确认").await), @"
        这条消息里没有读到数据，未存入。报数请写“指标 数”，例如：
        小微企业 164，八大产业 57
        查看本单位情况 /my，使用说明 /help
        ");
        assert_eq!(now(&liaison, &["1 小微企业"]).await, ["未报"]);
        assert_snapshot!(brief(&liaison.replies(question, "确认").await), @"
        已收到 兰江街道 2019年第25周
        1 小微企业：9999家 / 1647家 607.1%
        [撤回]
        ");
        world.close().await;
    }
}

on_both! {
    async fn what_is_said_of_all_indicators_is_no_answer_about_one(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小微企业100，小升规2，科技型企业3").await;
        world.at("2019-06-24 10:00").await;
        liaison.says("小升规1000").await;
        // What is asked about already is left to its own question.
        assert_snapshot!(brief(&liaison.says("本周无变化").await), @"
        ❓ 兰江街道 2019年第26周
        “本周无变化”：以下2项都没有变化吗？
        1 小微企业、7 科技型企业
        没有回答以前不会存入。
        [没有变化，按上期数报2项]
        [先不报]
        ");
        assert_snapshot!(brief(&liaison.says("零报告").await), @"
        ❓ 兰江街道 2019年第26周
        “零报告”：以下2项都没有变化吗？
        1 小微企业、7 科技型企业
        没有回答以前不会存入。
        [没有变化，按上期数报2项]
        [先不报]
        ");
        liaison.presses("没有变化，按上期数报2项").await;
        assert_eq!(now(&liaison, &["1 小微企业", "6 小升规", "7 科技型"]).await, ["100家", "2家", "3家"]);
        world.close().await;
    }
}

on_both! {
    async fn an_addition_to_what_was_never_reported_is_asked_for_its_total(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小升规1").await;
        liaison.says("本周：小升规1，科技型企业2").await;
        liaison.presses("是本期新增数").await;
        assert_eq!(now(&liaison, &["6 小升规", "7 科技型"]).await, ["2家", "未报"]);
        assert_snapshot!(brief(&liaison.says("5家").await), @"
        已收到 兰江街道 2019年第25周
        7 科技型企业：5家 / 9家 55.6%
        [撤回]
        ");
        world.close().await;
    }
}

on_both! {
    async fn a_name_without_a_number_takes_a_zero_and_no_yes(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小升规").await;
        assert_snapshot!(brief(&liaison.says("是的").await), @"
        这条消息里没有读到数据，未存入。报数请写“指标 数”，例如：
        小微企业 164，八大产业 57
        查看本单位情况 /my，使用说明 /help
        ");
        assert_eq!(now(&liaison, &["6 小升规"]).await, ["未报"]);
        assert_snapshot!(brief(&liaison.says("没有").await), @"
        已收到 兰江街道 2019年第25周
        6 小升规：0家 / 5家 0.0%
        [撤回]
        ");
        liaison.says("低散乱").await;
        assert_snapshot!(brief(&liaison.says("不报").await), @"兰江街道 2019年第25周：“低散乱”没有存入。");
        // Which indicator a number is for is answered by its name and nothing else.
        liaison.says("5").await;
        assert_snapshot!(brief(&liaison.says("撤回低散乱").await), @"没有可以撤回的报送。如要更正，请直接报正确的累计数");
        assert_snapshot!(brief(&liaison.says("小微企业取消").await), @"
        ❓ 兰江街道 2019年第25周
        1 小微企业没有写数。请回复数字，或点选。
        没有回答以前不会存入。
        [0家]
        [不报这一项]
        ");
        assert_eq!(now(&liaison, &["5 低散乱", "1 小微企业"]).await, ["未报", "未报"]);
        assert_snapshot!(brief(&liaison.says("是小微企业的。").await), @"
        已收到 兰江街道 2019年第25周
        1 小微企业：5家 / 1647家 0.3%
        [撤回]
        ");
        world.close().await;
    }
}

on_both! {
    async fn a_report_is_no_explanation(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小微企业9000").await;
        liaison.presses("确认并写说明").await;
        assert!(liaison.says("120").await.contains("“120”是哪一项"));
        assert!(liaison.says("企业120").await.contains("是哪一项"));
        assert!(liaison.says("限上2家，限上3家").await.contains("哪个对"));
        assert!(liaison.says("其余无变化").await.contains("其余无变化"));
        assert!(!liaison.says("好的").await.contains("说明已记录"));
        assert_snapshot!(liaison.says("上周多算了一家").await, @"说明已记录，随数据一并送审：上周多算了一家");
        world.close().await;
    }
}

on_both! {
    async fn a_reply_to_a_read_back_may_be_thanks_or_a_bare_number(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小升规2").await;
        let one = world.chats.messages(liaison.user).last().unwrap().id;
        for thanks in ["谢谢！", "收到", "好的", "对", "嗯"] {
            let answer = liaison.replies(one, thanks).await;
            assert_eq!(answer, "不客气。数据以上面的回执为准，不用再回复。", "{thanks}");
        }
        assert_snapshot!(brief(&liaison.replies(one, "3").await), @"
        已按您的回复更正 兰江街道 2019年第25周
        6 小升规：3家 / 5家 60.0%
        [撤回]
        ");
        liaison.says("科技型企业4，外贸5").await;
        let both = world.chats.messages(liaison.user).last().unwrap().id;
        assert!(liaison.replies(both, "6").await.contains("“6”是哪一项"));
        assert_eq!(now(&liaison, &["6 小升规", "7 科技型"]).await, ["3家", "4家"]);
        world.close().await;
    }
}

on_both! {
    async fn the_office_reports_for_one_unit_a_message(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        assert_snapshot!(brief(&office.says("代报兰江街道小升规1，云山街道小升规2").await), @"
        没有存入数据 兰江街道 2019年第25周
        ❓ 消息里还写了云山街道。代报一条消息只报一个单位，整条没有存入，请分开发
        ");
        assert_snapshot!(brief(&office.says("代报兰江街道小升规1，云山街道科技型企业2").await), @"
        ❓ 兰江街道 2019年第25周
        消息里还写了云山街道。代报一条消息只报一个单位，整条没有存入。
        如果报的都是兰江街道的数，请点选确认：6 小升规、7 科技型企业
        [是兰江街道的数，存2项]
        [先不报]
        ");
        world.close().await;
    }
}

on_both! {
    async fn the_words_beside_a_file_are_answered_too(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        let table = "指标,累计\n科技型企业,4\n个转企,9\n".as_bytes();
        assert_snapshot!(brief(&liaison.sends_file_with("t.csv", table, "企业120").await), @"
        ❓ 兰江街道 2019年第25周
        “企业120”是哪一项？请点选，或回复指标名称。
        没有回答以前不会存入。
        [① 1 小微企业] [② 2 八大产业]
        [③ 3 个转企] [④ 3.1 公司制]
        [不报这一项]
        ――――
        《t.csv》读到2项 兰江街道 2019年第25周
        7 科技型企业：4家 / 9家 44.4%
        3 个转企：9户 / 112户 8.0%
        请核对，确认后存入。
        [确认，存入2项]
        [确认并写说明]
        [不对，不存]
        ");
        assert_snapshot!(brief(&liaison.sends_file_with("t.csv", table, "云山街道报表").await), @"
        《t.csv》没有读取，表里的数没有存入：随文件写的是云山街道。如果是本单位的报送表，请去掉这个单位名重发。
        发送 /template 可以取本单位本期的报送表，填好直接发回。
        ");
        // A change of the words leaves the file's own question open.
        liaison.sends_file_with("t.csv", table, "小升规2，请查收").await;
        liaison.changes_to("小升规1，请查收").await;
        liaison.presses("确认，存入2项").await;
        assert_eq!(now(&liaison, &["6 小升规", "7 科技型"]).await, ["1家", "4家"]);
        world.at("2019-06-24 10:00").await;
        let table = "指标,累计\n限上企业,4\n".as_bytes();
        assert_snapshot!(brief(&liaison.sends_file_with("t.csv", table, "补上周报送").await), @"
        《t.csv》读到1项 兰江街道 2019年第25周
        11 限上企业：4家 / 6家 66.7%
        请核对，确认后存入。
        [确认，存入1项]
        [确认并写说明]
        [不对，不存]
        ");
        world.close().await;
    }
}
