//! A bot in a world: the real parts over the rehearsal's Bot API server, at a time the test sets.
//!
//! Tests read as conversations: `liaison.says("小升规 2").await` gives everything the bot answered,
//! as people read it, buttons in square brackets.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, Utc};
use liaison_bot::cli;
use liaison_bot::cli::app::{App, Parts};
use liaison_bot::cli::watch::Watched;
use liaison_bot::clock::Clock;
use liaison_bot::conversation::binding::new_invite;
use liaison_bot::conversation::{Account, Desk, Desks, Effects, Needs, Role, Snapshot};
use liaison_bot::picture::Fonts;
use liaison_bot::plan::Plan;
use liaison_bot::plan::period::local_instant;
use liaison_bot::rehearsal::{
    ChatId, HandIn, MessageId, MessageView, Options, Server, UpdateId, UserId, World as Chats,
};
use liaison_bot::robots::Robots;
use liaison_bot::store::Store;
use liaison_bot::telegram::connect::{self, Token};
use liaison_bot::telegram::intake::fresh_code;
use liaison_bot::telegram::pace::Limits;
use liaison_bot::telegram::webhook::{self, Door};
use liaison_bot::watch::Watch;
use tokio::net::TcpListener;

/// How long a test waits for something that must happen.
const PATIENCE: Duration = Duration::from_secs(30);

/// The bot and everybody around it.
pub struct World {
    pub chats: Chats,
    pub clock: Clock,
    pub store: Store,
    /// The plan that most tests are about: the first one.
    pub plan: Arc<Plan>,
    plans: Vec<Arc<Plan>>,
    parts: Parts,
    /// Where Telegram calls, if the bot does not poll.
    pub door: Option<SocketAddr>,
    pub watched: Watched,
    app: Option<App>,
    server: Server,
    seen: Arc<Mutex<HashMap<ChatId, MessageId>>>,
}

/// Somebody who writes to the bot.
pub struct Person<'w> {
    world: &'w World,
    pub user: UserId,
}

/// The plan of the county.
pub fn plan() -> Arc<Plan> {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/seeds/lanxi-2018-2020");
    Arc::new(liaison_bot::cli::load(dir.as_ref()).unwrap())
}

/// The same with changes of `plan.toml`: what is there, and what stands there instead.
pub fn plan_with(changes: &[(&str, &str)]) -> Arc<Plan> {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/seeds/lanxi-2018-2020");
    let mut folder = liaison_bot::cli::check_plan::read_folder(dir.as_ref()).unwrap();
    for (from, to) in changes {
        assert!(folder.plan_toml.contains(from), "{from}");
        folder.plan_toml = folder.plan_toml.replace(from, to);
    }
    Arc::new(folder.load().unwrap())
}

impl World {
    /// A world with nobody bound, on Monday of week 25 of 2019, 08:30.
    pub async fn open(url: &str) -> Self {
        Self::begin(url, vec![plan()], false, Limits::NONE).await
    }

    /// A world on a database that has been lived with, at a time after all that is in it: everybody
    /// whom it knows is there, and every group.
    pub async fn goes_on(url: &str, at: &str) -> Self {
        Self::begin_at(Some(at), url, vec![plan()], false, Limits::NONE).await
    }

    /// The same with another plan.
    pub async fn open_with(url: &str, plan: Arc<Plan>) -> Self {
        Self::begin(url, vec![plan], false, Limits::NONE).await
    }

    /// The same with a bot that Telegram calls.
    pub async fn open_by_webhook(url: &str) -> Self {
        Self::begin(url, vec![plan()], true, Limits::NONE).await
    }

    /// The same with a bot that keeps limits.
    pub async fn open_paced(url: &str, limits: Limits) -> Self {
        Self::begin(url, vec![plan()], false, limits).await
    }

    /// The same with several plans.
    pub async fn open_plans(url: &str, plans: Vec<Arc<Plan>>) -> Self {
        Self::begin(url, plans, false, Limits::NONE).await
    }

    async fn begin(url: &str, plans: Vec<Arc<Plan>>, webhook: bool, limits: Limits) -> Self {
        Self::begin_at(None, url, plans, webhook, limits).await
    }

