//! A bad day: what is repeated, lost on the way or not understood changes nothing that was good.

use insta::assert_snapshot;
use liaison_bot::rehearsal::{Fault, Faults};
use serde_json::json;

use crate::databases::{Database, on_both};
use crate::world::World;

on_both! {
    async fn an_update_that_comes_again_changes_nothing(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小升规2").await;
        let said = world.chats.says(liaison.user, liaison.user, "小升规+1").unwrap();
        world.settled(said.update).await;
        assert!(world.read(liaison.user).contains("小升规：3家"));
        assert!(world.chats.deliver_again(said.update.unwrap()));
        // What comes after it shows that it was taken in again, and had no effect.
        let answer = liaison.says("/my").await;
        assert!(answer.contains("6 小升规：3家"), "{answer}");
        assert!(!answer.contains("已收到"), "no second reply: {answer}");
        world.close().await;
    }
}

on_both! {
    async fn what_is_committed_is_answered_after_a_restart(db: Database) {
        let mut world = World::open(&db.url).await;
        let user = world.liaison("兰江街道").await.user;
        world.chats.set_faults(Faults::next(100, "sendMessage", Fault::ConnectionLost));
        let said = world.chats.says(user, user, "小升规2").unwrap();
        let confirmed = |chats: &liaison_bot::rehearsal::World| {
            chats.confirmed_through() >= said.update.unwrap()
        };
        assert!(world.chats.wait_until(confirmed, std::time::Duration::from_secs(20)).await);
        world.halt().await;
        world.chats.set_faults(Faults::default());
        world.restart().await;
        world.settled(None).await;
        assert!(world.read(user).contains("小升规：2家"));
        world.close().await;
    }
}

on_both! {
    async fn a_lost_connection_and_a_limit_delay_the_answer_and_no_more(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        let faults = Faults::next(2, "sendMessage", Fault::ConnectionLost)
            .and_next(1, "sendMessage", Fault::TooManyRequests(1))
            .and_next(1, "getUpdates", Fault::Malformed);
        world.chats.set_faults(faults);
        let answer = liaison.says("小升规2").await;
        assert_eq!(answer.matches("已收到").count(), 1, "{answer}");
        world.close().await;
    }
}

on_both! {
    async fn what_cannot_be_read_holds_up_nobody(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        for body in [
            json!({ "message": { "no": "such message" } }),
            json!({ "brand_new_kind": { "a": [1, 2, 3] } }),
            json!({ "callback_query": 7 }),
        ] {
            world.chats.inject_raw_update(body);
        }
        assert!(liaison.says("小升规2").await.contains("已收到"));
        world.close().await;
    }
}

on_both! {
    async fn a_picture_or_a_voice_message_gets_an_answer(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        let update = world.chats.inject_raw_update(json!({ "message": {
            "message_id": 900, "date": 1_560_000_000,
            "from": { "id": liaison.user.0, "is_bot": false, "first_name": "王芳" },
            "chat": { "id": liaison.user.0, "type": "private", "first_name": "王芳" },
            "voice": { "file_id": "x", "file_unique_id": "y", "duration": 3 },
        }}));
        world.settled(Some(update)).await;
        assert_snapshot!(world.read(liaison.user), @"
        目前只能读文字，这条没有收到数据。请用文字报送，例如：
        小微企业 164，八大产业 57
        ");
        world.close().await;
    }
}

on_both! {
    async fn a_liaison_who_blocked_the_bot_is_told_to_the_office(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let liaison = world.liaison("兰江街道").await;
        let update = world.chats.blocks(liaison.user).unwrap();
        world.settled(update).await;
        world.at("2019-06-18 09:00").await;
        let told = world.read(office.user);
        assert!(told.contains("联络员已停用机器人的单位1个：兰江街道"), "{told}");
        world.close().await;
    }
}

on_both! {
    async fn a_group_keeps_its_binding_when_it_becomes_a_supergroup(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let group = world.group("领导小组", "领导小组", &office).await;
        let new = world.chats.migrates(group).unwrap();
        let last = world.chats.last_update();
        world.settled(Some(last)).await;
        world.at("2019-06-21 16:00").await;
        assert!(world.read(new).contains("2019年第25期"));
        world.close().await;
    }
}

on_both! {
    async fn without_a_leadership_group_the_bulletin_goes_to_the_office(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        world.at("2019-06-21 16:00").await;
        let said = world.read(office.user);
        assert!(said.contains("2019年第25期"));
        assert_snapshot!(said.lines().find(|line| line.contains("尚未绑定")).unwrap(), @"领导小组群尚未绑定，2019年第25期通报没有发出，先发给您。请把我拉进领导小组群，在群里发送 /bind。");
        world.close().await;
    }
}
