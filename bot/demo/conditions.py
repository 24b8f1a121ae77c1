"""When a step of the tour is done, as far as it can be seen."""

from __future__ import annotations

from bot.demo.seen import Crisis, Seen
from bot.demo.stage import SOCIAL, VIDEO

PAUSE = "Pause scheduled posts"
"""The step of the checklist that the tour claims and finishes."""
OPENING = "Open a crisis"
"""The title of the form."""


def has_read_the_news(seen: Seen) -> bool:
    social = seen.channel(SOCIAL)
    return fills_the_form(seen) or seen.is_read(social, seen.last_said(social, VIDEO))


def fills_the_form(seen: Seen) -> bool:
    return seen.form(seen.lead) == OPENING


def has_entered(seen: Seen) -> bool:
    crisis = crisis_of(seen)
    return seen.is_read(crisis.channel, crisis.checklist_ts)


def has_company(seen: Seen) -> bool:
    return len(seen.inside(seen.crisis)) > 1


def is_claimed(seen: Seen) -> bool:
    return not rows(seen) or any(" · @" in row or is_done(row) for row in rows(seen))


def is_finished(seen: Seen) -> bool:
    return not rows(seen) or any(is_done(row) for row in rows(seen))


def is_answered(seen: Seen) -> bool:
    """True too when nothing is left that could be missed."""
    nothing_left = all(is_done(row) for row in crisis_of(seen).rows)
    return nothing_left or any(ping.is_answered for ping in seen.pings)


def has_told_everybody(seen: Seen) -> bool:
    return crisis_of(seen).has_update


def has_read_the_lessons(seen: Seen) -> bool:
    return seen.second is not None and seen.is_read(seen.second.channel, seen.second.learned_ts)


# -- used by the words, too -----------------------------------------------------------------------------------


def crisis_of(seen: Seen) -> Crisis:
    assert seen.crisis is not None  # noqa: S101 -- every stage after the first has one
    return seen.crisis


def rows(seen: Seen) -> list[str]:
    """The rows of the step the tour is about; all of them on a checklist without it."""
    rows = list(crisis_of(seen).rows)
    return [row for row in rows if PAUSE in row] or rows


def is_done(row: str) -> bool:
    """Finished or skipped, on a row of its own or folded into one line."""
    return any(word in row for word in ("\nDone", "\nSkipped", " · done", " · skipped"))
