//! What the chat page shows, as one JSON object for one persona and one open chat.
//!
//! In: the world and the [`Host`]. Out: texts ready to show, in the plan's time zone; message texts
//! stay plain with their entities, so that the page builds nodes and never reads HTML.

use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::commands::menu;
use super::host::{Host, Persona, Wording};
use super::state::{Author, BotStatus, Chat, ChatId, ChatKind, Message, MessageId, State, UserId};
use super::view::MessageView;
use super::world::World;

/// Messages of the open chat that are shown.
const SHOWN_MESSAGES: usize = 300;
/// Events that are shown.
const SHOWN_EVENTS: usize = 100;

/// The whole page's data. `user`: the first persona where none or a strange one is given; `chat`:
/// the persona's private chat likewise.
pub(super) fn page(world: &World, user: Option<UserId>, chat: Option<ChatId>) -> Value {
    let host = world.host();
    let zone = host.as_ref().map_or(Tz::UTC, |host| host.zone());
    let now = world.now();
    let personas = world.stage().personas;
    // The host is asked before the world is locked, as it may look at the world itself.
    let mut page = json!({
        "bot": { "name": world.bot().name, "username": world.bot().username },
        "clock": clock(now, host.as_deref(), zone),
        "title": host.as_ref().map(|host| host.title()),
        "warning": host.as_ref().and_then(|host| host.warning()),
        "events": host.as_ref().map_or_else(Vec::new, |host| events(host.as_ref(), zone)),
    });
    world.look(|state| {
        let personas = if personas.is_empty() { everybody(state) } else { personas };
        let known = |user: &UserId| personas.iter().any(|persona| persona.user == *user);
        let user = user.filter(known).or_else(|| personas.first().map(|persona| persona.user));
        let rows = personas.iter().map(|persona| persona_json(state, persona));
        page["personas"] = rows.collect();
        let Some(user) = user else { return page };
        let chats = chats_of(state, user);
        let own = ChatId::from(user);
        let open = chat.filter(|chat| chats.contains(chat)).unwrap_or(own);
        page["user"] = json!(user);
        page["chat"] = json!(open);
        page["chats"] = chats.iter().map(|id| chat_row(world, state, user, *id, zone)).collect();
        page["messages"] = messages(world, state, user, open, zone);
        page["menu"] = menu(state, user, open)
            .into_iter()
            .map(|(command, description)| json!({ "command": command, "description": description }))
            .collect();
        page
    })
}

fn everybody(state: &State) -> Vec<Persona> {
    let persona = |user: &super::state::User| Persona {
        user: user.id,
        label: Wording::same(&user.first_name),
        role: Wording::same(""),
        start_code: None,
    };
    state.users.values().map(persona).collect()
}

fn persona_json(state: &State, persona: &Persona) -> Value {
    let user = state.users.get(&persona.user);
    let unread: usize = chats_of(state, persona.user)
        .iter()
        .filter_map(|id| state.chats.get(id))
        .map(|chat| unread(chat, persona.user))
        .sum();
    json!({
        "user": persona.user,
        "label": persona.label,
        "role": persona.role,
        "unread": unread,
        "started": user.is_some_and(|user| user.started),
        "blocked": user.is_some_and(|user| user.blocked),
    })
}

/// The person's private chat, then their groups.
fn chats_of(state: &State, user: UserId) -> Vec<ChatId> {
    let groups = state.chats.values().filter(|chat| {
        chat.kind != ChatKind::Private && chat.members.contains(&user) && chat.migrated_to.is_none()
    });
    std::iter::once(ChatId::from(user)).chain(groups.map(|chat| chat.id)).collect()
}

fn unread(chat: &Chat, user: UserId) -> usize {
    let seen = chat.read.get(&user).copied().unwrap_or(MessageId(0));
    let others = chat.messages.values().filter(|message| message.author != Author::User(user));
    others.filter(|message| message.service.is_none() && message.id > seen).count()
}

fn chat_row(world: &World, state: &State, user: UserId, id: ChatId, zone: Tz) -> Value {
    let Some(chat) = state.chats.get(&id) else {
        return json!({ "id": id, "title": world.bot().name, "kind": "private", "unread": 0 });
    };
    let last = chat.messages.values().next_back();
    let is_group = chat.kind != ChatKind::Private;
    json!({
        "id": id,
        "title": if is_group { &chat.title } else { &world.bot().name },
        "kind": if is_group { "group" } else { "private" },
        "members": chat.members.len() + usize::from(chat.bot.is_present()),
        "bot_is_out": matches!(chat.bot, BotStatus::Left | BotStatus::Kicked),
        "unread": unread(chat, user),
        "last": last.map(|message| summary(world, state, message)),
        "time": last.map(|message| short_time(message.date, world.now(), zone)),
    })
}

