//! Telegram's faults one by one, and what a person then sees.

use std::time::Duration;

use insta::assert_snapshot;
use liaison_bot::rehearsal::{BotStatus, ChatId, Fault, FaultRule, Faults, World as Chats};

use crate::databases::{Database, on_both};
use crate::world::World;

const SOON: Duration = Duration::from_secs(30);

/// Every call of a method for a chat is refused with these words.
fn refused(method: &str, chat: ChatId, code: u16, words: &'static str) -> Faults {
    let fault = Fault::Refused(code, words);
    let rule =
        FaultRule { method: Some(method.to_owned()), chat: Some(chat.0), times: 1000, fault };
    Faults { rules: vec![rule], ..Faults::default() }
}

async fn stored(world: &World) -> Vec<i64> {
    let all = world.store.all_submissions(&world.plan).await.unwrap();
    all.into_iter().map(|row| row.value).collect()
}

on_both! {
    async fn when_one_call_in_ten_fails_everything_is_answered_once(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        let seed = 25;
        println!("seed {seed}");
        let faults = Faults { seed, ..Faults::default() };
        world.chats.set_faults(faults.and_some(5, Fault::ServerError).and_some(5, Fault::ConnectionLost));
        for value in 1..=20 {
            let answer = liaison.says(&format!("小微企业{value}")).await;
            assert_eq!(answer.matches("已收到").count(), 1, "{answer}");
        }
        assert_eq!(stored(&world).await, (1..=20).collect::<Vec<_>>());
        world.close().await;
    }
}

on_both! {
    async fn an_answer_that_was_lost_is_seen_twice_and_stored_once(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        for (value, fault) in [(2, Fault::AnswerLost), (3, Fault::Malformed)] {
            world.chats.set_faults(Faults::next(1, "sendMessage", fault));
            let answer = liaison.says(&format!("小升规{value}")).await;
            assert_eq!(answer.matches("已收到").count(), 2, "the same twice: {answer}");
        }
        assert_eq!(stored(&world).await, [2, 3]);
        world.close().await;
    }
}

on_both! {
    async fn after_an_outage_everything_is_answered(db: Database) {
        let world = World::open(&db.url).await;
        let user = world.liaison("兰江街道").await.user;
        world.chats.set_faults(Faults::outage());
        let mut last = None;
        for value in 1..=3 {
            last = world.chats.says(user, user, &format!("小升规{value}")).unwrap().update;
        }
        let before = world.chats.count("getUpdates");
        world.clock.set(world.clock.now() + chrono::TimeDelta::hours(1));
        let tried = |chats: &Chats| chats.count("getUpdates") > before + 2;
        assert!(world.chats.wait_until(tried, SOON).await, "it goes on trying");
        world.read(user);
        world.chats.set_faults(Faults::default());
        world.settled(last).await;
        assert_eq!(world.read(user).matches("已收到").count(), 3);
        assert_eq!(stored(&world).await, [1, 2, 3]);
        world.close().await;
    }
}

on_both! {
    async fn updates_out_of_order_are_taken_in_by_their_numbers(db: Database) {
        let mut world = World::open(&db.url).await;
        let user = world.liaison("兰江街道").await.user;
        world.halt().await;
        let mut last = None;
        for value in 1..=3 {
            last = world.chats.says(user, user, &format!("小升规{value}")).unwrap().update;
        }
        world.chats.set_faults(Faults { backwards: true, ..Faults::default() });
        world.restart().await;
        world.settled(last).await;
        assert_eq!(stored(&world).await, [1, 2, 3], "nothing fell, so nothing was asked");
        world.close().await;
    }
}

on_both! {
    async fn a_group_that_removes_the_bot_is_told_to_the_office_once(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let group = world.group("领导小组", "领导小组", &office).await;
        world.read(office.user);
        let update = world.chats.sets_bot(office.user, group, BotStatus::Kicked).unwrap();
        world.settled(update).await;
        assert_snapshot!(world.read(office.user), @"领导小组群“领导小组”已把我移出，绑定随之解除，通报和未报名单不再发到那里。如需恢复，请把我重新拉进群，在群里发送 /bind。");
        world.at("2019-06-21 16:00").await;
        let told = world.read(office.user);
        assert!(told.contains("2019年第25期"), "the bulletin goes to the office instead: {told}");
        assert!(!told.contains("移出"), "once is enough: {told}");
        world.close().await;
    }
}

