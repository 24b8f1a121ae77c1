"""What a store promises. The contract suite in tests/store holds every engine to it.

All times are aware datetimes in UTC. Every method that changes something has committed durably when it returns. `viewer` is
a person's id; None stands for nobody in particular, who may see no private crisis.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from bot.domain.decision import Decision
from bot.domain.effects import Effect
from bot.domain.lateness import Late
from bot.domain.model import ActionItem, Incident, RoleHolding
from bot.domain.opening import Roster
from bot.domain.timeline import Entry

WAIT_MAX = timedelta(minutes=30)
"""Nothing waits longer for another try. Where more is left, the clock was set back, and it is tried now."""


class StoreProblem(Exception):
    """The store cannot be used; the text says why and what to do (newer version, locked by another process, disk full)."""


class Damaged(StoreProblem):
    """This record cannot be read; all others can. The store has logged it once, by its place and never by its words."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """This delivery was handled before, and led to this crisis (0: to none)."""

    number: int


Slot = tuple[int, str]
"""A message by its crisis and its name inside it."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A message the bot wrote: where it is, and a digest of what it shows."""

    channel: str
    ts: str
    digest: str


@dataclass(frozen=True, slots=True)
class Order:
    """One effect taken from the outbox, to be carried out now."""

    id: int
    crisis: int
    effect: Effect
    attempts: int
    """How often it was tried, this time included. Above 1, an earlier try may have reached Slack unseen."""
    first_tried_at: datetime
    wanted: int
    """Grows when the same effect is ordered again while it waits or is on its way."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event of Slack's, written down before it was acknowledged."""

    key: str
    kind: str
    body: dict[str, Any]
    attempts: int


@dataclass(frozen=True, slots=True)
class Archived:
    """What was learned in one crisis, as the search finds it."""

    number: int
    title: str
    playbook_key: str
    private: bool
    closed_at: datetime
    summary: str
    lessons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenAction:
    """An action item nobody finished yet, and where it comes from."""

    number: int
    title: str
    private: bool
    item: ActionItem


