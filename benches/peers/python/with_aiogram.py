"""The job in aiogram 3: a dispatcher and a handler; updates are handled as tasks, as by default."""

import asyncio
import os

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

import figures

dispatcher = Dispatcher()
api = TelegramAPIServer.from_base(os.environ["API_URL"])
bot = Bot(os.environ["TOKEN"], session=AiohttpSession(api=api))
port = os.environ.get("WEBHOOK_PORT")


@dispatcher.message(F.text)
async def report(message: Message) -> None:
    await message.answer(figures.report(message.chat.id, message.message_id, message.text))


async def set_webhook() -> None:
    await bot.set_webhook(f"http://127.0.0.1:{port}/", max_connections=100)


if port:
    dispatcher.startup.register(set_webhook)
    app = web.Application()
    SimpleRequestHandler(dispatcher=dispatcher, bot=bot).register(app, path="/")
    setup_application(app, dispatcher, bot=bot)
    web.run_app(app, host="127.0.0.1", port=int(port), access_log=None, print=None)
else:
    asyncio.run(dispatcher.start_polling(bot))
