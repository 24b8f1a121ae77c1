"""Reading when something happened, the way people write it, in their own time zone.

- `now`; so long ago: `3h ago`, `2 hours ago`, `half an hour ago`.
- An hour alone (`14:05`, `6pm`, `noon`) is the last time the clock showed it.
- A day (`today`, `yesterday`, `Friday`, `2026-12-01`, `1 Dec`) with an hour; alone it means its first minute. A weekday is
  the last one, today only with an hour that is past; a date without a year is the last one.
- Of a time that the clocks show twice in autumn, the first.

Anything else is a question to the person, never a guess: `1.12.` and `12/1` are different days in different countries.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import dateparser

from bot.domain import errors
from bot.domain.durations import DURATION_MAX, parse_duration
from handlers._typed import quoted

RIGHT = "Write for instance `now`, `14:05`, `yesterday 18:00`, `3h ago` or `2026-12-01 18:00`."
LONGEST_CHARS = 60
DAY = timedelta(days=1)

_CLOCK = re.compile(r"(?:([0-9]{1,2})(?::([0-5][0-9]))? ?(am|pm)?|(noon|midnight))$")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = re.compile(r"(?:last )?(mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs?|ur)?(?:day)?")
_ISO = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")
_NAMED = re.compile(
    r"(?:[0-9]{1,2}(?:st|nd|rd|th)? (?:of )?[a-z]{3,9}|[a-z]{3,9} [0-9]{1,2}(?:st|nd|rd|th)?)(?: [12][0-9]{3})?"
)
_SMALL = re.compile(r"\b(?:at|on) |,(?= )")
_SPAN = re.compile(
    r"(?:(?:[0-9]{1,5}|an?|one|two|three|four|five|six|seven|eight|nine|ten) "
    r"?(?:m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?) ?(?:and )?)+"
)


def a_past_moment(typed: str, *, now: datetime, zone: tzinfo) -> datetime:
    """The moment somebody in this zone means: in UTC, not in the future.

    Raises `NotYetBegun`, and `UnknownDuration` with what to write instead.
    """
    words = _SMALL.sub("", " ".join(typed.lower().split()).strip(" .,;:!?`"))
    try:
        when = _understood(words, now.astimezone(zone)) if len(words) <= LONGEST_CHARS else None
    except (ValueError, OverflowError):
        when = None
    if when is None:
        raise errors.UnknownDuration(typed=quoted(typed), right=RIGHT)
    if when > now:
        raise errors.NotYetBegun()
    return when


def _understood(words: str, here: datetime) -> datetime | None:
    """The moment in UTC; None: this is no time. Raises ValueError for a time or day that does not exist."""
    if words in ("now", "just now"):
        return here.astimezone(UTC)
    if words.endswith(" ago"):
        span = _span(words.removesuffix(" ago"))
        return here.astimezone(UTC) - span if span is not None else None
    found = _CLOCK.search(words)
    if found is not None and (found.start() == 0 or words[found.start() - 1] == " "):
        hour, day = _hour(found), words[: found.start()].strip()
        when = _at(day, hour, here) if hour is not None else None
        if when is not None:
            return when
    return _at(words, None, here) if words else None


def _span(words: str) -> timedelta | None:
    try:
        span = parse_duration(words)
    except ValueError:
        if words in ("half an hour", "half hour", "a half hour"):
            return timedelta(minutes=30)
        if not _SPAN.fullmatch(words):
            return None
        start = datetime(2000, 1, 1)  # noqa: DTZ001 (only the difference counts)
        settings = {"RELATIVE_BASE": start, "PARSERS": ["relative-time"]}
        found = dateparser.parse(f"{words} ago", languages=["en"], settings=settings)
        span = start - found if found else DURATION_MAX
    return span if span < DURATION_MAX else None


def _hour(found: re.Match[str]) -> time | None:
    """The time of day; None: a bare number, which may be a day of the month."""
    if found[4]:
        return time(12 if found[4] == "noon" else 0)
    if found[2] is None and found[3] is None:
        return None
    hour = int(found[1])
    if found[3]:
        if not 1 <= hour <= 12:
            raise ValueError(found[0])
        hour = hour % 12 + 12 * (found[3] == "pm")
    return time(hour, int(found[2] or 0))


def _at(day: str, hour: time | None, here: datetime) -> datetime | None:
    """That hour of that day, or its first minute; of days that may be meant, the last one that is past."""
    days = _days(day, here.date(), with_hour=hour is not None)
    moments = [datetime.combine(d, hour or time(), tzinfo=here.tzinfo).astimezone(UTC) for d in days]
    return next((at for at in moments if at <= here), moments[0]) if moments else None


def _days(words: str, today: date, *, with_hour: bool) -> list[date]:
    """The days that may be meant, likeliest first; none: these words are no day. Raises ValueError."""
    if words == "":
        return [today, today - DAY]
    if words in ("today", "this morning", "yesterday"):
        return [today - DAY * (words == "yesterday")]
    if found := _WEEKDAY.fullmatch(words):
        back = (today.weekday() - _WEEKDAYS.index(found[1])) % 7
        may_be_today = with_hour and not words.startswith("last ")
        return [today - DAY * n for n in (back, back + 7) if n or may_be_today]
    if _ISO.fullmatch(words):
        return [date.fromisoformat(words)]
    if not _NAMED.fullmatch(words):
        return []
    if not re.search(r"[12][0-9]{3}$", words):
        named = [_named(f"{words} {year}") for year in (today.year, today.year - 1)]
        return [day for day in named if day is not None]
    one = _named(words)
    return [one] if one is not None else []


def _named(words: str) -> date | None:
    """A day with its year, the month in words."""
    settings = {"PARSERS": ["absolute-time"], "REQUIRE_PARTS": ["day", "month", "year"]}
    found = dateparser.parse(words, languages=["en"], settings=settings)
    return found.date() if found else None
