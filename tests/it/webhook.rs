//! Updates brought by Telegram: whoever does not know the secret is refused, what is not committed is
//! brought again, and what is brought again changes nothing.

use std::time::Duration;

use liaison_bot::conversation::{Account, Effects, Role, UserId};
use liaison_bot::rehearsal::World as Chats;
use liaison_bot::texts::Language;
use serde_json::json;
use sqlx::Executor;

use crate::databases::{self, Database, on_both};
use crate::world::World;

const SOON: Duration = Duration::from_secs(30);

/// A call as anybody could make it; the answer's code.
async fn call(world: &World, secret: Option<&str>, body: impl Into<reqwest::Body>) -> u16 {
    let url = format!("http://{}/telegram", world.door.unwrap());
    let mut request = reqwest::Client::new().post(url).body(body);
    if let Some(secret) = secret {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
    }
    request.send().await.unwrap().status().as_u16()
}

/// An update that says something in somebody's name.
fn said(world: &World, user: i64, update: i64, text: &str) -> String {
    let date = world.clock.now().timestamp();
    let body = json!({ "update_id": update, "message": {
        "message_id": update, "date": date, "text": text,
        "from": { "id": user, "is_bot": false, "first_name": "王芳" },
        "chat": { "id": user, "type": "private", "first_name": "王芳" },
    }});
    body.to_string()
}

on_both! {
    async fn a_report_is_answered_also_after_a_restart(db: Database) {
        let mut world = World::open_by_webhook(&db.url).await;
        let user = world.liaison("兰江街道").await.user;
        assert!(world.person(user).says("小升规2").await.contains("小升规：2家"));
        world.restart().await;
        let answer = world.person(user).says("小升规+1").await;
        assert!(answer.contains("小升规：3家"), "{answer}");
        let set = world.chats.calls().into_iter().rev().find(|call| call.method == "setWebhook");
        let set = set.unwrap().params;
        assert_eq!(set["max_connections"], json!(40));
        let wanted = json!(["message", "edited_message", "callback_query", "my_chat_member"]);
        assert_eq!(set["allowed_updates"], wanted);
        assert_eq!(world.chats.count("getUpdates"), 0);
        world.close().await;
    }
}

on_both! {
    async fn who_does_not_bring_the_secret_is_refused(db: Database) {
        let world = World::open_by_webhook(&db.url).await;
        let user = world.liaison("兰江街道").await.user;
        let forged = said(&world, user.0, 5, "小升规3");
        let secret = world.secret();
        assert_eq!(call(&world, None, forged.clone()).await, 401);
        assert_eq!(call(&world, Some(""), forged.clone()).await, 401);
        assert_eq!(call(&world, Some(&secret[1..]), forged.clone()).await, 401);
        assert_eq!(call(&world, Some(&secret.to_uppercase()), forged.clone()).await, 401);
        assert_eq!(call(&world, Some(&secret), "no update").await, 400);
        assert_eq!(call(&world, Some(&secret), vec![0xff; 100]).await, 400);
        // A body without end is not read to its end.
        let large = format!("{{\"update_id\":5,\"x\":\"{}\"}}", "x".repeat(2 * 1024 * 1024));
        assert_eq!(call(&world, Some(&secret), large).await, 413);
        let elsewhere = format!("http://{}/other", world.door.unwrap());
        let answer = reqwest::Client::new().post(elsewhere).body(forged.clone()).send().await;
        assert_eq!(answer.unwrap().status().as_u16(), 404);
        assert!(world.store.all_submissions(&world.plan).await.unwrap().is_empty());
        assert!(!secret.contains(&world.token()[10..20]), "the secret does not give the token away");
        // With it, it is taken.
        assert_eq!(call(&world, Some(&secret), forged).await, 200);
        assert_eq!(world.store.all_submissions(&world.plan).await.unwrap().len(), 1);
        world.close().await;
    }
}

