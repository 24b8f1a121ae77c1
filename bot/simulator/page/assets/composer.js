// The message box: what is typed, with help for commands, people and channels.

import { button, el } from "./dom.js";
import { openMenu, pickEmoji } from "./menu.js";

// What was typed and not sent yet, kept by place for as long as the window lives.
export function draftOf(place) {
  const key = `draft ${location.pathname.split("/")[1]} ${place}`;
  return {
    get: () => sessionStorage.getItem(key) ?? "",
    set: (text) => (text ? sessionStorage.setItem(key, text) : sessionStorage.removeItem(key)),
  };
}

const SUGGESTIONS_MAX = 8;
let count = 0;

export class Composer {
  #editing = null;
  #choices = [];
  #at = 0;

  // `send(text)` resolves to "" when it went; `help()` gives what can be completed.
  constructor({ id, label, send, help, draft, edit }) {
    this.send = send;
    this.help = help;
    this.draft = draft;
    this.edit = edit;
    count += 1;
    this.text = el("textarea", {
      id,
      rows: 1,
      "aria-label": label,
      placeholder: label,
      autocomplete: "off",
      "aria-autocomplete": "list",
      "aria-controls": `suggestions-${count}`,
      oninput: () => this.#typed(),
      onkeydown: (event) => this.#key(event),
      onblur: () => this.#close(),
    });
    this.list = el("ul", {
      class: "suggestions",
      id: `suggestions-${count}`,
      role: "listbox",
      "aria-label": "Suggestions",
      hidden: true,
    });
    this.note = el("span", { class: "faint" }, "");
    const emoji = button("☺", {
      class: "icon",
      "aria-label": "Emoji",
      title: "Emoji",
      onclick: () => pickEmoji(emoji, this.help().emoji, (name) => this.insert(`:${name}: `)),
    });
    const shortcuts = button("⚡", {
      class: "icon",
      "aria-label": "Shortcuts",
      title: "Shortcuts",
      "aria-haspopup": "menu",
      hidden: true,
      onclick: () => openMenu(shortcuts, "Shortcuts", this.help().global),
    });
    this.shortcuts = shortcuts;
    const go = button("Send", { class: "primary", onclick: () => this.#send() });
    this.element = el(
      "div",
      { class: "box" },
      this.list,
      this.text,
      el("p", { class: "under" }, emoji, shortcuts, this.note, go),
    );
    this.text.value = draft.get();
    this.#grow();
  }

  relabel(label, hasGlobal) {
    this.text.placeholder = label;
    this.text.setAttribute("aria-label", label);
    this.shortcuts.hidden = !hasGlobal;
  }

  fresh() {
    this.#editing = null;
    this.note.textContent = "";
    this.text.value = this.draft.get();
    this.#close();
    this.#grow();
  }

  insert(words) {
    this.text.setRangeText(words, this.text.selectionStart, this.text.selectionEnd, "end");
    this.text.focus();
    this.#typed();
  }

  startEditing(node) {
    this.#editing = node.ts;
    this.text.value = node.source;
    this.note.textContent = "Editing your message. Escape stops.";
    this.text.focus();
    this.#grow();
  }

  async #send() {
    const text = this.text.value;
    if (!text.trim()) return;
    const editing = this.#editing;
    this.#editing = null;
    this.note.textContent = "";
    this.text.value = "";
    this.draft.set("");
    this.#close();
    this.#grow();
    this.text.focus();
    const problem = editing ? await this.edit(editing, text) : await this.send(text);
    if (problem && !this.text.value) {
      this.text.value = text;
      this.#grow();
    }
  }

  #typed() {
    if (!this.#editing) this.draft.set(this.text.value);
    this.#grow();
    this.#suggest();
  }

  #grow() {
    this.text.style.height = "auto";
    if (this.text.value) this.text.style.height = `${Math.min(this.text.scrollHeight + 2, innerHeight * 0.3)}px`;
  }

  #key(event) {
    if (event.isComposing) return;
    if (!this.list.hidden && this.#choose(event)) {
      event.preventDefault();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "Escape" && this.#editing) {
      event.preventDefault();
      this.fresh();
    }
  }

  #choose(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#show((this.#at + step + this.#choices.length) % this.#choices.length);
    else if (event.key === "Escape") this.#close();
    else if (event.key === "Tab" && !event.shiftKey) this.#take(this.#choices[this.#at]);
    else if (event.key === "Enter" && !this.#choices[this.#at].whole) this.#take(this.#choices[this.#at]);
    else return false;
    return true;
  }

  #suggest() {
    const before = this.text.value.slice(0, this.text.selectionStart);
    const { commands, people, channels } = this.help();
    const word = /(?:^|\s)([@#][\w.-]*)$/.exec(before)?.[1];
    if (/^\/\S*$/.test(before)) {
      const fitting = commands.filter((one) => one.command.startsWith(before));
      const choices = fitting.map((one) => ({
        insert: `${one.command} `,
        length: before.length,
        label: `${one.command} ${one.usage}`,
        more: one.does,
        whole: before === one.command,
      }));
      this.#offer(choices);
    } else if (word) {
      const names = word[0] === "@" ? people.map((one) => [one.handle, one.name]) : channels.map((name) => [name, ""]);
      const wanted = word.slice(1).toLowerCase();
      const fitting = names.filter(
        ([name, called]) => name.toLowerCase().startsWith(wanted) || called.toLowerCase().startsWith(wanted),
      );
      this.#offer(
        fitting.map(([name, called]) => ({
          insert: `${word[0]}${name} `,
          length: word.length,
          label: word[0] + name,
          more: called,
          whole: word.slice(1) === name,
        })),
      );
    } else {
      this.#close();
    }
  }

  #offer(choices) {
    this.#choices = choices.slice(0, SUGGESTIONS_MAX);
    if (!this.#choices.length) {
      this.#close();
      return;
    }
    const row = (one, at) =>
      el(
        "li",
        {
          role: "option",
          id: `${this.list.id}-${at}`,
          onpointerdown: (event) => {
            event.preventDefault();
            this.#take(one);
          },
        },
        el("span", {}, one.label),
        el("span", { class: "more" }, one.more),
      );
    this.list.replaceChildren(...this.#choices.map(row));
    this.list.hidden = false;
    this.#show(0);
  }

  #show(at) {
    this.#at = at;
    [...this.list.children].forEach((row, number) => row.setAttribute("aria-selected", String(number === at)));
    this.text.setAttribute("aria-activedescendant", `${this.list.id}-${at}`);
  }

  #take(choice) {
    const end = this.text.selectionStart;
    this.text.setRangeText(choice.insert, end - choice.length, end, "end");
    this.#close();
    this.#typed();
  }

  #close() {
    this.list.hidden = true;
    this.text.removeAttribute("aria-activedescendant");
  }
}
