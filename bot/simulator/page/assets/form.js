// The form in front of the person. What is typed goes to the workspace at once, so a reload loses nothing.

import { block } from "./blocks.js";
import { button, byId, el, keepingFocus } from "./dom.js";
import { plain, runs } from "./text.js";

const TYPING_MS = 150;

export class FormDialog {
  #node = null;
  #shape = "";
  #fields = new Map();
  #timers = new Map();
  #busy = false;
  #leadToErrors = false;

  constructor(app) {
    this.app = app;
    this.dialog = byId("form");
    // What the panel says stands here too: while a form is open, the rest of the page is out of reach.
    this.note = el("div", { id: "form-note", class: "form-note", hidden: true });
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#dismiss();
    });
    addEventListener("pagehide", () => this.#flush());
  }

  show(node) {
    if (node === null) {
      this.#close();
      return;
    }
    const other = this.#node?.id !== node.id;
    this.#node = node;
    const shape = JSON.stringify([node.id, node.title, node.submit, node.close, node.blocks.map(withoutValue)]);
    if (shape !== this.#shape) {
      this.#shape = shape;
      if (other) this.#build();
      else keepingFocus(this.dialog, () => this.#build());
    }
    this.#refresh();
    if (!this.dialog.open) this.dialog.showModal();
    if (other)
      (
        this.dialog.querySelector(".input input, .input textarea, .input select") ??
        this.dialog.querySelector(".blocks button, .buttons button")
      )?.focus();
  }

  #close() {
    this.#flushTimers();
    this.#node = null;
    this.#shape = "";
    if (this.dialog.open) this.dialog.close();
    this.dialog.replaceChildren();
    // Chromium gives the focus back to a text field without its caret: typing would go nowhere.
    const back = document.activeElement;
    if (back instanceof HTMLTextAreaElement) {
      back.blur();
      back.focus();
    }
  }

  #build() {
    const node = this.#node;
    this.#fields.clear();
    const press = (control, choice) =>
      this.app.ask("press", { view: node.id, block: control.block, action: control.action, choice });
    const parts = node.blocks.map((one, at) => (one.t === "input" ? this.#input(one, at) : block(one, press)));
    const close = button(node.close, { data: { key: "close" }, onclick: () => this.#dismiss() });
    const submit = node.submit
      ? el("button", { type: "submit", class: "primary", data: { key: "submit" } }, node.submit)
      : null;
    const form = el(
      "form",
      {
        method: "dialog",
        noValidate: true,
        onsubmit: (event) => {
          event.preventDefault();
          this.#submit();
        },
      },
      el(
        "header",
        {},
        el("h2", { id: "form-title" }, node.title),
        button("×", { class: "icon", "aria-label": "Close the form", onclick: () => this.#dismiss() }),
      ),
      this.note,
      el("div", { class: "blocks" }, ...parts),
      el("div", { class: "form-problems", role: "alert" }),
      el("p", { class: "buttons" }, close, submit),
    );
    this.dialog.replaceChildren(form);
  }

  #input(node, at) {
    const id = `field-${at}`;
    const made = field(node.field, {
      id,
      placeholder: node.placeholder,
      key: `${node.block}/${node.action}`,
      name: plain(node.name),
    });
    const error = el("p", { class: "error", id: `${id}-error`, role: "alert" });
    const hint = node.hint.length ? el("p", { class: "faint", id: `${id}-hint` }, ...runs(node.hint)) : null;
    const changed = (now) => this.#changed(node, made, now);
    made.element.addEventListener("input", () => changed(false));
    made.element.addEventListener("change", () => changed(true));
    made.control?.setAttribute("aria-describedby", [hint ? `${id}-hint` : "", `${id}-error`].join(" ").trim());
    this.#fields.set(`${node.block}/${node.action}`, {
      node,
      made,
      error,
      sent: JSON.stringify(node.field.value),
      onTheWay: 0,
    });
    const label = [...runs(node.name), node.optional ? el("span", { class: "faint" }, " (optional)") : null];
    if (!made.control) {
      return el("fieldset", { class: "input" }, el("legend", {}, ...label), made.element, hint, error);
    }
    made.control.required = !node.optional;
    return el("div", { class: "input" }, el("label", { htmlFor: id }, ...label), made.element, hint, error);
  }

  // Values and errors that came from the workspace; a field somebody is typing into is left alone.
  #refresh() {
    const values = new Map(
      this.#node.blocks
        .filter((one) => one.t === "input")
        .map((one) => [`${one.block}/${one.action}`, one.field.value]),
    );
    const wrong = [];
    for (const [key, entry] of this.#fields) {
      const value = values.get(key);
      // What was typed last may not have arrived when this was sent.
      const isAhead = entry.onTheWay > 0 || this.#timers.has(key);
      const isTyping = entry.made.element.contains(document.activeElement);
      if (JSON.stringify(value) !== entry.sent && !isAhead && !isTyping) {
        entry.made.set(value);
        entry.sent = JSON.stringify(value);
      }
      const text = this.#node.errors[entry.node.block] ?? "";
      if (entry.error.textContent !== text) entry.error.textContent = text;
      entry.made.control?.setAttribute("aria-invalid", String(Boolean(text)));
      if (text) wrong.push(entry);
    }
    this.dialog.querySelector(".form-problems").textContent = this.#node.trouble;
    if (!wrong.length || !this.#leadToErrors) return;
    this.#leadToErrors = false;
    wrong[0].made.focus();
  }

  #changed(node, made, now) {
    const key = `${node.block}/${node.action}`;
    this.#leadToErrors = false;
    clearTimeout(this.#timers.get(key));
    this.#timers.set(
      key,
      setTimeout(() => this.#fill(key), now ? 0 : TYPING_MS),
    );
  }

  async #fill(key) {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    const entry = this.#fields.get(key);
    if (!entry || !this.#node) return;
    const value = entry.made.get();
    if (JSON.stringify(value) === entry.sent) return;
    entry.sent = JSON.stringify(value);
    entry.onTheWay += 1;
    await this.app.tell("fill", { view: this.#node.id, block: entry.node.block, action: entry.node.action, value });
    entry.onTheWay -= 1;
  }

  #flush() {
    for (const key of [...this.#timers.keys()]) this.#fill(key);
  }

  #flushTimers() {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  async #submit() {
    if (this.#busy) return;
    this.#flushTimers();
    this.#busy = this.#leadToErrors = true;
    const go = this.dialog.querySelector('[data-key="submit"]');
    go?.setAttribute("aria-busy", "true");
    const values = [...this.#fields.values()].map(({ node, made }) => [node.block, node.action, made.get()]);
    await this.app.ask("submit", { view: this.#node.id, values });
    this.#busy = false;
    go?.removeAttribute("aria-busy");
  }

  #dismiss() {
    this.#flushTimers();
    if (this.#node) this.app.ask("dismiss", { view: this.#node.id });
  }
}

function withoutValue(node) {
  if (node.t !== "input") return node;
  const { value, ...rest } = node.field;
  return { ...node, field: rest };
}

function field(node, { id, placeholder, key, name }) {
  if (node.as === "checks" || node.as === "radios") return ticks(node, id, key);
  const data = { key };
  let control;
  if (node.as === "select") {
    const options = node.options.map((one) => el("option", { value: one.v }, one.label));
    control = el("select", { id, data }, el("option", { value: "" }, node.label || "Choose an option"), ...options);
  } else if (node.as === "lines") {
    control = el("textarea", { id, rows: 3, placeholder, data });
  } else if (node.as) {
    control = el("input", { id, type: node.as, placeholder, data, autocomplete: "off" });
  } else {
    const note = el("p", { class: "faint", "aria-label": name }, ...runs(node.text));
    return { element: note, control: null, get: () => "", set: () => {}, focus: () => {} };
  }
  control.value = node.value;
  return {
    element: control,
    control,
    get: () => control.value,
    set: (value) => {
      control.value = value;
    },
    focus: () => control.focus(),
  };
}

function ticks(node, id, key) {
  const type = node.as === "radios" ? "radio" : "checkbox";
  const boxes = node.options.map((one) =>
    el("input", { type, name: id, value: one.v, data: { key: `${key}/${one.v}` } }),
  );
  const rows = node.options.map((one, at) =>
    el(
      "label",
      { class: "tick" },
      boxes[at],
      el("span", {}, one.label, one.more ? el("span", { class: "more" }, ...runs(one.more)) : null),
    ),
  );
  const set = (value) =>
    boxes.forEach((box) => {
      box.checked = [value].flat().includes(box.value);
    });
  set(node.value);
  const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const get = () => (type === "radio" ? (chosen()[0] ?? "") : chosen());
  return { element: el("div", { class: "ticks" }, ...rows), control: null, get, set, focus: () => boxes[0]?.focus() };
}
