"""From what a person picks or types to the value Slack keeps for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.simulator.errors import CannotDo
from bot.simulator.state import User
from bot.simulator.team import Team


def entered(team: Team, viewer: User, element: Mapping[str, Any], value: Any) -> Any:
    """The state value after ``viewer`` put ``value`` into the element; CannotDo if they could not.

    Options are named by label, people as "@dana" or Person, channels as "#general" or Channel; lists go
    into multi-selects and checkboxes; dates may be text or date objects, in the viewer's time zone. None
    clears.
    """
    if value is None:
        return None
    kind = str(element["type"])
    if kind.startswith("multi_") or kind == "checkboxes":
        single = {**element, "type": {"checkboxes": "radio_buttons"}.get(kind, kind.removeprefix("multi_"))}
        items = list(value) if isinstance(value, list | tuple | set) else [value]
        return [entered(team, viewer, single, item) for item in items]
    match kind:
        case "static_select" | "radio_buttons" | "external_select" | "overflow":
            return option_named(element, str(value))
        case "users_select":
            return person_id(team, value)
        case "channels_select" | "conversations_select":
            return channel_id(team, value)
        case "datepicker":
            return value.isoformat() if isinstance(value, date) else str(date.fromisoformat(value))
        case "timepicker":
            return (
                value.strftime("%H:%M") if isinstance(value, time) else f"{time.fromisoformat(value):%H:%M}"
            )
        case "datetimepicker":
            return _epoch(viewer, value)
        case _:
            return str(value)


def option_named(element: Mapping[str, Any], label: str) -> dict[str, Any]:
    """The option a person sees under ``label``."""
    options = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        options += group["options"]
    for option in options:
        if option["text"]["text"] == label:
            return dict(option)
    raise CannotDo(f"no option {label!r}; there are: {[option['text']['text'] for option in options]}")


def person_id(team: Team, who: Any) -> str:
    """The account meant by "@name", a Person, a User or an id."""
    if not isinstance(who, str):
        return str(who.id)
    user = team.users.get(who) or team.user_named(who)
    if user is None:
        raise CannotDo(f"nobody is called {who!r}")
    return user.id


def channel_id(team: Team, where: Any) -> str:
    """The channel meant by "#name", a Channel or an id."""
    if not isinstance(where, str):
        return str(where.id)
    channel = team.channels.get(where) or team.channel_named(where)
    if channel is None:
        raise CannotDo(f"there is no channel {where!r}")
    return channel.id


def shown_value(team: Team, element: Mapping[str, Any], value: Any) -> str:
    """The value as the field displays it."""
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        return ", ".join(shown_value(team, element, item) for item in value)
    if isinstance(value, dict):
        return str(value.get("text", {}).get("text", "")) if "text" in value else "…"
    kind = str(element["type"])
    if "users_select" in kind:
        return f"@{team.users[value].name}" if value in team.users else str(value)
    if "channels_select" in kind or "conversations_select" in kind:
        return f"#{team.channels[value].name}" if value in team.channels else str(value)
    return str(value)


def _epoch(viewer: User, value: Any) -> int:
    if isinstance(value, int):
        return value
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(viewer.tz))
    return int(moment.timestamp())
