"""The one place where a crisis changes: decide on the latest state, commit, wake the outbox."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from bot import metrics
from bot.clock import Clock
from bot.domain.aftermath import followed_through
from bot.domain.decision import Decision
from bot.domain.lateness import Late
from bot.domain.model import Incident
from bot.domain.nights import Zones, everywhere_utc
from bot.domain.opening import Draft, Roster, everyone, open_crisis
from bot.domain.reminders import (
    MINUTE,
    Ahead,
    fire_due,
    last_due,
    look_ahead,
    minute_of,
    set_back,
)
from bot.store.base import Damaged, Duplicate, Store
from playbooks import Library

log = structlog.get_logger(__name__)

LATE_AFTER = timedelta(seconds=60)
"""What is due for longer and not with Slack is late."""
AT_ONCE = 100
"""Crises looked at together in a sweep."""

Whereabouts = Callable[[Iterable[str]], Awaitable[Zones]]
"""Where these people are, as far as it can be found out in a moment."""


async def nobody_knows(_people: Iterable[str]) -> Zones:
    return everywhere_utc


class Service:
    """Runs decisions. Whoever commits something wakes the outbox by `committed`."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        library: Library,
        committed: Callable[[], None],
        where: Whereabouts = nobody_knows,
        has_left: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self.store = store
        self.clock = clock
        self.library = library
        self._committed = committed
        self._where = where
        self._has_left = has_left
        self._unreadable: set[int] = set()
        self._swept_at: datetime | None = None

    async def open(self, draft: Draft, *, delivery: str | None = None) -> Decision | Duplicate:
        """A new crisis is committed; the delivery again gives the crisis it opened."""
        now = self.clock.now()
        rule = self.library.severities[draft.severity]

        def decide(number: int, roster: Roster) -> Decision:
            left = {person for person in everyone(tuple(roster.values())) if self._has_left(person)}
            return open_crisis(draft, number=number, rule=rule, roster=roster, now=now, left=left)

        outcome = await self.store.open_crisis(decide, now=now, delivery=delivery)
        if isinstance(outcome, Decision):
            metrics.OPENED.labels(draft.severity.label).inc()
            log.info("crisis opened", crisis=outcome.incident.number, severity=draft.severity.label)
            self._committed()
        return outcome

    async def apply(
        self, number: int, decide: Callable[[Incident], Decision], *, delivery: str | None = None
    ) -> Decision | Duplicate:
        """The decision on this crisis is committed. Raises what `decide` raises, with nothing changed."""
        now = self.clock.now()

        def decided(incident: Incident) -> Decision:
            return followed_through(decide(incident), now=now)

        outcome = await self.store.change(number, decided, now=now, delivery=delivery)
        if isinstance(outcome, Decision):
            for entry in outcome.entries:
                log.info("timeline", crisis=number, entry=type(entry).__name__)
            if outcome.effects:
                self._committed()
        return outcome

    async def due(self, *, limit: int = AT_ONCE) -> list[int]:
        """The crises that need attention now, as far as they can be read."""
        due = await self.store.due(self.clock.now(), limit=limit)
        return [number for number in due if number not in self._unreadable]

    async def next_due(self) -> datetime | None:
        """When all that falls due in the next minute in which something does has fallen due; None: nothing will."""
        first = await self.store.next_due()
        if first is None:
            return None
        end = minute_of(first) + MINUTE - timedelta.resolution
        crises = await self._readable(await self.store.due(end))
        return max((at for one in crises if (at := last_due(one, by=end))), default=first)

    async def late(self) -> list[Late]:
        """What is due for more than `LATE_AFTER` and not with Slack, of the crises that can be read; the longest first."""
        late = await self.store.late(self.clock.now(), than=LATE_AFTER)
        return [one for one in late if one.crisis not in self._unreadable]

    async def sweep(self) -> bool:
        """Everything that is due now was ordered; False: that was nothing.

        What goes wrong with one crisis is raised after the others had their turn.
        """
        now = self.clock.now()
        wrong: list[BaseException] = []
        ordered = False
        swept: set[int] = set()  # what waits for more of its minute stays due; each has one turn
        while due := [number for number in await self.due(limit=AT_ONCE + len(swept)) if number not in swept]:
            swept.update(due)
            for number, outcome in zip(due, await self._fire(due, now), strict=True):
                if isinstance(outcome, Damaged):
                    self._unreadable.add(number)  # the store has told it
                elif isinstance(outcome, BaseException):
                    wrong.append(outcome)
                elif isinstance(outcome, Decision) and (outcome.entries or outcome.effects):
                    ordered = True
        if self._swept_at is None or now < self._swept_at:
            await self._clock_was_set_back()
        self._swept_at = now
        if wrong:
            raise wrong[0]
        return ordered

    async def _fire(self, numbers: list[int], now: datetime) -> list[Decision | Duplicate | BaseException]:
        """What is due in these crises was ordered, with what came of each."""
        # Where people are, and what else they are asked, is found out before anything is decided: a decision awaits nothing.
        coming = await self._coming(now)
        found = [one async for one in self._looking_ahead([*numbers, *coming], now)]
        zones = await self._where({person for one in found for person in one.may_sleep})
        soon = {person for one in found for person in one.asked_soon}
        # Asked of the store in one go, so that the outbox finds the pings of all: those to one person share a message.
        fire = partial(fire_due, now=now, zones=zones, soon=soon)
        return await asyncio.gather(*(self.apply(n, fire) for n in numbers), return_exceptions=True)

    async def _clock_was_set_back(self) -> None:
        """Nothing waits for what is counted from a moment that is still to come. At the start it may have happened before."""
        await self.store.clock_set_back(self.clock.now())
        for number in await self.store.due(datetime.max.replace(tzinfo=UTC), limit=sys.maxsize):
            try:
                crisis = await self.store.crisis(number)
            except Damaged:
                continue
            now = self.clock.now()  # the sweep may have begun long ago, and others went on
            if crisis is not None and set_back(crisis, now=now).incident != crisis:
                await self.apply(number, partial(set_back, now=now))

    async def _coming(self, now: datetime) -> list[int]:
        """Crises in which nothing is due yet, but later in this minute."""
        due = set(await self.store.due(now, limit=sys.maxsize))
        until = minute_of(now) + MINUTE
        return [n for n in await self.store.due(until, limit=AT_ONCE + len(due)) if n not in due]

    async def _looking_ahead(self, numbers: list[int], now: datetime) -> AsyncIterator[Ahead]:
        """What matters beforehand in each of these crises that can be read; between two of them others get their turn."""
        for crisis in await self._readable(numbers):
            yield look_ahead(crisis, now=now)
            await asyncio.sleep(0)

    async def _readable(self, numbers: Iterable[int]) -> list[Incident]:
        """Those of these crises that can be read."""
        found = await asyncio.gather(*(self.store.crisis(n) for n in numbers), return_exceptions=True)
        return [one for one in found if one is not None and not isinstance(one, BaseException)]
