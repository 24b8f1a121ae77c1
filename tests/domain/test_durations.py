"""Durations: what people may write, and that what we write can be read back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.durations import DURATION_MAX, format_duration, parse_duration, spoken

whole_seconds = st.integers(0, int(DURATION_MAX.total_seconds())).map(
    lambda seconds: timedelta(seconds=seconds)
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        ("2h", timedelta(hours=2)),
        ("3d", timedelta(days=3)),
        ("0s", timedelta()),
        ("1h30m", timedelta(minutes=90)),
        ("1d12h", timedelta(hours=36)),
        ("2d 3h 4m 5s", timedelta(days=2, hours=3, minutes=4, seconds=5)),
        (" 15 M ", timedelta(minutes=15)),
        ("90m", timedelta(minutes=90)),
        ("3650d", DURATION_MAX),
    ],
)
def test_people_write_a_number_and_a_unit(text: str, expected: timedelta) -> None:
    assert parse_duration(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "15",
        "m",
        "15 minutes",
        "1.5h",
        "-5m",
        "30m1h",
        "1h1h",
        "2w",
        "soon",
        "١٥m",
        "1h30",
        "9" * 5000 + "d",
    ],
)
def test_anything_else_gets_a_sentence_with_examples(text: str) -> None:
    with pytest.raises(
        ValueError, match=r"is not a duration\. Write numbers with s, m, h or d, such as 90s, 15m"
    ) as told:
        parse_duration(text)
    assert len(str(told.value)) < 200


@pytest.mark.parametrize("text", ["3651d", "999999999999d", "3650d1s"])
def test_too_long_a_time_gets_the_longest_one_allowed(text: str) -> None:
    with pytest.raises(ValueError, match=r"is too long\. The longest is 3650d\."):
        parse_duration(text)


def test_the_longest_duration_can_be_added_to_a_date() -> None:
    assert datetime(2100, 1, 1, tzinfo=UTC) + DURATION_MAX > datetime(2109, 1, 1, tzinfo=UTC)


@given(whole_seconds)
def test_the_short_form_can_be_read_back(duration: timedelta) -> None:
    assert parse_duration(format_duration(duration)) == duration


@given(st.text(max_size=30))
def test_any_text_is_a_duration_or_a_value_error(text: str) -> None:
    try:
        duration = parse_duration(text)
    except ValueError:
        return
    assert timedelta() <= duration <= DURATION_MAX


@given(st.timedeltas())
def test_both_forms_have_words_for_any_duration(duration: timedelta) -> None:
    assert format_duration(duration)
    assert len(format_duration(duration).split()) == len(spoken(duration).removeprefix("minus ").split()) // 2


@pytest.mark.parametrize(
    ("duration", "short", "sentence"),
    [
        (timedelta(), "0s", "0 seconds"),
        (timedelta(milliseconds=900), "0s", "0 seconds"),
        (timedelta(milliseconds=-900), "0s", "0 seconds"),
        (timedelta(seconds=1), "1s", "1 second"),
        (timedelta(seconds=90), "1m 30s", "1 minute 30 seconds"),
        (timedelta(minutes=1), "1m", "1 minute"),
        (timedelta(minutes=15), "15m", "15 minutes"),
        (timedelta(hours=1), "1h", "1 hour"),
        (timedelta(minutes=90), "1h 30m", "1 hour 30 minutes"),
        (timedelta(days=1), "1d", "1 day"),
        (timedelta(days=2), "2d", "2 days"),
        (timedelta(days=1, minutes=5), "1d 5m", "1 day 5 minutes"),
        (timedelta(minutes=-15), "-15m", "minus 15 minutes"),
    ],
)
def test_durations_read_the_way_people_say_them(duration: timedelta, short: str, sentence: str) -> None:
    assert format_duration(duration) == short
    assert spoken(duration) == sentence
