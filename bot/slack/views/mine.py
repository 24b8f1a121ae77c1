"""What the person who asks owes, everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.model import ActionItem, Step
from bot.domain.owed import Owed
from bot.domain.words import late_by, moment
from bot.slack import phrases
from bot.slack.blocks import Block, Message, button, section
from bot.slack.controls import Controls, Target
from bot.slack.fitting import compose, first_that_fits

_DETAILS = ((40, 300), (30, 150), (20, 80))
"""How many things, and characters of each: from generous to tight."""


def mine(owed: Sequence[Owed], controls: Controls, *, now: datetime) -> Message:
    """Everything the person owes, what is due first at the top, with Done where one press is enough."""
    if not owed:
        text = "You owe nothing at the moment, in no crisis. `/crisis list` shows those in progress."
        return compose(text, [section(text)])
    late = sum(one.due is not None and one.due <= now for one in owed)
    heading = f"You owe {len(owed)} thing{'' if len(owed) == 1 else 's'}, {late or 'none'} of them late."
    blocks = first_that_fits(_DETAILS, lambda detail: _drawn(owed, heading, controls, now, detail))
    spoken = "; ".join(f"{_what(one, 80)}, {_when(one, now)}" for one in owed[:5])
    return compose(f"{heading} {spoken}.", blocks)


def _drawn(
    owed: Sequence[Owed], heading: str, controls: Controls, now: datetime, detail: tuple[int, int]
) -> list[Block]:
    most, each = detail
    blocks = [section(f"*{heading}*"), *(_row(one, controls, now, each) for one in owed[:most])]
    if len(owed) > most:
        blocks.append(section(f"and {len(owed) - most} more, due later. They move up when these are done."))
    return blocks


def _row(one: Owed, controls: Controls, now: datetime, each: int) -> Block:
    private = ", private" if one.private else ""
    crisis = f"crisis {one.number}{private}: {phrases.brief(one.title, min(each, 140))}"
    row = section(f"*{_what(one, each)}*\n{phrases.sentence(_when(one, now))} · {crisis}")
    match one.what:
        case Step():
            target = Target(one.number, one.what.key, one.what.version)
            row["accessory"] = button(controls.named("step.done"), target)
        case ActionItem():
            row["accessory"] = button(controls.named("action.done"), Target(one.number, str(one.what.id)))
        case str():
            pass
    return row


def _what(one: Owed, each: int) -> str:
    match one.what:
        case Step():
            return f"Step {one.what.number}: {phrases.brief(one.what.title, each)}"
        case ActionItem():
            return f"Action item: {phrases.brief(one.what.text, each)}"
        case str():
            return one.what


def _when(one: Owed, now: datetime) -> str:
    if one.due is None:
        return "no due time"
    if isinstance(one.what, ActionItem):
        return f"{'was due' if one.due <= now else 'due'} {one.due:%-d %B %Y}"
    return late_by(one.due, now) if one.due <= now else f"due {moment(one.due, now)}"
