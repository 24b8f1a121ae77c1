"""Reading what Slack sends: which kind of thing it is, what was pressed, and what it is about."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import structlog

from bot.slack.controls import MENU, Target

log = structlog.get_logger(__name__)

COMMAND = "/crisis"

# All that the bot reads of each kind, with its types; more may stand there. `name?` may be missing or null, `*` is any name,
# a list holds at least one of these, and a text is as its pattern says.
_TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}")
_PLACE = {"id": str}
_OPTION = {"value": str}
_FIELD = {"type": str, "value?": str, "selected_option?": _OPTION, "selected_user?": str}
_VIEW = {
    "id": str,
    "callback_id": str,
    "title": {"text": str},
    "blocks": [{"type": str, "block_id?": str}],
    "state": {"values": {"*": {"*": _FIELD}}},
    "private_metadata?": str,
}
_ACTION = {"action_id": str, "value?": str, "selected_option?": _OPTION}
_ANSWERED = {"trigger_id": str, "response_url?": str}
_MESSAGE = {"ts": _TS, "text?": str, "user?": str}
_SHAPES: Mapping[str, Mapping[str, Any]] = {
    "event": {"event_id": str, "event": {"type": str}},
    "command": {**_ANSWERED, "user_id": str, "channel_id?": str, "text?": str},
    "action": {**_ANSWERED, "user": _PLACE, "channel?": _PLACE, "actions": [_ACTION], "view?": _VIEW},
    "form": {"type": str, "user": _PLACE, "view": _VIEW},
    "shortcut": {**_ANSWERED, "user": _PLACE, "callback_id": str, "channel": _PLACE, "message": _MESSAGE},
}
_METADATA = {"about?": str, "channel?": str, "source?": {"channel?": str, "ts?": str}}
_SOMEBODY_THERE = {"user": str, "channel": str}
_CHANNEL = {"channel": str, "user?": str}
_RENAMED = {"channel": {"id": str, "name": str}}
_REACTION = {"user": str, "reaction": str, "item": {"type": str, "channel?": str, "ts?": _TS}}
_EVENTS: Mapping[str, Mapping[str, Any]] = {
    "member_joined_channel": _SOMEBODY_THERE,
    "member_left_channel": _SOMEBODY_THERE,
    **dict.fromkeys(("channel_left", "channel_archive", "channel_unarchive"), _CHANNEL),
    **dict.fromkeys(("group_left", "group_archive", "group_unarchive"), _CHANNEL),
    **dict.fromkeys(("channel_rename", "group_rename"), _RENAMED),
    **dict.fromkeys(("reaction_added", "reaction_removed"), _REACTION),
}


def kind_of(body: Mapping[str, Any]) -> str:
    """What was delivered: event, command, form, action, shortcut; "other" for what the manifest never asked for.

    "other", too, for what is not as Slack sends it: nobody waits for an answer to it, and it would be no better next time.
    """
    kind = _kind_of(body)
    wrong = list(_wrong(body, _SHAPES.get(kind, {})))
    if kind == "event" and not wrong:
        wrong = list(_wrong(body["event"], _EVENTS.get(body["event"]["type"], {})))
    if wrong:
        log.warning("a delivery is not as Slack sends it", kind=kind, wrong=wrong[:5])
        return "other"
    return kind


def _wrong(value: object, shape: Any, place: str = "") -> Iterator[str]:
    """The places in which the value is not of this shape."""
    match value, shape:
        case dict(), Mapping():
            for name, inner in shape.items():
                key = name.removesuffix("?")
                if name == "*":
                    for found in value:
                        yield from _wrong(value[found], inner, f"{place}.*")
                elif value.get(key) is not None or key == name:
                    yield from _wrong(value.get(key), inner, f"{place}.{key}")
        case [_, *_], [inner]:
            for found in value:
                yield from _wrong(found, inner, f"{place}[]")
        case _, type() if isinstance(value, shape):
            pass
        case str(), re.Pattern() if shape.fullmatch(value):
            pass
        case _:
            yield place


def _kind_of(body: Mapping[str, Any]) -> str:
    match body.get("type"):
        case "event_callback":
            return "event"
        case "block_actions":
            return "action"
        case "view_submission" | "view_closed":
            return "form"
        case "message_action":
            return "shortcut"
        case _:
            return "command" if body.get("command") == COMMAND else "other"


def pressed(action: Mapping[str, Any]) -> tuple[str, str, str]:
    """Action, choice and value of a press; a menu's options name their own action. Empty for a menu that is not ours."""
    name = str(action.get("action_id") or "")
    if name == MENU or name.startswith(f"{MENU}."):
        chosen = str((action.get("selected_option") or {}).get("value") or "")
        parts = chosen.split("|", 2)
        return (parts[0], parts[1], parts[2]) if len(parts) == 3 else ("", "", "")
    return name, "", str(action.get("value") or "")


def target_of(value: str) -> Target | None:
    """What a control is about; None for a value that is not ours."""
    try:
        return Target.read(value)
    except ValueError:
        return None


def metadata_of(view: Mapping[str, Any]) -> dict[str, Any]:
    """What was put into a form when it was opened; empty for one that is not ours."""
    try:
        read = json.loads(view.get("private_metadata") or "{}")
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) and not list(_wrong(read, _METADATA)) else {}
