"""What is due, and when: being due is a fact of the state, computed at every commit; nothing is scheduled anywhere else.

A kind of reminder is one generator `(incident) -> Due` in `KINDS`. Firing a reminder marks in the state what it was fired for,
so the same fact cannot fire twice, whatever the clock, a restart or a second sweep does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.domain.decision import Decision
from bot.domain.effects import ArchiveChannel, ShowCheck, ShowSummary
from bot.domain.ladder import ask, next_ask
from bot.domain.lifecycle import CHECK_EVERY
from bot.domain.model import Incident, Status
from bot.domain.timeline import UpdateReminded
from bot.domain.words import in_channel


@dataclass(frozen=True, slots=True)
class Due:
    """Something to do at a moment (UTC)."""

    at: datetime
    fire: Callable[[Incident, datetime], Decision]


def step_pings(incident: Incident) -> Iterator[Due]:
    """At a step's due time (or the end of its snooze) the one who answers for it is asked; the ladder goes on from there."""
    for step in incident.steps:
        at = next_ask(incident, step)
        if at is not None:
            yield Due(at, partial(ask, step_key=step.key))


def update_reminder(incident: Incident) -> Iterator[Due]:
    """When the promised update is due, the comms role (else the lead) is reminded once."""
    due, reminded = incident.next_update_due, incident.update_pinged_for
    if incident.status is Status.ACTIVE and due is not None and (reminded is None or reminded < due):
        yield Due(due, _remind_of_update)


def monitoring_check(incident: Incident) -> Iterator[Due]:
    """Once a day after resolve the channel is asked whether all is quiet."""
    if incident.status is Status.RESOLVED and incident.next_check_at is not None:
        yield Due(incident.next_check_at, _check)


def channel_archiving(incident: Incident) -> Iterator[Due]:
    """Some time after close or cancel the channel is archived."""
    if incident.is_over and incident.archive_at is not None:
        yield Due(incident.archive_at, _archive)


KINDS: tuple[Callable[[Incident], Iterable[Due]], ...] = (
    step_pings,
    update_reminder,
    monitoring_check,
    channel_archiving,
)


def next_due(incident: Incident) -> datetime | None:
    """When this crisis needs attention next; None: never, as it stands."""
    return min((due.at for kind in KINDS for due in kind(incident)), default=None)


def fire_due(incident: Incident, *, now: datetime) -> Decision:
    """Everything due by `now` was ordered and marked, earliest first. Nothing due: nothing changed."""
    decision = Decision(incident)
    due = sorted((d for kind in KINDS for d in kind(incident) if d.at <= now), key=lambda d: d.at)
    for one in due:
        more = one.fire(decision.incident, now)
        effects = dict.fromkeys((*decision.effects, *more.effects))
        decision = Decision(more.incident, (*decision.entries, *more.entries), tuple(effects))
    return decision


def _remind_of_update(incident: Incident, now: datetime) -> Decision:
    person = incident.holder("comms") or incident.lead or incident.opened_by
    where = in_channel(incident.channel.id) if incident.channel else f"crisis {incident.number}"
    text = f"The next status update in {where} is due now. Write `/crisis update` and what is known, even if nothing is new."
    changed = replace(incident, update_pinged_for=incident.next_update_due)
    return Decision(changed, (UpdateReminded(now, "", person),), (ShowSummary(),)).noticing(
        text, person=person
    )


def _check(incident: Incident, now: datetime) -> Decision:
    number = incident.checks + 1
    changed = replace(incident, checks=number, next_check_at=now + CHECK_EVERY)
    return Decision(changed, (), (ShowCheck(number), ShowSummary()))


def _archive(incident: Incident, now: datetime) -> Decision:
    return Decision(replace(incident, archive_at=None), (), (ArchiveChannel(),))
