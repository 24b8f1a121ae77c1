// The clock of the workspace, as the person reads it, and the buttons that move it.

import { button, byId, el, keepingFocus } from "./dom.js";

const SPEEDS = [
  [0, "Pause", "Time stands still"],
  [1, "×1", "Normal speed"],
  [60, "×60", "A minute a second"],
];

export class ClockBar {
  #node = null;
  #heardAt = 0;

  constructor(app) {
    this.app = app;
    this.day = el("span", { class: "wide" });
    this.hour = el("span", {});
    this.weekday = el("span", {});
    this.time = el("time", { class: "now" }, this.weekday, this.day, this.hour);
    this.buttons = SPEEDS.map(([speed, label, title]) =>
      button(label, {
        title,
        "aria-label": title,
        data: { speed: String(speed) },
        onclick: () => app.ask("speed", { speed }),
      }),
    );
    const jump = button(
      "",
      { class: "jump", title: "Move time to the next thing that happens by itself", onclick: () => app.ask("jump") },
      "Jump",
      el("span", { class: "wide" }, " to what is due next"),
    );
    const place = byId("clock");
    keepingFocus(place, () =>
      place.replaceChildren(
        this.time,
        el("span", { class: "speeds", role: "group", "aria-label": "Speed of time" }, ...this.buttons),
        jump,
      ),
    );
    setInterval(() => this.#draw(), 250);
  }

  set(node) {
    this.#node = node;
    this.#heardAt = performance.now();
    const inZone = (parts) => new Intl.DateTimeFormat("en-GB", { timeZone: node.zone, ...parts });
    this.weekdays = inZone({ weekday: "short" });
    this.days = inZone({ day: "numeric", month: "short" });
    this.hours = inZone({ hour: "2-digit", minute: "2-digit" });
    this.time.title = `The time where you are (${node.zone})`;
    for (const one of this.buttons) one.setAttribute("aria-pressed", String(Number(one.dataset.speed) === node.speed));
    this.#draw();
  }

  #draw() {
    if (!this.#node) return;
    const passed = (performance.now() - this.#heardAt) / 1000;
    const now = new Date((this.#node.now + passed * this.#node.speed) * 1000);
    const shown = this.hours.format(now);
    if (this.hour.textContent === shown) return;
    this.weekday.textContent = `${this.weekdays.format(now)} `;
    this.day.textContent = `${this.days.format(now)}, `;
    this.hour.textContent = shown;
  }
}
