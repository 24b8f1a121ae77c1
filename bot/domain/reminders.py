"""What is due, and when: being due is a fact of the state, computed at every commit; nothing is scheduled anywhere else.

A kind of reminder is one generator `(incident) -> Due` in `KINDS`; what people are asked for besides steps is a clock
(`domain.clocks`). Firing a reminder marks in the state what it was fired for, so the same fact cannot fire twice, whatever the
clock, a restart or a second sweep does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.domain.checklist import named
from bot.domain.clocks import running_clocks
from bot.domain.clocks.clock import ask_for, next_rung
from bot.domain.decision import Decision
from bot.domain.effects import ArchiveChannel, Effect, ShowCheck, ShowSummary
from bot.domain.ladder import ask, next_ask, next_is_in_person, next_people, running
from bot.domain.lifecycle import CHECK_EVERY
from bot.domain.model import Asking, Held, Incident, Status, Step
from bot.domain.nights import Zones, asleep_until, everywhere_utc, wake_up
from bot.domain.reach import out_of_channel
from bot.domain.timeline import ReminderHeld

AWAY = timedelta(minutes=10)
"""What comes later than this was due while the bot was not there."""
MINUTE = timedelta(minutes=1)
"""What falls due for a person within one minute of the clock is asked together, with the last of it."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something to do at a moment (UTC)."""

    at: datetime
    fire: Callable[..., Decision]
    """`(incident, now)`; of a clock also who is asleep and is not asked (`but`)."""
    key: str = ""
    """Its name inside the crisis."""
    people: tuple[str, ...] = ()
    """Who would be asked."""
    noun: str = ""
    """What they would be asked for."""
    waits: bool = False
    """It waits for their morning."""
    in_person: bool = False
    """They would be asked by direct message."""


def step_pings(incident: Incident) -> Iterator[Due]:
    """At a step's due time (or the end of its snooze) the one who answers for it is asked; the ladder goes on from there."""
    for step in incident.steps:
        at = next_ask(incident, step)
        if at is not None:
            people, noun = next_people(incident, step), f"step {named(step)}"
            waits, in_person = incident.ladder.quiet_hours, next_is_in_person(incident, step)
            yield Due(at, partial(ask, step_key=step.key), f"step:{step.key}", people, noun, waits, in_person)


def clock_questions(incident: Incident) -> Iterator[Due]:
    """Whatever else is owed: the next update, roles, the retrospective, action items …"""
    for clock in running_clocks(incident):
        rung = next_rung(incident, clock)
        if rung is not None:
            waits = clock.waits_for_mornings(incident)
            fire = partial(ask_for, clock=clock)
            yield Due(rung.at, fire, clock.key, rung.people, clock.noun, waits, not rung.in_channel)


def monitoring_check(incident: Incident) -> Iterator[Due]:
    """Once a day after resolve the channel is asked whether all is quiet, with the lead by name."""
    if incident.status is Status.RESOLVED and incident.next_check_at is not None:
        lead, waits = incident.lead or incident.opened_by, incident.ladder.quiet_hours
        yield Due(incident.next_check_at, _check, "check", (lead,), "the daily check", waits)


def channel_archiving(incident: Incident) -> Iterator[Due]:
    """Some time after close or cancel the channel is archived."""
    if incident.is_over and incident.archive_at is not None:
        yield Due(incident.archive_at, _archive)


Kinds = tuple[Callable[[Incident], Iterable[Due]], ...]
KINDS: Kinds = (
    step_pings,
    clock_questions,
    monitoring_check,
    channel_archiving,
)


def next_due(incident: Incident, *, kinds: Kinds = KINDS) -> datetime | None:
    """When this crisis needs attention next; None: never, as it stands."""
    return min((due.at for due in _all_due(incident, kinds)), default=None)


def last_due(incident: Incident, *, by: datetime) -> datetime | None:
    """The latest of what is due by then; None: nothing is."""
    return max((due.at for due in _all_due(incident, KINDS) if due.at <= by), default=None)


