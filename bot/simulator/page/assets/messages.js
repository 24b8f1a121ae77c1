// A list of messages: each is drawn once and again only when it changed.

import { block } from "./blocks.js";
import { avatar, button, el, keepingFocus } from "./dom.js";
import { openMenu, pickEmoji } from "./menu.js";

const TOGETHER_S = 300;

export class Messages {
  #nodes = new Map();
  #readTo = null;

  // `app` is what the messages act through: ask, shortcuts, emoji, openThread, editMessage.
  constructor(list, app, { inThread = false } = {}) {
    this.list = list;
    this.app = app;
    this.inThread = inThread;
    list.addEventListener("keydown", (event) => this.#walk(event));
    list.addEventListener("focusin", (event) => this.#visit(event.target.closest(".message")));
  }

  clear(readTo = null) {
    this.#nodes.clear();
    this.#readTo = readTo;
    this.list.replaceChildren();
  }

  get size() {
    return this.#nodes.size;
  }

  get newest() {
    return this.list.querySelector(":scope > .message:last-of-type")?.dataset.ts ?? "";
  }

  node(ts) {
    return this.#nodes.get(ts)?.node;
  }

  // Puts a message where its time says; returns true if it was not there before.
  set(ts, node) {
    const before = this.#nodes.get(ts);
    if (before) {
      before.node = node;
      keepingFocus(before.item, () => this.#fill(before.item, node));
      return false;
    }
    const item = el("li", { class: "message", tabindex: "-1", data: { ts } });
    this.#nodes.set(ts, { item, node });
    this.#fill(item, node);
    const later = this.#firstAfter(ts);
    this.list.insertBefore(item, later);
    return true;
  }

  remove(ts) {
    this.#nodes.get(ts)?.item.remove();
    this.#nodes.delete(ts);
  }

  // Days, the line above what is new, and who goes on speaking; touches only what is different.
  arrange() {
    let before = null;
    let marked = false;
    for (const item of [...this.list.children]) {
      if (!item.classList.contains("message")) {
        item.remove();
        continue;
      }
      const node = this.#nodes.get(item.dataset.ts).node;
      const newDay = !this.inThread && before?.when.day !== node.when.day;
      if (newDay) item.before(el("li", { class: "line day" }, el("span", {}, node.when.day_name)));
      if (this.inThread && before && item === this.list.querySelectorAll(".message")[1])
        item.before(
          el("li", { class: "line" }, el("span", {}, this.size === 2 ? "1 reply" : `${this.size - 1} replies`)),
        );
      const isNew = this.#readTo !== null && node.ts > this.#readTo && !node.mine && !node.only_you;
      const first = isNew && !marked && this.#readTo !== "";
      if (first) item.before(el("li", { class: "line new" }, el("span", {}, "New")));
      marked ||= isNew;
      item.classList.toggle(
        "follows",
        !newDay && !first && follows(before, node) && !item.previousElementSibling?.classList.contains("line"),
      );
      before = node;
    }
    if (!this.list.contains(document.activeElement)) this.#visit(this.list.querySelector(".message:last-of-type"));
  }

  #firstAfter(ts) {
    let last = this.list.lastElementChild;
    let later = null;
    while (last && (!last.dataset.ts || last.dataset.ts > ts)) {
      if (last.dataset.ts) later = last;
      last = last.previousElementSibling;
    }
    return later;
  }

  #fill(item, node) {
    item.classList.toggle("system", node.system);
    item.classList.toggle("only-you", node.only_you);
    item.classList.toggle("is-pinned", Boolean(node.pinned));
    const time = el(
      "time",
      { title: node.when.full, dateTime: new Date(node.when.at * 1000).toISOString() },
      node.when.time,
    );
    const name = el("span", { class: "name" }, node.by.name);
    const badge = node.by.app ? el("span", { class: "badge" }, "app") : null;
    const content = el(
      "div",
      { class: "content" },
      el("p", { class: "from" }, name, badge, time),
      this.#notes(node),
      el(
        "div",
        { class: "body" },
        ...node.body.map((one) => block(one, (control, choice) => this.#press(node, control, choice))),
      ),
      node.edited ? el("span", { class: "faint" }, "(edited)") : null,
      node.trouble ? el("p", { class: "trouble", role: "alert" }, node.trouble) : null,
      this.#reactions(node),
      this.#replies(node),
    );
    item.replaceChildren(avatar(node.by), content, this.#toolbar(item, node));
  }

  #notes(node) {
    const notes = [];
    if (node.pinned) notes.push(`Pinned by ${node.pinned}`);
    if (node.thread && !this.inThread) notes.push("Replied in a thread");
    if (node.only_you) notes.push("Only visible to you");
    return notes.length ? el("p", { class: "faint note" }, notes.join(" · ")) : null;
  }

  #press(node, control, choice) {
    return this.app.ask("press", { ts: node.ts, block: control.block, action: control.action, choice });
  }

  #reactions(node) {
    if (!node.reactions.length) return null;
    const chip = (one) =>
      button(
        "",
        {
          class: one.mine ? "reaction mine" : "reaction",
          "aria-pressed": String(one.mine),
          "aria-label": `${one.name}, ${one.count}: ${one.who}`,
          title: `${one.who} reacted with :${one.name}:`,
          data: { key: `reaction/${one.name}` },
          onclick: () => this.app.ask("react", { ts: node.ts, name: one.name }),
        },
        el("span", { class: "emoji" }, one.char),
        el("span", {}, String(one.count)),
      );
    return el("p", { class: "reactions" }, ...node.reactions.map(chip));
  }

  #replies(node) {
    if (!node.replies || this.inThread) return null;
    const { count, people, last } = node.replies;
    const words = count === 1 ? "1 reply" : `${count} replies`;
    return button(
      "",
      { class: "replies", data: { key: "replies" }, onclick: () => this.app.openThread(node.ts) },
      ...people.map((face) => avatar(face, "small")),
      el("strong", {}, words),
      el("span", { class: "faint" }, `Last at ${last}`),
    );
  }

