"""`/crisis status`: one crisis in detail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.domain.model import Incident, Step
from bot.domain.timeline import Entry
from bot.domain.words import mention, moment
from bot.slack import phrases
from bot.slack.blocks import Block, Message, cut, section
from bot.slack.entry_text import told
from bot.slack.fitting import compose, first_that_fits
from bot.slack.views.legal import met_lines
from bot.slack.views.summary import card

ENTRIES_MOST = 5
_DETAILS = ((3000, 15, 400, 150), (3000, 12, 250, 120), (1500, 10, 200, 100), (600, 6, 150, 80))
"""Characters of what happened, open steps, characters of an entry and of a title: from generous to tight."""


def status(
    incident: Incident, *, now: datetime, latest: Sequence[Entry], names: Callable[[str], str] = mention
) -> Message:
    """All of the summary, the open steps by due time, the last timeline entries (`latest`, oldest first)."""
    text = f"{phrases.headline(incident)}. {_progress(incident, now)}. {phrases.lead(incident)}."
    return compose(
        text, first_that_fits(_DETAILS, lambda detail: _drawn(incident, now, latest, names, detail))
    )


def _progress(incident: Incident, now: datetime) -> str:
    late = phrases.overdue_words(incident, now)
    return f"{incident.progress} steps finished" + (f", {late}" if late else "")


def _drawn(
    incident: Incident,
    now: datetime,
    latest: Sequence[Entry],
    names: Callable[[str], str],
    detail: tuple[int, int, int, int],
) -> list[Block]:
    what_happened, steps, entry, title = detail
    blocks = card(incident, now=now, what_happened_max=what_happened)
    drawing = phrases.bar(incident.finished_count, len(incident.steps))
    lines = [f"*{_progress(incident, now)}* {drawing}"]
    still_open = sorted((s for s in incident.steps if s.is_open), key=_due)
    lines += [_line(incident, step, now, title) for step in still_open[:steps]]
    if len(still_open) > steps:
        lines.append(f"and {len(still_open) - steps} more open on the checklist")
    blocks += [section("\n".join(lines[i : i + 8])) for i in range(0, len(lines), 8)]
    if met := met_lines(incident, each=entry):
        blocks.append(section("*Legal clocks that were met*\n" + "\n".join(met[-ENTRIES_MOST:])))
    if latest:
        last = [f"{moment(e.at, now)} {cut(told(e, names), entry)}" for e in latest[-ENTRIES_MOST:]]
        blocks.append(section("*Last on the timeline*\n" + "\n".join(last)))
    return blocks


def _line(incident: Incident, step: Step, now: datetime, title: int) -> str:
    role = f"{phrases.role_word(step.role)}: " if step.role and not step.owner else ""
    facts = [
        "overdue" if step.is_overdue(now) else "open",
        role + phrases.who(incident.responsible_for(step)),
        phrases.due_words(step, now),
    ]
    return f"{step.number}. {phrases.brief(step.title, title)} · " + " · ".join(f for f in facts if f)


def _due(step: Step) -> tuple[float, int]:
    return step.due_at.timestamp() if step.due_at else float("inf"), step.number
