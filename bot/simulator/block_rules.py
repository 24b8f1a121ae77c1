"""The vocabulary Slack's block schemas are written in: one small rule for each kind of value.

A rule looks at one JSON value at one JSON pointer and notes what Slack would complain about.
The wording follows the ``response_metadata.messages`` of the real API, because that is the
text a developer has to debug from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

# Where a block may be shown; Slack allows different blocks in each.
MESSAGE, MODAL, HOME = "message", "modal", "home"

ID_LIMIT = 255
URL_LIMIT = 3000


class Findings:
    """Everything wrong with one payload, in the order Slack would list it."""

    def __init__(self, surface: str) -> None:
        self.surface = surface
        self.messages: list[str] = []

    def add(self, complaint: str, pointer: str) -> None:
        self.messages.append(f"[ERROR] {complaint} [json-pointer:{pointer}]")


Rule = Callable[[Any, str, Findings], None]


def is_text(value: object, pointer: str, found: Findings) -> bool:
    if isinstance(value, str):
        return True
    found.add("must provide a string", pointer)
    return False


def string(most: int, least: int = 0) -> Rule:
    """A string of `least` to `most` characters; Slack words both bounds exclusively."""

    def rule(value: Any, pointer: str, found: Findings) -> None:
        if not is_text(value, pointer, found):
            return
        if len(value) < least:
            found.add(f"must be more than {least - 1} characters", pointer)
        elif len(value) > most:
            found.add(f"must be less than {most + 1} characters", pointer)

    return rule


def matching(pattern: str, what: str) -> Rule:
    """A string of one format, such as a date."""
    compiled = re.compile(pattern)

    def rule(value: Any, pointer: str, found: Findings) -> None:
        if is_text(value, pointer, found) and not compiled.fullmatch(value):
            found.add(f"must be a valid {what}", pointer)

    return rule


def integer(least: int, most: int | None = None) -> Rule:
    def rule(value: Any, pointer: str, found: Findings) -> None:
        # bool is an int in Python and not a number in JSON.
        if isinstance(value, bool) or not isinstance(value, int):
            found.add("must provide an integer", pointer)
        elif value < least:
            found.add(f"must be greater than or equal to {least}", pointer)
        elif most is not None and value > most:
            found.add(f"must be less than or equal to {most}", pointer)

    return rule


def number(value: Any, pointer: str, found: Findings) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        found.add("must provide a number", pointer)


def boolean(value: Any, pointer: str, found: Findings) -> None:
    if not isinstance(value, bool):
        found.add("must provide a boolean", pointer)


def one_of(*allowed: str) -> Rule:
    def rule(value: Any, pointer: str, found: Findings) -> None:
        if value not in allowed:
            found.add("must be a valid enum value", pointer)

    return rule


def array(each: Rule, least: int = 0, most: int | None = None) -> Rule:
    def rule(value: Any, pointer: str, found: Findings) -> None:
        if not isinstance(value, list):
            found.add("must provide an array", pointer)
            return
        if len(value) < least:
            found.add(f"no fewer than {least} items allowed", pointer)
        if most is not None and len(value) > most:
            found.add(f"no more than {most} items allowed", pointer)
        for index, item in enumerate(value):
            each(item, f"{pointer}/{index}", found)

    return rule


def shape(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None, *also: Rule) -> Rule:
    """An object with these fields and no others; `also` are rules about several fields at once.

    Slack does not skip a field it does not know: it answers "invalid additional property".
    """
    fields = {**required, **(optional or {})}

    def rule(value: Any, pointer: str, found: Findings) -> None:
        if not isinstance(value, dict):
            found.add("must provide an object", pointer)
            return
        for name in required:
            # An explicit null is refused like an absent field.
            if value.get(name) is None:
                found.add(f"missing required field: {name}", pointer)
        for name, item in value.items():
            if name == "type" and "type" not in fields:
                continue
            if name not in fields:
                found.add(f"invalid additional property: {name}", pointer)
            elif item is not None:
                fields[name](item, f"{pointer}/{name}", found)
            elif name not in required:
                found.add(f"must not be null: {name}", pointer)
        for extra in also:
            extra(value, pointer, found)

    return rule


def kinds(rules: Mapping[str, Rule], allowed: frozenset[str] | None = None) -> Rule:
    """An object chosen by its `type`; `allowed` narrows the types to those fit for this place."""

    def rule(value: Any, pointer: str, found: Findings) -> None:
        if not isinstance(value, dict):
            found.add("must provide an object", pointer)
            return
        kind = value.get("type")
        if kind is None:
            found.add("missing required field: type", pointer)
        elif not isinstance(kind, str) or kind not in rules or (allowed is not None and kind not in allowed):
            found.add(f"unsupported type: {kind}", f"{pointer}/type")
        else:
            rules[kind](value, pointer, found)

    return rule


def both(first: Rule, second: Rule) -> Rule:
    def rule(value: Any, pointer: str, found: Findings) -> None:
        first(value, pointer, found)
        second(value, pointer, found)

    return rule


def exactly_one(first: str, second: str) -> Rule:
    def rule(value: Any, pointer: str, found: Findings) -> None:
        if (first in value) == (second in value):
            found.add(f"must define either `{first}` or `{second}`", pointer)

    return rule


def either(first: str, second: str) -> Rule:
    def rule(value: Any, pointer: str, found: Findings) -> None:
        if first not in value and second not in value:
            found.add(f"must define either `{first}` or `{second}`", pointer)

    return rule


def plain_text(most: int, least: int = 1) -> Rule:
    return kinds({"plain_text": shape({"text": string(most, least)}, {"emoji": boolean})})


def any_text(most: int, least: int = 1) -> Rule:
    """A text object that may be mrkdwn; `emoji` belongs to plain_text, `verbatim` to mrkdwn."""
    return kinds(
        {
            "plain_text": shape({"text": string(most, least)}, {"emoji": boolean}),
            "mrkdwn": shape({"text": string(most, least)}, {"verbatim": boolean}),
        }
    )


def items(value: Any, name: str) -> list[Any]:
    """The list in one field of an object; empty where the payload has something else there."""
    held = value.get(name) if isinstance(value, dict) else None
    return held if isinstance(held, list) else []


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object inside `value`, itself included."""
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from objects(item)
    elif isinstance(value, list):
        for item in value:
            yield from objects(item)
