"""The crisis panel: what one person sees on `/crisis` inside the channel."""

from __future__ import annotations

from datetime import datetime

from bot.domain.model import Incident, Status, Step
from bot.slack import phrases
from bot.slack.blocks import Block, Message, actions, button, context, section
from bot.slack.controls import Controls, Place, Target
from bot.slack.fitting import compose

BUTTONS_A_ROW = 5
OVERDUE_MOST = 5


def panel(incident: Incident, controls: Controls, *, now: datetime) -> Message:
    """How the crisis stands, what is overdue, and everything that can be done."""
    top = phrases.headline(incident)
    blocks = [section(f"*{top}*\n{_state(incident, now)}"), *_overdue(incident, now)]
    target = Target(incident.number)
    offered = sorted(controls.shown(Place.PANEL, incident), key=lambda c: c.style != "primary")
    drawn = [button(c, target) for c in offered]
    blocks += [
        actions(drawn[i : i + BUTTONS_A_ROW], block_id=f"panel:{i // BUTTONS_A_ROW}")
        for i in range(0, len(drawn), BUTTONS_A_ROW)
    ]
    blocks.append(context("Only you can see this. `/crisis help` lists everything that can be typed."))
    return compose(f"{top}. {_state(incident, now)}", blocks)


def _state(incident: Incident, now: datetime) -> str:
    facts = [phrases.lead(incident), f"{incident.progress} steps finished", phrases.clock(incident, now)]
    if due := phrases.next_update(incident, now):
        facts.append(due)
    return " · ".join(facts)


def _overdue(incident: Incident, now: datetime) -> list[Block]:
    late = sorted(incident.overdue(now), key=_due)
    if not late or incident.status is not Status.ACTIVE:
        return []
    lines = [_line(incident, step, now) for step in late[:OVERDUE_MOST]]
    if len(late) > OVERDUE_MOST:
        lines.append(f"and {len(late) - OVERDUE_MOST} more on the checklist")
    return [section("*Overdue*\n" + "\n".join(lines))]


def _line(incident: Incident, step: Step, now: datetime) -> str:
    person = phrases.who(incident.responsible_for(step))
    return f"{step.number}. {phrases.brief(step.title, 150)} · {person} · {phrases.due_words(step, now)}"


def _due(step: Step) -> float:
    return step.due_at.timestamp() if step.due_at else float("inf")
