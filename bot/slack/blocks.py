"""Block Kit pieces as plain dicts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.words import shortened
from bot.slack import limits
from bot.slack.controls import MENU, Control, Target

Block = dict[str, Any]
View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """A message to send or show: blocks, and the same in words for notifications and screen readers."""

    text: str
    blocks: tuple[Block, ...] = ()


def plain(text: str, limit: int = limits.SECTION_TEXT_MAX_CHARS) -> Block:
    return {"type": "plain_text", "text": shortened(text, limit), "emoji": False}


def mrkdwn(text: str, limit: int = limits.SECTION_TEXT_MAX_CHARS) -> Block:
    """Text with Slack's marks. Whatever people typed in it must have gone through `words.safe`.

    Verbatim: Slack would otherwise turn a bare @here or #name into a live one (docs.slack.dev, text object).
    """
    return {"type": "mrkdwn", "text": cut(text, limit), "verbatim": True}


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, never ending inside a mention, link or escape."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    opened, closed = kept.rfind("<"), kept.rfind(">")
    kept = kept[:opened] if opened > closed else kept
    amp = kept.rfind("&", max(0, len(kept) - 5))
    if amp >= 0 and ";" not in kept[amp:]:
        kept = kept[:amp]
    return kept.rstrip() + "…"


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, limits.HEADER_MAX_CHARS)}


def section(text: str, *, accessory: Block | None = None, block_id: str | None = None) -> Block:
    block: Block = {"type": "section", "text": mrkdwn(text)}
    if accessory:
        block["accessory"] = accessory
    if block_id:
        block["block_id"] = block_id
    return block


def context(*texts: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(t) for t in texts[:10]]}


def divider() -> Block:
    return {"type": "divider"}


def actions(elements: Iterable[Block], *, block_id: str | None = None) -> Block:
    block: Block = {"type": "actions", "elements": list(elements)}
    if block_id:
        block["block_id"] = block_id
    return block


def button(control: Control, target: Target) -> Block:
    """The control as a button, or as a menu with its label when it has choices."""
    if control.choices:
        options = [
            option(label, f"{control.action}|{choice}|{target.value}") for label, choice in control.choices
        ]
        return {
            "type": "static_select",
            "action_id": f"{MENU}.{control.action}",
            "placeholder": plain(control.label, 150),
            "options": options,
        }
    drawn: Block = {
        "type": "button",
        "action_id": control.action,
        "text": plain(control.label, limits.BUTTON_TEXT_MAX_CHARS),
        "value": target.value,
    }
    if control.style:
        drawn["style"] = control.style
    return drawn


def overflow(controls: Sequence[Control], target: Target) -> Block:
    """The ⋯ menu."""
    return {
        "type": "overflow",
        "action_id": MENU,
        "options": [
            option(c.label, f"{c.action}||{target.value}") for c in controls[: limits.OVERFLOW_OPTIONS_MAX]
        ],
    }


def option(text: str, value: str) -> Block:
    return {"text": plain(text, limits.OPTION_TEXT_MAX_CHARS), "value": value}


def text_input(
    block_id: str,
    label: str,
    *,
    multiline: bool = False,
    initial: str = "",
    placeholder: str = "",
    hint: str = "",
    optional: bool = False,
    max_chars: int = limits.INPUT_MAX_CHARS,
) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": "value",
        "multiline": multiline,
        "max_length": max_chars,
    }
    if initial:
        element["initial_value"] = shortened(initial, max_chars)
    if placeholder:
        element["placeholder"] = plain(placeholder, 150)
    return input_block(block_id, label, element, hint=hint, optional=optional)


def select_input(
    block_id: str,
    label: str,
    options: Sequence[Block],
    *,
    initial: str | None = None,
    hint: str = "",
    optional: bool = False,
) -> Block:
    element: Block = {
        "type": "static_select",
        "action_id": "value",
        "options": list(options)[: limits.SELECT_OPTIONS_MAX],
    }
    chosen = next((o for o in options if o["value"] == initial), None)
    if chosen:
        element["initial_option"] = chosen
    return input_block(block_id, label, element, hint=hint, optional=optional)


def person_input(
    block_id: str, label: str, *, initial: str | None = None, hint: str = "", optional: bool = False
) -> Block:
    element: Block = {"type": "users_select", "action_id": "value"}
    if initial:
        element["initial_user"] = initial
    return input_block(block_id, label, element, hint=hint, optional=optional)


def tick_input(block_id: str, label: str, text: str, *, ticked: bool = False) -> Block:
    """One box to tick; ticked gives the value "yes"."""
    only = option(text, "yes")
    element: Block = {"type": "checkboxes", "action_id": "value", "options": [only]}
    if ticked:
        element["initial_options"] = [only]
    return input_block(block_id, label, element, optional=True)


def input_block(
    block_id: str, label: str, element: Block, *, hint: str = "", optional: bool = False
) -> Block:
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, 2000),
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = plain(hint, 2000)
    return block


def form(
    callback_id: str,
    title: str,
    blocks: Sequence[Block],
    *,
    submit: str,
    metadata: str = "",
    close: str = "Cancel",
) -> View:
    """A modal form."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, limits.VIEW_TITLE_MAX_CHARS),
        "submit": plain(submit, limits.VIEW_TITLE_MAX_CHARS),
        "close": plain(close, limits.VIEW_TITLE_MAX_CHARS),
        "private_metadata": metadata,
        "blocks": list(blocks),
    }


def sheet(title: str, blocks: Sequence[Block], *, callback_id: str = "sheet") -> View:
    """A modal that only shows something."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, limits.VIEW_TITLE_MAX_CHARS),
        "close": plain("Close", limits.VIEW_TITLE_MAX_CHARS),
        "blocks": list(blocks),
    }


def typed(view: View, block_id: str) -> str:
    """What the form's field holds: text, chosen value or person; "" when empty or not there."""
    value = view["state"]["values"].get(block_id, {}).get("value", {})
    match value.get("type"):
        case "static_select":
            return str((value.get("selected_option") or {}).get("value", ""))
        case "users_select":
            return value.get("selected_user") or ""
        case "checkboxes":
            return "yes" if value.get("selected_options") else ""
        case _:
            return value.get("value") or ""
