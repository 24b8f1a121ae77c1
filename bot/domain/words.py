"""How people and their words are put into a sentence: Slack mrkdwn in which nothing typed can act.

In mrkdwn only `&`, `<` and `>` are special to Slack's parser (docs.slack.dev, formatting text); escaped, typed text cannot
mention anybody, forge a link or a date. `*`, `_` and `~` may still style a word, which harms nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.durations import spoken


def safe(text: str) -> str:
    """What a person typed, harmless inside mrkdwn."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters, the cut shown by an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def one_line(text: str) -> str:
    """The text with every run of white space, line breaks included, as one blank."""
    return " ".join(text.split())


def mention(person: str) -> str:
    """A live mention of a Slack user id."""
    return f"<@{person}>"


def in_channel(channel_id: str) -> str:
    """A live link to a channel."""
    return f"<#{channel_id}>"


def at_time(when: datetime) -> str:
    """A moment that every reader sees in their own time zone (date token; fallback in UTC)."""
    return f"<!date^{int(when.timestamp())}^{{time}}|{when:%H:%M} UTC>"


def on_day(when: datetime) -> str:
    """A day and time that every reader sees in their own time zone (fallback in UTC)."""
    return f"<!date^{int(when.timestamp())}^{{date_short_pretty}} {{time}}|{when:%Y-%m-%d %H:%M} UTC>"


def moment(when: datetime, now: datetime) -> str:
    """`14:30`, with its day (`today`, `tomorrow`, as its reader's Slack counts) unless it is near."""
    return at_time(when) if is_near(when, now) else on_day(when)


def is_near(when: datetime, now: datetime) -> bool:
    """Within a few hours, where nobody asks of which day it is; further away it may be another day where the reader is."""
    return abs(when - now) <= timedelta(hours=3)


def elapsed(span: timedelta) -> str:
    """A T+ clock: hours and minutes since the opening, `1:05`."""
    minutes = max(0, int(span.total_seconds())) // 60
    return f"{minutes // 60}:{minutes % 60:02d}"


def listed(items: Iterable[str], *, last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    words = list(items)
    return (
        words[0]
        if len(words) == 1
        else ", ".join(words[:-1]) + (f" {last} " if words else "") + "".join(words[-1:])
    )


def late_by(due: datetime, now: datetime) -> str:
    """`5 minutes late`, or `due now` inside the first minute."""
    span = now - due
    return "due now" if span < timedelta(minutes=1) else f"{spoken(rounded(span))} late"


def rounded(span: timedelta) -> timedelta:
    """Whole minutes; beyond a day whole hours: nobody reads more."""
    unit = 3600 if span >= timedelta(days=1) else 60
    return timedelta(seconds=int(span.total_seconds()) // unit * unit)
