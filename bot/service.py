"""The one place where a crisis changes: decide on the latest state, commit, wake the outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import structlog

from bot import metrics
from bot.clock import Clock
from bot.domain.decision import Decision
from bot.domain.lateness import Late
from bot.domain.model import Incident
from bot.domain.opening import Draft, Roster, open_crisis
from bot.domain.reminders import fire_due
from bot.store.base import Damaged, Duplicate, Store
from playbooks import Library

log = structlog.get_logger(__name__)

LATE_AFTER = timedelta(seconds=60)
"""What is due for longer and not with Slack is late."""


class Service:
    """Runs decisions. Whoever commits something wakes the outbox by `committed`."""

    def __init__(self, store: Store, clock: Clock, library: Library, committed: Callable[[], None]) -> None:
        self.store = store
        self.clock = clock
        self.library = library
        self._committed = committed
        self._unreadable: set[int] = set()

    async def open(self, draft: Draft, *, delivery: str | None = None) -> Decision | Duplicate:
        """A new crisis is committed; the delivery again gives the crisis it opened."""
        now = self.clock.now()
        rule = self.library.severities[draft.severity]

        def decide(number: int, roster: Roster) -> Decision:
            return open_crisis(draft, number=number, rule=rule, roster=roster, now=now)

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
        outcome = await self.store.change(number, decide, now=self.clock.now(), delivery=delivery)
        if isinstance(outcome, Decision):
            for entry in outcome.entries:
                log.info("timeline", crisis=number, entry=type(entry).__name__)
            if outcome.effects:
                self._committed()
        return outcome

    async def due(self) -> list[int]:
        """The crises that need attention now, as far as they can be read."""
        due = await self.store.due(self.clock.now())
        return [number for number in due if number not in self._unreadable]

    async def late(self) -> list[Late]:
        """What is due for more than `LATE_AFTER` and not with Slack, of the crises that can be read; the longest first."""
        late = await self.store.late(self.clock.now(), than=LATE_AFTER)
        return [one for one in late if one.crisis not in self._unreadable]

    async def sweep(self) -> None:
        """Everything that is due now was ordered; what goes wrong with one crisis is raised after the others had their turn."""
        now = self.clock.now()
        wrong: list[BaseException] = []
        swept: set[int] = set()  # firing clears what was due; should it ever not, the sweep ends all the same
        while due := [number for number in await self.due() if number not in swept]:
            swept.update(due)
            fired = [self.apply(number, partial(fire_due, now=now)) for number in due]
            outcomes = await asyncio.gather(*fired, return_exceptions=True)
            for number, outcome in zip(due, outcomes, strict=True):
                if isinstance(outcome, Damaged):
                    self._unreadable.add(number)  # the store has told it
                elif isinstance(outcome, BaseException):
                    wrong.append(outcome)
        if wrong:
            raise wrong[0]
