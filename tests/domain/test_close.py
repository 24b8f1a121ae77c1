"""Closing: what was learned is kept and told."""

from __future__ import annotations

from functools import partial

import pytest

from bot.domain.checklist import finish_step
from bot.domain.effects import ShowLessons
from bot.domain.errors import AlreadySo, NoLessons, NotResolved, TextMissing
from bot.domain.lifecycle import reopen_crisis
from bot.domain.model import Status, StepState
from bot.domain.retrospective import finish_action
from bot.domain.timeline import CrisisClosed
from tests.domain.a_crisis import (
    BO,
    DAY,
    LEA,
    a_crisis,
    at,
    closed,
    closing,
    kinds,
    learned,
    refused,
    resolved,
)


def test_a_closed_crisis_keeps_and_tells_what_was_learned() -> None:
    decision = closing(resolved(a_crisis()))
    incident = decision.incident
    assert (incident.status, incident.closed_at, incident.archive_at) == (Status.CLOSED, at(90), at(90) + DAY)
    assert incident.next_check_at is None
    assert incident.retrospective == learned()
    assert decision.entries[-1] == CrisisClosed(at(90), LEA, lessons=1, actions=2)
    assert kinds(decision.effects[:3]) == ["ShowSummary", "ShowChecklist", "ShowAnnouncement"]
    assert decision.effects[3:5] == (ShowLessons(announced=False), ShowLessons(announced=True))
    assert decision.said.startswith("Crisis 7 is closed.")


def test_a_close_skips_open_steps_for_the_reason_given() -> None:
    incident = finish_step(resolved(a_crisis()), step_key="pause", by=BO, now=at(61)).incident
    decision = closing(incident, reason="The water is gone")
    assert kinds(decision.entries) == ["StepSkipped", "StepSkipped", "StepSkipped", "CrisisClosed"]
    assert decision.incident.progress == "4/4"
    assert [s.state for s in decision.incident.steps] == [StepState.DONE, *[StepState.SKIPPED] * 3]
    assert {s.skip_reason for s in decision.incident.steps} == {None, "The water is gone"}


def test_a_close_with_open_steps_says_how_many_want_a_reason() -> None:
    sentence = refused(TextMissing, lambda: closing(resolved(a_crisis()), reason=" "))
    assert sentence == (
        "The reason for 4 open steps is missing. "
        "Say in a few words why nobody has to do that any more, or finish it first."
    )


def test_a_close_without_open_steps_needs_no_reason() -> None:
    incident, last = resolved(a_crisis()), ""
    for step in incident.steps:
        last = refused(TextMissing, partial(closing, incident, reason=""))
        incident = finish_step(incident, step_key=step.key, by=BO, proof="x", now=at(61)).incident
    assert last.startswith("The reason for 1 open step is missing.")
    assert closing(incident, reason="").incident.status is Status.CLOSED


@pytest.mark.parametrize(
    ("lacking", "missing"),
    [
        ({"summary": " "}, "the summary"),
        ({"lessons": ()}, "a lesson"),
        ({"summary": "", "lessons": ()}, "the summary and a lesson"),
    ],
)
def test_a_close_that_lacks_something_says_what(lacking: dict[str, str], missing: str) -> None:
    sentence = refused(NoLessons, lambda: closing(resolved(a_crisis()), **lacking))
    assert sentence == f"A crisis closes with a summary and at least one lesson. Missing: {missing}."


def test_an_active_crisis_is_resolved_before_it_is_closed() -> None:
    assert refused(NotResolved, lambda: closing(a_crisis())) == (
        "Crisis 7 is still active. Resolve it first; then it can be closed."
    )


def test_a_crisis_is_closed_once() -> None:
    assert (
        refused(AlreadySo, lambda: closing(closed(a_crisis())))
        == "Crisis 7 is closed already. Nothing was changed."
    )


def test_an_action_item_that_was_finished_stays_so_after_a_second_close() -> None:
    worked = finish_action(closed(a_crisis()), action_id=1, by=BO, now=at(95)).incident
    again = closed(reopen_crisis(worked, by=BO, now=at(100)).incident)
    assert again.retrospective is not None
    assert [(a.done_by, a.done_at) for a in again.retrospective.actions] == [(BO, at(95)), (None, None)]


def test_the_lessons_of_a_private_crisis_stay_in_its_channel() -> None:
    effects = closing(resolved(a_crisis(private=True))).effects
    assert ShowLessons(announced=False) in effects
    assert ShowLessons(announced=True) not in effects
