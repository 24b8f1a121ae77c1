"""A clock: what somebody owes, who is asked for it when, and how it goes on when nobody answers."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.checklist import show_ping
from bot.domain.decision import Decision
from bot.domain.effects import ShowSummary
from bot.domain.model import Asked, Incident, Ping
from bot.domain.timeline import Reminded

SLOWEST = timedelta(hours=2)
"""Questions that go on unanswered come half as often each time, down to this: who sleeps is not woken more by more of them."""


@dataclass(frozen=True, slots=True)
class Rung:
    """Who is asked at one moment."""

    name: str
    at: datetime
    people: tuple[str, ...]
    """Each by direct message, or all by name in the channel."""
    in_channel: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """Something somebody owes the crisis."""

    about: str
    rungs: tuple[Rung, ...]
    """In the order of their moments."""
    words: Callable[[Rung], str]
    """What is asked, as mrkdwn."""
    noun: str
    """What people are reminded of, for the timeline."""
    task: str = ""
    """What to do, as `/crisis mine` lists it; "": it is not listed."""
    due: datetime | None = None
    """When it is due there; None: with its first question."""
    of: str = ""
    """Which one of its kind: the key of a role, the id of an action item."""
    again: timedelta | None = None
    """The last rung is asked again after this, and then half as often each time; None: it is not."""
    slowest: timedelta = SLOWEST
    nights: bool | None = None
    """Whether it waits for people's mornings; None: as the severity says."""
    skips: bool = False
    """What was missed is left out, as the time that is left counts. Otherwise one follows the other, as far apart as meant."""
    since: datetime | None = None
    """What names the occasion, where the level moves its moments; None: the first one's."""

    @property
    def key(self) -> str:
        return f"{self.about}:{self.of}"

    @property
    def occasion(self) -> datetime:
        """Another one begins anew."""
        return self.since or self.rungs[0].at

    def waits_for_mornings(self, incident: Incident) -> bool:
        return incident.ladder.quiet_hours if self.nights is None else self.nights


def next_rung(incident: Incident, clock: Clock) -> Rung | None:
    """The rung that is asked next, and when (UTC); None: nobody is asked any more."""
    before, asked = _asked_before(incident, clock), incident.asked.get(clock.key)
    if not before or asked is None:
        return clock.rungs[0]
    beyond = before - len(clock.rungs)
    if beyond < 0:
        rung, gap = clock.rungs[before], clock.rungs[before].at - clock.rungs[before - 1].at
        if not clock.skips and rung.at <= asked.at:
            rung = replace(rung, at=asked.at + gap)
    elif clock.again is None:
        return None
    else:
        pause = min(clock.again * (1 << min(beyond, 20)), max(clock.again, clock.slowest))
        rung = replace(clock.rungs[-1], at=asked.at + pause)
    if asked.put_off_until is not None:
        rung = replace(rung, at=max(rung.at, asked.put_off_until))
    return rung


def ask_for(incident: Incident, now: datetime, *, clock: Clock, but: Collection[str] = ()) -> Decision:
    """The people of the rung that is due are asked, `but` these; what was asked before can still be answered."""
    index = due_index(incident, clock, now)
    rung = clock.rungs[min(index, len(clock.rungs) - 1)]
    rung = replace(rung, at=now, people=tuple(person for person in rung.people if person not in but))
    text = clock.words(rung)
    pings = tuple(
        Ping(
            len(incident.pings) + number,
            clock.of,
            people[0],
            in_channel=rung.in_channel,
            at=now,
            rung=rung.name,
            others=people[1:],
            about=clock.about,
            text=text,
        )
        for number, people in enumerate(_messages(rung), start=1)
    )
    asked = {**incident.asked, clock.key: Asked(clock.occasion, index + 1, now)}
    changed = replace(incident, asked=asked, pings=(*incident.pings, *pings))
    shown = tuple(show_ping(ping) for ping in pings)
    return Decision(
        changed, (Reminded(now, "", rung.people, clock.noun),), (*shown, ShowSummary(unhurried=True))
    )


def due_index(incident: Incident, clock: Clock, now: datetime) -> int:
    """Which question is due; counts on beyond the last rung. However late the first one comes, it is asked in person."""
    before = _asked_before(incident, clock)
    passed = [n for n, rung in enumerate(clock.rungs) if rung.at <= now]
    if before == 0:
        return max((n for n in passed if clock.skips or _is_in_person(clock, clock.rungs[n])), default=0)
    return max((before, *passed)) if clock.skips else before


def _is_in_person(clock: Clock, rung: Rung) -> bool:
    """It asks whoever is asked first, alone or with others."""
    return not rung.in_channel and clock.rungs[0].people[0] in rung.people


def _asked_before(incident: Incident, clock: Clock) -> int:
    asked = incident.asked.get(clock.key)
    return asked.rungs if asked is not None and asked.occasion == clock.occasion else 0


def _messages(rung: Rung) -> tuple[tuple[str, ...], ...]:
    return (rung.people,) if rung.in_channel else tuple((person,) for person in rung.people)
