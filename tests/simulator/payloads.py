"""Small Block Kit payloads for the tests of the simulator, and what Slack and a reader make of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.simulator.blocks import BlockError, check_message
from bot.simulator.visible import visible_text

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "Task", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(text: str = "Claim", **more: Any) -> Json:
    return {"type": "button", "text": plain(text), **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def option(text: str = "One", value: str = "1", **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def select(*options: Json, **more: Any) -> Json:
    return {"type": "static_select", "options": list(options), **more}


def field(element: Json | None = None, label: str = "Title", **more: Any) -> Json:
    return {"type": "input", "label": plain(label), "element": element or text_input(), **more}


def text_input(**more: Any) -> Json:
    return {"type": "plain_text_input", **more}


def confirm(**changes: Json) -> Json:
    texts = {"title": "Sure?", "text": "It cannot be undone.", "confirm": "Yes", "deny": "No"}
    return {**{name: plain(text) for name, text in texts.items()}, **changes}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def paragraph(*pieces: Json, kind: str = "rich_text_section", **more: Any) -> Json:
    return {"type": kind, "elements": list(pieces), **more}


def word(text: str = "word", **more: Any) -> Json:
    return {"type": "text", "text": text, **more}


def modal(*blocks: Json, **more: Any) -> Json:
    view = {"type": "modal", "title": plain("Declare"), "submit": plain("Go"), "blocks": list(blocks)}
    return {name: value for name, value in {**view, **more}.items() if value is not ...}


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks), **more}


def refused_message(*blocks: Json, text: str | None = "fallback", update: bool = False) -> BlockError:
    with pytest.raises(BlockError) as caught:
        check_message(text=text, blocks=list(blocks), update=update)
    return caught.value


def accept(*blocks: Json) -> None:
    check_message(text="fallback", blocks=list(blocks), update=False)


# A Tuesday, 22:13:20 UTC; 23:13 in Berlin; already Wednesday in Tokyo.
THEN = 1_700_000_000
NOW = datetime(2023, 11, 14, 23, 0, tzinfo=UTC)


class Directory:
    def user(self, user_id: str) -> str:
        return {"U1": "Ada", "U2": "Bob"}.get(user_id, user_id)

    def channel(self, channel_id: str) -> str:
        return {"C1": "crisis"}.get(channel_id, channel_id)

    def usergroup(self, group_id: str) -> str:
        return {"S1": "oncall"}.get(group_id, group_id)


NAMES = Directory()


def seen(payload: Json, *, zone: str = "UTC", now: datetime = NOW) -> str:
    return visible_text(payload, NAMES, tz=ZoneInfo(zone), now=now)


# One of everything, and every kind of control.
GOOD: list[Json] = [
    section(accessory=button(style="danger", confirm=confirm(), value="42", action_id="x")),
    section(accessory={"type": "image", "image_url": "https://x", "alt_text": "logo"}),
    section(accessory={"type": "multi_users_select", "initial_users": ["U1"], "max_selected_items": 3}),
    section(accessory={"type": "overflow", "options": [option(), option("Docs", "2", url="https://x")]}),
    {"type": "section", "text": plain("x"), "fields": [plain("a"), mrkdwn("*b*")], "expand": True},
    {"type": "header", "text": {**plain("Crisis"), "emoji": True}},
    {"type": "context", "elements": [mrkdwn("a"), {"type": "image", "image_url": "u", "alt_text": "b"}]},
    {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "chart", "title": plain("Chart")},
    actions(
        select(option(), option("Two", "2"), initial_option=option("Two", "2"), placeholder=plain("Pick")),
        {"type": "users_select", "initial_user": "U1"},
        {"type": "channels_select", "initial_channel": "C1"},
        {"type": "external_select", "min_query_length": 0},
        {
            "type": "conversations_select",
            "filter": {"include": ["im"]},
            "default_to_current_conversation": True,
        },
        {"type": "checkboxes", "options": [{"text": mrkdwn("*a*"), "value": "a"}]},
        {"type": "radio_buttons", "options": [option()], "initial_option": option()},
        {"type": "datepicker", "initial_date": "2024-02-29"},
        {"type": "timepicker", "initial_time": "23:59", "timezone": "Europe/Athens"},
        {"type": "datetimepicker", "initial_date_time": 1_700_000_000},
    ),
    field(text_input(multiline=True, min_length=1, max_length=3, initial_value="abc"), dispatch_action=True),
    rich(
        paragraph(
            word("a", style={"bold": True}),
            {"type": "link", "url": "https://x", "text": "x"},
            {"type": "user", "user_id": "U1"},
            {"type": "channel", "channel_id": "C1"},
            {"type": "usergroup", "usergroup_id": "S1"},
            {"type": "emoji", "name": "fire"},
            {"type": "broadcast", "range": "channel"},
            {"type": "date", "timestamp": 1_700_000_000, "format": "{date}", "fallback": "then"},
        ),
        paragraph(),
        paragraph(paragraph(word()), kind="rich_text_list", style="ordered", indent=1, offset=2),
        paragraph(word(), kind="rich_text_quote"),
        paragraph(word(), kind="rich_text_preformatted", border=1),
    ),
    {
        "type": "table",
        "rows": [[{"type": "raw_text", "text": "a"}, rich(paragraph(word()))]],
        "column_settings": [{"align": "right"}, {"is_wrapped": True}],
    },
]
