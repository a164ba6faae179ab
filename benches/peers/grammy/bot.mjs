// The job in grammY with better-sqlite3, as its guide writes it for high load: the runner, with
// `sequentialize` so that a chat's messages stay in order.

import { createServer } from "node:http";
import { createRequire } from "node:module";

// Packages are installed beside this folder, not in it.
const require = createRequire(process.env.INSTALLED);
const Database = require("better-sqlite3");
const { Bot, webhookCallback } = require("grammy");
const { run, sequentialize } = require("@grammyjs/runner");

const database = new Database(process.env.DATABASE);
database.pragma("journal_mode = WAL");
database.pragma("synchronous = FULL");
database.exec(
  "create table if not exists figure (chat integer, message integer, name text, value integer)",
);
const insert = database.prepare("insert into figure values (?, ?, ?, ?)");
const store = database.transaction((chat, message, pairs) => {
  for (const [, name, value] of pairs) insert.run(chat, message, name, Number(value));
});

const bot = new Bot(process.env.TOKEN, { client: { apiRoot: process.env.API_URL } });
bot.use(sequentialize((ctx) => ctx.chat?.id.toString()));
bot.on("message:text", async (ctx) => {
  const pairs = [...ctx.msg.text.matchAll(/([^\d，]+)(\d+)/g)];
  store.immediate(ctx.chat.id, ctx.msg.message_id, pairs);
  const lines = pairs.map(([, name, value]) => `${name}：${value}家`);
  await ctx.reply(`已登记：\n${lines.join("\n")}`);
});

const port = process.env.WEBHOOK_PORT;
if (port) {
  createServer(webhookCallback(bot, "http")).listen(Number(port), "127.0.0.1", () =>
    bot.api.setWebhook(`http://127.0.0.1:${port}/`, { max_connections: 100 }),
  );
} else {
  run(bot);
}
