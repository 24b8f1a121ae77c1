"""What Slack's client makes of typed text before it sends it."""

from __future__ import annotations

import re

from bot.simulator.state import Channel, User
from bot.simulator.team import Team

_MENTION = re.compile(r"(?<![\w<])([@#])([\w.-]+)")
# A link ends before a bracket (escaped by now) and before the bar that would begin a label.
_LINK = re.compile(r"(https?://(?:(?!&[lg]t;)[^\s<>|])+)")


def escaped(text: str) -> str:
    """The text with the three characters escaped that mean something to Slack."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def typed(team: Team, text: str, *, with_names: bool) -> str:
    """Typed text as Slack encodes it: mentions and links in angle brackets, the rest escaped.

    Messages get ``<@U1>``; a slash command with should_escape (``with_names``) gets ``<@U1|ana>``.
    """

    def encode(match: re.Match[str]) -> str:
        sign, name = match.groups()
        # "@ana." at the end of a sentence mentions ana.
        for end in range(len(name), 0, -1):
            mention = _mention(team, sign, name[:end], with_names)
            if mention and not re.match(r"\w", name[end:]):
                return mention + name[end:]
        return match.group(0)

    linked = _LINK.sub(r"<\1>", escaped(text))
    return _MENTION.sub(encode, linked)


def _mention(team: Team, sign: str, name: str, with_names: bool) -> str | None:
    if sign == "#":
        channel = team.channel_named(name)
        if channel is None or (
            channel.kind == "private" and with_names and team.bot.id not in channel.members
        ):
            return None
        return _channel_mention(channel)
    if name in ("here", "channel", "everyone"):
        return f"<!{name}>"
    for group in team.usergroups.values():
        if group["handle"] == name:
            return f"<!subteam^{group['id']}|@{name}>" if with_names else f"<!subteam^{group['id']}>"
    user = team.user_named(name)
    return _user_mention(user, with_names) if user else None


def _user_mention(user: User, with_names: bool) -> str:
    return f"<@{user.id}|{user.name}>" if with_names else f"<@{user.id}>"


def _channel_mention(channel: Channel) -> str:
    return f"<#{channel.id}|{channel.name}>"
