"""What a person reads of a message or view, what they can touch in it, and whom it disturbs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from bot.simulator.mrkdwn import Names, Pinged, Reader, render, render_markdown
from bot.simulator.visible_parts import element_text, option_text, options_of, placeholder, rich_text, text_of

__all__ = ["Control", "Mentions", "Names", "controls", "mentions", "visible_text"]

Block = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Control:
    """One thing a person can click, choose from or type into."""

    kind: str
    label: str
    block_index: int
    block_id: str | None
    action_id: str | None
    element: Mapping[str, Any]
    options: tuple[tuple[str, Mapping[str, Any]], ...]
    row_text: str
    is_input: bool


@dataclass(frozen=True, slots=True)
class Mentions:
    """Who gets a notification: these people, these groups, or everybody in the channel."""

    users: frozenset[str]
    channel_wide: bool
    groups: frozenset[str] = frozenset()


def visible_text(payload: Mapping[str, Any], names: Names, *, tz: tzinfo, now: datetime | None = None) -> str:
    """The lines a person sees; `tz` and `now` are the reader's time zone and clock.

    A message with blocks does not show its `text`: Slack keeps that for notifications.
    """
    reader = Reader(names, tz, now)
    lines = [text_of(payload["title"], reader)] if payload.get("title") else []
    blocks = _blocks(payload)
    lines += [_shown(block, reader) for block in blocks]
    if not blocks and not _is_view(payload):
        lines.append(render(str(payload.get("text") or ""), reader))
    buttons = [f"[{text_of(payload[name], reader)}]" for name in ("close", "submit") if payload.get(name)]
    return "\n".join(line for line in [*lines, " ".join(buttons)] if line)


def controls(
    payload: Mapping[str, Any], names: Names, *, tz: tzinfo = UTC, now: datetime | None = None
) -> list[Control]:
    """Everything a person can operate, from top to bottom; the submit button of a view is not listed."""
    reader = Reader(names, tz, now)
    found: list[Control] = []
    above = ""
    for index, block in enumerate(_blocks(payload)):
        kind = block.get("type")
        if kind not in ("actions", "divider"):
            above = _row_text(block, reader)
        operable = [element for element in _elements(block) if element.get("type") != "image"]
        found += [_control(index, block, element, above, reader) for element in operable]
    return found


def mentions(payload: Mapping[str, Any]) -> Mentions:
    """Whom this message would notify; views notify nobody.

    Only what is shown counts, so with blocks the fallback `text` does not; nor does anything
    escaped, in plain_text, in an option or in a confirm dialog.
    """
    pinged = Pinged(set(), set())
    blocks = _blocks(payload)
    if _is_view(payload):
        return Mentions(frozenset(), False)
    if not blocks:
        pinged.read(str(payload.get("text") or ""))
    for item in _shown_objects(blocks):
        match item.get("type"):
            case "mrkdwn" | "markdown":
                pinged.read(str(item.get("text") or ""))
            case "user":
                pinged.users.add(str(item.get("user_id")))
            case "usergroup":
                pinged.groups.add(str(item.get("usergroup_id")))
            case "broadcast":
                pinged.everyone = True
            case _:
                pass
    return Mentions(frozenset(pinged.users), pinged.everyone, frozenset(pinged.groups))


def _is_view(payload: Mapping[str, Any]) -> bool:
    return payload.get("type") in ("modal", "home")


def _blocks(payload: Mapping[str, Any]) -> list[Block]:
    blocks = payload.get("blocks")
    return list(blocks) if isinstance(blocks, list | tuple) else []


def _shown_objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every object drawn in the message itself, not in a menu or dialog that opens later."""
    if isinstance(value, Mapping):
        yield value
        for name, item in value.items():
            if name != "confirm" and "option" not in name:
                yield from _shown_objects(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _shown_objects(item)


def _elements(block: Block) -> list[Mapping[str, Any]]:
    """The controls of a block, and the image of a section."""
    if block.get("type") == "actions":
        return list(block.get("elements") or [])
    single = block.get("accessory") or (block.get("element") if block.get("type") == "input" else None)
    return [single] if single else []


def _row_text(block: Block, reader: Reader) -> str:
    """The words of a block without its controls."""
    match block.get("type"):
        case "header":
            return text_of(block.get("text"), reader)
        case "section":
            texts = [block.get("text"), *(block.get("fields") or [])]
            return "\n".join(text_of(item, reader) for item in texts if item)
        case "context":
            return " ".join(element_text(item, reader) for item in block.get("elements") or [])
        case "image":
            shown = [text_of(block.get("title"), reader), str(block.get("alt_text", ""))]
            return "\n".join(line for line in shown if line)
        case "input":
            return _label(block, reader)
        case "rich_text":
            return rich_text(block, reader)
        case "markdown":
            return render_markdown(str(block.get("text") or ""), reader)
        case "table":
            return "\n".join(_table_row(row, reader) for row in block.get("rows") or [])
        case "divider":
            return "---"
        case _:  # actions have no words beside their controls
            return ""


def _label(block: Block, reader: Reader) -> str:
    # Slack itself adds the word to the label of a field that may stay empty.
    return text_of(block.get("label"), reader) + (" (optional)" if block.get("optional") else "")


def _table_row(row: list[Mapping[str, Any]], reader: Reader) -> str:
    cells = []
    for cell in row:
        if cell.get("type") == "rich_text":
            cells.append(rich_text(cell, reader))
        else:
            cells.append(str(cell.get("text") or cell.get("value", "")))
    return " | ".join(cells)


def _shown(block: Block, reader: Reader) -> str:
    """A block as lines: a one-line accessory stands at the end of the first line, as on the screen."""
    words = _row_text(block, reader)
    drawn = [element_text(element, reader) for element in _elements(block)]
    if block.get("type") == "actions":
        return " ".join(drawn)
    if block.get("type") == "input":
        return "\n".join(line for line in [words, *drawn, text_of(block.get("hint"), reader)] if line)
    if not drawn:
        return words
    if "\n" in drawn[0] or block["accessory"].get("type") in ("checkboxes", "radio_buttons"):
        return f"{words}\n{drawn[0]}"
    first, newline, rest = words.partition("\n")
    return f"{first} {drawn[0]}{newline}{rest}"


def _control(index: int, block: Block, element: Mapping[str, Any], row_text: str, reader: Reader) -> Control:
    kind = str(element.get("type"))
    is_input = block.get("type") == "input"
    if is_input:
        # The label alone: Slack's "(optional)" is no part of the field's name.
        label = text_of(block.get("label"), reader)
    elif kind == "button":
        label = text_of(element.get("text"), reader)
    else:
        label = "⋯" if kind == "overflow" else placeholder(element)
    return Control(
        kind=kind,
        label=label,
        block_index=index,
        block_id=block.get("block_id"),
        action_id=element.get("action_id"),
        element=element,
        options=tuple((option_text(option, reader), option) for option in options_of(element)),
        row_text=row_text,
        is_input=is_input,
    )
