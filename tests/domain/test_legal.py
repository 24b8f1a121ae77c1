"""Legal clocks: counted from the event, asked for in time, and ended by an answer alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.aftermath import followed_through
from bot.domain.clocks import running_clocks
from bot.domain.clocks.legal import legal_clocks
from bot.domain.decision import Decision
from bot.domain.effects import InvitePeople, ShowSummary
from bot.domain.errors import (
    AlreadySo,
    CrisisCancelled,
    CrisisOver,
    LongOver,
    NotYetBegun,
    TextMissing,
    TextTooLong,
    TimeInThePast,
)
from bot.domain.legal import (
    LAWS,
    Law,
    another,
    drop_legal_clock,
    finish_legal_clock,
    start_legal_clock,
)
from bot.domain.lifecycle import cancel_crisis, reopen_crisis, resolve_crisis
from bot.domain.model import Incident, Ping, RoleHolding
from bot.domain.reminders import Due, clock_questions, fire_due, look_ahead, next_due
from bot.domain.roles import give_role
from bot.domain.timeline import LegalClockDropped, LegalClockMet, LegalClockStarted, Reminded
from tests.domain.a_crisis import (
    ANA,
    BO,
    CY,
    DAY,
    DEE,
    LEA,
    ROSTER,
    RULES,
    a_crisis,
    assert_reads_well,
    at,
    cancelled,
    closed,
    closing,
    kinds,
    learned,
    notices,
    refused,
    resolved,
)

HOUR = timedelta(hours=1)
GDPR = LAWS["gdpr"]
BERLIN, NEW_YORK, TOKYO = map(ZoneInfo, ("Europe/Berlin", "America/New_York", "Asia/Tokyo"))
WITH_LEGAL = {**ROSTER, "legal": RoleHolding("legal", CY)}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def started(
    incident: Incident, *, kind: Law = GDPR, since: float = 0, holder: str | None = BO, now: float = 120
) -> Decision:
    """Ana confirms at 11:00 that the clock runs since 9:00."""
    return start_legal_clock(
        incident, kind=kind, since=at(since), holder=holder, by=ANA, now=at(now), zone=UTC
    )


def with_all(**other: Any) -> Incident:
    """Cy is Legal, Dee the executive."""
    exec_ = RoleHolding("exec", DEE)
    return give_role(a_crisis(roster=WITH_LEGAL, **other), holding=exec_, by=ANA, now=at(1)).incident


def with_clock(incident: Incident | None = None, **other: Any) -> Incident:
    return started(incident or with_all(), **other).incident


def questions(incident: Incident, *, until: timedelta) -> list[tuple[float, Ping]]:
    """What was asked about legal clocks so long after the opening, each with its hour, as the beat does it."""
    asked = []
    while (due := next_due(incident, kinds=(_only_legal,))) is not None and due <= at(0) + until:
        before = len(incident.pings)
        incident = fire_due(incident, now=due, kinds=(_only_legal,)).incident
        asked += [((due - at(0)) / HOUR, ping) for ping in incident.pings[before:]]
    return asked


def _only_legal(incident: Incident) -> Iterable[Due]:
    return (due for due in clock_questions(incident) if due.key.startswith("legal:"))


def people(ping: Ping) -> tuple[str, ...]:
    return (ping.person, *ping.others)


# Deadlines


@pytest.mark.parametrize(
    ("key", "since", "deadline"),
    [
        ("gdpr", "2026-03-02 09:00", "2026-03-05 09:00"),
        ("nis2-warning", "2026-03-02 09:00", "2026-03-03 09:00"),
        ("nis2-notice", "2026-03-02 09:00", "2026-03-05 09:00"),
        ("cpsc", "2026-03-02 09:00", "2026-03-03 09:00"),
        ("sec", "2026-03-02 09:00", "2026-03-06 09:00"),  # Monday to Friday
        ("sec", "2026-03-05 09:00", "2026-03-11 09:00"),  # Thursday, over the weekend, to Wednesday
        ("sec", "2026-03-07 09:00", "2026-03-12 09:00"),  # Saturday: Monday is the first
        ("nis2-report", "2026-03-02 09:00", "2026-04-02 09:00"),
        ("nis2-report", "2026-01-31 09:00", "2026-02-28 09:00"),
        ("nis2-report", "2028-01-31 09:00", "2028-02-29 09:00"),
        ("nis2-report", "2026-12-31 09:00", "2027-01-31 09:00"),
    ],
)
def test_a_deadline_is_counted_from_the_event_as_its_law_counts(key: str, since: str, deadline: str) -> None:
    assert LAWS[key].ends(utc(since), UTC) == utc(deadline)


def test_hours_are_hours_also_when_the_clocks_change() -> None:
    before_spring = utc("2026-03-28 12:00")
    assert GDPR.ends(before_spring, BERLIN) - before_spring == 72 * HOUR


@pytest.mark.parametrize(
    ("zone", "since", "deadline"),
    [
        (NEW_YORK, "2026-03-07 01:00", "2026-03-13 00:00"),  # still Friday there; the clocks change on Sunday
        (TOKYO, "2026-03-06 23:00", "2026-03-11 23:00"),  # Saturday there already
    ],
)
def test_business_days_are_days_where_the_person_is(zone: ZoneInfo, since: str, deadline: str) -> None:
    assert LAWS["sec"].ends(utc(since), zone) == utc(deadline)


def test_a_month_is_counted_by_the_days_where_the_person_is() -> None:
    assert LAWS["nis2-report"].ends(utc("2026-01-31 23:30"), BERLIN) == utc("2026-02-28 23:30")


@pytest.mark.parametrize("key", LAWS)
def test_every_known_clock_says_who_is_told_from_when_and_where_that_stands(key: str) -> None:
    law = LAWS[key]
    assert all((law.name, law.told, law.event, law.length, law.source))
    assert len(f"{law.length}: {law.name}") <= 75


# Confirming


def test_a_confirmed_clock_is_told_to_the_channel_and_to_who_answers_for_it() -> None:
    decision = started(a_crisis())
    [clock] = decision.incident.legal_clocks
    assert (clock.since, clock.deadline, clock.holder, clock.confirmed_by) == (
        at(0),
        at(0) + 3 * DAY,
        BO,
        ANA,
    )
    assert decision.entries == (LegalClockStarted(at(120), ANA, GDPR.name, at(0), at(0) + 3 * DAY, BO),)
    assert decision.effects[:2] == (InvitePeople((BO,)), ShowSummary())
    assert BO in decision.incident.members
    (channel, told), (person, asked) = notices(decision)
    assert (channel, person) == (None, BO)
    assert told.startswith(f"<@{ANA}> confirmed that a legal clock applies: *Notice to the data authority")
    assert asked.startswith("You answer for a legal clock in <#C1>")
    assert_reads_well(told)
    assert_reads_well(asked)


def test_who_confirms_for_themselves_is_told_once() -> None:
    assert len(notices(started(a_crisis(), holder=ANA))) == 1
    assert len(notices(started(a_crisis(), holder=None))) == 1


def test_a_clock_begins_with_something_that_has_happened() -> None:
    refused(NotYetBegun, lambda: started(a_crisis(), since=121))
    assert started(a_crisis(), since=120).entries


def test_a_deadline_that_was_over_more_than_a_year_ago_was_mistyped() -> None:
    refused(LongOver, lambda: started(a_crisis(), since=-60 * 24 * 369))
    assert started(a_crisis(), since=-60 * 24 * 360).entries


def test_the_same_clock_runs_once_at_a_time() -> None:
    running = with_clock()
    assert "Notice to the data authority" in refused(AlreadySo, lambda: started(running))
    assert started(running, kind=LAWS["sec"]).entries
    ended = drop_legal_clock(running, number=1, reason="Not ours", by=BO, now=at(130)).incident
    assert [clock.number for clock in started(ended, now=140).incident.legal_clocks] == [1, 2]


def test_several_clocks_of_ones_own_run_side_by_side_by_their_names() -> None:
    insurer, bank = another("Notice to the  insurer ", 48 * HOUR), another("Notice to the bank", 10 * DAY)
    both = with_clock(with_clock(kind=insurer), kind=bank)
    assert [clock.deadline - clock.since for clock in both.legal_clocks] == [48 * HOUR, 10 * DAY]
    assert both.legal_clocks[0].name == "Notice to the insurer"
    refused(AlreadySo, lambda: started(both, kind=bank))


def test_a_clock_of_ones_own_has_a_name_and_a_length() -> None:
    refused(TextMissing, lambda: another("  ", DAY))
    refused(TextTooLong, lambda: another("x" * 101, DAY))
    refused(TimeInThePast, lambda: another("Insurer", timedelta(0)))


def test_no_clock_starts_in_a_crisis_that_is_over() -> None:
    refused(CrisisOver, lambda: started(closed(a_crisis())))
    refused(CrisisCancelled, lambda: started(cancelled(a_crisis())))


# Asking


def test_who_answers_for_it_is_asked_halfway_and_before_the_end_at_last_with_the_lead() -> None:
    asked = questions(with_clock(), until=71.5 * HOUR)
    assert [(hour, ping.rung, people(ping), ping.in_channel) for hour, ping in asked] == [
        (36, "half", (BO,), False),
        (48, "day", (BO,), False),
        (68, "soon", (BO,), False),
        (68, "soon", (LEA,), False),
        (71, "last", (BO,), False),
        (71, "last", (LEA,), False),
    ]


def test_a_deadline_that_is_over_is_asked_for_by_name_in_the_channel_and_on_and_on() -> None:
    asked = questions(with_clock(), until=72 * HOUR + 5 * DAY)[6:]
    assert [hour - 72 for hour, _ in asked] == [0, 1, 3, 7, 15, 31, 55, 79, 103]
    assert all(ping.in_channel and people(ping) == (BO, LEA, DEE) for _, ping in asked)


def test_what_is_asked_says_the_clock_its_beginning_its_end_and_what_to_do() -> None:
    half, day, *_, over, again = (ping.text for _, ping in questions(with_clock(), until=73 * HOUR))
    assert half.startswith(
        "*Notice to the data authority (data breach): 1 day 12 hours left, until <!date^1772701200^"
    )
    assert day.startswith("*Notice to the data authority (data breach): 1 day left")
    assert "Counted from <!date^1772442000^" in half
    assert "Tell the data protection authority" in half
    assert f"*<@{BO}>, <@{LEA}> and <@{DEE}>: Notice to the data" in over
    assert "the deadline is over now" in over
    assert "the deadline was over <!date^1772701200^" in again
    assert not any("legal advice" in text for text in (half, over, again))


@pytest.mark.parametrize(
    ("holder", "roster", "asked"),
    [
        (BO, WITH_LEGAL, BO),
        (None, WITH_LEGAL, CY),
        (None, ROSTER, LEA),
        (None, {}, ANA),
    ],
)
def test_without_somebody_named_legal_is_asked_else_the_lead(
    holder: str | None, roster: dict[str, RoleHolding], asked: str
) -> None:
    [(_, ping)] = questions(with_clock(a_crisis(roster=roster), holder=holder), until=36 * HOUR)
    assert people(ping) == (asked,)


@pytest.mark.parametrize(
    ("hours", "rungs"),
    [
        (72, {"half": 36, "day": 48, "soon": 68, "last": 71, "over": 72}),
        (48, {"half": 24, "soon": 44, "last": 47, "over": 48}),
        (24, {"half": 12, "soon": 20, "last": 23, "over": 24}),
        (8, {"half": 4, "last": 7, "over": 8}),
        (2, {"half": 1, "over": 2}),
        (0.5, {"half": 0.25, "over": 0.5}),
    ],
)
def test_of_a_short_clock_only_what_fits_is_asked(hours: float, rungs: dict[str, float]) -> None:
    incident = with_clock(kind=another("Insurer", hours * HOUR), since=0, now=0)
    [clock] = legal_clocks(incident)
    assert {rung.name: (rung.at - at(0)) / HOUR for rung in clock.rungs} == rungs


def test_what_lies_before_the_confirmation_is_not_asked() -> None:
    [clock] = legal_clocks(with_clock(since=-60 * 50))  # 52 hours ago
    assert [rung.name for rung in clock.rungs] == ["soon", "last", "over"]


def test_a_deadline_that_was_over_when_it_was_confirmed_is_asked_for_at_once() -> None:
    incident = with_clock(since=-60 * 24 * 4)
    assert next_due(incident, kinds=(_only_legal,)) == at(120)
    [(_, ping)] = questions(incident, until=2 * HOUR)
    assert ping.in_channel
    assert "the deadline was over" in ping.text


def test_nobodys_night_holds_it_up() -> None:
    incident = with_clock(with_all())
    asleep = replace(incident, ladder=replace(incident.ladder, quiet_hours=True))
    night = at(0) + 36 * HOUR
    assert BO not in look_ahead(asleep, now=night).may_sleep
    reminded = [e for e in fire_due(asleep, now=night).entries if isinstance(e, Reminded)]
    assert any(entry.people == (BO,) for entry in reminded)


def test_a_bot_that_was_away_asks_once_with_the_time_that_is_left() -> None:
    decision = fire_due(with_clock(), now=at(0) + 70 * HOUR, kinds=(_only_legal,))
    assert [people(ping) for ping in decision.incident.pings] == [(BO,), (LEA,)]
    assert "2 hours left" in decision.incident.pings[0].text
    assert decision.incident.pings[0].catching_up


# Ending


def pinged_halfway() -> Incident:
    return fire_due(with_clock(), now=at(0) + 36 * HOUR, kinds=(_only_legal,)).incident


def test_what_was_filed_ends_the_clock_and_stands_on_the_timeline() -> None:
    later = at(0) + 37 * HOUR
    decision = finish_legal_clock(pinged_halfway(), number=1, reference=" Ref. <12> ", by=BO, now=later)
    [clock], [ping] = decision.incident.legal_clocks, decision.incident.pings
    assert (clock.runs, clock.reference, clock.ended_by, clock.ended_at) == (False, "Ref. <12>", BO, later)
    assert ping.answer is not None
    assert ping.answer.what == "Filed"
    assert decision.entries == (LegalClockMet(later, BO, GDPR.name, "Ref. <12>"),)
    assert kinds(decision.effects) == ["ShowPing", "ShowSummary", "Notice"]
    assert notices(decision)[0][1].endswith("asks for: Ref. &lt;12&gt;")
    assert questions(decision.incident, until=200 * HOUR) == []


def test_what_does_not_apply_ends_too_with_its_reason() -> None:
    later = at(0) + 37 * HOUR
    decision = drop_legal_clock(pinged_halfway(), number=1, reason="No data was read", by=BO, now=later)
    [clock] = decision.incident.legal_clocks
    assert (clock.runs, clock.reference, clock.not_applying) == (False, "", "No data was read")
    assert decision.entries == (LegalClockDropped(later, BO, GDPR.name, "No data was read"),)
    assert questions(decision.incident, until=200 * HOUR) == []


def test_a_clock_ends_once_and_never_without_a_word() -> None:
    running = with_clock()
    refused(TextMissing, lambda: finish_legal_clock(running, number=1, reference=" ", by=BO, now=at(9)))
    refused(TextMissing, lambda: drop_legal_clock(running, number=1, reason=" ", by=BO, now=at(9)))
    ended = finish_legal_clock(running, number=1, reference="Ref. 12", by=BO, now=at(130)).incident
    sentence = refused(AlreadySo, lambda: drop_legal_clock(ended, number=1, reason="x", by=ANA, now=at(140)))
    assert sentence.startswith(f"<@{BO}> already said that this was filed")
    refused(AlreadySo, lambda: finish_legal_clock(ended, number=7, reference="x", by=ANA, now=at(140)))


# The life of the crisis


def test_a_resolve_leaves_its_question_and_its_clock() -> None:
    asked = pinged_halfway()
    after = resolve_crisis(asked, rule=RULES[asked.severity], by=LEA, now=at(0) + 37 * HOUR)
    [ping] = followed_through(after, now=at(0) + 37 * HOUR).incident.pings
    assert ping.answer is None
    hours = [hour for hour, _ in questions(after.incident, until=72 * HOUR)]
    assert hours == [48, 68, 68, 71, 71, 72]


def test_a_closed_crisis_asks_each_by_direct_message_until_it_is_answered() -> None:
    over = closing(resolved(with_clock(now=30))).incident
    asked = questions(over, until=73 * HOUR)
    assert [hour for hour, _ in asked] == [36, 48, 68, 68, 71, 71, 72, 72, 72, 73, 73, 73]
    assert not any(ping.in_channel or ping.others for _, ping in asked)
    assert [ping.person for _, ping in asked[-3:]] == [BO, LEA, DEE]
    assert f"<@{BO}>" not in asked[-1][1].text
    filed = finish_legal_clock(over, number=1, reference="Ref. 12", by=BO, now=at(0) + 73 * HOUR)
    assert questions(filed.incident, until=99 * HOUR) == []


def test_a_reopened_crisis_goes_on_where_it_was() -> None:
    over = closing(resolved(with_clock(now=30))).incident
    asked = fire_due(over, now=at(0) + 36 * HOUR, kinds=(_only_legal,)).incident
    again = followed_through(
        reopen_crisis(asked, by=ANA, now=at(0) + 37 * HOUR), now=at(0) + 37 * HOUR
    ).incident
    assert [hour for hour, _ in questions(again, until=50 * HOUR)] == [48]


def test_a_cancelled_crisis_asks_nobody_and_its_questions_are_settled() -> None:
    asked = pinged_halfway()
    later = at(0) + 37 * HOUR
    gone = cancel_crisis(asked, reason="A drill", by=ANA, archive_after=DAY, now=later).incident
    assert all(ping.answer is not None for ping in gone.pings)
    assert not [clock for clock in running_clocks(gone) if clock.about == "legal"]
    refused(CrisisCancelled, lambda: finish_legal_clock(gone, number=1, reference="x", by=BO, now=later))


def test_who_left_a_private_crisis_is_not_asked() -> None:
    private = with_clock(with_all(private=True))
    left = replace(private, members=private.members - {BO})
    [(_, ping)] = questions(left, until=36 * HOUR)
    assert people(ping) == (LEA,)


def test_a_closed_crisis_waits_for_its_clock_beside_its_action_items() -> None:
    over = closing(resolved(with_clock(now=30)), actions=learned().actions).incident
    assert next_due(replace(over, archive_at=None)) == at(0) + 36 * HOUR
