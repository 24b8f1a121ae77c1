"""When something happened, as people write it where they are."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.errors import NotYetBegun, UnknownDuration
from handlers._past import a_past_moment

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 23, 40, tzinfo=UTC)
"""Saturday the 21st, 0:40 in Berlin."""


def read(typed: str, *, now: datetime = NOW) -> str:
    """On a wall in Berlin."""
    moment = a_past_moment(typed, now=now, zone=BERLIN)
    assert moment.tzinfo is UTC
    return f"{moment.astimezone(BERLIN):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("now", "2026-11-21 00:40"),
        (" Just now. ", "2026-11-21 00:40"),
        ("2 h ago", "2026-11-20 22:40"),
        ("3h ago", "2026-11-20 21:40"),
        ("1h30m ago", "2026-11-20 23:10"),
        ("half an hour ago", "2026-11-21 00:10"),
        ("an hour ago", "2026-11-20 23:40"),
        ("two days ago", "2026-11-19 00:40"),
        ("0:30", "2026-11-21 00:30"),
        ("14:05", "2026-11-20 14:05"),
        ("6 pm", "2026-11-20 18:00"),
        ("at noon", "2026-11-20 12:00"),
        ("today 0:30", "2026-11-21 00:30"),
        ("yesterday 18:00", "2026-11-20 18:00"),
        ("yesterday at 6pm", "2026-11-20 18:00"),
        ("Friday 18:00", "2026-11-20 18:00"),
        ("on saturday at 0:10", "2026-11-21 00:10"),
        ("saturday 9:00", "2026-11-14 09:00"),
        ("saturday 0:00", "2026-11-21 00:00"),
        ("2026-11-19 18:00", "2026-11-19 18:00"),
        ("19 Nov 18:00", "2026-11-19 18:00"),
        ("Nov 19th, 2025 at 6pm", "2025-11-19 18:00"),
    ],
)
def test_a_moment_is_read_as_it_is_meant(typed: str, meant: str) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize(
    ("typed", "first_minute"),
    [
        ("today", "2026-11-21 00:00"),
        ("yesterday", "2026-11-20 00:00"),
        ("friday", "2026-11-20 00:00"),
        ("saturday", "2026-11-14 00:00"),
        ("2026-11-19", "2026-11-19 00:00"),
        ("19 November", "2026-11-19 00:00"),
        ("25 Dec", "2025-12-25 00:00"),
    ],
)
def test_a_day_alone_counts_from_its_first_minute(typed: str, first_minute: str) -> None:
    assert read(typed) == first_minute


@pytest.mark.parametrize("typed", ["today 18:00", "2026-11-21 00:41", "1 Dec 2026"])
def test_what_is_still_to_come_has_not_begun(typed: str) -> None:
    with pytest.raises(NotYetBegun):
        read(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "18",
        "2h",
        "in 2h",
        "tomorrow",
        "last week",
        "1.12.",
        "12/1",
        "31 Feb",
        "2026-02-31",
        "25:00",
        "13pm",
        "the 3rd man",
        "999999999d ago",
        "x" * 3000,
        "1 " * 30 + "ago",
    ],
)
def test_anything_else_is_asked_again(typed: str) -> None:
    with pytest.raises(UnknownDuration, match="Write for instance `now`"):
        read(typed)


def test_of_a_time_shown_twice_the_first_counts() -> None:
    moment = a_past_moment("2026-10-25 02:30", now=NOW, zone=BERLIN)
    assert moment == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_an_hour_that_the_clocks_skip_breaks_nothing() -> None:
    moment = a_past_moment("2026-03-29 02:30", now=NOW, zone=BERLIN)
    assert moment == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
