//! The rehearsal room: a local Telegram Bot API server with a chat page and a plan clock, so that
//! the whole product runs without a token and tests drive the bot over real HTTP.
//!
//! In: the bot's HTTP calls, and what people do, by the chat page or by [`World`]. Out: updates
//! and answers shaped as <https://core.telegram.org/bots/api> says, and the chat page at `/`.
//! It knows the [`Clock`](crate::clock::Clock) and nothing else of the bot: no plan, no store. A
//! live token never comes near it; it listens on the loopback interface only.
//!
//! - [`Server`], [`Options`]: start, address, token, stop
//! - [`World`]: people, groups, what they say and press, and what the bot sent
//! - [`Faults`], [`Fault`]: make the server fail as the network and Telegram do
//! - [`Enforced`]: make it keep Telegram's limits
//! - [`Stage`], [`Host`]: what the product tells the chat page
//! - `deeds`, `host_deeds`: what people do, and what the product does behind the scenes
//! - `state`, `json`, `html`: the world's data, its shape on the wire, the bot's HTML
//! - `api`, `params`, `updates`, `messages`, `uploads`, `chats`, `commands`: the Bot API
//! - `hook`: calls the bot's webhook
//! - `page`, `page_view`, `clock_moves`: the chat page, what it shows, moving the plan clock
//! - `server`, `guard`, `listener`, `saved`: the server, its safety, its sockets, the saved world

mod api;
mod chats;
mod clock_moves;
mod commands;
mod deeds;
mod faults;
mod guard;
mod hook;
mod host;
mod host_deeds;
mod html;
mod json;
mod limits;
mod listener;
mod messages;
mod page;
mod page_view;
mod params;
mod saved;
mod server;
mod state;
#[cfg(test)]
mod tests;
mod updates;
mod uploads;
mod view;
mod world;

pub use deeds::HandIn;
pub use faults::{Fault, FaultRule, Faults, Share};
pub use host::{Answer, Host, HostEvent, Persona, Stage, Wording};
pub use limits::{Enforced, Window};
pub use server::{Options, Server};
pub use state::{BotStatus, ChatId, MessageId, UpdateId, UserId};
pub use view::{ApiCall, Button, ButtonAction, CallbackAnswer, FileKind, FileView, MessageView};
pub use world::{Pressed, Refused, Said, World};
