"""Tells a watcher outside that all is well; it raises the alarm when the calls stop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import aiohttp
import structlog
from pydantic import SecretStr

log = structlog.get_logger(__name__)

WITHIN_S = 10.0


class Heartbeat:
    """One call a beat while there are no problems. Its address is a secret: it is in no line of the log."""

    def __init__(
        self, url: SecretStr, session: aiohttp.ClientSession, problems: Callable[[], Awaitable[list[str]]]
    ) -> None:
        self._url = url
        self._session = session
        self._problems = problems
        self._failing = False

    async def beat(self) -> None:
        """The watcher was called, or nothing: there is a problem, or the watcher does not answer, which is logged once."""
        if await self._problems():
            return
        why = await self._called()
        if why and not self._failing:
            log.warning("the heartbeat does not get through", why=why)
        elif self._failing and not why:
            log.info("the heartbeat gets through again")
        self._failing = bool(why)

    async def _called(self) -> str:
        """Why it did not get through; "" when it did."""
        within = aiohttp.ClientTimeout(total=WITHIN_S)
        try:
            async with self._session.get(self._url.get_secret_value(), timeout=within) as answer:
                return "" if answer.ok else f"HTTP {answer.status}"
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return type(error).__name__  # its words may hold the address
