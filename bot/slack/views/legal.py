"""Legal clocks: what `/crisis legal` shows, and the lines about them on the cards."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.domain.legal import NOT_ADVICE
from bot.domain.model import Incident, LegalClock, Status
from bot.domain.words import mention, on_day
from bot.slack import phrases
from bot.slack.blocks import Block, Message, actions, button, context, section
from bot.slack.controls import Controls, Place, Target
from bot.slack.fitting import compose

MOST = 10


def legal_clocks(incident: Incident, controls: Controls, *, now: datetime) -> Message:
    """The clocks that run, the next deadline first, each with the buttons that end it."""
    clocks = _running(incident)
    heading = f"Legal clocks of crisis {incident.number}"
    blocks: list[Block] = [section(f"*{heading}*")]
    for clock in clocks[:MOST]:
        target = Target(incident.number, str(clock.number))
        blocks.append(section(f"{_line(clock, now)}\nCounted from {on_day(clock.since)}. {_whose(clock)}"))
        drawn = [button(c, target) for c in controls.shown(Place.LEGAL, incident, clock)]
        blocks.append(actions(drawn, block_id=f"legal:{clock.number}"))
    if len(clocks) > MOST:
        blocks.append(section(f"and {len(clocks) - MOST} more with a later deadline"))
    if not incident.is_over:
        blocks.append(actions([button(controls.named("legal.start"), Target(incident.number))]))
    blocks.append(context(f"Only you can see this. {NOT_ADVICE}"))
    return compose(f"{heading}: {'; '.join(_line(c, now) for c in clocks[:MOST])}.", blocks)


def running_lines(incident: Incident, now: datetime) -> list[str]:
    """The clocks that run, for the cards, the next deadline first."""
    clocks = _running(incident)
    lines = [f"Legal clock: {_line(clock, now)}" for clock in clocks[:MOST]]
    return [
        *lines,
        *([f"and {len(clocks) - MOST} more: `/crisis legal`"] if len(clocks) > MOST else []),
    ]


def met_lines(incident: Incident, *, each: int) -> list[str]:
    """What was filed, in the order in which the clocks were started."""
    return [
        f"{phrases.brief(c.name, 150)}: filed {on_day(c.ended_at)} by {mention(c.ended_by)}, {phrases.brief(c.reference, each)}"
        for c in incident.legal_clocks
        if c.reference and c.ended_at and c.ended_by
    ]


def _running(incident: Incident) -> list[LegalClock]:
    going: Iterable[LegalClock] = () if incident.status is Status.CANCELLED else incident.legal_clocks
    return sorted((c for c in going if c.runs), key=lambda c: c.deadline)


def _line(clock: LegalClock, now: datetime) -> str:
    late = ", which is over" if now >= clock.deadline else ""
    return f"{phrases.brief(clock.name, 150)}, deadline {on_day(clock.deadline)}{late}"


def _whose(clock: LegalClock) -> str:
    who = mention(clock.holder) if clock.holder else "Whoever is Legal, else the lead,"
    return f"{who} answers for it."
