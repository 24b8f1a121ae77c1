"""How Slack writes a moment: the tokens of `<!date^...>` and of the rich_text date element."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

_TOKEN = re.compile(r"\{(\w+)\}")
# Slack leaves the year out of dates less than six months away.
_NEAR = timedelta(days=183)
_AGO = ((365 * 86400, "year"), (30 * 86400, "month"), (86400, "day"), (3600, "hour"), (60, "minute"))


@dataclass(frozen=True, slots=True)
class DateStyle:
    """Whose clock and time zone decide what "today" and "3:45 PM" are."""

    tz: tzinfo
    now: datetime


def shown_date(stamp: str | int, layout: str, fallback: str, style: DateStyle) -> str:
    """`layout` with its tokens filled in; the fallback when the stamp or a token is not Slack's.

    Slack lowercases "today" inside a sentence and capitalises it at the start.
    """
    try:
        when = datetime.fromtimestamp(int(stamp), style.tz)
    except (ValueError, OverflowError, OSError):
        return fallback
    tokens = _TOKEN.findall(layout)
    if not tokens or any(token not in _TOKENS for token in tokens):
        return fallback or layout

    def fill(match: re.Match[str]) -> str:
        text = _filled(match[1], when, style.now.astimezone(style.tz))
        return text[:1].upper() + text[1:] if match.start() == 0 else text

    return _TOKEN.sub(fill, layout)


def _filled(name: str, when: datetime, now: datetime) -> str:
    day, base = when.day, name.removesuffix("_pretty")
    if name.endswith("_pretty"):
        near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get((when.date() - now.date()).days)
        if near:
            return near
    suffix = "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    month, weekday = _MONTHS[when.month - 1], _DAYS[when.weekday()]
    if name == "day_divider_pretty":
        year = "" if when.year == now.year else f", {when.year}"
        return f"{weekday}, {month} {day}{suffix}{year}"
    year = "" if abs(when - now) < _NEAR else f", {when.year}"
    hour = f"{when.hour % 12 or 12}:{when.minute:02}"
    half = "AM" if when.hour < 12 else "PM"
    return {
        "date_num": f"{when:%Y-%m-%d}",
        "date_slash": f"{when:%m/%d/%Y}",
        "date": f"{month} {day}{suffix}{year}",
        "date_short": f"{month[:3]} {day}{year}",
        "date_long": f"{weekday}, {month} {day}{suffix}{year}",
        "date_long_full": f"{month} {day}, {when.year}",
        "time": f"{hour} {half}",
        "time_secs": f"{hour}:{when.second:02} {half}",
        "ago": _ago((now - when).total_seconds()),
    }[base]


def _ago(seconds: float) -> str:
    for size, unit in _AGO:
        count = int(abs(seconds) // size)
        if count:
            spelled = f"{count} {unit}" + ("s" if count > 1 else "")
            return f"{spelled} ago" if seconds > 0 else f"in {spelled}"
    return "just now"


# Written out, since strftime would follow the machine's locale.
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_TOKENS = frozenset(
    {"date", "date_num", "date_slash", "date_short", "date_long", "date_long_full", "date_pretty"}
    | {"date_short_pretty", "date_long_pretty", "day_divider_pretty", "time", "time_secs", "ago"}
)
