//! Changes of what was reported: by changing a message, by reply, by 撤回, and by two people at once.

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::{World, about, now};

on_both! {
    async fn a_changed_addition_changes_the_sum_and_not_what_came_after(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("云山街道").await;
        liaison.says("个转企20").await;
        liaison.says("个转企+3").await;
        let first = liaison.last_message();
        liaison.says("个转企+2").await;
        assert_snapshot!(about(&liaison.changes(first, "个转企+4").await, &["个转企"]), @"
        已按修改后的消息更新 云山街道 2019年第25周
        3 个转企：26户（本期新增4户） / 75户 34.7%
        ");
        assert_eq!(now(&liaison, "3 个转企").await, "26户");
        // Taking back the one in the middle leaves the others.
        assert_snapshot!(about(&liaison.changes(first, "看错了，不报了").await, &["个转企"]), @"
        已按修改后的消息更新 云山街道 2019年第25周
        修改后不再报送，已撤回：3 个转企
        ");
        assert_eq!(now(&liaison, "3 个转企").await, "22户");
        world.close().await;
    }
}

on_both! {
    async fn a_total_that_a_later_message_replaced_is_not_brought_back(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("云山街道").await;
        liaison.says("个转企20").await;
        let first = liaison.last_message();
        liaison.says("个转企22").await;
        assert_snapshot!(about(&liaison.changes(first, "个转企21").await, &["个转企"]), @"
        没有存入数据 云山街道 2019年第25周
        ❓ 3 个转企后来已报22户，仍以后报的为准，没有改动；如要更正，请直接报现在的累计数
        ");
        assert_eq!(now(&liaison, "3 个转企").await, "22户");
        world.close().await;
    }
}

on_both! {
    async fn a_correction_by_reply_taken_back_gives_way_to_what_it_corrected(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("云山街道").await;
        liaison.says("个转企20").await;
        let read_back = world.chats.messages(liaison.user).last().unwrap().id;
        assert_snapshot!(about(&liaison.replies(read_back, "个转企22").await, &["个转企"]), @"
        已按您的回复更正 云山街道 2019年第25周
        3 个转企：22户 / 75户 29.3%
        ");
        assert_snapshot!(about(&liaison.presses("撤回").await, &["撤回", "个转企"]), @"
        (已撤回)
        已撤回 云山街道 2019年第25周
        3 个转企：恢复为20户
        ");
        assert_eq!(now(&liaison, "3 个转企").await, "20户");
        world.close().await;
    }
}

on_both! {
    async fn a_correction_in_doubt_leaves_the_good_figure_until_it_is_confirmed(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("云山街道").await;
        liaison.says("个转企20").await;
        let first = liaison.last_message();
        let read_back = world.chats.messages(liaison.user).last().unwrap().id;
        assert_snapshot!(liaison.replies(read_back, "个转企2000").await, @"
        ❓ 云山街道 2019年第25周

        3 个转企：2000户，超过目标任务75户的120%，请核对。
        没有回答以前不会存入。
        [确认2000户]
        [确认并写说明]
        [不对，不存]
        ");
        assert_eq!(now(&liaison, "3 个转企").await, "20户");
        assert_snapshot!(about(&liaison.presses("确认2000户").await, &["完成", "个转企"]), @"
        (已完成)
        3 个转企：2000户 / 75户 2666.7%
        ");
        // It took that place: taken back, the first stands again.
        liaison.presses("撤回").await;
        assert_eq!(now(&liaison, "3 个转企").await, "20户");
        // A change of the message itself the same.
        assert_snapshot!(liaison.changes(first, "个转企3000，小升规1").await, @"
        已按修改后的消息更新 云山街道 2019年第25周
        6 小升规：1家 / 3家 33.3%
        3 个转企：暂按原数20户

        本期还缺11项：1 小微企业、2 八大产业、3.1 公司制、4 淘汰落后产能、5 低散乱、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ――――
        ❓ 云山街道 2019年第25周

        3 个转企：3000户，超过目标任务75户的120%，请核对。
        没有回答以前不会存入。
        [确认3000户]
        [确认并写说明]
        [不对，不存]
        ");
        assert_eq!(now(&liaison, "3 个转企").await, "20户");
        world.close().await;
    }
}

on_both! {
    async fn a_part_is_checked_against_what_the_change_leaves(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("云山街道").await;
        liaison.says("个转企10，公司制8").await;
        assert_snapshot!(about(&liaison.changes_to("个转企7").await, &["个转企", "公司制"]), @"
        已按修改后的消息更新 云山街道 2019年第25周
        3 个转企：7户 / 75户 9.3%
        修改后不再报送，已撤回：3.1 公司制
        ");
        world.close().await;
    }
}

on_both! {
    async fn a_confirmation_holds_for_what_was_seen(db: Database) {
        let world = World::open(&db.url).await;
        let (one, other) = (world.liaison("云山街道").await, world.liaison("云山街道").await);
        one.says("小微企业800").await;
        assert_snapshot!(about(&one.says("小微企业790").await, &["小微"]), @"
        ❓ 云山街道 2019年第25周
        1 小微企业：790家，比原累计数800家少10家。累计数一般不会减少，请核对。
        ");
        other.says("小微企业812").await;
        assert_snapshot!(one.presses("确认790家").await, @"
        (这个问题已经处理过了)
        ❓ 云山街道 2019年第25周

        1 小微企业：790家，比原累计数800家少10家。累计数一般不会减少，请核对。
        没有回答以前不会存入。
        [确认790家]
        [确认并写说明]
        [不对，不存]
        ");
        assert_eq!(now(&other, "1 小微企业").await, "812家");
        // The explanation is asked of whoever confirmed.
        one.says("小微企业811").await;
        assert_snapshot!(about(&other.says("小微企业810").await, &["小微"]), @"
        ❓ 云山街道 2019年第25周
        1 小微企业：810家，比原累计数812家少2家。累计数一般不会减少，请核对。
        ");
        other.presses("确认并写说明").await;
        assert_snapshot!(other.says("一家已注销").await, @"说明已记录，随数据一并送审：一家已注销");
        world.close().await;
    }
}

on_both! {
    async fn a_form_stores_only_for_its_own_week_and_what_its_button_shows(db: Database) {
        let world = World::open(&db.url).await;
        let (one, other) = (world.liaison("云山街道").await, world.liaison("云山街道").await);
        one.says("小微企业40").await;
        world.at("2019-06-24 10:00").await;
        one.says("/report").await;
        let form = world.chats.messages(one.user).last().unwrap().clone();
        other.says("小微企业45").await;
        assert_snapshot!(about(&one.presses("同上期40家").await, &["小微"]), @"
        (这一项刚有新的数，请看清后再选)
        第1项：1 小微企业（新增小微企业）
        ");
        assert_eq!(now(&one, "1 小微企业").await, "45家");
        world.at("2019-07-01 10:00").await;
        one.says("/report").await;
        let same = form.buttons.iter().flatten().find(|button| button.text.starts_with("同上期"));
        let data = same.unwrap().data().unwrap().to_owned();
        let answer = one.presses_data(one.user.into(), form.id, &data).await;
        assert!(answer.starts_with("(这张表已经结束"), "{answer}");
        world.close().await;
    }
}

on_both! {
    async fn a_form_takes_additions_and_changes_of_its_answers(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("云山街道").await;
        liaison.says("小微企业40").await;
        liaison.says("小微企业+3").await;
        liaison.says("/report").await;
        // The form asks for the next; back to the first, and the same addition once more.
        liaison.presses("上一项").await;
        assert_snapshot!(about(&liaison.says("+3").await, &["小微", "新增"]), @"");
        let form = world.chats.messages(liaison.user).iter().rev()
            .find(|message| message.button("重填").is_some()).cloned().unwrap();
        let faces: Vec<&str> = form.buttons.iter().flatten().map(|button| button.text.as_str()).collect();
        assert_eq!(faces, ["再次新增3家，累计46家", "重填", "跳过"]);
        liaison.presses("再次新增3家，累计46家").await;
        assert_eq!(now(&liaison, "1 小微企业").await, "46家");
        world.close().await;
    }
}

on_both! {
    async fn changing_an_answer_to_the_form_changes_that_figure(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("云山街道").await;
        liaison.says("/report").await;
        liaison.says("40").await;
        assert_eq!(now(&liaison, "1 小微企业").await, "40家");
        let answer = world.chats.messages(liaison.user).iter().rev()
            .find(|message| message.from == Some(liaison.user) && message.text == "40").unwrap().id;
        assert_snapshot!(about(&liaison.changes(answer, "41").await, &["小微"]), @"
        已按修改后的消息更新 云山街道 2019年第25周
        1 小微企业：41家 / 832家 4.9%
        ");
        assert_eq!(now(&liaison, "1 小微企业").await, "41家");
        world.close().await;
    }
}

on_both! {
    async fn changing_the_words_beside_a_file_leaves_its_figures(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("云山街道").await;
        let table = "指标,累计\n小微企业,40\n个转企,9\n".as_bytes();
        liaison.sends_file_with("6月.csv", table, "小升规2，请查收").await;
        let message = liaison.last_message();
        liaison.presses("确认，存入2项").await;
        assert_eq!(now(&liaison, "1 小微企业").await, "40家");
        assert_snapshot!(about(&liaison.changes(message, "小升规1，请查收").await, &["小升规", "小微"]), @"
        已按修改后的消息更新 云山街道 2019年第25周
        6 小升规：1家 / 3家 33.3%
        ");
        assert_eq!(now(&liaison, "1 小微企业").await, "40家");
        assert_eq!(now(&liaison, "6 小升规").await, "1家");
        world.close().await;
    }
}

on_both! {
    async fn what_is_said_to_be_ones_own_keeps_its_doubt(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("云山街道").await;
        liaison.says("小微企业40").await;
        assert_snapshot!(liaison.says("马涧镇小微企业本周13家").await, @"
        ❓ 云山街道 2019年第25周

        消息里写的是马涧镇，您只能报云山街道的数，整条没有存入。
        如果报的其实是云山街道的数，请点选确认：1 小微企业
        [是云山街道的累计数，存1项] [是云山街道的本期新增，存1项]
        [不报这一项]
        ");
        assert_snapshot!(about(&liaison.presses("是云山街道的本期新增，存1项").await, &["小微"]), @"
        (已完成)
        1 小微企业：53家（本期新增13家） / 832家 6.4%
        ");
        assert_eq!(now(&liaison, "1 小微企业").await, "53家");
        world.close().await;
    }
}

on_both! {
    async fn the_office_changes_and_corrects_what_it_reported_and_tells_the_unit(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let liaison = world.liaison("云山街道").await;
        let beside = world.liaison("马涧镇").await;
        office.says("代报 云山街道：小升规2").await;
        world.read(liaison.user);
        // By reply, by text to a question, and by changing the message: the unit hears of each.
        let read_back = world.chats.messages(office.user).last().unwrap().id;
        assert_snapshot!(about(&office.replies(read_back, "小升规3").await, &["小升规"]), @"
        已按您的回复更正 云山街道 2019年第25周
        6 小升规：3家 / 3家 100.0%
        ");
        assert_snapshot!(world.read(liaison.user), @"
        市“小微企业三年成长计划”领导小组办公室代报 云山街道 2019年第25周

        6 小升规：3家

        如有出入，请直接报正确的数。
        ");
        office.says("代报 云山街道：企业120").await;
        assert_snapshot!(about(&office.says("小微企业").await, &["小微"]), @"
        已代报 云山街道 2019年第25周
        1 小微企业：120家 / 832家 14.4%
        ");
        assert_snapshot!(world.read(liaison.user), @"
        市“小微企业三年成长计划”领导小组办公室代报 云山街道 2019年第25周

        1 小微企业：120家

        如有出入，请直接报正确的数。
        ");
        office.presses("撤回").await;
        assert_snapshot!(world.read(liaison.user), @"
        市“小微企业三年成长计划”领导小组办公室撤回代报的数据 云山街道 2019年第25周

        1 小微企业：恢复为未报

        如有出入，请直接报正确的数。
        ");
        // To another unit: it goes from the one to the other.
        office.says("代报 云山街道：科技型企业2").await;
        world.read(liaison.user);
        assert_snapshot!(office.changes_to("代报 马涧镇：科技型企业2").await, @"
        已按修改后的消息更新 马涧镇 2019年第25周
        7 科技型企业：2家 / 3家 66.7%
        修改后不再报送，已撤回：7 科技型企业

        本期还缺11项：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、6 小升规、11 限上企业、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ");
        assert_snapshot!(world.read(liaison.user), @"
        市“小微企业三年成长计划”领导小组办公室撤回代报的数据 云山街道 2019年第25周

        7 科技型企业：恢复为未报

        如有出入，请直接报正确的数。
        ");
        assert_snapshot!(world.read(beside.user), @"
        市“小微企业三年成长计划”领导小组办公室代报 马涧镇 2019年第25周

        7 科技型企业：2家

        如有出入，请直接报正确的数。
        ");
        assert_snapshot!(office.changes_to("代报 天王镇：科技型企业2").await.lines().next().unwrap_or_default(), @"没有“天王镇”这个单位。");
        assert_eq!(now(&beside, "7 科技型企业").await, "2家");
        world.close().await;
    }
}

on_both! {
    async fn open_questions_are_reminded_of_where_nothing_else_is_missing(db: Database) {
        let world = World::open(&db.url).await;
        let (one, other) = (world.liaison("云山街道").await, world.liaison("云山街道").await);
        let expected = world.plan.expected(world.plan.unit_named("云山街道").unwrap()).to_vec();
        let all = expected.iter().map(|id| format!("{} 0", world.plan.indicator(*id).short));
        one.says(&all.collect::<Vec<_>>().join("\n")).await;
        one.says("小微企业9000").await;
        world.at("2019-06-20 08:30").await;
        world.read(one.user);
        world.read(other.user);
        world.at("2019-06-21 09:30").await;
        assert_snapshot!(world.read(one.user), @"
        【待确认】6月21日
        云山街道：2019年第25周数据已于6月20日17:00截止，已报齐，还有1个问题没有回答，回答以前不会存入。
        有1个问题待您回答（“小微企业”），请点上面的按钮或直接回复。
        ");
        assert_snapshot!(world.read(other.user), @"
        【待确认】6月21日
        云山街道：2019年第25周数据已于6月20日17:00截止，已报齐，还有1个问题没有回答，回答以前不会存入。
        另有1个问题已问同事或在群里（“小微企业”），在那里回答，或直接报正确的数。
        ");
        world.close().await;
    }
}
