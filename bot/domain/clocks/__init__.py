"""What a crisis waits for besides its steps, one kind a file; all of them in `CLOCKS`.

A kind is one generator `(incident) -> Clock`: what somebody owes, when who is asked for it, and in which words. It says
nothing of what was asked already, and sends nothing: `clock.py` does that for all of them alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from bot.domain.clocks.actions import action_items
from bot.domain.clocks.clock import Clock, Rung
from bot.domain.clocks.handover import handovers, offers
from bot.domain.clocks.legal import legal_clocks
from bot.domain.clocks.review import retrospective
from bot.domain.clocks.roles import unaccepted_roles, vacant_roles
from bot.domain.clocks.silence import silence
from bot.domain.clocks.updates import next_update
from bot.domain.model import Incident

CLOCKS: tuple[Callable[[Incident], Iterable[Clock]], ...] = (
    next_update,
    unaccepted_roles,
    vacant_roles,
    handovers,
    offers,
    silence,
    retrospective,
    action_items,
    legal_clocks,
)


def running_clocks(incident: Incident) -> Iterator[Clock]:
    """Every clock that runs in this crisis as it is now. The words of a private one do not follow somebody who left it."""
    for kind in CLOCKS:
        for clock in kind(incident):
            yield _among_members(clock, incident) if incident.private else clock


def running_clock(incident: Incident, about: str, of: str) -> Clock | None:
    """The clock that a question is about; None: it does not run any more."""
    return next((c for c in running_clocks(incident) if (c.about, c.of) == (about, of)), None)


def _among_members(clock: Clock, incident: Incident) -> Clock:
    instead = next(
        (p for p in (incident.lead, incident.opened_by) if p in incident.members), incident.opened_by
    )

    def asked(rung: Rung) -> Rung:
        people = tuple(person for person in rung.people if person in incident.members)
        return replace(rung, people=people or (instead,))

    return replace(clock, rungs=tuple(asked(rung) for rung in clock.rungs))
