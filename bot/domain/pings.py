"""Answers to a ping."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import errors
from bot.domain.checklist import answer_pings, assign_step, open_step, show_ping, snooze_step
from bot.domain.clocks import running_clock
from bot.domain.decision import Decision, nothing_changed
from bot.domain.effects import ShowChecklist
from bot.domain.model import STEP, Answer, Asking, Incident, Ping, RoleHolding
from bot.domain.reach import RUNG, deputy_for
from bot.domain.roles import give_role
from bot.domain.timeline import PingTaken, PutOff, Reminded
from bot.domain.words import mention, moment

SNOOZES = (timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1))
"""What Snooze offers."""


def take_ping(incident: Incident, *, ping_id: int, by: str, now: datetime) -> Decision:
    """The person is on it: the ping says so, and the ladder waits. Again by them: nothing.

    A step without an owner, or whose owner is named as missing, is theirs.

    Raises `PingAnswered`, `StepFinished`, `CrisisOver`.
    """
    if any(p.id == ping_id and p.answer and p.answer.by == by for p in incident.pings):
        return nothing_changed(incident)
    ping = waiting_ping(incident, ping_id)
    step = open_step(incident, ping.step_key)
    said = "Still on it" if ping.rung == "still" else "On it"
    incident, edits = answer_pings(incident, step.key, said, by, now)
    owner = by if ping.rung == RUNG else step.owner or by
    owned = incident.with_step(replace(step, owner=owner, asking=Asking("owner", now, taken_by=by)))
    entry = PingTaken(now, by, step.key, f"{step.number}, {step.title}")
    return Decision(owned, (entry,), (*edits, ShowChecklist()))


def snooze_ping(incident: Incident, *, ping_id: int, span: timedelta, by: str, now: datetime) -> Decision:
    """This ping comes again after `span`. Raises `PingAnswered`, `StepFinished`, `CrisisOver`."""
    ping = waiting_ping(incident, ping_id)
    return snooze_step(incident, step_key=ping.step_key, span=span, by=by, now=now)


def hand_over_ping(
    incident: Incident, *, ping_id: int, person: str, word: str, by: str, now: datetime
) -> Decision:
    """The step and its ping go to another person.

    Raises `PingAnswered`, `StepFinished`, `CrisisOver`; `AlreadySo` when it is theirs, lest the word to them is lost.
    """
    ping = waiting_ping(incident, ping_id)
    step = incident.step(ping.step_key)
    if step is not None and step.is_open and step.owner == person:
        raise errors.AlreadySo(fact=f"{mention(person)} has step {step.number} already.")
    return assign_step(incident, step_key=ping.step_key, person=person, by=by, word=word, now=now)


def ask_deputy(incident: Incident, *, ping_id: int, by: str, now: datetime) -> Decision:
    """The step whose owner is missing, and its ping, go to the deputy; so does a role nobody said yes to, or another question.

    Raises `NoDeputy` and what `hand_over_ping` raises.
    """
    ping = waiting_ping(incident, ping_id)
    deputy = deputy_for(incident, ping)
    if deputy is None:
        raise errors.NoDeputy()
    if ping.about == "role":
        return give_role(incident, holding=RoleHolding(ping.of, deputy), by=by, now=now)
    if ping.about != STEP:
        return _asked_as_well(incident, ping, deputy, by, now)
    return hand_over_ping(incident, ping_id=ping_id, person=deputy, word="", by=by, now=now)


def _asked_as_well(incident: Incident, away: Ping, person: str, by: str, now: datetime) -> Decision:
    """The question that somebody will not see is asked of this person, too."""
    asked = next(
        p
        for p in reversed(incident.pings)
        if (p.about, p.of) == (away.about, away.of) and p.rung != RUNG and not p.in_channel
    )
    ping = replace(asked, id=len(incident.pings) + 1, person=person, at=now, others=())
    ping = replace(ping, answer=None, due_at=None, catching_up=False)
    answered = replace(away, answer=Answer(f"Asked {mention(person)}", by, now))
    pings = (*(answered if p is away else p for p in incident.pings), ping)
    clock = running_clock(incident, away.about, away.of)
    entry = Reminded(now, by, (person,), clock.noun if clock else "what is asked")
    return Decision(replace(incident, pings=pings), (entry,), (show_ping(answered), show_ping(ping)))


def waiting_ping(incident: Incident, ping_id: int, *, about: str | None = None) -> Ping:
    """The ping, which nobody answered yet. Raises `PingAnswered`, `UnknownStep` (none, or `about` something else)."""
    ping = next((p for p in incident.pings if p.id == ping_id), None)
    if ping is None or about not in (None, ping.about):
        raise errors.UnknownStep()
    if ping.answer is not None and not ping.answer.by:
        raise errors.AlreadySo(fact="This is settled meanwhile.")
    if ping.answer is not None:
        raise errors.PingAnswered(by=mention(ping.answer.by), what=ping.answer.what)
    return ping


def put_off(incident: Incident, *, ping_id: int, span: timedelta, by: str, now: datetime) -> Decision:
    """What a clock asked is asked again after `span`; what it is counted from stays.

    Raises `PingAnswered`, `TimeInThePast`, `AlreadySo` when nobody is asked for it any more.
    """
    ping = waiting_ping(incident, ping_id)
    if span <= timedelta(0):
        raise errors.TimeInThePast(what="The reminder")
    clock = running_clock(incident, ping.about, ping.of)
    asked = incident.asked.get(clock.key) if clock else None
    if clock is None or asked is None:
        raise errors.AlreadySo(fact="This is settled meanwhile.")
    later = {**incident.asked, clock.key: replace(asked, put_off_until=now + span)}
    incident, edits = answer_pings(
        incident, ping.of, f"Later, {moment(now + span, now)}", by, now, about=ping.about
    )
    return Decision(replace(incident, asked=later), (PutOff(now, by, span, clock.noun),), edits)