    async fn begin_at(
        later: Option<&str>,
        url: &str,
        plans: Vec<Arc<Plan>>,
        webhook: bool,
        limits: Limits,
    ) -> Self {
        let plan = plans[0].clone();
        let start = local_instant(local(later.unwrap_or("2019-06-17 08:30")), plan.zone);
        let clock = Clock::stopped_at(start);
        let store = Store::open(url).await.unwrap();
        let address = "127.0.0.1:0".parse().unwrap();
        let server = Server::start(address, clock.clone(), Options::default()).await.unwrap();
        let token = Token::new(server.token()).unwrap();
        let bot = connect::bot(&token, Some(&server.api_url())).unwrap();
        let name = connect::user_name(&bot).await.unwrap();
        let desk =
            |plan: &Arc<Plan>| Desk::new(plan.clone(), name.clone()).with_fonts(Fonts::shipped());
        let desks = Desks::new(plans.iter().map(desk).collect());
        let watch = Arc::<Watch>::default();
        let watched = Watched::new(watch.clone(), store.clone(), plans.clone(), clock.clone());
        let parts = Parts {
            desks,
            store: store.clone(),
            bot,
            clock: clock.clone(),
            limits,
            watch,
            robots: Arc::default(),
        };
        let chats = server.world();
        if later.is_some() {
            meet_again(&plan, &store, &chats).await;
        }
        let (app, door, seen) = (None, None, Arc::default());
        let mut world =
            Self { chats, clock, store, plan, plans, parts, door, watched, app, server, seen };
        if webhook {
            world.door = Some("127.0.0.1:0".parse().unwrap());
        }
        world.restart().await;
        world.jobs_done(start).await;
        world
    }

    /// Stops the bot and starts it again, on the same database and the same Telegram.
    pub async fn restart(&mut self) {
        self.halt().await;
        let Some(address) = self.door else {
            self.app = Some(App::start(&self.parts));
            return;
        };
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let url = format!("http://{address}/telegram");
        connect::set_webhook(&self.parts.bot, &url, 40).await.unwrap();
        self.door = Some(address);
        let door = Door { listener, path: "/telegram".to_owned() };
        self.app = Some(App::start_behind(&self.parts, door));
    }

    /// The bot's token.
    pub fn token(&self) -> &str {
        self.server.token()
    }

    /// What Telegram brings with each call.
    pub fn secret(&self) -> String {
        webhook::secret(&self.parts.bot)
    }

    /// Stops the bot.
    pub async fn halt(&mut self) {
        if let Some(app) = self.app.take() {
            app.stop().await;
        }
    }

    /// Starts the bot anew with these group robots, as `serve` does with those of the settings.
    pub async fn with_robots(&mut self, robots: Robots) {
        self.halt().await;
        self.parts.robots = Arc::new(robots);
        let groups = self.parts.robots.groups();
        cli::robots::bind(&self.plan, &self.store, groups, self.clock.now()).await.unwrap();
        self.app = Some(App::start(&self.parts));
    }

    /// What a program needs to be the bot of this Telegram: token and address.
    pub fn telegram(&self) -> [(&'static str, String); 2] {
        let token = self.server.token().to_owned();
        [("TELOXIDE_TOKEN", token), ("TELOXIDE_API_URL", self.server.api_url())]
    }

    /// Ends the test: everything is stopped.
    pub async fn close(mut self) {
        self.halt().await;
        self.server.stop().await;
    }

    /// Somebody the bot does not know.
    pub fn stranger(&self, name: &str) -> Person<'_> {
        Person { world: self, user: self.chats.add_user(name) }
    }

