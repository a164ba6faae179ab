//! The outbox on its way: no chat's trouble delays another's messages.

use std::time::Duration;

use liaison_bot::conversation::effects::Effects;
use liaison_bot::conversation::{ChatId, Outgoing, Priority, What};
use liaison_bot::rehearsal::{Fault, FaultRule, Faults, UserId};

use crate::databases::{Database, on_both};
use crate::world::World;

/// Long enough for what happens at once, and far shorter than any pause.
const SOON: Duration = Duration::from_secs(15);

/// What is more than any batch.
const MANY: usize = 600;

async fn queue(world: &World, users: &[UserId], each: usize) {
    let broadcast = |user: &UserId, number: usize| Outgoing {
        key: format!("test:{}:{number}", user.0),
        chat: ChatId(user.0),
        what: What::Send { html: format!("第{number}条"), buttons: vec![], reply_to: None },
        priority: Priority::Broadcast,
        about: None,
    };
    let all = users.iter().flat_map(|user| (1..=each).map(move |number| broadcast(user, number)));
    let effects = Effects { outbox: all.collect(), ..Effects::default() };
    let mut work = world.store.begin().await.unwrap();
    work.save(&world.plan, &effects, &[], &[], world.clock.now()).await.unwrap();
    work.commit().await.unwrap();
}

/// Calls for this person meet this fault.
fn always(user: UserId, fault: Fault) -> FaultRule {
    let method = Some("sendMessage".to_owned());
    FaultRule { method, chat: Some(user.0), times: 1_000_000, fault }
}

on_both! {
    async fn a_chat_with_a_long_pause_delays_nobody(db: Database) {
        let world = World::open(&db.url).await;
        let paused = world.liaison("兰江街道").await.user;
        let other = world.liaison("云山街道").await.user;
        let rules = vec![always(paused, Fault::TooManyRequests(600))];
        world.chats.set_faults(Faults { rules, ..Faults::default() });
        queue(&world, &[paused], MANY).await;
        // The reply wakes delivery, which finds the long row of broadcasts too.
        for value in 1..=3 {
            world.chats.says(other, other, &format!("小升规{value}")).unwrap();
            let words = format!("小升规\u{ff1a}{value}家");
            let answered = |chats: &liaison_bot::rehearsal::World| {
                chats.messages(other).iter().any(|one| one.from_bot && one.text.contains(&words))
            };
            assert!(world.chats.wait_until(answered, SOON).await, "the other chat is answered");
        }
        let waiting = world.store.queued_count(&world.plan).await.unwrap();
        assert!(waiting >= i64::try_from(MANY).unwrap(), "{waiting}: the pause is still on");
        world.close().await;
    }
}

on_both! {
    async fn many_chats_that_fail_delay_nobody(db: Database) {
        let world = World::open(&db.url).await;
        let gone: Vec<UserId> =
            (0..60).map(|number| world.chats.add_user(&format!("甲{number}"))).collect();
        for user in &gone {
            world.chats.starts(*user, None).unwrap();
        }
        world.settled(Some(world.chats.last_update())).await;
        let other = world.liaison("云山街道").await;
        let rules = gone.iter().map(|user| always(*user, Fault::TooManyRequests(600))).collect();
        world.chats.set_faults(Faults { rules, ..Faults::default() });
        queue(&world, &gone, 20).await;
        let before = world.chats.count("sendMessage");
        world.chats.says(other.user, other.user, "/my").unwrap();
        let all = |chats: &liaison_bot::rehearsal::World| chats.count("sendMessage") > before + 60;
        assert!(world.chats.wait_until(all, SOON).await, "each chat was tried, and is paused");
        world.chats.says(other.user, other.user, "小升规2").unwrap();
        let answered = |chats: &liaison_bot::rehearsal::World| {
            chats.messages(other.user).iter().any(|one| one.from_bot && one.text.contains("小升规\u{ff1a}2家"))
        };
        assert!(world.chats.wait_until(answered, SOON).await, "the other chat is answered");
        world.close().await;
    }
}

on_both! {
    async fn a_long_row_goes_out_whole_and_in_order(db: Database) {
        let world = World::open(&db.url).await;
        let user = world.liaison("兰江街道").await.user;
        world.read(user);
        queue(&world, &[user], MANY).await;
        // A reply in between goes first of what is left.
        let said = world.chats.says(user, user, "/my").unwrap();
        world.settled(said.update).await;
        let sent = world.chats.messages(user);
        let numbers: Vec<&str> = sent
            .iter()
            .filter(|one| one.from_bot && one.text.starts_with("第"))
            .map(|one| one.text.as_str())
            .collect();
        let wanted: Vec<String> = (1..=MANY).map(|number| format!("第{number}条")).collect();
        assert_eq!(numbers, wanted);
        assert!(sent.last().unwrap().text.starts_with("第"), "the reply did not wait for them all");
        world.close().await;
    }
}

on_both! {
    async fn a_server_error_is_tried_again_at_once(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        let faults = Faults::next(1, "sendMessage", Fault::ServerError)
            .and_next(1, "getUpdates", Fault::ServerError)
            .and_next(1, "editMessageText", Fault::ServerError)
            .and_next(1, "answerCallbackQuery", Fault::ServerError);
        world.chats.set_faults(faults);
        let begun = std::time::Instant::now();
        let answer = liaison.says("小升规2").await;
        assert_eq!(answer.matches("已收到").count(), 1, "{answer}");
        assert!(liaison.presses("撤回").await.contains("已撤回"));
        assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
        world.close().await;
    }
}
