// The thread at the right: its messages and a box to reply in.

import { Composer, draftOf } from "./composer.js";
import { announce, el } from "./dom.js";
import { Messages } from "./messages.js";

export class ThreadPane {
  constructor(app) {
    this.app = app;
    this.ts = null;
    this.messages = null;
    this.composer = null;
    this.known = false;
  }

  get isOpen() {
    return this.app.aside.shows === "thread";
  }

  get newest() {
    return this.isOpen ? this.messages.newest : "";
  }

  clear() {
    this.messages?.clear();
  }

  // What the head of the channel says: which thread is open, if any.
  follow(head, arriving) {
    if (!head.thread) {
      if (this.isOpen) this.app.aside.close();
      this.ts = null;
      return;
    }
    if (this.isOpen && this.ts === head.thread) return;
    this.ts = head.thread;
    this.known = false;
    const list = el("ol", { class: "messages", role: "list", "aria-label": "Thread" });
    this.messages = new Messages(list, this.app, { inThread: true });
    this.composer = new Composer({
      id: "reply-text",
      label: "Write a reply",
      help: () => this.app.help(),
      draft: draftOf(`${head.id}/${head.thread}`),
      send: (text) => this.app.ask("say", { text, thread: this.ts }),
      edit: (ts, text) => this.app.ask("edit", { ts, text }),
    });
    this.app.aside.open("thread", "Thread", list, head.writable ? this.composer.element : "");
    if (!arriving && head.writable) this.composer.text.focus();
  }

  set(ts, node) {
    if (!this.isOpen) return;
    if (node === null) this.messages.remove(ts);
    else if (this.messages.set(ts, node) && this.known && !node.mine) announce(node.said);
  }

  arranged() {
    if (!this.isOpen) return;
    this.messages.arrange();
    this.messages.list.scrollTop = this.messages.list.scrollHeight;
    this.known = this.messages.size > 0;
  }
}