class Store(Protocol):
    """Crises with their timeline, outbox, inbox, lessons and roster.

    What asks for one crisis raises `Damaged` when its record cannot be read. Lists leave out what is damaged.
    """

    # Changing a crisis: decide inside one transaction, commit everything together.

    async def open_crisis(
        self, decide: Callable[[int, Roster], Decision], *, now: datetime, delivery: str | None = None
    ) -> Decision | Duplicate:
        """A new crisis is committed under the number given to `decide`: state, entries, effects and the delivery's key.

        Numbers count up from 1 and are never used twice, also not after a refused opening. What `decide` raises
        leaves nothing behind (and is raised here). A delivery already handled decides nothing.
        """
        ...

    async def change(
        self,
        number: int,
        decide: Callable[[Incident], Decision],
        *,
        now: datetime,
        delivery: str | None = None,
    ) -> Decision | Duplicate:
        """The decision on the latest state is committed, its version grown by one; alone, whoever else asks at the same time.

        A decision that changes nothing (same incident, no entries, no effects) keeps version and state; the delivery's key
        is kept all the same. Raises KeyError for an unknown number and whatever `decide` raises; then nothing is left behind.
        """
        ...

    # Reading.

    async def crisis(self, number: int) -> Incident | None: ...

    async def crisis_in(self, channel_id: str) -> Incident | None:
        """The crisis whose present or earlier channel this is."""
        ...

    async def in_progress(self, *, viewer: str | None) -> list[Incident]:
        """Active and resolved crises the viewer may see, gravest first, then oldest."""
        ...

    async def still_owing(self, *, viewer: str | None) -> list[Incident]:
        """Closed crises the viewer may see in which a legal clock still runs, oldest first."""
        ...

    async def timeline(self, number: int) -> list[Entry]:
        """Every entry as it was appended, oldest first."""
        ...

    async def numbers(self, *, viewer: str | None) -> list[int]:
        """Every crisis the viewer may see, in order."""
        ...

    async def due(self, now: datetime, *, limit: int = 100) -> list[int]:
        """Crises that need attention by `now` (domain.reminders.next_due), the longest waiting first."""
        ...

    async def next_due(self) -> datetime | None:
        """When the first crisis needs attention."""
        ...

    # Outbox.

    async def claim(self, now: datetime, *, limit: int, lease: timedelta) -> list[Order]:
        """Up to `limit` orders that are ready, by rank and age, each marked as being carried out until `now + lease`.

        At most one order of a lane is on its way at a time, and an order waits for the older ones of its lane, also while
        those wait for another try; one of rank `LAST` waits for all others of its crisis. Orders whose lease ran out count
        as ready, and so do those that would wait more than `WAIT_MAX`. Their attempt is counted and durable on return.
        """
        ...

    async def gather(self, order: Order, *, limit: int) -> None:
        """The orders directly behind this one in its lane share its message, `limit` with this one, whatever happens next.

        They have the same `together`, were never tried, and their own message was never posted; the first order that is
        otherwise ends it, so nothing is overtaken. Only before this order's message is posted, and only at its first try:
        a later one may follow a lost answer, whose message must be found as it is. They stay in the outbox until
        this order is delivered or dropped, and go with it.
        """
        ...

    async def sharing(self, number: int, slot: str) -> tuple[Slot, ...]:
        """Everything in the message of this slot, as gathered; the first one names it. Alone: just this slot."""
        ...

    async def delivered(self, order: Order, *, posted: Posted | None, now: datetime) -> None:
        """The order is done and gone, with those gathered into its message; its message is known.

        If it was ordered again meanwhile, it is ready again (attempts 0). So is one of the others.
        """
        ...

    async def postpone(self, order: Order, *, until: datetime, why: str, tried: bool = True) -> None:
        """The order will be ready again at `until`; `tried` False: this was no try, and does not count as one."""
        ...

    async def drop(self, order: Order) -> None:
        """The order, with those gathered into its message, is gone without having been carried out.

        One given again meanwhile stays, and is ready.
        """
        ...

    async def set_aside(self, order: Order) -> None:
        """The order is kept but not tried again, and holds up no other. Given again, it is an order like any other."""
        ...

    async def release(self) -> None:
        """Orders on their way when an earlier process died are ready again; their attempts still count.

        Called once at start.
        """
        ...

    async def message(self, number: int, slot: str) -> Posted | None:
        """The bot's message of this slot, shared or its own; None: not written yet."""
        ...

    async def waiting(self, now: datetime) -> tuple[int, timedelta]:
        """How many orders wait, and for how long the oldest has been due (zero when none is)."""
        ...

    async def late(self, now: datetime, *, than: timedelta) -> list[Late]:
        """What people should have heard of by `now - than` and did not, the longest late first.

        A crisis that was due by then and still is; a reminder (`effects` says which are) that was given by then and whose
        message Slack never had. A message that is there and only waits to be edited is not late, and what was set
        aside is not told again.
        """
        ...

    async def clock_set_back(self, now: datetime) -> None:
        """No order counts as given later than now: it would be late by as much before `late` tells it."""
        ...

    # Inbox of events.

    async def receive(self, key: str, kind: str, body: dict[str, Any], *, now: datetime) -> bool:
        """The event is written down; False: it was there before, handled or not."""
        ...

    async def received(self, *, now: datetime, limit: int = 100) -> list[Delivery]:
        """Events not handled yet and due for a try, or waiting more than `WAIT_MAX` for it; oldest first."""
        ...

    async def handled(self, key: str) -> None: ...

    async def retry_event(self, key: str, *, at: datetime) -> None:
        """The event is tried again at `at`, one attempt more."""
        ...

    async def forget_deliveries(self, before: datetime) -> None:
        """Handled deliveries from before that moment are forgotten."""
        ...

    # What outlives a crisis.

    async def search(self, words: str, *, viewer: str | None, limit: int = 10) -> list[Archived]:
        """Closed crises whose title, summary, lessons or what went well and badly fit the words, best first.

        Any text is safe. No words: the latest.
        """
        ...

    async def similar(self, incident: Incident, *, limit: int = 3) -> list[Archived]:
        """Public closed crises most like this one (same playbook counts most, then words of title and what happened)."""
        ...

    async def open_actions(self, *, viewer: str | None, of: Sequence[int] | None = None) -> list[OpenAction]:
        """Action items nobody finished (`of`: of these crises only), the most overdue first, those without a day last."""
        ...

    async def roster(self) -> Roster: ...

    async def set_roster(self, holding: RoleHolding, *, by: str, now: datetime) -> None: ...

    # The house.

    async def identity(self) -> str:
        """A random name given to this database when it was made; tells its messages from another's."""
        ...

    async def ping(self) -> None:
        """The database answers. Raises `StoreProblem`."""
        ...

    async def backup(self, to: Path) -> None:
        """A complete copy stands at `to`, made while others may write. Raises `StoreProblem` when `to` exists."""
        ...

    async def close(self) -> None: ...
