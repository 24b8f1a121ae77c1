"""How fast messages may be edited."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.simulator import Clock
from bot.slack.pace import NotYet, Pace, Rests


async def test_the_first_edit_may_go_at_once_and_the_next_of_the_same_message_waits() -> None:
    pace = Pace(between_edits=timedelta(seconds=1))
    await pace.edit("C1", "1.0")
    with pytest.raises(NotYet) as later:
        await pace.edit("C1", "1.0")
    assert timedelta(0) < later.value.after <= timedelta(seconds=1)
    await pace.edit("C1", "2.0")  # another message has not been edited yet


async def test_beyond_the_limit_of_the_workspace_an_edit_waits_its_turn_without_holding_a_place() -> None:
    pace = Pace(between_edits=timedelta(0), edits_per_minute=3)
    for number in range(3):
        await pace.edit("C1", f"{number}.0")
    with pytest.raises(NotYet) as later:
        await pace.edit("C1", "9.0")
    assert later.value.after == timedelta(seconds=20)


async def test_what_slack_wants_left_alone_is_left_alone_for_so_long_and_nothing_else_is() -> None:
    clock = Clock(datetime(2026, 11, 20, tzinfo=UTC))
    rests = Rests(clock)
    rests.asked("C1", timedelta(seconds=30))
    rests.check("C2")
    clock.advance(timedelta(seconds=10))
    with pytest.raises(NotYet) as later:
        rests.check("C1")
    assert later.value.after == timedelta(seconds=20)
    clock.advance(timedelta(seconds=20))
    rests.check("C1")


async def test_a_clock_that_was_put_back_makes_nobody_wait_for_longer() -> None:
    clock = Clock(datetime(2026, 11, 20, tzinfo=UTC))
    rests = Rests(clock)
    rests.asked("C1", timedelta(seconds=30))
    clock.set(clock.now() - timedelta(hours=1))
    rests.check("C1")
