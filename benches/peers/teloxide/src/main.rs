//! Name–number pairs of a message into SQLite, one durable transaction and one reply a message, as
//! the documentation of teloxide and sqlx writes it: a dispatcher, a handler, a pool.

use std::env::var;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use teloxide::prelude::*;
use teloxide::update_listeners::webhooks;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let options = SqliteConnectOptions::new()
        .filename(var("DATABASE")?)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    // SQLite has one writer: with one connection nobody meets a locked database.
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
    sqlx::query("create table if not exists figure (chat integer, message integer, name text, value integer)")
        .execute(&pool)
        .await?;

    let bot = Bot::from_env();
    let mut dispatcher = Dispatcher::builder(bot.clone(), Update::filter_message().endpoint(report))
        .dependencies(dptree::deps![pool])
        .enable_ctrlc_handler()
        .build();
    if let Ok(port) = var("WEBHOOK_PORT") {
        let address = ([127, 0, 0, 1], port.parse()?).into();
        let url = format!("http://127.0.0.1:{port}/").parse()?;
        let listener = webhooks::axum(bot, webhooks::Options::new(address, url).max_connections(100)).await?;
        let errors = LoggingErrorHandler::with_custom_text("the listener failed");
        dispatcher.dispatch_with_listener(listener, errors).await;
    } else {
        dispatcher.dispatch().await;
    }
    Ok(())
}

async fn report(bot: Bot, message: Message, pool: SqlitePool) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let pairs = pairs(message.text().unwrap_or_default());
    let mut transaction = pool.begin().await?;
    for (name, value) in &pairs {
        sqlx::query("insert into figure values ($1, $2, $3, $4)")
            .bind(message.chat.id.0)
            .bind(message.id.0)
            .bind(name)
            .bind(value)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    let read_back: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}：{value}家")).collect();
    bot.send_message(message.chat.id, format!("已登记：\n{}", read_back.join("\n"))).await?;
    Ok(())
}

fn pairs(text: &str) -> Vec<(&str, i64)> {
    let pair = |part: &'_ str| -> Option<(usize, i64)> {
        let at = part.find(|c: char| c.is_ascii_digit())?;
        Some((at, part[at..].parse().ok()?))
    };
    text.split('，').filter_map(|part| pair(part).map(|(at, value)| (&part[..at], value))).collect()
}
