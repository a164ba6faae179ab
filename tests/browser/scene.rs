//! A county on the stage: people, a group, a plan of jobs, and a bot that repeats what it hears.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use liaison_bot::clock::Clock;
use liaison_bot::rehearsal::{
    ChatId, Host, HostEvent, Options, Persona, Server, Stage, UserId, Wording, World,
};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

pub struct Scene {
    server: Server,
    bot: Bot,
    tasks: Vec<JoinHandle<()>>,
    pub wang: UserId,
    pub group: ChatId,
}

impl Scene {
    pub async fn open() -> Self {
        let clock = Clock::stopped_at("2019-06-17T01:30:00Z".parse().unwrap());
        let address = "127.0.0.1:0".parse().unwrap();
        let server = Server::start(address, clock.clone(), Options::default()).await.unwrap();
        let world = server.world();
        let wang = world.add_user("王芳");
        let stage = stage(&world, wang);
        let chen = stage.personas[1].user;
        let group = world.add_group("攻坚计划领导小组", &[wang], &[chen]);
        world.set_stage(stage);
        let plan = Arc::new(Plan::default());
        world.set_host(plan.clone());
        let bot = Bot { address: format!("{}/bot{}", server.api_url(), server.token()) };
        bot.call(
            "setMyCommands",
            json!({ "commands": [
            { "command": "report", "description": "上报本期数字" },
            { "command": "mine", "description": "我的进度" },
            { "command": "help", "description": "使用说明" },
        ] }),
        )
        .await;
        let tasks = vec![
            tokio::spawn(bot.clone().listen()),
            tokio::spawn(remind(plan, clock, bot.clone(), world, wang)),
        ];
        Self { server, bot, tasks, wang, group }
    }

    pub fn url(&self) -> String {
        self.server.api_url()
    }

    pub async fn close(self) {
        for task in &self.tasks {
            task.abort();
        }
        self.server.stop().await;
    }

    /// What a week leaves behind, for pictures.
    pub async fn a_busy_week(&self) {
        let world = self.server.world();
        let said = world
            .says(self.wang, self.wang, "新增小微企业120家，八大产业45家，其余同上期")
            .unwrap();
        let text = "<b>第24期数字已收到</b>\n兰江街道 · 截止6月21日 17:00\n\n\
            <pre>指标            本期   累计   完成率\n新增小微企业     120    845   56.3%\n\
            八大产业          45    301   60.2%</pre>\n\
            <i>较序时进度快 1.2 个百分点。</i>\n请核对，如有误请直接修改原消息。";
        self.bot.call("sendMessage", json!({
            "chat_id": self.wang, "parse_mode": "HTML", "text": text,
            "reply_parameters": { "message_id": said.message },
            "reply_markup": { "inline_keyboard": [
                [{ "text": "确认无误", "callback_data": "ok" }, { "text": "我要更正", "callback_data": "fix" }],
                [{ "text": "查看通报", "url": "https://example.org/" }],
            ] },
        }))
        .await;
        world
            .sends_document(self.wang, self.wang, "上半年工作总结.docx", "总结", "报送材料")
            .unwrap();
        self.bot.call("sendMessage", json!({
            "chat_id": self.wang, "parse_mode": "HTML",
            "text": "材料<b>《上半年工作总结》</b>已收到，已转<a href=\"https://example.org/\">市经信局</a>。",
        }))
        .await;
        self.bot.call("sendMessage", json!({
            "chat_id": self.group, "parse_mode": "HTML",
            "text": "<b>攻坚计划通报（第24期）</b>\n截至6月21日17:00，17个单位中15个已报送。\n\
                <b>一、总体情况</b>\n达到序时进度指标12项，占比66.7%。\n\
                <blockquote>未按要求报送：永昌街道、梅江镇。</blockquote>",
        }))
        .await;
    }
}

fn stage(world: &World, wang: UserId) -> Stage {
    let persona = |user, label: &str, role: &str, code: Option<&str>| Persona {
        user,
        label: Wording::same(label),
        role: Wording::same(role),
        start_code: code.map(str::to_owned),
    };
    let mut personas = vec![
        persona(world.add_user("李敏"), "领导小组办公室 李敏", "办公室和领导", Some("BG01")),
        persona(world.add_user("陈志明"), "领导小组组长 陈志明", "办公室和领导", Some("LD01")),
        persona(wang, "兰江街道联络员 王芳", "联络员", Some("LJ01")),
    ];
    for (place, name) in [
        ("云山街道", "周建国"),
        ("上华街道", "方晓燕"),
        ("永昌街道", "吴国平"),
        ("赤溪街道", "徐丽"),
        ("游埠镇", "童伟"),
        ("诸葛镇", "诸葛亮平"),
        ("梅江镇", "陈芳"),
    ] {
        let label = format!("{place}联络员 {name}");
        personas.push(persona(world.add_user(name), &label, "联络员", None));
    }
    personas.push(persona(world.add_user("赵刚"), "市经信局 赵刚", "牵头部门", None));
    Stage { personas }
}

