"""How fast we may write to Slack."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from aiolimiter import AsyncLimiter

from bot.clock import Clock

EDITS_PER_MINUTE = 45
"""chat.update: 50 a minute for the whole workspace (docs.slack.dev, Tier 3); some room is left."""
UNHURRIED_SHARE = 0.5
"""Of these, for edits that nobody waits for: when a thousand checklists become late at once, a click is still shown at once."""


class NotYet(Exception):
    """This message may be edited after a while; until then others should not wait behind it."""

    def __init__(self, after_s: float) -> None:
        super().__init__(f"in {after_s:.1f} s")
        self.after = timedelta(seconds=after_s)


class Pace:
    """Lets edits through at a rate Slack accepts; many changes become one edit meanwhile."""

    def __init__(
        self, *, between_edits: timedelta = timedelta(seconds=1), edits_per_minute: float = EDITS_PER_MINUTE
    ) -> None:
        self._between_s = between_edits.total_seconds()
        self._edits = AsyncLimiter(edits_per_minute, 60)
        self._unhurried = AsyncLimiter(edits_per_minute * UNHURRIED_SHARE, 60)
        self._one_edit_s = 60 / edits_per_minute
        self._next_edit: dict[tuple[str, str], float] = {}
        self._turns: dict[tuple[str, str], float] = {}
        self._last_turn = 0.0

    def check(self, channel: str, ts: str, *, unhurried: bool = False) -> None:
        """This message may be edited now; the first edit after quiet always may. Raises `NotYet`.

        Edits that nobody waits for share a part of the whole, and take turns in it: each is told when its own comes.
        """
        now = asyncio.get_running_loop().time()
        key = (channel, ts)
        wait_s = self._next_edit.get(key, 0.0) - now
        if wait_s > 0:
            raise NotYet(wait_s)
        if unhurried and not self._unhurried.has_capacity():
            raise NotYet(self._turn(key, now) - now)
        if not self._edits.has_capacity():
            raise NotYet(self._one_edit_s)

    def _turn(self, key: tuple[str, str], now: float) -> float:
        at = self._turns.get(key, 0.0)
        if at <= now:
            at = self._last_turn = max(self._last_turn, now) + self._one_edit_s / UNHURRIED_SHARE
            self._turns[key] = at
        return at

    async def edit(self, channel: str, ts: str, *, unhurried: bool = False) -> None:
        """As `check`; and the edit counts."""
        self.check(channel, ts, unhurried=unhurried)
        now = asyncio.get_running_loop().time()
        key = (channel, ts)
        await self._edits.acquire()
        if unhurried:
            await self._unhurried.acquire()
        self._turns.pop(key, None)
        self._next_edit[key] = now + self._between_s
        if len(self._next_edit) > 1000:  # old messages rest; forgetting them costs nothing
            self._next_edit = {k: at for k, at in self._next_edit.items() if at > now}


class Rests:
    """Remembers what Slack asked us to leave alone: edits everywhere, or new messages in one place (429, Retry-After)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: dict[str, tuple[datetime, timedelta]] = {}

    def asked(self, what: str, span: timedelta) -> None:
        """Slack wants none of these for so long."""
        now = self._clock.now()
        self._until = {w: (until, s) for w, (until, s) in self._until.items() if until > now}
        self._until[what] = now + span, span

    def check(self, what: str) -> None:
        """Nothing is asked of Slack that it did not want yet. Raises `NotYet`."""
        now = self._clock.now()
        until, span = self._until.get(what, (now, timedelta(0)))
        if timedelta(0) < until - now <= span:  # more than it asked for: the clock was put back
            raise NotYet((until - now).total_seconds())
