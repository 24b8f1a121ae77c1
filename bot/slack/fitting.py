"""Messages that Slack takes whatever people typed: shortened to its sizes, never refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from bot.slack import limits
from bot.slack.blocks import Block, Message, cut

TEXT_MAX_CHARS = 3900
"""Most characters of a message's own text: what chat.update takes, with a little room."""

Level = TypeVar("Level")


def text_length(blocks: Iterable[Block]) -> int:
    """All text in the blocks together, labels of buttons and options included, as Slack adds it up."""
    return sum(len(str(piece["text"])) for piece in _texts(list(blocks)))


def fits(blocks: Sequence[Block]) -> bool:
    """Slack takes these blocks as one message."""
    return (
        len(blocks) <= limits.BLOCKS_PER_MESSAGE
        and text_length(blocks) <= limits.MESSAGE_BLOCKS_TEXT_MAX_CHARS
    )


def first_that_fits(levels: Sequence[Level], draw: Callable[[Level], list[Block]]) -> list[Block]:
    """The blocks drawn at the first level that makes a message; at the last level if none does."""
    for level in levels[:-1]:
        blocks = draw(level)
        if fits(blocks):
            return blocks
    return draw(levels[-1])


def compose(text: str, blocks: Sequence[Block]) -> Message:
    """A message of these blocks.

    Views shorten with care and say where the whole is; this is the net below them: the longest texts are cut
    to one length.
    """
    kept = list(blocks)[: limits.BLOCKS_PER_MESSAGE]
    return Message(cut(text, TEXT_MAX_CHARS), tuple(_levelled(kept)))


def _levelled(blocks: list[Block]) -> list[Block]:
    budget = limits.MESSAGE_BLOCKS_TEXT_MAX_CHARS
    if text_length(blocks) <= budget:
        return blocks
    lengths = [len(piece["text"]) for piece in _texts(blocks)]
    most = next(
        n for n in range(limits.SECTION_TEXT_MAX_CHARS, 0, -1) if sum(min(n, x) for x in lengths) <= budget
    )
    return [_cut_to(block, most) for block in blocks]


def _cut_to(value: Any, most: int) -> Any:
    if isinstance(value, dict):
        changed = {name: _cut_to(item, most) for name, item in value.items()}
        if isinstance(value.get("text"), str):
            changed["text"] = cut(value["text"], most)
        return changed
    return [_cut_to(item, most) for item in value] if isinstance(value, list) else value


def _texts(value: Any) -> Iterator[dict[str, Any]]:
    """Every text object in the blocks."""
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
