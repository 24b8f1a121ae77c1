"""Messages appear, change and go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.simulator.errors import SlackError
from bot.simulator.inputs import first_values
from bot.simulator.state import Channel, Message
from bot.simulator.team import Team

CHANNEL_TYPES = {"public": "channel", "private": "group", "im": "im"}


def bot_body(team: Team, body: Mapping[str, Any]) -> dict[str, Any]:
    """``body`` signed by the app's bot, as Slack shows it in history."""
    return {
        **body,
        "bot_id": team.bot.bot_id,
        "app_id": team.app_id,
        "team": team.id,
        "bot_profile": {
            "id": team.bot.bot_id,
            "app_id": team.app_id,
            "name": team.bot.name,
            "deleted": False,
            "updated": 0,
            "team_id": team.id,
        },
    }


def post(
    team: Team,
    channel: Channel,
    user_id: str,
    body: Mapping[str, Any],
    *,
    thread_ts: str | None = None,
    broadcast: bool = False,
    subtype: str | None = None,
    metadata: dict[str, Any] | None = None,
) -> Message:
    """The message is in the channel and the app hears of it if it is there and listens."""
    if thread_ts is not None:
        thread_ts = _thread_parent(channel, thread_ts)
    message = Message(
        channel_id=channel.id,
        ts=team.new_ts(),
        user_id=user_id,
        body=with_block_ids(team, dict(body)),
        thread_ts=thread_ts,
        broadcast=broadcast,
        subtype=subtype,
        metadata=metadata,
    )
    message.values = first_values(message.body.get("blocks", []))
    channel.messages[message.ts] = message
    team.publish("message_posted", channel, user_id, message=message.as_dict())
    event = message_event(message.as_dict(), channel) | {"event_ts": message.ts}
    team.tell_app_if_member(event, channel)
    if (
        not channel.is_im
        and subtype is None
        and user_id != team.bot.id
        and f"<@{team.bot.id}>" in body.get("text", "")
    ):
        team.tell_app_if_member({**event, "type": "app_mention"}, channel)
    return message


def whisper(
    team: Team,
    channel: Channel,
    from_user: str,
    to_user: str,
    body: Mapping[str, Any],
    thread_ts: str | None = None,
) -> Message:
    """Only ``to_user`` sees this message; it is in nobody's history."""
    message = Message(
        channel_id=channel.id,
        ts=team.new_ts(),
        user_id=from_user,
        body=with_block_ids(team, dict(body)),
        thread_ts=thread_ts,
        visible_to=to_user,
    )
    message.values = first_values(message.body.get("blocks", []))
    channel.ephemerals.append(message)
    team.publish("message_posted", channel, to_user, message=message.as_dict(), ephemeral=True)
    return message


def edit(team: Team, channel: Channel, message: Message, body: Mapping[str, Any], *, marked: bool) -> None:
    """The message reads ``body`` instead; ``marked`` shows "(edited)"."""
    before = message.as_dict()
    message.body = with_block_ids(team, dict(body))
    message.values = first_values(message.body.get("blocks", []))
    message.version += 1
    if marked:
        message.edited = {"user": message.user_id, "ts": team.new_ts()}
    team.publish("message_edited", channel, message.visible_to or message.user_id, message=message.as_dict())
    if message.visible_to is None:
        _tell_hidden(team, channel, "message_changed", before, message=message.as_dict())


def delete(team: Team, channel: Channel, message: Message) -> None:
    """The message is gone. A parent with replies leaves a tombstone, as in Slack."""
    before = message.as_dict()
    channel.pins.pop(message.ts, None)
    if message.visible_to is None and channel.replies(message.ts):
        message.subtype, message.body, message.version = (
            "tombstone",
            {"text": "This message was deleted."},
            message.version + 1,
        )
    else:
        message.deleted = True
    team.publish("message_deleted", channel, message.visible_to, message=before)
    if message.visible_to is None:
        _tell_hidden(team, channel, "message_deleted", before, deleted_ts=message.ts)


