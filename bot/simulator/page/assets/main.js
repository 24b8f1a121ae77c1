// Puts the parts together: what the workspace tells goes to the part that draws it.

import { block } from "./blocks.js";
import { ClockBar } from "./clock.js";
import { Composer, draftOf } from "./composer.js";
import { announce, byId, el } from "./dom.js";
import { Drawer, isNarrow } from "./drawer.js";
import { FormDialog } from "./form.js";
import { Aside, drawHead, refusal } from "./head.js";
import { Messages } from "./messages.js";
import { drawPanel } from "./panel.js";
import { Reading } from "./reading.js";
import { Connection } from "./socket.js";
import { Sidebar } from "./sidebar.js";
import { onChannel } from "./text.js";
import { ThreadPane } from "./thread.js";

class App {
  hello = null;
  head = null;
  shortcuts = [];
  emoji = [];
  #look = null;

  constructor() {
    const [handle, place] = location.pathname.split("/").filter(Boolean);
    const asked = new URLSearchParams(location.search);
    this.handle = handle ?? asked.get("as") ?? "";
    this.placeId = place ?? "";
    this.threadAsked = asked.get("thread");
    this.connection = new Connection({
      address: () => this.#address(),
      hello: (hello) => this.#greeted(hello),
      updates: (updates) => this.#apply(updates),
      offline: (gone) => {
        byId("offline").hidden = !gone;
      },
    });
    this.sidebar = new Sidebar(byId("sidebar"), { open: (id) => this.look(id), current: () => this.head?.id });
    this.list = new Messages(byId("list"), this);
    this.aside = new Aside(this);
    this.thread = new ThreadPane(this);
    this.clock = new ClockBar(this);
    this.form = new FormDialog(this);
    this.scroll = byId("scroll");
    this.reading = new Reading(this.scroll, (act, details) => this.tell(act, details));
    this.drawer = new Drawer();
    onChannel((id) => this.look(id));
    this.#listen();
    this.connection.open();
  }

  ask(act, details) {
    return this.connection.ask(act, details);
  }

  tell(act, details) {
    return this.connection.tell(act, details);
  }

  // -- where one is ------------------------------------------------------------------------------------------

  look(id, { home = false, remember = true } = {}) {
    this.drawer.set(false);
    this.ask("look", { place: id, home });
    this.remember = remember;
  }

  lookAtUser(userId) {
    if (userId !== this.hello.me.id) this.look(this.sidebar.withUser(userId));
  }

  openThread(ts) {
    this.ask("thread", { ts });
  }

  openBeside(what) {
    this.ask("beside", { what });
  }

  closeAside() {
    if (this.aside.shows === "thread") this.ask("thread", { ts: null });
    else this.ask("beside", { what: null });
    this.aside.close();
  }

  editMessage(node) {
    const inThread = this.thread.isOpen && !this.list.node(node.ts);
    (inThread ? this.thread.composer : this.composer)?.startEditing(node);
  }

  // -- what the workspace tells ------------------------------------------------------------------------------

