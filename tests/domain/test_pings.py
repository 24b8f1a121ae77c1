"""Answers to a ping."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from bot.domain.checklist import finish_step
from bot.domain.decision import Decision
from bot.domain.effects import ShowChecklist, ShowPing
from bot.domain.errors import CrisisCancelled, PingAnswered, TextTooLong, TimeInThePast, UnknownStep
from bot.domain.lifecycle import cancel_crisis
from bot.domain.model import Incident
from bot.domain.pings import SNOOZES, hand_over_ping, snooze_ping, take_ping
from bot.domain.reminders import fire_due
from bot.domain.timeline import PingTaken, StepAssigned
from tests.domain.a_crisis import (
    BO,
    COY,
    CY,
    DAY,
    LEA,
    a_crisis,
    at,
    minutes,
    pinged,
    refused,
    resolved,
    the,
    unchanged,
)

# Ping 1 asks Coy, who is Community, about step 1; ping 2 asks the channel about step 2, which is nobody's.
take = partial(take_ping, by=BO, now=at(31))
snooze = partial(snooze_ping, span=minutes(15), by=COY, now=at(31))
hand_over = partial(hand_over_ping, person=CY, word="I am on a train", by=COY, now=at(31))


def waiting() -> Incident:
    return pinged(a_crisis(), at(30))


def answers(decision: Decision) -> list[str | None]:
    return [p.answer.what if p.answer else None for p in decision.incident.pings]


def test_on_it_is_said_on_the_ping_and_takes_a_step_that_is_nobodys() -> None:
    decision = take(waiting(), ping_id=2)
    assert the(decision.incident, "reply").owner == BO
    assert answers(decision) == [None, "On it"]
    assert decision.entries == (PingTaken(at(31), BO, "reply", "2, Answer the post"),)
    assert decision.effects == (ShowPing(2, None, (LEA,)), ShowChecklist())


def test_on_it_leaves_an_owner_in_place() -> None:
    owned = hand_over(waiting(), ping_id=1).incident
    decision = take(owned, ping_id=3, by=CY)
    assert the(decision.incident, "pause").owner == CY


def test_on_it_again_by_the_same_person_changes_nothing() -> None:
    incident = take(waiting(), ping_id=2).incident
    assert unchanged(take(incident, ping_id=2, now=at(32)), incident)


@pytest.mark.parametrize(("first", "second"), [(BO, CY), (CY, BO)])
def test_the_first_answer_wins_and_the_second_reads_whose_it_was(first: str, second: str) -> None:
    incident = take(waiting(), ping_id=2, by=first).incident
    assert refused(PingAnswered, lambda: take(incident, ping_id=2, by=second)) == (
        f"<@{first}> already answered this: On it."
    )
    assert the(incident, "reply").owner == first


def test_a_ping_is_not_repeated_once_somebody_is_on_it() -> None:
    incident = take(waiting(), ping_id=2).incident
    assert len(pinged(incident, at(39)).pings) == 2


@pytest.mark.parametrize("span", SNOOZES)
def test_a_snoozed_ping_comes_again_after_the_span_and_not_before(span: timedelta) -> None:
    decision = snooze(waiting(), ping_id=1, span=span)
    incident = decision.incident
    assert decision.effects == (ShowChecklist(), ShowPing(1, COY))
    again = at(31) + span
    before = fire_due(incident, now=again - timedelta(seconds=1)).incident
    assert [p.person for p in before.pings if p.step_key == "pause"] == [COY]
    after = fire_due(incident, now=again).incident
    assert [p.person for p in after.pings if p.step_key == "pause"] == [COY, COY]
    assert the(after, "pause").due_at == at(15)


def test_a_snooze_of_no_time_is_refused() -> None:
    assert "`in 30m`" in refused(TimeInThePast, lambda: snooze(waiting(), ping_id=1, span=timedelta(0)))


def test_a_ping_is_handed_over_with_its_step_and_a_word() -> None:
    decision = hand_over(waiting(), ping_id=1)
    assert the(decision.incident, "pause").owner == CY
    assert answers(decision) == ["Handed over to <@UCY>", None, None]
    ping = decision.incident.pings[-1]
    assert (ping.person, ping.handed_by, ping.word, ping.step_key) == (CY, COY, "I am on a train", "pause")
    assert decision.effects[-2:] == (ShowPing(1, COY), ShowPing(3, CY))
    assert decision.entries == (
        StepAssigned(at(31), COY, "pause", "1, Pause all posts", CY, "I am on a train"),
    )


def test_a_word_that_is_too_long_is_refused() -> None:
    refused(TextTooLong, lambda: hand_over(waiting(), ping_id=1, word="x" * 3001))


@pytest.mark.parametrize("answer", [take, snooze, hand_over])
def test_an_answered_ping_takes_no_second_answer(answer: partial[Decision]) -> None:
    done = finish_step(waiting(), step_key="pause", by=CY, now=at(31)).incident
    assert refused(PingAnswered, lambda: answer(done, ping_id=1)) == "<@UCY> already answered this: Done."
    assert "The crisis was resolved" in refused(PingAnswered, lambda: answer(resolved(waiting()), ping_id=1))


@pytest.mark.parametrize("answer", [take, snooze, hand_over])
def test_a_ping_that_never_was_is_refused(answer: partial[Decision]) -> None:
    refused(UnknownStep, lambda: answer(waiting(), ping_id=99))


def test_the_pings_of_a_cancelled_crisis_are_answered() -> None:
    over = cancel_crisis(waiting(), reason="A drill", by=BO, archive_after=DAY, now=at(31)).incident
    assert "The crisis was cancelled" in refused(PingAnswered, lambda: take(over, ping_id=1, by=CY))
    refused(CrisisCancelled, lambda: finish_step(over, step_key="pause", by=CY, now=at(32)))
