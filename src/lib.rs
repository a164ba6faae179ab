//! liaison-bot: a chat bot that a county government runs its growth plan on.

pub mod bulletin;
pub mod cli;
pub mod clock;
pub mod conversation;
pub mod message;
pub mod plan;
pub mod progress;
pub mod telegram;
pub mod texts;
