//! Somebody of several plans: each message is handled in the plan it is meant for, or asked about.

use std::time::Duration;

use liaison_bot::conversation::Role;
use liaison_bot::rehearsal::{Fault, Faults, World as Chats};

use super::three;
use crate::databases::{Database, on_both};
use crate::world::{World, now};

const SOON: Duration = Duration::from_secs(30);

on_both! {
    async fn words_say_which_plan_is_meant_or_the_bot_asks_once(db: Database) {
        let mut world = World::open_plans(&db.url, three()).await;
        let [city, jiajiang, yishan] = &three()[..] else { unreachable!() };
        // Office of one county, liaison of the city's zone, and head of nothing.
        let user = world.bound_in(jiajiang, Role::Office, None).await.user;
        let code = world.invitation_to(city, Role::Liaison, Some("示例开发区")).await;
        let welcome = world.person(user).starts(Some(&code)).await;
        insta::assert_snapshot!(welcome, @"
        【示例市·小微企业成长计划】
        绑定成功：示例开发区联络员
        示例市小微企业成长计划（虚构示例）
        每期报送3项：1 小微企业、2 小升规、3 企业园
        本期为2019年第25周，6月20日17:00截止。
        直接发一条消息即可，例如：小微企业 4，小升规 1
        使用说明：/help
        ");

        // A unit that only one plan has; a figure that only one of the accounts may report.
        let both = world.person(user);
        insta::assert_snapshot!(both.says("代报 甲东镇 小升规 1").await, @"
        【甲江县·小微企业成长计划】
        已代报 甲东镇 2019年第25周
        2 小升规：1家 / 6家 16.7%

        本期还缺1项：1 小微企业
        [撤回]
        ");
        let figure = both.says("小升规 2").await;
        assert!(figure.starts_with("【示例市·小微企业成长计划】"), "{figure}");
        assert!(figure.contains("2家"), "{figure}");

        // What fits both is asked about, and handled once that is answered.
        insta::assert_snapshot!(both.says("/rank").await, @"
        这条消息属于哪个计划？点选后即办理，目前没有入库。
        [示例市·小微企业成长计划]
        [甲江县·小微企业成长计划]
        ");
        insta::assert_snapshot!(both.says("/missing").await, @"
        以上2条消息属于哪个计划？点选后即办理，目前没有入库。
        [示例市·小微企业成长计划]
        [甲江县·小微企业成长计划]
        ");
        world.read(user);
        let chosen = both.presses("甲江县·小微企业成长计划").await;
        insta::assert_snapshot!(chosen, @"
        (已完成)
        已选定“甲江县·小微企业成长计划”，以后的消息按它办理；换计划请发 /plan。
        此前2条消息现在办理。
        ");
        let answers = world.read(user);
        assert!(answers.contains("甲东镇") && answers.contains("未报情况"), "{answers}");
        assert!(!answers.contains("开发区"), "{answers}");

        // From now on without a question, over a restart too.
        world.restart().await;
        let both = world.person(user);
        let rank = both.says("/rank").await;
        assert!(rank.contains("甲东镇") && !rank.contains("开发区"), "{rank}");
        insta::assert_snapshot!(both.says("/plan").await, @"
        现在按“甲江县·小微企业成长计划”办理。要换计划，请点选：
        [示例市·小微企业成长计划]
        [甲江县·小微企业成长计划]
        ");
        insta::assert_snapshot!(both.says("/plan 示例市").await, @"已选定“示例市·小微企业成长计划”，以后的消息按它办理；换计划请发 /plan。");
        let rank = both.says("/rank").await;
        assert!(rank.contains("开发区") && !rank.contains("甲东镇"), "{rank}");

        // The third plan is none of theirs.
        let other = both.says("/plan 乙山县").await;
        assert!(!other.contains("乙山"), "{other}");
        let other = world.bound_in(yishan, Role::Liaison, Some("乙北镇")).await;
        insta::assert_snapshot!(other.says("/plan").await,
            @"您的账号只在“乙山县·小微企业成长计划”中，消息都按它办理。");
        world.close().await;
    }
}

on_both! {
    async fn a_press_or_a_reply_belongs_to_the_plan_that_spoke(db: Database) {
        let world = World::open_plans(&db.url, three()).await;
        let [city, jiajiang, yishan] = &three()[..] else { unreachable!() };
        let user = world.bound_in(jiajiang, Role::Liaison, Some("甲东镇")).await.user;
        let code = world.invitation_to(yishan, Role::Liaison, Some("乙北镇")).await;
        let both = world.person(user);
        both.starts(Some(&code)).await;
        // Both are reminded, and each reminder says whose it is.
        world.read(user);
        world.at("2019-06-17 09:00").await;
        let reminders = world.read(user);
        for county in ["【甲江县·小微企业成长计划】", "【乙山县·小微企业成长计划】"] {
            assert_eq!(reminders.matches(county).count(), 1, "{reminders}");
        }
        // Figures that fit both are asked about; the same press handles both messages, in order.
        let asked = both.says("小升规 1").await;
        assert!(asked.contains("这条消息属于哪个计划"), "{asked}");
        let asked = both.says("小微企业 4").await;
        assert!(asked.contains("以上2条消息"), "{asked}");
        both.presses("乙山县·小微企业成长计划").await;
        let answers = world.read(user);
        assert!(answers.contains("【乙山县·小微企业成长计划】"), "{answers}");
        assert_eq!(now(&both, "小升规").await, "1家");
        // An undo acts where the report is, whatever is chosen meanwhile.
        both.says("/plan 甲江").await;
        both.says("小升规 2").await;
        both.says("/plan 乙山").await;
        let undone = both.presses("撤回").await;
        assert!(undone.contains("甲江县"), "{undone}");
        // That press has shown which plan is meant now.
        assert!(now(&both, "小升规").await.contains("未报"));
        both.says("/plan 乙山").await;
        assert_eq!(now(&both, "小升规").await, "1家");
        // A changed message changes its own plan's report.
        both.says("/plan 甲江").await;
        both.says("小升规 3").await;
        let message = both.last_message();
        both.says("/plan 乙山").await;
        let changed = both.changes(message, "小升规 4").await;
        insta::assert_snapshot!(changed, @"
        【甲江县·小微企业成长计划】
        已按修改后的消息更新 甲东镇 2019年第25周
        2 小升规：4家 / 6家 66.7%

        本期还缺1项：1 小微企业
        [撤回]
        ");
        // The city knows nothing of this person.
        let snapshot = {
            let mut work = world.store.begin().await.unwrap();
            let needs = liaison_bot::conversation::Needs::everything();
            work.snapshot(city, &needs).await.unwrap()
        };
        assert!(snapshot.accounts.is_empty());
        assert_eq!(snapshot.figures.len(), snapshot.rolled.len(), "nothing is reported there");
        world.close().await;
    }
}

on_both! {
    async fn a_file_waits_for_its_plan_too(db: Database) {
        let mut world = World::open_plans(&db.url, three()).await;
        let [_, jiajiang, yishan] = &three()[..] else { unreachable!() };
        let user = world.bound_in(jiajiang, Role::Liaison, Some("甲东镇")).await.user;
        let code = world.invitation_to(yishan, Role::Liaison, Some("乙北镇")).await;
        world.person(user).starts(Some(&code)).await;
        let table = "指标,累计\n小微企业,4\n小升规,2\n";
        insta::assert_snapshot!(world.person(user).sends_file("六月.csv", table.as_bytes()).await, @"
        这条消息属于哪个计划？点选后即办理，目前没有入库。
        [甲江县·小微企业成长计划]
        [乙山县·小微企业成长计划]
        ");
        // Its words may be changed meanwhile, and the bot start again.
        world.restart().await;
        let both = world.person(user);
        both.sends_file("总结.pdf", b"%PDF").await;
        insta::assert_snapshot!(both.presses("甲江县·小微企业成长计划").await, @"
        (已完成)
        已选定“甲江县·小微企业成长计划”，以后的消息按它办理；换计划请发 /plan。
        此前2条消息现在办理。
        ");
        insta::assert_snapshot!(world.read(user), @"
        【甲江县·小微企业成长计划】
        《六月.csv》读到2项 甲东镇 2019年第25周

        1 小微企业：4家 / 30家 13.3%
        2 小升规：2家 / 6家 33.3%

        请核对，确认后存入。
        [确认，存入2项]
        [确认并写说明]
        [不对，不存]
        ――――
        【甲江县·小微企业成长计划】
        收到文件“总结.pdf”，是刚才所报数据的佐证吗？
        [作为刚才所报数据的佐证] [不是佐证]
        ");
        both.presses("确认，存入2项").await;
        assert_eq!(now(&both, "小升规").await, "2家");
        // No more than a few wait; what is too much is said to be.
        let second = world.bound_in(jiajiang, Role::Liaison, Some("甲西镇")).await.user;
        let code = world.invitation_to(yishan, Role::Liaison, Some("乙中镇")).await;
        let second = world.person(second);
        second.starts(Some(&code)).await;
        for number in 1..=5 {
            let asked = second.sends_file(&format!("{number}.csv"), table.as_bytes()).await;
            assert!(asked.contains("属于哪个计划"), "{asked}");
        }
        insta::assert_snapshot!(second.sends_file("6.csv", table.as_bytes()).await, @"
        已有几个文件在等您点选计划，这个文件没有收下。请先点选，再重新发送它。
        [甲江县·小微企业成长计划]
        [乙山县·小微企业成长计划]
        ");
        world.close().await;
    }
}

on_both! {
    async fn a_press_ahead_of_the_mark_that_its_message_is_sent_counts(db: Database) {
        let world = World::open_plans(&db.url, three()).await;
        let [_, jiajiang, yishan] = &three()[..] else { unreachable!() };
        let user = world.bound_in(jiajiang, Role::Liaison, Some("甲东镇")).await.user;
        let code = world.invitation_to(yishan, Role::Liaison, Some("乙北镇")).await;
        let both = world.person(user);
        both.starts(Some(&code)).await;
        both.says("小升规 2").await;
        both.presses("甲江县·小微企业成长计划").await;
        let undoes = |chats: &Chats| {
            chats.messages(user).iter().filter(|message| message.button("撤回").is_some()).count()
        };
        let before = undoes(&world.chats);
        // Telegram has sent it, and the bot does not know yet under which number.
        world.chats.set_faults(Faults::next(1000, "sendMessage", Fault::AnswerLost));
        world.chats.says(user, user, "小升规 3").unwrap();
        assert!(world.chats.wait_until(|chats| undoes(chats) > before, SOON).await, "it is there");
        let (message, data) = both.press_of("撤回");
        let pressed = world.chats.presses(user, user, message, &data).unwrap();
        let update = pressed.update.unwrap();
        assert!(world.chats.wait_until(|chats| chats.confirmed_through() >= update, SOON).await);
        world.chats.set_faults(Faults::default());
        world.settled(Some(update)).await;
        let undone = world.chats.message(user, message).unwrap().text;
        assert!(undone.contains("已撤回"), "{undone}");
        assert_eq!(now(&both, "小升规").await, "2家");
        world.close().await;
    }
}

on_both! {
    async fn a_group_is_for_one_plan(db: Database) {
        let world = World::open_plans(&db.url, three()).await;
        let [_, jiajiang, yishan] = &three()[..] else { unreachable!() };
        let user = world.bound_in(jiajiang, Role::Office, None).await.user;
        let code = world.invitation_to(yishan, Role::Office, None).await;
        let both = world.person(user);
        both.starts(Some(&code)).await;
        let other = world.bound_in(jiajiang, Role::Office, None).await;
        let group = world.chats.add_group("联合群", &[user, other.user], &[user]);
        world.settled(world.chats.last_update().into()).await;
        insta::assert_snapshot!(world.read(group), @"
        本群用于哪个计划？一个群只用于一个计划。
        [甲江县·小微企业成长计划]
        [乙山县·小微企业成长计划]
        ");
        let chosen = both.presses_in(group, "乙山县·小微企业成长计划").await;
        insta::assert_snapshot!(chosen, @"
        (已完成)
        本群用于“乙山县·小微企业成长计划”。
        ");
        insta::assert_snapshot!(world.read(group), @"
        请选择本群“联合群”的用途：
        [领导小组群] [工作群]
        ");
        both.presses_in(group, "工作群").await;
        // What is said there is that plan's, whoever says it.
        let missing = both.says_in(group, "/missing").await;
        assert!(missing.contains("乙北镇") && !missing.contains("甲东镇"), "{missing}");
        let answer = other.says_in(group, "/missing").await;
        assert!(!answer.contains("乙北镇"), "{answer}");
        world.close().await;
    }
}

on_both! {
    async fn what_waits_lives_through_a_restart_but_not_past_its_period(db: Database) {
        let mut world = World::open_plans(&db.url, three()).await;
        let [_, jiajiang, yishan] = &three()[..] else { unreachable!() };
        let user = world.bound_in(jiajiang, Role::Liaison, Some("甲东镇")).await.user;
        let code = world.invitation_to(yishan, Role::Liaison, Some("乙北镇")).await;
        world.person(user).starts(Some(&code)).await;
        world.person(user).says("小升规 1").await;
        world.restart().await;
        // A changed message waits as it is now.
        world.person(user).changes_to("小升规 2").await;
        world.person(user).presses("甲江县·小微企业成长计划").await;
        assert_eq!(now(&world.person(user), "小升规").await, "2家");
        // What only the other plan's words fit goes there, and the choice stays.
        let other = world.person(user).says("/unit 乙北镇").await;
        assert!(other.starts_with("【乙山县·小微企业成长计划】"), "{other}");
        assert_eq!(now(&world.person(user), "小升规").await, "2家");

        let second = world.bound_in(jiajiang, Role::Liaison, Some("甲西镇")).await.user;
        let code = world.invitation_to(yishan, Role::Liaison, Some("乙中镇")).await;
        let second = world.person(second);
        second.starts(Some(&code)).await;
        second.says("小升规 1").await;
        world.at("2019-06-25 10:00").await;
        insta::assert_snapshot!(second.presses("乙山县·小微企业成长计划").await, @"
        (已完成)
        已选定“乙山县·小微企业成长计划”，以后的消息按它办理；换计划请发 /plan。
        另有1条是以前报送期的，没有办理；仍需要的请重新发送。
        ");
        assert!(now(&second, "小升规").await.contains("未报"));
        world.close().await;
    }
}
