"""Socket Mode: two connections, so that one may be renewed while the other listens, and a watchdog that rebuilds a deaf one."""

from __future__ import annotations

import asyncio
import contextlib
import time

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot import metrics
from bot.slack.answers import NETWORK_ERRORS, TOKEN_PROBLEMS, GiveUp, error_name, meaning

log = structlog.get_logger(__name__)

CONNECTIONS = 2
PING_EVERY_S = 5.0
"""The SDK takes a connection for stale after four silent pings (slack_sdk 3.47, socket_mode/aiohttp)."""
DEAF_FOR_S = 30.0
"""A connection that the SDK did not repair by itself for so long is thrown away and made anew."""
ANSWER_WITHIN_S = 2.0
"""What came in before the end is answered in this time; an answer later than 3 s reaches nobody anyway."""
CLOSE_WITHIN_S = 1.5
"""A dead connection does not say goodbye."""


class _Handler(AsyncSocketModeHandler):
    """Bolt's handler, which knows how many deliveries it has not answered yet."""

    unanswered = 0

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        self.unanswered += 1
        try:
            await super().handle(client, req)
        finally:
            self.unanswered -= 1


class _Line:
    """One connection and how long it has been down."""

    def __init__(self, bolt: AsyncApp, app_token: str, ping_every_s: float, url: str | None = None) -> None:
        self._handler = _Handler(bolt, app_token, ping_interval=ping_every_s)
        self._client = self._handler.client
        self._client.wss_uri = url  # None: the client asks Slack for one
        self._connecting = asyncio.create_task(self._handler.connect_async())  # type: ignore[no-untyped-call]
        self._down_since = time.monotonic()

    async def is_up(self) -> bool:
        if await self._client.is_connected():
            self._down_since = time.monotonic()
            return True
        return False

    @property
    def down_s(self) -> float:
        return time.monotonic() - self._down_since

    async def finish(self) -> None:
        """Nothing more is read here, and what was read is answered."""
        self._client.auto_reconnect_enabled = False
        for task in (self._connecting, self._client.current_session_monitor, self._client.message_receiver):
            if task is not None:
                task.cancel()
        while True:
            # What was just taken from the queue needs a moment to count as unanswered.
            await asyncio.sleep(0.01)
            if self._client.message_queue.empty() and not self._handler.unanswered:
                return

    async def close(self) -> None:
        """The connection is gone, and nothing of it is left. Raises nothing."""
        self._connecting.cancel()
        for _ in range(2):  # the first close() may hang on a dead connection; the second finds it closed
            with contextlib.suppress(Exception):
                await asyncio.wait_for(self._client.close(), CLOSE_WITHIN_S)  # type: ignore[no-untyped-call]
                return


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
        self._bolt = bolt
        self._app_token = app_token
        self._ping_every_s = ping_every_s
        self._count = connections
        self._deaf_for_s = deaf_for_s
        self._lines: list[_Line] = []

    async def connect(self, *, within_s: float) -> bool:
        """The connections are being made; True as soon as one is up, False when none is after `within_s`.

        Raises SlackApiError when Slack refuses the token for good: the SDK would go on asking.
        """
        url = await self._first_url()
        self._lines = [self._new_line(None if number else url) for number in range(self._count)]
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            if await self.up() > 0:
                return True
            await asyncio.sleep(0.02)
        return False

    async def _first_url(self) -> str | None:
        try:
            return str((await self._bolt.client.apps_connections_open(app_token=self._app_token))["url"])
        except (SlackApiError, *NETWORK_ERRORS) as error:
            refused = isinstance(error, SlackApiError) and error_name(error) in TOKEN_PROBLEMS
            if refused or isinstance(meaning(error), GiveUp):
                raise
            return None

    def _new_line(self, url: str | None = None) -> _Line:
        return _Line(self._bolt, self._app_token, self._ping_every_s, url)

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
        """Slack delivers nothing more here; what it delivered is answered, as far as `ANSWER_WITHIN_S` allows."""
        finishing = asyncio.gather(*(line.finish() for line in self._lines))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(finishing, ANSWER_WITHIN_S)
        await asyncio.gather(*(line.close() for line in self._lines))
        self._lines = []
        metrics.SOCKETS.set(0)
