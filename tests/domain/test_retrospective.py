"""What people write at the close, and the action items that outlive it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.effects import ShowLessons
from bot.domain.errors import AlreadySo
from bot.domain.lifecycle import reopen_crisis
from bot.domain.retrospective import LineProblem, action_lines, finish_action, lesson_lines, not_over
from bot.domain.timeline import ActionDone
from tests.domain.a_crisis import (
    BO,
    CY,
    a_crisis,
    at,
    closed,
    closing,
    learned,
    refused,
    resolved,
    unchanged,
)

finish = partial(finish_action, action_id=1, by=BO, now=at(5000))


def test_lessons_stand_one_a_line_without_bullets() -> None:
    text = "- Know the tap\n\n  • Call Kim  \n* Keep calm\n1. First\n2) Second\nPlain - with a dash\n"
    assert lesson_lines(text) == (
        "Know the tap",
        "Call Kim",
        "Keep calm",
        "First",
        "Second",
        "Plain - with a dash",
    )


def test_a_lesson_that_begins_with_a_number_keeps_it() -> None:
    assert lesson_lines("3 pumps are too few\n2026 was wet") == ("3 pumps are too few", "2026 was wet")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Write the guide @ana by 2026-12-01", ("Write the guide", "ana", "2026-12-01")),
        ("Write the guide <@U012AB|ana> by 2026-12-01", ("Write the guide", "U012AB", "2026-12-01")),
        ("<@W7> writes the guide", ("writes the guide", "W7", None)),
        ("- Write the guide", ("Write the guide", None, None)),
        ("Write the guide BY 2026-12-01", ("Write the guide", None, "2026-12-01")),
        ("Write the guide by 2026-12-01 @ana", ("Write the guide", "ana", "2026-12-01")),
        ("Write the guide by hand", ("Write the guide by hand", None, None)),
        ("Read it by Friday's press talk", ("Read it by Friday's press talk", None, None)),
        ("Pass it by press by 2026-12-01", ("Pass it by press", None, "2026-12-01")),
        ("Ask @bo about  it @ana", ("Ask @bo about it", "ana", None)),
        ("Thank @ana.", ("Thank .", "ana", None)),
        ("Thank @kim.lee-1", ("Thank", "kim.lee-1", None)),
        ("Write to press@paper.example by 2026-12-01", ("Write to press@paper.example", None, "2026-12-01")),
    ],
)
def test_an_action_item_says_what_who_and_by_when(
    line: str, expected: tuple[str, str | None, str | None]
) -> None:
    assert action_lines(line) == (expected,)


def test_every_line_is_an_action_item_of_its_own() -> None:
    assert [what for what, _, _ in action_lines("Buy pumps @bo\n\n- Call Kim by 2026-01-02\n")] == [
        "Buy pumps",
        "Call Kim",
    ]


@given(st.text(alphabet=st.sampled_from(" @by-1.<>|U\nana"), max_size=60))
def test_any_lines_can_be_read(text: str) -> None:
    assert len(action_lines(text)) == len(lesson_lines(text))


TODAY = date(2026, 11, 20)


def test_a_day_that_is_over_is_refused_and_today_is_not() -> None:
    assert not_over(TODAY, today=TODAY) == TODAY
    with pytest.raises(LineProblem) as problem:
        not_over(date(2026, 11, 19), today=TODAY)
    assert str(problem.value) == "2026-11-19 is over already. Write a day from 2026-11-20 on."


@pytest.mark.parametrize(
    "day",
    [
        "Friday",
        "tomorrow",
        "EOD.",
        "friday noon",
        "next Monday",
        "the end of the week",
        "yesterday",
        "last Friday",
        "next week",
    ],
)
def test_a_day_in_words_is_taken_for_a_day_and_not_for_a_part_of_the_work(day: str) -> None:
    assert action_lines(f"Call the venue @ana by {day}") == (("Call the venue", "ana", day.rstrip(".")),)


def test_an_action_item_is_finished_long_after_the_close() -> None:
    decision = finish(closed(a_crisis()))
    assert decision.incident.retrospective is not None
    first, second = decision.incident.retrospective.actions
    assert (first.done_by, first.done_at) == (BO, at(5000))
    assert (second.done_by, second.done_at) == (None, None)
    assert decision.entries == (ActionDone(at(5000), BO, "Buy pumps"),)
    assert decision.effects == (ShowLessons(announced=True),)
    assert decision.said == "Done: Buy pumps."


def test_an_action_item_finished_again_by_the_same_person_changes_nothing() -> None:
    incident = finish(closed(a_crisis())).incident
    assert unchanged(finish(incident, now=at(5001)), incident)


def test_who_finishes_it_second_is_told_who_was_first() -> None:
    incident = finish(closed(a_crisis())).incident
    assert refused(AlreadySo, lambda: finish(incident, by=CY)) == (
        "<@UBO> already finished “Buy pumps”. Nothing was changed."
    )


def test_an_action_item_that_is_gone_is_named_so() -> None:
    for incident in (closed(a_crisis()), a_crisis()):
        sentence = refused(AlreadySo, partial(finish, incident, action_id=9))
        assert sentence == "This action item is no longer on the list. Nothing was changed."


def test_action_items_of_a_reopened_crisis_can_be_finished() -> None:
    assert finish(reopen_crisis(closed(a_crisis()), by=BO, now=at(100)).incident).entries


def test_the_words_of_an_action_item_cannot_mention_anybody() -> None:
    loud = tuple(replace(action, text="<!channel>") for action in learned().actions)
    incident = closing(resolved(a_crisis()), actions=loud).incident
    assert finish(incident).said == "Done: &lt;!channel&gt;."


def test_the_action_items_of_a_private_crisis_are_shown_nowhere_else() -> None:
    assert finish(closed(a_crisis(private=True))).effects == ()