    /// Somebody who is there already.
    pub fn person(&self, user: UserId) -> Person<'_> {
        Person { world: self, user }
    }

    /// The first whom the database knows by this.
    pub async fn known(&self, wanted: impl Fn(&Account) -> bool) -> Person<'_> {
        let accounts = whole(&self.plan, &self.store).await.accounts;
        let user = accounts.values().filter(|one| wanted(one)).map(|one| one.user).min();
        Person { world: self, user: UserId(user.expect("the database knows them").0) }
    }

    /// A liaison of a unit, bound; the welcome is read and put away.
    pub async fn liaison(&self, unit: &str) -> Person<'_> {
        self.bound(Role::Liaison, Some(unit)).await
    }

    /// An office account, bound.
    pub async fn office(&self) -> Person<'_> {
        self.bound(Role::Office, None).await
    }

    /// A member of the leadership group, bound.
    pub async fn leader(&self) -> Person<'_> {
        self.bound(Role::Leader, None).await
    }

    /// Somebody bound in one of several plans.
    pub async fn bound_in(&self, plan: &Plan, role: Role, unit: Option<&str>) -> Person<'_> {
        let person = self.stranger(unit.unwrap_or("办公室"));
        person.starts(Some(&self.invitation_to(plan, role, unit).await)).await;
        person
    }

    async fn bound(&self, role: Role, unit: Option<&str>) -> Person<'_> {
        let person = self.stranger(unit.unwrap_or("办公室"));
        let code = self.invitation(role, unit).await;
        person.starts(Some(&code)).await;
        person
    }

    /// A code as `liaison-bot invite` makes it.
    pub async fn invitation(&self, role: Role, unit: Option<&str>) -> String {
        self.invitation_to(&self.plan, role, unit).await
    }

    /// The same for one of several plans.
    pub async fn invitation_to(&self, plan: &Plan, role: Role, unit: Option<&str>) -> String {
        let code = fresh_code();
        let unit = unit.map(|unit| plan.unit_named(unit).unwrap());
        let now = self.clock.now();
        let invite = new_invite(&code, role, unit, now);
        let effects = Effects { invites: vec![invite], ..Effects::default() };
        let mut work = self.store.begin().await.unwrap();
        work.save(plan, &effects, &[], &[], now).await.unwrap();
        work.commit().await.unwrap();
        code
    }

    /// A group that the office has bound.
    pub async fn group(&self, title: &str, kind: &str, office: &Person<'_>) -> ChatId {
        let group = self.chats.add_group(title, &[office.user], &[office.user]);
        office.says_in(group, &format!("/bind {kind}")).await;
        self.read(group);
        group
    }

    /// Moves the clock to a local time.
    pub fn set(&self, text: &str) -> DateTime<Utc> {
        let at = local_instant(local(text), self.plan.zone);
        self.clock.set(at);
        at
    }

    /// Moves the clock to a local time and waits until every job due by then is done and sent.
    pub async fn at(&self, text: &str) {
        let at = self.set(text);
        self.jobs_done(at).await;
        self.delivered().await;
    }

    async fn jobs_done(&self, at: DateTime<Utc>) {
        let Some(app) = &self.app else { return };
        let mut done = app.done_until();
        let reached = done.wait_for(|until| *until >= at);
        tokio::time::timeout(PATIENCE, reached).await.expect("jobs are done in time").unwrap();
    }

    /// Waits until the bot has confirmed an update and sent all it has to say.
    pub async fn settled(&self, update: Option<UpdateId>) {
        if let Some(update) = update {
            let done = self.chats.wait_until(|chats| chats.confirmed_through() >= update, PATIENCE);
            assert!(done.await, "the bot confirms update {update:?}");
        }
        self.delivered().await;
    }

    async fn delivered(&self) {
        let empty = async {
            for plan in &self.plans {
                while self.store.queued_count(plan).await.unwrap() > 0 {
                    tokio::time::sleep(Duration::from_millis(3)).await;
                }
            }
        };
        tokio::time::timeout(PATIENCE, empty).await.expect("the outbox empties");
    }

    /// What the bot says in a chat until a text shows up in it that was not read yet.
    pub async fn until(&self, chat: impl Into<ChatId>, text: &str) -> String {
        let chat = chat.into();
        let last = self.seen.lock().unwrap().get(&chat).copied().unwrap_or(MessageId(0));
        let there = || {
            let new = self.chats.messages(chat).into_iter().filter(|message| message.id > last);
            new.into_iter().any(|message| message.text.contains(text))
        };
        let waiting = async {
            while !there() {
                tokio::time::sleep(Duration::from_millis(3)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("{text} comes"));
        self.delivered().await;
        self.read(chat)
    }

    /// Every text the bot has sent, chat by chat.
    pub fn transcript(&self, chats: &[(&str, ChatId)]) -> String {
        let mut all = String::new();
        for (name, chat) in chats {
            all += &["════ ", name, "\n"].concat();
            for message in self.chats.messages(*chat).iter().filter(|message| message.from_bot) {
                all += &[&shown(message), "\n――――\n"].concat();
            }
        }
        all
    }

    /// The last picture or document the bot sent in a chat: its name and what is in it.
    pub fn last_file(&self, chat: impl Into<ChatId>) -> (String, Vec<u8>) {
        let sent = self.chats.messages(chat).into_iter().filter(|message| message.from_bot);
        let file =
            sent.filter_map(|message| message.file).next_back().expect("the bot sent a file");
        (file.name, self.chats.file(&file.id).expect("the file is kept").to_vec())
    }

    /// The bot's last message in a chat as it is now, however often it was edited.
    pub fn last_shown(&self, chat: impl Into<ChatId>) -> String {
        let mut sent = self.chats.messages(chat).into_iter().filter(|message| message.from_bot);
        sent.next_back().as_ref().map(shown).unwrap_or_default()
    }

    /// What the bot has said in a chat since it was last read.
    pub fn read(&self, chat: impl Into<ChatId>) -> String {
        let chat = chat.into();
        let mut seen = self.seen.lock().unwrap();
        let last = seen.get(&chat).copied().unwrap_or(MessageId(0));
        let new: Vec<MessageView> =
            self.chats.messages(chat).into_iter().filter(|message| message.id > last).collect();
        if let Some(latest) = new.last() {
            seen.insert(chat, latest.id);
        }
        let said = new.iter().filter(|message| message.from_bot && message.service.is_none());
        said.map(shown).collect::<Vec<_>>().join("\n――――\n")
    }
}

/// Everything that a plan has in a database.
async fn whole(plan: &Plan, store: &Store) -> Snapshot {
    let mut work = store.begin().await.unwrap();
    work.snapshot(plan, &Needs::everything()).await.unwrap()
}

/// Everybody and every group that a database knows, put into the chats without a word to anybody.
async fn meet_again(plan: &Plan, store: &Store, chats: &Chats) {
    let (snapshot, reached) = (whole(plan, store).await, store.reached().await.unwrap());
    chats.counts_from(reached.message, reached.update);
    for account in snapshot.accounts.values() {
        let user = UserId(account.user.0);
        chats.ensure_user(user, &account.name, None);
        chats.has_met(user, account.blocked_at.is_some());
    }
    for group in snapshot.groups.values() {
        chats.has_group(ChatId(group.chat.0), &group.title, &[], &[]);
    }
}

/// The lines of an answer that are about an indicator, and its first.
pub fn about(text: &str, names: &[&str]) -> String {
    let wanted =
        |(at, line): &(usize, &str)| *at == 0 || names.iter().any(|name| line.contains(name));
    let lines = text.lines().filter(|line| !line.starts_with("本期")).enumerate().filter(wanted);
    lines.map(|(_, line)| line).collect::<Vec<_>>().join("\n")
}

/// What is in force of an indicator, as `/my` shows it.
pub async fn now(liaison: &Person<'_>, name: &str) -> String {
    let my = liaison.says("/my").await;
    let line = my.lines().find(|line| line.contains(name)).unwrap_or_default();
    line.split('：').nth(1).unwrap_or_default().split(' ').next().unwrap_or_default().to_owned()
}

/// A message as a person sees it.
fn shown(message: &MessageView) -> String {
    let mut text = message.text.clone();
    if let Some(file) = &message.file {
        text = format!("\u{1f4ce} {}\n{text}", file.name);
    }
    for row in &message.buttons {
        let faces: Vec<String> = row.iter().map(|button| format!("[{}]", button.text)).collect();
        text.push('\n');
        text.push_str(&faces.join(" "));
    }
    text
}

fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
}

