//! liaison-bot: a chat bot that a county government runs its growth plan on.

#[cfg(test)]
mod architecture;
pub mod cli;
pub mod clock;
pub mod plan;
pub mod progress;
