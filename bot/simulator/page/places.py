"""The sidebar, the head of a channel and the list beside it, for one person."""

from __future__ import annotations

from bot.simulator.page.blocks import may_see
from bot.simulator.page.marks import Unread
from bot.simulator.page.messages import face, message_node
from bot.simulator.page.text import Node, mrkdwn_nodes
from bot.simulator.reading import TeamNames
from bot.simulator.runs import Reader
from bot.simulator.state import Channel, User
from bot.simulator.team import SLACKBOT_ID, Team


def sidebar(team: Team, viewer: User, unread: Unread) -> dict[str, Node]:
    """Every conversation this person's client lists, by id; a person without one by their own id."""
    entries = {c.id: _channel(viewer, c, unread) for c in team.channels.values() if _is_listed(c, viewer)}
    direct = {
        next((m for m in c.members if m != viewer.id), viewer.id): c
        for c in team.channels.values()
        if c.is_im and viewer.id in c.members
    }
    for user in team.users.values():
        conversation = direct.get(user.id)
        if user.id == viewer.id or user.deactivated or (user.id == SLACKBOT_ID and not conversation):
            continue
        if user.is_bot and user.id != team.bot.id and not conversation:
            continue
        entries[conversation.id if conversation else user.id] = _direct(
            team, viewer, user, conversation, unread
        )
    return entries


def head(team: Team, viewer: User, channel: Channel) -> Node:
    """What stands above the messages."""
    if channel.is_im:
        other = next((m for m in channel.members if m != viewer.id), viewer.id)
        who = team.users[other]
        is_app = other == team.bot.id
        return {
            "id": channel.id,
            "kind": "app" if is_app else "dm",
            "name": who.name if who.is_bot else who.real_name,
            "face": face(team, who),
            "topic": [{"k": "text", "s": who.title}] if who.title else [],
            "pins": len(channel.pins),
            "home": is_app and team.manifest.home_tab,
            "writable": not (is_app and team.manifest.messages_read_only),
        }
    reader = Reader(TeamNames(team, viewer), now=team.clock.now())
    member = viewer.id in channel.members
    return {
        "id": channel.id,
        "kind": channel.kind,
        "name": channel.name,
        "topic": mrkdwn_nodes(channel.topic.value, reader, viewer.id),
        "members": len(channel.members),
        "pins": len(channel.pins),
        "archived": channel.archived,
        "joinable": channel.kind == "public" and not member and not channel.archived,
        "writable": member and not channel.archived,
    }


def beside(team: Team, viewer: User, channel: Channel, what: str) -> Node:
    """The list at the right: who is in the channel, or what is pinned there."""
    if what == "members":
        return {"what": what, "people": [face(team, team.users[m]) for m in channel.members]}
    pinned = [channel.messages[ts] for ts in sorted(channel.pins, reverse=True) if ts in channel.messages]
    shown = [message_node(team, viewer, channel, message, in_thread=True) for message in pinned]
    return {"what": "pins", "messages": shown}


def _is_listed(channel: Channel, viewer: User) -> bool:
    return not channel.is_im and may_see(channel, viewer)


def _channel(viewer: User, channel: Channel, unread: Unread) -> Node:
    count, calling = unread.counts(viewer, channel)
    member = viewer.id in channel.members
    part = "archived" if channel.archived else "channels" if member else "others"
    return {
        "part": part,
        "kind": channel.kind,
        "name": channel.name,
        "unread": 0 if channel.archived else count,
        "mentions": 0 if channel.archived else calling,
        "order": channel.name,
    }


def _direct(team: Team, viewer: User, user: User, channel: Channel | None, unread: Unread) -> Node:
    count, calling = unread.counts(viewer, channel) if channel else (0, 0)
    is_app = user.id == team.bot.id
    return {
        "part": "apps" if is_app else "direct",
        "kind": "app" if is_app else "dm",
        "name": user.name if user.is_bot else user.real_name,
        "user": user.id,
        "face": face(team, user),
        "unread": count,
        "mentions": calling,
        "order": user.real_name,
    }
