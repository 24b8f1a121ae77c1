"""Phrases that several messages share: how a crisis, a step, a moment or a long text is put."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime

from bot.domain.durations import spoken
from bot.domain.model import Incident, Status, Step, StepState
from bot.domain.playbook import ROLES
from bot.domain.words import (
    at_time,
    elapsed,
    in_channel,
    is_near,
    late_by,
    mention,
    moment,
    on_day,
    one_line,
    safe,
    shortened,
)
from bot.slack import limits
from bot.slack.blocks import Block, cut, plain, section

STATUS_WORDS = {
    Status.ACTIVE: "active",
    Status.RESOLVED: "resolved, being watched",
    Status.CLOSED: "closed",
    Status.CANCELLED: "cancelled",
}

_URL = re.compile(r"https?://(?:(?!&[lg]t;)[^\s<>|])+(?<![.,;:!?)'\"”’»\x00])")
_WHOLE_URL = re.compile(r"https?://[^\s<>]+")
_TURNS_AROUND = frozenset({"R", "AL", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI", "PDF", "PDI"})


def isolated(text: str) -> str:
    """Text from right to left, or with marks that change direction, kept from turning the words around it."""
    if not text.isascii() and any(unicodedata.bidirectional(c) in _TURNS_AROUND for c in text):
        return f"\u2068{text}\u2069"
    return text


def linked(text: str) -> str:
    """Escaped text in which web addresses can be pressed; each shows itself, so none can pose as another."""
    return _URL.sub(lambda found: f"<{found[0]}>", text)


def brief(text: str, limit: int) -> str:
    """What a person typed, as one harmless line of at most `limit` characters and two marks of direction."""
    line = safe(one_line(text))
    with_links = cut(linked(line), limit)
    return isolated(cut(line, limit) if with_links == "…" else with_links)


def whole(text: str) -> Block:
    """A section with all that a person typed into one field, line breaks included."""
    shown = linked(safe(text))
    if len(shown) <= limits.SECTION_TEXT_MAX_CHARS:
        return section(shown)
    # Escapes count; unmarked text needs none.
    return {"type": "section", "text": plain(text)}


def parts(text: str) -> list[str]:
    """Our own long text in pieces a section holds, broken between lines where that is possible."""
    pieces: list[str] = []
    while len(text) > limits.SECTION_TEXT_MAX_CHARS:
        end = text.rfind("\n", 0, limits.SECTION_TEXT_MAX_CHARS)
        first = text[:end] if end > 0 else cut(text, limits.SECTION_TEXT_MAX_CHARS).removesuffix("…")
        pieces.append(first)
        text = text[len(first) :].lstrip()
    return [piece for piece in (*pieces, text) if piece.strip()]


def bullets(items: Iterable[str], *, each: int, most: int, rest: str) -> str:
    """The first `most` typed lines as a list; what is left out is counted, with `rest` saying where it is."""
    lines = list(items)
    shown = [f"• {brief(line, each)}" for line in lines[:most]]
    return "\n".join([*shown, *([f"and {len(lines) - most} more{rest}"] if len(lines) > most else [])])


def from_markdown(text: str) -> str:
    """A guide, which is written in Markdown, in Slack's own marks."""
    text = safe(text.strip())
    text = re.sub(r"^#{1,6} +(.+?)\s*$", r"*\1*", text, flags=re.MULTILINE)
    text = re.sub(r"^(\s*)[-*+] +", r"\1• ", text, flags=re.MULTILINE)
    text = re.sub(r"\*\*(\S(?:[^*\n]*\S)?)\*\*", r"*\1*", text)
    return re.sub(r"\[([^\]\n|]+)\]\((https?://[^\s)|]+)\)", r"<\2|\1>", text)


def headline(incident: Incident) -> str:
    """`SEV2 crisis 12, active: title`."""
    state = STATUS_WORDS[incident.status]
    return f"{incident.severity.label} crisis {incident.number}, {state}: {title(incident)}"


def title(incident: Incident, limit: int = 300) -> str:
    return brief(incident.title, limit)


def where(incident: Incident) -> str:
    """A link to its channel, or what stands for it."""
    return in_channel(incident.channel.id) if incident.channel else f"crisis {incident.number}"


