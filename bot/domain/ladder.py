"""The ladder of a step that is late: who is asked, by whom it goes on when nobody answers, and when.

At its due time the owner is asked; unanswered for `ack`, owner and deputy by name in the channel, then the lead, then the
executive. "On it" stops the climb for `still_on_it`; then the person is asked whether they still are, and no answer
goes on with the climb. Whoever climbs finds the step as it is now: one that was done or put off is not there.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.checklist import known_step, named, show_ping
from bot.domain.decision import Decision
from bot.domain.effects import ShowChecklist, ShowSummary
from bot.domain.model import Absence, Asking, Incident, Ping, Status, Step
from bot.domain.reach import NOT_IN_CHANNEL, RUNG, name_unreachable
from bot.domain.severity import Severity
from bot.domain.timeline import OwnerPinged, PingClimbed, StillOnItAsked

SLOWEST = timedelta(hours=2)
"""A climb that nobody answered is followed by one half as fast, down to this: who sleeps is not woken more by more messages."""
MISSED_WITHIN = timedelta(hours=1)
"""Two steps asked for in vain to the end of their ladders in this time: the crisis may be graver than it was taken for."""


def next_ask(incident: Incident, step: Step) -> datetime | None:
    """When somebody is asked about this step next (UTC); None: not at all, as things stand."""
    if incident.status is not Status.ACTIVE or not step.is_open:
        return None
    asking = running(step)
    if asking is None:
        return _due(step)
    pause = patience(incident, asking)
    return asking.at + pause if pause is not None else None


def next_people(incident: Incident, step: Step) -> tuple[str, ...]:
    """Who is asked about this step next, by name."""
    asking = running(step)
    if asking is not None and (person := _first(incident, asking.taken_by)):
        return (person,)
    return _next_rung(incident, step)[1]


def next_is_in_person(incident: Incident, step: Step) -> bool:
    """Whoever answers for the step is asked next, by direct message; others are asked in the channel."""
    asking = running(step)
    if asking is not None and _first(incident, asking.taken_by):
        return True
    rung, people, _climbs = _next_rung(incident, step)
    return _is_in_person(incident, step, rung, people)


def _is_in_person(incident: Incident, step: Step, rung: str, people: tuple[str, ...]) -> bool:
    return rung == "owner" and people[0] == _responsible(incident, step)


def running(step: Step) -> Asking | None:
    """The ladder of a step that is late; None: it is not, or is due only later by now."""
    due = _due(step)
    return step.asking if step.asking is not None and due is not None and due <= step.asking.at else None


def _due(step: Step) -> datetime | None:
    return max((at for at in (step.due_at, step.snoozed_until) if at is not None), default=None)


def patience(incident: Incident, asking: Asking) -> timedelta | None:
    """How long an answer is waited for; None: for ever, at this severity."""
    if not asking.rung:
        return timedelta(0)  # nobody was asked yet
    if asking.taken_by is not None:
        return incident.ladder.still_on_it
    ack = incident.ladder.ack
    return min(ack * (1 << min(asking.climbs, 10)), max(ack, SLOWEST)) if ack is not None else None


def ask(incident: Incident, now: datetime, *, step_key: str) -> Decision:
    """The next rung of this step's ladder was asked, and the ladder waits for an answer."""
    step = known_step(incident, step_key)
    asking = running(step)
    if asking is not None and (person := _first(incident, asking.taken_by)):
        return _still_on_it(incident, step, asking, person, now)
    rung, people, climbs = _next_rung(incident, step)
    ping = Ping(
        len(incident.pings) + 1,
        step.key,
        people[0],
        in_channel=not _is_in_person(incident, step, rung, people),
        at=now,
        rung=rung,
        others=people[1:],
    )
    ping = replace(ping, proposes=_too_low(incident, ping))
    if rung == "owner":
        entry: OwnerPinged | PingClimbed = OwnerPinged(now, "", step.key, named(step), people[0])
    else:
        entry = PingClimbed(now, "", step.key, named(step), rung, people)
    decision = _asked(incident, step, ping, Asking(rung, now, climbs=climbs), entry)
    return _named_if_out(decision, step, people[0], now) if rung == "owner" else decision


def _named_if_out(decision: Decision, step: Step, asked: str, now: datetime) -> Decision:
    """Who answers for the step and is not in the channel is named to whoever can act."""
    incident = decision.incident
    person = incident.responsible_for(step) or asked
    if person in incident.members:
        return decision
    missing = (Absence(person, NOT_IN_CHANNEL),)
    more = name_unreachable(incident, step_key=step.key, missing=missing, now=now)
    return decision.and_(more)


def _still_on_it(incident: Incident, step: Step, asking: Asking, person: str, now: datetime) -> Decision:
    ping = Ping(len(incident.pings) + 1, step.key, person, in_channel=False, at=now, rung="still")
    entry = StillOnItAsked(now, "", step.key, named(step), person)
    return _asked(incident, step, ping, replace(asking, at=now, taken_by=None), entry)