/// One line for lists and quotes.
fn summary(world: &World, state: &State, message: &Message) -> Wording {
    if message.service.is_some() {
        return service_text(world, state, message);
    }
    let text = message.text.plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = match (&message.media, text.is_empty()) {
        (Some(media), true) => {
            state.files.get(media.file()).map_or_else(String::new, |file| file.name.clone())
        }
        _ => text,
    };
    Wording::same(text.chars().take(80).collect::<String>())
}

fn author(world: &World, state: &State, message: &Message) -> String {
    match message.author {
        Author::Bot => world.bot().name.clone(),
        Author::User(user) => {
            state.users.get(&user).map_or_else(String::new, |user| user.first_name.clone())
        }
    }
}

fn service_text(world: &World, state: &State, message: &Message) -> Wording {
    let field = message.service.as_ref().and_then(|fields| fields.keys().next());
    let by = author(world, state, message);
    match field.map_or("", String::as_str) {
        "new_chat_members" => {
            let bot = &world.bot().name;
            Wording::new(format!("{by}把{bot}拉进了群"), format!("{by} added {bot} to the group"))
        }
        "migrate_to_chat_id" | "migrate_from_chat_id" => {
            Wording::new("本群已升级为超级群", "This group has become a supergroup")
        }
        other => Wording::same(other),
    }
}

fn messages(world: &World, state: &State, user: UserId, chat: ChatId, zone: Tz) -> Value {
    let Some(chat) = state.chats.get(&chat) else { return json!([]) };
    let skipped = chat.messages.len().saturating_sub(SHOWN_MESSAGES);
    let shown = chat.messages.values().skip(skipped);
    shown
        .map(|message| {
            let view = MessageView::of(state, message);
            let answered = view.reply_to.and_then(|id| chat.messages.get(&id));
            let local = view.date.with_timezone(&zone);
            json!({
                "id": view.id,
                "mine": view.from == Some(user),
                "from_bot": view.from_bot,
                "author": author(world, state, message),
                "text": view.text,
                "entities": view.entities,
                "buttons": view.buttons,
                "edited": view.edited,
                "file": view.file,
                "day": day(view.date, zone),
                "time": local.format("%H:%M").to_string(),
                "service": view.service.is_some().then(|| service_text(world, state, message)),
                "reply": answered.map(|answered| json!({
                    "author": author(world, state, answered),
                    "text": summary(world, state, answered),
                })),
            })
        })
        .collect()
}

fn clock(now: DateTime<Utc>, host: Option<&dyn Host>, zone: Tz) -> Value {
    let job = host.and_then(Host::next_job);
    json!({
        "day": day(now, zone),
        "time": now.with_timezone(&zone).format("%H:%M").to_string(),
        "zone": zone.name(),
        "has_host": host.is_some(),
        "next_job": job.map(|(at, what)| json!({ "at": full(at, zone), "what": what })),
        "deadline": host.and_then(Host::next_deadline).map(|at| full(at, zone)),
    })
}

fn events(host: &dyn Host, zone: Tz) -> Vec<Value> {
    let events = host.events(0);
    let newest = events.iter().rev().take(SHOWN_EVENTS);
    newest
        .map(|event| {
            let at = full(event.at, zone);
            json!({ "id": event.id, "at": at, "text": event.text, "details": event.details })
        })
        .collect()
}

fn weekday(at: DateTime<Tz>) -> &'static str {
    let names = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
    names[at.weekday().num_days_from_monday() as usize % 7]
}

/// 2019年6月17日 周一 / Mon 17 June 2019
fn day(at: DateTime<Utc>, zone: Tz) -> Wording {
    let at = at.with_timezone(&zone);
    let zh = format!("{}年{}月{}日 {}", at.year(), at.month(), at.day(), weekday(at));
    Wording::new(zh, at.format("%a %-d %B %Y").to_string())
}

/// 6月17日 周一 09:00 / Mon 17 Jun 09:00
fn full(at: DateTime<Utc>, zone: Tz) -> Wording {
    let at = at.with_timezone(&zone);
    let zh = format!("{}月{}日 {} {}", at.month(), at.day(), weekday(at), at.format("%H:%M"));
    Wording::new(zh, at.format("%a %-d %b %H:%M").to_string())
}

/// The time today, the day before.
fn short_time(date: i64, now: DateTime<Utc>, zone: Tz) -> Wording {
    let at = DateTime::from_timestamp(date, 0).unwrap_or_default().with_timezone(&zone);
    if at.date_naive() == now.with_timezone(&zone).date_naive() {
        Wording::same(at.format("%H:%M").to_string())
    } else {
        let zh = format!("{}月{}日", at.month(), at.day());
        Wording::new(zh, at.format("%-d %b").to_string())
    }
}
