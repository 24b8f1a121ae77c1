"""What people typed, checked: present, and short enough."""

from __future__ import annotations

from bot.domain.errors import TextMissing, TextTooLong
from bot.domain.model import TEXT_MAX_CHARS


def required(text: str, what: str, right: str, *, limit: int = TEXT_MAX_CHARS) -> str:
    """The text without surrounding white space.

    Raises `TextMissing` when nothing is left of it (`right` says what to write), `TextTooLong` beyond `limit` characters.
    """
    text = text.strip()
    if not text:
        raise TextMissing(what=what, right=right)
    return allowed(text, what, limit=limit)


def allowed(text: str, what: str, *, limit: int = TEXT_MAX_CHARS) -> str:
    """The text without surrounding white space, which may be empty. Raises `TextTooLong`."""
    text = text.strip()
    if len(text) > limit:
        raise TextTooLong(what=what, length=len(text), limit=limit)
    return text
