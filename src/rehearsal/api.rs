//! The Bot API over HTTP: token, parameters, faults, the method, the answer, the log.
//!
//! In: requests to `/bot<token>/<method>` in any letter case. Out: Telegram's JSON. Methods are in
//! `messages`, `uploads`, `chats`, `commands` and `updates`.

use axum::body::Body;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::faults::Fault;
use super::json::{bot_json, file_json};
use super::listener::Line;
use super::params::Params;
use super::state::{Bot, State as WorldState};
use super::updates;
use super::world::World;

/// The methods that are known, written as in the Bot API's pages.
const METHODS: &[&str] = &[
    "answerCallbackQuery",
    "deleteMessage",
    "deleteMyCommands",
    "deleteWebhook",
    "editMessageCaption",
    "editMessageReplyMarkup",
    "editMessageText",
    "getChat",
    "getChatAdministrators",
    "getChatMember",
    "getChatMemberCount",
    "getFile",
    "getMe",
    "getMyCommands",
    "getMyDescription",
    "getMyName",
    "getMyShortDescription",
    "getUpdates",
    "getWebhookInfo",
    "leaveChat",
    "pinChatMessage",
    "sendChatAction",
    "sendDocument",
    "sendMessage",
    "sendPhoto",
    "setChatMenuButton",
    "setMyCommands",
    "setMyDefaultAdministratorRights",
    "setMyDescription",
    "setMyName",
    "setMyShortDescription",
    "setWebhook",
    "unpinChatMessage",
];

/// An error as Telegram answers it.
#[derive(Debug, Clone)]
pub(super) struct ApiError {
    pub code: u16,
    pub description: String,
    /// `retry_after` or `migrate_to_chat_id`.
    pub parameters: Option<Value>,
}

impl ApiError {
    fn new(code: u16, description: impl Into<String>) -> Self {
        Self { code, description: description.into(), parameters: None }
    }

    /// 400; `Bad Request: ` is put before.
    pub fn bad_request(what: impl std::fmt::Display) -> Self {
        Self::new(400, format!("Bad Request: {what}"))
    }

    /// 403; `Forbidden: ` is put before.
    pub fn forbidden(what: &str) -> Self {
        Self::new(403, format!("Forbidden: {what}"))
    }

    /// 409; `Conflict: ` is put before.
    pub fn conflict(what: &str) -> Self {
        Self::new(409, format!("Conflict: {what}"))
    }

    fn too_many_requests(seconds: u32) -> Self {
        let mut error = Self::new(429, format!("Too Many Requests: retry after {seconds}"));
        error.parameters = Some(json!({ "retry_after": seconds }));
        error
    }

    fn json(&self) -> Value {
        let mut json = json!({
            "ok": false,
            "error_code": self.code,
            "description": self.description,
        });
        if let Some(parameters) = &self.parameters {
            json["parameters"] = parameters.clone();
        }
        json
    }
}

/// What a method gives.
pub(super) type Answer = Result<Value, ApiError>;

/// One call on its way through a method.
pub(super) struct Call<'a> {
    pub state: &'a mut WorldState,
    pub bot: &'a Bot,
    pub params: &'a Params,
    pub now: DateTime<Utc>,
}

impl Call<'_> {
    fn run(&mut self, method: &str) -> Answer {
        match method {
            "getMe" => Ok(self.get_me()),
            "sendMessage" => self.send_message(),
            "sendPhoto" => self.send_photo(),
            "sendDocument" => self.send_document(),
            "editMessageText" => self.edit_text(),
            "editMessageCaption" => self.edit_caption(),
            "editMessageReplyMarkup" => self.edit_keyboard(),
            "deleteMessage" => self.delete_message(),
            "answerCallbackQuery" => self.answer_query(),
            "sendChatAction" | "pinChatMessage" | "unpinChatMessage" => {
                self.chat_to_write_to().map(|_| json!(true))
            }
            "getFile" => self.get_file(),
            "getChat" => self.get_chat(),
            "getChatMember" => self.get_chat_member(),
            "getChatMemberCount" => self.get_chat_member_count(),
            "getChatAdministrators" => self.get_chat_administrators(),
            "leaveChat" => self.leave_chat(),
            "setMyCommands" => self.set_commands(),
            "getMyCommands" => self.get_commands(),
            "deleteMyCommands" => self.delete_commands(),
            "setWebhook" => Ok(self.set_webhook()),
            "deleteWebhook" => Ok(self.delete_webhook()),
            "getWebhookInfo" => Ok(self.webhook_info()),
            "setMyName"
            | "setMyDescription"
            | "setMyShortDescription"
            | "setChatMenuButton"
            | "setMyDefaultAdministratorRights" => {
                self.state.recorded.insert(method[3..].to_owned(), self.params.record());
                Ok(json!(true))
            }
            "getMyName" => Ok(self.recorded("MyName", "name", self.bot.name.clone())),
            "getMyDescription" => Ok(self.recorded("MyDescription", "description", String::new())),
            "getMyShortDescription" => {
                Ok(self.recorded("MyShortDescription", "short_description", String::new()))
            }
            _ => Err(ApiError::new(404, "Not Found")),
        }
    }

    fn get_me(&self) -> Value {
        let mut me = bot_json(self.bot);
        for (name, value) in [
            ("can_join_groups", true),
            ("can_read_all_group_messages", false),
            ("supports_inline_queries", false),
            ("can_connect_to_business", false),
            ("has_main_web_app", false),
        ] {
            me[name] = json!(value);
        }
        me
    }

    fn recorded(&self, what: &str, field: &str, otherwise: String) -> Value {
        let value = self.state.recorded.get(what).and_then(|given| given.get(field));
        json!({ field: value.cloned().unwrap_or(Value::String(otherwise)) })
    }

    fn get_file(&self) -> Answer {
        let id = self.params.text("file_id").unwrap_or_default();
        let stored = self.state.files.get(&id);
        let stored = stored.ok_or_else(|| ApiError::bad_request("invalid file_id"))?;
        if stored.size > 20 * 1024 * 1024 {
            return Err(ApiError::bad_request("file is too big"));
        }
        let mut json = file_json(self.state, &id);
        json["file_path"] = json!(stored.path);
        Ok(json)
    }
}

