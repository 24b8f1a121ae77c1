"""Time as the simulated Slack and its tests agree on it."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

MONDAY_MORNING = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class Clock:
    """A movable clock: frozen (speed 0), following real time (1), or faster."""

    def __init__(self, start: datetime = MONDAY_MORNING, *, speed: float = 0.0) -> None:
        self._base = start.astimezone(UTC)
        self._real_base = time.monotonic()
        self._speed = speed
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._stirred = asyncio.Event()

    def now(self) -> datetime:
        """The current moment, aware, in UTC."""
        return self._base + timedelta(seconds=(time.monotonic() - self._real_base) * self._speed)

    @property
    def speed(self) -> float:
        """Seconds of this clock per real second."""
        return self._speed

    @speed.setter
    def speed(self, value: float) -> None:
        self._move(self.now())
        self._speed = value
        self._stirred.set()

    def advance(self, by: timedelta) -> None:
        """Time is later by ``by``; what fell due meanwhile was called in order, each at its own moment."""
        self.set(self.now() + by)

    def set(self, moment: datetime) -> None:
        """It is ``moment``. Moving back is allowed, as real clocks do it; nothing is called twice."""
        while self._due and self._due[0][0] <= moment:
            due, _, callback = heapq.heappop(self._due)
            self._move(max(due, self.now()))
            callback()
        self._move(moment.astimezone(UTC))
        self._stirred.set()

    def call_at(self, moment: datetime, callback: Callable[[], None]) -> None:
        """``callback`` runs once the clock has passed ``moment``."""
        heapq.heappush(self._due, (moment, next(self._order), callback))
        self._stirred.set()

    async def sleep_until(self, moment: datetime) -> None:
        """The clock has passed ``moment``."""
        passed = asyncio.Event()
        self.call_at(moment, passed.set)
        await passed.wait()

    async def run(self) -> None:
        """Calls what falls due while time flows by itself; never returns."""
        while True:
            self._stirred.clear()
            while self._due and self._due[0][0] <= self.now():
                heapq.heappop(self._due)[2]()
            wait_s: float | None = None
            if self._due and self._speed > 0:
                wait_s = max(0.0, (self._due[0][0] - self.now()).total_seconds() / self._speed)
            try:
                # Not wait_for: before Python 3.12 it may swallow the cancellation that ends this.
                async with asyncio.timeout(wait_s):
                    await self._stirred.wait()
            except TimeoutError:
                continue

    def _move(self, moment: datetime) -> None:
        self._base, self._real_base = moment, time.monotonic()
