"""A workspace kept in a file between two runs: dataclasses to JSON and back, by their annotations."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import types
from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Self, TypeVar, Union, get_args, get_origin, get_type_hints

from bot.simulator.state import Channel, User
from bot.simulator.views import View
from bot.simulator.workspace import Slack

T = TypeVar("T")

VERSION = 1
QUIET_S = 0.5
"""So long nothing changes before the file is written,"""
LONGEST_WAIT_S = 3.0
"""unless it never gets quiet."""
BEAT_S = 30.0
"""Without any change the file is still written so often: the clock has moved."""


class Unreadable(Exception):
    """What was kept cannot be read; the text says why."""


@dataclass
class Kept:
    """All that makes up a workspace, and what the host adds (``beside``)."""

    now: datetime
    bot_id: str
    last_number: int
    last_ts_us: int
    users: dict[str, User]
    channels: dict[str, Channel]
    usergroups: dict[str, dict[str, Any]]
    open_views: dict[str, list[View]]
    homes: dict[str, View]
    beside: dict[str, Any] = field(default_factory=dict)
    version: int = VERSION

    @classmethod
    def of(cls, slack: Slack, beside: dict[str, Any] | None = None) -> Self:
        """The workspace as it is now."""
        team = slack.team
        return cls(
            now=slack.clock.now(),
            bot_id=team.bot.id,
            last_number=team.last_number,
            last_ts_us=team.last_ts_us,
            users=team.users,
            channels=team.channels,
            usergroups=team.usergroups,
            open_views=slack.views.stacks,
            homes=slack.views.homes,
            beside=beside or {},
        )

    def restore(self, slack: Slack) -> None:
        """``slack`` holds what was kept, and nothing else; its clock goes on from then."""
        team = slack.team
        team.users, team.channels, team.usergroups = self.users, self.channels, self.usergroups
        team.bot = self.users[self.bot_id]
        team.last_number, team.last_ts_us = self.last_number, self.last_ts_us
        slack.views.stacks, slack.views.homes = self.open_views, self.homes
        slack.clock.set(self.now)
        slack.enter_people()


def read(path: Path) -> Kept:
    """What the file keeps. Raises `Unreadable`."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["version"] != VERSION:
            raise Unreadable(f"{path} was written by another version of this program.")
        return from_json(Kept, found)
    except OSError as error:
        raise Unreadable(f"{path} cannot be read ({error.strerror}).") from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Unreadable(f"{path} is damaged: it does not hold a workspace.") from None


def write(path: Path, text: str) -> None:
    """The file holds ``text``; whatever happens, it holds either that or what it held before."""
    part = path.with_name(path.name + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


class Keeper:
    """Lets a file follow the workspace: from `start` on it is written when changes have settled, and at the end."""

    def __init__(self, slack: Slack, path: Path, beside: Callable[[], dict[str, Any]]) -> None:
        self._slack, self._path, self._beside = slack, path, beside
        self._changed = asyncio.Event()
        self._following: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] = lambda: None

    async def start(self) -> None:
        """The file holds the workspace as it is, and follows it."""
        await self.save()
        self._unsubscribe = self._slack.changes.subscribe(lambda _: self._changed.set())
        self._following = asyncio.create_task(self._follow())

    async def close(self) -> None:
        """The file holds the workspace as it was at the end; one that was never started is left alone."""
        if self._following is None:
            return
        self._unsubscribe()
        self._following.cancel()
        await asyncio.gather(self._following, return_exceptions=True)
        await self.save()

    async def save(self) -> None:
        """The file holds the workspace as it is."""
        text = json.dumps(as_json(Kept.of(self._slack, self._beside())), ensure_ascii=False)
        await asyncio.to_thread(write, self._path, text)

    async def _follow(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(BEAT_S):
                    await self._changed.wait()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LONGEST_WAIT_S):
                    await self._quiet()
            await self.save()

    async def _quiet(self) -> None:
        while self._changed.is_set():
            self._changed.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(QUIET_S):
                    await self._changed.wait()


# -- values and JSON -----------------------------------------------------------------------------------------


def as_json(value: Any) -> Any:
    """The value in JSON's own types; a dict whose keys are no texts becomes a list of pairs."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: as_json(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        if all(isinstance(key, str) for key in value):
            return {key: as_json(item) for key, item in value.items()}
        return [[as_json(key), as_json(item)] for key, item in value.items()]
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    return value


def from_json(kind: type[T], value: Any) -> T:
    """The value of this type that `as_json` wrote. Raises TypeError, KeyError, ValueError for anything else."""
    found: T = _read(kind, value)
    return found


def _read(kind: Any, value: Any) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if kind is Any or origin is Literal:
        return value
    if origin in (Union, types.UnionType):
        if value is None and type(None) in inner:
            return None
        (only,) = [one for one in inner if one is not type(None)]
        return _read(only, value)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: _read(hints[name], item) for name, item in value.items()})  # type: ignore[operator]
    if kind is datetime:
        return datetime.fromisoformat(value)
    if origin is dict:
        pairs = value.items() if isinstance(value, dict) else value
        return {_read(inner[0], key): _read(inner[1], item) for key, item in pairs}
    if origin is list:
        return [_read(inner[0], item) for item in value]
    if origin is tuple:
        return tuple(_read(one, item) for one, item in zip(inner, value, strict=True))
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} is no {kind}")
    return value