on_both! {
    async fn a_group_that_refuses_messages_is_told_to_the_office_once(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let group = world.group("工作群", "工作群", &office).await;
        world.read(office.user);
        let words = "Forbidden: bot was kicked from the group chat";
        world.chats.set_faults(refused("sendMessage", group, 403, words));
        for _ in 0..2 {
            office.says_in(group, "/missing").await;
        }
        assert_snapshot!(world.read(office.user), @"工作群“工作群”已把我移出，绑定随之解除，未报名单不再发到那里。如需恢复，请把我重新拉进群，在群里发送 /bind。");
        world.close().await;
    }
}

on_both! {
    async fn a_liaison_who_refuses_messages_is_told_to_the_office_once(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let liaison = world.liaison("兰江街道").await;
        world.read(office.user);
        let words = "Forbidden: bot was blocked by the user";
        world.chats.set_faults(refused("sendMessage", liaison.user.into(), 403, words));
        for value in 1..=2 {
            assert_eq!(liaison.says(&format!("小升规{value}")).await, "");
        }
        assert_snapshot!(world.read(office.user), @"兰江街道联络员“兰江街道”已停用机器人，发给对方的消息无法送达。请电话联系；对方重新打开与我的对话、点“开始”即可恢复。");
        assert_eq!(stored(&world).await, [1, 2], "what was reported counts");
        world.close().await;
    }
}

on_both! {
    async fn what_telegram_will_never_take_holds_up_nothing(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        let refusal = Fault::Refused(400, "Bad Request: message is too long");
        world.chats.set_faults(Faults::next(1, "sendMessage", refusal));
        assert_eq!(liaison.says("小升规1").await, "");
        assert!(liaison.says("小升规2").await.contains("小升规：2家"));
        assert_eq!(stored(&world).await, [1, 2]);
        world.close().await;
    }
}

on_both! {
    async fn a_message_to_edit_that_is_gone_is_said_anew(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小升规2").await;
        let gone = Fault::Refused(400, "Bad Request: message to edit not found");
        world.chats.set_faults(Faults::next(1, "editMessageText", gone));
        liaison.presses("撤回").await;
        let said = world.read(liaison.user);
        assert!(said.contains("已撤回"), "{said}");
        world.close().await;
    }
}

on_both! {
    async fn a_press_answered_too_late_still_does_its_work(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小升规2").await;
        let late = Fault::Refused(
            400,
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
        );
        world.chats.set_faults(Faults::next(1, "answerCallbackQuery", late));
        let seen = liaison.presses("撤回").await;
        assert!(seen.starts_with("()\n") && seen.contains("已撤回"), "{seen}");
        world.close().await;
    }
}

on_both! {
    async fn a_group_found_to_be_a_supergroup_while_sending_gets_its_message(db: Database) {
        let mut world = World::open(&db.url).await;
        let office = world.office().await.user;
        let group = world.group("领导小组", "领导小组", &world.person(office)).await;
        // The message is queued for the old number, and refused there with the new one.
        world.chats.set_faults(Faults::next(1000, "sendMessage", Fault::ServerError));
        let said = world.chats.says(office, group, "/rank").unwrap().update;
        let confirmed = |chats: &Chats| chats.confirmed_through() >= said.unwrap();
        assert!(world.chats.wait_until(confirmed, SOON).await);
        world.halt().await;
        let new = world.chats.migrates(group).unwrap();
        world.chats.set_faults(Faults::default());
        world.restart().await;
        world.settled(Some(world.chats.last_update())).await;
        assert!(!world.read(new).is_empty(), "the ranking is in the supergroup");
        world.close().await;
    }
}