on_both! {
    async fn what_comes_again_also_at_the_same_time_changes_nothing(db: Database) {
        let world = World::open_by_webhook(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        assert!(liaison.says("小升规2").await.contains("小升规：2家"));
        let increment = said(&world, liaison.user.0, 900_000, "小升规+1");
        let secret = world.secret();
        let calls = (0..10).map(|_| call(&world, Some(&secret), increment.clone()));
        let mut all = tokio::task::JoinSet::new();
        for body in vec![increment.clone(); 10] {
            let url = format!("http://{}/telegram", world.door.unwrap());
            let request = reqwest::Client::new().post(url).body(body);
            let request = request.header("X-Telegram-Bot-Api-Secret-Token", &secret);
            all.spawn(async move { request.send().await.unwrap().status().as_u16() });
        }
        assert_eq!(all.join_all().await, [200; 10]);
        for again in calls {
            assert_eq!(again.await, 200);
        }
        let answer = liaison.says("/my").await;
        assert!(answer.contains("6 小升规：3家"), "{answer}");
        assert_eq!(world.store.all_submissions(&world.plan).await.unwrap().len(), 2);
        world.close().await;
    }
}

on_both! {
    async fn many_who_write_at_once_are_all_answered(db: Database) {
        let world = World::open_by_webhook(&db.url).await;
        let units: Vec<String> =
            world.plan.units().take(17).map(|(_, unit)| unit.name.clone()).collect();
        let mut users = Vec::new();
        for unit in &units {
            users.push(world.liaison(unit).await.user);
        }
        for total in 1..=3 {
            for user in &users {
                world.chats.says(*user, *user, &format!("小微企业{total}")).unwrap();
            }
        }
        let answered = |chats: &Chats| users.iter().all(|user| {
            chats.messages(*user).iter().any(|one| one.text.contains("小微企业：3家"))
        });
        assert!(world.chats.wait_until(answered, SOON).await, "everybody is answered");
        let stored = world.store.all_submissions(&world.plan).await.unwrap();
        assert_eq!(stored.len(), 17 * 3);
        for unit in units {
            let of = stored.iter().filter(|row| row.unit == unit);
            assert_eq!(of.map(|row| row.value).collect::<Vec<_>>(), [1, 2, 3], "{unit}, in order");
        }
        world.close().await;
    }
}

/// A province on the last afternoon: everybody reports in the same moment, to one bot.
#[test]
#[ignore = "a measurement, for a machine with nothing else to do"]
fn a_province_of_1360_townships_reports_at_once() {
    databases::run(async {
        for db in [Some(databases::sqlite()), databases::postgres().await].into_iter().flatten() {
            let world = World::open_by_webhook(&db.url).await;
            let units: Vec<_> = world.plan.units().take(17).map(|(id, _)| id).collect();
            let users: Vec<_> =
                (0..1360).map(|number| world.chats.add_user(&number.to_string())).collect();
            let account = |(place, user): (usize, &liaison_bot::rehearsal::UserId)| Account {
                user: UserId(user.0),
                name: place.to_string(),
                role: Role::Liaison,
                unit: Some(units[place % 17]),
                language: Language::default(),
                bound_at: world.clock.now(),
                blocked_at: None,
            };
            let accounts = users.iter().enumerate().map(account).collect();
            let effects = Effects { accounts, ..Effects::default() };
            let mut work = world.store.begin().await.unwrap();
            work.save(&world.plan, &effects, &[], &[], world.clock.now()).await.unwrap();
            work.commit().await.unwrap();
            let begun = std::time::Instant::now();
            let mut last = None;
            for (place, user) in users.iter().enumerate() {
                let text = format!("小微企业{}", place + 1);
                last = world.chats.says(*user, *user, &text).unwrap().update;
            }
            let all = |chats: &Chats| chats.confirmed_through() >= last.unwrap();
            assert!(world.chats.wait_until(all, SOON * 10).await);
            let stored = begun.elapsed();
            let answered = |chats: &Chats| chats.count("sendMessage") >= 1360;
            assert!(world.chats.wait_until(answered, SOON * 10).await);
            println!(
                "{:?}: all stored in {stored:?}, all answered in {:?}",
                world.store,
                begun.elapsed()
            );
            world.close().await;
        }
    });
}

#[test]
fn what_cannot_be_stored_is_not_acknowledged_and_comes_again() {
    databases::run(async {
        let db = databases::sqlite();
        let world = World::open_by_webhook(&db.url).await;
        let liaison = world.liaison("兰江街道").await.user;
        let pool = sqlx::SqlitePool::connect(&db.url).await.unwrap();
        let mut other = pool.acquire().await.unwrap();
        other.execute("begin immediate").await.unwrap();
        let said = world.chats.says(liaison, liaison, "小升规2").unwrap().update.unwrap();
        // Longer than SQLite waits for the lock.
        let confirmed = |chats: &Chats| chats.confirmed_through() >= said;
        assert!(!world.chats.wait_until(confirmed, Duration::from_secs(11)).await);
        assert!(world.store.health().failing_since().is_some(), "the health says so");
        other.execute("rollback").await.unwrap();
        assert!(world.chats.wait_until(confirmed, SOON).await);
        world.settled(Some(said)).await;
        assert!(world.read(liaison).contains("小升规：2家"));
        assert_eq!(world.store.health().failing_since(), None);
        world.close().await;
    });
}

on_both! {
    async fn a_bot_that_polls_again_takes_its_webhook_away(db: Database) {
        let mut world = World::open_by_webhook(&db.url).await;
        let user = world.liaison("兰江街道").await.user;
        world.halt().await;
        world.door = None;
        world.restart().await;
        assert!(world.person(user).says("小升规2").await.contains("小升规：2家"));
        assert_eq!(world.chats.count("deleteWebhook"), 1);
        world.close().await;
    }
}