def minute_of(at: datetime) -> datetime:
    """When the minute began that this moment is in."""
    return at.replace(second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What matters before anything is fired."""

    may_sleep: frozenset[str]
    """Everybody whose night would hold up what is due."""
    asked_soon: frozenset[str]
    """Everybody who will be asked something in person later in this minute."""


def look_ahead(incident: Incident, *, now: datetime) -> Ahead:
    """What matters before what is due by `now` is fired, here or in another crisis."""
    end = minute_of(now) + MINUTE
    may_sleep: set[str] = set()
    asked_soon: set[str] = set()
    for due in _all_due(incident, KINDS):
        if due.at <= now and due.waits:
            may_sleep.update(due.people)
        elif due.in_person and now < due.at < end:
            asked_soon.update(due.people)
    return Ahead(frozenset(may_sleep), frozenset(asked_soon))


def fire_due(
    incident: Incident,
    *,
    now: datetime,
    zones: Zones = everywhere_utc,
    soon: Collection[str] = (),
    kinds: Kinds = KINDS,
) -> Decision:
    """Everything due by `now` was ordered and marked, earliest first. Nothing due: nothing changed.

    Where the severity respects it, what is due at night where all its people are waits for the first morning; of several who
    are asked in person only those who are awake are. Who works at night by the roster is awake. What became due in this
    minute waits where its people are asked something else `soon` (`Ahead`), to go with it.
    """
    decision = Decision(incident)
    at_work = {holding.person for holding in incident.roles if holding.shift and holding.shift.covers(now)}
    for one in sorted((due for due in _all_due(incident, kinds) if due.at <= now), key=lambda due: due.at):
        if one.in_person and one.at >= minute_of(now) and not set(soon).isdisjoint(one.people):
            continue
        until, asleep = _nights(one, at_work, now, zones)
        before = decision.incident
        more = _held(before, one, until, now) if until else _fired(before, one, now, asleep)
        effects = dict.fromkeys((*decision.effects, *more.effects))
        decision = Decision(more.incident, (*decision.entries, *more.entries), tuple(effects))
    return replace(decision, effects=_side_by_side(decision.effects))


def _nights(
    due: Due, at_work: Collection[str], now: datetime, zones: Zones
) -> tuple[datetime | None, frozenset[str]]:
    """When the first of its people gets up, where all of them sleep; otherwise who of those asked in person does."""
    if not due.waits:
        return None, frozenset()
    awake = frozenset(due.people).intersection(at_work)
    until = None if awake else asleep_until(due.people, now, zones)
    if until is not None or not due.in_person:
        return until, frozenset()
    return None, frozenset(p for p in due.people if p not in awake and wake_up(now, zones(p)))


def _side_by_side(effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """What asks the same people in the same place stands together, where the first of it stood, so that it is one message."""
    first: dict[str, int] = {}
    places = [first.setdefault(e.together or e.key, at) for at, e in enumerate(effects)]
    return tuple(effect for _, effect in sorted(zip(places, effects, strict=True), key=lambda one: one[0]))


def set_back(incident: Incident, *, now: datetime) -> Decision:
    """Nothing happened later than now: where the clock was set back, what is counted from it would else be late by as much.

    A step that was asked for stays late, as otherwise it would be asked for once more. What is still to come keeps its time.
    """
    before = _occasions(incident)
    changed = replace(
        incident,
        steps=tuple(_late_by_now(step, running(step), now) for step in incident.steps),
        roles=tuple(replace(h, since=_by(now, h.since)) for h in incident.roles),
        offers=tuple(replace(offer, at=min(offer.at, now)) for offer in incident.offers),
        acted={person: min(at, now) for person, at in incident.acted.items()},
        next_check_at=_by(now + CHECK_EVERY, incident.next_check_at),
        next_update_due=_update_late_by_now(incident, now),
    )
    after = _occasions(changed)
    asked = {
        key: replace(
            one,
            at=min(one.at, now),
            occasion=after[key] if before.get(key) == one.occasion else one.occasion,
        )
        for key, one in incident.asked.items()
    }
    return Decision(replace(changed, asked=asked))


def _late_by_now(step: Step, asking: Asking | None, now: datetime) -> Step:
    if asking is None:
        return step
    asked = replace(asking, at=min(asking.at, now))
    return replace(
        step, asking=asked, due_at=_by(now, step.due_at), snoozed_until=_by(now, step.snoozed_until)
    )


def _update_late_by_now(incident: Incident, now: datetime) -> datetime | None:
    """What was asked for because it was due stays late."""
    due, asked = incident.next_update_due, incident.asked.get("update:")
    return min(due, now) if due is not None and asked is not None and asked.at >= due else due


def _by(latest: datetime, at: datetime | None) -> datetime | None:
    return at and min(at, latest)


def _occasions(incident: Incident) -> dict[str, datetime]:
    """What each clock is counted from: another occasion would be asked for anew."""
    return {clock.key: clock.occasion for clock in running_clocks(incident)}


def _all_due(incident: Incident, kinds: Kinds) -> Iterator[Due]:
    """With the moments as they are: what waits for somebody's morning is due then."""
    for kind in kinds:
        for due in kind(incident):
            held = incident.held.get(due.key)
            waits = held is not None and due.waits and held.people == due.people
            yield replace(due, at=max(due.at, held.until)) if held and waits else due


def _held(incident: Incident, due: Due, until: datetime, now: datetime) -> Decision:
    held = {**incident.held, due.key: Held(due.people, until)}
    return Decision(replace(incident, held=held), (ReminderHeld(now, "", due.people, until, due.noun),))


def _fired(incident: Incident, due: Due, now: datetime, asleep: frozenset[str]) -> Decision:
    before = len(incident.pings)
    held = {key: held for key, held in incident.held.items() if key != due.key}
    fire = partial(due.fire, but=asleep) if asleep else due.fire  # only a clock asks several people in person
    decision = fire(replace(incident, held=held), now)
    old, new = decision.incident.pings[:before], decision.incident.pings[before:]
    since = max(due.at, incident.severity_since or due.at)  # another level makes things due at once
    late = now - since >= AWAY
    pings = (*old, *(replace(ping, due_at=due.at, catching_up=late) for ping in new))
    decision = replace(decision, incident=replace(decision.incident, pings=pings))
    for ping in new:
        decision = decision.and_(out_of_channel(decision.incident, ping, now))
    return decision


def _check(incident: Incident, now: datetime) -> Decision:
    number = incident.checks + 1
    changed = replace(incident, checks=number, next_check_at=now + CHECK_EVERY)
    return Decision(changed, (), (ShowCheck(number), ShowSummary()))


def _archive(incident: Incident, now: datetime) -> Decision:
    return Decision(replace(incident, archive_at=None), (), (ArchiveChannel(),))
