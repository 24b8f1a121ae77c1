"""What a method of the Web API is, and what it may use."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.simulator.calls import Arguments
from bot.simulator.errors import SlackError
from bot.simulator.state import Channel, User
from bot.simulator.team import Team
from bot.simulator.views import Views

T = TypeVar("T")
Answer = dict[str, Any]


@dataclass(frozen=True)
class Context:
    """One call, with what it may look at and change."""

    args: Arguments
    team: Team
    views: Views
    record: Callable[[str, dict[str, Any]], None]
    socket_url: Callable[[], str]
    upload_url: Callable[[str], str]

    @property
    def me(self) -> User:
        """The app's bot, on whose behalf every call is made."""
        return self.team.bot

    def need(self, *scopes: str) -> None:
        """The app was granted one of the scopes. Raises missing_scope, naming the first."""
        granted = self.team.manifest.scopes
        if scopes and not any(scope in granted for scope in scopes):
            raise SlackError("missing_scope", needed=scopes[0], provided=",".join(granted))

    def need_for(self, channel: Channel, what: str) -> None:
        """The app may do ``what`` ("read", "history", "write", "manage"...) to this kind of conversation."""
        self.need(*scopes_for(channel.kind, what))

    def channel(self, name: str = "channel") -> Channel:
        """The conversation in this argument. Raises channel_not_found."""
        return self.team.channel_for(self.me.id, self.args.required(name, "channel_not_found"))

    def member_channel(self, name: str = "channel") -> Channel:
        """The conversation, which the bot is in. Raises not_in_channel."""
        channel = self.channel(name)
        if self.me.id not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    def room(self) -> Channel:
        """The channel, which is no direct message. Raises method_not_supported_for_channel_type."""
        channel = self.channel()
        if channel.is_im:
            raise SlackError("method_not_supported_for_channel_type")
        return channel

    def open_room(self) -> Channel:
        """The channel, which is not archived and has the bot in it. Raises is_archived, not_in_channel."""
        channel = self.room()
        if channel.archived:
            raise SlackError("is_archived")
        if self.me.id not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    def page(self, items: Sequence[T], *, default: int, most: int) -> tuple[list[T], str]:
        """A page of ``items`` and the next cursor, empty at the end. Raises invalid_cursor, invalid_limit."""
        limit = self.args.number("limit", default) or default
        if limit < 1 or limit > most:
            raise SlackError("invalid_limit")
        start = _position(self.args.text("cursor"))
        end = start + limit
        return list(items[start:end]), _cursor(end) if end < len(items) else ""


@dataclass(frozen=True)
class Method:
    """A method with its rate tier (0: special limits) and the scopes of which one is needed."""

    name: str
    run: Callable[[Context], Answer]
    tier: int
    scopes: tuple[str, ...]
    app_token: bool = False


METHODS: dict[str, Method] = {}


def method(
    name: str, *, tier: int, scopes: Sequence[str] = (), app_token: bool = False
) -> Callable[[Callable[[Context], Answer]], Callable[[Context], Answer]]:
    """The decorated function answers ``/api/<name>``."""

    def register(run: Callable[[Context], Answer]) -> Callable[[Context], Answer]:
        METHODS[name] = Method(name, run, tier, tuple(scopes), app_token)
        return run

    return register


def scopes_for(kind: str, what: str) -> tuple[str, ...]:
    """Scopes that allow ``what`` in a conversation of this kind, the usual one first."""
    family = {"public": "channels", "private": "groups", "im": "im"}[kind]
    if what in ("read", "history"):
        return (f"{family}:{what}",)
    broad = ("channels:manage",) if kind == "public" else (f"{family}:write",)
    # The narrow scopes of 2023: channels:write.invites, groups:write.topic and so on.
    narrow = (f"{family}:write.{what}",) if what in ("invites", "topic") else ()
    return broad + narrow


def _cursor(position: int) -> str:
    return base64.b64encode(f"next:{position}".encode()).decode()


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word == "next":
            return int(number)
    except ValueError:
        pass
    raise SlackError("invalid_cursor")
