"""Times as people write them: what is understood, what is asked back, and what is left in a title."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.durations import DURATION_MAX, format_duration
from bot.domain.errors import Refusal, TimeInThePast, UnknownDuration
from bot.domain.retrospective import LineProblem
from bot.slack.people import People
from handlers._due_at_end import span_at_end
from handlers._times import a_day, a_moment, a_span, zone_of

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
FRIDAY = datetime(2026, 11, 20, 13, 20, tzinfo=UTC)
"""14:20 in Berlin, 8:20 in New York."""


def in_berlin(typed: str, now: datetime = FRIDAY) -> str:
    return f"{a_moment(typed, now=now, zone=BERLIN).astimezone(BERLIN):%a %d %b %Y %H:%M}".replace(
        " 2026", ""
    )


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("30m", 30),
        ("in 30m", 30),
        ("1h30m", 90),
        ("20 min", 20),
        ("in 20 minutes.", 20),
        ("in half an hour", 30),
        ("Half an Hour", 30),
        ("half hour", 30),
        ("a quarter of an hour", 15),
        ("an hour", 60),
        ("in an hour and a half", 90),
        ("one hour and a half", 90),
        ("two and a half hours", 150),
        ("1.5 hours", 90),
        ("1 hour 20 minutes", 80),
        ("1h 20min", 80),
        ("1 hour, 20 minutes", 80),
        ("a couple of hours", 120),
        ("in  2\nhours", 120),
        ("2 days", 2 * 24 * 60),
        ("3 weeks", 3 * 7 * 24 * 60),
        ("by 30m", 30),
        ("by 2 hours", 120),
        ("within 30m", 30),
        ("within the hour", 60),
        ("within the next 2 hours", 120),
        ("in twenty minutes", 20),
        ("in twenty-five minutes", 25),
        ("in about twenty minutes", 20),
        ("in an hour or so", 60),
        ("in 1 h 30", 90),
        ("in 1h30", 90),
        ("in 2 hours at the latest", 120),
        ("20 minutes from now", 20),
    ],
)
def test_how_long_is_counted_from_now(typed: str, minutes: int) -> None:
    assert a_moment(typed, now=FRIDAY, zone=BERLIN) == FRIDAY + timedelta(minutes=minutes)
    assert a_span(typed, now=FRIDAY, zone=BERLIN) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        # An hour alone: the next time the clock shows it.
        ("18", "Fri 20 Nov 18:00"),
        ("at 18:00", "Fri 20 Nov 18:00"),
        ("6pm", "Fri 20 Nov 18:00"),
        ("6 p.m.", "Fri 20 Nov 18:00"),
        ("14:30", "Fri 20 Nov 14:30"),
        ("14:20", "Sat 21 Nov 14:20"),
        ("9", "Sat 21 Nov 09:00"),
        ("by 9", "Sat 21 Nov 09:00"),
        ("at 9 o'clock", "Sat 21 Nov 09:00"),
        ("0:15", "Sat 21 Nov 00:15"),
        ("12am", "Sat 21 Nov 00:00"),
        ("12pm", "Sat 21 Nov 12:00"),
        ("noon", "Sat 21 Nov 12:00"),
        ("midnight", "Sat 21 Nov 00:00"),
        ("EOD", "Fri 20 Nov 18:00"),
        ("by the end of the day", "Fri 20 Nov 18:00"),
        ("close of business", "Fri 20 Nov 18:00"),
        ("nine o'clock", "Sat 21 Nov 09:00"),
        ("17:30 sharp", "Fri 20 Nov 17:30"),
        ("17.30", "Fri 20 Nov 17:30"),
        ("by 18.00", "Fri 20 Nov 18:00"),
        ("9.00", "Sat 21 Nov 09:00"),
        ("5.30pm", "Fri 20 Nov 17:30"),
        ("5.30 p.m.", "Fri 20 Nov 17:30"),
        ("half past nine", "Sat 21 Nov 09:30"),
        ("half past 9 pm", "Fri 20 Nov 21:30"),
        ("quarter past four pm", "Fri 20 Nov 16:15"),
        ("24:00", "Sat 21 Nov 00:00"),
        ("until 24:00", "Sat 21 Nov 00:00"),
        ("before 18:00", "Fri 20 Nov 18:00"),
        # A part of the day.
        ("in the morning", "Sat 21 Nov 09:00"),
        ("morning", "Sat 21 Nov 09:00"),
        ("this evening", "Fri 20 Nov 20:00"),
        ("8 in the evening", "Fri 20 Nov 20:00"),
        ("tonight", "Fri 20 Nov 20:00"),
        ("tonight at 9", "Fri 20 Nov 21:00"),
        ("9pm tonight", "Fri 20 Nov 21:00"),
        ("midnight tonight", "Sat 21 Nov 00:00"),
        # A day, with an hour or without.
        ("today", "Fri 20 Nov 18:00"),
        ("today 16:00", "Fri 20 Nov 16:00"),
        ("tomorrow", "Sat 21 Nov 09:00"),
        ("tomorrow 9", "Sat 21 Nov 09:00"),
        ("Tomorrow at 9:30", "Sat 21 Nov 09:30"),
        ("tomorrow, 18:00", "Sat 21 Nov 18:00"),
        ("tomorrow morning at 10", "Sat 21 Nov 10:00"),
        ("tomorrow afternoon", "Sat 21 Nov 15:00"),
        ("tomorrow EOD", "Sat 21 Nov 18:00"),
        ("tomorrow midnight", "Sun 22 Nov 00:00"),
        ("tomorrow 24:00", "Sun 22 Nov 00:00"),
        ("end of friday", "Fri 20 Nov 18:00"),
        # A weekday: the next one.
        ("monday", "Mon 23 Nov 09:00"),
        ("sat", "Sat 21 Nov 09:00"),
        ("monday morning", "Mon 23 Nov 09:00"),
        ("next monday 10am", "Mon 23 Nov 10:00"),
        ("on Thurs at 17:30", "Thu 26 Nov 17:30"),
        ("noon on tuesday", "Tue 24 Nov 12:00"),
        ("friday", "Fri 27 Nov 09:00"),
        ("friday noon", "Fri 27 Nov 12:00"),
        ("friday 18:00", "Fri 20 Nov 18:00"),
        ("next friday 18:00", "Fri 27 Nov 18:00"),
        ("EOW", "Fri 20 Nov 18:00"),
        ("end of the week", "Fri 20 Nov 18:00"),
        # A date.
        ("2026-12-01", "Tue 01 Dec 09:00"),
        ("2026-12-01 7:45", "Tue 01 Dec 07:45"),
        ("1 Dec", "Tue 01 Dec 09:00"),
        ("Dec 1", "Tue 01 Dec 09:00"),
        ("the 1st of December at noon", "Tue 01 Dec 12:00"),
        ("1 December 9:00", "Tue 01 Dec 09:00"),
        ("December 1st, 2027 6pm", "Wed 01 Dec 2027 18:00"),
        ("Fri 4 Dec 10:00", "Fri 04 Dec 10:00"),
        ("20 Nov 18:00", "Fri 20 Nov 18:00"),
        ("2 Jan", "Sat 02 Jan 2027 09:00"),
        ("29 Feb", "Tue 29 Feb 2028 09:00"),
    ],
)
def test_when_is_a_day_an_hour_or_both(typed: str, meant: str) -> None:
    assert in_berlin(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("EOD", "Sat 21 Nov 18:00"),
        ("EOW", "Fri 27 Nov 18:00"),
        ("today", "Sat 21 Nov 00:00"),
        ("tonight", "Sat 21 Nov 00:00"),
    ],
)
def test_late_at_night_the_end_of_a_day_is_the_next_one_to_come(typed: str, meant: str) -> None:
    assert in_berlin(typed, datetime(2026, 11, 20, 22, 0, tzinfo=UTC)) == meant


@pytest.mark.parametrize("typed", ["tomorrow 9", "friday noon", "EOD", "1 Dec", "midnight", "monday"])
def test_the_same_words_are_six_hours_later_in_new_york(typed: str) -> None:
    noon = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
    later = a_moment(typed, now=noon, zone=NEW_YORK) - a_moment(typed, now=noon, zone=BERLIN)
    assert later == timedelta(hours=6)


def test_tomorrow_begins_where_the_person_is() -> None:
    now = datetime(2026, 11, 20, 23, 40, tzinfo=UTC)
    assert a_moment("tomorrow 9", now=now, zone=BERLIN) == datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert a_moment("tomorrow 9", now=now, zone=NEW_YORK) == datetime(2026, 11, 21, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "now", "typed", "meant"),
    [
        # The clocks go forward: 2:30 does not exist.
        (BERLIN, "2026-03-29T00:30+01:00", "2:30", "2026-03-29T03:30+02:00"),
        (BERLIN, "2026-03-28T20:00+01:00", "tomorrow 2:30", "2026-03-29T03:30+02:00"),
        (BERLIN, "2026-03-28T20:00+01:00", "tomorrow 9", "2026-03-29T09:00+02:00"),
        (NEW_YORK, "2026-03-08T01:00-05:00", "2:30", "2026-03-08T03:30-04:00"),
        # The clocks go back: 2:30 comes twice.
        (BERLIN, "2026-10-25T02:10+02:00", "2:30", "2026-10-25T02:30+02:00"),
        (BERLIN, "2026-10-25T02:40+02:00", "2:30", "2026-10-25T02:30+01:00"),
        (BERLIN, "2026-10-25T02:40+01:00", "2:30", "2026-10-26T02:30+01:00"),
        (BERLIN, "2026-10-24T20:00+02:00", "tomorrow 9", "2026-10-25T09:00+01:00"),
        (BERLIN, "2026-10-25T01:30+02:00", "in 2h", "2026-10-25T02:30+01:00"),
        (NEW_YORK, "2026-11-01T01:40-04:00", "1:30", "2026-11-01T01:30-05:00"),
    ],
)
def test_a_night_in_which_the_clocks_change_has_every_hour_somewhere(
    zone: ZoneInfo, now: str, typed: str, meant: str
) -> None:
    assert a_moment(typed, now=datetime.fromisoformat(now), zone=zone) == datetime.fromisoformat(meant)


@pytest.mark.parametrize(
    "typed",
    [
        "0m",
        "in 0 minutes",
        "-5m",
        "in -5m",
        "by - 2 hours",
        "-9 years",
        "yesterday",
        "by yesterday",
        "yesterday 18:00",
        "today 9",
        "this morning",
        "20 Nov",
        "20 Nov 14:20",
        "2026-11-01",
        "1 Sep 2025",
    ],
)
def test_a_moment_that_is_over_is_refused(typed: str) -> None:
    with pytest.raises(TimeInThePast, match="has to be in the future"):
        a_moment(typed, now=FRIDAY, zone=BERLIN)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "  ",
        "in",
        "by",
        "at",
        "now",
        "soon",
        "asap",
        "may",
        "dec",
        "december 2026",
        "hour",
        "30",
        "in 9",
        "in tomorrow",
        "at 30m",
        "until 2 hours",
        "3 parsecs",
        "1 2 hours",
        "5 5 minutes",
        "2 hours ago",
        "9.30",
        "9.10",
        "24",
        "24:01",
        "24:00pm",
        "17h30",
        "half nine",
        "1730",
        "25:61",
        "9:60",
        "13pm",
        "0am",
        "2am tonight",
        "10pm in the morning",
        "9 9",
        "friday friday",
        "tomorrow friday",
        "friday 13th",
        "Mon 4 Dec",
        "next week",
        "1.12.",
        "12/1",
        "31 Nov",
        "2026-13-45",
        "2026-12-01T10:00",
        "٩",
        "9999-12-31 midnight",
        "0001-01-01",
        "2040-01-01",
        "4000d",
        "in 20 years",
        "in 999999 years",
        "9" * 5000,
        "in 30m " * 20,
    ],
)
def test_what_could_mean_something_else_is_a_question(typed: str) -> None:
    with pytest.raises(UnknownDuration) as told:
        a_moment(typed, now=FRIDAY, zone=BERLIN)
    assert str(told.value).endswith(" Write for instance `in 30m`, `tomorrow 9`, `friday noon` or `EOD`.")
    assert len(str(told.value)) < 200


WORDS = (
    "in", "by", "at", "on", "until", "within", "the", "twenty", "half past", "17.30", "24:00", "12/1", "yesterday",
    "next", "this", "today", "tonight", "tomorrow", "monday", "fri", "sun,", "noon", "midnight",
    "eod", "eow", "end of day", "morning", "night", "half an hour", "and a half", "hour", "hours", "minutes", "weeks", "years",
    "1", "2", "9", "18:00", "2:30", "12am", "6 pm", "0m", "30m", "9999", "1 dec", "may", "31 nov", "29 feb", "2026-12-01",
    "9999-12-31", "0001-01-01", "1000-01-01", "2999-12-31", "1.5", "0.001", "an", "a", ",", "-", ".",
)  # fmt: skip
any_words = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join) | st.text(max_size=70)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(any_words, moments, st.sampled_from((BERLIN, NEW_YORK, ZoneInfo("Pacific/Apia"), ZoneInfo("UTC"))))
def test_any_words_are_a_moment_to_come_or_get_a_sentence(typed: str, now: datetime, zone: ZoneInfo) -> None:
    with suppress(Refusal):
        meant = a_moment(typed, now=now, zone=zone)
        assert meant.tzinfo is UTC
        assert now < meant <= now + DURATION_MAX
    with suppress(LineProblem):
        assert a_day(typed, now=now, zone=zone) >= now.date() - timedelta(days=1)


@given(st.timedeltas(timedelta(seconds=1), DURATION_MAX), moments)
def test_every_short_form_is_understood(span: timedelta, now: datetime) -> None:
    whole = timedelta(seconds=span // timedelta(seconds=1))
    assert a_span(format_duration(span), now=now, zone=BERLIN) == whole


@pytest.mark.parametrize(
    ("text", "title", "meant"),
    [
        ("Call the venue in 30m", "Call the venue", "Fri 20 Nov 14:50"),
        ("Call the venue in half an hour", "Call the venue", "Fri 20 Nov 14:50"),
        ("Call the venue in an hour and a half.", "Call the venue", "Fri 20 Nov 15:50"),
        ("Call the venue by tomorrow 9", "Call the venue", "Sat 21 Nov 09:00"),
        ("Call the venue BY Friday noon", "Call the venue", "Fri 27 Nov 12:00"),
        ("Call the venue by EOD", "Call the venue", "Fri 20 Nov 18:00"),
        ("Call the venue by the end of the week", "Call the venue", "Fri 20 Nov 18:00"),
        ("Call the venue by Friday in the morning", "Call the venue", "Fri 27 Nov 09:00"),
        ("Pass it by legal in Berlin by 18:00", "Pass it by legal in Berlin", "Fri 20 Nov 18:00"),
        ("Stand by in 30m", "Stand by", "Fri 20 Nov 14:50"),
        ("Post it in 3 languages in 30m", "Post it in 3 languages", "Fri 20 Nov 14:50"),
        ("in 30m", "", "Fri 20 Nov 14:50"),
        ("Call the venue at 17:30", "Call the venue", "Fri 20 Nov 17:30"),
        ("Call the venue until 18:00", "Call the venue", "Fri 20 Nov 18:00"),
        ("Call the venue before friday noon", "Call the venue", "Fri 27 Nov 12:00"),
        ("Call the venue on Monday at 9", "Call the venue", "Mon 23 Nov 09:00"),
        ("Call the venue within 30m", "Call the venue", "Fri 20 Nov 14:50"),
        ("Call the venue by 18:00, please.", "Call the venue", "Fri 20 Nov 18:00"),
        ("Call the venue, tomorrow 9", "Call the venue", "Sat 21 Nov 09:00"),
        ("Call the venue by 30m", "Call the venue", "Fri 20 Nov 14:50"),
        ("Call the venue by 17.30", "Call the venue", "Fri 20 Nov 17:30"),
        ("Call the venue by half past nine", "Call the venue", "Sat 21 Nov 09:30"),
        ("Call the venue by 24:00", "Call the venue", "Sat 21 Nov 00:00"),
        ("Call the venue by 1 Dec", "Call the venue", "Tue 01 Dec 09:00"),
        ("Call the venue by 2026-12-01", "Call the venue", "Tue 01 Dec 09:00"),
        ("Call the venue in twenty minutes", "Call the venue", "Fri 20 Nov 14:40"),
        ("Call the venue in an hour or so", "Call the venue", "Fri 20 Nov 15:20"),
        ("Call the venue in 1 h 30", "Call the venue", "Fri 20 Nov 15:50"),
        ("Postpone the launch by 2 hours by 18:00", "Postpone the launch by 2 hours", "Fri 20 Nov 18:00"),
        ("Postpone the launch in 2h", "Postpone the launch", "Fri 20 Nov 16:20"),
    ],
)
def test_a_time_behind_in_or_by_at_the_end_is_no_part_of_the_title(text: str, title: str, meant: str) -> None:
    found, span = span_at_end(text, now=FRIDAY, zone=BERLIN)
    assert span is not None
    assert (found, FRIDAY + span) == (title, a_moment(meant.split(" ", 1)[1], now=FRIDAY, zone=BERLIN))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Stand by",
        "in",
        "Call the people in Berlin",
        "Drive by 2 shops",
        "Postpone the launch by 2 hours",
        "Reduce the ads by 30",
        "Call them one by one",
        "Say it in two languages",
        "Call the police at 110",
        "Call Kim on 5",
        "Meet at the venue",
        "Pass it by Ana",
        "Guard the stage at night",
        "Decide at the Monday meeting",
        "Look at the sun",
        "Look where they sat",
        "Call room 9",
        "Wait 30m",
        "Refund 17.30",
        "Prepare for tomorrow",
        "Prepare for tomorrow 9",
        "Read the report of Friday",
        "Open the shop from 9 to 17:30",
        "Say what happened this morning",
        "Read what we posted yesterday",
        "Read the notes 2026-11-02",
        "Post in 30m intervals from now until the day is over",
        "Ask in 30m whether they came",
        "Tell them by Friday what we know of the venue",
        "Put the statement in a box",
        "Cut it in half",
        "Write about the attack in the night",
        "Ask for a word by May",
        "Read it by Friday's press talk",
        "Checkin 30m",
        "in by " * 300,
    ],
)
def test_other_words_behind_in_and_by_stay_in_the_title(text: str) -> None:
    assert span_at_end(text, now=FRIDAY, zone=BERLIN) == (text, None)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("Call the venue in 3 parsecs", "3 parsecs"),
        ("Call the venue in 5 mintues", "5 mintues"),
        ("Call the venue by friday teatime", "friday teatime"),
        ("Call the venue by 25:00", "25:00"),
        ("Call the venue by 31 Nov", "31 Nov"),
        ("Call the venue by 2026-13-45", "2026-13-45"),
        ("Call the venue by 2040-01-01", "2040-01-01"),
        ("Call the venue by 12/1", "12/1"),
        ("Call the venue by 12/1 17:30", "12/1 17:30"),
        ("Call the venue 12/1 17:30", "12/1 17:30"),
        ("Call the venue by 1.12.", "1.12."),
        ("Call the venue on 1.12.2026", "1.12.2026"),
        ("Call the venue at 1730", "1730"),
        ("Call the venue by 9 or 10", "9 or 10"),
        ("Call the venue by the 5th", "the 5th"),
        ("Call the venue by lunch", "lunch"),
        ("Call the venue by 30", "30"),
        ("Call the venue by 9.10", "9.10"),
        ("Call the venue until 17h30", "17h30"),
        ("Call the venue until friday teatime", "friday teatime"),
        ("Call the venue by half nine", "half nine"),
        ("Call the venue in twenty something minutes", "twenty something minutes"),
        ("Call the venue in a few minutes", "a few minutes"),
        ("Call the venue within 5 mintues", "5 mintues"),
    ],
)
def test_what_was_meant_as_a_time_and_cannot_be_read_is_a_question(text: str, quoted: str) -> None:
    with pytest.raises(UnknownDuration) as told:
        span_at_end(text, now=FRIDAY, zone=BERLIN)
    right = "Write for instance `in 30m`, `by tomorrow 9`, `by friday noon` or `by EOD`."
    assert str(told.value) == f"I cannot read the time “{quoted}”. {right}"


@pytest.mark.parametrize(
    ("end", "meant"),
    [
        ("tomorrow 9", "Sat 21 Nov 09:00"),
        ("tomorrow at 9", "Sat 21 Nov 09:00"),
        ("tomorrow morning", "Sat 21 Nov 09:00"),
        ("friday noon", "Fri 27 Nov 12:00"),
        ("Monday", "Mon 23 Nov 09:00"),
        ("next monday 10am", "Mon 23 Nov 10:00"),
        ("sat noon", "Sat 21 Nov 12:00"),
        ("EOD", "Fri 20 Nov 18:00"),
        ("end of day please", "Fri 20 Nov 18:00"),
        ("tonight", "Fri 20 Nov 20:00"),
        ("today", "Fri 20 Nov 18:00"),
        ("tomorrow", "Sat 21 Nov 09:00"),
        ("17:30", "Fri 20 Nov 17:30"),
        ("9pm", "Fri 20 Nov 21:00"),
        ("5.30pm", "Fri 20 Nov 17:30"),
        ("half past nine", "Sat 21 Nov 09:30"),
        ("1 Dec 17:30", "Tue 01 Dec 17:30"),
        ("in the morning", "Sat 21 Nov 09:00"),
        ("20 minutes from now", "Fri 20 Nov 14:40"),
    ],
)
@pytest.mark.parametrize("title", ["Call the venue", "Check the 3 shops", "Call room 9"])
def test_an_unmistakable_time_alone_at_the_end_is_no_part_of_the_title(
    title: str, end: str, meant: str
) -> None:
    found, span = span_at_end(f"{title} {end}", now=FRIDAY, zone=BERLIN)
    assert span is not None
    assert (found, FRIDAY + span) == (title, a_moment(meant.split(" ", 1)[1], now=FRIDAY, zone=BERLIN))


@pytest.mark.parametrize("end", ["in -5m", "by yesterday", "today 9", "at 9:00 today", "by 20 Nov"])
def test_a_time_at_the_end_that_is_over_is_refused(end: str) -> None:
    with pytest.raises(TimeInThePast, match="has to be in the future"):
        span_at_end(f"Call the venue {end}", now=FRIDAY, zone=BERLIN)


@given(st.lists(st.sampled_from(("Call", *WORDS)), max_size=9).map(" ".join))
def test_a_title_loses_nothing_but_the_time_at_its_end(text: str) -> None:
    with suppress(Refusal):
        title, span = span_at_end(text, now=FRIDAY, zone=BERLIN)
        assert text.startswith(title)
        assert span is not None or title == text


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-12-01", "2026-12-01"),
        ("2026-11-20", "2026-11-20"),
        ("today", "2026-11-20"),
        ("tomorrow", "2026-11-21"),
        ("Friday", "2026-11-27"),
        ("friday noon", "2026-11-27"),
        ("friday midnight", "2026-11-20"),
        ("EOW", "2026-11-20"),
        ("the end of the week", "2026-11-20"),
        ("1 Dec", "2026-12-01"),
        ("20 Nov", "2026-11-20"),
    ],
)
def test_a_day_is_read_whatever_the_hour(typed: str, day: str) -> None:
    assert a_day(typed, now=FRIDAY, zone=BERLIN) == date.fromisoformat(day)


def test_a_day_is_the_one_where_the_person_is() -> None:
    now = datetime(2026, 11, 20, 23, 40, tzinfo=UTC)
    assert a_day("tomorrow", now=now, zone=BERLIN) == date(2026, 11, 22)
    assert a_day("tomorrow", now=now, zone=NEW_YORK) == date(2026, 11, 21)
    assert a_day("2026-11-20", now=now, zone=NEW_YORK) == date(2026, 11, 20)


@pytest.mark.parametrize("typed", ["", "31.12.2026", "12/01/2026", "Friday teatime", "2 weeks", "2026-13-01"])
def test_any_other_day_gets_a_sentence_that_shows_how(typed: str) -> None:
    with pytest.raises(LineProblem) as told:
        a_day(typed, now=FRIDAY, zone=BERLIN)
    assert str(told.value) == f"“{typed}” is not a day. Write it like 2026-11-27, tomorrow or Friday."


def test_a_day_that_is_over_is_refused() -> None:
    for typed in ("19 Nov 2026", "2026-11-19", "yesterday"):
        with pytest.raises(
            LineProblem, match=r"2026-11-19 is over already\. Write a day from 2026-11-20 on\."
        ):
            a_day(typed, now=FRIDAY, zone=BERLIN)


class SlackTells:
    """Slack's `users.info`, with this time zone."""

    def __init__(self, tz: str | None) -> None:
        self.tz = tz

    async def users_info(self, *, user: str) -> dict[str, Any]:
        if self.tz == "silence":
            raise TimeoutError
        return {"user": {"id": user, "tz": self.tz}}


@pytest.mark.parametrize(
    ("tz", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (None, "Asia/Tokyo"),
        ("", "Asia/Tokyo"),
        ("Mars/Base", "Asia/Tokyo"),
        ("Europe", "Asia/Tokyo"),
        ("../etc/passwd", "Asia/Tokyo"),
        ("silence", "Asia/Tokyo"),
    ],
)
async def test_a_person_has_the_time_zone_slack_tells_or_that_of_the_settings(
    tz: str | None, zone: str
) -> None:
    bot = SimpleNamespace(people=People(cast(Any, SlackTells(tz))), zone=ZoneInfo("Asia/Tokyo"))
    assert (await zone_of(cast(Any, bot), "U1")).key == zone
