//! Closed-loop liaisons: each writes again once it has its answer, and now and then takes a report
//! back.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use liaison_bot::conversation::binding::new_invite;
use liaison_bot::conversation::{Effects, Role};
use liaison_bot::rehearsal::{
    ChatId, MessageId, MessageView, Said, UpdateId, UserId, World as Chats,
};
use liaison_bot::store::Store;
use liaison_bot::telegram::intake::fresh_code;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use super::PATIENCE;
use super::county::County;

/// How many there are.
const PEOPLE: usize = 12;

/// What one liaison did, and was told.
pub struct Done {
    pub unit: String,
    /// What the history of its figure must be: origin and total in force.
    pub history: Vec<(&'static str, Option<i64>)>,
    pub messages: usize,
    pub presses: usize,
}

pub struct Liaisons {
    pub group: ChatId,
    /// Every chat the bot writes to.
    pub chats: Vec<ChatId>,
    /// The last update before any of this.
    pub before: UpdateId,
    people: JoinSet<Done>,
    posts: watch::Receiver<u64>,
    post_office: JoinHandle<()>,
}

impl Liaisons {
    /// Invites and binds an office with its group and a number of liaisons, and lets them begin.
    pub async fn begin(chats: &Chats, county: &Arc<County>, stop: &Arc<AtomicBool>) -> Self {
        let before = chats.last_update();
        let mut followed = chats.follow_bot();
        let (count, posts) = watch::channel(0);
        let mut boxes: HashMap<ChatId, UnboundedSender<MessageId>> = HashMap::new();
        let units: Vec<String> =
            county.plan.units().take(PEOPLE).map(|(_, unit)| unit.name.clone()).collect();
        let office = chats.add_user("办公室");
        let mut codes = invite(county, &units).await;
        let start = chats.starts(office, codes.pop().as_deref()).unwrap();
        confirmed(chats, start).await;
        let group = chats.add_group("领导小组", &[office], &[office]);
        let mut all = vec![group, office.into()];
        let mut people = JoinSet::new();
        for (unit, code) in units.into_iter().zip(codes) {
            let user = chats.add_user(&unit);
            let (sender, inbox) = unbounded_channel();
            boxes.insert(user.into(), sender);
            all.push(user.into());
            let (chats, stop) = (chats.clone(), stop.clone());
            people.spawn(work(chats, user, unit, code, inbox, stop));
        }
        let post_office = tokio::spawn(async move {
            while let Some((chat, message)) = followed.recv().await {
                count.send_modify(|count| *count += 1);
                if let Some(inbox) = boxes.get(&chat) {
                    // Who is done reads no more.
                    let _ = inbox.send(message);
                }
            }
        });
        let bound = chats.says(office, group, "/bind 领导小组").unwrap();
        confirmed(chats, bound).await;
        Self { group, chats: all, before, people, posts, post_office }
    }

    /// Waits until the bot has sent something more.
    pub async fn next_post(&mut self, patience: Duration) {
        self.posts.borrow_and_update();
        tokio::time::timeout(patience, self.posts.changed()).await.expect("the bot sends").unwrap();
    }

    /// Lets everybody come to an end.
    pub async fn end(&mut self, stop: &AtomicBool) -> Vec<Done> {
        stop.store(true, Ordering::Relaxed);
        let mut all = Vec::new();
        while let Some(done) = self.people.join_next().await {
            all.push(done.expect("every message was answered"));
        }
        self.post_office.abort();
        all
    }
}

/// A code for each unit, and at the end one for the office.
async fn invite(county: &County, units: &[String]) -> Vec<String> {
    let store = Store::open_beside(&county.database).await.unwrap();
    let now = liaison_bot::clock::Clock::system().now();
    let units = units.iter().map(|unit| county.plan.unit_named(unit));
    let wanted = units.map(|unit| (Role::Liaison, unit)).chain([(Role::Office, None)]);
    let mut effects = Effects::default();
    let mut codes = Vec::new();
    for (role, unit) in wanted {
        let code = fresh_code();
        effects.invites.push(new_invite(&code, role, unit, now));
        codes.push(code);
    }
    let mut work = store.begin().await.unwrap();
    work.save(&county.plan, &effects, &[], &[], now).await.unwrap();
    work.commit().await.unwrap();
    store.close().await;
    codes
}

async fn confirmed(chats: &Chats, said: Said) {
    let done =
        |chats: &Chats| said.update.is_some_and(|update| chats.confirmed_through() >= update);
    assert!(chats.wait_until(done, PATIENCE).await, "{said:?} is confirmed");
}

/// The answer with these words.
async fn answer(
    chats: &Chats,
    user: UserId,
    words: &str,
    inbox: &mut UnboundedReceiver<MessageId>,
) -> MessageView {
    let found = async {
        loop {
            let message = inbox.recv().await.expect("the post office works");
            let message = chats.message(user, message).expect("it was posted");
            if message.text.contains(words) {
                return message;
            }
        }
    };
    let found = tokio::time::timeout(PATIENCE, found).await;
    found.unwrap_or_else(|_| {
        let all: Vec<String> = chats.messages(user).into_iter().map(|one| one.text).collect();
        panic!("no {words}: {all:#?}")
    })
}

async fn work(
    chats: Chats,
    user: UserId,
    unit: String,
    code: String,
    mut inbox: UnboundedReceiver<MessageId>,
    stop: Arc<AtomicBool>,
) -> Done {
    let start = chats.starts(user, Some(&code)).unwrap();
    confirmed(&chats, start).await;
    let mut done = Done { unit, history: Vec::new(), messages: 0, presses: 0 };
    // No total comes twice, so that an answer sent twice is not taken for another one.
    let (mut total, mut in_force) = (0, None);
    while !stop.load(Ordering::Relaxed) {
        total += 1;
        done.messages += 1;
        // One increment: the same one again in a period would be asked about.
        let (origin, text) = if total == 2 {
            ("increment", "小微企业+1".to_owned())
        } else {
            ("total", format!("小微企业{total}"))
        };
        chats.says(user, user, &text).unwrap();
        let words = format!("小微企业\u{ff1a}{total}家");
        let answer = answer(&chats, user, &words, &mut inbox).await;
        let before = in_force.replace(total);
        done.history.push((origin, in_force));
        if done.messages.is_multiple_of(4) {
            let data = answer.button("撤回").and_then(|button| button.data()).unwrap();
            chats.presses(user, user, answer.id, data).unwrap();
            let withdrawn = |chats: &Chats| {
                chats.message(user, answer.id).is_some_and(|now| now.text.contains("已撤回"))
            };
            assert!(chats.wait_until(withdrawn, PATIENCE).await, "{text} is withdrawn");
            done.presses += 1;
            in_force = before;
            done.history.push(("withdrawal", in_force));
        }
    }
    done
}
