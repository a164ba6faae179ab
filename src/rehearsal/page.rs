//! The chat page and its own small API under `/rehearsal/`.
//!
//! In: a browser on this machine (see `guard`). Out: the page's files, its data (`state`, held open
//! until something changes), and what its person does.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Json, Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};

use super::clock_moves::{self, Move};
use super::host::Wording;
use super::page_view;
use super::state::{ChatId, MessageId, UserId};
use super::world::{Refused, World};

/// How long a question for news stays open.
const LONGEST_WAIT: Duration = Duration::from_secs(20);
/// How often the clock and the host are looked at meanwhile.
const GLANCE: Duration = Duration::from_secs(1);
/// Changes that come close together are shown together.
const GATHERING: Duration = Duration::from_millis(20);
/// How long a pressed button waits for the bot's answer.
const PRESS_PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of a document that a person hands in.
const LARGEST_DOCUMENT: usize = 20 * 1024 * 1024;

/// The page's routes.
pub(super) fn router() -> Router<World> {
    let file = |kind: &'static str, text: &'static str| {
        get(move || async move { ([(header::CONTENT_TYPE, kind)], text) })
    };
    let script = "text/javascript; charset=utf-8";
    Router::new()
        .route("/", file("text/html; charset=utf-8", include_str!("page/index.html")))
        .route("/icon.svg", file("image/svg+xml", include_str!("page/icon.svg")))
        .route("/app.css", file("text/css; charset=utf-8", include_str!("page/app.css")))
        .route("/app.js", file(script, include_str!("page/app.js")))
        .route("/message.js", file(script, include_str!("page/message.js")))
        .route("/words.js", file(script, include_str!("page/words.js")))
        .route("/keys.js", file(script, include_str!("page/keys.js")))
        .route("/rehearsal/state", get(news))
        .route("/rehearsal/start", post(start))
        .route("/rehearsal/say", post(say))
        .route("/rehearsal/edit", post(edit))
        .route("/rehearsal/press", post(press))
        .route("/rehearsal/block", post(block))
        .route("/rehearsal/read", post(read))
        .route("/rehearsal/clock", post(clock))
        .route("/rehearsal/file/{id}", get(download))
        .layer(DefaultBodyLimit::max(64 * 1024))
        .merge(
            Router::new()
                .route("/rehearsal/document", post(document))
                .layer(DefaultBodyLimit::max(LARGEST_DOCUMENT)),
        )
}

/// A deed that could not be done, as the page is told.
struct Failed(Wording);

impl From<Refused> for Failed {
    fn from(refused: Refused) -> Self {
        let (zh, en) = match refused {
            Refused::NoSuchUser => ("没有这个人", "There is no such person"),
            Refused::NoSuchChat => ("没有这个会话", "There is no such chat"),
            Refused::NoSuchMessage => {
                ("没有这条消息，可能已被删除", "There is no such message; it may be deleted")
            }
            Refused::NotAMember => ("此人不在这个群里", "This person is not in the group"),
            Refused::Blocked => {
                ("已屏蔽机器人，请先解除屏蔽", "The bot is blocked; unblock it first")
            }
            Refused::Migrated => ("本群已升级为超级群", "This group has become a supergroup"),
            Refused::Empty => ("消息是空的", "The message is empty"),
            Refused::TooLong => {
                ("消息太长，最多4096字", "The message is too long: 4096 characters at most")
            }
        };
        Self(Wording::new(zh, en))
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        (StatusCode::CONFLICT, Json(json!({ "error": self.0 }))).into_response()
    }
}

type Done = Result<Json<Value>, Failed>;

/// What a deed answers that has nothing to say: once it is kept.
async fn done(world: &World) -> Done {
    world.kept().await;
    Ok(Json(json!({})))
}

/// Which persona looks at which chat, and what it has seen.
#[derive(Deserialize)]
struct Viewer {
    user: Option<UserId>,
    chat: Option<ChatId>,
    /// The mark of the data the page has.
    seen: Option<String>,
}

/// The page's data, once it differs from what the page has.
async fn news(State(world): State<World>, Query(viewer): Query<Viewer>) -> Response {
    let deadline = Instant::now() + LONGEST_WAIT;
    let mut changes = world.changes();
    loop {
        changes.borrow_and_update();
        let mut page = page_view::page(&world, viewer.user, viewer.chat);
        let mut hasher = DefaultHasher::new();
        page.to_string().hash(&mut hasher);
        let mark = format!("{:016x}", hasher.finish());
        if viewer.seen.as_ref() != Some(&mark) {
            page["mark"] = json!(mark);
            return Json(page).into_response();
        }
        if Instant::now() >= deadline || world.is_stopping() {
            return StatusCode::NO_CONTENT.into_response();
        }
        if timeout(GLANCE, changes.changed()).await.is_ok() {
            tokio::time::sleep(GATHERING).await;
        }
    }
}

