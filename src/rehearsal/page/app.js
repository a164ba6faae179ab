// The chat page: asks for news, shows it, and sends what the person does.

import { filterMenu, listen } from "/keys.js";
import { element, messageNode } from "/message.js";
import { begin, said, word } from "/words.js";

const by = (id) => document.getElementById(id);
const shown = { user: null, chat: null, mark: null, nodes: new Map(), page: null };
let context = null; // { kind: "reply" | "edit", message }
let asking = null; // the open question for news

// --- talking to the server -------------------------------------------------------------------

async function send(path, body) {
  const answer = await fetch(`/rehearsal/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return read(answer);
}

async function read(answer) {
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return body;
  toast(said(body.error ?? word("failed")));
  return null;
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 1000));
const here = (more) => ({ user: shown.page.user, chat: shown.page.chat, ...more });

async function follow() {
  for (;;) {
    const query = new URLSearchParams();
    for (const [name, value] of [["user", shown.user], ["chat", shown.chat], ["seen", shown.mark]]) {
      if (value !== null) query.set(name, value);
    }
    asking = new AbortController();
    try {
      const answer = await fetch(`/rehearsal/state?${query}`, { signal: asking.signal });
      by("offline").hidden = true;
      if (answer.status === 200) {
        show(await answer.json());
      } else if (!answer.ok) {
        // An address that makes no sense: begin again with the first persona.
        shown.user = null;
        shown.chat = null;
        await pause();
      }
    } catch (error) {
      if (error.name !== "AbortError") {
        by("offline").hidden = false;
        await pause();
      }
    }
  }
}

/** Opens a chat of a persona; the address keeps both. */
function open(user, chat) {
  shown.user = user;
  shown.chat = chat;
  shown.mark = null;
  setContext(null);
  history.replaceState(null, "", `#${new URLSearchParams({ user, chat })}`);
  asking?.abort();
}

// --- showing ---------------------------------------------------------------------------------

function show(page) {
  shown.mark = page.mark;
  shown.page = page;
  const title = page.title ? word(page.title) : word("room");
  document.title = `${title} · ${word("rehearsal")}`;
  by("title").textContent = title;
  by("warning").hidden = !page.warning;
  by("warning").textContent = word(page.warning);
  showPersonas(page);
  showChats(page);
  showClock(page);
  showTalk(page);
}

/** Whether a node is to be built anew from this data; what is unchanged keeps its focus. */
function differs(node, ...data) {
  const key = JSON.stringify(data);
  const is = node.shownKey !== key;
  node.shownKey = key;
  return is;
}

/** Makes these nodes the children, moving none that can stay: a selection of text survives. */
function arrange(list, wanted) {
  const kept = new Set(wanted);
  for (const child of [...list.children]) {
    if (!kept.has(child)) child.remove();
  }
  wanted.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
}

function showPersonas(page) {
  const select = by("persona");
  if (differs(select, page.personas)) {
    const groups = new Map();
    for (const persona of page.personas) {
      const unread = persona.unread > 0 ? ` (${persona.unread})` : "";
      const option = element("option", "", word(persona.label) + unread);
      option.value = persona.user;
      const role = word(persona.role);
      if (!groups.has(role)) groups.set(role, []);
      groups.get(role).push(option);
    }
    select.replaceChildren();
    for (const [role, options] of groups) {
      if (role === "") {
        select.append(...options);
        continue;
      }
      const group = element("optgroup", "", ...options);
      group.label = role;
      select.append(group);
    }
  }
  select.value = page.user;
  const waiting = page.personas.filter((persona) => persona.unread > 0 && persona.user !== page.user);
  by("elsewhere").hidden = waiting.length === 0;
  if (differs(by("waiting"), waiting)) by("waiting").replaceChildren(...waiting.map((persona) => {
    const button = element("button", "", element("span", "name", word(persona.label)), badge(persona.unread));
    button.type = "button";
    button.addEventListener("click", () => {
      document.body.dataset.view = "talk";
      open(persona.user, persona.user);
    });
    return element("li", "", button);
  }));
}

const badge = (count) => (count > 0 ? element("span", "badge", count > 99 ? "99+" : String(count)) : null);

function showChats(page) {
  if (differs(by("chats"), page.user, page.chat, page.chats)) by("chats").replaceChildren(...(page.chats ?? []).map((chat) => {
    const avatar = element("span", chat.kind === "group" ? "avatar group" : "avatar", [...chat.title][0] ?? "");
    const button = element("button", "",
      avatar,
      element("span", "name", chat.title),
      element("span", "time", word(chat.time)),
      element("span", "last", word(chat.last)),
      badge(chat.unread));
    button.type = "button";
    if (chat.id === page.chat) button.setAttribute("aria-current", "true");
    button.addEventListener("click", () => {
      document.body.dataset.view = "talk";
      if (chat.id !== page.chat) open(page.user, chat.id);
      else markRead();
    });
    return element("li", "", button);
  }));
}

function showClock(page) {
  const { clock } = page;
  by("now-time").textContent = clock.time;
  by("now-day").textContent = word(clock.day);
  by("now-zone").textContent = clock.zone;
  by("next-job").textContent = clock.next_job ? `${word(clock.next_job.at)}　${word(clock.next_job.what)}` : "";
  by("next-deadline").textContent = word(clock.deadline);
  for (const button of by("moves").querySelectorAll("button")) {
    const { to } = button.dataset;
    button.disabled = (to === "next_job" && !clock.next_job) || (to === "deadline" && !clock.deadline);
  }
  if (!differs(by("events"), page.events)) return;
  const events = page.events.map((event) =>
    element("li", "", element("time", "", word(event.at)), ...eventNodes(event)));
  if (events.length === 0) events.push(element("li", "empty", word("nothing")));
  by("events").replaceChildren(...events);
}

/** What fired in one line; opened, for whom and why. */
function eventNodes(event) {
  if (event.details.length === 0) return [word(event.text)];
  const lines = event.details.map((line) => element("li", "", word(line)));
  return [element("details", "", element("summary", "", word(event.text)), element("ul", "", ...lines))];
}

function showTalk(page) {
  const chat = (page.chats ?? []).find((row) => row.id === page.chat);
  const persona = page.personas.find((row) => row.user === page.user);
  if (!chat || !persona) return;
  const inGroup = chat.kind === "group";
  by("chat-title").textContent = chat.title;
  by("chat-note").textContent = inGroup
    ? `${chat.members}${word("members")}${chat.bot_is_out ? word("bot_is_out") : ""}`
    : `${word("bot_you_are")}${word(persona.label)}`;
  by("block").hidden = inGroup || !persona.started;
  by("block").textContent = word(persona.blocked ? "unblock" : "block");
  const silent = !inGroup && (!persona.started || persona.blocked);
  by("composer").hidden = silent;
  by("start").hidden = !silent;
  by("start").textContent = word(persona.blocked ? "restart" : "start");
  by("show-menu").hidden = page.menu.length === 0;
  showMenu(page.menu);
  showMessages(page, inGroup);
}

function showMenu(menu) {
  if (differs(by("menu"), menu)) by("menu").replaceChildren(...menu.map(({ command, description }) => {
    const button = element("button", "", element("span", "name", `/${command}`), element("span", "last", description));
    button.type = "button";
    button.addEventListener("click", () => {
      toggleMenu(false);
      send("say", here({ text: `/${command}` }));
    });
    return element("li", "", button);
  }));
}

function showMessages(page, inGroup) {
  const list = by("messages");
  const key = `${page.user}/${page.chat}`;
  const isNew = list.dataset.key !== key;
  const wasAtEnd = isNew || list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  if (isNew) {
    list.dataset.key = key;
    shown.nodes.clear();
  }
  const before = shown.nodes;
  const nodes = new Map();
  const children = [];
  let day = null;
  for (const message of page.messages) {
    if (word(message.day) !== day) {
      day = word(message.day);
      const mark = before.get(day) ?? { node: element("li", "day", day) };
      nodes.set(day, mark);
      children.push(mark.node);
    }
    const text = JSON.stringify(message);
    const old = before.get(message.id);
    const entry = old && old.text === text ? old : { text, node: messageNode(message, inGroup, deeds) };
    nodes.set(message.id, entry);
    children.push(entry.node);
  }
  if (children.length === 0) {
    children.push(element("li", "hint", word("start_first")));
  }
  const arrived = page.messages.some((message) => !before.has(message.id));
  shown.nodes = nodes;
  arrange(list, children);
  if (wasAtEnd) toEnd();
  else if (arrived) by("newest").hidden = false;
  markRead();
}

function toEnd() {
  const list = by("messages");
  list.scrollTop = list.scrollHeight;
  by("newest").hidden = true;
}

function isReading() {
  const phone = matchMedia("(max-width: 700px)").matches;
  return document.visibilityState === "visible" && (!phone || document.body.dataset.view === "talk");
}

function markRead() {
  const { page } = shown;
  const chat = page?.chats?.find((row) => row.id === page.chat);
  const last = page?.messages?.at(-1);
  if (chat?.unread > 0 && last && isReading()) send("read", here({ message: last.id }));
}

// --- doing -----------------------------------------------------------------------------------

const deeds = {
  async press(message, data) {
    const answer = await send("press", here({ message: message.id, text: data }));
    if (!answer?.text) return;
    if (answer.alert) {
      by("alert").querySelector("p").textContent = said(answer.text);
      by("alert").showModal();
    } else {
      toast(said(answer.text));
    }
  },
  reply: (message) => setContext({ kind: "reply", message }),
  edit: (message) => {
    setContext({ kind: "edit", message });
    by("text").value = message.text;
    grow();
  },
  command: (text) => send("say", here({ text })),
  /** The code of a link that opens this bot's chat (t.me/bot?start=CODE), or null. */
  startCode(url) {
    const name = url.pathname.slice(1).toLowerCase();
    const isOurs = ["t.me", "telegram.me"].includes(url.hostname) && name === shown.page.bot.username.toLowerCase();
    return isOurs ? url.searchParams.get("start") : null;
  },
  /** Asks who opens such a link: usually somebody to whom it was passed on, not who sees it here. */
  invite(code) {
    const select = by("invited");
    select.replaceChildren(...by("persona").cloneNode(true).children);
    const fresh = shown.page.personas.find((persona) => !persona.started);
    select.value = String(fresh?.user ?? shown.page.user);
    by("invitation").dataset.code = code;
    by("invitation").returnValue = "";
    by("invitation").showModal();
  },
};

by("invitation").addEventListener("close", async () => {
  if (by("invitation").returnValue !== "open") return;
  const user = Number(by("invited").value);
  document.body.dataset.view = "talk";
  open(user, user);
  await send("start", { user, code: by("invitation").dataset.code });
});

function setContext(wanted) {
  context = wanted;
  by("context").hidden = wanted === null;
  if (wanted === null) return;
  const what = wanted.kind === "edit" ? word("edit") : `${word("reply")} ${wanted.message.author}`;
  by("context").querySelector("p").textContent = `${what} · ${wanted.message.text || wanted.message.file?.name || ""}`;
  by("text").focus();
}

function toast(text) {
  const node = by("toast");
  node.textContent = text;
  node.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { node.hidden = true; }, 3500);
}