  #toolbar(item, node) {
    const tool = (label, sign, key, run) => {
      const made = button(sign, {
        class: "icon",
        "aria-label": label,
        title: label,
        tabindex: item.tabIndex === 0 ? "0" : "-1",
        data: { key: `tool/${key}` },
        onclick: () => run(made),
      });
      return made;
    };
    const tools = [];
    if (!node.only_you) {
      tools.push(
        tool("React", "☺", "react", (made) =>
          pickEmoji(made, this.app.emoji, (name) => this.app.ask("react", { ts: node.ts, name })),
        ),
      );
      if (!this.inThread)
        tools.push(tool("Reply in thread", "↩", "reply", () => this.app.openThread(node.thread ?? node.ts)));
    }
    const more = tool("More actions", "⋯", "more", (made) => openMenu(made, "More actions", this.#more(node)));
    more.setAttribute("aria-haspopup", "menu");
    more.setAttribute("aria-expanded", "false");
    return el("div", { class: "tools", role: "group", "aria-label": "Message actions" }, ...tools, more);
  }

  #more(node) {
    const { ts } = node;
    if (node.only_you) return [{ label: "Dismiss message", run: () => this.app.ask("delete", { ts }) }];
    const shortcuts = this.app.shortcuts.filter((one) => one.type === "message");
    const items = shortcuts.map(({ name }) => ({ label: name, run: () => this.app.ask("shortcut", { ts, name }) }));
    items.push({
      label: node.pinned ? "Unpin from channel" : "Pin to channel",
      run: () => this.app.ask("pin", { ts }),
    });
    if (node.mine) {
      items.push({ label: "Edit message", run: () => this.app.editMessage(node) });
      items.push({ label: "Delete message", danger: true, run: () => this.app.ask("delete", { ts }) });
    }
    return items;
  }

  // One message at a time is a stop of the Tab key; arrows go from one to the next.
  #visit(item) {
    if (!item || item.tabIndex === 0) return;
    for (const other of this.list.querySelectorAll('.message[tabindex="0"]')) {
      other.tabIndex = -1;
      for (const tool of other.querySelectorAll(".tools button")) tool.tabIndex = -1;
    }
    item.tabIndex = 0;
    for (const tool of item.querySelectorAll(".tools button")) tool.tabIndex = 0;
  }

  #walk(event) {
    if (!event.target.classList.contains("message")) return;
    const items = [...this.list.querySelectorAll(".message")];
    const at = items.indexOf(event.target);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: items.length - 1 }[event.key];
    if (to === undefined || !items[to]) return;
    event.preventDefault();
    items[to].focus();
  }
}

function follows(before, node) {
  if (!before || before.system || node.system || before.only_you !== node.only_you || node.pinned) return false;
  return before.by.id === node.by.id && node.when.at - before.when.at < TOGETHER_S;
}
