"""`/crisis actions`: the open action items of all crises."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.words import mention
from bot.slack import phrases
from bot.slack.blocks import Block, Message, button, header, section
from bot.slack.controls import Controls, Target
from bot.slack.fitting import compose, first_that_fits
from bot.store.base import OpenAction

DONE = "action.done"
_DETAILS = ((40, 600), (40, 300), (30, 150), (25, 80))
"""How many items, and characters of each: from generous to tight."""


def actions(items: Sequence[OpenAction], controls: Controls, *, today: date) -> Message:
    """Whose, how late, and a button when it is done."""
    if not items:
        text = "No action item is open. They are written when a crisis is closed."
        return compose(text, [section(text)])
    count = "1 open action item" if len(items) == 1 else f"{len(items)} open action items"
    late = sum(1 for one in items if one.item.due_on and one.item.due_on < today)
    blocks = first_that_fits(_DETAILS, lambda detail: _drawn(items, controls, today, count, detail))
    return compose(f"{count}, {late} of them late." if late else f"{count}.", blocks)


def _drawn(
    items: Sequence[OpenAction], controls: Controls, today: date, count: str, detail: tuple[int, int]
) -> list[Block]:
    most, each = detail
    blocks = [header(count), *(_one(one, controls, today, each) for one in items[:most])]
    if len(items) > most:
        blocks.append(
            section(f"and {len(items) - most} more, which are due later. They move up when these are done.")
        )
    return blocks


def _one(one: OpenAction, controls: Controls, today: date, each: int) -> Block:
    item = one.item
    owner = mention(item.owner) if item.owner else "no owner yet"
    private = ", private" if one.private else ""
    facts = f"{owner} · {phrases.day_words(item.due_on, today)}"
    source = f"crisis {one.number}{private}: {phrases.brief(one.title, min(each, 140))}"
    done = button(controls.named(DONE), Target(one.number, str(item.id)))
    text = f"*{phrases.brief(item.text, each)}*\n{facts}\nFrom {source}"
    return section(text, accessory=done, block_id=f"action:{one.number}:{item.id}")
