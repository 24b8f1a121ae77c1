"""Whose night it is, and what waits for their morning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest

from bot.domain.aftermath import followed_through
from bot.domain.checklist import assign_step
from bot.domain.lifecycle import change_severity
from bot.domain.model import Incident, RoleHolding
from bot.domain.nights import Zones, asleep_until, wake_up
from bot.domain.reminders import fire_due, look_ahead, next_due
from bot.domain.roles import give_role
from bot.domain.severity import Severity
from bot.domain.timeline import ReminderHeld
from tests.domain.a_crisis import (
    ANA,
    BO,
    CLIMBING,
    COY,
    DEE,
    LEA,
    RULES,
    SEV2,
    SEV3,
    a_crisis,
    at,
    kinds,
    minutes,
    quiet,
)

BERLIN, NEW_YORK, INDIA, LORD_HOWE = (
    ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "now", "up"),
    [
        (BERLIN, "2026-11-20 23:40", "2026-11-21 07:00"),
        (BERLIN, "2026-11-21 06:59", "2026-11-21 07:00"),
        (BERLIN, "2026-11-21 07:00", None),
        (BERLIN, "2026-11-21 20:59", None),
        (BERLIN, "2026-11-21 21:00", "2026-11-22 07:00"),
        (NEW_YORK, "2026-11-20 23:40", None),
        (NEW_YORK, "2026-11-21 03:00", "2026-11-21 13:00"),
        (NEW_YORK, "2026-11-21 12:59", "2026-11-21 13:00"),
        (INDIA, "2026-11-20 16:29", None),
        (INDIA, "2026-11-20 16:30", "2026-11-21 02:30"),
        (INDIA, "2026-11-21 02:30", None),
        (LORD_HOWE, "2026-11-20 11:00", "2026-11-20 21:00"),  # summer: eleven hours ahead
        (LORD_HOWE, "2026-07-20 11:30", "2026-07-20 21:30"),  # winter: ten and a half
        (LORD_HOWE, "2026-07-20 11:29", None),
        # The nights in which the clocks are changed: an hour shorter, and an hour longer.
        (BERLIN, "2026-03-28 21:00", "2026-03-29 06:00"),
        (BERLIN, "2026-03-29 00:59", "2026-03-29 06:00"),
        (BERLIN, "2026-03-29 01:00", "2026-03-29 06:00"),
        (BERLIN, "2026-03-29 06:00", None),
        (BERLIN, "2026-03-29 19:59", None),
        (BERLIN, "2026-03-29 20:00", "2026-03-30 06:00"),
        (BERLIN, "2026-10-24 20:00", "2026-10-25 07:00"),
        (BERLIN, "2026-10-25 00:30", "2026-10-25 07:00"),  # half past two, for the first time
        (BERLIN, "2026-10-25 01:30", "2026-10-25 07:00"),  # and again
        (BERLIN, "2026-10-25 06:59", "2026-10-25 07:00"),
        (BERLIN, "2026-10-25 07:00", None),
        # Half an hour at Lord Howe, at night as well.
        (LORD_HOWE, "2026-04-04 12:00", "2026-04-04 21:30"),
        (LORD_HOWE, "2026-10-03 12:00", "2026-10-03 21:00"),
    ],
)
def test_a_night_ends_at_eight_by_the_clock_on_their_wall(zone: tzinfo, now: str, up: str | None) -> None:
    found = wake_up(utc(now), zone)
    assert found == (utc(up) if up else None)
    assert found is None or wake_up(found, zone) is None


def test_several_people_sleep_only_while_all_of_them_do() -> None:
    zones = {"B": BERLIN, "N": NEW_YORK, "I": INDIA}.__getitem__
    night = utc(
        "2026-11-21 04:00"
    )  # five in Berlin, eleven in the evening in New York, half past nine in India
    assert asleep_until("BN", night, zones) == utc("2026-11-21 07:00")
    assert asleep_until("BNI", night, zones) is None
    assert asleep_until("", night, zones) is None


# Crisis 7 is opened at nine in the morning of UTC, when it is eleven at night where Coy is; they get up nine hours later.
FAR = ZoneInfo("Pacific/Honolulu")
MORNING = utc("2026-03-02 18:00")


def asleep(*people: str) -> Zones:
    return lambda person: FAR if person in people else UTC


def fired(incident: Incident, now: datetime, *, sleep: tuple[str, ...] = (COY,)) -> Incident:
    decision = fire_due(incident, now=now, zones=asleep(*sleep))
    return followed_through(decision, now=now).incident


def asked(incident: Incident) -> list[tuple[str, str]]:
    return [(ping.of, ping.person) for ping in incident.pings]


def held_for_coy() -> Incident:
    """At SEV3, where nights are respected, the pause is due at ten; Coy sleeps."""
    return fired(a_crisis(severity=SEV3, rules=quiet(RULES)), at(60))


def test_what_is_due_at_night_waits_for_the_morning_and_is_asked_once() -> None:
    incident = held_for_coy()
    assert asked(incident) == []
    assert next_due(incident) == MORNING
    before = fired(incident, MORNING - timedelta(seconds=1))
    assert asked(before) == []
    there = fired(before, MORNING)
    assert asked(there) == [("pause", COY)]
    assert there.held == {}
    assert asked(fired(there, MORNING + minutes(1))) == [("pause", COY)]


def test_what_was_held_over_night_did_not_come_late_because_the_bot_was_away() -> None:
    ping = fired(held_for_coy(), MORNING).pings[0]
    assert not ping.catching_up


def test_the_timeline_says_once_that_a_reminder_waits() -> None:
    decision = fire_due(a_crisis(severity=SEV3, rules=quiet(RULES)), now=at(60), zones=asleep(COY))
    assert decision.entries == (ReminderHeld(at(60), "", (COY,), MORNING, "step 1, Pause all posts"),)
    assert decision.entries[0].told(str) == (
        "It is night for UCOY: the reminder of step 1, Pause all posts waits until 18:00 UTC"
    )
    assert decision.effects == ()
    for number in (61, 120, 500):
        later = fire_due(decision.incident, now=at(number), zones=asleep(COY))
        assert "ReminderHeld" not in kinds(later.entries)


@pytest.mark.parametrize("severity", list(RULES)[:2])
def test_at_the_grave_levels_people_are_woken(severity: Severity) -> None:
    incident = a_crisis(severity=severity, rules=quiet(RULES))
    assert ("pause", COY) in asked(fired(incident, at(15)))
    assert look_ahead(incident, now=at(15)).may_sleep == set()


def test_who_is_awake_is_asked_at_night_too() -> None:
    incident = a_crisis(severity=SEV3, rules=quiet(RULES))
    assert asked(fired(incident, at(60), sleep=(LEA, ANA, DEE))) == [("pause", COY)]
    assert look_ahead(incident, now=at(60)).may_sleep == {COY}


def test_a_graver_level_asks_at_once_for_what_was_held() -> None:
    incident = held_for_coy()
    graver = change_severity(incident, to=SEV2, rule=quiet(RULES)[SEV2], by=BO, now=at(61)).incident
    assert (next_due(graver) or MORNING) <= at(61)
    assert ("pause", COY) in asked(fired(graver, at(61)))


def test_given_to_somebody_who_is_awake_it_is_asked_at_once() -> None:
    incident = held_for_coy()
    given = assign_step(incident, step_key="pause", person=BO, by=LEA, word="", now=at(61)).incident
    assert asked(fired(given, at(61))) == [("pause", BO)]


def test_whoever_was_left_to_sleep_is_the_first_to_be_asked_in_the_morning() -> None:
    incident = a_crisis(severity=SEV3, rules=quiet(CLIMBING))
    given = give_role(incident, holding=RoleHolding("comms", COY), by=LEA, now=at(1)).incident
    assert ("comms", COY) in asked(fired(fired(given, at(1)), MORNING))


def test_a_role_given_at_night_waits_for_whoever_sleeps_and_asks_at_once_who_is_awake() -> None:
    incident = a_crisis(severity=SEV3, rules=quiet(CLIMBING))
    first = fired(give_role(incident, holding=RoleHolding("comms", COY), by=LEA, now=at(1)).incident, at(1))
    assert asked(first) == []
    assert first.held["role:comms"].until == MORNING
    asleep_too = give_role(first, holding=RoleHolding("comms", BO), by=LEA, now=at(2)).incident
    waits = fired(asleep_too, at(2), sleep=(COY, BO))
    assert (asked(waits), waits.held["role:comms"].people) == ([], (BO,))
    assert asked(fired(asleep_too, at(2))) == [("comms", BO)]
