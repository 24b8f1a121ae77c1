"""`/crisis lessons`: what the search of everything learned found."""

from __future__ import annotations

from collections.abc import Sequence

from bot.slack import phrases
from bot.slack.blocks import Block, Message, context, header, section
from bot.slack.fitting import compose, first_that_fits
from bot.store.base import Archived

_DETAILS = ((600, 10, 600), (300, 6, 300), (200, 4, 150), (120, 3, 100))
"""Characters of a summary, lessons of a crisis, characters of a lesson: from generous to tight."""
RESULTS_MOST = 12


def found(words: str, results: Sequence[Archived]) -> Message:
    """The crises that fit the words, with their lessons; without words the latest."""
    asked = phrases.brief(words, 100)
    if not results:
        text = _nothing(asked)
        return compose(text, [section(text)])
    count = "1 crisis" if len(results) == 1 else f"{len(results)} crises"
    text = f"Lessons about “{asked}”, from {count}" if asked else f"The latest lessons, from {count}"
    return compose(f"{text}.", first_that_fits(_DETAILS, lambda detail: _drawn(text, results, detail)))


def _nothing(asked: str) -> str:
    if not asked:
        return "There are no lessons yet. They are written when a crisis is closed: `/crisis close`."
    return f"Nothing found for “{asked}”. Try fewer or other words; `/crisis lessons` alone shows the latest."


def _drawn(text: str, results: Sequence[Archived], detail: tuple[int, int, int]) -> list[Block]:
    blocks = [
        header("What we learned"),
        context(text),
        *(section(_one(r, detail)) for r in results[:RESULTS_MOST]),
    ]
    if len(results) > RESULTS_MOST:
        blocks.append(section(f"and {len(results) - RESULTS_MOST} more. More words find less."))
    return blocks


def _one(one: Archived, detail: tuple[int, int, int]) -> str:
    summary, lessons, each = detail
    private = ", private" if one.private else ""
    lines = [
        f"*Crisis {one.number}: {phrases.brief(one.title, 300)}*",
        f"Closed {phrases.day(one.closed_at)}{private}",
    ]
    if one.summary:
        lines.append(phrases.brief(one.summary, summary))
    if one.lessons:
        lines.append(phrases.bullets(one.lessons, each=each, most=lessons, rest=""))
    return "\n".join(lines)
