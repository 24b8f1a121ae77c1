"""People who were asked and will probably not see it: whoever can act is told at once; the ladder goes on as it would."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.channels import order_failed
from bot.domain.checklist import named, show_ping
from bot.domain.clocks import running_clock
from bot.domain.decision import Decision, nothing_changed
from bot.domain.departed import pass_on, unheard
from bot.domain.model import LEGAL, STEP, Absence, Incident, Ping, Status
from bot.domain.timeline import PersonUnreachable, ReminderUnseen
from bot.domain.words import mention, moment, safe, shortened

RUNG = "away"
NOT_IN_CHANNEL = "not in the channel"
DEACTIVATED = "deactivated in Slack"
RECENT = timedelta(minutes=30)
"""Who did something here so lately is there, whatever their Slack says: many are in do-not-disturb every evening."""

Asleep = Callable[[str], bool]
"""Whether it is night where this person is."""


def nobody(_person: str) -> bool:
    return False


def found_unreachable(
    incident: Incident, *, absence: Absence, now: datetime, asleep: Asleep = nobody
) -> Decision:
    """Of everything this person is asked in person, it is known that they will probably not see it.

    Of somebody deactivated also where they are called for a step in the channel. A ping that was answered meanwhile needs
    nobody, and neither does somebody who is at work here. Where the severity lets people sleep, only who is awake is told.
    What somebody was asked who left Slack passes on (`departed`), steps aside.
    """
    acted = incident.acted.get(absence.person)
    if absence.why != DEACTIVATED and acted is not None and now - acted < RECENT:
        return nothing_changed(incident)
    asleep = asleep if incident.ladder.quiet_hours else nobody
    decision = Decision(incident)
    for ping in incident.pings:
        in_person = ping.person == absence.person and not ping.in_channel
        called = absence.why == DEACTIVATED and absence.person in (ping.person, *ping.others)
        if ping.answer is not None or not (in_person or called):
            continue
        if ping.about == STEP:
            missing = (*ping.missing, absence)
            more = name_unreachable(
                decision.incident, step_key=ping.step_key, missing=missing, now=now, asleep=asleep
            )
            decision = decision.and_(more)
        elif absence.why != DEACTIVATED:
            decision = decision.and_(_told_of_question(decision.incident, ping, absence, now, asleep))
    if absence.why == DEACTIVATED and unheard(incident, absence.person):
        decision = decision.and_(_passed_on(decision.incident, absence.person, now))
    return decision


def out_of_channel(incident: Incident, ping: Ping, now: datetime) -> Decision:
    """Whoever is asked in person about something else than a step and is not in the channel is named to whoever can act."""
    if incident.is_over or ping.in_channel or ping.about == STEP or ping.person in incident.members:
        return nothing_changed(incident)
    return _told_of_question(incident, ping, Absence(ping.person, NOT_IN_CHANNEL), now, nobody)


def _told_of_question(
    incident: Incident, ping: Ping, absence: Absence, now: datetime, asleep: Asleep
) -> Decision:
    """Whoever can act is told who will not see the question, and can answer it; who made an offer, of the offer."""
    clock = running_clock(incident, ping.about, ping.of)
    offer = next((o for o in incident.offers if ping.about == "offer" and o.role == ping.of), None)
    told = _who_acts(
        incident, {absence.person, ping.person}, asleep, first=offer.by if offer is not None else None
    )
    if clock is None or told is None or _is_named(incident, ping.about, ping.of, absence):
        return nothing_changed(incident)
    until = f" until {moment(absence.until, now)}" if absence.until else ""
    word = f" (“{safe(shortened(absence.word, 200))}”)" if absence.word else ""
    away = Ping(
        len(incident.pings) + 1,
        ping.of,
        told,
        in_channel=False,
        at=now,
        rung=RUNG,
        missing=(*ping.missing, absence),
        about=ping.about,
    )
    deputy = deputy_for(incident, away)
    stands_in = f"\n{mention(deputy)} is the deputy." if deputy else ""
    text = f"*{mention(absence.person)} was reminded of {safe(clock.noun)}, but is {absence.why}{word}{until}.*{stands_in}"
    away = replace(away, text=text)
    entry = ReminderUnseen(now, "", absence.person, absence.why, clock.noun, told)
    return Decision(replace(incident, pings=(*incident.pings, away)), (entry,), (show_ping(away),))


def _passed_on(incident: Incident, person: str, now: datetime) -> Decision:
    decision = pass_on(incident, person=person, now=now)
    if decision.incident != incident:
        return decision
    what, why = f"remind {mention(person)}", f"This person is {DEACTIVATED}."
    return order_failed(incident, what=what, why=why, to_lead=person != incident.lead, now=now)


def found_deactivated(incident: Incident, *, people: Collection[str], now: datetime) -> Decision:
    """The same of several people at once, who are deactivated in Slack."""
    decision = Decision(incident)
    for person in people:
        absence = Absence(person, DEACTIVATED)
        decision = decision.and_(found_unreachable(decision.incident, absence=absence, now=now))
    return decision


def name_unreachable(
    incident: Incident,
    *,
    step_key: str,
    missing: tuple[Absence, ...],
    now: datetime,
    asleep: Asleep = nobody,
) -> Decision:
    """The lead is told, with buttons to act, that the last of `missing` will probably not see that the step is late.

    The others of `missing` were found out before. Instead of a lead who is missing: their deputy, the executive, whoever
    opened the crisis; if nobody is left, the channel. Once for each step, person and reason, until the step is answered for.
    """
    step, absence = incident.step(step_key), missing[-1]
    if step is None or not step.is_open or incident.status is not Status.ACTIVE:
        return nothing_changed(incident)
    if _is_named(incident, STEP, step_key, absence):
        return nothing_changed(incident)
    out = {one.person for one in missing}
    told = _who_acts(incident, out, asleep)
    if told is None and _who_acts(incident, out) is not None:
        return nothing_changed(incident)  # they sleep, and the ladder goes on when it is day for them
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
    out = {one.person for one in ping.missing} | (set() if ping.in_channel else {ping.person})
    if ping.about == "offer":
        return None  # it is for whoever made the offer to ask somebody else
    if ping.about != STEP:
        return _first(incident, out, incident.deputy(_ROLES.get(ping.about, ping.of)))
    step = incident.step(ping.step_key)
    return _first(incident, out, incident.deputy(step.role if step else None), incident.deputy("lead"))


_ROLES = {"update": "comms", "review": "lead", "silence": "lead", "vacant": "lead", LEGAL: "legal"}
"""Who is asked by these clocks; those about a role name it themselves."""


def _is_named(incident: Incident, about: str, of: str, absence: Absence) -> bool:
    waiting = (p for p in incident.pings if (p.about, p.of) == (about, of) and p.answer is None)
    return any((m.person, m.why) == (absence.person, absence.why) for p in waiting for m in p.missing)


def _who_acts(
    incident: Incident, out: Collection[str], asleep: Asleep = nobody, *, first: str | None = None
) -> str | None:
    people = (first, incident.lead, incident.deputy("lead"), incident.holder("exec"), incident.opened_by)
    return _first(incident, out, *(person for person in people if person and not asleep(person)))


def _first(incident: Incident, out: Collection[str], *people: str | None) -> str | None:
    """The first who is not out; the words of a private crisis do not go to somebody who is not in it."""
    return next(
        (p for p in people if p and p not in out and (not incident.private or p in incident.members)), None
    )