/// The method's name as the Bot API's pages write it; an unknown one as it came.
fn canonical(method: &str) -> &str {
    METHODS.iter().find(|known| known.eq_ignore_ascii_case(method)).copied().unwrap_or(method)
}

/// Answers one API call.
pub(super) async fn handle(
    State(world): State<World>,
    Path((bot, method)): Path<(String, String)>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
) -> Response {
    let Some(token) = bot.strip_prefix("bot") else {
        return respond(&Err(ApiError::new(404, "Not Found")));
    };
    if token != world.token() {
        return respond(&Err(ApiError::new(401, "Unauthorized")));
    }
    let method = canonical(&method);
    let params = match Params::read(request).await {
        Ok(params) => params,
        Err(error) => return respond(&Err(ApiError::bad_request(error))),
    };
    let fault = world.strike(method, params.int("chat_id"));
    let answer = match fault {
        Some(Fault::ConnectionLost) => {
            world.record(method, &params, Value::Null);
            return line.cut();
        }
        Some(Fault::ServerError) => Err(ApiError::new(500, "Internal Server Error")),
        Some(Fault::Refused(code, words)) => Err(ApiError::new(code, words)),
        Some(Fault::TooManyRequests(seconds)) => Err(ApiError::too_many_requests(seconds)),
        Some(Fault::Slow(pause)) => {
            tokio::time::sleep(pause).await;
            carry_out(&world, method, &params).await
        }
        None | Some(Fault::AnswerLost | Fault::Malformed) => {
            match world.admit(method, params.int("chat_id")) {
                Ok(()) => carry_out(&world, method, &params).await,
                Err(seconds) => Err(ApiError::too_many_requests(seconds)),
            }
        }
    };
    world.kept().await;
    world.record(method, &params, logged(method, &answer));
    match fault {
        Some(Fault::AnswerLost) => line.cut(),
        Some(Fault::Malformed) => cut_short(&answer),
        _ => respond(&answer),
    }
}

async fn carry_out(world: &World, method: &str, params: &Params) -> Answer {
    if method == "getUpdates" {
        return updates::get(world, params).await;
    }
    world.change(|state, bot, now| Call { state, bot, params, now }.run(method))
}

fn envelope(answer: &Answer) -> (StatusCode, Value) {
    match answer {
        Ok(result) => (StatusCode::OK, json!({ "ok": true, "result": result })),
        Err(error) => {
            let status = StatusCode::from_u16(error.code);
            (status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), error.json())
        }
    }
}

fn respond(answer: &Answer) -> Response {
    let (status, body) = envelope(answer);
    (status, axum::Json(body)).into_response()
}

fn cut_short(answer: &Answer) -> Response {
    let (status, body) = envelope(answer);
    let mut text = body.to_string();
    let half = text.floor_char_boundary(text.len() / 2);
    text.truncate(half);
    (status, [(header::CONTENT_TYPE, "application/json")], text).into_response()
}

/// The answer for the log: of a batch of updates, only their ids.
fn logged(method: &str, answer: &Answer) -> Value {
    match answer {
        Ok(Value::Array(updates)) if method == "getUpdates" => {
            json!({ "ok": true, "result": updates.iter().map(|update| &update["update_id"]).collect::<Vec<_>>() })
        }
        _ => envelope(answer).1,
    }
}

/// Sends a file that `getFile` pointed to.
pub(super) async fn download(
    State(world): State<World>,
    Path((bot, path)): Path<(String, String)>,
) -> Response {
    if bot.strip_prefix("bot") != Some(world.token()) {
        return respond(&Err(ApiError::new(401, "Unauthorized")));
    }
    let found = world.look(|state| {
        state.files.values().find(|file| file.path == path).map(|file| file.bytes.clone())
    });
    match found {
        Some(bytes) => ([(header::CONTENT_TYPE, "application/octet-stream")], Body::from(bytes))
            .into_response(),
        None => respond(&Err(ApiError::new(404, "Not Found"))),
    }
}
