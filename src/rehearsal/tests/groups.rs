//! Groups: joining, privacy mode, members, removal, becoming a supergroup.

use serde_json::json;
use teloxide_core::RequestError;
use teloxide_core::requests::Requester;
use teloxide_core::types::{ChatId as TgChatId, ChatMemberStatus, UpdateKind, UserId as TgUserId};

use super::Room;
use crate::rehearsal::{BotStatus, Refused};

#[tokio::test]
async fn the_bot_is_told_when_it_joins_and_reads_only_what_is_meant_for_it() {
    let room = Room::open().await;
    let world = &room.world;
    let li = world.add_user("李强");
    let group = world.add_group("领导小组", &[room.wang, li], &[li]);
    let updates = room.bot.get_updates().await.unwrap();
    let UpdateKind::MyChatMember(joined) = &updates[0].kind else { panic!("{updates:?}") };
    assert!(joined.new_chat_member.is_present() && !joined.old_chat_member.is_present());
    let UpdateKind::Message(service) = &updates[1].kind else { panic!("{updates:?}") };
    assert!(service.new_chat_members().is_some());

    let own = room.bot.send_message(TgChatId(group.0), "请各单位按时报送").await.unwrap();
    let own = crate::rehearsal::MessageId(own.id.0);
    for (text, is_seen) in [
        ("大家好", false),
        ("/rank", true),
        ("/rank@liaison_bot", true),
        ("/rank@other_bot", false),
        ("请 @Liaison_Bot 看一下", true),
        ("请 @liaison_bots 看一下", false),
    ] {
        let said = world.says(room.wang, group, text).unwrap();
        assert_eq!(said.update.is_some(), is_seen, "{text}");
    }
    assert!(world.replies(room.wang, group, own, "收到").unwrap().update.is_some());
    world.sets_bot(li, group, BotStatus::Administrator).unwrap();
    assert!(world.says(room.wang, group, "大家好").unwrap().update.is_some());

    let stranger = world.add_user("赵六");
    assert_eq!(world.says(stranger, group, "x"), Err(Refused::NotAMember));
}

#[tokio::test]
async fn members_and_administrators_are_known() {
    let room = Room::open().await;
    let li = room.world.add_user("李强");
    let group = TgChatId(room.world.add_group("领导小组", &[room.wang, li], &[li]).0);
    let member = |id: i64| {
        let bot = room.bot.clone();
        async move {
            let user = TgUserId(u64::try_from(id).unwrap());
            bot.get_chat_member(group, user).await.unwrap().status()
        }
    };
    assert_eq!(member(room.wang.0).await, ChatMemberStatus::Member);
    assert_eq!(member(li.0).await, ChatMemberStatus::Owner);
    assert_eq!(member(super::super::state::BOT_ID).await, ChatMemberStatus::Member);
    assert_eq!(room.bot.get_chat_administrators(group).await.unwrap().len(), 1);
    assert_eq!(room.bot.get_chat(group).await.unwrap().title(), Some("领导小组"));
    assert_eq!(room.bot.get_chat(room.chat()).await.unwrap().first_name(), Some("王芳"));
    room.bot.leave_chat(group).await.unwrap();
    let error = room.error("sendMessage", &json!({ "chat_id": group, "text": "x" })).await;
    assert_eq!(error, "403 Forbidden: bot is not a member of the group chat");
}

#[tokio::test]
async fn a_removed_bot_cannot_write_to_the_group() {
    let room = Room::open().await;
    let group = room.world.add_group("领导小组", &[], &[room.wang]);
    room.world.sets_bot(room.wang, group, BotStatus::Kicked).unwrap();
    let error = room.error("sendMessage", &json!({ "chat_id": group, "text": "x" })).await;
    assert_eq!(error, "403 Forbidden: bot was kicked from the group chat");
    let updates = room.bot.get_updates().await.unwrap();
    let UpdateKind::MyChatMember(removed) = &updates[2].kind else { panic!("{updates:?}") };
    assert_eq!(removed.new_chat_member.status(), ChatMemberStatus::Banned);
    assert_eq!(room.world.says(room.wang, group, "/rank").unwrap().update, None);
}

#[tokio::test]
async fn a_group_that_becomes_a_supergroup_says_its_new_id() {
    let room = Room::open().await;
    let old = room.world.add_group("领导小组", &[], &[room.wang]);
    let new = room.world.migrates(old).unwrap();
    let error = room.bot.send_message(TgChatId(old.0), "x").await.unwrap_err();
    assert!(matches!(error, RequestError::MigrateToChatId(id) if id.0 == new.0), "{error}");
    room.bot.send_message(TgChatId(new.0), "x").await.unwrap();
    let updates = room.bot.get_updates().await.unwrap();
    let UpdateKind::Message(message) = &updates[2].kind else { panic!("{updates:?}") };
    assert_eq!(message.migrate_to_chat_id(), Some(&TgChatId(new.0)));
    let UpdateKind::Message(message) = &updates[3].kind else { panic!("{updates:?}") };
    assert_eq!(message.migrate_from_chat_id(), Some(&TgChatId(old.0)));
}
