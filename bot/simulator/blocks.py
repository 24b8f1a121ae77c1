"""What Slack refuses of a message or a view, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.simulator.block_elements import (
    ACCESSORY,
    IMAGE_FIELDS,
    IN_ACTIONS,
    IN_CONTEXT,
    IN_INPUT,
    distinct_action_ids,
    file_is_not_dispatched,
    one_focus,
)
from bot.simulator.block_rich_text import RICH_TEXT
from bot.simulator.block_rules import (
    HOME,
    ID_LIMIT,
    MESSAGE,
    MODAL,
    Findings,
    Rule,
    any_text,
    array,
    boolean,
    either,
    exactly_one,
    kinds,
    number,
    objects,
    one_of,
    plain_text,
    shape,
    string,
)

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
# chat.postMessage cuts text at 40,000 characters; chat.update refuses it above 4,000.
UPDATE_TEXT = 4000
# Undocumented: the server adds up the text of all blocks and refuses at about 12,000.
ALL_BLOCK_TEXT = 12_000


class BlockError(Exception):
    """Slack's refusal: the `error` of the answer and its `response_metadata.messages`."""

    def __init__(self, error: str, messages: list[str] | None = None) -> None:
        self.error = error
        self.messages = messages or []
        super().__init__("; ".join([error, *self.messages]))


_BLOCK_ID: dict[str, Rule] = {"block_id": string(ID_LIMIT, 1)}
_CELL = kinds(
    {
        "raw_text": shape({"text": string(3000, 1)}),
        "raw_number": shape({"value": number}, {"text": string(3000)}),
        "rich_text": RICH_TEXT,
    }
)
_COLUMN = shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})

_BLOCKS: dict[str, Rule] = {
    "section": shape(
        {},
        {
            **_BLOCK_ID,
            "text": any_text(3000),
            "fields": array(any_text(2000), 1, 10),
            "accessory": ACCESSORY,
            "expand": boolean,
        },
        either("text", "fields"),
    ),
    "header": shape({"text": plain_text(150)}, _BLOCK_ID),
    "divider": shape({}, _BLOCK_ID),
    "context": shape({"elements": array(IN_CONTEXT, 1, 10)}, _BLOCK_ID),
    "actions": shape({"elements": array(IN_ACTIONS, 1, 25)}, _BLOCK_ID, distinct_action_ids),
    "image": shape(
        {"alt_text": string(2000, 1)},
        {**_BLOCK_ID, **IMAGE_FIELDS, "title": plain_text(2000)},
        exactly_one("image_url", "slack_file"),
    ),
    "input": shape(
        {"label": plain_text(2000), "element": IN_INPUT},
        {**_BLOCK_ID, "hint": plain_text(2000), "optional": boolean, "dispatch_action": boolean},
        file_is_not_dispatched,
    ),
    "rich_text": RICH_TEXT,
    "markdown": shape({"text": string(12_000, 1)}, _BLOCK_ID),
    "table": shape(
        {"rows": array(array(_CELL, 1, 20), 1, 100)},
        {**_BLOCK_ID, "column_settings": array(_COLUMN, 0, 20)},
    ),
}

_EVERYWHERE = frozenset(_BLOCKS) - {"markdown", "table"}
# Input blocks are documented for messages too: their values come in `state` with block_actions.
_PLACES = {
    MESSAGE: kinds(_BLOCKS),
    MODAL: kinds(_BLOCKS, _EVERYWHERE),
    HOME: kinds(_BLOCKS, _EVERYWHERE | {"table"}),
}


def _distinct_block_ids(blocks: Any, pointer: str, found: Findings) -> None:
    """A block_id names one block of a message or view; answers are keyed by it."""
    seen: set[str] = set()
    for index, block in enumerate(blocks if isinstance(blocks, list) else []):
        block_id = block.get("block_id") if isinstance(block, dict) else None
        if isinstance(block_id, str):
            if block_id in seen:
                where = f"{pointer}/{index}/block_id"
                found.add(f'`block_id` "{block_id}" already exists', where)
            seen.add(block_id)


def _of_type(blocks: Any, kind: str) -> list[dict[str, Any]]:
    listed = blocks if isinstance(blocks, list) else []
    return [block for block in listed if isinstance(block, dict) and block.get("type") == kind]


def block_text_length(blocks: list[dict[str, Any]]) -> int:
    """How many characters of text the blocks carry together, controls included."""
    total = 0
    for item in objects(blocks):
        total += len(item["text"]) if isinstance(item.get("text"), str) else 0
        total += len(item["alt_text"]) if isinstance(item.get("alt_text"), str) else 0
    return total


def check_message(*, text: str | None, blocks: list[dict[str, Any]] | None, update: bool) -> None:
    """Raises BlockError if Slack would refuse this message; `update` means chat.update."""
    if not text and not blocks:
        raise BlockError("no_text")
    if update and text and len(text) > UPDATE_TEXT:
        raise BlockError("msg_too_long")
    if not blocks:
        return
    found = Findings(MESSAGE)
    array(_PLACES[MESSAGE], 0, MESSAGE_BLOCKS)(blocks, "/blocks", found)
    _distinct_block_ids(blocks, "/blocks", found)
    if len(_of_type(blocks, "table")) > 1:
        found.add("only_one_table_allowed", "/blocks")
    if found.messages:
        raise BlockError("invalid_blocks", found.messages)
    # The markdown limit holds for all markdown blocks of the payload together.
    if block_text_length(blocks) > ALL_BLOCK_TEXT:
        raise BlockError("msg_blocks_too_long")


def _submit_for_inputs(view: Any, pointer: str, found: Findings) -> None:
    if _of_type(view.get("blocks"), "input") and not view.get("submit"):
        # Slack will not open a form that nobody could send.
        found.add("missing required field: submit", pointer)


def _view_blocks(surface: str) -> Rule:
    every = array(_PLACES[surface], 0, VIEW_BLOCKS)

    def rule(value: Any, pointer: str, found: Findings) -> None:
        every(value, pointer, found)
        _distinct_block_ids(value, pointer, found)
        one_focus(value, pointer, found)

    return rule


_VIEW_FIELDS: dict[str, Rule] = {
    "private_metadata": string(3000),
    "callback_id": string(ID_LIMIT),
    "external_id": string(ID_LIMIT),
}
_VIEW = kinds(
    {
        "modal": shape(
            {"title": plain_text(24), "blocks": _view_blocks(MODAL)},
            {
                **_VIEW_FIELDS,
                "submit": plain_text(24),
                "close": plain_text(24),
                "clear_on_close": boolean,
                "notify_on_close": boolean,
            },
            _submit_for_inputs,
        ),
        # A home tab has no title or buttons of its own to submit or close it.
        "home": shape({"blocks": _view_blocks(HOME)}, _VIEW_FIELDS),
    }
)


def check_view(view: Mapping[str, Any]) -> None:
    """Raises BlockError("invalid_arguments", ...) if Slack would refuse this modal or home tab."""
    surface = HOME if view.get("type") == "home" else MODAL
    found = Findings(surface)
    _VIEW(dict(view), "/view", found)
    if found.messages:
        raise BlockError("invalid_arguments", found.messages)