def react(team: Team, channel: Channel, message: Message, user_id: str, name: str) -> None:
    """The reaction is there. Raises already_reacted, invalid_name."""
    if not re.fullmatch(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?", name):
        raise SlackError("invalid_name")
    users = message.reactions.setdefault(name, [])
    if user_id in users:
        raise SlackError("already_reacted")
    users.append(user_id)
    _tell_reaction(team, channel, message, user_id, name, "reaction_added")


def unreact(team: Team, channel: Channel, message: Message, user_id: str, name: str) -> None:
    """The reaction is gone. Raises no_reaction."""
    users = message.reactions.get(name, [])
    if user_id not in users:
        raise SlackError("no_reaction")
    users.remove(user_id)
    if not users:
        del message.reactions[name]
    _tell_reaction(team, channel, message, user_id, name, "reaction_removed")


def pin(team: Team, channel: Channel, message: Message, user_id: str) -> None:
    """The message is pinned. Raises already_pinned."""
    if message.ts in channel.pins:
        raise SlackError("already_pinned")
    channel.pins[message.ts] = {"created": team.epoch(), "created_by": user_id}
    _tell_pin(team, channel, message, user_id, "pin_added")


def unpin(team: Team, channel: Channel, message: Message, user_id: str) -> None:
    """The message is no longer pinned. Raises no_pin."""
    if channel.pins.pop(message.ts, None) is None:
        raise SlackError("no_pin")
    _tell_pin(team, channel, message, user_id, "pin_removed")


def message_event(message: Mapping[str, Any], channel: Channel) -> dict[str, Any]:
    """The event Slack sends for a message: it names the channel and its type, and never carries metadata."""
    return {**message, "channel": channel.id, "channel_type": CHANNEL_TYPES[channel.kind]}


def with_block_ids(team: Team, body: dict[str, Any]) -> dict[str, Any]:
    """Blocks and interactive elements without an id have one, as Slack hands them out."""
    if not body.get("blocks"):
        body.pop("blocks", None)
        return body
    body["blocks"] = [_identified(team, block) for block in body["blocks"]]
    return body


def _identified(team: Team, block: Mapping[str, Any]) -> dict[str, Any]:
    named = {**block, "block_id": block.get("block_id") or team.new_id("b")}
    for key in ("accessory", "element"):
        if isinstance(named.get(key), dict):
            named[key] = _with_action_id(team, named[key])
    if named.get("type") in ("actions", "context_actions"):
        named["elements"] = [_with_action_id(team, element) for element in named.get("elements", [])]
    return named


def _with_action_id(team: Team, element: Mapping[str, Any]) -> dict[str, Any]:
    if element.get("type") == "image":
        return dict(element)
    return {**element, "action_id": element.get("action_id") or team.new_id("a")}


def _thread_parent(channel: Channel, thread_ts: str) -> str:
    parent = channel.messages.get(thread_ts)
    if parent is None or parent.deleted:
        raise SlackError("thread_not_found")
    # A reply to a reply belongs to the same thread: Slack's threads have one level.
    root = channel.messages[parent.thread_ts] if parent.is_reply and parent.thread_ts else parent
    root.thread_ts = root.ts
    return root.ts


def _tell_hidden(team: Team, channel: Channel, subtype: str, before: Mapping[str, Any], **extra: Any) -> None:
    event = {"type": "message", "subtype": subtype, "hidden": True, "previous_message": before, **extra}
    ts = team.new_ts()
    team.tell_app_if_member(message_event({**event, "ts": ts, "event_ts": ts}, channel), channel)


def _tell_reaction(
    team: Team, channel: Channel, message: Message, user_id: str, name: str, kind: str
) -> None:
    team.publish("reaction_changed", channel, user_id, message=message.as_dict())
    item = {"type": "message", "channel": channel.id, "ts": message.ts}
    team.tell_app_if_member(
        {"type": kind, "user": user_id, "reaction": name, "item_user": message.user_id, "item": item}, channel
    )


def _tell_pin(team: Team, channel: Channel, message: Message, user_id: str, kind: str) -> None:
    team.publish("pin_changed", channel, user_id, message=message.as_dict())
    item = {"type": "message", "channel": channel.id, "message": message.as_dict(), "created_by": user_id}
    team.tell_app_if_member({"type": kind, "user": user_id, "channel_id": channel.id, "item": item}, channel)
