"""`/crisis list`: every crisis in progress."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.durations import spoken
from bot.domain.model import Incident, Status, Step
from bot.domain.words import listed, rounded
from bot.slack import phrases
from bot.slack.blocks import Block, Message, header, section
from bot.slack.fitting import compose, first_that_fits

_DETAILS = ((20, 200), (15, 150), (12, 80), (10, 60))
"""How many crises, and characters of a title: from generous to tight."""
OVERDUE_NAMED = 2


def crisis_list(incidents: Sequence[Incident], *, now: datetime) -> Message:
    """Age, severity, lead, progress and what is overdue of each crisis."""
    if not incidents:
        text = "No crisis is in progress. `/crisis` opens one."
        return compose(text, [section(text)])
    count = "1 crisis in progress" if len(incidents) == 1 else f"{len(incidents)} crises in progress"
    blocks = first_that_fits(_DETAILS, lambda detail: _drawn(incidents, now, count, detail))
    return compose(f"{count}: " + "; ".join(phrases.headline(i) for i in incidents[:10]) + ".", blocks)


def _drawn(incidents: Sequence[Incident], now: datetime, count: str, detail: tuple[int, int]) -> list[Block]:
    most, title = detail
    blocks = [header(count), *(section(_one(i, now, title)) for i in incidents[:most])]
    if len(incidents) > most:
        blocks.append(section(f"and {len(incidents) - most} more"))
    return blocks


def _one(incident: Incident, now: datetime, title: int) -> str:
    private = ", private" if incident.private else ""
    state = f"{incident.severity.label}, {phrases.STATUS_WORDS[incident.status]}{private}"
    age = rounded(now - incident.opened_at)
    opened = f"opened {spoken(age)} ago" if age else "opened just now"
    drawing = phrases.bar(incident.finished_count, len(incident.steps))
    lines = [
        f"*Crisis {incident.number}: {phrases.title(incident, title)}*",
        f"{state} · {opened} · {phrases.lead(incident)} · {phrases.where(incident)}",
        f"{drawing} {incident.progress} steps finished",
    ]
    late = incident.overdue(now)
    if late and incident.status is Status.ACTIVE:
        lines.append(_overdue(late, title))
    return "\n".join(lines)


def _overdue(late: Sequence[Step], title: int) -> str:
    named = [f"{s.number}. {phrases.brief(s.title, title)}" for s in late[:OVERDUE_NAMED]]
    if len(late) > OVERDUE_NAMED:
        named.append(f"{len(late) - OVERDUE_NAMED} more")
    return f"Overdue: {listed(named)}"
