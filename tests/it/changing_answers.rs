//! Answers to questions about changed and corrected messages, and what two people report at once.

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::{World, about, now};

on_both! {
    async fn an_answer_about_a_change_stands_in_the_place_of_what_was_changed(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("云山街道").await;
        // In words as by button: an addition that was changed and confirmed is not added again.
        liaison.says("小升规1").await;
        liaison.says("小升规+1").await;
        liaison.changes_to("小升规+4").await;
        assert_snapshot!(about(&liaison.says("确认").await, &["小升规"]), @"
        已收到 云山街道 2019年第25周
        6 小升规：5家（本期新增4家） / 3家 166.7%
        ");
        assert_eq!(now(&liaison, "6 小升规").await, "5家");
        // A name that was asked for.
        liaison.says("小微企业100").await;
        liaison.says("企业+3").await;
        let first = liaison.last_message();
        liaison.says("小微企业").await;
        assert_eq!(now(&liaison, "1 小微企业").await, "103家");
        liaison.changes(first, "企业+4").await;
        liaison.says("小微企业").await;
        assert_eq!(now(&liaison, "1 小微企业").await, "104家");
        world.close().await;
    }
}

on_both! {
    async fn a_corrected_addition_in_doubt_is_not_added_on_top(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("云山街道").await;
        liaison.says("小升规1").await;
        liaison.says("小升规+1").await;
        let read_back = world.chats.messages(liaison.user).last().unwrap().id;
        assert_snapshot!(about(&liaison.replies(read_back, "小升规+4").await, &["小升规", "确认"]), @"
        ❓ 云山街道 2019年第25周
        6 小升规：5家，超过目标任务3家的120%，请核对。
        [确认新增4家，累计5家]
        [确认并写说明]
        ");
        let reply = liaison.last_message();
        liaison.presses("确认新增4家，累计5家").await;
        assert_eq!(now(&liaison, "6 小升规").await, "5家");
        // The reply is changed: it corrects what it replied to.
        liaison.changes(reply, "小升规+2").await;
        assert_eq!(now(&liaison, "6 小升规").await, "3家");
        world.close().await;
    }
}

on_both! {
    async fn a_reply_that_stored_nothing_corrects_when_it_is_changed(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("云山街道").await;
        liaison.says("小升规1").await;
        liaison.says("小升规+1").await;
        let read_back = world.chats.messages(liaison.user).last().unwrap().id;
        liaison.replies(read_back, "小升规+4").await;
        assert_snapshot!(about(&liaison.changes_to("小升规+2").await, &["小升规"]), @"
        已按修改后的消息更新 云山街道 2019年第25周
        6 小升规：3家（本期新增2家） / 3家 100.0%
        ");
        assert_eq!(now(&liaison, "6 小升规").await, "3家");
        world.close().await;
    }
}

on_both! {
    async fn what_a_change_says_no_more_goes_when_its_question_is_answered(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("云山街道").await;
        liaison.says("企业120").await;
        let first = liaison.last_message();
        liaison.says("八大产业").await;
        liaison.changes(first, "企业130").await;
        assert_eq!(now(&liaison, "2 八大产业").await, "120家");
        assert_snapshot!(about(&liaison.says("小微企业").await, &["小微", "八大", "撤回"]), @"
        已收到 云山街道 2019年第25周
        1 小微企业：130家 / 832家 15.6%
        修改后不再报送，已撤回：2 八大产业
        [撤回]
        ");
        assert_eq!(now(&liaison, "2 八大产业").await, "未报");
        world.close().await;
    }
}

on_both! {
    async fn the_rest_is_not_what_the_message_asks_about(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("云山街道").await;
        liaison.says("小升规2，科技型企业1，小微企业100").await;
        world.at("2019-06-24 10:00").await;
        assert_snapshot!(about(&liaison.says("小升规2家，小升规3家，其余无变化").await, &["没有变化", "、"]), @"
        ❓ 云山街道 2019年第26周
        “其余无变化”：以下2项都没有变化吗？
        1 小微企业、7 科技型企业
        [没有变化，按上期数报2项]
        ");
        world.close().await;
    }
}

on_both! {
    async fn a_part_waits_with_its_whole(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("云山街道").await;
        liaison.says("个转企10，公司制8").await;
        assert_snapshot!(liaison.says("个转企20，公司制16").await, @"
        ❓ 云山街道 2019年第25周

        3 个转企：20户，比原累计数10户多10户，一次增加较多，请核对。
        连同公司制16户一并确认。
        没有回答以前不会存入。
        [确认20户]
        [确认并写说明]
        [不对，不存]
        ");
        liaison.presses("确认20户").await;
        assert_eq!(now(&liaison, "3 个转企").await, "20户");
        assert_eq!(now(&liaison, "3.1 公司制").await, "16户");
        // A part without a target of its own is measured by that of its whole.
        assert_snapshot!(about(&world.liaison("马涧镇").await.says("公司制9999").await, &["公司制"]), @"
        ❓ 马涧镇 2019年第25周
        3.1 公司制：9999户，超过目标任务19户的120%，请核对。
        ");
        world.close().await;
    }
}

on_both! {
    async fn a_form_goes_on_while_others_look(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("云山街道").await;
        let office = world.office().await;
        liaison.says("/report").await;
        // A batch in which somebody wants to see everything.
        world.chats.says(office.user, office.user, "/rank").unwrap();
        let answer = liaison.says("45").await;
        assert!(!answer.contains("是哪一项"), "{answer}");
        assert_eq!(now(&liaison, "1 小微企业").await, "45家");
        // An answer that waits to be confirmed, changed.
        liaison.says("9999").await;
        assert_snapshot!(liaison.changes_to("99").await, @"");
        assert_eq!(now(&liaison, "2 八大产业").await, "99家");
        world.close().await;
    }
}

on_both! {
    async fn all_leads_of_a_joint_figure_hear_what_the_office_does(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let (one, other) = (world.liaison("市质监局").await, world.liaison("市科技局").await);
        assert_snapshot!(about(&office.says("代报 市质监局 仪器400").await, &["仪器"]), @"
        已代报 市质监局 2019年第25周
        8 开放仪器：400台次 / 1100台次 36.4%
        ");
        assert_snapshot!(about(&world.read(one.user), &["仪器"]), @"
        市“小微企业三年成长计划”领导小组办公室代报 市质监局 2019年第25周
        8 开放仪器：400台次
        ");
        assert_eq!(world.read(other.user).lines().count(), 5);
        office.presses("撤回").await;
        assert_snapshot!(about(&world.read(one.user), &["仪器"]), @"
        市“小微企业三年成长计划”领导小组办公室撤回代报的数据 市质监局 2019年第25周
        8 开放仪器：恢复为未报
        ");
        assert_snapshot!(about(&world.read(other.user), &["仪器"]), @"
        市“小微企业三年成长计划”领导小组办公室撤回代报的数据 市质监局 2019年第25周
        8 开放仪器：恢复为未报
        ");
        world.close().await;
    }
}

on_both! {
    async fn a_name_said_twice_is_asked_for_its_sum(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        assert_snapshot!(about(&liaison.says("餐饮1住宿1").await, &["餐饮"]), @"
        没有存入数据 兰江街道 2019年第25周
        ❓ “餐饮1住宿1”里11.1 餐饮住宿写了不止一次，请写合计数，如：餐饮住宿 1
        ");
        world.close().await;
    }
}

on_both! {
    async fn a_doubtful_addition_is_confirmed_as_an_addition(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("云山街道").await;
        liaison.says("小升规1").await;
        liaison.says("个转企20").await;
        liaison.says("个转企+3").await;
        let first = liaison.last_message();
        liaison.says("个转企+2").await;
        let asked = liaison.changes(first, "个转企+30").await;
        assert_snapshot!(about(&asked, &["个转企", "确认"]), @"
        已按修改后的消息更新 云山街道 2019年第25周
        3 个转企：暂按原数25户
        3 个转企：52户，比原累计数20户多32户，一次增加较多，请核对。
        [确认新增30户，累计52户]
        [确认并写说明]
        ");
        liaison.presses("确认新增30户，累计52户").await;
        assert_eq!(now(&liaison, "3 个转企").await, "52户");
        world.close().await;
    }
}