/// A person, in one of their chats where need be.
#[derive(Deserialize)]
struct Deed {
    user: UserId,
    chat: Option<ChatId>,
    message: Option<MessageId>,
    reply_to: Option<MessageId>,
    #[serde(default)]
    text: String,
    /// Of a `t.me/bot?start=CODE` link.
    code: Option<String>,
    #[serde(default)]
    blocked: bool,
}

impl Deed {
    fn chat(&self) -> ChatId {
        self.chat.unwrap_or(self.user.into())
    }

    fn message(&self) -> MessageId {
        self.message.unwrap_or(MessageId(0))
    }
}

async fn start(State(world): State<World>, Json(deed): Json<Deed>) -> Done {
    let personas = world.stage().personas;
    let persona = personas.into_iter().find(|persona| persona.user == deed.user);
    let code = deed.code.or_else(|| persona.and_then(|persona| persona.start_code));
    world.starts(deed.user, code.as_deref())?;
    done(&world).await
}

async fn say(State(world): State<World>, Json(deed): Json<Deed>) -> Done {
    match deed.reply_to {
        Some(to) => world.replies(deed.user, deed.chat(), to, &deed.text)?,
        None => world.says(deed.user, deed.chat(), &deed.text)?,
    };
    done(&world).await
}

async fn edit(State(world): State<World>, Json(deed): Json<Deed>) -> Done {
    world.edits(deed.user, deed.chat(), deed.message(), &deed.text)?;
    done(&world).await
}

/// Presses a button and says what the bot answered, if it did in time.
async fn press(State(world): State<World>, Json(deed): Json<Deed>) -> Done {
    let pressed = world.presses(deed.user, deed.chat(), deed.message(), &deed.text)?;
    let find =
        |world: &World| world.callback_answer(pressed.query).filter(|answer| answer.answered);
    let answer = world.wait_for(find, PRESS_PATIENCE).await;
    let Some(answer) = answer else {
        let silent = Wording::new(
            "机器人没有回应，请稍后再试",
            "The bot does not answer; try again shortly",
        );
        return Ok(Json(json!({ "text": silent, "alert": false })));
    };
    Ok(Json(json!({ "text": answer.text, "alert": answer.alert })))
}

async fn block(State(world): State<World>, Json(deed): Json<Deed>) -> Done {
    if deed.blocked {
        world.blocks(deed.user)?
    } else {
        world.unblocks(deed.user)?
    };
    done(&world).await
}

async fn read(State(world): State<World>, Json(deed): Json<Deed>) -> Done {
    world.change(|state, _, _| {
        if let Some(chat) = state.chats.get_mut(&deed.chat()) {
            let seen = chat.read.entry(deed.user).or_insert(MessageId(0));
            *seen = deed.message().max(*seen);
        }
    });
    done(&world).await
}

#[derive(Deserialize)]
struct ClockMove {
    to: Move,
}

async fn clock(State(world): State<World>, Json(wanted): Json<ClockMove>) -> Done {
    clock_moves::carry_out(&world, wanted.to).await.map_err(Failed)?;
    done(&world).await
}

#[derive(Deserialize)]
struct HandedIn {
    user: UserId,
    chat: ChatId,
    name: String,
    #[serde(default)]
    caption: String,
}

async fn document(
    State(world): State<World>,
    Query(document): Query<HandedIn>,
    bytes: Bytes,
) -> Done {
    if bytes.is_empty() {
        return Err(Failed(Wording::new("文件是空的", "The file is empty")));
    }
    let HandedIn { user, chat, name, caption } = document;
    world.sends_document(user, chat, &name, bytes, &caption)?;
    done(&world).await
}

/// A photo to be shown, or any file to be kept; never anything that a browser would run.
async fn download(State(world): State<World>, Path(id): Path<String>) -> Response {
    let found = world
        .look(|state| state.files.get(&id).map(|file| (file.mime.clone(), file.bytes.clone())));
    match found {
        None => StatusCode::NOT_FOUND.into_response(),
        Some((_, bytes)) if bytes.starts_with(b"\x89PNG") => {
            ([(header::CONTENT_TYPE, "image/png")], bytes).into_response()
        }
        Some((_, bytes)) if bytes.starts_with(b"\xff\xd8") => {
            ([(header::CONTENT_TYPE, "image/jpeg")], bytes).into_response()
        }
        Some((_, bytes)) => {
            let headers = [
                (header::CONTENT_TYPE, "application/octet-stream"),
                (header::CONTENT_DISPOSITION, "attachment"),
            ];
            (headers, bytes).into_response()
        }
    }
}
