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
from bot.slack.fitting import compose

SHOWN_MAX = 40
"""Rows in one answer: Slack takes fifty blocks."""


def mine(owed: Sequence[Owed], controls: Controls, *, now: datetime) -> Message:
    """Everything the person owes, what is due first at the top, with Done where one press is enough."""
    if not owed:
        text = "You owe nothing at the moment, in no crisis. `/crisis list` shows those in progress."
        return compose(text, [section(text)])
    late = sum(one.due is not None and one.due <= now for one in owed)
    heading = f"You owe {len(owed)} thing{'' if len(owed) == 1 else 's'}, {late or 'none'} of them late."
    blocks = [section(f"*{heading}*"), *(_row(one, controls, now) for one in owed[:SHOWN_MAX])]
    if len(owed) > SHOWN_MAX:
        blocks.append(section(f"and {len(owed) - SHOWN_MAX} more, due later."))
    spoken = "; ".join(f"{_what(one)}, {_when(one, now)}" for one in owed[:5])
    return compose(f"{heading} {spoken}.", blocks)


def _row(one: Owed, controls: Controls, now: datetime) -> Block:
    crisis = f"crisis {one.number}" + ("" if one.private else f": {phrases.brief(one.title, 150)}")
    row = section(f"*{_what(one)}*\n{phrases.sentence(_when(one, now))} · {crisis}")
    match one.what:
        case Step():
            target = Target(one.number, one.what.key, one.what.version)
            row["accessory"] = button(controls.named("step.done"), target)
        case ActionItem():
            row["accessory"] = button(controls.named("action.done"), Target(one.number, str(one.what.id)))
        case str():
            pass
    return row


def _what(one: Owed) -> str:
    match one.what:
        case Step():
            return f"Step {one.what.number}: {phrases.brief(one.what.title, 300)}"
        case ActionItem():
            return f"Action item: {phrases.brief(one.what.text, 300)}"
        case str():
            return one.what


def _when(one: Owed, now: datetime) -> str:
    if one.due is None:
        return "no due time"
    if isinstance(one.what, ActionItem):
        return f"{'was due' if one.due <= now else 'due'} {one.due:%-d %B %Y}"
    return late_by(one.due, now) if one.due <= now else f"due {moment(one.due, now)}"