  #greeted(hello) {
    Object.assign(this, { hello, shortcuts: hello.shortcuts, emoji: hello.emoji });
    this.handle = hello.me.handle;
    byId("team").textContent = hello.team;
    this.sidebar.clear();
    this.#look = null;
    this.isFirst = true;
  }

  #apply(updates) {
    const touched = new Set();
    const fresh = [];
    let calls = "";
    for (const [area, name, node] of updates) {
      touched.add(area);
      if (area === "side") {
        if (this.sidebar.set(name, node) > 0 && name !== this.head?.id) calls = node.name;
      } else if (area === "head") this.#head(node);
      else if (area === "list") {
        if (this.#message(name, node)) fresh.push(node);
      } else if (area === "thread") this.thread.set(name, node);
      else if (area === "beside") this.aside.list(node);
      else if (area === "form") this.form.show(node);
      else if (area === "home") this.#home(node);
      else if (area === "clock") this.clock.set(node);
      else if (area === "panel") drawPanel(node, this);
    }
    if (this.isFirst) this.#forget(touched);
    if (touched.has("side") || touched.has("head")) this.sidebar.draw(this.hello);
    if (touched.has("list") || touched.has("head")) this.#arranged(fresh);
    if (touched.has("thread")) {
      this.thread.arranged();
      this.#read();
    }
    if (calls && !this.arriving) announce(`You are mentioned in ${calls}`);
    this.#title();
  }

  // A workspace that started anew tells all there is at once; what it does not tell is no more.
  #forget(touched) {
    this.isFirst = false;
    if (!touched.has("form")) this.form.show(null);
    if (!touched.has("beside")) this.aside.list(null);
    if (!touched.has("panel")) drawPanel(null, this);
  }

  #head(node) {
    const arrived = node.look !== this.#look;
    const elsewhere = this.head?.id !== node.id;
    this.head = node;
    if (arrived) {
      this.#look = node.look;
      this.arriving = true;
      this.list.clear(node.read_to);
      this.thread.clear();
    }
    this.#showAddress(elsewhere);
    drawHead(node, this);
    const earlier = byId("earlier");
    earlier.hidden = !node.earlier || node.at_home;
    earlier.textContent = `Show earlier messages (${node.earlier})`;
    byId("list").hidden = node.at_home;
    byId("home").hidden = !node.at_home;
    this.thread.follow(node, this.arriving);
    this.#composerFor(node, arrived, elsewhere);
  }

  // True for a message that was not there before.
  #message(ts, node) {
    if (node !== null) return this.list.set(ts, node);
    this.list.remove(ts);
    return false;
  }

  #arranged(fresh) {
    const wasNewest = this.newestBefore ?? "";
    this.list.arrange();
    this.newestBefore = this.list.newest;
    if (this.arriving) {
      this.arriving = false;
      this.#showFirstUnread();
    } else {
      this.reading.settle();
      for (const node of fresh) if (!node.mine && node.ts > wasNewest) announce(node.said);
    }
    this.#read();
  }

  // What one has not read yet begins at the top; when everything is read, the end is shown.
  #showFirstUnread() {
    const line = byId("list").querySelector(".line.new");
    if (line) line.scrollIntoView({ block: "start" });
    else this.scroll.scrollTop = this.head.unread && !this.head.earlier ? 0 : this.scroll.scrollHeight;
  }

  #home(node) {
    const place = byId("home");
    place.replaceChildren();
    if (!node) {
      place.append(el("p", { class: "empty" }, "This app shows nothing here yet."));
      return;
    }
    const press = (control, choice) =>
      this.ask("press", { view: node.id, block: control.block, action: control.action, choice });
    place.append(...node.blocks.map((one) => block(one, press)));
  }

  // -- typing and reading ------------------------------------------------------------------------------------

  #composerFor(node, arrived, elsewhere) {
    const place = byId("composer");
    place.hidden = node.at_home;
    if (!node.writable) {
      this.composer = null;
      place.replaceChildren(refusal(node, () => this.ask("join")));
      return;
    }
    const sign = node.kind === "dm" || node.kind === "app" ? "" : "#";
    const label = `Message ${sign}${node.name}`;
    if (!this.composer) {
      this.composer = new Composer({
        id: "composer-text",
        label,
        help: () => this.help(),
        draft: { get: () => draftOf(this.head.id).get(), set: (text) => draftOf(this.head.id).set(text) },
        send: (text) => this.#say(text),
        edit: (ts, text) => this.ask("edit", { ts, text }),
      });
      place.replaceChildren(this.composer.element);
    }
    this.composer.relabel(
      label,
      this.shortcuts.some((one) => one.type === "global"),
    );
    if (!arrived) return;
    this.composer.fresh();
    if (elsewhere && !isNarrow() && !byId("form").open) this.composer.text.focus();
  }

  #say(text) {
    this.reading.toEnd();
    return this.ask("say", { text });
  }

  help() {
    const global = this.shortcuts.filter((one) => one.type === "global");
    return {
      commands: this.hello.commands,
      people: this.hello.people,
      channels: this.sidebar.names(),
      emoji: this.emoji,
      global: global.map(({ name }) => ({ label: name, run: () => this.ask("shortcut", { name }) })),
    };
  }

  #read() {
    if (!this.head || this.head.at_home) return;
    this.reading.upTo(this.head.id, this.list.newest, null);
    this.reading.upTo(this.head.id, this.thread.newest, this.thread.ts);
  }

  // -- around it ---------------------------------------------------------------------------------------------

  #listen() {
    byId("earlier").addEventListener("click", () => {
      this.reading.holdPlace();
      this.ask("earlier");
    });
    document.addEventListener("visibilitychange", () => this.#read());
    addEventListener("popstate", () => this.look(location.pathname.split("/")[2] ?? "", { remember: false }));
  }

  #address() {
    const where = new URLSearchParams({ as: this.handle, place: this.head?.id ?? this.placeId });
    const thread = this.head ? this.thread.ts : this.threadAsked;
    if (thread) where.set("thread", thread);
    return `ws://${location.host}/socket?${where}`;
  }

  #showAddress(elsewhere) {
    const thread = this.head.thread ? `?thread=${this.head.thread}` : "";
    const path = `/${this.handle}/${this.head.id}${thread}`;
    if (path === location.pathname + location.search) return;
    if (elsewhere && this.remember) history.pushState(null, "", path);
    else history.replaceState(null, "", path);
  }

  #title() {
    if (!this.head) return;
    const calls = this.sidebar.mentions ? `(${this.sidebar.mentions}) ` : "";
    document.title = `${calls}${this.head.name} · ${this.hello.me.name} · ${this.hello.team}`;
  }
}

new App();
