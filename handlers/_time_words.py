"""The same words for the same time, before it is read: `half past nine` is `9:30`, `the end of the day` is `eod`."""

from __future__ import annotations

import re

LONGEST_CHARS = 60
ENDS = " .,;:!?`"
"""Says nothing around a time."""

_ONES = "one|two|three|four|five|six|seven|eight|nine"
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
_VALUES = {word: n for n, word in enumerate(f"{_ONES}|ten|eleven|twelve".split("|"), start=1)}
_VALUES |= {"fifteen": 15, **_TENS}
_NUMBER = re.compile(rf"(?<!\S)(?:(?:{'|'.join(_TENS)})[ -](?:{_ONES})|{'|'.join(_VALUES)})(?!\S)")

_SAME_AS = tuple(
    (re.compile(rf"(?<!\S)(?:{pattern})(?!\S)"), same)
    for pattern, same in (
        (r"please|or so|or earlier|sharp|about|around|(?:at the )?latest", ""),
        (r"(?:the )?next ([0-9]+)", r"\1"),
        (r"(?:the )?next hour|(?<=within )the hour", "1 hour"),
        (r"end of (?:the |this )?(?:working |business )?day|close of business|cob", "eod"),
        (r"end of (?:the |this )?week|eow", "friday eod"),
        (r"(?:the )?end of (today|tomorrow|\w+day)", r"\1 eod"),
        (r"tonight", "today night"),
        (r"this (morning|afternoon|evening)", r"today \1"),
        (r"(?:a )?half(?: an?)?[ -]hour", "30 minutes"),
        (r"(?:a )?quarter of an hour", "15 minutes"),
        (r"(?:3|three)[ -]quarters of an hour", "45 minutes"),
        (r"(\S+) (?:and a half hours|hours? and a half)", r"\1 hour 30 minutes"),
        (r"(?:a )?couple of", "2"),
        (r"(in|within) ([0-9]+) ?h(?:(?:ou)?rs?)? ?([0-9]{1,2})", r"\1 \2h \3m"),
        (r"([0-9:.]+) ?([ap])\.?m\.?", r"\1\2m"),
        (r"half past ([0-9]{1,2})((?: ?[ap]m)?)", r"\1:30\2"),
        (r"(?:a )?quarter past ([0-9]{1,2})((?: ?[ap]m)?)", r"\1:15\2"),
        # A point stands in dates, too: here it cannot.
        (r"([0-9]{1,2})\.([0-5][0-9])([ap]m)", r"\1:\2\3"),
        (r"(1[3-9]|2[0-4])\.(1[3-9]|[2-5][0-9])|([0-9]{1,2})\.(00)", r"\1\3:\2\4"),
    )
)
"""What dateparser and the tables of `_times` do not know, in words that they do."""


def plain(typed: str) -> str:
    """Small letters, single blanks, numbers in digits, one form for each time; "" for what is too long for a time."""
    words = " ".join(typed.lower().split()).strip(ENDS)
    if len(words) > LONGEST_CHARS:
        return ""
    words = _NUMBER.sub(lambda found: str(sum(_VALUES[w] for w in re.split("[ -]", found[0]))), words)
    for pattern, same in _SAME_AS:
        words = pattern.sub(same, words)
    return " ".join(words.split()).strip(ENDS)
