"""Who is told of reminders that do not get through, and in which words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from bot.domain.channels import channel_lost, member_left
from bot.domain.checklist import claim_step
from bot.domain.decision import Decision
from bot.domain.effects import Notice, ShowCheck, ShowPing
from bot.domain.lateness import LINES_MAX, Late, tell_of_late
from bot.domain.model import Incident, Told
from bot.domain.timeline import ReminderLate
from tests.domain.a_crisis import (
    ANA,
    BO,
    COY,
    DEE,
    LEA,
    a_crisis,
    assert_reads_well,
    at,
    closed,
    minutes,
    notices,
    pinged,
    resolved,
    unchanged,
)  # fmt: skip

TO_COY, CHECK = ShowPing(1, COY), ShowCheck(1)
SINCE, NEXT_LOOK = at(15), at(16)


def asked() -> Incident:
    """At 9:15 Coy was reminded to pause the posts."""
    return pinged(a_crisis(), SINCE)


def told(
    incident: Incident, *late: Late, stuck: Sequence[str] | None = None, now: datetime = NEXT_LOOK
) -> Decision:
    """`stuck` None: where these wait, and nowhere else."""
    return tell_of_late(incident, late=late, stuck=stuck or [one.path for one in late], now=now)


def test_the_lead_reads_who_was_not_reached_of_what_and_since_when() -> None:
    decision = told(asked(), Late(7, SINCE, TO_COY))
    [(person, text)] = notices(decision)
    assert person == LEA
    assert "Crisis 7" in text
    assert f"<@{COY}>, since <!date^{int(SINCE.timestamp())}" in text
    assert "step 1 (Pause all posts)" in text
    assert_reads_well(text)
    assert decision.entries == (ReminderLate(at(16), "", (COY,), minutes(1), LEA),)
    assert decision.incident.unreached == {"ping:1": Told(LEA, at(16))}


def test_of_one_order_it_is_told_once() -> None:
    once = told(asked(), Late(7, SINCE, TO_COY)).incident
    assert unchanged(told(once, Late(7, SINCE, TO_COY), now=at(99)), once)


def test_what_was_told_on_a_path_that_is_stuck_is_told_again_on_the_next() -> None:
    once = told(asked(), Late(7, SINCE, TO_COY)).incident
    late = (Late(7, SINCE, TO_COY), Late(7, at(16), Notice(once.notices, "x", LEA)))
    assert unchanged(told(once, *late, now=at(25)), once), "not yet"
    again = told(once, *late, now=at(26))
    [(person, text)] = notices(again)
    assert person is None
    assert f"<@{COY}>" in text
    assert f"<@{LEA}>" in text
    assert unchanged(told(again.incident, *late, now=at(99)), again.incident)


def test_for_ten_minutes_nothing_more_is_said_and_then_all_of_it() -> None:
    once = told(asked(), Late(7, SINCE, TO_COY)).incident
    news = (Late(7, at(17), Notice(1, "x", BO)), Late(7, at(18), Notice(2, "y", ANA)))
    assert unchanged(told(once, *news, now=at(25.9)), once)
    [(_, text)] = notices(told(once, *news, now=at(26)))
    assert text.count("<@") == 2
    assert BO in text
    assert ANA in text


def test_a_clock_that_was_set_back_silences_nobody() -> None:
    once = told(asked(), Late(7, SINCE, TO_COY), now=at(500)).incident
    assert notices(told(once, Late(7, at(17), Notice(1, "x", BO)), now=at(18)))


@pytest.mark.parametrize(
    ("stuck", "to"),
    [
        ([COY], LEA),
        ([COY, LEA], None),
        ([COY, LEA, ""], DEE),
        ([COY, LEA, "", DEE], ANA),
    ],
)
def test_the_next_path_is_the_lead_the_channel_the_deputy_the_opener(
    stuck: list[str], to: str | None
) -> None:
    decision = told(asked(), Late(7, SINCE, TO_COY), stuck=stuck)
    assert [person for person, _ in notices(decision)] == [to]
    assert decision.entries[0].told_to == (to or "")  # type: ignore[union-attr]


def test_with_no_path_left_it_is_told_when_there_is_one() -> None:
    incident = asked()
    nowhere = told(incident, Late(7, SINCE, TO_COY), stuck=[COY, LEA, "", DEE, ANA])
    assert unchanged(nowhere, incident)
    assert notices(told(nowhere.incident, Late(7, SINCE, TO_COY), now=at(17)))


def test_a_lost_channel_is_no_path() -> None:
    lost = channel_lost(asked(), why="archived", now=at(15)).incident
    assert [p for p, _ in notices(told(lost, Late(7, SINCE, TO_COY), stuck=[LEA]))] == [DEE]


def test_without_a_lead_the_opener_is_told() -> None:
    leaderless = replace(asked(), roles=())
    assert notices(told(leaderless, Late(7, SINCE, TO_COY)))[0][0] == ANA


def test_of_a_private_crisis_nobody_outside_is_told() -> None:
    private = replace(asked(), private=True)
    for person in (LEA, DEE, ANA):
        private = member_left(private, person=person).incident
    assert [p for p, _ in notices(told(private, Late(7, SINCE, TO_COY)))] == [None], "its channel is inside"
    assert unchanged(told(private, Late(7, SINCE, TO_COY), stuck=[COY, ""]), private)


def test_the_title_of_the_crisis_is_not_in_it() -> None:
    assert "Water" not in notices(told(asked(), Late(7, SINCE, TO_COY)))[0][1]


def test_what_was_answered_meanwhile_is_not_told() -> None:
    claimed = claim_step(asked(), step_key="pause", by=BO, now=at(15.5)).incident
    assert unchanged(told(claimed, Late(7, SINCE, TO_COY)), claimed)


def test_a_crisis_that_is_over_waits_for_nobody() -> None:
    over = closed(a_crisis())
    assert unchanged(told(over, Late(7, at(90), Notice(1, "x", BO)), now=at(95)), over)


def test_a_check_is_told_of_while_the_crisis_is_watched_only() -> None:
    watched = resolved(a_crisis())
    [(person, text)] = notices(told(watched, Late(7, at(70), CHECK), now=at(72)))
    assert person == LEA
    assert "the crisis channel, since" in text
    assert "the daily check" in text
    active = a_crisis()
    assert unchanged(told(active, Late(7, at(70), CHECK), now=at(72)), active)


def test_what_was_due_and_not_even_ordered_cannot_be_told() -> None:
    incident = asked()
    assert unchanged(told(incident, Late(7, SINCE)), incident)


def test_a_message_to_one_person_is_not_repeated_to_others() -> None:
    text = notices(told(asked(), Late(7, SINCE, Notice(1, "Between us", BO)), stuck=[BO, LEA]))[0][1]
    assert "Between us" not in text
    assert "a message" in text


def test_a_crowd_is_named_in_full_and_its_steps_in_short() -> None:
    crowd = [Late(7, SINCE, Notice(number, "x", f"U{number:02d}")) for number in range(30)]
    text = notices(told(asked(), *crowd))[0][1]
    assert all(f"<@U{number:02d}>" in text for number in range(30))
    assert text.count("\n•") == LINES_MAX + 1
    assert len(text) < 3000


def test_several_steps_of_one_person_are_one_line_and_nothing_typed_acts_in_it() -> None:
    incident = asked()
    titles = ["<!channel> " + "x" * 200, "Two", "Three", "Four"]
    steps = [replace(step, title=title) for step, title in zip(incident.steps, titles, strict=True)]
    ping = incident.pings[0]
    pings = tuple(replace(ping, id=n, of=step.key) for n, step in enumerate(steps, 1))
    many = replace(incident, steps=tuple(steps), pings=pings)
    text = notices(told(many, *(Late(7, SINCE, ShowPing(p.id, COY)) for p in pings)))[0][1]
    assert "<!channel>" not in text
    assert text.count(f"<@{COY}>") == 1
    assert "step 2 (Two), step 3 (Three) and 1 more" in text
