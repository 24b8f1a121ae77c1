"""People who were asked and will probably not see it: whoever can act is told at once; the ladder goes on as it would."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.checklist import named, show_ping
from bot.domain.decision import Decision, nothing_changed
from bot.domain.model import STEP, Absence, Incident, Ping, Status
from bot.domain.timeline import PersonUnreachable

RUNG = "away"
NOT_IN_CHANNEL = "not in the channel"
DEACTIVATED = "deactivated in Slack"


RECENT = timedelta(minutes=30)
"""Who did something here so lately is there, whatever their Slack says: many are in do-not-disturb every evening."""


def found_unreachable(incident: Incident, *, absence: Absence, now: datetime) -> Decision:
    """Of every step this person is asked for in person, it is known that they will probably not see it.

    Of somebody deactivated also where they are called in the channel. A ping that was answered meanwhile needs nobody, and
    neither does somebody who is at work here.
    """
    decision = Decision(incident)
    acted = incident.acted.get(absence.person)
    if absence.why != DEACTIVATED and acted is not None and now - acted < RECENT:
        return decision
    for ping in incident.pings:
        if (
            absence.person in (ping.person, *ping.others)
            and (not ping.in_channel or absence.why == DEACTIVATED)
            and ping.about == STEP
            and ping.answer is None
        ):
            missing = (*ping.missing, absence)
            more = name_unreachable(decision.incident, step_key=ping.step_key, missing=missing, now=now)
            decision = Decision(
                more.incident, (*decision.entries, *more.entries), (*decision.effects, *more.effects)
            )
    return decision


def found_deactivated(incident: Incident, *, people: Collection[str], now: datetime) -> Decision:
    """The same of several people at once, who are deactivated in Slack."""
    decision = Decision(incident)
    for person in people:
        more = found_unreachable(decision.incident, absence=Absence(person, DEACTIVATED), now=now)
        decision = Decision(
            more.incident, (*decision.entries, *more.entries), (*decision.effects, *more.effects)
        )
    return decision


def name_unreachable(
    incident: Incident, *, step_key: str, missing: tuple[Absence, ...], now: datetime
) -> Decision:
    """The lead is told, with buttons to act, that the last of `missing` will probably not see that the step is late.

    The others of `missing` were found out before. Instead of a lead who is missing: their deputy, the executive, whoever
    opened the crisis; if nobody is left, the channel. Once for each step, person and reason, until the step is answered for.
    """
    step, absence = incident.step(step_key), missing[-1]
    if step is None or not step.is_open or incident.status is not Status.ACTIVE:
        return nothing_changed(incident)
    if _is_named(incident, step_key, absence):
        return nothing_changed(incident)
    told = _who_acts(incident, {one.person for one in missing})
    ping = Ping(
        len(incident.pings) + 1,
        step_key,
        told or incident.opened_by,
        in_channel=told is None,
        at=now,
        rung=RUNG,
        missing=missing,
    )
    entry = PersonUnreachable(now, "", step_key, named(step), absence.person, absence.why, told)
    return Decision(replace(incident, pings=(*incident.pings, ping)), (entry,), (show_ping(ping),))


def deputy_for(incident: Incident, ping: Ping) -> str | None:
    """Who stands in where this ping says that people are missing; None: nobody, or whoever it is told to themselves."""
    step = incident.step(ping.step_key)
    out = {one.person for one in ping.missing} | (set() if ping.in_channel else {ping.person})
    return _first(incident, out, incident.deputy(step.role if step else None), incident.deputy("lead"))


def _is_named(incident: Incident, step_key: str, absence: Absence) -> bool:
    waiting = (p for p in incident.pings if p.step_key == step_key and p.answer is None)
    return any((m.person, m.why) == (absence.person, absence.why) for p in waiting for m in p.missing)


def _who_acts(incident: Incident, out: Collection[str]) -> str | None:
    people = (incident.lead, incident.deputy("lead"), incident.holder("exec"), incident.opened_by)
    return _first(incident, out, *people)


def _first(incident: Incident, out: Collection[str], *people: str | None) -> str | None:
    """The first who is not out; the words of a private crisis do not go to somebody who is not in it."""
    return next(
        (p for p in people if p and p not in out and (not incident.private or p in incident.members)), None
    )
