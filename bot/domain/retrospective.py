"""What people write when they close a crisis, read line by line; and the action items that outlive it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime

from bot.domain import errors
from bot.domain.checklist import answer_pings
from bot.domain.decision import Decision, nothing_changed
from bot.domain.effects import ShowLessons
from bot.domain.model import Incident
from bot.domain.timeline import ActionDone
from bot.domain.words import mention, one_line, safe

_BULLET = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")
_OWNER = re.compile(
    r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>|(?<![\w.+\-])@([\w.\-]*\w)"
)  # not the @ of an e-mail address
_BY = re.compile(r"(?:(.*) )?by (.+)", re.IGNORECASE)

_DAY = re.compile(
    r"(?:the\s+)?(?:(?:this|next|last)\s+)?(?:today|tonight|tomorrow|yesterday|week|month|year|eo[dw]|cob"
    r"|end\s+of(?:\s+the)?\s+\w+|mon(?:day)?|tue(?:s|sday)?"
    r"|wed(?:nesday)?|thu(?:rs?|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)[.,;]?(?:\s+\S+){0,3}",
    re.IGNORECASE,
)


class LineProblem(ValueError):
    """A line that cannot be read; the text says which, and what would be right."""


def lesson_lines(text: str) -> tuple[str, ...]:
    """One lesson a line, without bullets and empty lines."""
    lines = (_BULLET.sub("", line).strip() for line in text.splitlines())
    return tuple(line for line in lines if line)


def action_lines(text: str) -> tuple[tuple[str, str | None, str | None], ...]:
    """For each line: what, the owner as typed (id of a mention or plain name) and the day as typed.

    `Write the guide @ana by 2026-12-01` -> ("Write the guide", "ana", "2026-12-01"). Owner and day may be missing.
    """
    return tuple(_action(line) for line in lesson_lines(text))


def _action(line: str) -> tuple[str, str | None, str | None]:
    owner = day = None
    found = list(_OWNER.finditer(line))
    if found:
        last = found[-1]
        owner = last[1] or last[2]
        line = line[: last.start()] + line[last.end() :]
    line = one_line(line)
    by = _BY.fullmatch(line)
    if by and (any(c.isdigit() for c in by[2]) or names_a_day(by[2])):
        line, day = by[1] or "", by[2].rstrip(".,;")
    return line, owner, day


def names_a_day(typed: str) -> bool:
    """It begins with a day in words and is short: it was meant as a day, even if it cannot be read."""
    return _DAY.fullmatch(typed) is not None


def not_over(day: date, *, today: date) -> date:
    """The day, which is not over where it is `today`. Raises `LineProblem`."""
    if day < today:
        raise LineProblem(f"{day} is over already. Write a day from {today} on.")
    return day


def finish_action(incident: Incident, *, action_id: int, by: str, now: datetime) -> Decision:
    """The action item is done, also long after the crisis was closed. Again by the same person: nothing.

    Raises `AlreadySo` (somebody else was first, or it is gone).
    """
    retro = incident.retrospective
    item = next((a for a in retro.actions if a.id == action_id), None) if retro else None
    if retro is None or item is None:
        raise errors.AlreadySo(fact="This action item is no longer on the list.")
    if item.done_by == by:
        return nothing_changed(incident)
    if item.done_by is not None:
        raise errors.AlreadySo(fact=f"{mention(item.done_by)} already finished “{safe(item.text)}”.")
    done = replace(item, done_by=by, done_at=now)
    actions = tuple(done if a is item else a for a in retro.actions)
    changed = replace(incident, retrospective=replace(retro, actions=actions))
    changed, edits = answer_pings(changed, str(item.id), "Done", by, now, about="action")
    effects = (*(() if incident.private else (ShowLessons(announced=True),)), *edits)
    return Decision(changed, (ActionDone(now, by, item.text),), effects, f"Done: {safe(item.text)}.")
