"""What a person has entered: the state.values of views and messages, shaped as Slack shapes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Block = Mapping[str, Any]
Element = Mapping[str, Any]
Values = dict[tuple[str, str], dict[str, Any]]


@dataclass(frozen=True)
class Shape:
    """Where an element keeps its value in state.values, and where it takes the first one from."""

    key: str
    initial: str
    empty: Any = None


SHAPES: dict[str, Shape] = {
    "plain_text_input": Shape("value", "initial_value"),
    "number_input": Shape("value", "initial_value"),
    "email_text_input": Shape("value", "initial_value"),
    "url_text_input": Shape("value", "initial_value"),
    "rich_text_input": Shape("rich_text_value", "initial_value"),
    "static_select": Shape("selected_option", "initial_option"),
    "external_select": Shape("selected_option", "initial_option"),
    "users_select": Shape("selected_user", "initial_user"),
    "conversations_select": Shape("selected_conversation", "initial_conversation"),
    "channels_select": Shape("selected_channel", "initial_channel"),
    "multi_static_select": Shape("selected_options", "initial_options", ()),
    "multi_external_select": Shape("selected_options", "initial_options", ()),
    "multi_users_select": Shape("selected_users", "initial_users", ()),
    "multi_conversations_select": Shape("selected_conversations", "initial_conversations", ()),
    "multi_channels_select": Shape("selected_channels", "initial_channels", ()),
    "checkboxes": Shape("selected_options", "initial_options", ()),
    "radio_buttons": Shape("selected_option", "initial_option"),
    "datepicker": Shape("selected_date", "initial_date"),
    "timepicker": Shape("selected_time", "initial_time"),
    "datetimepicker": Shape("selected_date_time", "initial_date_time"),
    "file_input": Shape("files", "initial_files", ()),
}


@dataclass(frozen=True)
class Input:
    """An element that keeps a value, in its block."""

    block: Block
    element: Element

    @property
    def key(self) -> tuple[str, str]:
        return (self.block["block_id"], self.element["action_id"])

    @property
    def shape(self) -> Shape:
        return SHAPES[self.element["type"]]

    @property
    def label(self) -> str:
        """The text a person knows it by: an input's label, else the placeholder."""
        source = self.block.get("label") if self.block["type"] == "input" else self.element.get("placeholder")
        return str((source or {}).get("text", ""))

    @property
    def is_required(self) -> bool:
        return self.block["type"] == "input" and not self.block.get("optional", False)

    def first_state(self) -> dict[str, Any]:
        """The state before the person touched it."""
        return self.state(self.element.get(self.shape.initial))

    def state(self, value: Any) -> dict[str, Any]:
        """The state with this value in it."""
        if value is None or value == "":
            value = list(self.shape.empty) if self.shape.empty is not None else None
        return {"type": self.element["type"], self.shape.key: value}


def inputs_of(blocks: list[dict[str, Any]]) -> Iterator[Input]:
    """Every element in the blocks that keeps a value, from top to bottom."""
    for block in blocks:
        candidates = [block.get("element"), block.get("accessory")]
        if block.get("type") == "actions":
            candidates = list(block.get("elements", []))
        for element in candidates:
            if element and element.get("type") in SHAPES:
                yield Input(block, element)


def first_values(blocks: list[dict[str, Any]], kept: Values | None = None) -> Values:
    """The values of a fresh surface; an input that was there before (same ids, same type) keeps its value."""
    values: Values = {}
    for entry in inputs_of(blocks):
        old = (kept or {}).get(entry.key)
        values[entry.key] = old if old and old["type"] == entry.element["type"] else entry.first_state()
    return values


def state_values(values: Values) -> dict[str, dict[str, dict[str, Any]]]:
    """``state.values`` as it stands in a payload: by block_id, then action_id."""
    nested: dict[str, dict[str, dict[str, Any]]] = {}
    for (block_id, action_id), state in values.items():
        nested.setdefault(block_id, {})[action_id] = state
    return nested


def complaint(entry: Input, state: Mapping[str, Any]) -> str | None:
    """What Slack's own client says about the entry before it sends anything, or None."""
    value, element = state[entry.shape.key], entry.element
    if value is None or value == [] or value == "":
        return "Please complete this required field." if entry.is_required else None
    match element["type"]:
        case "plain_text_input":
            return _length_complaint(str(value), element)
        case "number_input":
            return _number_complaint(str(value), element)
        case "email_text_input" if "@" not in value:
            return "Please enter a valid email address."
        case "url_text_input" if "://" not in value:
            return "Please enter a valid URL."
    return None


def _length_complaint(value: str, element: Element) -> str | None:
    if len(value) > element.get("max_length", 3000):
        return f"Must be less than {element.get('max_length', 3000) + 1} characters"
    if len(value) < element.get("min_length", 0):
        return f"Must be at least {element['min_length']} characters"
    return None


def _number_complaint(value: str, element: Element) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return "Please enter a valid number."
    if not element.get("is_decimal_allowed") and not number.is_integer():
        return "Please enter a whole number."
    low, high = element.get("min_value"), element.get("max_value")
    if low is not None and number < float(low):
        return f"Must be at least {low}"
    if high is not None and number > float(high):
        return f"Must be at most {high}"
    return None
