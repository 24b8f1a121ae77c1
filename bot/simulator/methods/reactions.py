"""reactions.*: emoji on messages."""

from __future__ import annotations

from bot.simulator import messaging
from bot.simulator.errors import SlackError
from bot.simulator.methods.registry import Answer, Context, method
from bot.simulator.state import Channel, Message


@method("reactions.add", tier=3, scopes=["reactions:write"])
def add(call: Context) -> Answer:
    channel, message = _item(call)
    if channel.archived:
        raise SlackError("is_archived")
    messaging.react(
        call.team, channel, message, call.me.id, call.args.required("name", "invalid_name").strip(":")
    )
    return {}


@method("reactions.remove", tier=2, scopes=["reactions:write"])
def remove(call: Context) -> Answer:
    channel, message = _item(call)
    messaging.unreact(
        call.team, channel, message, call.me.id, call.args.required("name", "invalid_name").strip(":")
    )
    return {}


@method("reactions.get", tier=3, scopes=["reactions:read"])
def get(call: Context) -> Answer:
    channel, message = _item(call)
    return {"type": "message", "channel": channel.id, "message": message.as_dict()}


def _item(call: Context) -> tuple[Channel, Message]:
    channel = call.member_channel()
    ts = call.args.required("timestamp", "no_item_specified")
    return channel, call.team.message(channel, ts)
