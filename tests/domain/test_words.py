"""How people and their words are put into a sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.words import (
    at_time,
    elapsed,
    in_channel,
    late_by,
    listed,
    mention,
    moment,
    on_day,
    one_line,
    rounded,
    safe,
    shortened,
)
from tests.domain.a_crisis import NOW, minutes


@given(st.text(alphabet=st.sampled_from("<>&!@#| ab;")))
def test_typed_words_cannot_act(text: str) -> None:
    harmless = safe(text)
    assert "<" not in harmless
    assert ">" not in harmless
    assert harmless.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


@given(st.text(), st.integers(1, 50))
def test_a_shortened_text_fits_and_shows_its_cut(text: str, limit: int) -> None:
    short = shortened(text, limit)
    assert len(short) <= limit
    assert short == text or short.endswith("…")


def test_a_cut_leaves_no_blank_before_the_ellipsis() -> None:
    assert shortened("water in the shop", 10) == "water in…"
    assert shortened("water", 5) == "water"


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1
    assert one_line(one_line(text)) == one_line(text)


def test_people_and_channels_are_live() -> None:
    assert mention("U1") == "<@U1>"
    assert in_channel("C1") == "<#C1>"


def test_a_moment_is_seen_in_the_time_zone_of_its_reader() -> None:
    assert at_time(NOW) == "<!date^1772442000^{time}|09:00 UTC>"
    assert on_day(NOW) == "<!date^1772442000^{date_short_pretty} {time}|2026-03-02 09:00 UTC>"
    assert datetime.fromtimestamp(1772442000, UTC) == NOW


@pytest.mark.parametrize("hours", [0, 2, -3, 3])
def test_a_moment_within_a_few_hours_is_a_time(hours: int) -> None:
    when = NOW + timedelta(hours=hours)
    assert moment(when, NOW) == at_time(when)


@pytest.mark.parametrize("hours", [-30, -19, -4, 4, 11, 19, 30])
def test_a_moment_further_away_names_its_day(hours: int) -> None:
    when = NOW + timedelta(hours=hours)
    assert moment(when, NOW) == on_day(when)


@pytest.mark.parametrize(
    ("span", "clock"),
    [
        (minutes(0), "0:00"),
        (minutes(59.9), "0:59"),
        (minutes(65), "1:05"),
        (minutes(6000), "100:00"),
        (minutes(-5), "0:00"),
    ],
)
def test_the_clock_since_the_opening_shows_hours_and_minutes(span: timedelta, clock: str) -> None:
    assert elapsed(span) == clock


@pytest.mark.parametrize(
    ("items", "sentence"), [((), ""), (("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a, b and c")]
)
def test_a_list_reads_like_a_sentence(items: tuple[str, ...], sentence: str) -> None:
    assert listed(iter(items)) == sentence


@pytest.mark.parametrize(
    ("late", "words"),
    [
        (minutes(-5), "due now"),
        (minutes(0.9), "due now"),
        (minutes(1), "1 minute late"),
        (minutes(5.9), "5 minutes late"),
        (minutes(90), "1 hour 30 minutes late"),
        (minutes(26 * 60 + 10), "1 day 2 hours late"),
        (minutes(48 * 60 + 59), "2 days late"),
    ],
)
def test_late_is_said_in_round_numbers(late: timedelta, words: str) -> None:
    assert late_by(NOW, NOW + late) == words


@given(st.timedeltas(timedelta(0), timedelta(days=3650)))
def test_rounding_only_takes_away_and_less_than_an_hour(span: timedelta) -> None:
    assert timedelta(0) <= span - rounded(span) < timedelta(hours=1)
