"""Calls of Slack's Web API told apart by what they are about, so that one of them, and no other, can be made to fail."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.simulator import Slack
from bot.simulator.calls import Call
from tests.histories.once import CALLS_THAT_ANSWER

_IN_ANY_CHANNEL = ("channel_not_found", "missing_scope", "restricted_action")
_TO_A_CHANNEL = (*_IN_ANY_CHANNEL, "is_archived")
_FORMS = ("expired_trigger_id", "missing_scope")
REFUSALS: Mapping[str, tuple[str, ...]] = {
    "chat.getPermalink": ("channel_not_found", "missing_scope"),
    "chat.postEphemeral": (*_TO_A_CHANNEL, "user_not_in_channel"),
    "chat.postMessage": (*_TO_A_CHANNEL, "user_not_found"),
    "chat.update": (*_IN_ANY_CHANNEL, "is_inactive"),
    "conversations.archive": _IN_ANY_CHANNEL,
    "conversations.create": ("missing_scope", "name_taken", "restricted_action"),
    "conversations.history": ("channel_not_found", "missing_scope"),
    "conversations.invite": (*_TO_A_CHANNEL, "user_not_found", "cant_invite"),
    "conversations.join": _TO_A_CHANNEL,
    "conversations.list": ("missing_scope",),
    "conversations.setTopic": _TO_A_CHANNEL,
    "dnd.info": ("missing_scope", "user_not_found"),
    "pins.add": _TO_A_CHANNEL,
    "response_url": ("expired_url",),
    "users.info": ("missing_scope", "user_not_found"),
    "users.list": ("missing_scope",),
    "views.open": _FORMS,
    "views.push": _FORMS,
    "views.update": ("missing_scope", "not_found"),
}
"""What Slack refuses for good, by method. chat.update has a name of its own for an archived channel."""

_ONLY_CHANNELS = ("channel_not_found", "is_archived", "is_inactive", "restricted_action")
_ONLY_PEOPLE = ("user_not_found",)
_THE_PROGRAM_S_OWN = set(CALLS_THAT_ANSWER) - {"chat.postEphemeral", "response_url"}


def refusals(method: str, what: str) -> tuple[str, ...]:
    """What Slack can refuse this call with: archived are channels, not found are people."""
    impossible: tuple[str, ...] = ()
    if method.startswith("chat."):
        impossible = _ONLY_CHANNELS if " in @" in what else _ONLY_PEOPLE
    return tuple(error for error in REFUSALS[method] if error not in impossible)


def in_turn(calls: list[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Each call with each refusal; of the two that only differ in their words, the one and the other in turn."""
    words = ("missing_scope", "restricted_action")
    for number, (method, what) in enumerate(calls):
        possible = refusals(method, what)
        other = words[number % 2] if set(words) <= set(possible) else None
        yield from ((method, error, what) for error in possible if error != other)


def about(slack: Slack, method: str, args: Mapping[str, Any]) -> str:
    """The call in words that are the same in every run: method, place, and the message, people or form it is about."""
    told = [method, *([f"#{args['name']}"] if "name" in args else [])]
    if "channel" in args:
        told.append(f"in {_place(slack, str(args['channel']))}")
    if slot := _slot(slack, args):
        told.append(slot)
    told += [f"about {_people(slack, str(args[n]))}" for n in ("users", "user") if n in args]
    if "view" in args:
        told.append(f"form {_form(args['view'])!r}")
    return " ".join(told)


def distinct(slack: Slack, calls: list[Call]) -> list[tuple[str, str]]:
    """Method and description of every call that can be refused, each once, in the order of their first time."""
    found = {
        about(slack, call.method, call.args): call.method
        for call in calls
        if call.method not in _THE_PROGRAM_S_OWN
    }
    return [(method, what) for what, method in found.items()]


def _place(slack: Slack, channel: str) -> str:
    if channel in slack.people:
        return f"@{slack.people[channel].name}"
    room = slack.team.channels.get(channel)
    if room is None:
        return channel
    if room.name:
        return f"#{room.name}"
    return "@" + "".join(slack.people[m].name for m in room.members if m in slack.people)


def _slot(slack: Slack, args: Mapping[str, Any]) -> str:
    """The name of the message this is about; "" for an answer, which has none."""
    metadata = args.get("metadata")
    if metadata is None:
        room = slack.team.channels.get(str(args.get("channel")))
        ts = args.get("ts") or args.get("timestamp")
        message = room.messages.get(str(ts)) if room is not None else None
        metadata = message.metadata if message is not None else None
    if isinstance(metadata, str):
        metadata = json.loads(metadata)
    return str(metadata["event_payload"]["name"]).partition("/")[2] if metadata else ""


def _people(slack: Slack, ids: str) -> str:
    return ",".join(f"@{slack.people[i].name}" if i in slack.people else i for i in ids.split(","))


def _form(view: Any) -> str:
    return str((json.loads(view) if isinstance(view, str) else view)["title"]["text"])
