//! The bot as people meet it: conversations over the rehearsal's Bot API server, each on SQLite and
//! on PostgreSQL, at a time the test sets.

mod binding;
mod databases;
mod reporting;
mod store;
mod week;
mod world;
