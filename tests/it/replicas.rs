//! Several programs on one PostgreSQL: each message once and in order, each job once, each decision
//! with everything that was decided before. And several plans in one database.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use liaison_bot::clock::Clock;
use liaison_bot::conversation::{ChatId, Desk, Effects, Needs, Outgoing, PlanNo, Priority, What};
use liaison_bot::plan::Plan;
use liaison_bot::rehearsal::{Options, Server, UserId, World as Chats};
use liaison_bot::schedule::{DoneUntil, Schedule};
use liaison_bot::store::Store;
use liaison_bot::telegram::connect::{self, Token};
use liaison_bot::telegram::delivery::Delivery;
use liaison_bot::telegram::pace::Limits;
use sqlx::Executor;
use tokio::sync::{Notify, broadcast, watch};
use tokio::task::JoinHandle;

use crate::databases::{self, Database, on_both};
use crate::world::{World, plan, plan_with};

const SOON: Duration = Duration::from_secs(30);

fn message(chat: UserId, number: usize) -> Outgoing {
    Outgoing {
        key: format!("test:{}:{number}", chat.0),
        chat: ChatId(chat.0),
        what: What::Send { html: number.to_string(), buttons: vec![], reply_to: None },
        priority: Priority::Broadcast,
        about: None,
    }
}

async fn queue(store: &Store, plan: &Plan, outbox: Vec<Outgoing>) {
    let now = Clock::system().now();
    let mut work = store.begin().await.unwrap();
    work.save(plan, &Effects { outbox, ..Effects::default() }, &[], &[], now).await.unwrap();
    work.commit().await.unwrap();
}

/// The sending half of a program.
fn sender(
    server: &Server,
    store: &Store,
    plan: &Arc<Plan>,
    stop: &watch::Sender<bool>,
) -> JoinHandle<()> {
    let token = Token::new(server.token()).unwrap();
    let delivery = Delivery {
        bot: connect::bot(&token, Some(&server.api_url())).unwrap(),
        desks: Desk::new(plan.clone(), "bot".to_owned()).into(),
        store: store.clone(),
        clock: Clock::system(),
        outbox: Arc::new(Notify::new()),
        limits: Limits::NONE,
        watch: Arc::default(),
        robots: Arc::default(),
    };
    tokio::spawn(delivery.run(stop.subscribe()))
}

/// The jobs of two more programs on the world's database; they show until when they are done.
fn schedules(
    world: &World,
    stop: &watch::Sender<bool>,
) -> Vec<(JoinHandle<()>, watch::Receiver<DateTime<Utc>>)> {
    let start = |_| {
        let done_until = DoneUntil::new(1);
        let done = done_until.subscribe();
        let schedule = Schedule {
            drafts: Arc::default(),
            desks: Desk::new(world.plan.clone(), "bot".to_owned()).into(),
            no: PlanNo(0),
            store: world.store.clone(),
            clock: world.clock.clone(),
            outbox: Arc::new(Notify::new()),
            fired: broadcast::channel(16).0,
            done_until,
            watch: Arc::default(),
        };
        (tokio::spawn(schedule.run(stop.subscribe())), done)
    };
    (0..2).map(start).collect()
}

/// Moves the clock from time to time, everybody's jobs done at each; then the other programs stop.
async fn through(
    world: &World,
    stop: &watch::Sender<bool>,
    mut others: Vec<(JoinHandle<()>, watch::Receiver<DateTime<Utc>>)>,
    times: &[&str],
) {
    for time in times {
        world.at(time).await;
        for (_, done) in &mut others {
            let at = world.clock.now();
            done.wait_for(|until| *until >= at).await.unwrap();
        }
    }
    stop.send_replace(true);
    for (other, _) in others {
        other.await.unwrap();
    }
}

/// What the bot wrote in a chat.
fn heard(chats: &Chats, user: UserId) -> Vec<String> {
    let all = chats.messages(user).into_iter();
    all.filter(|one| one.from_bot).map(|one| one.text).collect()
}

