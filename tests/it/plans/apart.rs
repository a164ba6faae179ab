//! Each plan by itself: reports, groups, reminders and bulletins of one are never the other's.

use super::three;
use crate::databases::{Database, on_both};
use crate::world::{World, now};
use liaison_bot::conversation::Role;

on_both! {
    async fn each_plan_has_its_own_people_groups_and_figures(db: Database) {
        let mut world = World::open_plans(&db.url, three()).await;
        let [_, jiajiang, yishan] = &three()[..] else { unreachable!() };
        let stranger = world.stranger("路人");
        insta::assert_snapshot!(stranger.says("/rank").await,
            @"您好，这里是数据报送助手。您的账号尚未绑定，请向本地领导小组办公室索取邀请链接。");
        let office_a = world.bound_in(jiajiang, Role::Office, None).await.user;
        let office_b = world.bound_in(yishan, Role::Office, None).await.user;
        let jiadong = world.bound_in(jiajiang, Role::Liaison, Some("甲东镇")).await.user;
        let yibei = world.bound_in(yishan, Role::Liaison, Some("乙北镇")).await.user;
        let group_a = world.chats.add_group("甲江领导小组", &[office_a, office_b], &[office_a]);
        world.person(office_a).says_in(group_a, "/bind 领导小组").await;
        let group_b = world.group("乙山领导小组", "领导小组", &world.person(office_b)).await;

        // The same words, and each number under its own plan's number: 小升规 is 2 here and 1 there.
        insta::assert_snapshot!(world.person(jiadong).says("小升规 2，小微企业 5").await, @"
        已收到 甲东镇 2019年第25周
        2 小升规：2家 / 6家 33.3%
        1 小微企业：5家 / 30家 16.7%

        本期数据已报齐，谢谢。
        [撤回]
        ");
        insta::assert_snapshot!(world.person(yibei).says("小升规 3，小微企业 7").await, @"
        已收到 乙北镇 2019年第25周
        1 小升规：3家 / 5家 60.0%
        2 小微企业：7家 / 25家 28.0%

        本期数据已报齐，谢谢。
        [撤回]
        ");
        assert_eq!(now(&world.person(jiadong), "小升规").await, "2家");
        assert_eq!(now(&world.person(yibei), "小升规").await, "3家");

        // Nobody sees or does anything in the other plan.
        for (person, own, other) in
            [(office_a, ["甲东镇", "甲西镇"], "乙北镇"), (office_b, ["乙北镇", "乙中镇"], "甲东镇")]
        {
            let person = world.person(person);
            for command in ["/rank", "/missing", "/who"] {
                let answer = person.says(command).await;
                let knows = own.iter().any(|unit| answer.contains(unit));
                assert!(knows && !answer.contains(other), "{command}: {answer}");
            }
            let unit = person.says(&format!("/unit {other}")).await;
            assert!(!unit.contains("小升规"), "{unit}");
            let behalf = person.says(&format!("代报 {other} 小升规 9")).await;
            assert!(behalf.contains("没有"), "{behalf}");
        }
        assert_eq!(now(&world.person(yibei), "小升规").await, "3家");
        let refused = world.person(office_b).says_in(group_a, "/rank").await;
        insta::assert_snapshot!(refused, @"您好，这里是“小微企业成长计划”数据报送助手。您的账号尚未绑定，请向县成长计划领导小组办公室索取邀请链接。");

        // A restart changes nothing of it.
        world.restart().await;
        assert_eq!(now(&world.person(jiadong), "小升规").await, "2家");
        let rank = world.person(office_b).says_in(group_b, "/rank").await;
        assert!(rank.contains("乙北镇") && !rank.contains("甲东镇"), "{rank}");
        world.close().await;
    }
}

on_both! {
    async fn reminders_and_bulletins_go_each_to_their_own(db: Database) {
        let world = World::open_plans(&db.url, three()).await;
        let plans = three();
        let mut chats = Vec::new();
        for (plan, unit) in plans.iter().zip(["示例开发区", "甲东镇", "乙北镇"]) {
            let office = world.bound_in(plan, Role::Office, None).await;
            let liaison = world.bound_in(plan, Role::Liaison, Some(unit)).await;
            let group = world.group(&plan.titles.county, "领导小组", &office).await;
            chats.push((unit, liaison.user, group));
        }
        for (_, liaison, _) in &chats {
            world.read(*liaison);
        }
        // The counties' deadline is Wednesday, the city's is Thursday: two working days before.
        world.at("2019-06-17 09:00").await;
        assert_eq!(world.read(chats[0].1), "");
        world.at("2019-06-18 09:00").await;
        let reminded: Vec<String> =
            chats.iter().map(|(_, liaison, _)| world.read(*liaison)).collect();
        for ((unit, ..), text) in chats.iter().zip(&reminded) {
            assert_eq!(text.matches("报送提醒").count(), 1, "{unit}: {text}");
            assert!(text.contains(unit), "{text}");
        }
        insta::assert_snapshot!(reminded[1], @"
        【报送提醒】6月17日
        甲东镇：2019年第25周数据6月19日17:00（周三）截止，还缺2项（共2项）。
        未报：1 小微企业、2 小升规
        一条消息即可，如：小微企业 3，小升规 1
        ");
        for (_, _, group) in &chats {
            world.read(*group);
        }
        world.at("2019-06-20 16:00").await;
        assert!(!world.read(chats[0].2).contains("通报"), "the city's is not due yet");
        world.at("2019-06-21 16:00").await;
        for ((unit, _, group), plan) in chats.iter().zip(&plans) {
            let said = world.read(*group);
            assert!(said.contains("2019年第25期"), "{unit}: {said}");
            let other = chats.iter().filter(|(other, ..)| other != unit);
            for (other, ..) in other {
                assert!(!said.contains(other), "{unit} hears nothing of {other}: {said}");
            }
            let runs = world.store.latest_runs(plan, 50).await.unwrap();
            let bulletins = runs.iter().filter(|run| run.job == "weekly-ranking" && run.made);
            assert_eq!(bulletins.count(), 1, "{unit}");
        }
        world.close().await;
    }
}

on_both! {
    async fn every_plan_has_its_own_chain_of_acts(db: Database) {
        let world = World::open_plans(&db.url, three()).await;
        for plan in three() {
            world.bound_in(&plan, Role::Office, None).await;
        }
        for plan in three() {
            let rows = world.store.audit_log(&plan).await.unwrap();
            assert_eq!(rows.len(), 1, "one account was bound in {}", plan.id);
            assert!(liaison_bot::store::audit::verify(&plan.id, &rows).is_ok());
        }
        let page = world.watched.metrics().await;
        for plan in three() {
            let line = format!("liaison_missing_units{{plan=\"{}\"}}", plan.id);
            assert!(page.contains(&line), "{page}");
        }
        world.close().await;
    }
}

on_both! {
    async fn an_update_is_taken_once_whatever_the_order_of_the_plans(db: Database) {
        let plans = three();
        let world = World::open_plans(&db.url, plans.clone()).await;
        let liaison = world.bound_in(&plans[2], Role::Liaison, Some("乙北镇")).await;
        liaison.says("小升规 3").await;
        let updates: Vec<i64> = db
            .texts("select cast(update_id as text) from seen_update")
            .await
            .iter()
            .map(|text| text.parse().unwrap())
            .collect();
        assert!(updates.len() >= 2);
        let turned: Vec<&liaison_bot::plan::Plan> = plans.iter().rev().map(|plan| &**plan).collect();
        let mut work = world.store.begin().await.unwrap();
        assert!(work.unseen(&turned, &updates).await.unwrap().is_empty());
        drop(work);
        world.close().await;
    }
}
