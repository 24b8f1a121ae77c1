"""What follows from every decision alike: whoever acted is there, and questions that are settled by it say so."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.checklist import answer_pings
from bot.domain.clocks import running_clocks
from bot.domain.decision import Decision
from bot.domain.effects import Effect, ShowSummary
from bot.domain.model import STEP, Incident
from bot.domain.timeline import (
    CrisisClosed,
    CrisisReopened,
    Entry,
    RoleAccepted,
    RoleGiven,
    RoleHandedOver,
    SeverityChanged,
)


def followed_through(decision: Decision, *, now: datetime) -> Decision:
    """The decision with what follows from it. Whoever did something in the crisis has accepted the roles they hold.

    A question (other than about a step) whose matter ended, or began anew, waits for nobody any more.
    """
    actors = dict.fromkeys(entry.by for entry in decision.entries if entry.by)
    incident, shown = decision.incident, decision.effects
    if actors:
        acted = {**incident.acted, **dict.fromkeys(actors, now)}
        incident, more = _are_there(replace(incident, acted=acted), frozenset(actors), now)
        shown += more
    incident, edits = _settled(incident, decision.entries, next(iter(actors), ""), now)
    return replace(decision, incident=incident, effects=tuple(dict.fromkeys((*shown, *edits))))


def _are_there(
    incident: Incident, people: frozenset[str], now: datetime
) -> tuple[Incident, tuple[Effect, ...]]:
    accepted = [h for h in incident.roles if h.accepted_at is None and h.person in people]
    if not accepted:
        return incident, ()
    effects: tuple[Effect, ...] = (ShowSummary(),)
    for holding in accepted:
        incident, edits = answer_pings(incident, holding.role, "Is there", holding.person, now, about="role")
        effects += edits
    roles = tuple(replace(h, accepted_at=now) if h in accepted else h for h in incident.roles)
    return replace(incident, roles=roles), effects


def _settled(
    incident: Incident, entries: tuple[Entry, ...], by: str, now: datetime
) -> tuple[Incident, tuple[Effect, ...]]:
    occasions = {clock.key: clock.occasion for clock in running_clocks(incident)}
    asked = {key: asked for key, asked in incident.asked.items() if occasions.get(key) == asked.occasion}
    moot = dict.fromkeys(
        (p.about, p.of)
        for p in incident.pings
        if p.answer is None and p.about != STEP and f"{p.about}:{p.of}" not in asked
    )
    effects: tuple[Effect, ...] = ()
    for about, of in moot:
        incident, edits = answer_pings(incident, of, _what_happened(entries, about), by, now, about=about)
        effects += edits
    return (incident if asked == incident.asked else replace(incident, asked=asked)), effects


def _what_happened(entries: tuple[Entry, ...], about: str) -> str:
    """What a question that nobody waits for any more was settled by."""
    for entry in entries:
        match entry:
            case SeverityChanged():
                return "The severity changed"
            case CrisisClosed():
                return "The crisis was closed"
            case CrisisReopened():
                return "The crisis was reopened"
            case RoleGiven() | RoleHandedOver() | RoleAccepted() if about != "silence":
                return "The role was given"
            case _:
                pass
    return "Work goes on" if about == "silence" else "Settled"
