"""Text as the page draws it: typed pieces in plain JSON, never markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.simulator.mrkdwn import render_markdown
from bot.simulator.page.emoji import character
from bot.simulator.runs import Kind, Reader, Run, reference, runs_of
from bot.simulator.slack_dates import shown_date

Node = dict[str, Any]

_SHORT_CODE = re.compile(r":([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):")
# Anything else, javascript: above all, is shown as text and leads nowhere.
_SAFE_LINK = re.compile(r"(https?://|mailto:|tel:)", re.IGNORECASE)


def text_nodes(item: Any, reader: Reader, viewer_id: str) -> list[Node]:
    """A text object as pieces; plain_text knows emoji only, and only if it says so."""
    if not isinstance(item, Mapping):
        return []
    text = str(item.get("text") or "")
    if item.get("type") == "mrkdwn":
        return mrkdwn_nodes(text, reader, viewer_id)
    if item.get("emoji", True):
        return _with_emoji(text)
    return [{"k": "text", "s": text}] if text else []


def mrkdwn_nodes(text: str, reader: Reader, viewer_id: str) -> list[Node]:
    return run_nodes(runs_of(text, reader), viewer_id)


def markdown_nodes(text: str, reader: Reader) -> list[Node]:
    """A `markdown` block, as the words a person reads."""
    return [{"k": "text", "s": render_markdown(text, reader)}]


def run_nodes(runs: Iterable[Run], viewer_id: str) -> list[Node]:
    nodes: list[Node] = []
    for run in runs:
        nodes += _run(run, viewer_id)
    return nodes


def rich_text_nodes(block: Mapping[str, Any], reader: Reader, viewer_id: str) -> list[Node]:
    """A rich_text block as pieces; list items are lines with their mark."""
    nodes: list[Node] = []
    for part in block.get("elements") or []:
        if nodes:
            nodes.append({"k": "text", "s": "\n"})
        nodes += run_nodes(_paragraph(part, reader), viewer_id)
    return nodes


def _paragraph(part: Mapping[str, Any], reader: Reader) -> list[Run]:
    pieces = part.get("elements") or []
    if part.get("type") == "rich_text_list":
        runs: list[Run] = []
        for number, item in enumerate(pieces, int(part.get("offset") or 0) + 1):
            mark = f"{number}." if part.get("style") == "ordered" else "•"
            indent = "\n" * bool(runs) + "    " * int(part.get("indent") or 0)
            runs += [Run("text", f"{indent}{mark} "), *_paragraph(item, reader)]
        return runs
    inner = [_piece(piece, reader) for piece in pieces]
    if part.get("type") == "rich_text_quote":
        return [Run("quote", within=tuple(inner))]
    if part.get("type") == "rich_text_preformatted":
        return [Run("pre", "".join(run.text for run in inner))]
    return inner


def _piece(piece: Mapping[str, Any], reader: Reader) -> Run:
    match piece.get("type"):
        case "text":
            run = Run("text", str(piece.get("text", "")))
        case "link":
            run = Run("link", str(piece.get("text") or ""), target=str(piece.get("url", "")))
        case "user" | "channel" | "usergroup" | "broadcast" as kind:
            run = reference(_referred(kind, piece), None, reader)
        case "emoji":
            run = Run("text", f":{piece.get('name')}:")
        case "date":
            layout, fallback = str(piece.get("format", "")), str(piece.get("fallback") or "")
            run = Run("date", shown_date(piece.get("timestamp", ""), layout, fallback, reader.dates))
        case _:
            run = Run("text", str(piece.get("value", "")))
    style = piece.get("style") or {}
    if style.get("code"):
        return Run("code", run.text)
    marks: tuple[Kind, ...] = ("bold", "italic", "strike")
    for mark in marks:
        if style.get(mark):
            run = Run(mark, within=(run,))
    return run


def _referred(kind: str, piece: Mapping[str, Any]) -> str:
    if kind == "user":
        return f"@{piece.get('user_id')}"
    if kind == "channel":
        return f"#{piece.get('channel_id')}"
    return f"!subteam^{piece.get('usergroup_id')}" if kind == "usergroup" else f"!{piece.get('range')}"


def _run(run: Run, viewer_id: str) -> list[Node]:
    match run.kind:
        case "text":
            return _with_emoji(run.text)
        case "bold" | "italic" | "strike" | "quote":
            return [{"k": run.kind, "in": run_nodes(run.within, viewer_id)}]
        case "link":
            words = run.text or run.target.removeprefix("mailto:").removeprefix("tel:")
            safe = _SAFE_LINK.match(run.target)
            return [{"k": "link", "s": words, "to": run.target}] if safe else [{"k": "text", "s": words}]
        case "user":
            return [{"k": "user", "s": run.text, "id": run.target, "me": run.target == viewer_id}]
        case "channel":
            return [{"k": "channel", "s": run.text, "id": run.target}]
        case _:
            return [{"k": run.kind, "s": run.text}]


def _with_emoji(text: str) -> list[Node]:
    nodes: list[Node] = []
    at = 0
    for match in _SHORT_CODE.finditer(text):
        shown = character(match[1])
        if shown is None:
            continue
        if match.start() > at:
            nodes.append({"k": "text", "s": text[at : match.start()]})
        nodes.append({"k": "emoji", "s": shown, "name": match[0]})
        at = match.end()
    if at < len(text):
        nodes.append({"k": "text", "s": text[at:]})
    return nodes
