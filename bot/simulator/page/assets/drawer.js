// On a narrow window the sidebar is a drawer: closed it is out of the way of the Tab key, too.

import { byId } from "./dom.js";

const NARROW = matchMedia("(max-width: 46rem)");

export const isNarrow = () => NARROW.matches;

export class Drawer {
  constructor() {
    this.handle = byId("drawer");
    this.handle.addEventListener("click", () => this.set(!this.isOpen));
    byId("main").addEventListener("pointerdown", () => this.set(false));
    NARROW.addEventListener("change", () => this.set(false));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.isOpen) return;
      this.set(false);
      this.handle.focus();
    });
    this.set(false);
  }

  get isOpen() {
    return this.handle.getAttribute("aria-expanded") === "true";
  }

  set(open) {
    const sidebar = byId("sidebar");
    sidebar.inert = isNarrow() && !open;
    this.handle.setAttribute("aria-expanded", String(open));
    document.body.classList.toggle("drawer-open", open);
    if (open) sidebar.querySelector("summary, button")?.focus();
  }
}