def who(person: str | None) -> str:
    return mention(person) if person else "nobody yet"


def lead(incident: Incident) -> str:
    return f"Lead {who(incident.lead)}"


def role_word(role: str) -> str:
    return ROLES.get(role, role.capitalize())


def role_lines(incident: Incident) -> str:
    """Every role of the crisis with its holder and deputy; a vacant one says so."""
    keys = dict.fromkeys((*incident.role_keys, *(h.role for h in incident.roles)))
    lines = []
    for key in keys:
        deputy = incident.deputy(key)
        waited = "" if incident.is_over or incident.has_accepted(key) else " (asked, no answer yet)"
        stand_in = f", deputy {mention(deputy)}" if deputy else ""
        lines.append(f"{role_word(key)}: {who(incident.holder(key))}{waited}{stand_in}")
    return "\n".join(lines)


def at(when: datetime, now: datetime) -> str:
    """` at 14:30`, or `, yesterday 14:30`: what follows a name."""
    return f" at {at_time(when)}" if is_near(when, now) else f", {on_day(when)}"


def clock(incident: Incident, now: datetime) -> str:
    """`T+ 1:05`, standing still once the crisis is over."""
    return f"T+ {elapsed((incident.closed_at or now) - incident.opened_at)}"


def next_update(incident: Incident, now: datetime) -> str:
    """`next update due 14:30`; "" when none is promised."""
    due = incident.next_update_due
    if due is None:
        return ""
    if due > now:
        return f"next update due {moment(due, now)}"
    late = late_by(due, now)
    return (
        "next update due now" if late == "due now" else f"next update {late} (it was due {moment(due, now)})"
    )


def sentence(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]


def due_words(step: Step, now: datetime) -> str:
    """`due 14:30`, `due 14:30, 12 minutes late`, and until when it sleeps; "" without a due time."""
    parts = []
    if step.due_at is not None:
        parts.append(f"due {moment(step.due_at, now)}")
        if step.is_overdue(now):
            late = late_by(step.due_at, now)
            parts.append("which is now" if late == "due now" else late)
    if step.is_open and step.snoozed_until is not None and step.snoozed_until > now:
        parts.append(f"snoozed until {moment(step.snoozed_until, now)}")
    return ", ".join(parts)


def charge(step: Step) -> str:
    """Who answers for a step: its owner, else its role."""
    if step.owner:
        return mention(step.owner)
    return role_word(step.role) if step.role else "nobody yet"


def ending(step: Step, now: datetime) -> str:
    """`Done by @ana at 14:02`; "" for an open step."""
    if step.is_open:
        return ""
    word = "Done" if step.state is StepState.DONE else "Skipped"
    by = f" by {mention(step.finished_by)}" if step.finished_by else ""
    return word + by + (at(step.finished_at, now) if step.finished_at else "")


def steps_of(count: int) -> str:
    return f"{count} step" if count == 1 else f"{count} steps"


def overdue_words(incident: Incident, now: datetime) -> str:
    """`3 overdue`; "" when nothing is, or nobody waits any more."""
    late = len(incident.overdue(now)) if incident.status is Status.ACTIVE else 0
    return f"{late} overdue" if late else ""


def bar(done: int, total: int, cells: int = 10) -> str:
    """Progress as a drawing; it stands beside the numbers, never for them."""
    full = cells * done // total if total else 0
    return "▰" * full + "▱" * (cells - full)


def link_to_post(link: str) -> str:
    """The link as given: to be pressed when it is one, as text when it is not."""
    link = link.strip()
    address = safe(link.replace("|", "%7C"))
    if _WHOLE_URL.fullmatch(link) and len(address) <= 2500:
        shown = cut(safe(shortened(link.split("://", 1)[1], 60)).replace("|", "%7C"), 120)
        return f"<{address}|{shown}>"
    return brief(link, 300)


def day(when: date) -> str:
    """`1 December 2026`."""
    return f"{when.day} {when:%B %Y}"


def day_words(due: date | None, today: date) -> str:
    """How an action item stands: `due 1 December 2026`, `due today`, `3 days late`, `no day set`."""
    if due is None:
        return "no day set"
    if due == today:
        return "due today"
    return f"due {day(due)}" if due > today else f"{spoken(today - due)} late (it was due {day(due)})"
