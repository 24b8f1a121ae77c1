"""Reading times the way people write them, in their own time zone.

How long: `30m`, `twenty minutes`, `half an hour`, `an hour and a half`; behind `in` and `within` only that.
When: a day, a part of the day and an hour, each at most once and in any order; behind `at`, `on`, `until` and `before` only
that.

- An hour alone (`9`, `18:00`, `6pm`, `noon`, `midnight`, `EOD`, which is 18:00) is the next time the clock shows it; hours
  without am or pm count to 24. `17.30` is an hour where it cannot be a day, so `9.10` is a question.
- A day alone means 9:00, a morning 9:00, an afternoon 15:00, an evening or night 20:00; `EOW` is Friday 18:00.
- `today` means 18:00 and `tonight` 20:00; when that is over, the end of the day.
- A weekday is the next one: today only with an hour that is still to come, and never with `next`.
- Midnight of a named day is the end of that day. A day without a year (`1 Dec`) is the next one.
- A time that the clocks skip in spring comes as much later as they skip; of one that they show twice in autumn, the first
  that is still to come.

Anything else is a question to the person, never a guess: `1.12.` and `12/1` are different days in different countries.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import dateparser
from slack_sdk.errors import SlackApiError

from bot.domain import errors
from bot.domain.durations import DURATION_MAX, parse_duration
from bot.domain.retrospective import LineProblem, not_over
from bot.slack.answers import NETWORK_ERRORS
from bot.slack.people import DAY_S
from handlers._asked import Bot
from handlers._time_words import plain
from handlers._typed import quoted

RIGHT_TIME = "Write for instance `in 30m`, `tomorrow 9`, `friday noon` or `EOD`."

# dateparser sees only what these let through: it finds a time in almost anything ("1 2 hours", "may", "sat").
_ONE = r"(?:[0-9]{1,6}(?:\.[0-9]{1,2})? ?|an? )"
UNIT = r"(?:secs?|seconds?|mins?|minutes?|h|hrs?|hours?|days?|w|weeks?|months?|years?)"
_ONE += UNIT
_HOW_LONG = re.compile(rf"{_ONE}(?:,? (?:and )?{_ONE})*")
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
_MONTH += r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_NTH = r"[0-9]{1,2}(?:st|nd|rd|th)?"
_YEAR = "[12][0-9]{3}"
_IN_WORDS = rf"(?:{_NTH} (?:of )?{_MONTH}|{_MONTH} {_NTH})(?:,? {_YEAR})?"

DATE = re.compile(rf"(?<!\S)({_YEAR}-[0-9]{{2}}-[0-9]{{2}}|{_IN_WORDS}),?(?!\S)")
_NEAR = re.compile(r"(?<!\S)(today|tomorrow|yesterday),?(?!\S)")
_NEAR_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
WEEKDAY = re.compile(
    r"(?<!\S)((?:next )?(?:mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs?|rsday)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)),?(?!\S)"
)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PART = re.compile(r"(?<!\S)(morning|afternoon|evening|night)(?!\S)")
_PARTS = {
    "": (9, range(25)),
    "morning": (9, range(12)),
    "afternoon": (15, range(12, 19)),
    "evening": (20, range(17, 25)),
    "night": (20, range(17, 25)),
}
"""The hour it means, and the hours that may stand beside it."""
_CLOCK = re.compile(r"([0-9]{1,2})(?::([0-5][0-9]))? ?(am|pm|o'clock)?")
_CLOCK_WORDS = {"noon": 12, "midday": 12, "midnight": 24, "eod": 18}
_SMALL = re.compile(r"(?<!\S)(?:at|on|in the|the|this)(?!\S)")
END_OF_WORK, END_OF_DAY = timedelta(hours=18), timedelta(hours=24)


async def zone_of(bot: Bot, user_id: str) -> ZoneInfo:
    """The person's time zone; that of the settings when Slack does not tell it, or names one unknown here."""
    try:
        person = await bot.people.get(user_id, not_older_s=DAY_S)
    except (SlackApiError, *NETWORK_ERRORS):
        return bot.zone
    return (person.zone if person else None) or bot.zone


def a_moment(typed: str, *, now: datetime, zone: ZoneInfo, right: str = RIGHT_TIME) -> datetime:
    """The moment somebody in this zone means: in UTC, in the future, at most `DURATION_MAX` away.

    Raises `TimeInThePast`, and `UnknownDuration` with `right` as what to write instead.
    """
    return to_come(understood(plain(typed), now, zone), typed, now=now, right=right)


def to_come(when: datetime | None, typed: str, *, now: datetime, right: str) -> datetime:
    """The moment that was understood, if it is one a person may choose. Raises what `a_moment` raises."""
    if when is not None and when <= now:
        raise errors.TimeInThePast(what="The time")
    if when is None or when - now > DURATION_MAX:
        raise errors.UnknownDuration(typed=quoted(typed), right=right)
    return when


def a_span(typed: str, *, now: datetime, zone: ZoneInfo, right: str = RIGHT_TIME) -> timedelta:
    """The time from now to the moment somebody in this zone means. Raises what `a_moment` raises."""
    return a_moment(typed, now=now, zone=zone, right=right) - now


def a_day(typed: str, *, now: datetime, zone: ZoneInfo) -> date:
    """The day somebody in this zone means, whatever the hour. Raises `LineProblem`: not a day, or over already."""
    when = _at(plain(typed), now, zone)
    if when is None:
        next_week = now.date() + timedelta(days=7)
        raise LineProblem(f"“{typed}” is not a day. Write it like {next_week}, tomorrow or Friday.")
    last = when.astimezone(zone) - timedelta(microseconds=1)  # midnight is the end of a day
    return not_over(last.date(), today=now.astimezone(zone).date())


