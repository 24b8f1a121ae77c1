"""Blocks as the page draws them, each with the controls in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.simulator.inputs import SHAPES, Values
from bot.simulator.page.text import Node, markdown_nodes, rich_text_nodes, text_nodes
from bot.simulator.reading import TeamNames
from bot.simulator.runs import Reader
from bot.simulator.state import User
from bot.simulator.team import Team
from bot.simulator.visible_parts import option_text, options_of, placeholder

Part = Mapping[str, Any]

_PEOPLE = ("users_select", "multi_users_select")
_PLACES = (
    "channels_select",
    "multi_channels_select",
    "conversations_select",
    "multi_conversations_select",
)
_TYPED = {
    "number_input": "number",
    "email_text_input": "email",
    "url_text_input": "url",
    "datepicker": "date",
    "timepicker": "time",
    "datetimepicker": "datetime-local",
}


@dataclass(frozen=True)
class Pen:
    """Draws blocks for one person, with the values they have chosen so far."""

    team: Team
    viewer: User
    values: Values

    @property
    def reader(self) -> Reader:
        names = TeamNames(self.team, self.viewer)
        return Reader(names, ZoneInfo(self.viewer.tz), self.team.clock.now())

    def text(self, item: Any) -> list[Node]:
        return text_nodes(item, self.reader, self.viewer.id)

    def blocks(self, blocks: list[dict[str, Any]]) -> list[Node]:
        return [node for block in blocks if (node := self.block(block)) is not None]

    def block(self, block: Part) -> Node | None:
        """The block as a node; None for one this page cannot show."""
        match block.get("type"):
            case "section":
                return self._section(block)
            case "header":
                return {"t": "header", "text": self.text(block.get("text"))}
            case "context":
                return {"t": "context", "items": [self._small(item) for item in block.get("elements") or []]}
            case "divider":
                return {"t": "divider"}
            case "actions":
                return {
                    "t": "actions",
                    "items": [self.control(block, e) for e in block.get("elements") or []],
                }
            case "image":
                # Pictures live on the network, which a demo does without.
                return {"t": "context", "items": [[{"k": "text", "s": str(block.get("alt_text", ""))}]]}
            case "rich_text":
                return {"t": "section", "text": rich_text_nodes(block, self.reader, self.viewer.id)}
            case "markdown":
                return {"t": "section", "text": markdown_nodes(str(block.get("text") or ""), self.reader)}
            case "table":
                rows = [[self._cell(cell) for cell in row] for row in block.get("rows") or []]
                return {"t": "table", "rows": rows}
            case "input":
                return self._input(block)
            case _:
                return None

    def control(self, block: Part, element: Part) -> Node:
        """A button, a menu or a field, with the ids that name it."""
        kind = str(element.get("type"))
        node: Node = {"block": block.get("block_id", ""), "action": element.get("action_id", "")}
        if element.get("confirm"):
            node["confirm"] = self._confirm(element["confirm"])
        if kind == "image":
            return {"t": "note", "text": [{"k": "text", "s": str(element.get("alt_text", ""))}]}
        if kind == "button":
            style, described = element.get("style", ""), element.get("accessibility_label", "")
            label = self.text(element.get("text"))
            return node | {"t": "button", "text": label, "style": style, "described": described}
        if kind == "overflow":
            return node | {"t": "menu", "label": "⋯", "described": "More", "options": self._options(element)}
        return node | self.field(block, element)

    def field(self, block: Part, element: Part) -> Node:
        """Something that keeps a value: how it is entered, what can be chosen, what stands in it."""
        kind = str(element.get("type"))
        if kind not in SHAPES or kind == "file_input":
            return {"t": "note", "text": [{"k": "text", "s": "This page cannot show this field."}]}
        value = self._value(block, element)
        node: Node = {"t": "field", "label": placeholder(element), "value": value}
        if kind in ("radio_buttons", "checkboxes"):
            return node | {
                "as": "radios" if kind == "radio_buttons" else "checks",
                "options": self._options(element),
            }
        if kind.endswith("_select"):
            return node | {
                "as": "checks" if kind.startswith("multi_") else "select",
                "options": self._options(element),
            }
        if kind in _TYPED:
            return node | {"as": _TYPED[kind]}
        lines = bool(element.get("multiline")) or kind == "rich_text_input"
        return node | {"as": "lines" if lines else "text", "max": element.get("max_length", 3000)}

    def _input(self, block: Part) -> Node:
        element = block["element"]
        described = element.get("placeholder") or {}
        return {
            "t": "input",
            "block": block["block_id"],
            "action": element["action_id"],
            "name": self.text(block.get("label")),
            "hint": self.text(block.get("hint")),
            "optional": bool(block.get("optional")),
            "placeholder": str(described.get("text", "")),
            "field": self.field(block, element),
        }

    def _section(self, block: Part) -> Node:
        node: Node = {"t": "section", "text": self.text(block.get("text"))}
        if block.get("fields"):
            node["fields"] = [self.text(item) for item in block["fields"]]
        if block.get("accessory"):
            node["accessory"] = self.control(block, block["accessory"])
        return node

    def _small(self, item: Part) -> list[Node]:
        if item.get("type") == "image":
            return [{"k": "text", "s": str(item.get("alt_text", ""))}]
        return self.text(item)

    def _cell(self, cell: Part) -> list[Node]:
        if cell.get("type") == "rich_text":
            return rich_text_nodes(cell, self.reader, self.viewer.id)
        return [{"k": "text", "s": str(cell.get("text") or cell.get("value", ""))}]

    def _confirm(self, confirm: Part) -> Node:
        def words(name: str, otherwise: str) -> str:
            return str((confirm.get(name) or {}).get("text", otherwise))

        return {
            "title": words("title", "Are you sure?"),
            "text": self.text(confirm.get("text")),
            "yes": words("confirm", "Yes"),
            "no": words("deny", "Cancel"),
        }

    def _options(self, element: Part) -> list[Node]:
        kind = str(element.get("type"))
        if kind in _PEOPLE:
            people = [user for user in self.team.users.values() if not user.is_bot and not user.deactivated]
            return [{"v": user.id, "label": f"@{user.name}"} for user in people if user.name != "slackbot"]
        if kind in _PLACES:
            seen = [c for c in self.team.channels.values() if may_see(c, self.viewer) and not c.is_im]
            return [{"v": c.id, "label": f"#{c.name}"} for c in seen if not c.archived]
        found = []
        for number, option in enumerate(options_of(element)):
            label = option_text(option, self.reader)
            described = self.text(option.get("description"))
            found.append({"v": str(number), "label": label} | ({"more": described} if described else {}))
        return found

    def _value(self, block: Part, element: Part) -> Any:
        """What stands in the field, as the page names it: an option by its number, a moment as local time."""
        shape = SHAPES[str(element["type"])]
        state = self.values.get((str(block.get("block_id")), str(element.get("action_id"))))
        value = state.get(shape.key) if state else element.get(shape.initial)
        if isinstance(value, list | tuple):
            return [self._named(element, item) for item in value]
        return "" if value is None else self._named(element, value)

    def _named(self, element: Part, value: Any) -> str:
        if isinstance(value, Mapping):
            numbers = [
                n for n, option in enumerate(options_of(element)) if option.get("value") == value.get("value")
            ]
            return str(numbers[0]) if numbers else ""
        if element["type"] == "datetimepicker":
            return f"{datetime.fromtimestamp(int(value), ZoneInfo(self.viewer.tz)):%Y-%m-%dT%H:%M}"
        return str(value)


def may_see(channel: Any, viewer: User) -> bool:
    """Whether this person's client knows of the channel."""
    return channel.kind == "public" or viewer.id in channel.members
