// Elements are made by name; what people wrote only ever becomes the text of a node.

export function el(tag, options = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && !name.startsWith("aria")) element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function button(label, options, ...children) {
  return el("button", { type: "button", ...options }, ...(children.length ? children : [label]));
}

export const byId = (id) => document.getElementById(id);

export function avatar(face, size = "") {
  const kind = face.app ? "app" : "";
  return el("span", { class: `avatar c${face.colour} ${kind} ${size}`, "aria-hidden": "true" }, face.initials);
}

// Focus survives drawing again: the same control of the same thing has it afterwards.
export function keepingFocus(container, draw) {
  const before = document.activeElement;
  const inside = before && before !== document.body && container.contains(before);
  const key = inside ? focusKey(before) : null;
  draw();
  if (!inside || container.contains(document.activeElement)) return;
  const again = key && [...container.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key);
  if (again && !again.disabled) again.focus({ preventScroll: true });
  else if (container.tabIndex >= -1 && container.matches("[tabindex]")) container.focus({ preventScroll: true });
}

function focusKey(element) {
  return element.closest("[data-key]")?.dataset.key ?? null;
}

const SUMMARY_AFTER_MS = 400;
let saying = [];
let timer = 0;

// What a screen reader should say; a burst becomes one sentence.
export function announce(text) {
  saying.push(text);
  clearTimeout(timer);
  timer = setTimeout(() => {
    const said = saying.length > 3 ? `${saying.length} new messages. ${saying.at(-1)}` : saying.join(". ");
    saying = [];
    byId("live").textContent = said;
  }, SUMMARY_AFTER_MS);
}

const PROBLEM_STAYS_MS = 9000;

export function problem(text) {
  const close = button("×", { class: "icon", "aria-label": "Dismiss", onclick: () => note.remove() });
  const note = el("p", { class: "problem" }, el("span", {}, text), close);
  const open = document.querySelector("dialog[open] .form-problems");
  (open ?? byId("problems")).replaceChildren(note);
  setTimeout(() => note.remove(), PROBLEM_STAYS_MS);
}