def _asked(
    incident: Incident,
    step: Step,
    ping: Ping,
    asking: Asking,
    entry: OwnerPinged | PingClimbed | StillOnItAsked,
) -> Decision:
    steps = tuple(replace(s, asking=asking) if s is step else s for s in incident.steps)
    changed = replace(incident, steps=steps, pings=(*incident.pings, ping))
    return Decision(
        changed, (entry,), (show_ping(ping), ShowChecklist(unhurried=True), ShowSummary(unhurried=True))
    )


def rungs(incident: Incident, step: Step) -> dict[str, tuple[str, ...]]:
    """Rung -> who is asked there, by name, from the first to the last. A rung that would ask nobody new is left out."""
    asked: dict[str, tuple[str, ...]] = {}
    in_person = _responsible(incident, step) is not None
    for rung in incident.ladder.rungs:
        people = _people(incident, step, rung)
        known = {person for others in asked.values() for person in others}
        # Who was asked in person is asked again before everybody, even alone.
        if not known.issuperset(people) or (rung == "deputy" and in_person):
            asked[rung] = people
    return asked or {"owner": _people(incident, step, "owner")}


def _too_low(incident: Incident, ping: Ping) -> Severity | None:
    """The level above, where this ping and another step's within the hour are missed; None: nothing to propose."""
    if incident.severity is Severity.SEV1 or not _is_missed(incident, ping):
        return None
    lately = [p for p in incident.pings if ping.at - p.at < MISSED_WITHIN]
    if any(p.proposes for p in lately):
        return None
    others = (p for p in lately if p.step_key != ping.step_key)
    return Severity(incident.severity - 1) if any(_is_missed(incident, p) for p in others) else None


def _is_missed(incident: Incident, ping: Ping) -> bool:
    """Its step came to the last rung of its own ladder, and had been asked for before without an answer."""
    step = incident.step(ping.step_key)
    if step is None or ping.rung != next(reversed(rungs(incident, step))):
        return False
    earlier = (p for p in incident.pings if p.step_key == ping.step_key and p.id < ping.id)
    return any(p.rung != RUNG and (p.answer is None or p.answer.at > ping.at) for p in earlier)


def _next_rung(incident: Incident, step: Step) -> tuple[str, tuple[str, ...], int]:
    """The rung after the last one asked, its people, and how many whole climbs lie behind."""
    ladder, asking = rungs(incident, step), running(step)
    first = next(iter(ladder))
    if asking is None:
        return first, ladder[first], 0
    order = list(incident.ladder.rungs)
    at = order.index(asking.rung) if asking.rung in order else -1
    for rung in order[at + 1 :]:
        if rung in ladder:
            return rung, ladder[rung], asking.climbs
    return first, ladder[first], asking.climbs + 1


def _people(incident: Incident, step: Step, rung: str) -> tuple[str, ...]:
    """Whoever the rung is meant for; in the channel, where they are not, the next in line who is."""
    opener = incident.opened_by
    lead, executive = incident.lead or opener, incident.holder("exec") or opener
    deputies = (incident.deputy(step.role), incident.deputy("lead"))
    in_person = _responsible(incident, step)
    owner = in_person or _there(incident, lead, executive, opener, *deputies)
    match rung:
        case "owner":
            return (owner,)
        case "deputy":
            if _first(incident, *deputies) == owner:
                # Who stands in has the step: the one they stand in for is named with them.
                deputies = (incident.holder(step.role), None)
            meant = tuple(p for p in deputies if p and p != owner) or (owner,)
            other = _there(incident, *meant, lead, executive, opener, owner)
            # An owner who is not there was asked in person, and named to whoever can act.
            both = owner in incident.members or other not in incident.members
            return tuple(dict.fromkeys((owner, other) if both else (other,)))
        case "lead":
            return (_there(incident, lead, executive, opener, *deputies),)
        case _:
            # Nobody is the executive: whoever opened the crisis may act as its lead.
            return (_there(incident, executive, opener, lead, *deputies),)


def _there(incident: Incident, *line: str | None) -> str:
    """The first of them who is in the channel; where nobody is, or nobody knows, the first who may be asked."""
    here = next((p for p in line if p in incident.members), None)
    return here or _first(incident, *line) or incident.opened_by


def _responsible(incident: Incident, step: Step) -> str | None:
    """Who answers for the step; None: nobody."""
    return _first(incident, incident.responsible_for(step))


def _first(incident: Incident, *people: str | None) -> str | None:
    """The first of them who may be asked: the words of a private crisis do not follow somebody who left it."""
    return next((p for p in people if p and (not incident.private or p in incident.members)), None)
