// A side panel that whoever runs the page may fill, for instance with a guided tour.

import { announce, button, byId, el, keepingFocus } from "./dom.js";
import { plain, runs } from "./text.js";

let said = "";

export function drawPanel(node, app) {
  const place = byId("panel");
  const had = place.contains(document.activeElement);
  const folded = node?.folded ?? false;
  const shown = node !== null && !folded;
  const arrives = shown && place.hidden;
  drawWayBack(folded ? node : null, app);
  app.sidebar.point(shown ? node.place : "");
  drawNote(shown ? node : null, app);
  place.hidden = !shown;
  if (!shown) {
    place.replaceChildren();
    said = "";
    if (had) (folded ? byId("way-back") : byId("composer-text"))?.focus();
    return;
  }
  place.setAttribute("aria-label", node.title);
  keepingFocus(place, () =>
    place.replaceChildren(
      el("header", {}, el("h2", {}, node.title), progress(node)),
      el("div", { class: "words" }, ...words(node)),
      el("p", { class: "buttons" }, become(node, app), ...node.buttons.map((one) => press(one, node, app))),
    ),
  );
  if (app.wayBackPressed && arrives) place.focus();
  app.wayBackPressed = false;
  tell(`${node.title}. ${node.paragraphs.map(plain).join(" ")}`, place);
}

function words(node) {
  return node.paragraphs.map((pieces) => el("p", { class: "text" }, ...runs(pieces)));
}

function drawNote(node, app) {
  const note = app.form.note;
  note.hidden = node === null;
  if (node) note.replaceChildren(...words(node));
}

function progress(node) {
  if (!node.total) return "";
  const words = `${node.done} of ${node.total}`;
  return el(
    "p",
    { class: "steps" },
    el("progress", { max: node.total, value: node.done, "aria-hidden": "true" }),
    el("span", { class: "faint" }, words),
  );
}

function press([id, label], node, app) {
  const leads = id === node.buttons[0][0] && node.buttons.length > 1;
  return button(label, {
    class: leads ? "primary" : "",
    data: { key: `panel/${id}` },
    onclick: () => app.ask("panel", { button: id }),
  });
}

// Two links: to be somebody else in this window, or in a second one.
function become({ become: other }, app) {
  if (!other) return "";
  const href = `/${other.handle}/${other.place || (app.head?.id ?? "")}`;
  const second = "Open a second window";
  return el(
    "span",
    { class: "become" },
    el("a", { class: "button primary", href, data: { key: "panel/become" } }, other.label),
    el("a", { class: "button", href, target: "_blank", title: second, "aria-label": second }, "↗"),
  );
}

function drawWayBack(node, app) {
  const way = byId("way-back");
  way.hidden = node === null;
  if (node === null) return;
  const [id, label] = node.buttons[0];
  way.textContent = label;
  way.onclick = () => {
    app.wayBackPressed = true;
    app.ask("panel", { button: id });
  };
}

// What is new is said once, and read from its beginning.
function tell(text, place) {
  if (text === said) return;
  if (said) announce(text);
  said = text;
  place.scrollTop = 0;
}
