// Everything that can be done without a mouse. `page` is what the keys need of the page:
// step(chats | people, ±1), editLast(), pick(command), move(clock), escape().

const by = (id) => document.getElementById(id);

const MOVES = { KeyN: "next_job", KeyD: "deadline", KeyA: "day" };

/** The commands in the menu that are shown. */
const shownCommands = () => [...by("menu").querySelectorAll("li:not([hidden]) button")];

/** Shows the menu while a command is being typed, with the commands that begin so. */
export function filterMenu(text, toggle) {
  const typed = /^\/[a-z_]*$/.test(text);
  if (!typed && by("menu").hidden) return;
  let any = false;
  for (const item of by("menu").children) {
    item.hidden = typed && !item.querySelector(".name").textContent.startsWith(text);
    any ||= !item.hidden;
  }
  toggle(typed && any);
}

function inMenu(event, page) {
  const commands = shownCommands();
  const at = commands.indexOf(document.activeElement);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const step = event.key === "ArrowDown" ? 1 : -1;
    const from = at < 0 && step < 0 ? 0 : at;
    commands[(from + step + commands.length) % commands.length]?.focus();
    event.preventDefault();
  } else if (event.key === "Escape") {
    page.escape();
    by("text").focus();
  }
}

/** Listens to the keys of the whole page. */
export function listen(page) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.altKey && !event.ctrlKey && !event.metaKey) {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (step) page.step(event.shiftKey ? "people" : "chats", step);
      else if (MOVES[event.code]) page.move(MOVES[event.code]);
      else return;
      event.preventDefault();
      return;
    }
    const menuIsOpen = !by("menu").hidden;
    const isText = event.target === by("text");
    if (menuIsOpen && (isText || by("menu").contains(event.target))) {
      inMenu(event, page);
    } else if (isText && event.key === "ArrowUp" && by("text").value === "") {
      page.editLast();
      event.preventDefault();
    } else if (event.key === "?" && !isText) {
      by("shortcuts").showModal();
    } else if (event.key === "Escape") {
      page.escape();
    }
  });
}