function toggleMenu(wanted) {
  by("menu").hidden = !wanted;
  by("show-menu").setAttribute("aria-expanded", String(wanted));
}

function grow() {
  const text = by("text");
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 2}px`;
}

async function submit() {
  const field = by("text");
  const text = field.value;
  if (text.trim() === "") return;
  const current = context;
  field.value = "";
  grow();
  toggleMenu(false);
  setContext(null);
  const path = current?.kind === "edit" ? "edit" : "say";
  const about = current === null ? {}
    : current.kind === "edit" ? { message: current.message.id } : { reply_to: current.message.id };
  const done = await send(path, here({ text, ...about })).catch(() => null);
  if (done === null && field.value === "") field.value = text;
  else toEnd();
}

by("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
by("text").addEventListener("input", () => {
  grow();
  filterMenu(by("text").value, toggleMenu);
});
by("text").addEventListener("keydown", (event) => {
  // While an input method composes, Enter chooses a word.
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
    event.preventDefault();
    submit();
  }
});
by("context").querySelector("button").addEventListener("click", () => setContext(null));
by("start").addEventListener("click", () => send("start", here({})));
by("block").addEventListener("click", () => {
  const persona = shown.page.personas.find((row) => row.user === shown.page.user);
  send("block", here({ blocked: !persona.blocked }));
});
by("persona").addEventListener("change", (event) => open(Number(event.target.value), Number(event.target.value)));
by("back").addEventListener("click", () => { document.body.dataset.view = "list"; });
by("newest").addEventListener("click", toEnd);
by("messages").addEventListener("load", () => {
  if (by("newest").hidden) toEnd();
}, true);
by("show-menu").addEventListener("click", () => toggleMenu(by("menu").hidden));
for (const button of document.querySelectorAll(".show-clock")) {
  button.addEventListener("click", () => document.body.classList.toggle("clock-open"));
}
by("hide-clock").addEventListener("click", () => document.body.classList.remove("clock-open"));
by("attach").addEventListener("click", () => by("file").click());
async function handIn(file) {
  if (!file || by("composer").hidden) return;
  const caption = by("text").value;
  const query = new URLSearchParams({ ...here({}), name: file.name, caption });
  const type = "application/octet-stream";
  const answer = await fetch(`/rehearsal/document?${query}`, { method: "POST", headers: { "content-type": type }, body: file });
  if (await read(answer)) {
    by("text").value = "";
    toEnd();
  }
}

by("file").addEventListener("change", () => {
  const [file] = by("file").files;
  handIn(file);
  by("file").value = "";
});
by("talk").addEventListener("dragover", (event) => event.preventDefault());
by("talk").addEventListener("drop", (event) => {
  event.preventDefault();
  handIn(event.dataTransfer.files[0]);
});

async function moveClock(to) {
  if (by("moves").inert) return;
  by("moves").inert = true;
  await send("clock", { to }).catch(() => null);
  by("moves").inert = false;
}

by("moves").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) moveClock(button.dataset.to);
});
document.addEventListener("visibilitychange", markRead);
by("show-keys").addEventListener("click", () => by("shortcuts").showModal());

/** The one before or after, round and round. */
function beside(rows, isNow, step) {
  const at = rows.findIndex(isNow);
  return rows[(at + step + rows.length) % rows.length];
}

listen({
  step(what, step) {
    const { page } = shown;
    if (what === "chats") open(page.user, beside(page.chats, (row) => row.id === page.chat, step).id);
    else {
      const { user } = beside(page.personas, (row) => row.user === page.user, step);
      open(user, user);
    }
  },
  editLast() {
    const own = shown.page.messages.findLast((message) => message.mine && !message.file);
    if (own) deeds.edit(own);
  },
  move: moveClock,
  escape() {
    if (context?.kind === "edit") by("text").value = "";
    setContext(null);
    toggleMenu(false);
    grow();
  },
});

const address = new URLSearchParams(location.hash.slice(1));
shown.user = address.get("user");
shown.chat = address.get("chat");
if (shown.user !== null) document.body.dataset.view = "talk";
begin(() => {
  // Everything is built anew, in the other language.
  for (const id of ["persona", "waiting", "chats", "events", "menu"]) by(id).shownKey = null;
  by("messages").dataset.key = "";
  if (shown.page) show(shown.page);
});
follow();