/// Jobs on two days, as a schedule would have them.
#[derive(Default)]
struct Plan {
    done: Mutex<Vec<HostEvent>>,
}

const JOBS: [(&str, &str); 2] =
    [("2019-06-21T01:00:00Z", "催报：第24期"), ("2019-06-21T09:00:00Z", "截止：第24期")];

impl Host for Plan {
    fn title(&self) -> Wording {
        Wording::new("兰溪市三年攻坚计划", "Lanxi three-year plan")
    }

    fn zone(&self) -> chrono_tz::Tz {
        chrono_tz::Asia::Shanghai
    }

    fn next_job(&self) -> Option<(DateTime<Utc>, Wording)> {
        let (at, what) = JOBS.get(self.done.lock().unwrap().len())?;
        Some((at.parse().unwrap(), Wording::same(*what)))
    }

    fn next_deadline(&self) -> Option<DateTime<Utc>> {
        JOBS[1].0.parse().ok()
    }

    fn events(&self, after: u64) -> Vec<HostEvent> {
        let done = self.done.lock().unwrap();
        done.iter().filter(|event| event.id > after).cloned().collect()
    }

    fn warning(&self) -> Option<Wording> {
        Some(Wording::new("演练数据，均为虚构", "All made up"))
    }
}

async fn remind(plan: Arc<Plan>, clock: Clock, bot: Bot, world: World, wang: UserId) {
    while let Some((at, what)) = plan.next_job() {
        clock.sleep_until(at).await;
        let text = format!("{}，您有3项未报，请于今天17:00前报送。", what.zh);
        bot.call("sendMessage", json!({ "chat_id": wang, "text": text })).await;
        {
            let mut done = plan.done.lock().unwrap();
            let id = done.len() as u64 + 1;
            let text = Wording::same(format!("{}，发给1个单位", what.zh));
            let details = vec![Wording::same("兰江街道：缺3项，已催1人")];
            done.push(HostEvent { id, at, text, details });
        }
        world.nudge();
    }
    clock.sleep_until(clock.now() + TimeDelta::days(10_000)).await;
}

/// The least of a bot: it repeats texts with a button, and the button works.
#[derive(Clone)]
struct Bot {
    address: String,
}

impl Bot {
    async fn call(&self, method: &str, body: Value) -> Value {
        let url = format!("{}/{method}", self.address);
        let answer = reqwest::Client::new().post(url).json(&body).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(answer["ok"], json!(true), "{method}: {answer}");
        answer["result"].clone()
    }

    async fn listen(self) {
        let mut offset = 0;
        loop {
            let wanted = json!({ "offset": offset, "timeout": 10 });
            let updates = self.call("getUpdates", wanted).await;
            for update in updates.as_array().unwrap() {
                offset = update["update_id"].as_i64().unwrap() + 1;
                self.answer(update).await;
            }
        }
    }

    async fn answer(&self, update: &Value) {
        if let Some(query) = update.get("callback_query") {
            let message = &query["message"];
            self.call(
                "editMessageText",
                json!({
                    "chat_id": message["chat"]["id"], "message_id": message["message_id"],
                    "text": "已确认，谢谢。",
                }),
            )
            .await;
            self.call(
                "answerCallbackQuery",
                json!({ "callback_query_id": query["id"], "text": "已入库" }),
            )
            .await;
        } else if let Some(text) = update["message"]["text"].as_str() {
            let chat = &update["message"]["chat"]["id"];
            let name = update["message"]["from"]["first_name"].as_str().unwrap();
            let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let mut reply = json!({ "chat_id": chat, "parse_mode": "HTML" });
            if text.starts_with("/start") {
                reply["text"] = json!(format!("您好，{name}。请直接发送本期数字。"));
            } else {
                reply["text"] = json!(format!("您报的是：<b>{text}</b>"));
                let button = json!({ "text": "确认", "callback_data": "ok" });
                reply["reply_markup"] = json!({ "inline_keyboard": [[button]] });
            }
            self.call("sendMessage", reply).await;
        }
    }
}
