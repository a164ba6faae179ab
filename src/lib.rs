//! liaison-bot: a chat bot that a county government runs its growth plan on.
//!
//! Liaisons of units report figures by chat message; the bot stores them, asks back when unsure,
//! reminds those who have not reported, and sends a weekly ranking to the leadership group.
//! `docs/design.md` draws the whole; rooms, ground floor first:
//!
//! - [`plan`]: units, indicators, targets, periods: the county's plan as one checked value
//! - [`message`]: what a liaison wrote becomes figures and questions
//! - [`sheet`]: forms and figures as workbooks
//! - [`progress`]: completion, pace, lights, ranking
//! - [`texts`]: everything that is said to people, in two languages
//! - [`conversation`]: what one event means
//! - [`picture`]: heat map, trend and county picture, as SVG and PNG
//! - [`workbook`]: the bulletin as a spreadsheet
//! - [`bulletin`]: what is said to many
//! - [`store`]: the database, on one machine or past it
//! - [`robots`]: group robots of other platforms
//! - [`telegram`]: updates in, messages out
//! - [`schedule`]: what happens by itself, and when
//! - [`rehearsal`]: a Bot API server with a chat page, so that everything runs without a token
//! - [`cli`]: the command line
//! - [`clock`]: what time it is
//! - [`watch`]: what is counted, for those who watch

#[cfg(test)]
mod architecture;
pub mod bulletin;
pub mod cli;
pub mod clock;
pub mod conversation;
pub mod message;
pub mod picture;
pub mod plan;
pub mod progress;
pub mod rehearsal;
pub mod robots;
pub mod schedule;
pub mod sheet;
pub mod store;
pub mod telegram;
pub mod texts;
pub mod watch;
pub mod workbook;
