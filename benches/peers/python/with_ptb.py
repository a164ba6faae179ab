"""The job in python-telegram-bot 22: an application that handles updates concurrently."""

import os

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

import figures


async def report(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    message = update.message
    await message.reply_text(figures.report(message.chat_id, message.message_id, message.text))


application = (
    Application.builder()
    .token(os.environ["TOKEN"])
    .base_url(os.environ["API_URL"] + "/bot")
    .concurrent_updates(True)
    .build()
)
application.add_handler(MessageHandler(filters.TEXT, report))
port = os.environ.get("WEBHOOK_PORT")
if port:
    application.run_webhook(
        "127.0.0.1", int(port), webhook_url=f"http://127.0.0.1:{port}/", max_connections=100
    )
else:
    application.run_polling()
