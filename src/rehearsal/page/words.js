// The page's own words in both languages, and the switches for language and colours. What the bot
// says is in the language of its account (/language), and not touched here.

const WORDS = {
  room: ["演练室", "Rehearsal"],
  rehearsal: ["演练", "Rehearsal"],
  offline: ["演练程序没有回应，正在重新连接……", "The rehearsal does not answer; reconnecting …"],
  chats: ["会话", "Chats"],
  local: ["本机演练，不会发出真实消息", "A local rehearsal; nothing is really sent"],
  clock: ["计划时钟", "Plan clock"],
  persona: ["当前身份", "You are"],
  elsewhere: ["其他人的未读消息", "Unread by others"],
  back: ["返回会话列表", "Back to the chats"],
  messages: ["消息", "Messages"],
  newest: ["↓ 新消息", "↓ New"],
  cancel: ["取消", "Cancel"],
  menu: ["命令菜单", "Commands"],
  attach: ["发送文件（也可拖进来）", "Send a file (or drop it here)"],
  hint: ["输入消息，回车发送，/ 打开命令", "Message; Enter sends, / opens the commands"],
  send: ["发送", "Send"],
  close: ["关闭", "Close"],
  next_job: ["到下一个任务", "To the next job"],
  deadline: ["到截止时间", "To the deadline"],
  day: ["+1天", "+1 day"],
  happened: ["发生了什么", "What happened, and why"],
  nothing: ["还没有任务触发", "No job has fired yet"],
  ok: ["知道了", "OK"],
  who_opens: ["以谁的身份打开这个邀请链接？", "Who opens this invitation?"],
  open: ["打开", "Open"],
  start: ["开始", "Start"],
  restart: ["解除屏蔽并开始", "Unblock and start"],
  block: ["屏蔽", "Block"],
  unblock: ["解除屏蔽", "Unblock"],
  start_first: ["按“开始”之后，机器人才能给您发消息", "Press Start, so that the bot may write to you"],
  bot_you_are: ["机器人 · 您是 ", "Bot · you are "],
  members: [" 位成员", " members"],
  bot_is_out: [" · 机器人已不在群里", " · the bot is not in the group"],
  edit: ["修改", "Edit"],
  reply: ["回复", "Reply"],
  edited: ["已编辑", "edited"],
  picture: ["图片", "Picture"],
  failed: ["没有成功，请再试一次", "That did not work; try again"],
  keys: ["快捷键", "Shortcuts"],
  colours: ["深色／浅色", "Dark / light"],
  key_enter: ["发送；Shift+Enter 换行", "Send; Shift+Enter breaks the line"],
  key_slash: ["打开命令菜单，↑↓ 选择", "Commands; ↑↓ choose"],
  key_up: ["输入框空着时：修改自己的上一条消息", "In an empty field: edit your last message"],
  key_chats: ["上一个／下一个会话", "Previous / next chat"],
  key_people: ["上一个／下一个身份", "Previous / next person"],
  key_clock: ["到下一个任务／到截止时间／+1天", "Next job / deadline / +1 day"],
  key_escape: ["取消回复、修改，关闭菜单", "Cancel a reply or an edit, close the menu"],
};

const stored = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // a browser that keeps nothing
  }
};
const store = (name, value) => {
  try {
    localStorage.setItem(name, value);
  } catch {
    // It holds until the page is closed.
  }
};

let language = stored("language") === "en" ? "en" : "zh";

/** A word of the page, by its key; or what the server says in both languages, as it is wanted. */
export function word(what) {
  if (typeof what === "string") return WORDS[what]?.[language === "en" ? 1 : 0] ?? what;
  return what?.[language] ?? "";
}

/** The text of a server's answer: a plain string, or both languages. */
export const said = (what) => (typeof what === "string" ? what : word(what));

function apply() {
  document.documentElement.lang = language === "en" ? "en" : "zh-CN";
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = word(node.dataset.word);
  for (const node of document.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", word(node.dataset.label));
    if (node.tagName === "BUTTON") node.title = word(node.dataset.label);
  }
  for (const node of document.querySelectorAll("[data-hint]")) node.placeholder = word(node.dataset.hint);
  document.getElementById("language").textContent = language === "en" ? "中文" : "English";
}

function colour(theme) {
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

/** Makes the switches work; `changed` is called when everything is to be shown anew. */
export function begin(changed) {
  colour(stored("theme"));
  apply();
  document.getElementById("language").addEventListener("click", () => {
    language = language === "en" ? "zh" : "en";
    store("language", language);
    apply();
    changed();
  });
  document.getElementById("theme").addEventListener("click", () => {
    const now = document.documentElement.dataset.theme
      ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    const next = now === "dark" ? "light" : "dark";
    store("theme", next);
    colour(next);
  });
}
