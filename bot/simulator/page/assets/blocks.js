// Blocks of messages, forms and the Home tab, with the controls in them.

import { button, el } from "./dom.js";
import { ask, openMenu } from "./menu.js";
import { plain, runs } from "./text.js";

// `act(control, choice)` carries a press out; it returns a promise.
export function block(node, act) {
  switch (node.t) {
    case "section":
      return section(node, act);
    case "header":
      return el("h2", { class: "title" }, ...runs(node.text));
    case "context":
      return el("p", { class: "context" }, ...node.items.map((item) => el("span", {}, ...runs(item))));
    case "divider":
      return el("hr", {});
    case "actions":
      return el("div", { class: "actions" }, ...node.items.map((item) => control(item, act)));
    case "attached":
      return el("div", { class: "attached" }, ...node.parts.map((part) => block(part, act)));
    case "table":
      return table(node);
    default:
      return el("p", { class: "context" }, "This page cannot show this part.");
  }
}

function section(node, act) {
  const words = el("div", { class: "text" }, ...runs(node.text));
  const fields = node.fields?.length
    ? el("div", { class: "fields" }, ...node.fields.map((item) => el("div", { class: "text" }, ...runs(item))))
    : null;
  if (!node.accessory) return el("div", { class: "section" }, words, fields);
  return el("div", { class: "section with-accessory" }, el("div", {}, words, fields), control(node.accessory, act));
}

function table(node) {
  const row = (cells, tag) => el("tr", {}, ...cells.map((cell) => el(tag, {}, ...runs(cell))));
  return el("table", {}, ...node.rows.map((cells, at) => row(cells, at ? "td" : "th")));
}

const key = (node) => `${node.block}/${node.action}`;

export function control(node, act) {
  if (node.t === "button") return press(node, act);
  if (node.t === "menu") return menu(node, act, node.described);
  if (node.t === "note") return el("span", { class: "context" }, ...runs(node.text));
  if (node.as === "select") return menu(node, act, "");
  if (node.as === "checks" || node.as === "radios") return ticks(node, act);
  return typed(node, act);
}

function press(node, act) {
  const run = async () => {
    if (!(await confirmed(node))) return;
    made.setAttribute("aria-busy", "true");
    await act(node, null);
    made.removeAttribute("aria-busy");
  };
  const style = node.style === "primary" ? "primary" : node.style === "danger" ? "danger" : "";
  const options = { class: style, onclick: run, data: { key: key(node) }, "aria-label": node.described || undefined };
  const made = button("", options, ...runs(node.text));
  return made;
}

async function confirmed(node) {
  if (!node.confirm) return true;
  const { title, text, yes, no } = node.confirm;
  return ask(title, plain(text), yes, no);
}

function menu(node, act, described) {
  const chosen = node.options.find((option) => option.v === node.value);
  const label = chosen?.label ?? node.label;
  const pick = async (option) => {
    if (!(await confirmed(node))) return;
    made.setAttribute("aria-busy", "true");
    await act(node, option.v);
    made.removeAttribute("aria-busy");
  };
  const items = () =>
    node.options.map((option) => ({
      label: option.label,
      more: option.more ? plain(option.more) : "",
      checked: node.t === "menu" ? undefined : option.v === node.value,
      run: () => pick(option),
    }));
  const arrow = node.t === "menu" ? null : el("span", { class: "arrow", "aria-hidden": "true" }, "▾");
  const made = button(
    "",
    {
      class: node.t === "menu" ? "overflow" : "select",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "aria-label": described || undefined,
      data: { key: key(node) },
      onclick: () => openMenu(made, described || label, items()),
    },
    el("span", {}, label),
    arrow,
  );
  return made;
}

function ticks(node, act) {
  const type = node.as === "radios" ? "radio" : "checkbox";
  const one = (option) =>
    el(
      "label",
      { class: "tick" },
      el("input", {
        type,
        name: key(node),
        checked: [node.value].flat().includes(option.v),
        data: { key: `${key(node)}/${option.v}` },
        onchange: () => act(node, option.v),
      }),
      el("span", {}, option.label, option.more ? el("span", { class: "more" }, ...runs(option.more)) : null),
    );
  return el(
    "fieldset",
    { class: "ticks" },
    el("legend", { class: "hidden" }, node.label || "Options"),
    ...node.options.map(one),
  );
}

function typed(node, act) {
  return el("input", {
    type: node.as,
    value: node.value,
    "aria-label": node.label || "Value",
    data: { key: key(node) },
    onchange: (event) => act(node, event.target.value),
  });
}
