// What stands above the messages, and the lists of members and pins at the right.

import { avatar, button, byId, el, keepingFocus } from "./dom.js";
import { Messages } from "./messages.js";
import { runs } from "./text.js";

export function drawHead(node, app) {
  const sign = node.face
    ? avatar(node.face, "small")
    : el("span", { class: "sign", "aria-hidden": "true" }, node.kind === "private" ? "🔒" : "#");
  const name = el("h1", {}, sign, el("span", {}, node.name));
  const marks = [node.archived ? "Archived" : "", node.kind === "private" ? "Private" : ""].filter(Boolean);
  const mark = marks.map((text) => el("span", { class: "badge" }, text));
  const topic = node.topic.length ? el("p", { class: "topic" }, ...runs(node.topic)) : null;
  const place = byId("head");
  keepingFocus(place, () =>
    place.replaceChildren(
      el("div", { class: "about" }, el("div", { class: "called" }, name, ...mark), topic),
      el("div", { class: "lists" }, tabs(node, app), pins(node, app), members(node, app)),
    ),
  );
}

function tabs(node, app) {
  if (!node.home) return null;
  const tab = (label, home) =>
    button(label, {
      "aria-pressed": String(node.at_home === home),
      data: { key: `tab/${label}` },
      onclick: () => app.look(node.id, { home }),
    });
  return el("span", { class: "tabs", role: "group", "aria-label": "Show" }, tab("Home", true), tab("Messages", false));
}

function pins(node, app) {
  if (!node.pins) return null;
  return button(
    "",
    { data: { key: "pins" }, "aria-expanded": "false", onclick: () => app.openBeside("pins") },
    `📌 ${node.pins}`,
    el("span", { class: "hidden" }, " pinned messages"),
  );
}

function members(node, app) {
  if (node.members === undefined) return null;
  return button(
    "",
    { data: { key: "members" }, "aria-expanded": "false", onclick: () => app.openBeside("members") },
    `👥 ${node.members}`,
    el("span", { class: "hidden" }, " members"),
  );
}

// What stands in place of the message box where one cannot write.
export function refusal(node, join) {
  if (node.joinable)
    return el(
      "p",
      { class: "refusal" },
      `You are looking at #${node.name}. `,
      button("Join channel", { class: "primary", onclick: join }),
    );
  return el(
    "p",
    { class: "refusal" },
    node.archived ? "This channel is archived: it can be read, and nobody can write here." : "Nobody can write here.",
  );
}

// The right side holds one thing: a thread, or a list.
export class Aside {
  constructor(app) {
    this.app = app;
    this.place = byId("aside");
    this.shows = null;
    this.opener = null;
    this.place.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.preventDefault();
      this.app.closeAside();
    });
  }

  open(what, title, ...content) {
    if (this.place.hidden) this.opener = document.activeElement?.dataset?.key ?? null;
    this.shows = what;
    this.place.hidden = false;
    this.place.setAttribute("aria-label", title);
    const close = button("×", {
      class: "icon",
      "aria-label": `Close: ${title}`,
      data: { key: "close" },
      onclick: () => this.app.closeAside(),
    });
    keepingFocus(this.place, () =>
      this.place.replaceChildren(el("header", {}, el("h2", {}, title), close), ...content),
    );
  }

  close() {
    const had = this.place.contains(document.activeElement);
    this.shows = null;
    this.place.hidden = true;
    this.place.replaceChildren();
    if (!had) return;
    const opener = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === this.opener);
    (opener ?? byId("composer-text"))?.focus();
  }

  list(node) {
    if (node === null) {
      if (this.shows === "beside") this.close();
      return;
    }
    if (node.what === "members") {
      this.open(
        "beside",
        "Members",
        el("ul", { class: "people", role: "list" }, ...node.people.map((face) => this.#person(face))),
      );
      return;
    }
    const list = el("ol", { class: "messages", role: "list" });
    const messages = new Messages(list, this.app, { inThread: true });
    for (const one of node.messages) messages.set(one.ts, one);
    messages.arrange();
    this.open(
      "beside",
      "Pinned messages",
      node.messages.length ? list : el("p", { class: "empty" }, "Nothing is pinned here."),
    );
  }

  #person(face) {
    const words = el(
      "span",
      {},
      el("strong", {}, face.name),
      el("span", { class: "more" }, face.title || `@${face.handle}`),
    );
    return el(
      "li",
      {},
      button(
        "",
        { data: { key: `person/${face.id}` }, onclick: () => this.app.lookAtUser(face.id) },
        avatar(face),
        words,
      ),
    );
  }
}
