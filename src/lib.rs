//! liaison-bot: a chat bot that a county government runs its growth plan on.

#![forbid(unsafe_code)]

pub mod plan;
