// The one connection: asks, hears what changed, and comes back by itself.

import { problem } from "./dom.js";

const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 3000;

export class Connection {
  #waiting = new Map();
  #number = 0;
  #pause = FIRST_PAUSE_MS;
  #socket = null;

  constructor({ address, hello, updates, offline }) {
    this.address = address;
    this.heard = { hello, updates, offline };
  }

  open() {
    const socket = new WebSocket(this.address());
    this.#socket = socket;
    socket.addEventListener("message", (event) => this.#hear(JSON.parse(event.data)));
    socket.addEventListener("close", () => this.#lost());
  }

  // Resolves to "" when it was done, else to the sentence that says why not (it has been shown).
  ask(act, details = {}) {
    if (this.#socket?.readyState !== WebSocket.OPEN) {
      const sentence = "The workspace is not running, so nothing was sent.";
      problem(sentence);
      return Promise.resolve(sentence);
    }
    const id = ++this.#number;
    this.#socket.send(JSON.stringify({ id, do: act, ...details }));
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  // The same, for what nobody waits for: silent when there is no connection.
  tell(act, details = {}) {
    if (this.#socket?.readyState === WebSocket.OPEN) return this.ask(act, details);
    return Promise.resolve("");
  }

  #hear(message) {
    if (message.hello) {
      this.#pause = FIRST_PAUSE_MS;
      this.heard.offline(false);
      this.heard.hello(message.hello);
    } else if (message.updates) {
      this.heard.updates(message.updates);
    } else if (message.answer !== undefined) {
      const resolve = this.#waiting.get(message.answer);
      this.#waiting.delete(message.answer);
      if (message.problem) problem(message.problem);
      resolve?.(message.problem);
    }
  }

  #lost() {
    for (const resolve of this.#waiting.values()) resolve("The workspace stopped before it answered.");
    this.#waiting.clear();
    this.heard.offline(true);
    setTimeout(() => this.open(), this.#pause);
    this.#pause = Math.min(this.#pause * 1.6, LONGEST_PAUSE_MS);
  }
}
