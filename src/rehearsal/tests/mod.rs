//! The server driven over real HTTP, by teloxide's `Bot` and by plain requests.

mod calls;
mod faults;
mod files;
mod groups;
mod page;
mod updates;

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use teloxide_core::Bot;
use teloxide_core::types as tg;

use super::{Options, Server, UserId, World};
use crate::clock::Clock;

/// Long enough for anything that will happen.
const PATIENCE: Duration = Duration::from_secs(5);

/// A server, its world, a bot connected to it, and one person.
struct Room {
    server: Server,
    world: World,
    bot: Bot,
    wang: UserId,
}

impl Room {
    async fn open() -> Self {
        let start: DateTime<Utc> = "2019-06-17T01:00:00Z".parse().unwrap();
        let clock = Clock::stopped_at(start);
        let address = "127.0.0.1:0".parse().unwrap();
        let options = Options { bot_username: "liaison_bot".to_owned(), ..Options::default() };
        let server = Server::start(address, clock, options).await.unwrap();
        let world = server.world();
        let bot = Bot::new(server.token()).set_api_url(server.api_url().parse().unwrap());
        let wang = world.add_user("王芳");
        Self { server, world, bot, wang }
    }

    /// The same, where the person has pressed start.
    async fn started() -> Self {
        let room = Self::open().await;
        room.world.starts(room.wang, None).unwrap();
        room
    }

    /// The person's private chat.
    fn chat(&self) -> tg::ChatId {
        tg::ChatId(self.wang.0)
    }

    /// A plain call: status and body.
    async fn post(&self, method: &str, body: &Value) -> (u16, Value) {
        let url = format!("{}/bot{}/{method}", self.server.api_url(), self.server.token());
        let answer = reqwest::Client::new().post(url).json(body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// The description of the error that a plain call meets.
    async fn error(&self, method: &str, body: &Value) -> String {
        let (status, answer) = self.post(method, body).await;
        assert_eq!(answer["ok"], json!(false), "{answer}");
        format!("{status} {}", answer["description"].as_str().unwrap())
    }
}
