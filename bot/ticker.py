"""Wakes the bot at a steady beat: what is due is a fact in the database, and somebody has to look.

One second late at most is early enough for people, so there is no wake-up for every due time: nothing to plan again after
each commit, nothing that a jump of the clock could lose.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger(__name__)


class Ticker:
    """Calls functions every so many seconds of the machine's clock; a call that fails is recorded, the next one comes."""

    def __init__(self) -> None:
        # None: a late run is run all the same. The default drops it after a second (apscheduler 3.11, schedulers/base.py).
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._scheduler = AsyncIOScheduler(timezone="UTC", job_defaults=defaults)

    def every(self, seconds: float, call: Callable[[], Awaitable[object]]) -> None:
        self._scheduler.add_job(call, "interval", seconds=seconds)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
