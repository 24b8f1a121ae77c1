"""Looks whether what is due is with Slack: numbers for outside, and a word on the next working path when one is stuck."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot import metrics
from bot.domain.durations import spoken
from bot.domain.lateness import Late, tell_of_late
from bot.domain.words import rounded
from bot.outbox import LONGEST_PAUSE, Outbox
from bot.service import Service
from bot.store.base import Damaged

log = structlog.get_logger(__name__)

BLIND_AFTER_S = 60.0
"""Not having looked for so long is a problem of its own."""
FEW = 2
"""More paths than these stuck, and nothing got through since: then it is Slack, and a word would be stuck, too."""
RECOVERY = LONGEST_PAUSE + timedelta(seconds=15)
"""When Slack is back, or we are, everything that waits is tried in this time; until then no path is said to be stuck."""


class Auditor:
    """Looks from the side: it orders nothing but its own word, and what it cannot tell inside is seen outside."""

    def __init__(self, service: Service, outbox: Outbox) -> None:
        self._service = service
        self._outbox = outbox
        self._known: set[Late] = set()
        self._stood_still_at = service.clock.now()
        self._looked_at = time.monotonic()

    async def look(self, *, slack_answers: bool) -> None:
        """What is late was counted, and where a few paths are stuck while Slack answers, the crises were told."""
        now = self._service.clock.now()
        late = await self._service.late()
        self._count(late, now)
        if self._paths_work(late, now, slack_answers=slack_answers):
            await self._tell(late, now)
        self._looked_at = time.monotonic()

    async def problems(self) -> list[str]:
        """What is late now, in a sentence; and when nobody has looked for too long, that too. Raises `StoreProblem`."""
        found = []
        if time.monotonic() - self._looked_at > BLIND_AFTER_S:
            found.append(
                "Nobody has looked for late reminders for a minute. Start the bot again, and look at the log."
            )
        if late := await self._service.late():
            found.append(_sentence(late, self._service.clock.now()))
        return found

    def _count(self, late: Sequence[Late], now: datetime) -> None:
        new, found = set(late) - self._known, set(late)
        metrics.BECAME_LATE.inc(len(new))
        metrics.LATE.set(len(late))
        metrics.LATE_SECONDS.set((now - late[0].since).total_seconds() if late else 0)
        if late and not self._known:
            log.warning("reminders are late", count=len(late), crises=sorted({one.crisis for one in late}))
        elif self._known and not late:
            log.info("no reminder is late any more")
        self._known = found

    def _paths_work(self, late: Sequence[Late], now: datetime, *, slack_answers: bool) -> bool:
        """Is it a few paths that are stuck? Not when Slack says nothing, nor when nothing at all gets through."""
        orders = [one for one in late if one.effect]
        paths = {one.path or one.crisis for one in orders}
        posted = self._outbox.posted_at
        nothing_passes = len(paths) > FEW and (posted is None or posted < max(one.since for one in orders))
        if not slack_answers or nothing_passes:
            self._stood_still_at = now
        return not timedelta(0) <= now - self._stood_still_at < RECOVERY

    async def _tell(self, late: Sequence[Late], now: datetime) -> None:
        people = {one.path for one in late if one.path}
        crises: dict[int, list[Late]] = {}
        for one in late:
            if one.effect is not None:
                crises.setdefault(one.crisis, []).append(one)
        for number, orders in crises.items():
            stuck = people | {one.path for one in orders}
            try:
                await self._service.apply(number, partial(tell_of_late, late=orders, stuck=stuck, now=now))
            except Damaged:
                continue  # the store has told it; its orders are set aside at their next try


def _sentence(late: Sequence[Late], now: datetime) -> str:
    longest = spoken(rounded(now - late[0].since))
    if len(late) == 1:
        return f"1 reminder has been due for {longest} and is not with Slack."
    return (
        f"{len(late)} reminders have been due for more than a minute and are not with Slack; "
        f"the oldest for {longest}."
    )
