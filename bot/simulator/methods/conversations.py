"""conversations.*: channels as things -- made, described, closed, listed."""

from __future__ import annotations

from typing import Literal

from bot.simulator import channels
from bot.simulator.errors import SlackError
from bot.simulator.methods.registry import Answer, Context, method, scopes_for
from bot.simulator.state import Channel

KINDS = {"public_channel": "public", "private_channel": "private", "im": "im"}


@method("conversations.create", tier=2, scopes=["channels:manage", "groups:write"])
def create(call: Context) -> Answer:
    private = call.args.flag("is_private")
    call.need("groups:write" if private else "channels:manage")
    channel = channels.create(call.team, call.me, call.args.text("name"), private=private)
    return {"channel": channel.as_dict(call.me.id, with_num_members=False)}


@method("conversations.archive", tier=2, scopes=["channels:manage", "groups:write"])
def archive(call: Context) -> Answer:
    channel = call.room()
    call.need_for(channel, "manage")
    if call.me.id not in channel.members and not channel.archived:
        raise SlackError("not_in_channel")
    channels.archive(call.team, channel, call.me.id)
    return {}


@method("conversations.unarchive", tier=2, scopes=["channels:manage", "groups:write"])
def unarchive(call: Context) -> Answer:
    channel = call.room()
    if not channel.archived:
        raise SlackError("not_archived")
    # "Bug alert" in Slack's own reference: a bot is no member of an archived channel and cannot reopen it.
    raise SlackError("not_in_channel")


@method("conversations.rename", tier=2, scopes=["channels:manage", "groups:write"])
def rename(call: Context) -> Answer:
    channel = call.open_room()
    call.need_for(channel, "manage")
    if channel.creator != call.me.id:
        # Only the creator, a workspace admin or a channel manager may rename; a bot is none of the latter.
        raise SlackError("not_authorized")
    channels.rename(call.team, channel, call.me.id, call.args.text("name"))
    return {"channel": channel.as_dict(call.me.id, with_num_members=False)}


@method("conversations.setTopic", tier=2)
def set_topic(call: Context) -> Answer:
    return _word(call, "topic")


@method("conversations.setPurpose", tier=2)
def set_purpose(call: Context) -> Answer:
    return _word(call, "purpose")


@method("conversations.info", tier=3, scopes=["channels:read", "groups:read", "im:read"])
def info(call: Context) -> Answer:
    channel = call.channel()
    call.need_for(channel, "read")
    return {"channel": channel.as_dict(call.me.id, with_num_members=call.args.flag("include_num_members"))}


@method("conversations.list", tier=2, scopes=["channels:read", "groups:read", "im:read"])
def list_(call: Context) -> Answer:
    return _listing(call, call.me.id, only_mine=False)


@method("users.conversations", tier=2, scopes=["channels:read", "groups:read", "im:read"])
def users_conversations(call: Context) -> Answer:
    user_id = call.args.text("user") or call.me.id
    call.team.user(user_id)
    return _listing(call, user_id, only_mine=True)


@method("conversations.open", tier=3, scopes=["im:write", "mpim:write"])
def open_(call: Context) -> Answer:
    users = call.args.names("users")
    if not users:
        if not call.args.text("channel"):
            raise SlackError("users_list_not_supplied")
        channel = call.channel()
        return {"no_op": True, "already_open": True, "channel": {"id": channel.id}}
    if len(users) > 1:
        # Group direct messages are not simulated.
        raise SlackError("too_many_users")
    user = call.team.user(users[0])
    if user.deactivated:
        raise SlackError("user_disabled")
    if user.is_bot:
        raise SlackError("cannot_dm_bot")
    channel = call.team.direct_message(call.me.id, user.id)
    full = channel.as_dict(call.me.id) if call.args.flag("return_im") else {"id": channel.id}
    return {"channel": full}


def _listing(call: Context, of: str, *, only_mine: bool) -> Answer:
    kinds = call.args.names("types") or ["public_channel"]
    if any(kind not in (*KINDS, "mpim") for kind in kinds):
        raise SlackError("invalid_types")
    wanted = {KINDS[kind] for kind in kinds if kind in KINDS}
    for kind in wanted:
        call.need(*scopes_for(kind, "read"))
    found = [c for c in call.team.channels.values() if c.kind in wanted and _lists(call, c, of, only_mine)]
    shown, cursor = call.page(found, default=100, most=1000)
    # users.conversations leaves num_members out (and is_member: it is implied).
    objects = [c.as_dict(call.me.id, with_num_members=not only_mine) for c in shown]
    return {"channels": objects, "response_metadata": {"next_cursor": cursor}}


def _lists(call: Context, channel: Channel, of: str, only_mine: bool) -> bool:
    if channel.archived and call.args.flag("exclude_archived"):
        return False
    if channel.kind != "public" and call.me.id not in channel.members:
        return False
    return not only_mine or of in channel.members


def _word(call: Context, what: Literal["topic", "purpose"]) -> Answer:
    channel = call.open_room()
    call.need_for(channel, "topic")
    channels.word(call.team, channel, call.me.id, what, call.args.text(what))
    return {"channel": channel.as_dict(call.me.id), what: getattr(channel, what).value}
