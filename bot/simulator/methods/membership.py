"""conversations.*: who is in a channel."""

from __future__ import annotations

from bot.simulator import channels
from bot.simulator.errors import SlackError
from bot.simulator.methods.registry import Answer, Context, method

# The reference page says 1000 users a call, Slack's own tutorials and older pages 100; the lower one is safe.
INVITE_MAX = 100


@method("conversations.invite", tier=3)
def invite(call: Context) -> Answer:
    channel = call.open_room()
    call.need_for(channel, "invites")
    users = call.args.names("users")
    if not users:
        raise SlackError("no_user")
    if len(users) > INVITE_MAX:
        raise SlackError("too_many_users")
    good, problems = [], []
    for user_id in users:
        try:
            channels.may_be_invited(call.team, channel, call.me.id, user_id)
            good.append(user_id)
        except SlackError as problem:
            problems.append({"user": user_id, "ok": False, "error": problem.error})
    if problems and not (call.args.flag("force") and good):
        # All or nothing without force; the first problem names the answer, "errors" lists them all.
        raise SlackError(str(problems[0]["error"]), errors=problems)
    for user_id in good:
        channels.join(call.team, channel, user_id, inviter=call.me.id)
    answer: Answer = {"channel": channel.as_dict(call.me.id, with_num_members=False)}
    return answer | ({"errors": problems} if problems else {})


@method("conversations.join", tier=3, scopes=["channels:join"])
def join(call: Context) -> Answer:
    channel = call.channel()
    if channel.kind != "public":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    answer: Answer = {"warning": "already_in_channel"} if call.me.id in channel.members else {}
    channels.join(call.team, channel, call.me.id)
    return answer | {"channel": channel.as_dict(call.me.id, with_num_members=False)}


@method("conversations.leave", tier=3, scopes=["channels:manage", "groups:write"])
def leave(call: Context) -> Answer:
    channel = call.channel()
    call.need_for(channel, "manage")
    if channel.archived:
        raise SlackError("is_archived")
    if call.me.id not in channel.members:
        return {"not_in_channel": True}
    if channel.name == "general":
        raise SlackError("cant_leave_general")
    channels.leave(call.team, channel, call.me.id)
    return {}


@method("conversations.kick", tier=3, scopes=["channels:manage", "groups:write"])
def kick(call: Context) -> Answer:
    channel = call.open_room()
    call.need_for(channel, "manage")
    user = call.team.user(call.args.required("user", "no_user"))
    if user.id == call.me.id:
        raise SlackError("cant_kick_self")
    if channel.name == "general":
        raise SlackError("cant_kick_from_general")
    channels.leave(call.team, channel, user.id, remover=call.me.id)
    return {}


@method("conversations.members", tier=4, scopes=["channels:read", "groups:read", "im:read"])
def members(call: Context) -> Answer:
    channel = call.channel()
    call.need_for(channel, "read")
    shown, cursor = call.page(channel.members, default=100, most=1000)
    return {"members": shown, "response_metadata": {"next_cursor": cursor}}
