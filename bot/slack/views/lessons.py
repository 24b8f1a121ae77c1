"""What was learned, told when a crisis is closed."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.model import ActionItem, Incident, Retrospective, Status
from bot.domain.words import mention, on_day
from bot.slack import phrases
from bot.slack.blocks import Block, Message, context, header, section
from bot.slack.fitting import compose, first_that_fits, text_length

_DETAILS = (3000, 2000, 1400, 900, 500)
"""Characters of each part, from whole to tight."""
LESSONS_MOST = 40
ACTIONS_MOST = 20


def lessons(incident: Incident, *, announced: bool) -> Message:
    """Everything written at the close; `announced`: as the announcement channel reads it."""
    retro = incident.retrospective
    if retro is None:
        text = f"Crisis {incident.number} has no lessons yet. `/crisis close` asks for them."
        return compose(text, [section(text)])
    text = f"What we learned in crisis {incident.number}: {phrases.brief(retro.summary, 600)}"
    return compose(text, first_that_fits(_DETAILS, lambda most: _drawn(incident, retro, announced, most)))


def _drawn(incident: Incident, retro: Retrospective, announced: bool, most: int) -> list[Block]:
    blocks = [
        header(f"What we learned in crisis {incident.number}"),
        section(f"*{phrases.title(incident)}*\nWritten by {mention(retro.by)}, {on_day(retro.at)}"),
    ]
    for name, text in (
        ("Summary", retro.summary),
        ("What went well", retro.went_well),
        ("What did not", retro.went_badly),
    ):
        blocks += _part(name, text, most)
    if retro.lessons:
        blocks += _list(
            "Lessons", [f"• {phrases.brief(line, most)}" for line in retro.lessons], LESSONS_MOST, most
        )
    if retro.actions:
        lines = [_action(item, min(most, 600)) for item in retro.actions]
        blocks += _list("Action items", lines, ACTIONS_MOST, most, more=" in `/crisis actions`")
    blocks.append(context(*_foot(incident, announced, retro, blocks)))
    return blocks


def _part(name: str, text: str, most: int) -> list[Block]:
    if not text:
        return []
    shown = phrases.whole(text) if len(text) <= most else section(phrases.brief(text, most))
    return [section(f"*{name}*"), shown]


def _list(name: str, lines: Sequence[str], count: int, most: int, *, more: str = "") -> list[Block]:
    """As many lines as the room holds; the rest is counted."""
    shown: list[str] = []
    room = most
    for line in lines[:count]:
        if shown and len(line) + 1 > room:
            break
        shown.append(line)
        room -= len(line) + 1
    left = len(lines) - len(shown)
    return [section("\n".join([f"*{name}*", *shown, *([f"and {left} more{more}"] if left else [])]))]


def _action(item: ActionItem, most: int) -> str:
    facts = [mention(item.owner) if item.owner else "no owner yet"]
    if item.due_on:
        facts.append(f"by {phrases.day(item.due_on)}")
    facts.append(f"done by {mention(item.done_by)}" if item.done_by else "open")
    return f"• {phrases.brief(item.text, most)} · {', '.join(facts)}"


def _foot(incident: Incident, announced: bool, retro: Retrospective, blocks: list[Block]) -> list[str]:
    foot = ["`/crisis lessons` finds this later, `/crisis actions` lists what is still open."]
    if text_length(blocks) < _written(retro):
        foot.append("Shortened here; the export holds every word.")
    if announced or incident.status is not Status.CLOSED:
        return foot
    if incident.archive_at:
        foot.append(f"This channel will be archived {on_day(incident.archive_at)}.")
    foot.append(f"`/crisis reopen {incident.number}` takes the crisis up again.")
    return foot


def _written(retro: Retrospective) -> int:
    texts = [
        retro.summary,
        retro.went_well,
        retro.went_badly,
        *retro.lessons,
        *(a.text for a in retro.actions),
    ]
    return sum(map(len, texts))
