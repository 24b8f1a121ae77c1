"""Until when somebody works."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.domain.shifts import parse_hours


def utc(day: int, hour: int, minute: int = 0, *, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("9-17", "09:00-17:00"),
        ("09:00-17:30", "09:00-17:30"),
        ("22-6", "22:00-06:00"),
        ("9:15–17", "09:15-17:00"),
    ],
)
def test_hours_are_written_as_people_write_them(typed: str, hours: str) -> None:
    assert parse_hours(typed, "UTC").hours == hours
    assert parse_hours(hours, "UTC") == parse_hours(typed, "UTC")


@pytest.mark.parametrize("typed", ["", "9", "9-9", "25-26", "9-17 Berlin", "nine-five", "9-17-18"])
def test_what_is_no_hours_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="is not a shift"):
        parse_hours(typed, "UTC")


def test_a_shift_ends_where_the_person_is() -> None:
    shift = parse_hours("9-17", "America/New_York")
    assert shift.next_end(utc(1, 15)) == utc(1, 21)
    assert shift.next_end(utc(1, 21)) == utc(2, 21)


def test_a_night_shift_ends_in_the_morning() -> None:
    shift = parse_hours("22-6", "Europe/Berlin")
    assert shift.next_end(utc(1, 21)) == utc(2, 4)


def test_the_clock_on_the_wall_counts_in_the_night_in_which_it_is_changed() -> None:
    shift = parse_hours("22-6", "Europe/Berlin")
    assert shift.next_end(utc(24, 21)) == utc(25, 5)
    assert parse_hours("18-2:30", "Europe/Berlin").next_end(utc(28, 18, month=3)) == utc(29, 1, 30, month=3)


@pytest.mark.parametrize(
    ("hours", "local", "works"),
    [
        ("9-17", "08:59", False),
        ("9-17", "09:00", True),
        ("9-17", "17:00", False),
        ("22-6", "21:59", False),
        ("22-6", "22:00", True),
        ("22-6", "05:59", True),
        ("22-6", "06:00", False),
    ],
)
def test_who_works_now(hours: str, local: str, works: bool) -> None:
    at = datetime.combine(date(2026, 3, 2), time.fromisoformat(local), tzinfo=ZoneInfo("Asia/Tokyo"))
    assert parse_hours(hours, "Asia/Tokyo").covers(at.astimezone(UTC)) is works
