"""What was learned in similar crises, told in a new one."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.words import mention
from bot.slack import phrases
from bot.slack.blocks import Block, Message, context, header, section
from bot.slack.fitting import compose, first_that_fits
from bot.store.base import Archived, OpenAction

CRISES_MOST = 5
ACTIONS_MOST = 8
_DETAILS = (300, 150, 80)
"""Characters of a lesson, from generous to tight."""


def learned(found: Sequence[Archived], actions: Sequence[OpenAction]) -> Message | None:
    """Lessons and unfinished action items of these crises; None when there are neither."""
    told = [a for a in found if a.lessons][:CRISES_MOST]
    if not told and not actions:
        return None
    blocks = first_that_fits(_DETAILS, lambda each: _drawn(told, actions, each))
    counts = [f"lessons of {_crises(told)}"] if told else []
    counts += [f"{len(actions)} unfinished action item{'' if len(actions) == 1 else 's'}"] if actions else []
    return compose(f"What we learned last time: {' and '.join(counts)}.", blocks)


def _crises(told: Sequence[Archived]) -> str:
    return f"crisis {told[0].number}" if len(told) == 1 else f"{len(told)} similar crises"


def _drawn(told: Sequence[Archived], actions: Sequence[OpenAction], each: int) -> list[Block]:
    blocks = [header("What we learned last time")]
    for one in told:
        name = f"*Crisis {one.number}: {phrases.brief(one.title, 300)}*, closed {phrases.day(one.closed_at)}"
        blocks.append(
            section(f"{name}\n{phrases.bullets(one.lessons, each=each, most=5, rest=' in the archive')}")
        )
    if actions:
        lines = [_action(a, each) for a in actions[:ACTIONS_MOST]]
        if len(actions) > ACTIONS_MOST:
            lines.append(f"and {len(actions) - ACTIONS_MOST} more: `/crisis actions`")
        blocks.append(section("*Still not done*\n" + "\n".join(lines)))
    return [*blocks, context("`/crisis lessons` searches everything that was learned.")]


def _action(action: OpenAction, each: int) -> str:
    item = action.item
    due = f", due {phrases.day(item.due_on)}" if item.due_on else ""
    owner = mention(item.owner) if item.owner else "nobody"
    return f"• {phrases.brief(item.text, each)} · {owner}{due} · from crisis {action.number}"
