"""pins.*: what is pinned to a channel."""

from __future__ import annotations

from bot.simulator import messaging
from bot.simulator.errors import SlackError
from bot.simulator.methods.registry import Answer, Context, method
from bot.simulator.state import Channel, Message

PINS_MAX = 100


@method("pins.add", tier=2, scopes=["pins:write"])
def add(call: Context) -> Answer:
    channel, message = _pinnable(call)
    if len(channel.pins) >= PINS_MAX:
        raise SlackError("too_many_pins")
    messaging.pin(call.team, channel, message, call.me.id)
    return {}


@method("pins.remove", tier=2, scopes=["pins:write"])
def remove(call: Context) -> Answer:
    channel, message = _pinnable(call)
    messaging.unpin(call.team, channel, message, call.me.id)
    return {}


@method("pins.list", tier=2, scopes=["pins:read"])
def list_(call: Context) -> Answer:
    channel = call.member_channel()
    items = [
        {"type": "message", "channel": channel.id, "message": channel.messages[ts].as_dict(), **by}
        for ts, by in channel.pins.items()
    ]
    return {"items": items}


def _pinnable(call: Context) -> tuple[Channel, Message]:
    channel = call.member_channel()
    if channel.archived:
        raise SlackError("is_archived")
    return channel, call.team.message(channel, call.args.required("timestamp", "no_item_specified"))
