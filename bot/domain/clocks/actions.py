"""Action items, which outlive their crisis: nobody thinks of them again by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import partial

from bot.domain.clocks.clock import Clock, Rung
from bot.domain.model import ActionItem, Incident, Status
from bot.domain.words import safe

DAY = timedelta(days=1)
AT = time(7, tzinfo=UTC)
"""A day has no hour; whoever sleeps then is asked when their morning comes."""
CHECKS = tuple(timedelta(days=d) for d in (30, 60, 90))
"""Without a date, an item is asked for this long after the close (our default)."""
AGAIN = timedelta(days=7)
SLOWEST = timedelta(days=30)


def action_items(incident: Incident) -> Iterator[Clock]:
    """Its owner (else the lead) is asked the day before its date, the day after, then ever more seldom, until it is done."""
    learned, closed_at = incident.retrospective, incident.closed_at
    if incident.status is not Status.CLOSED or learned is None or closed_at is None:
        return
    for item in learned.actions:
        if item.done_by is None:
            rungs = _rungs(item, item.owner or incident.lead or incident.opened_by, closed_at)
            noun = f"the action item “{item.text}”"
            words = partial(_words, item)
            yield Clock(
                "action", rungs, words, noun, of=str(item.id), again=AGAIN, slowest=SLOWEST, nights=True
            )


def _rungs(item: ActionItem, person: str, closed_at: datetime) -> tuple[Rung, ...]:
    if item.due_on is None:
        return tuple(Rung("check", closed_at + after, (person,)) for after in CHECKS)
    on = datetime.combine(item.due_on, AT)
    before = max(on - DAY, closed_at + DAY / 24)
    soon = (Rung("soon", before, (person,)),) if before < on else ()
    return (*soon, Rung("late", max(on, closed_at) + DAY, (person,)))


def _words(item: ActionItem, rung: Rung) -> str:
    due = f"{item.due_on:%-d %B %Y}" if item.due_on else ""
    state = {"soon": f"Due {due}", "late": f"Was due {due}"}.get(rung.name, "Still open, without a date")
    return f"*Action item: {safe(item.text)}*\n{state}"
