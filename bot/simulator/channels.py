"""Channels are made, entered, left, renamed and closed."""

from __future__ import annotations

import re
from typing import Any, Literal

from bot.simulator.errors import SlackError
from bot.simulator.messaging import post
from bot.simulator.state import Channel, User, Wording
from bot.simulator.team import Team

NAME_MAX_CHARS = 80
TOPIC_MAX_CHARS = 250


def check_name(team: Team, name: str, *, renaming: Channel | None = None) -> None:
    """The name may be used. Raises Slack's invalid_name_* errors and name_taken."""
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > NAME_MAX_CHARS:
        raise SlackError("invalid_name_maxlength")
    # Letters of other alphabets are allowed as long as they have no upper case; spaces and periods are not.
    if name != name.lower() or not re.fullmatch(r"[\w-]+", name):
        raise SlackError("invalid_name_specials")
    if not re.search(r"[^\W_]", name):
        raise SlackError("invalid_name_punctuation")
    taken = team.channel_named(name)
    if taken is not None and taken is not renaming:
        raise SlackError("name_taken")


def create(team: Team, creator: User, name: str, *, private: bool) -> Channel:
    """The channel exists with its creator as only member. Raises restricted_action, user_is_restricted."""
    if creator.guest != "no":
        raise SlackError("user_is_restricted")
    if team.only_admins_create_channels and not creator.admin:
        raise SlackError("restricted_action")
    check_name(team, name)
    channel = team.add_channel(name, "private" if private else "public", creator.id, [creator.id])
    team.publish("channel_created", channel, creator.id, channel=channel.as_dict(creator.id))
    if not private:
        brief = {"id": channel.id, "name": name, "created": channel.created, "creator": creator.id}
        team.tell_app({"type": "channel_created", "channel": brief})
    _join_message(team, channel, creator.id, inviter=None)
    return channel


def join(team: Team, channel: Channel, user_id: str, *, inviter: str | None = None) -> None:
    """The account is a member, and the channel and the app know it."""
    if user_id in channel.members:
        return
    channel.members.append(user_id)
    team.publish("member_joined", channel, user_id)
    event: dict[str, Any] = {
        "type": "member_joined_channel",
        "user": user_id,
        "channel": channel.id,
        "channel_type": "G" if channel.kind == "private" else "C",
        "team": team.id,
    }
    if inviter:
        event["inviter"] = inviter
    team.tell_app_if_member(event, channel)
    _join_message(team, channel, user_id, inviter=inviter)


def leave(team: Team, channel: Channel, user_id: str, *, remover: str | None = None) -> None:
    """The account is no longer a member."""
    if user_id not in channel.members:
        raise SlackError("not_in_channel")
    channel.members.remove(user_id)
    team.publish("member_left", channel, user_id)
    text = (
        f"<@{user_id}> has left the channel"
        if remover is None
        else f"<@{user_id}> was removed from the channel"
    )
    post(team, channel, user_id, {"text": text}, subtype="channel_leave")
    if user_id == team.bot.id:
        # An app that was removed gets no member_left_channel (it is no member any more) but this one.
        left = {"type": "group_left" if channel.kind == "private" else "channel_left"}
        team.tell_app({**left, "channel": channel.id, "actor_id": remover or user_id})
        return
    team.tell_app_if_member(
        {
            "type": "member_left_channel",
            "user": user_id,
            "channel": channel.id,
            "channel_type": "G" if channel.kind == "private" else "C",
            "team": team.id,
        },
        channel,
    )


def may_be_invited(team: Team, channel: Channel, inviter: str, user_id: str) -> None:
    """The account can be added. Raises the error conversations.invite gives for this one."""
    user = team.user(user_id)
    if user_id == inviter:
        raise SlackError("cant_invite_self")
    if user_id in channel.members:
        raise SlackError("already_in_channel")
    if user.deactivated:
        # conversations.invite documents no user_disabled; cant_invite is its word for whom it will not add.
        raise SlackError("cant_invite")
    if user.guest == "single_channel" and any(
        user_id in other.members for other in team.channels.values() if not other.is_im and not other.archived
    ):
        raise SlackError("ura_max_channels")


def archive(team: Team, channel: Channel, by: str) -> None:
    """The channel is archived. Raises already_archived, cant_archive_general."""
    if channel.archived:
        raise SlackError("already_archived")
    if channel.name == "general":
        raise SlackError("cant_archive_general")
    post(team, channel, by, {"text": f"<@{by}> archived the channel"}, subtype="channel_archive")
    channel.archived = True
    team.publish("channel_archived", channel, by)
    team.tell_app_if_visible(channel, {"type": _kind("archive", channel), "channel": channel.id, "user": by})


def unarchive(team: Team, channel: Channel, by: str) -> None:
    """The channel is open again. Raises not_archived."""
    if not channel.archived:
        raise SlackError("not_archived")
    channel.archived = False
    post(team, channel, by, {"text": f"<@{by}> un-archived the channel"}, subtype="channel_unarchive")
    team.publish("channel_changed", channel, by, channel=channel.as_dict(by))
    team.tell_app_if_visible(
        channel, {"type": _kind("unarchive", channel), "channel": channel.id, "user": by}
    )


def rename(team: Team, channel: Channel, by: str, name: str) -> None:
    """The channel has another name."""
    check_name(team, name, renaming=channel)
    if channel.name == name:
        return
    old, channel.name = channel.name, name
    channel.previous_names.insert(0, old)
    text = f'<@{by}> has renamed the channel from "{old}" to "{name}"'
    post(team, channel, by, {"text": text, "old_name": old, "name": name}, subtype="channel_name")
    team.publish("channel_changed", channel, by, channel=channel.as_dict(by))
    brief = {"id": channel.id, "name": name, "created": channel.created}
    team.tell_app_if_visible(channel, {"type": _kind("rename", channel), "channel": brief})


def word(team: Team, channel: Channel, by: str, what: Literal["topic", "purpose"], value: str) -> None:
    """Topic or purpose reads ``value``; saying the same again changes nothing. Raises too_long."""
    if len(value) > TOPIC_MAX_CHARS:
        raise SlackError("too_long")
    if getattr(channel, what).value == value:
        return
    setattr(channel, what, Wording(value, by, team.epoch()))
    text = f"<@{by}> set the channel {'topic' if what == 'topic' else 'description'}: {value}"
    if not value:
        text = f"<@{by}> cleared the channel {what}"
    post(team, channel, by, {"text": text, what: value}, subtype=f"channel_{what}")
    team.publish("channel_changed", channel, by, channel=channel.as_dict(by))


def _kind(what: str, channel: Channel) -> str:
    return f"{'group' if channel.kind == 'private' else 'channel'}_{what}"


def _join_message(team: Team, channel: Channel, user_id: str, *, inviter: str | None) -> None:
    body: dict[str, Any] = {"text": f"<@{user_id}> has joined the channel"}
    if inviter:
        body["inviter"] = inviter
    post(team, channel, user_id, body, subtype="channel_join")