#[test]
fn three_programs_send_each_message_once_and_in_order() {
    databases::run(async {
        let Some(db) = databases::postgres().await else { return };
        let plan = plan();
        let address = "127.0.0.1:0".parse().unwrap();
        let server = Server::start(address, Clock::system(), Options::default()).await.unwrap();
        let chats = server.world();
        let users: Vec<_> = (0..30).map(|number| chats.add_user(&number.to_string())).collect();
        for user in &users {
            chats.starts(*user, None).unwrap();
        }
        let stop = watch::Sender::new(false);
        let mut programs = Vec::new();
        for _ in 0..3 {
            let store = Store::open(&db.url).await.unwrap();
            programs.push((sender(&server, &store, &plan, &stop), store));
        }
        // Queued a few at a time by each program in turn, as answers are.
        for number in 1..=20 {
            let (_, store) = &programs[number % 3];
            queue(store, &plan, users.iter().map(|user| message(*user, number)).collect()).await;
        }
        let all = |chats: &Chats| chats.count("sendMessage") >= 600;
        assert!(chats.wait_until(all, SOON).await, "{} are sent", chats.count("sendMessage"));
        stop.send_replace(true);
        for (program, _) in &mut programs {
            program.await.unwrap();
        }
        assert_eq!(chats.count("sendMessage"), 600, "each is sent once");
        let in_order: Vec<String> = (1..=20).map(|number: i32| number.to_string()).collect();
        for user in users {
            assert_eq!(heard(&chats, user), in_order);
        }
        server.stop().await;
    });
}

#[test]
fn a_chat_is_held_by_one_program_until_it_is_gone() {
    databases::run(async {
        let Some(db) = databases::postgres().await else { return };
        let plan = plan();
        let (first, second) =
            (Store::open(&db.url).await.unwrap(), Store::open(&db.url).await.unwrap());
        let chats = [ChatId(1), ChatId(2)].map(|chat| (PlanNo(0), chat));
        assert_eq!(first.alive(&[&plan]).await.unwrap(), 1);
        assert_eq!(second.alive(&[&plan]).await.unwrap(), 2);
        assert_eq!(first.take_chats(&[&plan], &chats).await.unwrap(), chats.into());
        assert_eq!(
            first.take_chats(&[&plan], &chats).await.unwrap(),
            chats.into(),
            "and keeps them"
        );
        assert!(second.take_chats(&[&plan], &chats).await.unwrap().is_empty());
        first.release_chats(&[&plan], &chats[..1]).await.unwrap();
        assert_eq!(second.take_chats(&[&plan], &chats).await.unwrap(), [chats[0]].into());
        // The first one is not heard of any more.
        let pool = sqlx::PgPool::connect(&db.url).await.unwrap();
        for table in [
            "chat_turn where chat_id = 2",
            "replica where name <> (select max(replica) from chat_turn where chat_id = 1)",
        ] {
            let (table, which) = table.split_once(" where ").unwrap();
            let sql =
                format!("update {table} set until = now() - interval '1 second' where {which}");
            pool.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
        }
        assert_eq!(second.take_chats(&[&plan], &chats).await.unwrap(), chats.into());
        assert_eq!(second.alive(&[&plan]).await.unwrap(), 1);
        second.leave(&[&plan]).await.unwrap();
        assert_eq!(first.take_chats(&[&plan], &chats).await.unwrap(), chats.into());
    });
}

#[test]
fn what_is_decided_later_knows_what_was_decided_before() {
    databases::run(async {
        let Some(db) = databases::postgres().await else { return };
        let plan = plan();
        let (one, other) =
            (Store::open(&db.url).await.unwrap(), Store::open(&db.url).await.unwrap());
        let mut first = one.begin().await.unwrap();
        assert_eq!(first.unseen(&[&plan], &[7]).await.unwrap(), [7].into());
        let second = tokio::spawn({
            let plan = plan.clone();
            async move {
                let mut second = other.begin().await.unwrap();
                let unseen = second.unseen(&[&plan], &[7]).await.unwrap();
                second.snapshot(&plan, &Needs::everything()).await.unwrap();
                unseen
            }
        });
        first.save(&plan, &Effects::default(), &[7], &[], Clock::system().now()).await.unwrap();
        assert!(!second.is_finished(), "it waits for its turn");
        first.commit().await.unwrap();
        assert!(second.await.unwrap().is_empty(), "and sees what was done in the first one's");
    });
}

