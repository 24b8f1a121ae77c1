"""The time at the end of a command: understood, asked for, or no time and part of the title.

- Behind `in`, `by`, `at`, `on`, `until`, `before` and `within` everything counts that `_times` reads, and what only looks like
  a time is a question: `by 12/1`, `in 5 mintues`.
- Alone only what can hardly be anything else: an hour with minutes, am or pm, `noon`, `EOD`, and a day, with an hour or
  without. A number alone never does, and nothing does behind a word that ties it to what stands before: "Prepare for tomorrow".
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain import errors
from bot.domain.retrospective import names_a_day
from handlers._time_words import ENDS, plain
from handlers._times import DATE, UNIT, WEEKDAY, to_come, understood
from handlers._typed import quoted

RIGHT_AT_END = "Write for instance `in 30m`, `by tomorrow 9`, `by friday noon` or `by EOD`."
LONGEST_WORDS = 8
"""With its `in` or `by`; more words are a part of the title."""

_INTRODUCED = re.compile(r"(in|by|at|on|until|till|before|within)\s+(?=\S)", re.IGNORECASE)
_ALONE = re.compile(
    rf"(?:this )?(?:(?:today|tomorrow|(?:next )?[a-z]{{3,6}}day)\b.*|{WEEKDAY.pattern} .+|{DATE.pattern}.*"
    r"|(?:noon|midday|midnight|eod)\b.*|[0-9]{1,2}(?::[0-9]{2}(?: ?[ap]m)?| ?[ap]m| o'clock)\b.*)"
    r"|in the (?:morning|afternoon|evening)|.+ from now"
)
"""These are times without a word that introduces them, if they can be read."""
_TIED = re.compile(
    r"a|about|after|and|between|black|each|every|for|from|good|last|of|or|since|than|the|to|[-–]"
)
_NO_TIME = re.compile(
    rf"on [0-9]+|(?:at|on) (?:the )?(?:morning|afternoon|evening|night)|\w+ the {WEEKDAY.pattern}"
)
_BY_SO_MUCH = re.compile(
    r"(?:cut|delay|extend|increase|lower|move|postpone|prolong|push|raise|reduce|shift|shorten)\b", re.I
)
"""Of such work `by 2 hours` says how much, not when."""

_POINTED = r"-?[0-9]{1,2}(?:[:./h-][0-9]{1,4}){1,2}\.?"
_CUT_OFF = re.compile(rf"{_POINTED}|{WEEKDAY.pattern}|today|tomorrow|tonight")
"""A time behind these was cut off from what belongs to it."""
_COUNTED = re.compile(r"(?:in|within) -?[0-9]\S*(?: \S+)?")
_MEANT = re.compile(
    rf"(?:in|within) (?:[0-9]+|an?|half|some|few)(?: \S+){{0,2}}? {UNIT}(?: (?:or|and)\b.*)?"
    rf"|(?:by|at|on|until|till|before) (?:{_POINTED}|[0-9]{{1,2}} ?(?:[ap]m|o'clock)|noon|midday|midnight|eod)(?: \S+){{0,3}}"
    r"|(?:by|at|until|till|before) (?:[0-9]{4}|-[0-9]\S*|[0-9]{1,2}\.?|[0-9]{1,2} [0-9]{1,2}|half [0-9]+|(?:a )?quarter to .+)"
    r"|(?:by|until|till|before) (?:(?:the )?[0-9]+(?:st|nd|rd|th)|[0-9]+ (?:or|to) [0-9]+"
    r"|breakfast|(?:lunch|tea|dinner)(?:time)?)"
    rf"|(?:at|until|till|before) (?:[0-9]+ ?|an? ){UNIT}"
)
"""These were meant as a time, even if it cannot be read."""


def span_at_end(text: str, *, now: datetime, zone: ZoneInfo) -> tuple[str, timedelta | None]:
    """The text without the time at its very end, such as `in 30m`, `by friday noon` or `EOD`, and the time until then.

    Other words stay: "Stand by", "Call the people in Berlin", "Drive by 2 shops", "Postpone the launch by 2 hours".
    Raises `TimeInThePast`, and `UnknownDuration` for what was meant as a time and cannot be read for certain.
    """
    starts = [found.start() for found in re.finditer(r"\S+", text)][-LONGEST_WORDS:]
    near = [(text[:start].rstrip(" ,;:"), text[start:]) for start in starts]
    for title, tail in near:
        when = _due(title, tail, now, zone)
        if when is not None:
            _whole(title, tail)
            return title, to_come(when, _bare(tail), now=now, right=RIGHT_AT_END) - now
    for title, tail in near:
        if _looks_like_a_time(title, tail):
            raise errors.UnknownDuration(typed=quoted(_bare(tail)), right=RIGHT_AT_END)
    return text, None


def _due(title: str, tail: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment that the words at the end mean, which may be past; None: they are no time here."""
    words, before = plain(tail), (title.lower().split() or [""])[-1]
    introduced = _INTRODUCED.match(tail)
    if introduced:
        if _NO_TIME.fullmatch(words) or _is_how_much(title, words) or before == _bare(tail).lower():
            return None
    elif not _ALONE.fullmatch(words) or _TIED.fullmatch(before) or re.fullmatch(r"[0-9.]+", tail):
        return None
    when = understood(words, now, zone)
    past = when is not None and when <= now
    # "Say what happened this morning", "Read the notes 2026-11-02": a past day alone is no mistake, a past hour is.
    return None if past and not introduced and not _has_an_hour(words) else when


def _whole(title: str, tail: str) -> None:
    """Raises `UnknownDuration` when the time was only the second half of one: `12/1 17:30`, `friday, tomorrow`."""
    before = "".join(title.split()[-1:])
    if _CUT_OFF.fullmatch(before.lower().rstrip(".,;:")) and not plain(tail).startswith("by "):
        raise errors.UnknownDuration(typed=quoted(f"{before} {tail}"), right=RIGHT_AT_END)


def _looks_like_a_time(title: str, tail: str) -> bool:
    words, raw = plain(tail), " ".join(tail.lower().split())
    introduced = _INTRODUCED.match(tail)
    if not introduced or _is_how_much(title, words) or title.lower().split()[-1:] == [_bare(tail).lower()]:
        return False
    if _COUNTED.fullmatch(raw.rstrip(ENDS)) or _MEANT.fullmatch(words):
        return True
    word, rest = introduced[1].lower(), _bare(tail).lower()
    names = (
        word not in ("in", "within") and (word == "by" or not rest.startswith("the ")) and names_a_day(rest)
    )
    return names or (word == "by" and DATE.search(words) is not None)


def _has_an_hour(words: str) -> bool:
    return re.search(r"[0-9]|noon|midday|eod", DATE.sub("", words)) is not None


def _is_how_much(title: str, words: str) -> bool:
    return (
        _BY_SO_MUCH.match(title) is not None
        and re.fullmatch(rf"by (?:[0-9]+|(?:[0-9]+ ?|an? ){UNIT}.*)", words) is not None
    )


def _bare(tail: str) -> str:
    """Without the word that introduces it."""
    return _INTRODUCED.sub("", tail, count=1).strip() if _INTRODUCED.match(tail) else tail
