//! A Bot API server that does nothing but measure: liaisons in a closed loop, each of whom reports
//! again as soon as the bot has answered. No limits, no faults, nothing kept.
//!
//! All subjects of a run are measured against this one; what it can do by itself is in the run's
//! `floor` line. The rehearsal's server keeps every chat as people would see it, and would be the
//! slower side.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::spawn_local;

use super::http::{Line, Message, answer, find};
use super::webhook::{self, Webhook};

/// What is reported on: the first twelve that units carry.
pub const NAMES: [&str; 12] = [
    "新增小微企业",
    "八大产业",
    "个转企",
    "淘汰落后产能",
    "低散乱",
    "小升规",
    "科技型企业",
    "股份公司",
    "限上企业",
    "外贸出口实绩企业",
    "进出口备案",
    "小微企业园",
];

/// Figures in one message.
pub const PAIRS: u8 = 3;

/// Numbers of chats and people begin after this one.
pub const FIRST_CHAT: i64 = 1_000_000_000;

/// The totals that are reported begin here and grow by one with each message of a person.
const FIRST_TOTAL: u32 = 2_000;

/// Numbers of messages begin after this one: smaller ones are in the history of `growth`.
const FIRST_MESSAGE: u32 = 1_000_000;

/// The server's data, shared by its lines.
#[derive(Clone)]
pub struct Board {
    state: Rc<RefCell<State>>,
    pub(super) news: Rc<Notify>,
}

#[derive(Default)]
pub struct State {
    liaisons: Vec<Liaison>,
    queue: VecDeque<(i64, String)>,
    last_update: i64,
    running: bool,
    times: Option<Vec<u32>>,
    /// Answers to messages.
    pub replies: u64,
    /// Answers that do not read back what was reported.
    pub wrong: u64,
    /// Messages of the bot that answer nothing, and when the first of them came.
    pub extra: u64,
    pub first_extra: Option<Instant>,
    /// When the bot first asked for updates, or asked to be called.
    pub ready: Option<Instant>,
    /// An answer as it came, to be looked at.
    pub example: Vec<u8>,
    webhook: Option<Webhook>,
}

#[derive(Clone, Default)]
struct Liaison {
    messages: u32,
    since: Option<Instant>,
}

