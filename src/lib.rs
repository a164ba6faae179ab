//! liaison-bot: a chat bot that a county government runs its growth plan on.

pub mod cli;
pub mod clock;
pub mod message;
pub mod plan;
