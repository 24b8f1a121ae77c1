"""The watch over a resolved crisis: its daily question, and who found all quiet."""

from __future__ import annotations

from functools import partial

import pytest

from bot.domain.effects import ShowCheck
from bot.domain.errors import AlreadySo, PingAnswered
from bot.domain.lifecycle import reopen_crisis
from bot.domain.model import Answer, Incident
from bot.domain.reminders import fire_due
from bot.domain.timeline import SaidQuiet
from bot.domain.watching import say_all_is_quiet
from bot.store.rows import incident_json, incident_of
from tests.domain.a_crisis import BO, DAY, LEA, a_crisis, at, refused, resolved


def watched() -> Incident:
    """Asked once whether all is quiet."""
    return fire_due(resolved(a_crisis()), now=at(60) + DAY).incident


quiet = partial(say_all_is_quiet, check=1, by=BO, now=at(70) + DAY)


def test_the_question_says_who_found_all_quiet_and_so_does_the_timeline() -> None:
    decision = quiet(watched())
    assert decision.incident.found_quiet == {1: Answer("All is quiet", BO, at(70) + DAY)}
    assert decision.entries == (SaidQuiet(at(70) + DAY, BO),)
    assert decision.effects == (ShowCheck(1),)
    assert incident_of(incident_json(decision.incident)) == decision.incident


def test_the_second_to_say_so_reads_who_was_first() -> None:
    said = quiet(watched()).incident
    assert refused(PingAnswered, lambda: quiet(said, by=LEA)) == "<@UBO> already answered this: All is quiet."


def test_a_crisis_that_goes_on_is_not_called_quiet() -> None:
    again = reopen_crisis(watched(), by=BO, now=at(65) + DAY).incident
    assert "is active, and not being watched" in refused(AlreadySo, lambda: quiet(again))


@pytest.mark.parametrize("check", [0, 2])
def test_a_day_that_was_not_asked_about_has_no_answer(check: int) -> None:
    refused(AlreadySo, lambda: quiet(watched(), check=check))
