// One message as a node. Text comes plain with Telegram's entities (offsets in UTF-16, as in
// JavaScript strings); nodes are built from it, and nothing foreign is ever read as HTML.

import { word } from "/words.js";

/** Makes an element with a class and text or children. */
export function element(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};

function link(address, deeds) {
  const node = document.createElement("a");
  let url = null;
  try {
    url = new URL(address);
  } catch {
    return node;
  }
  if (!["http:", "https:"].includes(url.protocol)) return node;
  node.href = url.href;
  const code = deeds.startCode(url);
  if (code !== null) {
    // A client opens the bot's chat here, and so does the page.
    node.addEventListener("click", (event) => {
      event.preventDefault();
      deeds.invite(code);
    });
    return node;
  }
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  return node;
}

function wrapper(entity, text, deeds) {
  if (TAGS[entity.type]) return document.createElement(TAGS[entity.type]);
  if (entity.type === "text_link") return link(entity.url, deeds);
  if (entity.type === "url") return link(text, deeds);
  if (entity.type === "spoiler") {
    const node = element("span", "spoiler");
    node.addEventListener("click", () => node.classList.add("shown"));
    return node;
  }
  if (entity.type === "bot_command") {
    const node = document.createElement("a");
    node.href = "#";
    node.addEventListener("click", (event) => {
      event.preventDefault();
      deeds.command(text);
    });
    return node;
  }
  return document.createElement("span");
}

const isBlock = (entity) => ["pre", "blockquote", "expandable_blockquote"].includes(entity.type);

/** Appends `text` from `start` to `end`; `entities` are sorted, outer ones first. */
function fill(node, text, start, end, entities, deeds) {
  let at = start;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    if (from >= to) continue;
    // A block starts and ends a line by itself: the line breaks beside it are not shown twice.
    const before = isBlock(entity) && text[from - 1] === "\n" ? from - 1 : from;
    if (before > at) node.append(text.slice(at, before));
    const part = wrapper(entity, text.slice(from, to), deeds);
    const inner = entities.slice(index + 1).filter((other) => other.offset < to);
    fill(part, text, from, to, inner, deeds);
    node.append(part);
    at = isBlock(entity) && text[to] === "\n" ? to + 1 : to;
  }
  if (at < end) node.append(text.slice(at, end));
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(0)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function fileNode(file) {
  const node = document.createElement("a");
  node.href = `/rehearsal/file/${encodeURIComponent(file.id)}`;
  if (file.kind === "photo") {
    node.className = "photo";
    node.target = "_blank";
    node.rel = "noopener";
    const image = document.createElement("img");
    image.src = node.href;
    image.alt = file.name || word("picture");
    node.append(image);
  } else {
    node.className = "document";
    node.download = file.name;
    node.append(element("span", "", element("b", "", file.name), element("small", "", size(file.size))));
  }
  return node;
}

function buttonNode(button, message, deeds) {
  if (button.action.url !== undefined) {
    const node = link(button.action.url, deeds);
    node.append(`${button.text} ↗`);
    return node;
  }
  const node = element("button", "", button.text);
  node.type = "button";
  node.addEventListener("click", async () => {
    if (button.action.copy !== undefined) {
      await navigator.clipboard.writeText(button.action.copy);
      return;
    }
    node.disabled = true;
    await deeds.press(message, button.action.data);
    node.disabled = false;
  });
  return node;
}

/** The list item of a message. `deeds`: press, reply, edit, command, startCode, invite. */
export function messageNode(message, inGroup, deeds) {
  if (message.service !== null) return element("li", "service", word(message.service));
  const item = element("li", message.mine ? "message mine" : "message");
  item.dataset.id = message.id;
  item.tabIndex = -1; // a tap shows its tools
  const bubble = element("div", "bubble");
  if (inGroup && !message.mine) bubble.append(element("div", "author", message.author));
  if (message.reply) {
    bubble.append(element("div", "quote", element("b", "", message.reply.author), word(message.reply.text)));
  }
  if (message.file) bubble.append(fileNode(message.file));
  if (message.text) {
    const text = element("div", "text");
    fill(text, message.text, 0, message.text.length, message.entities, deeds);
    bubble.append(text);
  }
  bubble.append(element("div", "meta", message.edited ? element("span", "edited", word("edited")) : null, element("time", "", message.time)));
  item.append(bubble);
  if (message.buttons.length > 0) {
    const rows = message.buttons.map((row) =>
      element("div", "", ...row.map((button) => buttonNode(button, message, deeds))));
    item.append(element("div", "keys", ...rows));
  }
  const tools = element("div", "tools");
  const tool = (name, deed) => {
    const node = element("button", "quiet", word(name));
    node.type = "button";
    node.addEventListener("click", () => deed(message));
    tools.append(node);
  };
  tool("reply", deeds.reply);
  if (message.mine && !message.file) tool("edit", deeds.edit);
  item.append(tools);
  return item;
}