def understood(words: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment that these plain words mean, which may be past; None: this is no time."""
    keyword, _, rest = words.partition(" ")
    match keyword:
        case "in" if rest in ("the morning", "the afternoon", "the evening"):
            return _at(rest, now, zone)
        case "in" | "within":
            return _after(rest, now)
        case "at" | "on" | "until" | "till" | "before":
            return _at(rest, now, zone)
        case _:
            words = rest if keyword == "by" else words
            return _after(words.removesuffix(" from now"), now) or _at(words, now, zone)


def _after(words: str, now: datetime) -> datetime | None:
    """So long from now; behind a minus it is over."""
    if words.startswith("-"):
        return now if _after(words.lstrip("- "), now) else None
    try:
        return now + parse_duration(words)
    except ValueError:
        pass
    if not _HOW_LONG.fullmatch(words):
        return None
    start = now.astimezone(UTC).replace(tzinfo=None)
    found = _parsed(f"in {words}", PARSERS=["relative-time"], RELATIVE_BASE=start)
    return found.replace(tzinfo=UTC) if found else None


def _at(words: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """That time of that day: the first that is still to come, else a past one."""
    try:
        walls = _walls(words, now.astimezone(zone).date())
        # The later of two same wall times (fold 1) counts when the first is past; skipped ones go by the offset before.
        found = [w.replace(tzinfo=zone, fold=fold).astimezone(UTC) for w in walls for fold in (0, 1)]
    except ValueError:
        return None
    return next((when for when in found if when > now), found[0])


def _walls(words: str, today: date) -> list[datetime]:
    """What the clock on the wall may show then, likeliest first. Raises ValueError: this is no time, or two."""
    dated, words = _taken(DATE, words)
    near, words = _taken(_NEAR, words)
    weekday, words = _taken(WEEKDAY, words)
    part, words = _taken(_PART, words)
    clock = _clock(" ".join(_SMALL.sub(" ", words).split()), part)
    if not (dated or near or weekday or part or clock is not None) or (near and (dated or weekday)):
        raise ValueError(words)
    hours = [clock] if clock is not None else _hours(part, near)
    if dated:
        days = [_dated(dated, weekday, today)]
    elif near:
        days = [today + timedelta(days=_NEAR_DAYS[near])]
    elif weekday:
        days = _weekdays(weekday, today, with_hour=clock is not None or part != "")
    else:
        days = [today, today + timedelta(days=1)]
    return [datetime.combine(day, time()) + hour for day in days for hour in hours]


def _hours(part: str, near: str) -> list[timedelta]:
    """The hours of a day without one."""
    hour = END_OF_WORK if near == "today" and not part else timedelta(hours=_PARTS[part][0])
    return [hour, END_OF_DAY] if near == "today" and part in ("", "evening", "night") else [hour]


def _taken(pattern: re.Pattern[str], words: str) -> tuple[str, str]:
    """What was looked for ("" if it is not there), and the words without it."""
    found = pattern.search(words)
    return (found[1], f"{words[: found.start()]} {words[found.end() :]}") if found else ("", words)


def _clock(words: str, part: str) -> timedelta | None:
    """The time since the day began; None when no word is left. Raises ValueError."""
    if not words:
        return None
    found = _CLOCK.fullmatch(words)
    minute = int(found[2] or 0) if found else 0
    hour = int(found[1]) if found else _CLOCK_WORDS.get(words, 99)
    half = found[3] if found else None
    if half in ("am", "pm"):
        hour = hour % 12 + 12 * (half == "pm") if 1 <= hour <= 12 else 99
    elif found and part not in ("", "morning") and 1 <= hour < 12:
        hour += 12
    if hour not in _PARTS[part][1] or (hour == 24 and found and (minute or not found[2])):
        raise ValueError(words)
    return timedelta(hours=hour, minutes=minute)


def _dated(written: str, weekday: str, today: date) -> date:
    """Raises ValueError: there is no such day, or it is another weekday."""
    if written[:4].isdigit():
        day = date.fromisoformat(written)
    else:
        start = datetime.combine(today, time()) - timedelta(
            days=1
        )  # dateparser takes today's date for next year's
        found = _parsed(
            written, PARSERS=["absolute-time"], REQUIRE_PARTS=["day", "month"], RELATIVE_BASE=start
        )
        if found is None:
            raise ValueError(written)
        day = found.date()
    if weekday and weekday[:3] != _WEEKDAYS[day.weekday()]:
        raise ValueError(written)
    return day


def _weekdays(weekday: str, today: date, *, with_hour: bool) -> list[date]:
    named = weekday.removeprefix("next ")
    ahead = (_WEEKDAYS.index(named[:3]) - today.weekday()) % 7
    may_be_today = with_hour and named == weekday
    return [today + timedelta(days=n) for n in (ahead, ahead + 7) if n or may_be_today]


def _parsed(text: str, **settings: Any) -> datetime | None:
    """What dateparser reads; the first call loads its words, 0.2 s, later ones take 1 ms."""
    try:
        found: datetime | None = dateparser.parse(
            text, languages=["en"], settings={"PREFER_DATES_FROM": "future", **settings}
        )
    except (ValueError, OverflowError):
        return None
    return found