impl Board {
    /// Serves on a port of its own; the address.
    pub async fn serve(liaisons: usize) -> (Self, String) {
        let state = State { liaisons: vec![Liaison::default(); liaisons], ..State::default() };
        let board = Self { state: Rc::new(RefCell::new(state)), news: Rc::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it is bound").to_string();
        let serving = board.clone();
        spawn_local(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let board = serving.clone();
                spawn_local(async move {
                    // A line that breaks is the bot's to open again.
                    let Ok(line) = Line::new(stream) else { return };
                    let _ = board.answer_all(line).await;
                });
            }
        });
        (board, address)
    }

    /// Looks at the data, or changes it.
    pub fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.borrow_mut())
    }

    /// Lets everybody write.
    pub fn begin(&self) {
        let count = self.with(|state| {
            state.running = true;
            state.liaisons.len()
        });
        for liaison in 0..count {
            self.says(liaison);
        }
    }

    /// Lets everybody finish; how many were not answered.
    pub async fn end(&self) -> usize {
        self.with(|state| state.running = false);
        let waiting =
            || self.with(|state| state.liaisons.iter().filter(|one| one.since.is_some()).count());
        let begun = Instant::now();
        while waiting() > 0 && begun.elapsed() < Duration::from_secs(10) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        waiting()
    }

    /// Times of answers from here on, in microseconds; those until here.
    pub fn times(&self) -> Vec<u32> {
        self.with(|state| state.times.replace(Vec::with_capacity(1 << 20)).unwrap_or_default())
    }

    /// Forgets what a former start of the bot said.
    pub fn forget(&self) {
        self.with(|state| (state.ready, state.webhook) = (None, None));
    }

    /// The next update that no call has in hand.
    pub(super) fn next(&self) -> Option<String> {
        self.with(|state| state.queue.pop_front().map(|(_, update)| update))
    }

    /// It was not taken: it is brought again.
    pub(super) fn again(&self, update: String) {
        self.with(|state| state.queue.push_front((0, update)));
        self.news.notify_one();
    }

    fn says(&self, liaison: usize) {
        self.with(|state| {
            state.last_update += 1;
            let update = state.last_update;
            let one = &mut state.liaisons[liaison];
            one.messages += 1;
            one.since = Some(Instant::now());
            let (chat, message) = (chat(liaison), FIRST_MESSAGE + one.messages);
            let (first, total) = (usize::from(PAIRS) * one.messages as usize, FIRST_TOTAL + one.messages);
            let pairs = (first..first + usize::from(PAIRS)).map(|at| NAMES[at % NAMES.len()]);
            let text: Vec<String> = pairs.map(|name| format!("{name}{total}")).collect();
            let date = chrono::Utc::now().timestamp();
            let update_text = format!(
                "{{\"update_id\":{update},\"message\":{{\"message_id\":{message},\"from\":{{\"id\":{chat},\
                 \"is_bot\":false,\"first_name\":\"联络员{liaison}\",\"language_code\":\"zh-hans\"}},\
                 \"chat\":{{\"id\":{chat},\"first_name\":\"联络员{liaison}\",\"type\":\"private\"}},\
                 \"date\":{date},\"text\":\"{}\"}}}}",
                text.join("，")
            );
            state.queue.push_back((update, update_text));
        });
        self.news.notify_one();
    }

    async fn answer_all(&self, mut line: Line) -> std::io::Result<()> {
        while let Some(request) = line.read().await? {
            let path = request.first.split(' ').nth(1).unwrap_or_default();
            let method = path.split('?').next().unwrap_or_default();
            let method = method.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
            let body = match method.as_str() {
                "getupdates" => self.updates(&request).await,
                "sendmessage" => self.sent(&request),
                "getme" => "{\"ok\":true,\"result\":{\"id\":5000000001,\"is_bot\":true,\
                    \"first_name\":\"bench\",\"username\":\"bench_bot\",\"can_join_groups\":true,\
                    \"can_read_all_group_messages\":false,\"supports_inline_queries\":false,\
                    \"can_connect_to_business\":false,\"has_main_web_app\":false}}"
                    .to_owned(),
                "getwebhookinfo" => "{\"ok\":true,\"result\":{\"url\":\"\",\
                    \"has_custom_certificate\":false,\"pending_update_count\":0}}"
                    .to_owned(),
                "setwebhook" => {
                    self.set_webhook(&request);
                    ok("true")
                }
                _ => ok("true"),
            };
            line.write(&answer(&body)).await?;
        }
        Ok(())
    }

    async fn updates(&self, request: &Message) -> String {
        let number = |name: &str| number(&request.body, name);
        let offset = number("offset").unwrap_or(0);
        let limit = number("limit").filter(|limit| (1..=100).contains(limit)).unwrap_or(100);
        let wait = Duration::from_secs(number("timeout").unwrap_or(0).clamp(0, 50).unsigned_abs());
        let until = tokio::time::Instant::now() + wait;
        self.with(|state| {
            state.ready.get_or_insert_with(Instant::now);
            while state.queue.front().is_some_and(|(update, _)| *update < offset) {
                state.queue.pop_front();
            }
        });
        loop {
            let batch = self.with(|state| {
                let limit = usize::try_from(limit).unwrap_or(100);
                let batch: Vec<&str> =
                    state.queue.iter().take(limit).map(|(_, update)| update.as_str()).collect();
                (!batch.is_empty()).then(|| batch.join(","))
            });
            if let Some(batch) = batch {
                return ok(&format!("[{batch}]"));
            }
            if tokio::time::timeout_at(until, self.news.notified()).await.is_err() {
                return ok("[]");
            }
        }
    }

    fn sent(&self, request: &Message) -> String {
        let chat = number(&request.body, "chat_id").unwrap_or(0);
        let liaison = usize::try_from(chat - FIRST_CHAT - 1).unwrap_or(usize::MAX);
        let next = self.with(|state| {
            let one = state.liaisons.get_mut(liaison);
            let Some((one, since)) = one.and_then(|one| one.since.take().map(|at| (one, at)))
            else {
                state.extra += 1;
                state.first_extra.get_or_insert_with(Instant::now);
                return false;
            };
            let total = (FIRST_TOTAL + one.messages).to_string();
            state.replies += 1;
            if find(&request.body, total.as_bytes()).is_none() {
                state.wrong += 1;
                state.example.clone_from(&request.body);
            }
            if state.example.is_empty() {
                state.example.clone_from(&request.body);
            }
            if let Some(times) = &mut state.times {
                times.push(u32::try_from(since.elapsed().as_micros()).unwrap_or(u32::MAX));
            }
            state.running
        });
        if next {
            self.says(liaison);
        }
        let date = chrono::Utc::now().timestamp();
        ok(&format!(
            "{{\"message_id\":7,\"from\":{{\"id\":5000000001,\"is_bot\":true,\"first_name\":\"bench\",\
             \"username\":\"bench_bot\"}},\"chat\":{{\"id\":{chat},\"first_name\":\"联络员\",\
             \"type\":\"private\"}},\"date\":{date},\"text\":\"已登记\"}}"
        ))
    }

    fn set_webhook(&self, request: &Message) {
        let Some(webhook) = Webhook::read(&request.body) else { return };
        let begun = self.with(|state| {
            state.ready.get_or_insert_with(Instant::now);
            state.webhook.replace(webhook.clone()).is_some()
        });
        if !begun {
            webhook::call(self, &webhook);
        }
    }
}

/// The chat of a liaison.
pub fn chat(liaison: usize) -> i64 {
    FIRST_CHAT + 1 + i64::try_from(liaison).expect("few")
}

fn ok(result: &str) -> String {
    format!("{{\"ok\":true,\"result\":{result}}}")
}

/// A number in JSON, in a form or in a part of one, whatever stands between it and its name.
fn number(body: &[u8], name: &str) -> Option<i64> {
    let rest = &body[find(body, name.as_bytes())? + name.len()..];
    let from = rest.iter().take(8).position(|byte| byte.is_ascii_digit() || *byte == b'-')?;
    let digits = rest[from..].iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'-');
    String::from_utf8(digits.copied().collect()).ok()?.parse().ok()
}