impl Person<'_> {
    /// Writes in private; gives the answer.
    pub async fn says(&self, text: &str) -> String {
        self.says_in(self.user.into(), text).await
    }

    /// Writes in a chat; gives the answer there.
    pub async fn says_in(&self, chat: ChatId, text: &str) -> String {
        self.world.read(chat);
        let said = self.world.chats.says(self.user, chat, text).unwrap();
        self.world.settled(said.update).await;
        self.world.read(chat)
    }

    /// Writes in private; gives the answer once a text has shown up in it.
    pub async fn says_until(&self, text: &str, wanted: &str) -> String {
        self.world.read(self.user);
        self.world.chats.says(self.user, self.user, text).unwrap();
        self.world.until(self.user, wanted).await
    }

    /// Sends a file in private; gives the answer.
    pub async fn sends_file(&self, name: &str, bytes: &[u8]) -> String {
        self.sends_file_with(name, bytes, "").await
    }

    /// The same with words beside it.
    pub async fn sends_file_with(&self, name: &str, bytes: &[u8], words: &str) -> String {
        self.world.read(self.user);
        let chats = &self.world.chats;
        let said = chats.sends_document(self.user, self.user, name, bytes.to_vec(), words);
        self.world.settled(said.unwrap().update).await;
        self.world.read(self.user)
    }

    /// Sends a photo in private, perhaps in reply; gives the answer.
    pub async fn sends_photo(&self, words: &str, to: Option<MessageId>) -> String {
        self.hands_in("照片.jpg", words, (true, to)).await
    }

    /// Sends a file in reply to a message in private; gives the answer.
    pub async fn replies_with(&self, to: MessageId, name: &str, words: &str) -> String {
        self.hands_in(name, words, (false, Some(to))).await
    }

    async fn hands_in(
        &self,
        name: &str,
        words: &str,
        (photo, reply_to): (bool, Option<MessageId>),
    ) -> String {
        self.world.read(self.user);
        // What is in it says whose it is, so that no two are the same.
        let bytes = [name, words, &self.user.0.to_string()].concat().into_bytes().into();
        let (name, caption) = (name.to_owned(), words.to_owned());
        let given = HandIn { name, bytes, caption, photo, reply_to };
        let said = self.world.chats.hands_in(self.user, self.user, given).unwrap();
        self.world.settled(said.update).await;
        self.world.read(self.user)
    }

    /// The bot's last message in private that holds a text.
    pub fn heard(&self, text: &str) -> MessageId {
        let all = self.world.chats.messages(self.user);
        let found = all.iter().rev().find(|one| one.from_bot && one.text.contains(text));
        found.unwrap_or_else(|| panic!("the bot said {text}")).id
    }

    /// The last file the bot sent in private: its name and what is in it.
    pub fn last_file(&self) -> (String, Vec<u8>) {
        self.world.last_file(self.user)
    }

    /// Answers a message in private; gives the answer.
    pub async fn replies(&self, to: MessageId, text: &str) -> String {
        self.world.read(self.user);
        let said = self.world.chats.replies(self.user, self.user, to, text).unwrap();
        self.world.settled(said.update).await;
        self.world.read(self.user)
    }

    /// Opens the bot, perhaps by a link; gives the answer.
    pub async fn starts(&self, code: Option<&str>) -> String {
        let said = self.world.chats.starts(self.user, code).unwrap();
        self.world.settled(said.update).await;
        self.world.read(self.user)
    }

    /// The last message of one's own in private.
    pub fn last_message(&self) -> MessageId {
        let own = |message: &&MessageView| message.from == Some(self.user);
        let all = self.world.chats.messages(self.user);
        all.iter().rev().find(own).expect("there is a message").id
    }

    /// Changes the last own message; gives the answer.
    pub async fn changes_to(&self, text: &str) -> String {
        self.changes(self.last_message(), text).await
    }

    /// Changes a message of one's own in private; gives the answer.
    pub async fn changes(&self, message: MessageId, text: &str) -> String {
        self.world.read(self.user);
        let update = self.world.chats.edits(self.user, self.user, message, text).unwrap();
        self.world.settled(update).await;
        self.world.read(self.user)
    }

    /// Presses a button of the bot's last message that has it, in private.
    pub async fn presses(&self, face: &str) -> String {
        self.presses_in(self.user.into(), face).await
    }

    /// Presses a button; gives the words that pop up, and the message as it is now.
    pub async fn presses_in(&self, chat: ChatId, face: &str) -> String {
        let all = self.world.chats.messages(chat);
        let message = all.iter().rev().find(|message| message.button(face).is_some());
        let message = message.unwrap_or_else(|| panic!("no message has a button {face}"));
        let data = message.button(face).and_then(|button| button.data()).unwrap().to_owned();
        self.presses_data(chat, message.id, &data).await
    }

    /// The message and data of a button, to be pressed when others press too.
    pub fn press_of(&self, face: &str) -> (MessageId, String) {
        let all = self.world.chats.messages(self.user);
        let message = all.iter().rev().find(|message| message.button(face).is_some());
        let message = message.unwrap_or_else(|| panic!("no message has a button {face}"));
        let data = message.button(face).and_then(|button| button.data()).unwrap().to_owned();
        (message.id, data)
    }

    /// The last message with a button, as it is now.
    pub fn sees(&self, face: &str) -> String {
        let (message, _) = self.press_of(face);
        self.world.chats.message(self.user, message).as_ref().map(shown).unwrap_or_default()
    }

    /// Sends a press as a forger would: any data under any message.
    pub async fn presses_data(&self, chat: ChatId, message: MessageId, data: &str) -> String {
        let pressed = self.world.chats.presses(self.user, chat, message, data).unwrap();
        self.world.settled(pressed.update).await;
        let answer = self.world.chats.callback_answer(pressed.query);
        let answer = answer.map(|answer| answer.text).unwrap_or_default();
        let now = self.world.chats.message(chat, message);
        format!("({answer})\n{}", now.as_ref().map(shown).unwrap_or_default())
    }
}
