"""What somebody typed in vain: Slack keeps nothing of a command once it was sent."""

from __future__ import annotations

from bot.domain.words import shortened
from bot.slack import limits
from bot.slack.blocks import Message, context, plain
from bot.slack.fitting import compose

EASY_TO_TYPE_MAX_CHARS = 40
"""Fewer characters are typed again sooner than they are found and copied."""
GIVEN_BACK_MAX_CHARS = 9_000
"""Slack takes little more in one message; a command cannot be as long."""


def given_back(answer: Message, words: str) -> Message:
    """The answer, with the words below it to copy, unless it says them already or they are few."""
    words = words.strip()
    if len(words) <= EASY_TO_TYPE_MAX_CHARS or words in answer.text:
        return answer
    kept, most = shortened(words, GIVEN_BACK_MAX_CHARS), limits.SECTION_TEXT_MAX_CHARS
    parts = [kept[start : start + most] for start in range(0, len(kept), most)]
    sections = [{"type": "section", "text": plain(part)} for part in parts if part.strip()]
    return compose(answer.text, [*answer.blocks, context("You typed, to copy:"), *sections])
