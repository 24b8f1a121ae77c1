"""users.*, dnd.*, usergroups.*: people."""

from __future__ import annotations

from bot.simulator.errors import SlackError
from bot.simulator.methods.registry import Answer, Context, method
from bot.simulator.state import User


@method("users.info", tier=4, scopes=["users:read"])
def info(call: Context) -> Answer:
    return {"user": _described(call, call.team.user(call.args.required("user", "user_not_found")))}


@method("users.list", tier=2, scopes=["users:read"])
def list_(call: Context) -> Answer:
    everyone = list(call.team.users.values())
    # Without a limit Slack tries to return everyone at once.
    shown, cursor = call.page(everyone, default=max(1, len(everyone)), most=max(1000, len(everyone)))
    return {
        "members": [_described(call, user) for user in shown],
        "cache_ts": call.team.epoch(),
        "response_metadata": {"next_cursor": cursor},
    }


@method("users.lookupByEmail", tier=3, scopes=["users:read.email"])
def lookup_by_email(call: Context) -> Answer:
    email = call.args.required("email", "users_not_found").lower()
    for user in call.team.users.values():
        if user.email.lower() == email and not user.deactivated:
            return {"user": _described(call, user)}
    raise SlackError("users_not_found")


@method("users.getPresence", tier=3, scopes=["users:read"])
def get_presence(call: Context) -> Answer:
    return {"presence": call.team.user(call.args.text("user") or call.me.id).presence}


@method("dnd.info", tier=3, scopes=["dnd:read"])
def dnd_info(call: Context) -> Answer:
    user = call.team.user(call.args.text("user") or call.me.id)
    now, until = call.team.clock.now(), user.dnd_until
    if until is None or until <= now:
        return {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}
    # The snooze_* fields are for one's own account only.
    start = (user.dnd_from or now).timestamp()
    return {"dnd_enabled": True, "next_dnd_start_ts": int(start), "next_dnd_end_ts": int(until.timestamp())}


@method("usergroups.list", tier=2, scopes=["usergroups:read"])
def usergroups_list(call: Context) -> Answer:
    with_users = call.args.flag("include_users")
    groups = [dict(group) for group in call.team.usergroups.values()]
    if not with_users:
        for group in groups:
            group.pop("users")
    return {"usergroups": groups}


@method("usergroups.users.list", tier=2, scopes=["usergroups:read"])
def usergroups_users_list(call: Context) -> Answer:
    group = call.team.usergroups.get(call.args.text("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group["users"])}


def _described(call: Context, user: User) -> Answer:
    # The address is only shown to apps that asked for it.
    with_email = "users:read.email" in call.team.manifest.scopes
    return user.as_dict(call.team.id, call.team.clock.now(), with_email=with_email)
