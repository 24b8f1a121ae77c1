"""What one person owes, in all crises."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time

from bot.domain.clocks import running_clocks
from bot.domain.model import ActionItem, Incident, Status, Step


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing to do."""

    number: int
    """Of its crisis."""
    title: str
    private: bool
    what: Step | ActionItem | str
    """A step, an action item, or what else is to be done in words."""
    due: datetime | None
    """UTC; of an action item the end of its day. None: at no time."""


def owed_in(incident: Incident, *, person: str) -> Iterable[Owed]:
    """What this person answers for in a crisis, action items aside; nothing of a private one they are not in."""
    if incident.private and person not in incident.members:
        return
    if incident.status is Status.ACTIVE:
        for step in incident.steps:
            # For what is nobody's the lead is asked (`ladder`).
            if step.is_open and (incident.responsible_for(step) or incident.lead) == person:
                yield Owed(incident.number, incident.title, incident.private, step, step.due_at)
    for clock in running_clocks(incident):
        first = clock.rungs[0]
        if clock.task and person == first.people[0]:  # others hear of it, and owe nothing
            due = clock.due or first.at
            yield Owed(incident.number, incident.title, incident.private, clock.task, due)


def owed_later(number: int, title: str, item: ActionItem, *, private: bool) -> Owed:
    """An action item, as something owed."""
    due = datetime.combine(item.due_on, time.max, tzinfo=UTC) if item.due_on else None
    return Owed(number, title, private, item, due)


def in_order(owed: Iterable[Owed]) -> list[Owed]:
    """What is due first stands first, what has no time last."""
    return sorted(
        owed, key=lambda one: (one.due is None, one.due or datetime.max.replace(tzinfo=UTC), one.number)
    )
