// The list of channels and people, with what is unread, and the switch between people.

import { avatar, button, el, keepingFocus } from "./dom.js";

const PARTS = [
  ["channels", "Channels"],
  ["direct", "Direct messages"],
  ["apps", "Apps"],
  ["others", "Channels you are not in"],
  ["archived", "Archived channels"],
];
const FOLDED = new Set(["others", "archived"]);

export class Sidebar {
  #entries = new Map();
  #unfolded = new Set();

  constructor(place, { open, current }) {
    this.place = place;
    this.open = open;
    this.current = current;
  }

  clear() {
    this.#entries.clear();
  }

  get(id) {
    return this.#entries.get(id);
  }

  // The entry of a conversation with this person.
  withUser(userId) {
    return [...this.#entries].find(([, entry]) => entry.user === userId)?.[0] ?? userId;
  }

  // The entry somebody should look at now; "" for none.
  point(id) {
    this.pointed = id;
    for (const one of this.place.querySelectorAll(".place")) this.#pointAt(one);
  }

  #pointAt(entry) {
    entry.classList.toggle("pointed", entry.dataset.key === `place/${this.pointed}` && !entry.hasAttribute("aria-current"));
  }

  names() {
    return [...this.#entries.values()].filter((one) => one.part === "channels").map((one) => one.name);
  }

  get mentions() {
    return [...this.#entries.values()].reduce((sum, one) => sum + one.mentions, 0);
  }

  // Returns how many more messages call this person than before.
  set(id, node) {
    const before = this.#entries.get(id)?.mentions ?? 0;
    if (node === null) this.#entries.delete(id);
    else this.#entries.set(id, node);
    return (node?.mentions ?? 0) - before;
  }

  draw(hello) {
    if (this.hello !== hello) {
      this.hello = hello;
      this.list = el("div", {});
      this.place.replaceChildren(switcher(hello, this.current), this.list);
    }
    keepingFocus(this.list, () => this.list.replaceChildren(...PARTS.map((part) => this.#part(part)).filter(Boolean)));
    this.point(this.pointed ?? "");
  }

  #part([part, title]) {
    const inside = [...this.#entries].filter(([, one]) => one.part === part);
    if (!inside.length) return null;
    inside.sort(([, one], [, other]) => one.order.localeCompare(other.order, undefined, { numeric: true }));
    const list = el("ul", { role: "list" }, ...inside.map(([id, one]) => el("li", {}, this.#entry(id, one))));
    if (!FOLDED.has(part)) return el("section", { "aria-label": title }, el("h2", {}, title), list);
    const holdsCurrent = inside.some(([id]) => id === this.current());
    const fold = el(
      "details",
      { open: this.#unfolded.has(part) || holdsCurrent },
      el("summary", { data: { key: `fold/${part}` } }, `${title} (${inside.length})`),
      list,
    );
    fold.addEventListener("toggle", () => (fold.open ? this.#unfolded.add(part) : this.#unfolded.delete(part)));
    return fold;
  }

  #entry(id, one) {
    const news = one.unread || one.mentions;
    const sign = one.face
      ? avatar(one.face, "small")
      : el("span", { class: "sign", "aria-hidden": "true" }, one.kind === "private" ? "🔒" : "#");
    const badge = one.mentions
      ? el(
          "span",
          { class: "count" },
          String(one.mentions),
          el("span", { class: "hidden" }, one.mentions === 1 ? " mention" : " mentions"),
        )
      : null;
    const unread = news && !one.mentions ? el("span", { class: "hidden" }, ", unread") : null;
    return button(
      "",
      {
        class: `place${news ? " unread" : ""}`,
        "aria-current": id === this.current() ? "page" : undefined,
        data: { key: `place/${id}` },
        onclick: () => this.open(id),
      },
      sign,
      el("span", { class: "label" }, one.name),
      one.kind === "private" ? el("span", { class: "hidden" }, ", private") : null,
      unread,
      badge,
    );
  }
}

function switcher({ me, people }, current) {
  // Whoever one becomes stands in the same channel, if they may see it.
  const stay = (face) => (event) => {
    event.currentTarget.href = `/${face.handle}/${current() ?? ""}`;
  };
  const row = (face) =>
    el(
      "li",
      {},
      el(
        "a",
        { href: `/${face.handle}`, onclick: stay(face), "aria-current": face.id === me.id ? "true" : undefined },
        avatar(face, "small"),
        el(
          "span",
          {},
          el("strong", {}, face.name),
          el(
            "span",
            { class: "more" },
            [face.title, face.zone.split("/").pop().replace("_", " ")].filter(Boolean).join(" · "),
          ),
        ),
      ),
      el(
        "a",
        {
          class: "icon",
          href: `/${face.handle}`,
          onclick: stay(face),
          target: "_blank",
          "aria-label": `Open a second window as ${face.name}`,
          title: "Open in a second window",
        },
        "↗",
      ),
    );
  const shown = el(
    "summary",
    { data: { key: "switch" } },
    avatar(me),
    el(
      "span",
      {},
      el("span", { class: "hidden" }, "You are "),
      el("strong", {}, me.name),
      el("span", { class: "more" }, me.title || `@${me.handle}`),
    ),
    el("span", { class: "arrow", "aria-hidden": "true" }, "▾"),
  );
  return el(
    "details",
    { class: "switch" },
    shown,
    el("p", { class: "more" }, "Be somebody else:"),
    el("ul", { role: "list" }, ...people.map(row)),
  );
}
