//! `getUpdates`: the queue, confirming, waiting, the second poller; injected and repeated updates.

use std::time::Duration;

use serde_json::json;
use teloxide_core::payloads::GetUpdatesSetters;
use teloxide_core::requests::Requester;
use teloxide_core::types::{AllowedUpdate, Update, UpdateKind};
use teloxide_core::{ApiError, RequestError};

use super::{PATIENCE, Room};
use crate::rehearsal::{Options, Server, UpdateId};

fn ids(updates: &[Update]) -> Vec<i64> {
    updates.iter().map(|update| i64::from(update.id.0)).collect()
}

#[tokio::test]
async fn an_update_comes_back_until_an_offset_confirms_it() {
    let room = Room::open().await;
    let start = room.world.starts(room.wang, Some("XY12")).unwrap().update.unwrap();
    let said = room.world.says(room.wang, room.wang, "1:45").unwrap();
    for _ in 0..2 {
        let updates = room.bot.get_updates().await.unwrap();
        assert_eq!(ids(&updates), [start.0, start.0 + 1]);
        let UpdateKind::Message(message) = &updates[0].kind else { panic!("{updates:?}") };
        assert_eq!(message.text(), Some("/start XY12"));
        assert_eq!(message.date, room.world.now());
        assert_eq!(message.from.as_ref().unwrap().first_name, "王芳");
    }
    assert_eq!(ids(&room.bot.get_updates().limit(1).await.unwrap()), [start.0]);
    let offset = i32::try_from(start.0 + 1).unwrap();
    assert_eq!(ids(&room.bot.get_updates().offset(offset).await.unwrap()), [start.0 + 1]);
    assert_eq!(room.world.confirmed_through(), start);

    room.world.edits(room.wang, room.wang, said.message, "1:46").unwrap();
    let newest = room.bot.get_updates().offset(-1).await.unwrap();
    let UpdateKind::EditedMessage(message) = &newest[0].kind else { panic!("{newest:?}") };
    assert_eq!((newest.len(), message.text()), (1, Some("1:46")));
    assert_eq!(room.world.pending_updates(), 1);
}

#[tokio::test]
async fn a_long_poll_is_answered_as_soon_as_somebody_writes() {
    let room = Room::started().await;
    let offset = i32::try_from(room.world.last_update().0 + 1).unwrap();
    let poll = tokio::spawn({
        let bot = room.bot.clone();
        async move { bot.get_updates().offset(offset).timeout(10).await }
    });
    assert!(room.world.wait_until(|world| world.pending_updates() == 0, PATIENCE).await);
    room.world.says(room.wang, room.wang, "您好").unwrap();
    assert_eq!(poll.await.unwrap().unwrap().len(), 1);
}

#[tokio::test]
async fn whoever_follows_the_bot_sees_each_of_its_messages_once() {
    let room = Room::started().await;
    let mut sent = room.world.follow_bot();
    let message = room.bot.send_message(room.chat(), "收到").await.unwrap();
    room.world.says(room.wang, room.wang, "谢谢").unwrap();
    let (chat, id) = sent.recv().await.unwrap();
    assert_eq!((chat, id.0), (room.wang.into(), message.id.0));
    assert!(sent.try_recv().is_err());
}

#[tokio::test]
async fn a_second_poller_ends_the_first() {
    let room = Room::open().await;
    let first = tokio::spawn({
        let bot = room.bot.clone();
        async move { bot.get_updates().timeout(10).await }
    });
    let polls = |world: &crate::rehearsal::World| world.look(|state| state.poll);
    assert!(room.world.wait_until(|world| polls(world) == 1, PATIENCE).await);
    assert_eq!(room.bot.get_updates().await.unwrap(), []);
    let error = first.await.unwrap().unwrap_err();
    let expected = matches!(error, RequestError::Api(ApiError::TerminatedByOtherGetUpdates));
    assert!(expected, "{error}");
}

