// A side panel that whoever runs the page may fill, for instance with a guided tour.

import { button, byId, el, keepingFocus } from "./dom.js";
import { runs } from "./text.js";

export function drawPanel(node, app) {
  const place = byId("panel");
  place.hidden = node === null;
  if (node === null) {
    place.replaceChildren();
    return;
  }
  place.setAttribute("aria-label", node.title);
  const progress = node.total
    ? el("progress", { max: node.total, value: node.done, "aria-label": `${node.done} of ${node.total}` })
    : null;
  const steps = node.total ? el("p", { class: "faint" }, `${node.done} of ${node.total}`) : null;
  const words = node.paragraphs.map((pieces) => el("div", { class: "text" }, ...runs(pieces)));
  const buttons = node.buttons.map(([id, label]) =>
    button(label, { data: { key: `panel/${id}` }, onclick: () => app.ask("panel", { button: id }) }),
  );
  keepingFocus(place, () =>
    place.replaceChildren(
      el("header", {}, el("h2", {}, node.title)),
      progress ?? "",
      steps ?? "",
      el("div", { class: "words", "aria-live": "polite" }, ...words),
      el("p", { class: "buttons" }, ...buttons),
    ),
  );
}
