"""The next status update, which was promised with a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from bot.domain.clocks.clock import Clock, Rung
from bot.domain.durations import spoken
from bot.domain.model import Incident, Status
from bot.domain.words import listed, mention, moment

MINUTE = timedelta(minutes=1)
STEP = 10 * MINUTE
"""A warning so long before, a reminder so long after, the executive so long after that (our default)."""
AGAIN = 2 * STEP
LATE = timedelta(minutes=2)
"""So long after its time an update is not due now any more: it was."""
PROMISES = tuple(timedelta(minutes=m) for m in (15, 30, 60, 120))
"""When the next update may be promised for, when one is due."""


def next_update(incident: Incident) -> Iterator[Clock]:
    """Comms and lead are asked ten minutes before and when it is due; ten minutes later both by name; then the executive."""
    due = incident.next_update_due
    if incident.status is not Status.ACTIVE or due is None:
        return
    lead = incident.lead or incident.opened_by
    comms = incident.holder("comms") or lead
    both = (comms, lead) if comms != lead else (comms,)
    executive = incident.holder("exec") or incident.opened_by
    # Who has just told everybody is not warned of the next time at once.
    is_soon = incident.updates_from is not None and due - STEP <= incident.updates_from
    rungs = [
        *([] if is_soon else [Rung("soon", due - STEP, both)]),
        Rung("due", due, both),
        Rung("late", due + STEP, both, in_channel=True),
    ]
    if executive not in both:  # who was asked already is not told that nobody answers
        rungs.append(Rung("exec", due + 2 * STEP, (executive,), in_channel=True))
    noun, task = "the next status update", "Post the next status update"
    yield Clock("update", tuple(rungs), partial(_words, due), noun, task, due, again=AGAIN)


def _words(due: datetime, rung: Rung) -> str:
    whom = listed(mention(person) for person in rung.people)
    match rung.name:
        case "soon" | "due" if rung.at - due > LATE:
            return (
                f"*The next status update was due {moment(due, rung.at)}.*\n"
                "Say what is known, even if nothing is new; or say when the next word comes."
            )
        case "soon":
            left = _left(due - rung.at)
            return f"*The next status update is due in {left}.*\nSay what is known by then, even if nothing is new."
        case "due":
            return (
                "*The next status update is due now.*\n"
                "Say what is known, even if nothing is new; or say when the next word comes."
            )
        case "late":
            return f"*{whom}, the promised status update is late.*\nSay what is known, or say when the next word comes."
        case _:
            return (
                f"*{whom}, the promised status update is late, and nobody answers for it.*\n"
                "Somebody has to say what is known, or when the next word comes."
            )


def _left(span: timedelta) -> str:
    """In whole minutes; less than the usual ten where a graver severity brought the update nearer."""
    minutes = -(-span // MINUTE)  # a question may come up to a minute late, to go with another
    return "ten minutes" if minutes * MINUTE >= STEP else spoken(max(minutes, 1) * MINUTE)
