"""Socket Mode: two connections, so that one may be renewed while the other listens, and a watchdog that rebuilds a deaf one."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp

from bot import metrics

log = structlog.get_logger(__name__)

CONNECTIONS = 2
PING_EVERY_S = 5.0
"""The SDK takes a connection for stale after four silent pings (slack_sdk 3.47, socket_mode/aiohttp)."""
DEAF_FOR_S = 30.0
"""A connection that the SDK did not repair by itself for so long is thrown away and made anew."""
CLOSE_WITHIN_S = 3.0
"""close() can hang on a dead connection."""


class _Line:
    """One connection and how long it has been down."""

    def __init__(self, bolt: AsyncApp, app_token: str, ping_every_s: float) -> None:
        self._handler = AsyncSocketModeHandler(bolt, app_token, ping_interval=ping_every_s)
        self._connecting = asyncio.create_task(self._handler.connect_async())  # type: ignore[no-untyped-call]
        self._down_since = time.monotonic()

    async def is_up(self) -> bool:
        if await self._handler.client.is_connected():
            self._down_since = time.monotonic()
            return True
        return False

    @property
    def down_s(self) -> float:
        return time.monotonic() - self._down_since

    async def close(self) -> None:
        self._connecting.cancel()
        with contextlib.suppress(Exception, asyncio.CancelledError):
            await asyncio.wait_for(self._handler.client.close(), CLOSE_WITHIN_S)  # type: ignore[no-untyped-call]


class Sockets:
    """Keeps the connections up."""

    def __init__(
        self,
        bolt: AsyncApp,
        app_token: str,
        *,
        connections: int = CONNECTIONS,
        ping_every_s: float = PING_EVERY_S,
        deaf_for_s: float = DEAF_FOR_S,
    ) -> None:
        self._new_line: Callable[[], _Line] = lambda: _Line(bolt, app_token, ping_every_s)
        self._count = connections
        self._deaf_for_s = deaf_for_s
        self._lines: list[_Line] = []

    async def connect(self, *, within_s: float) -> bool:
        """The connections are being made; True as soon as one is up, False when none is after `within_s`."""
        self._lines = [self._new_line() for _ in range(self._count)]
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            if await self.up() > 0:
                return True
            await asyncio.sleep(0.02)
        return False

    async def up(self) -> int:
        """How many connections hear Slack now."""
        count = sum([await line.is_up() for line in self._lines])
        metrics.SOCKETS.set(count)
        return count

    async def watch(self) -> None:
        """A connection that was deaf for too long is replaced."""
        await self.up()
        for number, line in enumerate(self._lines):
            if line.down_s > self._deaf_for_s:
                log.warning("a socket was deaf and is made anew", socket=number, down_s=round(line.down_s))
                self._lines[number] = self._new_line()
                await line.close()

    async def close(self) -> None:
        """Slack delivers nothing more here."""
        await asyncio.gather(*(line.close() for line in self._lines))
        self._lines = []
        metrics.SOCKETS.set(0)
