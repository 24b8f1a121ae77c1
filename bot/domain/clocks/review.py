"""The retrospective: a resolved crisis is closed with what was learned, within the time its severity gives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.domain.clocks.clock import Clock, Rung
from bot.domain.model import Incident, Status
from bot.domain.words import listed, mention, on_day

DAY = timedelta(days=1)
SLOWEST = timedelta(days=7)


def retrospective(incident: Incident) -> Iterator[Clock]:
    """The lead is asked a day before and when it is due; a day later with the deputy, in the channel; then ever more seldom."""
    due = incident.review_due
    if incident.status is not Status.RESOLVED or due is None:
        return
    lead, deputy = incident.lead or incident.opened_by, incident.deputy("lead")
    both = (lead, deputy) if deputy and deputy != lead else (lead,)

    def words(rung: Rung) -> str:
        asked = "Close the crisis with what was learned: one form asks for it."
        if rung.at < due:
            return f"*The retrospective is due {on_day(due)}.*\n{asked}"
        whom = f"{listed(mention(person) for person in rung.people)}, the" if rung.in_channel else "The"
        state = "is due now" if rung.at - due < DAY / 24 else f"was due {on_day(due)}"
        return f"*{whom} retrospective {state}.*\n{asked}"

    soon = due - DAY
    early = (Rung("soon", soon, (lead,)),) if incident.resolved_at and soon > incident.resolved_at else ()
    rungs = (*early, Rung("due", due, (lead,)), Rung("late", due + DAY, both, in_channel=True))
    noun, task = "the retrospective", "Close the crisis with what was learned"
    yield Clock("review", rungs, words, noun, task, due, again=DAY, slowest=SLOWEST, nights=True)
