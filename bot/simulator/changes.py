"""The feed of everything that visibly changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Change:
    """Something people can see is different: ``kind`` says what, ``detail`` holds Slack-shaped values.

    Kinds: message_posted, message_edited, message_deleted, channel_created, channel_changed,
    channel_archived, member_joined, member_left, reaction_changed, pin_changed, view_opened, view_changed,
    view_closed, home_published.
    """

    kind: str
    channel_id: str | None = None
    user_id: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)


class Changes:
    """Publishes changes to callbacks, to ``async for`` and to whoever waits for the next one."""

    def __init__(self) -> None:
        self._callbacks: list[Callable[[Change], None]] = []
        self._stirred, self._published = asyncio.Event(), asyncio.Event()

    def subscribe(self, callback: Callable[[Change], None]) -> Callable[[], None]:
        """``callback`` gets every later change; calling the returned function ends that."""
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    def publish(self, change: Change) -> None:
        """Every subscriber has the change."""
        for callback in list(self._callbacks):
            callback(change)
        self._published.set()
        self._published = asyncio.Event()
        self.stir()

    def stir(self) -> None:
        """Whoever waits in ``stirred`` looks again (a call ended, a delivery was acknowledged)."""
        self._stirred.set()
        self._stirred = asyncio.Event()

    async def stirred(self) -> None:
        """Something happened after this call began."""
        await self._stirred.wait()

    async def published(self) -> None:
        """A change was published after this call began."""
        await self._published.wait()

    async def __aiter__(self) -> AsyncIterator[Change]:
        queue: asyncio.Queue[Change] = asyncio.Queue()
        unsubscribe = self.subscribe(queue.put_nowait)
        try:
            while True:
                yield await queue.get()
        finally:
            unsubscribe()
