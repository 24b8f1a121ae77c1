"""Lengths of time as people write them (`15m`) and as they read them (`15 minutes`)."""

from __future__ import annotations

import re
from datetime import timedelta

DURATION_MAX = timedelta(days=3650)
"""Longest duration anyone may write; added to a date it still gives a date."""

_UNITS = (("d", "day", 86_400), ("h", "hour", 3_600), ("m", "minute", 60), ("s", "second", 1))
_NUMBERS = (rf"(?:([0-9]{{1,12}})\s*{letter})?" for letter, _, _ in _UNITS)
_WRITTEN = re.compile(r"\s*".join(_NUMBERS), re.IGNORECASE)


def parse_duration(text: str) -> timedelta:
    """The time that `90s`, `15m`, `2h`, `3d` or `1h30m` stands for.

    Larger units come first; capitals and spaces do not matter.
    Raises ValueError with a sentence that says what would be right.
    """
    written = text.strip()
    match = _WRITTEN.fullmatch(written)
    if not written or match is None:
        raise ValueError(
            f'"{_shortened(written)}" is not a duration. '
            "Write numbers with s, m, h or d, such as 90s, 15m, 2h, 3d or 1h30m."
        )
    numbers = [int(number or 0) for number in match.groups()]
    seconds = sum(number * size for number, (_, _, size) in zip(numbers, _UNITS, strict=True))
    if seconds > DURATION_MAX.total_seconds():
        raise ValueError(f'"{_shortened(written)}" is too long. The longest is {DURATION_MAX.days}d.')
    return timedelta(seconds=seconds)


def format_duration(duration: timedelta) -> str:
    """The short form: `15m`, `1h 30m`, `2d`; `parse_duration` reads it back.

    Parts of a second are dropped. A negative duration starts with `-`.
    """
    sign = "-" if duration <= timedelta(seconds=-1) else ""
    return sign + (" ".join(f"{number}{letter}" for number, letter, _ in _parts(duration)) or "0s")


def spoken(duration: timedelta) -> str:
    """The form for sentences: `15 minutes`, `1 hour 30 minutes`, `2 days`.

    Parts of a second are dropped. A negative duration starts with `minus`.
    """
    sign = "minus " if duration <= timedelta(seconds=-1) else ""
    words = [f"{number} {word}{'' if number == 1 else 's'}" for number, _, word in _parts(duration)]
    return sign + (" ".join(words) or "0 seconds")


def _parts(duration: timedelta) -> list[tuple[int, str, str]]:
    """Number, letter and word of each unit that is not zero, largest first."""
    rest = abs(duration) // timedelta(seconds=1)
    parts = []
    for letter, word, size in _UNITS:
        number, rest = divmod(rest, size)
        if number:
            parts.append((number, letter, word))
    return parts


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
