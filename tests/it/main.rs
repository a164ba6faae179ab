//! The bot as people meet it: conversations over the rehearsal's Bot API server, each on SQLite and
//! on PostgreSQL, at a time the test sets.

mod approval;
mod asking;
mod assessment;
mod backup;
mod bad_day;
mod binding;
mod bulletins;
mod changing;
mod command_line;
mod correcting;
mod databases;
mod delivery;
mod faults;
mod files;
mod forms;
mod holidays;
mod jobs;
mod kill;
mod long_lists;
mod pace;
mod people;
mod rehearsal;
mod replay;
mod replicas;
mod reporting;
mod secrets;
mod security;
mod storage;
mod store;
mod views;
mod webhook;
mod week;
mod world;