#[tokio::test]
async fn only_wanted_updates_are_queued_and_a_webhook_stops_polling() {
    let room = Room::started().await;
    let bot = &room.bot;
    bot.get_updates().allowed_updates([AllowedUpdate::CallbackQuery]).offset(-1).await.unwrap();
    assert_eq!(room.world.says(room.wang, room.wang, "您好").unwrap().update, None);
    bot.set_webhook("https://example.org/hook".parse().unwrap()).await.unwrap();
    let info = bot.get_webhook_info().await.unwrap();
    assert_eq!(info.allowed_updates, Some(vec![AllowedUpdate::CallbackQuery]));
    let error = room.error("getUpdates", &json!({})).await;
    assert!(error.starts_with("409 Conflict: can't use getUpdates method"), "{error}");
    bot.delete_webhook().await.unwrap();
    assert!(bot.get_updates().await.is_ok());
}

#[tokio::test]
async fn updates_can_be_injected_and_delivered_again() {
    let room = Room::open().await;
    let strange = room.world.inject_raw_update(json!({ "poll_of_tomorrow": { "x": 1 } }));
    let updates = room.bot.get_updates().await.unwrap();
    assert!(
        matches!(&updates[0].kind, UpdateKind::Error(raw) if raw["poll_of_tomorrow"]["x"] == 1)
    );
    let offset = i32::try_from(strange.0 + 1).unwrap();
    assert_eq!(room.bot.get_updates().offset(offset).await.unwrap(), []);

    assert!(room.world.deliver_again(strange));
    assert!(!room.world.deliver_again(UpdateId(1)));
    assert_eq!(ids(&room.bot.get_updates().offset(offset).await.unwrap()), [strange.0]);
    assert_eq!(room.bot.get_updates().offset(offset).await.unwrap(), []);
}

#[tokio::test]
async fn a_saved_world_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let options =
        || Options { state_file: Some(folder.path().join("world.json")), ..Options::default() };
    let address = "127.0.0.1:0".parse().unwrap();
    let clock = crate::clock::Clock::system();
    let server = Server::start(address, clock.clone(), options()).await.unwrap();
    let world = server.world();
    let wang = world.add_user("王芳");
    world.starts(wang, None).unwrap();
    let said = world.sends_document(wang, wang, "总结.txt", "上半年", "").unwrap();
    server.stop().await;

    let server = Server::start(address, clock, options()).await.unwrap();
    let world = server.world();
    let file = world.message(wang, said.message).unwrap().file.unwrap();
    assert_eq!(world.file(&file.id).unwrap(), "上半年".as_bytes());
    assert_eq!(world.pending_updates(), 2);
    let next = world.says(wang, wang, "您好").unwrap();
    assert!(next.message > said.message && next.update > said.update);
    assert_ne!(world.add_user("李强"), wang);
    server.stop().await;
}

#[tokio::test]
async fn it_listens_on_the_loopback_interface_only_and_stops_quickly() {
    let clock = crate::clock::Clock::system();
    let everywhere = "0.0.0.0:0".parse().unwrap();
    let error = Server::start(everywhere, clock.clone(), Options::default()).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    let live_one = Some("123456:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc".to_owned());
    let live = Options { token: live_one, ..Options::default() };
    let here = "127.0.0.1:0".parse().unwrap();
    let error = Server::start(here, clock.clone(), live).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput, "a live bot's token");

    let room = Room::open().await;
    let taken = room.server.address();
    let error = Server::start(taken, clock, Options::default()).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
    let poll = tokio::spawn({
        let bot = room.bot.clone();
        async move { bot.get_updates().timeout(15).await }
    });
    let polls = |world: &crate::rehearsal::World| world.look(|state| state.poll);
    assert!(room.world.wait_until(|world| polls(world) == 1, PATIENCE).await);
    let stopped = tokio::time::timeout(Duration::from_secs(2), room.server.stop());
    assert!(stopped.await.is_ok(), "stopping waits for a poller");
    assert_eq!(poll.await.unwrap().unwrap(), []);
}
