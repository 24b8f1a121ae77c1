"""What somebody who watches a crisis expects of the questions for anything but steps: when each may come, and when it must."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.model import LEGAL, Incident, Ping, Status
from bot.domain.severity import Severity
from bot.domain.timeline import (
    CrisisCancelled,
    CrisisClosed,
    CrisisReopened,
    CrisisResolved,
    Entry,
    HandoverOffered,
    LegalClockDropped,
    LegalClockMet,
    LegalClockStarted,
    PersonLeft,
    RoleGiven,
    RoleHandedOver,
    SeverityChanged,
    UpdatePosted,
    UpdatePromised,
)
from tests.domain.a_crisis import DAY, minutes
from tests.domain.watching_steps import HOUR, LEVELS

HEADS_UP = minutes(10)
CHECK = 30 * DAY
"""An action item without a date is asked for first so long after the close."""
NEVER = 10_000 * DAY
WHILE = {
    Status.ACTIVE: {"step", "update", "silence", "role", "vacant", "handover", "offer", LEGAL},
    Status.RESOLVED: {"review", LEGAL},
    Status.CLOSED: {"action", LEGAL},
    Status.CANCELLED: set[str](),
}
"""What people are asked for in each part of the life of a crisis."""


@dataclass
class Holder:
    person: str
    since: datetime
    accepted: bool


@dataclass
class Deadline:
    """A legal clock, which people confirmed."""

    name: str
    since: datetime
    ends: datetime
    confirmed: datetime
    asked: datetime | None = None
    """When it was asked for last; however the clock was set since, what lies before is behind us."""
    latest: datetime | None = None
    """When it was ever asked for, by the clock of then."""
    asked_at: datetime | None = None
    """The same, not later than now."""
    put_off_until: datetime | None = None
    in_vain: bool = False
    """Perhaps it was asked of somebody who left: then it is asked anew of others."""

    @property
    def moments(self) -> list[datetime]:
        """Halfway, a day, four hours and an hour before, as far as they lie ahead; and the deadline."""
        half = self.since + (self.ends - self.since) / 2
        before = [self.ends - span for span in (DAY, 4 * HOUR, HOUR)]
        ahead = [at for at in (half, *before) if half <= at and self.confirmed < at]
        return [*ahead, max(self.ends, self.confirmed)]

    def see(self, now: datetime) -> None:
        assert self.put_off_until is None or self.put_off_until <= now, "it was put off until later"
        new = any(at <= now and (self.asked is None or self.asked < at) for at in self.moments)
        if not new and not self.in_vain:
            assert self.asked_at is not None, "asked too early"
            assert self.asked is not None
            assert self.asked >= self.ends, "between its moments nobody is asked"
            assert now >= self.asked_at + HOUR, "asked again too soon"
        self.asked = self.asked_at = now
        self.latest = max(self.latest or now, now)
        self.in_vain = False

    def check(self, now: datetime) -> None:
        passed = [at for at in self.moments if at <= now]
        if not passed or (self.put_off_until and self.put_off_until > now):
            return
        assert self.asked is not None, "nobody asks for a deadline of the law"
        assert self.latest is not None
        assert self.latest >= max(passed)
        assert max(passed) < self.ends or now < self.asked + DAY, "over, it is asked for every day at least"


class Clocks:
    """Everything else that people owe a crisis."""

    def __init__(self, incident: Incident) -> None:
        """`incident`: as it was opened."""
        self.opened_at, self.severity, self.status = incident.opened_at, incident.severity, Status.ACTIVE
        self.base = incident.opened_at
        """The last update, or the opening."""
        self.roles = {
            h.role: Holder(h.person, incident.opened_at, h.accepted_at is not None) for h in incident.roles
        }
        self.acted: dict[str, datetime] = {}
        self.offered: dict[str, datetime] = {}
        self.law: dict[str, Deadline] = {}
        self.ended: set[str] = set()
        self.seen: dict[str, datetime] = {}
        """Kind of question -> when it was asked last."""
        self.resolved_at = self.over_at = incident.opened_at
        self.next_check: datetime | None = None
        self.update: tuple[datetime, datetime] | None = None
        """When the next one is due: not before, and not after."""
        self._counts_from(incident.opened_at)

    def _counts_from(self, now: datetime) -> None:
        """The next update is due so long after this as the level says."""
        every = LEVELS[self.severity].update_every
        self.update = (now + every, now + every) if every and self.status is Status.ACTIVE else None

    # What the timeline says

    def hear(self, entry: Entry, now: datetime) -> None:
        match entry:
            case SeverityChanged():
                self._level(entry.new, now)
            case UpdatePosted():
                self.base = now
                self._counts_from(now)
            case UpdatePromised():
                self.update = (now + entry.span, now + entry.span)
            case RoleGiven() if (held := self.roles.get(entry.role)) is None or held.person != entry.person:
                self.roles[entry.role] = Holder(entry.person, now, entry.person == entry.by)
                self.offered.pop(entry.role, None)
            case RoleHandedOver():
                self.roles[entry.role] = Holder(entry.by, now, accepted=True)
            case HandoverOffered():
                self.offered[entry.role] = now
            case LegalClockStarted():
                self.law[str(len(self.law) + 1)] = Deadline(entry.name, entry.since, entry.deadline, now)
            case PersonLeft():
                self.roles = {role: held for role, held in self.roles.items() if held.person != entry.person}
                for deadline in self.law.values():
                    deadline.in_vain = True
            case LegalClockMet() | LegalClockDropped():
                self.ended |= {of for of, one in self.law.items() if one.name == entry.name}
            case CrisisReopened() | CrisisResolved() | CrisisClosed() | CrisisCancelled():
                self._life(entry, now)
            case _:
                pass
        if entry.by:
            self.acted[entry.by] = now
            for held in self.roles.values():
                held.accepted = held.accepted or held.person == entry.by

    def _life(self, entry: Entry, now: datetime) -> None:
        self.next_check = None
        match entry:
            case CrisisReopened():
                self.status = Status.ACTIVE
                self._hours_begin_anew(now)
            case CrisisResolved():
                self.status, self.resolved_at, self.next_check = Status.RESOLVED, now, now + DAY
            case _:
                self.status = Status.CLOSED if isinstance(entry, CrisisClosed) else Status.CANCELLED
                self.over_at = now
        self._counts_from(now)

    def _level(self, new: Severity, now: datetime) -> None:
        """A promise may stay, or come nearer: by what the new level asks for, from the last update or from now on."""
        old, every = LEVELS[self.severity].update_every, LEVELS[new].update_every
        self.severity = new
        if self.status is not Status.ACTIVE:
            return
        known = list(self.update or ())
        if every is not None:
            known += [self.base + every, now + every, *(at + every - old for at in known if old)]
            self.update = (min(known), max(*known, now))
        elif self.update is not None:
            self.update = (self.update[0], now + NEVER)

    def goes_on_elsewhere(self, now: datetime) -> None:
        """An active crisis went on in a new channel: the clock of the updates begins anew."""
        self._hours_begin_anew(now)
        every = LEVELS[self.severity].update_every
        if every is None:
            self.update = None
        else:
            known = (*(self.update or ()), now + every)
            self.update = (min(known), max(known))

    def _hours_begin_anew(self, now: datetime) -> None:
        for held in self.roles.values():
            held.since = now

    def clock_was_set_back(self, now: datetime) -> None:
        """Nothing happened later than now."""
        self.acted = {person: min(at, now) for person, at in self.acted.items()}
        self.offered = {role: min(at, now) for role, at in self.offered.items()}
        if self.update is not None and self.seen.get("update", self.opened_at) >= self.update[0]:
            self.update = (min(self.update[0], now), self.update[1])  # what was asked for stays late
        self.seen = {kind: min(at, now) for kind, at in self.seen.items()}
        self.next_check = self.next_check and min(self.next_check, now + DAY)
        for held in self.roles.values():
            held.since = min(held.since, now)
        for deadline in self.law.values():
            deadline.asked_at = deadline.asked_at and min(deadline.asked_at, now)

    # What is asked

    @property
    def quiet_after(self) -> timedelta:
        every = LEVELS[self.severity].update_every
        return every * 2 if every else 3 * DAY

    @property
    def last_act(self) -> datetime:
        return max(self.acted.values(), default=self.opened_at)

    def may_wait(self, ping: Ping) -> bool:
        """Whether a question can still be open."""
        if ping.about == LEGAL and ping.of in self.ended:
            return False
        if ping.about == "role" and self.roles[ping.of].accepted:
            return False
        return ping.about in WHILE[self.status]

    def see(self, ping: Ping, now: datetime) -> None:
        """It is asked for in its time."""
        assert self.may_wait(ping), "it is settled, or not the time for it"
        if ping.rung == "away":
            return  # follows at once from a question that was seen
        if ping.about == LEGAL:
            self.law[ping.of].see(now)
        else:
            assert self._earliest(ping) <= now, f"asked too early: {ping.about}"
        self.seen[ping.about] = now

    def _earliest(self, ping: Ping) -> datetime:
        rule = LEVELS[self.severity]
        ack = rule.ack or minutes(15)
        match ping.about:
            case "update":
                assert self.update is not None
                return self.update[0] + (HEADS_UP if ping.in_channel else -HEADS_UP)
            case "silence":
                return self.last_act + self.quiet_after * (1.5 if ping.in_channel else 1)
            case "role":
                return self.roles[ping.of].since + (ack if ping.in_channel else timedelta(0))
            case "vacant":
                return self.opened_at + ack
            case "handover":
                return self.roles[ping.of].since + (rule.handover or NEVER)
            case "offer":
                return self.offered[ping.of] + (timedelta(0) if ping.rung == "owner" else ack)
            case "review":
                return self.resolved_at + (rule.review_within or NEVER) - DAY
            case _:
                return self.over_at + CHECK

    def see_the_daily_question(self, now: datetime) -> None:
        assert self.next_check is not None, "nothing is watched"
        assert self.next_check <= now
        self.next_check = now + DAY

    def check_nothing_is_forgotten(self, now: datetime) -> None:
        """The reminders fired just now: what has a time was asked for by it, and is again and again."""
        if self.status is not Status.CANCELLED:
            for of, deadline in self.law.items():
                if of not in self.ended:
                    deadline.check(now)
        if LEVELS[self.severity].quiet_hours:
            return  # it may wait for somebody's morning
        assert self.next_check is None or now < self.next_check
        if self.status is not Status.ACTIVE:
            return
        for about, due, again in (
            ("update", self.update[1] + 2 * HEADS_UP if self.update else None, 2 * HOUR),
            ("silence", self.last_act + self.quiet_after, max(DAY, self.quiet_after)),
        ):
            last = self.seen.get(about)
            assert due is None or now < max(due, last + again if last else due), f"nobody is asked: {about}"
