// Menus and the emoji picker: opened by a button, closed by Escape or a click elsewhere, worked by arrow keys.

import { button, byId, el } from "./dom.js";

let open = null;

export function openMenu(opener, label, items) {
  const list = el("div", { class: "menu", role: "menu", "aria-label": label });
  list.append(...items.map((item) => menuItem(item)));
  show(opener, list);
  (list.querySelector('[aria-checked="true"]') ?? list.firstElementChild)?.focus();
}

export function closeMenu() {
  open?.end();
}

function menuItem({ label, more, run, danger, checked }) {
  const role = checked === undefined ? "menuitem" : "menuitemradio";
  const lines = [el("span", {}, label), more ? el("span", { class: "more" }, more) : null];
  const pick = () => {
    closeMenu();
    run();
  };
  return button(
    "",
    {
      role,
      class: danger ? "danger" : "",
      tabindex: "-1",
      "aria-checked": checked === undefined ? undefined : String(checked),
      onclick: pick,
    },
    ...lines,
  );
}

function show(opener, list) {
  closeMenu();
  list.popover = "manual";
  // Inside an open dialog the menu must be part of it, or it could not be clicked.
  (opener.closest("dialog") ?? byId("main")).append(list);
  list.showPopover();
  place(opener, list);
  opener.setAttribute("aria-expanded", "true");
  const outside = (event) => {
    if (!list.contains(event.target) && !opener.contains(event.target)) open?.end();
  };
  const key = (event) => keys(event, list);
  const end = () => {
    open = null;
    const had = list.contains(document.activeElement);
    document.removeEventListener("pointerdown", outside, true);
    list.remove();
    opener.setAttribute("aria-expanded", "false");
    if (had) opener.focus();
  };
  document.addEventListener("pointerdown", outside, true);
  list.addEventListener("keydown", key);
  open = { end, opener };
}

function place(opener, list) {
  const at = opener.getBoundingClientRect();
  const size = list.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left, innerWidth - size.width - 8));
  const below = at.bottom + 4 + size.height < innerHeight;
  const top = below ? at.bottom + 4 : Math.max(8, at.top - size.height - 4);
  list.style.left = `${left}px`;
  list.style.top = `${top}px`;
}

function keys(event, list) {
  const items = [...list.querySelectorAll("button:not([hidden])")];
  const at = items.indexOf(document.activeElement);
  const across = list.classList.contains("picker");
  const move = { ArrowDown: across ? 8 : 1, ArrowUp: across ? -8 : -1 };
  if (across) Object.assign(move, { ArrowRight: 1, ArrowLeft: -1 });
  if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    closeMenu();
  } else if (event.key in move && items.length) {
    event.preventDefault();
    const from = at < 0 && move[event.key] < 0 ? 0 : at;
    items[(from + move[event.key] + items.length) % items.length].focus();
  } else if (event.key === "Home" || event.key === "End") {
    event.preventDefault();
    items.at(event.key === "Home" ? 0 : -1)?.focus();
  } else if (!across && event.key.length === 1) {
    startingWith(items, at, event.key)?.focus();
  }
}

function startingWith(items, at, letter) {
  const round = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  const wanted = letter.toLowerCase();
  return round.find((item) => item.textContent.replace(/^[@#]/, "").toLowerCase().startsWith(wanted));
}

export function pickEmoji(opener, emoji, run) {
  const grid = el("div", { class: "grid" });
  const search = el("input", { type: "search", placeholder: "Find an emoji", "aria-label": "Find an emoji" });
  for (const [name, char] of emoji) {
    const pick = () => {
      closeMenu();
      run(name);
    };
    grid.append(button(char, { class: "icon", title: `:${name}:`, "aria-label": name, data: { name }, onclick: pick }));
  }
  search.addEventListener("input", () => {
    for (const one of grid.children) one.hidden = !one.dataset.name.includes(search.value.trim().toLowerCase());
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") grid.querySelector("button:not([hidden])")?.click();
  });
  show(opener, el("div", { class: "menu picker", role: "dialog", "aria-label": "Emoji" }, search, grid));
  search.focus();
}

export function ask(title, content, yes, no) {
  const dialog = el("dialog", { class: "confirm", "aria-label": title });
  return new Promise((resolve) => {
    const end = (answer) => {
      dialog.remove();
      resolve(answer);
    };
    const accept = button(yes, { class: "primary", onclick: () => end(true) });
    const refuse = button(no, { onclick: () => end(false) });
    dialog.append(
      el("h2", {}, title),
      el("div", { class: "text" }, content),
      el("p", { class: "buttons" }, refuse, accept),
    );
    dialog.addEventListener("cancel", () => end(false));
    byId("form").parentElement.append(dialog);
    dialog.showModal();
  });
}
