"""Deadlines that a law sets. They wait for nobody's morning, and do not stop because a crisis is closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from bot.domain.clocks.clock import Clock, Rung
from bot.domain.durations import spoken
from bot.domain.model import LEGAL, Incident, LegalClock, Status
from bot.domain.words import listed, mention, on_day, rounded, safe

HOUR = timedelta(hours=1)
BEFORE = (("day", 24 * HOUR), ("soon", 4 * HOUR), ("last", HOUR))
"""How long before the deadline somebody is asked, besides halfway."""
WITH_LEAD = ("soon", "last")
SLOWEST = timedelta(days=1)


def legal_clocks(incident: Incident) -> Iterator[Clock]:
    """Whoever answers for it is asked halfway and before the deadline, at last with the lead; over, all by name, on and on."""
    if incident.status is Status.CANCELLED:
        return
    for legal in incident.legal_clocks:
        if legal.runs:
            yield Clock(
                LEGAL,
                _rungs(incident, legal),
                partial(_words, legal),
                f"the legal clock “{legal.name}”",
                f"File what the legal clock asks for: {legal.name}",
                legal.deadline,
                of=str(legal.number),
                again=HOUR,
                slowest=SLOWEST,
                nights=False,
                skips=True,
            )


def _rungs(incident: Incident, legal: LegalClock) -> tuple[Rung, ...]:
    """Those that lie after the confirmation; of a short clock those that lie after its half."""
    half = legal.since + (legal.deadline - legal.since) / 2
    moments = [("half", half)]
    moments += [(name, at) for name, before in BEFORE if (at := legal.deadline - before) > half]
    lead = incident.lead or incident.opened_by
    holder = legal.holder or incident.holder("legal") or lead
    both = tuple(dict.fromkeys((holder, lead)))
    all_ = tuple(dict.fromkeys((*both, incident.holder("exec") or incident.opened_by)))
    rungs = [
        Rung(name, at, both if name in WITH_LEAD else (holder,))
        for name, at in moments
        if at > legal.confirmed_at
    ]
    # A closed crisis has a channel that nobody reads, if any.
    over = Rung(
        "over",
        max(legal.deadline, legal.confirmed_at),
        all_,
        in_channel=incident.status is not Status.CLOSED,
    )
    return (*rungs, over)


def _words(legal: LegalClock, rung: Rung) -> str:
    name, left = safe(legal.name), legal.deadline - rung.at
    whom = f"{listed(mention(person) for person in rung.people)}: " if rung.in_channel else ""
    counted = f"Counted from {on_day(legal.since)}"
    told = f"Tell {safe(legal.told)}" if legal.told else "Do what it asks for"
    ask = f"{told}; then press Filed… with the reference, or say why it does not apply."
    if left >= timedelta(minutes=1):
        return f"*{name}: {spoken(rounded(left))} left, until {on_day(legal.deadline)}.*\n{counted}. {ask}"
    state = "is over now" if -left < timedelta(minutes=1) else f"was over {on_day(legal.deadline)}"
    return f"*{whom}{name}: the deadline {state}.*\n{counted}, and nothing is noted as filed. {ask}"
