// Typed pieces of text become nodes. There is no way from a piece to markup.

import { el } from "./dom.js";

let openChannel = () => {};

export function onChannel(open) {
  openChannel = open;
}

const STYLES = { bold: "strong", italic: "em", strike: "s", quote: "blockquote" };

export function runs(pieces) {
  return (pieces ?? []).map(piece);
}

export function plain(pieces) {
  return (pieces ?? []).map((one) => (one.in ? plain(one.in) : one.s)).join("");
}

function piece(run) {
  switch (run.k) {
    case "text":
      return document.createTextNode(run.s);
    case "bold":
    case "italic":
    case "strike":
    case "quote":
      return el(STYLES[run.k], {}, ...runs(run.in));
    case "code":
      return el("code", {}, run.s);
    case "pre":
      return el("pre", { tabindex: "0" }, el("code", {}, run.s));
    case "link":
      return el("a", { href: run.to, target: "_blank", rel: "noopener noreferrer" }, run.s);
    case "user":
      return el("span", { class: run.me ? "mention me" : "mention" }, run.s);
    case "group":
    case "broadcast":
      return el("span", { class: "mention me" }, run.s);
    case "channel":
      return el("button", { type: "button", class: "mention to", onclick: () => openChannel(run.id) }, run.s);
    case "emoji":
      return el("span", { class: "emoji", role: "img", "aria-label": run.name, title: run.name }, run.s);
    default:
      return el("span", { class: run.k }, run.s);
  }
}
