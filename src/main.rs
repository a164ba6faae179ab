//! The command line of liaison-bot.

fn main() {}