#[test]
fn a_job_is_done_once_whoever_does_it() {
    databases::run(async {
        let Some(db) = databases::postgres().await else { return };
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await.user;
        let stop = watch::Sender::new(false);
        let others = schedules(&world, &stop);
        let times =
            ["2019-06-18 09:00", "2019-06-20 09:00", "2019-06-21 09:00", "2019-06-21 16:00"];
        through(&world, &stop, others, &times).await;
        let mut runs: BTreeMap<(String, String), usize> = BTreeMap::new();
        for run in world.store.latest_runs(&world.plan, 100).await.unwrap() {
            // The desk's job looks every working day, and is counted no less.
            let daily = run.job == "desk" && run.due.to_string().contains("2019-06-20");
            if daily || !["first-start", "desk"].contains(&&*run.job) {
                *runs.entry((run.job, run.due.to_string())).or_default() += 1;
            }
        }
        assert_eq!(runs.len(), 7, "{runs:#?}");
        assert!(runs.values().all(|count| *count == 1));
        let said = heard(&world.chats, liaison);
        for words in ["报送提醒", "今日截止", "逾期催报"] {
            assert_eq!(said.iter().filter(|text| text.contains(words)).count(), 1, "{said:#?}");
        }
        world.close().await;
    });
}

#[test]
fn a_draft_that_several_programs_tend_is_shown_once_and_issued_once() {
    databases::run(async {
        let Some(db) = databases::postgres().await else { return };
        let plan = plan_with(&[("approval = \"auto\"", "approval = \"office\"")]);
        let world = World::open_with(&db.url, plan).await;
        let office = world.office().await;
        let group = world.group("领导小组", "领导小组", &office).await;
        let stop = watch::Sender::new(false);
        let others = schedules(&world, &stop);
        let times = ["2019-06-21 15:00", "2019-06-21 16:00", "2019-06-21 17:00"];
        through(&world, &stop, others, &times).await;
        world.at("2019-06-21 17:01").await;
        let count = |all: Vec<liaison_bot::rehearsal::MessageView>, words: &str| {
            all.iter().filter(|message| message.text.contains(words)).count()
        };
        assert_eq!(count(world.chats.messages(office.user), "2019年第25期通报已发布"), 1);
        assert_eq!(count(world.chats.messages(group), "工作通报"), 1);
        let acts = db.texts("select act from audit where act like 'draft%' order by id").await;
        assert_eq!(acts, ["draft-issued"]);
        assert_eq!(db.texts("select period from bulletin").await.len(), 1);
        world.close().await;
    });
}

on_both! {
    async fn two_plans_share_a_database_and_nothing_else(db: Database) {
        let ours = plan();
        let mut other = Plan::clone(&ours);
        "another-county".clone_into(&mut other.id);
        let store = Store::open(&db.url).await.unwrap();
        let now = Clock::system().now();
        for plan in [&*ours, &other] {
            // The same numbers, keys and names in both.
            queue(&store, plan, vec![message(UserId(1), 1)]).await;
            let mut work = store.begin().await.unwrap();
            assert_eq!(work.unseen(&[plan], &[7]).await.unwrap(), [7].into());
            work.save(plan, &crate::store::report(plan, 7, 1, 2), &[7], &[], now).await.unwrap();
            work.commit().await.unwrap();
        }
        for plan in [&*ours, &other] {
            let queued = store.queued(&[plan], 10, 10, &[].into(), 0).await.unwrap().rows;
            assert_eq!(queued.len(), 1, "its own and no other");
            assert_eq!(store.queued_count(plan).await.unwrap(), 1);
            store.mark_sent(&[(queued[0].id, Some(9))], now).await.unwrap();
            assert_eq!(store.queued_count(plan).await.unwrap(), 0);
        }
    }
}
